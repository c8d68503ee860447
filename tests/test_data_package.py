"""The dataset as a whole: valid by its schema, and true to what no schema can say."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import frictionless
import pytest

from course import dataset
from course.view import dictionary

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = dataset.FOLDER.parent
PRIMARY = {resource["name"]: resource["schema"]["primaryKey"] for resource in dataset.schema()["resources"]}
SOURCED = [name for name in PRIMARY if name != "sources" and "source" in dataset.table(name).columns]
PATH_ACCESSES = {"instruction", "system_call", "page_cache_write", "stdout"}


def test_frictionless_finds_nothing() -> None:
    report = frictionless.validate(str(dataset.FOLDER / "datapackage.json"))
    rows = report.flatten(["title", "rowNumber", "fieldName", "note"])
    assert not rows, "\n".join(f"{table}, row {row}, column {column}: {note}" for table, row, column, note in rows[:20])


def test_the_tables_hold_what_the_course_needs() -> None:
    least = {
        "platforms": 37,
        "properties": 30,
        "measurements": 200,
        "escapes": 46,
        "timeline": 65,
        "claims": 11,
        "glossary": 120,
        "lineage": 25,
    }
    short = {name: len(dataset.records(name)) for name, rows in least.items() if len(dataset.records(name)) < rows}
    assert not short


def _by_platform(name: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {row["platform"]: [] for row in dataset.records("platforms")}
    for row in dataset.records(name):
        found[row["platform"]].append(row)
    return found


@pytest.mark.parametrize("platform", sorted(_by_platform("layers")))
def test_every_stack_ends_in_hardware_and_stands_in_one_order(platform: str) -> None:
    stack = _by_platform("layers")[platform]
    bottom = [row for row in stack if row["position"] == 0]
    assert [row["kind"] for row in bottom] == ["hardware"]
    assert sorted(row["position"] for row in stack) == list(range(len(stack)))
    top = max(stack, key=lambda row: row["position"])
    assert top["kind"] == "application"


@pytest.mark.parametrize("platform", sorted(_by_platform("paths")))
def test_every_path_is_numbered_and_ends_where_it_should(platform: str) -> None:
    layers = {row["layer"]: row for row in _by_platform("layers")[platform]}
    steps: dict[str, list[Any]] = {}
    for row in _by_platform("paths")[platform]:
        assert row["layer"] in layers
        steps.setdefault(row["access"], []).append(row)
    assert {"instruction", "system_call"} <= set(steps)
    for access, rows in steps.items():
        assert [row["step"] for row in rows] == list(range(1, len(rows) + 1))
        starts = layers[rows[0]["layer"]]["kind"]
        assert (starts == "application") == (not access.startswith("packet"))
        assert access.startswith("packet") == (layers[rows[-1]["layer"]]["kind"] == "application")
    assert layers[steps["instruction"][-1]["layer"]]["kind"] == "hardware"


def test_what_stands_in_the_path_is_passed_by_some_access() -> None:
    passed = {(row["platform"], row["layer"]) for row in dataset.records("paths")}
    idle = [
        f"{row['platform']}/{row['layer']}"
        for row in dataset.records("layers")
        if row["placement"] == "path" and (row["platform"], row["layer"]) not in passed
    ]
    assert not idle


def test_a_daemon_of_docker_is_in_no_path_but_that_of_output() -> None:
    passed = {
        row["access"] for row in dataset.records("paths") if (row["platform"], row["layer"]) == ("docker", "dockerd")
    }
    assert passed == {"stdout"}
    proxied = {row["access"] for row in dataset.records("paths") if row["layer"] == "docker_proxy"}
    assert proxied == {"packet_to_published_port"}


def test_an_instruction_of_a_guest_passes_no_monitor_but_an_emulator() -> None:
    kinds = {(row["platform"], row["layer"]): row["kind"] for row in dataset.records("layers")}
    through = {
        row["platform"]
        for row in dataset.records("paths")
        if row["access"] == "instruction" and kinds[row["platform"], row["layer"]] in {"vmm", "hypervisor"}
    }
    assert through == {"qemu", "qemu_tcg"}


def test_every_system_of_the_article_is_there() -> None:
    groups = Counter(row["article_group"] for row in dataset.records("platforms"))
    names = {row["article_name"] for row in dataset.records("platforms")} - {None}
    assert len(names) == 11
    assert groups["virtual machine"] == 6  # VMware stands for two products
    assert groups["container"] == 6


def test_the_main_systems_have_most_properties() -> None:
    counts = Counter(row["platform"] for row in dataset.records("platform_properties"))
    main = [row["platform"] for row in dataset.records("platforms") if row["article_name"]]
    main += ["crun", "runc", "containerd", "podman", "firecracker", "gvisor", "kata"]
    assert {name: counts[name] for name in main if counts[name] < 20} == {}


def test_every_property_is_known_of_several_systems() -> None:
    counts = Counter(row["property"] for row in dataset.records("platform_properties"))
    assert {name: counts[name] for name in dataset.table("properties")["property"] if counts[name] < 12} == {}


def _verification(name: str) -> Iterator[tuple[str, Any]]:
    for row in dataset.records(name):
        yield "/".join(str(row[part]) for part in PRIMARY[name]), row


@pytest.mark.parametrize("name", SOURCED)
def test_a_verified_row_has_its_day_and_an_unverified_one_has_none(name: str) -> None:
    if "verified_how" not in dataset.table(name).columns:
        return
    odd = [
        key for key, row in _verification(name) if (row["verified_on"] is None) != (row["verified_how"] == "unverified")
    ]
    assert not odd


@pytest.mark.parametrize("name", SOURCED)
def test_nine_rows_in_ten_are_verified(name: str) -> None:
    how = dataset.table(name).get("verified_how")
    if how is None or how.empty:
        return
    assert (how != "unverified").mean() >= 0.9
    counts = Counter(
        row["verified_how"] for table in SOURCED for _, row in _verification(table) if "verified_how" in row
    )
    assert counts["unverified"] / counts.total() <= 0.1


@pytest.mark.parametrize("name", [name for name in PRIMARY if "parts_unverified" in dataset.table(name).columns])
def test_parts_that_are_not_verified_are_columns(name: str) -> None:
    columns = set(dataset.table(name).columns)
    for key, row in _verification(name):
        parts = {part.strip() for part in (row["parts_unverified"] or "").split(",")} - {""}
        assert parts <= columns, key


def test_every_source_opens_somewhere_and_is_used() -> None:
    used = {row["source"] for name in SOURCED for row in dataset.records(name)}
    used |= {row["row"] for row in dataset.records("claim_evidence") if row["table"] == "sources"}
    for row in dataset.records("sources"):
        assert row["url"].startswith(("http", "doi:", "data/"))
        if row["url"].startswith("data/"):
            assert (ROOT / row["url"]).exists()
    assert sorted(set(dataset.table("sources")["source"]) - used) == []


def test_a_source_that_verified_a_row_was_read() -> None:
    read = {row["source"]: row["read_on"] for row in dataset.records("sources")}
    unread = {
        row["source"]
        for name in SOURCED
        for row in dataset.records(name)
        if row.get("verified_how") in {"opened", "repository"} and read[row["source"]] is None
    }
    assert not unread


def test_the_data_dictionary_is_up_to_date() -> None:
    page = ROOT / "docs" / "data_dictionary.md"
    assert page.read_text(encoding="utf-8") == dictionary.render(), "run `python -m course dictionary`"


def test_the_readme_of_the_data_runs() -> None:
    text = (dataset.FOLDER / "README.md").read_text(encoding="utf-8")
    for block in text.split("```python\n")[1:]:
        code = block.split("```")[0].replace('"data/', f'"{dataset.FOLDER.as_posix()}/')
        exec(compile(code, "data/README.md", "exec"), {})  # noqa: S102 (our own page)
