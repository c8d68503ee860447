"""Published measurements: the numbers of one metric in one unit, each with its setup, and what may be compared.

A ratio exists inside one setup only. Two numbers of different setups stand beside each other, never over each other.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from course import dataset
from course.errors import CourseError, unknown

if TYPE_CHECKING:
    from collections.abc import Collection

DIGITS = 4
"""Significant digits of a value that was converted to another unit; a value as published keeps all of its own."""


@dataclass(frozen=True)
class Metric:
    """What is measured: `better` is higher, lower or neither, `detail` says where it starts and ends."""

    key: str
    name: str
    unit: str
    better: str
    detail: str


@dataclass(frozen=True)
class Setup:
    """The machine and the versions that a study measured with."""

    key: str
    year: int
    hardware: str
    software: str
    note: str
    verified: bool


@dataclass(frozen=True)
class Ratio:
    """A number over its baseline; `qualifier` is exact, about, over, under or range."""

    qualifier: str
    value: float
    value_to: float | None

    @property
    def text(self) -> str:
        """The ratio in words, such as "about 0.45 times"."""
        upper = None if self.value_to is None else rounded(self.value_to, 3)
        return dataset.format_quantity(rounded(self.value, 3), "times", self.qualifier, upper)


@dataclass(frozen=True)
class Number:
    """One published number: `value` in `unit`, `value_to` the end of a range; `published` is as its source has it."""

    key: str
    study: str
    platform: str
    system: str
    metric: str
    workload: str
    qualifier: str
    value: float
    value_to: float | None
    unit: str
    published: str
    statistic: str
    baseline: str
    setup: Setup
    place: str
    note: str
    citation: dataset.Citation
    verified: bool

    @property
    def text(self) -> str:
        """The number with its unit in words, such as "about 1.5 s"; 4 digits where the unit was converted."""
        return dataset.format_quantity(self.value, self.unit, self.qualifier, self.value_to)


@dataclass(frozen=True)
class Workload:
    """Numbers of one setup under the same workload."""

    name: str
    numbers: tuple[Number, ...]


@dataclass(frozen=True)
class Panel:
    """Numbers of one study on one setup: only inside it do ratios mean something."""

    study: str
    setup: Setup
    workloads: tuple[Workload, ...]

    @property
    def numbers(self) -> tuple[Number, ...]:
        """The numbers of all workloads."""
        return tuple(number for workload in self.workloads for number in workload.numbers)


@dataclass(frozen=True)
class Comparison:
    """Two numbers of one metric: `ratio` is the first over the second, None where their setups differ."""

    first: Number
    second: Number
    ratio: Ratio | None
    remarks: tuple[str, ...]

    @property
    def text(self) -> str:
        """Both numbers, the ratio if there is one, and what one must know to read it."""
        pair = "; ".join(f"{number.system}: {number.text} ({number.study})" for number in (self.first, self.second))
        verdict = f"Ratio: {self.ratio.text}." if self.ratio else "No ratio."
        return " ".join((f"{pair}.", verdict, *self.remarks))


@cache
def metrics() -> tuple[Metric, ...]:
    """Return every metric that has numbers, ordered by name."""
    measured = {row["metric"] for row in dataset.records("measurements")}
    found = (
        Metric(row["metric"], row["name"], row["unit"], row["better"], row["detail"])
        for row in dataset.records("metrics")
        if row["metric"] in measured
    )
    return tuple(sorted(found, key=lambda metric: metric.name))


def metric(key: str) -> Metric:
    """Return one metric; raises CourseError that lists those there are."""
    known = {entry.key: entry for entry in metrics()}
    if key not in known:
        raise unknown("metric", key, known)
    return known[key]


def studies(metric_key: str) -> tuple[str, ...]:
    """Return the studies that have numbers of a metric, oldest first; raises CourseError for an unknown metric."""
    return tuple(dict.fromkeys(number.study for number in numbers(metric_key)))


def numbers(metric_key: str, only: Collection[str] = (), unit: str = "") -> tuple[Number, ...]:
    """Return the numbers of one metric in one unit, by year of the setup, then study, then key.

    `only` names studies to keep, empty for all; `unit` is that of the metric if empty. Raises CourseError for an
    unknown metric, a study without numbers of it and a unit of another dimension.
    """
    unit = unit or metric(metric_key).unit
    found = [_number(row, unit) for row in dataset.records("measurements") if row["metric"] == metric_key]
    found.sort(key=lambda number: (number.setup.year, number.study, number.key))
    if not found:
        raise unknown("metric", metric_key, (entry.key for entry in metrics()))
    known = {number.study for number in found}
    for study in only:
        if study not in known:
            raise unknown(f"study with numbers of {metric_key}", study, sorted(known))
    return tuple(number for number in found if not only or number.study in only)


def number(key: str, unit: str = "") -> Number:
    """Return one number by its key, in `unit` or else as published; raises CourseError for an unknown key or unit."""
    row = dataset.default().row("measurements", key)
    return _number(row, unit or row["unit"])


def ratio(number: Number) -> Ratio | None:
    """Return a number over its baseline; None for one without a baseline."""
    if not number.baseline:
        return None
    base = dataset.default().row("measurements", number.baseline)
    return _over(number, _number(base, number.unit))


def compare(first: str, second: str) -> Comparison:
    """Compare two numbers by key: a ratio if they share a setup, a label that says why not otherwise.

    Raises CourseError for an unknown key and for numbers of different metrics.
    """
    one = number(first)
    if one.metric != (other := dataset.fact("measurements", second, "metric")):
        raise CourseError(
            f"{first} measures {metric(one.metric).name!r} and {second} measures {metric(other).name!r}, which do not "
            "compare. Choose two numbers of one metric."
        )
    two = number(second, one.unit)
    if one.setup.key != two.setup.key:
        remark = f"Different setups: {_named(one)}; {_named(two)}. Only numbers of one setup have a ratio."
        return Comparison(one, two, None, (remark,))
    return Comparison(one, two, _over(one, two), tuple(_remarks(one, two)))


def by_setup(chosen: Collection[Number]) -> tuple[Panel, ...]:
    """Return numbers grouped by study and setup, then by workload; in each workload a baseline comes first."""
    panels = []
    for (study, setup), group in groupby(
        sorted(chosen, key=_panel_order), key=lambda number: (number.study, number.setup)
    ):
        together: dict[str, list[Number]] = {}
        for entry in group:
            together.setdefault(entry.workload, []).append(entry)
        workloads = (
            Workload(name, tuple(sorted(entries, key=lambda entry: (entry.baseline != "", entry.key))))
            for name, entries in _counted_up(together)
        )
        panels.append(Panel(study, setup, tuple(workloads)))
    return tuple(panels)


def _counted_up(workloads: dict[str, list[Number]]) -> list[tuple[str, list[Number]]]:
    """Return workloads in their order, except that those which differ in a number only stand together, counted up."""
    alike = {name: re.sub(r"\d[\d,]*", "#", name) for name in workloads}
    first = list(alike.values())
    return sorted(workloads.items(), key=lambda one: (first.index(alike[one[0]]), _numbers_in(one[0])))


def _numbers_in(name: str) -> list[int]:
    return [int(digits.replace(",", "")) for digits in re.findall(r"\d[\d,]*", name)]


def rounded(value: float, digits: int = DIGITS) -> float:
    """Return a value with that many significant digits, and never fewer than its whole part has."""
    if value == 0:
        return value
    return round(value, max(0, digits - 1 - math.floor(math.log10(abs(value)))))


def _number(row: dataset.Row, unit: str) -> Number:
    value, value_to = _converted(row["value"], row["unit"], unit), row["value_to"]
    return Number(
        key=row["measurement"],
        study=row["study"],
        platform=row["platform"] or "",
        system=row["system"],
        metric=row["metric"],
        workload=row["workload"] or "",
        qualifier=row["qualifier"],
        value=value,
        value_to=None if value_to is None else _converted(value_to, row["unit"], unit),
        unit=unit,
        published=dataset.format_quantity(row["value"], row["unit"], row["qualifier"], value_to),
        statistic=row["statistic"],
        baseline=row["baseline"] or "",
        setup=_setup(row["setup"]),
        place=row["place"],
        note=row["note"] or "",
        citation=dataset.cite(row["source"]),
        verified=row["verified_how"] != "unverified",
    )


def _converted(value: float, given: str, wanted: str) -> float:
    return value if given == wanted else rounded(dataset.convert(value, given, wanted))


@cache
def _setup(key: str) -> Setup:
    row = dataset.default().row("setups", key)
    return Setup(
        key, row["year"], row["hardware"], row["software"] or "", row["note"] or "", row["verified_how"] != "unverified"
    )


def _over(number: Number, base: Number) -> Ratio | None:
    """Return number over base; None for a base that is a range or only a bound on the same side."""
    flipped = {"over": "under", "under": "over"}.get(base.qualifier, base.qualifier)
    if base.value_to is not None or {number.qualifier, flipped} == {"over", "under"}:
        return None
    if number.value_to is not None:
        return Ratio("range", number.value / base.value, number.value_to / base.value)
    bounds = {number.qualifier, flipped} & {"over", "under"}
    loose = "about" if "about" in {number.qualifier, flipped} else "exact"
    return Ratio(bounds.pop() if bounds else loose, number.value / base.value, None)


def _remarks(one: Number, two: Number) -> list[str]:
    pairs = (("workloads", one.workload, two.workload), ("statistics", one.statistic, two.statistic))
    return [
        f"Different {what}: {first or 'none stated'}; {second or 'none stated'}."
        for what, first, second in pairs
        if first != second
    ]


def _named(number: Number) -> str:
    return f"{number.study} measured on {number.setup.hardware} ({number.setup.year})"


def _panel_order(number: Number) -> tuple[int, str, str, str]:
    return number.setup.year, number.study, number.setup.key, number.key
