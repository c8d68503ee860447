"""The shared dataset: `data/` as typed, cached pandas tables, with units converted and sources cited.

One schema, `data/datapackage.json` (Frictionless), gives every table its types, allowed values and keys. A table is
checked when it is first asked for, together with the keys that it refers to, and nothing else, so a lesson pays only
for what it shows.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from course.errors import CourseError, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = [
    "FOLDER",
    "Citation",
    "Dataset",
    "Filled",
    "bibtex",
    "cite",
    "convert",
    "default",
    "fact",
    "fill",
    "format_quantity",
    "layers",
    "measurements",
    "platforms",
    "records",
    "schema",
    "table",
]

FOLDER: Final = Path(__file__).resolve().parent.parent / "data"

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Citation:
    """A source in short: `text` such as "Agache et al. (2020), Firecracker: ...", where it opens, and its key."""

    key: str
    text: str
    url: str

    def __str__(self) -> str:
        return f"{self.text}, {self.url}"

    def markdown(self) -> str:
        """Return the citation as a Markdown link; a source inside `data/` is named without one."""
        return f"[{self.text}]({self.url})" if self.url.startswith("http") else f"{self.text} ({self.url})"


@dataclass(frozen=True)
class Filled:
    """A text with its look-ups put in, and the keys of the sources that they rest on, in order of first use."""

    text: str
    sources: tuple[str, ...]

    def __str__(self) -> str:
        return self.text


def default() -> Dataset:
    """Return the dataset of this checkout, read once."""
    return _opened(FOLDER)


def schema() -> dict[str, Any]:
    """Return the Frictionless data package: `resources`, each with `name`, `path` and `schema`."""
    return default().package


def table(name: str) -> pd.DataFrame:
    """Return a table of the dataset as a copy that is yours to change.

    Columns are those of the schema, in its order: text as `str`, whole numbers as `Int64`, numbers as `float64`, dates
    as `datetime64[s]`. Raises CourseError for an unknown table and for a file that does not fit the schema.
    """
    return default().table(name)


def records(name: str) -> tuple[Row, ...]:
    """Return the rows of a table as read-only mappings of plain Python values, with None for an empty cell."""
    return default().records(name)


def platforms() -> pd.DataFrame:
    """Return every system of the course, one row each, indexed by its key."""
    return table("platforms").set_index("platform", drop=False)


def layers(platform: str) -> pd.DataFrame:
    """Return the stack of a platform, bottom to top, as rows of the table of layers.

    Raises CourseError for an unknown platform.
    """
    return default().layers(platform)


def measurements(metric: str | None = None, convert_to: str | None = None) -> pd.DataFrame:
    """Return published numbers, all of them or those of one metric.

    The numbers of one metric share one unit: `convert_to`, or else the unit in which the course shows that metric.
    Without a metric they stand as published, each with its own unit. Raises CourseError for an unknown metric and for a
    unit of another dimension.
    """
    return default().measurements(metric, convert_to)


def cite(key: str) -> Citation:
    """Return the short citation of a source; raises CourseError for an unknown key."""
    return default().cite(key)


def bibtex(key: str) -> str:
    """Return the BibTeX entry of a source; raises CourseError for an unknown key."""
    return default().bibtex(key)


def fact(name: str, key: str, column: str) -> Any:
    """Return one cell: of table `name`, the row with that key (parts of a longer key joined by a slash), that column.

    An empty cell is None. Raises CourseError for a table, row or column that does not exist.
    """
    return default().fact(name, key, column)


def fill(template: str) -> Filled:
    """Return the template with each look-up replaced by its value.

    `{measurements:M082}` becomes a quantity with its unit, `{platforms:docker:name}` the cell of that row and column.
    Raises CourseError for a look-up that finds nothing.
    """
    return default().fill(template)


def convert(value: float, from_unit: str, to_unit: str) -> float:
    """Return the value in another unit of the same dimension; raises CourseError for any other."""
    return default().convert(value, from_unit, to_unit)


def format_quantity(value: float, unit: str, qualifier: str = "exact", value_to: float | None = None) -> str:
    """Return a number with its unit as prose has it, such as "about 1,250 ms" or "20 to 30%"."""
    words = {"about": "about ", "over": "over ", "under": "under "}.get(qualifier, "")
    number = f"{value:,.10g}" if value_to is None else f"{value:,.10g} to {value_to:,.10g}"
    return f"{words}{number}%" if unit == "%" else f"{words}{number} {unit}"


class Dataset:
    """A data package in a folder; the functions of this module answer from that of the checkout."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.package = _read_package(folder)
        self._resources: dict[str, dict[str, Any]] = {
            resource["name"]: resource for resource in self.package["resources"]
        }
        self._cells: dict[str, _Cells] = {}
        self._columns: dict[str, dict[str, list[Any]]] = {}
        self._frames: dict[str, pd.DataFrame] = {}
        self._records: dict[str, tuple[Row, ...]] = {}
        self._rows: dict[str, dict[str, Row]] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the tables, in the order of the schema."""
        return tuple(self._resources)

    def table(self, name: str) -> pd.DataFrame:
        """Return a copy of a table; see the function of this name."""
        if name not in self._frames:
            columns = self._checked(name)
            self._frames[name] = pd.DataFrame(
                {field["name"]: _series(columns[field["name"]], field["type"]) for field in self._fields(name)}
            )
        return self._frames[name].copy()

    def records(self, name: str) -> tuple[Row, ...]:
        """Return the rows of a table as mappings; see the function of this name."""
        if name not in self._records:
            columns = self._checked(name)
            names = list(columns)
            self._records[name] = tuple(
                dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)
            )
        return self._records[name]

    def row(self, name: str, key: str) -> Row:
        """Return one row by its key, parts joined by a slash; raises CourseError naming the nearest key."""
        if name not in self._rows:
            parts = self._resource(name)["schema"]["primaryKey"]
            self._rows[name] = {"/".join(str(row[part]) for part in parts): row for row in self.records(name)}
        if key not in self._rows[name]:
            raise unknown(f"row in the table of {name}", key, self._rows[name])
        return self._rows[name][key]

    def layers(self, platform: str) -> pd.DataFrame:
        """Return the stack of a platform, bottom to top; see the function of this name."""
        self.row("platforms", platform)
        stack = self.table("layers")
        return stack[stack["platform"] == platform].sort_values("position", kind="stable").reset_index(drop=True)

    def measurements(self, metric: str | None = None, convert_to: str | None = None) -> pd.DataFrame:
        """Return published numbers in one unit; see the function of this name."""
        if metric is None and convert_to is None:
            return self.table("measurements")
        numbers = self.table("measurements")
        if metric is not None:
            convert_to = convert_to or self._metric(metric)["unit"]
            numbers = numbers[numbers["metric"] == metric].reset_index(drop=True)
        unit = str(convert_to)
        for column in ("value", "value_to"):
            numbers[column] = [
                self.convert(value, given, unit) for value, given in zip(numbers[column], numbers["unit"], strict=True)
            ]
        return numbers.assign(unit=unit)

    def cite(self, key: str) -> Citation:
        """Return the short citation of a source; see the function of this name."""
        source = self._source(key)
        year = f" ({source['year']})" if source["year"] else ""
        return Citation(key, f"{_short_authors(source['authors'])}{year}, {source['title']}", source["url"])

    def bibtex(self, key: str) -> str:
        """Return the BibTeX entry of a source; see the function of this name."""
        source = self._source(key)
        authors = " and ".join(_names(source["authors"]))
        fields = {
            "author": authors if source["kind"] in {"paper", "book", "article"} else f"{{{authors}}}",
            "title": f"{{{source['title']}}}",
            "year": source["year"],
            "url": source["url"],
            "doi": source["doi"],
            "urldate": source["read_on"],
            "note": source["note"],
        }
        kind = {"paper": "article", "article": "article", "book": "book", "standard": "manual"}.get(
            source["kind"], "misc"
        )
        lines = [f"  {name} = {{{_tex(name, value)}}}," for name, value in fields.items() if value]
        return "\n".join([f"@{kind}{{{key},", *lines, "}"])

    def fact(self, name: str, key: str, column: str) -> Any:
        """Return one cell; see the function of this name."""
        row = self.row(name, key)
        if column not in row:
            raise unknown(f"column in the table of {name}", column, row)
        return row[column]

    def fill(self, template: str) -> Filled:
        """Return the template with its look-ups put in; see the function of this name."""
        sources: list[str] = []

        def replace(match: re.Match[str]) -> str:
            text, source = self._look_up(match.group(1))
            if source and source not in sources:
                sources.append(source)
            return text

        text = re.sub(r"\{([^{}]*)\}", replace, template)
        return Filled(text, tuple(sources))

    def convert(self, value: float, from_unit: str, to_unit: str) -> float:
        """Return the value in another unit; see the function of this name."""
        given, wanted = self._unit(from_unit), self._unit(to_unit)
        if given["dimension"] != wanted["dimension"]:
            raise CourseError(
                f"{from_unit} measures {given['dimension']} and {to_unit} measures {wanted['dimension']}, so one does "
                f"not convert to the other. Units of {given['dimension']}: "
                f"{', '.join(self._units_of(given['dimension']))}."
            )
        return value if from_unit == to_unit else value * float(given["factor"]) / float(wanted["factor"])

    def _look_up(self, reference: str) -> tuple[str, str | None]:
        parts = reference.split(":", 2)
        if len(parts) == 2 and parts[0] == "measurements":
            row = self.row("measurements", parts[1])
            return format_quantity(row["value"], row["unit"], row["qualifier"], row["value_to"]), row["source"]
        if len(parts) != 3:
            raise CourseError(
                f"The look-up {{{reference}}} cannot be read. Write {{measurements:M082}} for a quantity or "
                "{platforms:docker:name} for table, key and column."
            )
        name, key, column = parts
        value = self.fact(name, key, column)
        if value is None:
            raise CourseError(
                f"The look-up {{{reference}}} finds an empty cell. Choose a column that is filled for {key!r}."
            )
        text = f"{value:,.10g}" if isinstance(value, float) else str(value)
        return text, self.row(name, key).get("source")

    def _metric(self, metric: str) -> Row:
        metrics = {row["metric"]: row for row in self.records("metrics")}
        if metric not in metrics:
            raise unknown("metric", metric, metrics)
        return metrics[metric]

    def _source(self, key: str) -> Row:
        sources = {row["source"]: row for row in self.records("sources")}
        if key not in sources:
            near = get_close_matches(key, sources, n=3, cutoff=0.5)
            hint = f" The nearest: {', '.join(near)}." if near else ""
            raise CourseError(f"There is no source {key!r}.{hint} All keys stand in data/sources.csv.")
        return sources[key]

    def _unit(self, unit: str) -> Row:
        units = {row["unit"]: row for row in self.records("units")}
        if unit not in units:
            raise unknown("unit", unit, units)
        return units[unit]

    def _units_of(self, dimension: str) -> list[str]:
        return [row["unit"] for row in self.records("units") if row["dimension"] == dimension]

    def _resource(self, name: str) -> dict[str, Any]:
        if name not in self._resources:
            raise unknown("table", name, self._resources)
        return self._resources[name]

    def _fields(self, name: str) -> list[dict[str, Any]]:
        fields: list[dict[str, Any]] = self._resource(name)["schema"]["fields"]
        return fields

    def _read(self, name: str) -> _Cells:
        """Return the cells of a table as text, unchecked but for their shape."""
        if name not in self._cells:
            resource = self._resource(name)
            names = [field["name"] for field in resource["schema"]["fields"]]
            self._cells[name] = _read_cells(self.folder / resource["path"], names)
        return self._cells[name]

    def _checked(self, name: str) -> dict[str, list[Any]]:
        """Return the columns of a table as Python values, None for an empty cell, after every check of the schema."""
        if name not in self._columns:
            cells = self._read(name)
            where = _Where(cells, self._resource(name)["schema"]["primaryKey"])
            columns = {field["name"]: _parsed(field, cells, where) for field in self._fields(name)}
            _check_primary_key(columns, where)
            for key in self._resource(name)["schema"].get("foreignKeys", ()):
                self._check_foreign_key(name, key, columns, where)
            if name in _RULES:
                _RULES[name](self, columns, where)
            self._columns[name] = columns
        return self._columns[name]

    def _check_foreign_key(self, name: str, key: dict[str, Any], columns: dict[str, list[Any]], where: _Where) -> None:
        fields = _listed(key["fields"])
        target = key["reference"]["resource"] or name  # "" is how Frictionless says: this table itself
        referred = self._read(target)
        known = set(zip(*(referred.columns[field] for field in _listed(key["reference"]["fields"])), strict=True))
        for index, values in enumerate(zip(*(columns[field] for field in fields), strict=True)):
            if None in values or values in known:
                continue
            given, allowed = "/".join(values), sorted("/".join(entry) for entry in known)
            raise where.error(index, fields[-1], f"{given!r} is not a key of {referred.path.name}", given, allowed)


@dataclass(frozen=True)
class _Cells:
    """A CSV file as columns of text."""

    path: Path
    columns: dict[str, list[str]]


@dataclass(frozen=True)
class _Where:
    """Names the place of a fault the way a spreadsheet shows it: the header is row 1."""

    cells: _Cells
    primary_key: Sequence[str]

    def error(self, index: int, column: str, fault: str, given: str = "", allowed: Iterable[str] = ()) -> CourseError:
        key = "/".join(self.cells.columns[part][index] for part in self.primary_key)
        allowed = list(allowed)
        near = get_close_matches(given, allowed, n=1, cutoff=0.4)
        hint = f"; did you mean {near[0]!r}?" if near else "."
        if allowed and (len(allowed) <= 25 or not near):
            hint += f" Allowed: {', '.join(allowed[:25])}{', ...' if len(allowed) > 25 else ''}."
        return CourseError(f"data/{self.cells.path.name}, row {index + 2} ({key}), column {column}: {fault}{hint}")


@cache
def _opened(folder: Path) -> Dataset:
    return Dataset(folder)


def _read_package(folder: Path) -> dict[str, Any]:
    path = folder / "datapackage.json"
    try:
        package: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CourseError(
            f"The dataset is missing: there is no data/datapackage.json in {folder.parent.name!r}. The course is used "
            "from its checkout; clone it again or run `make start` in the folder that holds `data`."
        ) from None
    except (json.JSONDecodeError, UnicodeDecodeError) as damage:
        raise CourseError(
            f"data/datapackage.json is damaged ({damage}). Restore it with `git checkout data`."
        ) from None
    return package


def _read_cells(path: Path, names: list[str]) -> _Cells:
    lines = _read_lines(path)
    if not lines:
        raise CourseError(f"data/{path.name} is empty. Expected a header with the columns {', '.join(names)}.")
    _check_header(path, lines[0], names)
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(names):
            raise CourseError(
                f"data/{path.name}, row {number}, column {names[min(len(line), len(names)) - 1]}: the row has "
                f"{len(line)} cells and the header has {len(names)}. Quote a text that holds a comma."
            )
    columns = zip(*lines[1:], strict=True) if len(lines) > 1 else ([] for _ in names)
    return _Cells(path, {name: list(column) for name, column in zip(names, columns, strict=True)})


def _read_lines(path: Path) -> list[list[str]]:
    restore = f"Restore it with `git checkout data/{path.name}` or save it again as UTF-8 CSV."
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise CourseError(f"data/{path.name} is missing. Restore it with `git checkout data/{path.name}`.") from None
    except UnicodeDecodeError as damage:
        line = damage.object.count(b"\n", 0, damage.start) + 1
        raise CourseError(f"data/{path.name}, line {line}: the text is not UTF-8. {restore}") from None
    if text.startswith("\ufeff"):
        raise CourseError(
            f"data/{path.name}, line 1: the file starts with a byte order mark. Save it as UTF-8 without one."
        )
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        return list(reader)
    except csv.Error as damage:
        raise CourseError(
            f"data/{path.name}, line {reader.line_num}: the quoting is damaged ({damage}). {restore}"
        ) from None


def _check_header(path: Path, header: list[str], names: list[str]) -> None:
    if header == names:
        return
    given = next((name for name in header if name not in names), None)
    if given is not None:
        near = get_close_matches(given, names, n=1, cutoff=0.4)
        hint = f"; did you mean {near[0]!r}?" if near else "."
        raise CourseError(f"data/{path.name}, row 1: there is no column {given!r}{hint} Columns: {', '.join(names)}.")
    raise CourseError(
        f"data/{path.name}, row 1: the columns are {', '.join(header)}, expected in this order: {', '.join(names)}."
    )


def _parsed(field: dict[str, Any], cells: _Cells, where: _Where) -> list[Any]:
    """Return a column as Python values, each distinct text checked against its field once, where it first stands."""
    column = cells.columns[field["name"]]
    values: dict[str, Any] = {}
    for index, cell in enumerate(column):
        if cell not in values:
            values[cell] = _value(field, cell, index, where)
    return [values[cell] for cell in column]


def _value(field: dict[str, Any], cell: str, index: int, where: _Where) -> Any:
    constraints, name = field.get("constraints", {}), field["name"]
    if cell == "":
        if constraints.get("required"):
            raise where.error(index, name, "the cell is empty and must not be", "", constraints.get("enum", ()))
        return None
    pattern, parse, words = _TYPES[field["type"]]
    if pattern is not None and not pattern.fullmatch(cell):
        raise where.error(index, name, f"{cell!r} is not {words}")
    try:
        value = parse(cell)
    except ValueError:
        raise where.error(index, name, f"{cell!r} is not {words}") from None
    _check_constraints(value, cell, constraints, index, name, where)
    return value


def _check_constraints(
    value: Any, cell: str, constraints: dict[str, Any], index: int, name: str, where: _Where
) -> None:
    if "enum" in constraints and cell not in constraints["enum"]:
        raise where.error(index, name, f"{cell!r} is not an allowed value", cell, constraints["enum"])
    if "pattern" in constraints and not re.fullmatch(constraints["pattern"], cell):
        raise where.error(index, name, f"{cell!r} does not have the form {constraints['pattern']}")
    if "minimum" in constraints and value < constraints["minimum"]:
        raise where.error(index, name, f"{cell} is below the least allowed, {constraints['minimum']}")
    if "maximum" in constraints and value > constraints["maximum"]:
        raise where.error(index, name, f"{cell} is above the most allowed, {constraints['maximum']}")
    if "maxLength" in constraints and len(cell) > constraints["maxLength"]:
        raise where.error(
            index, name, f"{cell!r} has {len(cell)} characters, at most {constraints['maxLength']} are allowed"
        )


def _check_primary_key(columns: dict[str, list[Any]], where: _Where) -> None:
    first: dict[tuple[Any, ...], int] = {}
    for index, key in enumerate(zip(*(columns[part] for part in where.primary_key), strict=True)):
        if key in first:
            raise where.error(index, where.primary_key[-1], f"the key stands in row {first[key] + 2} already")
        first[key] = index


def _check_property_values(dataset: Dataset, columns: dict[str, list[Any]], where: _Where) -> None:
    """Hold each value to the type that the table of properties gives it, which no schema can say."""
    types = {row["property"]: row["type"] for row in dataset.records("properties")}
    for index, (name, value) in enumerate(zip(columns["property"], columns["value"], strict=True)):
        if types[name] == "choice" and value not in _CHOICES:
            raise where.error(index, "value", f"{value!r} is not an allowed value", value, _CHOICES)
        if types[name] == "number" and not _NUMBER.fullmatch(value):
            raise where.error(index, "value", f"{value!r} is not a number, and {name} is one")
        if value == "depends" and not columns["condition"][index]:
            raise where.error(index, "condition", "the cell is empty, and a value that depends must say on what")


def _series(values: list[Any], kind: str) -> pd.Series[Any]:
    series: pd.Series[Any] = pd.Series(values, dtype=_DTYPES[kind])
    return series


def _names(authors: str) -> list[str]:
    return [name.strip() for name in authors.split(";")]


def _short_authors(authors: str) -> str:
    names = _names(authors)
    return f"{names[0]} et al." if len(names) > 2 else " and ".join(names)


def _tex(name: str, value: object) -> str:
    text = str(value)
    return text if name in {"url", "doi"} else re.sub(r"([&%$#_])", r"\\\1", text)


def _listed(fields: str | list[str]) -> list[str]:
    return [fields] if isinstance(fields, str) else fields


def _finite(cell: str) -> float:
    number = float(cell)
    if not math.isfinite(number):
        raise ValueError(cell)
    return number


_CHOICES: Final = ("yes", "no", "depends")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_TYPES: Final[dict[str, tuple[re.Pattern[str] | None, Callable[[str], Any], str]]] = {
    "string": (None, str, "text"),
    "integer": (re.compile(r"[+-]?[0-9]+"), int, "a whole number"),
    "number": (_NUMBER, _finite, "a number"),
    "date": (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), date.fromisoformat, "a date written YYYY-MM-DD"),
}
_DTYPES: Final[dict[str, Any]] = {"string": "str", "integer": "Int64", "number": "float64", "date": "datetime64[s]"}
_RULES: Final[dict[str, Callable[[Dataset, dict[str, list[Any]], _Where], None]]] = {
    "platform_properties": _check_property_values,
}
