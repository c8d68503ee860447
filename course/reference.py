"""Pages printed from the dataset: what every table and column means, and which objective is met where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from course import dataset, quiz

if TYPE_CHECKING:
    from collections.abc import Iterable


def dictionary() -> str:
    """Return the data dictionary as Markdown: each table with its columns, types, constraints and keys."""
    schema = dataset.schema()
    opening = [f"# {schema['title']}: data dictionary", schema["description"]]
    return "\n\n".join([*opening, *map(_table_section, schema["resources"])]) + "\n"


def objectives_map() -> str:
    """Return a Markdown table: every objective, its text, and the questions that meet it, by kind."""
    met: dict[str, list[str]] = {}
    for question in quiz.questions():
        met.setdefault(question.objective, []).append(f"{question.id} ({question.kind})")
    rows = [
        (row["objective"], row["text"], ", ".join(met.get(row["objective"], ["none yet"])))
        for row in dataset.records("objectives")
    ]
    return _markdown(("Objective", "You can", "Met by"), rows) + "\n"


def _table_section(resource: dict[str, Any]) -> str:
    schema = resource["schema"]
    rows = [
        (field["name"], field["type"], _constraints(field), field.get("description", "")) for field in schema["fields"]
    ]
    keys = [f"Primary key: {', '.join(_several(schema['primaryKey']))}."] if "primaryKey" in schema else []
    keys += [
        f"{', '.join(_several(key['fields']))} refers to {key['reference']['resource'] or resource['name']} "
        f"({', '.join(_several(key['reference']['fields']))})."
        for key in schema.get("foreignKeys", [])
    ]
    table = _markdown(("Column", "Type", "Allowed", "Meaning"), rows)
    return "\n\n".join([f"## {resource['name']}", resource.get("description", ""), table, " ".join(keys)]).rstrip()


def _constraints(field: dict[str, Any]) -> str:
    words = []
    for name, value in field.get("constraints", {}).items():
        if name == "required":
            words += ["required"] if value else []
        elif name == "enum":
            words.append("one of: " + ", ".join(map(str, value)))
        else:
            words.append(f"{name} {value}")
    return "; ".join(words)


def _several(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _markdown(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
