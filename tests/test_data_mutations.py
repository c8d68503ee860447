"""A corrupted cell never gets in: hundreds of seeded corruptions, each refused with file, row and column."""

from __future__ import annotations

import csv
import random
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from course import CourseError, dataset
from course.dataset import Dataset

if TYPE_CHECKING:
    from pathlib import Path

CORRUPTIONS = 280
Cell = tuple[str, int, str, str]

RESOURCES = {resource["name"]: resource for resource in dataset.schema()["resources"]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("mutations") / "data"
    shutil.copytree(dataset.FOLDER, target, ignore=shutil.ignore_patterns("recordings", "questions"))
    return target


def _read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def _keys(resource: dict[str, Any]) -> dict[str, str]:
    """Return the columns of a table that are a key of another by themselves, and that table."""
    single = [key for key in resource["schema"].get("foreignKeys", ()) if isinstance(key["fields"], str)]
    return {key["fields"]: key["reference"]["resource"] for key in single}


def _candidates() -> dict[str, list[tuple[str, str, str]]]:
    """Return for each kind of corruption the table, column and bad value that it can be made of."""
    found: dict[str, list[tuple[str, str, str]]] = {kind: [] for kind in KINDS}
    for name, resource in RESOURCES.items():
        keys = _keys(resource)
        for field in resource["schema"]["fields"]:
            for kind, value in _bad_values(field, keys.get(field["name"])):
                found[kind].append((name, field["name"], value))
        found["duplicate key"].append((name, resource["schema"]["primaryKey"][-1], ""))
    return found


def _bad_values(field: dict[str, Any], target: str | None) -> list[tuple[str, str]]:
    constraints = field.get("constraints", {})
    bad = [("type", value) for value in BAD_TYPES.get(field["type"], ())]
    bad += [("enumeration", constraints["enum"][0] + "x"), ("enumeration", "?")] if "enum" in constraints else []
    bad += [("pattern", "no such form!")] if "pattern" in constraints else []
    bad += [("range", str(constraints["maximum"] + 1))] if "maximum" in constraints else []
    bad += [("missing", "")] if constraints.get("required") else []
    return bad + BAD_KEYS.get(target or "", [("key", "no_such_key")] if target else [])


BAD_TYPES = {
    "integer": ("many", "12,5", "1.5"),
    "number": ("many", "12,5", "nan"),
    "date": ("24.11.2026", "2026-13-01"),
}
BAD_KEYS = {
    "sources": [("source", "no_such_source"), ("source", "firecracker_desing")],
    "units": [("unit", "fortnights"), ("unit", "Ms")],
}
KINDS = ("type", "enumeration", "pattern", "range", "missing", "source", "unit", "key", "duplicate key")


def _mutations() -> list[tuple[str, str, str, str, int]]:
    chooser = random.Random(20261124)  # noqa: S311 (a seeded choice, no secret)
    candidates = _candidates()
    sizes = {name: len(_read(dataset.FOLDER / resource["path"])) - 1 for name, resource in RESOURCES.items()}
    chosen = []
    for number in range(CORRUPTIONS):
        kind = KINDS[number % len(KINDS)]
        table, column, value = chooser.choice([entry for entry in candidates[kind] if sizes[entry[0]] > 1])
        chosen.append((kind, table, column, value, chooser.randrange(1, sizes[table])))
    return chosen


@pytest.mark.parametrize(("kind", "table", "column", "value", "index"), _mutations())
def test_a_corrupted_cell_is_refused_by_file_row_and_column(
    folder: Path, kind: str, table: str, column: str, value: str, index: int
) -> None:
    path = folder / RESOURCES[table]["path"]
    original = path.read_bytes()
    rows = _read(path)
    if kind == "duplicate key":
        rows[index + 1] = rows[index]
        index += 1
    else:
        rows[index][rows[0].index(column)] = value
    _write(path, rows)
    try:
        with pytest.raises(CourseError) as caught:
            Dataset(folder).table(table)
    finally:
        path.write_bytes(original)
    message = str(caught.value)
    assert message.startswith(f"data/{path.name}, row {index + 1} (")
    assert re.search(rf", column {column}: ", message)
    assert "\n" not in message


def test_the_untouched_copy_loads(folder: Path) -> None:
    data = Dataset(folder)
    for name in data.names:
        data.table(name)


def test_the_nearest_allowed_value_is_named(folder: Path) -> None:
    path = folder / "platforms.csv"
    original = path.read_bytes()
    path.write_text(path.read_text(encoding="utf-8").replace(",container_engine,", ",contianer_engine,", 1))
    with pytest.raises(CourseError, match="did you mean 'container_engine'"):
        Dataset(folder).table("platforms")
    path.write_bytes(original)


def test_a_value_must_have_the_type_of_its_property(folder: Path) -> None:
    path = folder / "platform_properties.csv"
    rows = _read(path)
    original = path.read_bytes()
    index = next(number for number, row in enumerate(rows) if row[1] == "daemon")
    rows[index][2] = "perhaps"
    _write(path, rows)
    with pytest.raises(CourseError, match=rf"row {index + 1} .*column value: 'perhaps'.*Allowed: yes, no, depends"):
        Dataset(folder).table("platform_properties")
    path.write_bytes(original)
