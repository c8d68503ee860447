"""The model of a comparison: which systems by which properties, filtered, searched, sorted, differences found."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from course import dataset
from course.errors import CourseError, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

DIFFERENCES = ("no", "mark", "only")
CHOICES = ("yes", "depends", "no")
DEFAULT_SYSTEMS = ("qemu_kvm", "docker")
DEFAULT_GROUPS = ("isolation", "kernel")

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "last")


@dataclass(frozen=True)
class Cell:
    """One fact: its text as it is shown (with its unit), the condition it holds under, the key of its source."""

    value: str
    text: str
    condition: str = ""
    source: str = ""
    verified: bool = True
    number: float | None = None
    folded: str = field(default="", compare=False)

    @property
    def whole(self) -> str:
        """The text with its condition."""
        return f"{self.text}: {self.condition}" if self.condition else self.text


@dataclass(frozen=True)
class Head:
    """The head of a row or column: a key, its name, what it means, and whether the systems shown differ in it."""

    key: str
    name: str
    note: str = ""
    differs: bool = False


@dataclass(frozen=True)
class Grid:
    """A finished table: a cell, or None where the dataset has no fact, for each row and column.

    `sorted_by` is the key of the property by which systems are ordered, `hidden` says in words what was left out.
    """

    title: str
    corner: str
    columns: tuple[Head, ...]
    rows: tuple[Head, ...]
    cells: tuple[tuple[Cell | None, ...], ...]
    sorted_by: str = ""
    descending: bool = False
    hidden: str = ""


@dataclass(frozen=True)
class Comparison:
    """What to compare and how: keys of platforms and properties as the dataset has them; see `chosen` to give names.

    `where` keeps systems whose property has a value; `search` keeps rows that hold a text; `sort` orders systems by a
    property or by "name"; `differences` is "no", "mark" or "only"; `verified` hides facts whose source nobody opened;
    `pivot` makes a row of each system instead of a column.
    """

    systems: tuple[str, ...]
    properties: tuple[str, ...]
    where: tuple[tuple[str, str], ...] = ()
    search: str = ""
    sort: str = ""
    descending: bool = False
    differences: str = "no"
    verified: bool = False
    pivot: bool = False


@dataclass(frozen=True)
class Facts:
    """Names and facts by key: the dataset as a comparison needs it."""

    systems: Mapping[str, Head]
    kinds: Mapping[str, tuple[str, ...]]
    properties: Mapping[str, Head]
    groups: Mapping[str, tuple[str, ...]]
    cells: Mapping[tuple[str, str], Cell]


@cache
def facts() -> Facts:
    """Return the facts of the dataset, read once."""
    platforms, properties = dataset.records("platforms"), dataset.records("properties")
    units = {row["property"]: row["unit"] or "" for row in properties}
    kinds = {row["property"]: row["type"] for row in properties}
    return Facts(
        {row["platform"]: Head(row["platform"], row["name"], row["definition"]) for row in platforms},
        _grouped((row["kind"], row["platform"]) for row in platforms),
        {row["property"]: Head(row["property"], row["name"], row["question"]) for row in properties},
        _grouped((row["group"], row["property"]) for row in properties),
        {
            (row["platform"], row["property"]): cell(row, units[row["property"]], kinds[row["property"]])
            for row in dataset.records("platform_properties")
        },
    )


def cell(row: Mapping[str, Any], unit: str, kind: str) -> Cell:
    """Return the cell of a row of platform_properties; a number carries its unit, a count needs none."""
    number = float(row["value"]) if kind == "number" else None
    text = row["value"] if number is None or unit in ("", "count") else dataset.format_quantity(number, unit)
    condition = row["condition"] or ""
    verified = row["verified_how"] != "unverified"
    return Cell(row["value"], text, condition, row["source"], verified, number, f"{text} {condition}".casefold())


def chosen(systems: Iterable[str] = (), properties: Iterable[str] = (), **settings: Any) -> Comparison:
    """Return a comparison of systems (keys, kinds, or "all") by properties (keys, groups, or "all").

    `settings` are the other fields of `Comparison`. Raises CourseError with the nearest match for an unknown name.
    """
    known = facts()
    comparison = Comparison(
        _expanded("system", systems, known.systems, known.kinds) or DEFAULT_SYSTEMS,
        _expanded("property", properties, known.properties, known.groups)
        or tuple(key for group in DEFAULT_GROUPS for key in known.groups[group]),
        **settings,
    )
    _check(comparison, known)
    return comparison


def grid(comparison: Comparison, known: Facts | None = None) -> Grid:
    """Return the table of a comparison; `known` stands in for the facts of the dataset."""
    known = known or facts()
    systems = _ordered(comparison, _kept(comparison, known), known)
    look = _look_up(comparison, known)
    differing = {key for key in comparison.properties if _differs(look.get((system, key)) for system in systems)}
    properties = [key for key in comparison.properties if comparison.differences != "only" or key in differing]
    marked = differing if comparison.differences == "mark" else set()
    property_heads = [
        head if key not in marked else Head(head.key, head.name, head.note, differs=True)
        for key in properties
        for head in (known.properties[key],)
    ]
    system_heads = [known.systems[key] for key in systems]
    rows, columns = (system_heads, property_heads) if comparison.pivot else (property_heads, system_heads)
    cells = [
        tuple(look.get((row.key, column.key) if comparison.pivot else (column.key, row.key)) for column in columns)
        for row in rows
    ]
    return _searched(comparison, rows, columns, cells, _hidden(comparison, systems, properties))


def article() -> Grid:
    """Return the article's own table of virtual machines and containers: its words beside the verdict and what is so.

    Rows in the article's order; the cell of what is so carries the source of the verdict.
    """
    claims = [row for row in dataset.records("claims") if "table" in row["place"].casefold()]
    claims.sort(key=lambda row: _ordinal(row["place"]))
    titles = {row["lesson"]: row["title"] for row in dataset.records("lessons")}
    return Grid(
        "The article's comparison of virtual machines and containers, checked",
        "Row of the table",
        tuple(Head(name, name) for name in ("The article says", "Verdict", "What is so", "Lesson")),
        tuple(
            Head(row["claim"], f"{_ORDINALS[_ordinal(row['place'])].capitalize()} ({row['claim']})") for row in claims
        ),
        tuple(_claim(row, titles) for row in claims),
    )


def values(key: str, known: Facts | None = None) -> tuple[str, ...]:
    """Return the values that a property takes, for a filter: choices in their order, others sorted."""
    found = {cell.value for (_, each), cell in (known or facts()).cells.items() if each == key}
    return tuple(choice for choice in CHOICES if choice in found) + tuple(sorted(found - set(CHOICES)))


def _claim(row: dataset.Row, titles: Mapping[str, str]) -> tuple[Cell, ...]:
    verified = row["verified_how"] != "unverified"
    lesson = f"{row['lesson']} {titles[row['lesson']]}"
    return (
        Cell(row["quote"], f"\N{LEFT DOUBLE QUOTATION MARK}{row['quote']}\N{RIGHT DOUBLE QUOTATION MARK}"),
        Cell(row["verdict"], row["verdict"]),
        Cell(row["correction"], row["correction"], source=row["source"], verified=verified),
        Cell(lesson, lesson),
    )


def _ordinal(place: str) -> int:
    named = re.search(rf"({'|'.join(_ORDINALS)}) row", place.casefold())
    return _ORDINALS.index(named.group(1)) if named else len(_ORDINALS) - 1


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, tuple[str, ...]] = {}
    for group, key in pairs:
        groups[group] = (*groups.get(group, ()), key)
    return groups


def _expanded(
    what: str, names: Iterable[str], known: Mapping[str, Head], groups: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """Return the keys that names stand for, each once, in the order given."""
    keys: dict[str, None] = {}
    for name in names:
        if name in known:
            keys[name] = None
        elif name in groups:
            keys.update(dict.fromkeys(groups[name]))
        elif name == "all":
            keys.update(dict.fromkeys(known))
        else:
            raise unknown(what, name, [*known, *groups, "all"])
    return tuple(keys)


def _check(comparison: Comparison, known: Facts) -> None:
    if comparison.differences not in DIFFERENCES:
        raise unknown("way to show differences", comparison.differences, DIFFERENCES)
    if comparison.sort and comparison.sort != "name" and comparison.sort not in known.properties:
        raise unknown("property to sort by", comparison.sort, [*known.properties, "name"])
    for key, value in comparison.where:
        if key not in known.properties:
            raise unknown("property", key, known.properties)
        if value.casefold() not in {each.casefold() for each in values(key, known)}:
            raise unknown(f"value of {key}", value, values(key, known))
    if not isinstance(comparison.search, str):
        raise CourseError(f"A text to search for is expected, not {comparison.search!r}.")


def _look_up(comparison: Comparison, known: Facts) -> Mapping[tuple[str, str], Cell]:
    if not comparison.verified:
        return known.cells
    return {place: cell for place, cell in known.cells.items() if cell.verified}


def _kept(comparison: Comparison, known: Facts) -> tuple[str, ...]:
    wanted = [(key, value.casefold()) for key, value in comparison.where]
    return tuple(
        system
        for system in comparison.systems
        if all((found := known.cells.get((system, key))) and found.value.casefold() == value for key, value in wanted)
    )


def _ordered(comparison: Comparison, systems: tuple[str, ...], known: Facts) -> list[str]:
    """Return systems in the order asked for; those without a fact stand last either way."""
    if not comparison.sort:
        return list(systems)
    if comparison.sort == "name":
        return sorted(systems, key=lambda key: known.systems[key].name.casefold(), reverse=comparison.descending)
    found = {key: known.cells[key, comparison.sort] for key in systems if (key, comparison.sort) in known.cells}
    with_fact = sorted(found, key=lambda key: _rank(found[key]), reverse=comparison.descending)
    return [*with_fact, *(key for key in systems if key not in found)]


def _rank(cell: Cell) -> tuple[float, str]:
    if cell.number is not None:
        return cell.number, ""
    place = CHOICES.index(cell.value) if cell.value in CHOICES else len(CHOICES)
    return float(place), cell.folded


def _differs(cells: Iterable[Cell | None]) -> bool:
    """Tell whether known values differ; what nobody knows is no difference."""
    known = (cell for cell in cells if cell is not None)
    return len({cell.folded if cell.value == "depends" else cell.value.casefold() for cell in known}) > 1


def _searched(
    comparison: Comparison,
    rows: Sequence[Head],
    columns: Sequence[Head],
    cells: Sequence[tuple[Cell | None, ...]],
    hidden: str,
) -> Grid:
    text = comparison.search.strip().casefold()
    found = [
        (head, line)
        for head, line in zip(rows, cells, strict=True)
        if not text or text in head.name.casefold() or any(cell and text in cell.folded for cell in line)
    ]
    if len(found) < len(rows):
        hidden = f"{hidden} {len(rows) - len(found)} rows without \N{LEFT DOUBLE QUOTATION MARK}"
        hidden += f"{comparison.search.strip()}\N{RIGHT DOUBLE QUOTATION MARK} are hidden."
    return Grid(
        _title(len(columns if not comparison.pivot else found), len(found if not comparison.pivot else columns)),
        "System" if comparison.pivot else "Property",
        tuple(columns),
        tuple(head for head, _ in found),
        tuple(line for _, line in found),
        comparison.sort,
        comparison.descending,
        hidden.strip(),
    )


def _title(systems: int, properties: int) -> str:
    return f"{_counted(systems, 'system', 'systems')} by {_counted(properties, 'property', 'properties')}"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _hidden(comparison: Comparison, systems: Sequence[str], properties: Sequence[str]) -> str:
    parts = []
    if left_out := len(comparison.systems) - len(systems):
        parts.append(f"{_counted(left_out, 'system', 'systems')} left out by the filter.")
    if alike := len(comparison.properties) - len(properties):
        parts.append(f"{_counted(alike, 'property', 'properties')} in which they do not differ left out.")
    if comparison.verified:
        parts.append("Facts whose source was not opened are hidden.")
    return " ".join(parts)
