"""The data dictionary: every table and column of the dataset as a Markdown page, from the schema alone."""

from __future__ import annotations

from typing import Any

from course import dataset

_INTRODUCTION = """# Data dictionary

Every table of `data/`, written from `data/datapackage.json` by `python -m course dictionary`. Do not edit this page.

A column in bold is part of the primary key. An empty cell means that the value is not known or does not apply.
`verified_how` says how a row was checked: *opened* is a page or paper that was read, *repository* a file or tag of a
source repository, *dataset* a record of a published dataset, *computed* follows from other rows, *ran* was seen on a
live machine, *unverified* could not be checked and carries no argument.
"""


def render() -> str:
    """Return the data dictionary as Markdown: a list of the tables, then the columns of each."""
    resources = dataset.schema()["resources"]
    contents = [f"- [{resource['name']}](#{resource['name']}): {resource['description']}" for resource in resources]
    sections = [_section(resource) for resource in resources]
    return "\n".join([_INTRODUCTION, *contents, "", "\n\n".join(sections), ""])


def _section(resource: dict[str, Any]) -> str:
    schema = resource["schema"]
    references = _references(resource["name"], schema)
    rows = [_row(field, schema["primaryKey"], references) for field in schema["fields"]]
    head = [
        f"## {resource['name']}",
        "",
        f"{resource['description']} File: `data/{resource['path']}`.",
        "",
        "| column | type | must | meaning | allowed |",
        "| --- | --- | --- | --- | --- |",
    ]
    return "\n".join([*head, *rows])


def _row(field: dict[str, Any], primary_key: list[str], references: dict[str, str]) -> str:
    constraints = field.get("constraints", {})
    name = f"**`{field['name']}`**" if field["name"] in primary_key else f"`{field['name']}`"
    must = "yes" if constraints.get("required") else ""
    allowed = references.get(field["name"]) or _allowed(constraints)
    return f"| {name} | {field['type']} | {must} | {field['description']} | {allowed} |"


def _references(name: str, schema: dict[str, Any]) -> dict[str, str]:
    """Return what each column with a foreign key refers to; a key of several columns is named at its last."""
    found: dict[str, str] = {}
    for key in schema.get("foreignKeys", ()):
        fields = [key["fields"]] if isinstance(key["fields"], str) else key["fields"]
        target = key["reference"]["resource"] or name
        found.setdefault(fields[-1], f"a key of [{target}](#{target})")
    return found


def _allowed(constraints: dict[str, Any]) -> str:
    if "enum" in constraints:
        return ", ".join(f"`{value}`" for value in constraints["enum"])
    parts = []
    if "pattern" in constraints:
        parts.append(f"form `{constraints['pattern']}`".replace("|", "\\|"))
    if "minimum" in constraints or "maximum" in constraints:
        parts.append(f"{constraints.get('minimum', '')} to {constraints.get('maximum', '')}")
    if "maxLength" in constraints:
        parts.append(f"at most {constraints['maxLength']} characters")
    return "; ".join(parts)
