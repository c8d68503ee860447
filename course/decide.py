"""From what a job requires to a ranking of systems: hard constraints, weighted preferences, reasons, sensitivity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.compare import Facts, chosen, facts
from course.errors import CourseError, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from course.compare import Cell, Head

LARGEST_WEIGHT = 5.0
LOW, HIGH = "low", "high"
DEMANDS = ("yes", "no", "possible")

_ACCEPTED = {"yes": ("yes",), "no": ("no",), "possible": ("yes", "depends")}
_HALF = 0.5
"""What a value that depends on something earns: the condition may hold or not."""


@dataclass(frozen=True)
class Constraint:
    """What a system must be: a choice property and "yes", "no" or "possible".

    "possible" is yes or depends: the ranking then says on what it depends. "yes" and "no" take nothing less.
    """

    property: str
    value: str


@dataclass(frozen=True)
class Preference:
    """What is better: "yes" or "no" of a choice, "low" or "high" of a number; `weight` is more than 0 and at most 5."""

    property: str
    wanted: str
    weight: float = 1.0


@dataclass(frozen=True)
class Requirements:
    """A job: which systems to consider (keys; none means all), what they must be, what is preferred."""

    systems: tuple[str, ...] = ()
    must: tuple[Constraint, ...] = ()
    prefer: tuple[Preference, ...] = ()


@dataclass(frozen=True)
class Reason:
    """One fact that counted: row `row` of platform_properties, and the share of the weight that it earned, 0 to 1."""

    property: Head
    wanted: str
    row: str
    cell: Cell | None
    earned: float
    weight: float = 0.0


@dataclass(frozen=True)
class Ranked:
    """A system that meets every constraint: its place (equal scores share one), its score from 0 to 1, and why."""

    place: int
    system: Head
    score: float
    reasons: tuple[Reason, ...]
    conditions: tuple[Reason, ...]


@dataclass(frozen=True)
class Excluded:
    """A system that does not meet each constraint, with those it fails; a fact that nobody knows is not met either."""

    system: Head
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Turn:
    """The nearest weight of one preference, the others unchanged, past which another system takes the first place."""

    property: Head
    wanted: str
    weight: float
    at: float
    system: Head


@dataclass(frozen=True)
class Decision:
    """The ranking, the systems that were excluded, and the changes of weight that would change the first place."""

    requirements: Requirements
    ranked: tuple[Ranked, ...]
    excluded: tuple[Excluded, ...]
    turns: tuple[Turn, ...]


def required(
    systems: Iterable[str] = (), must: Iterable[Constraint] = (), prefer: Iterable[Preference] = ()
) -> Requirements:
    """Return the requirements of a job, checked; systems are keys, kinds or "all".

    Raises CourseError with the nearest match for an unknown system, property or value, and for a weight out of range.
    """
    known = facts()
    found = Requirements(chosen(systems or ("all",)).systems, tuple(must), tuple(prefer))
    for constraint in found.must:
        _check(constraint.property, constraint.value, DEMANDS, known)
    for preference in found.prefer:
        _check(preference.property, preference.wanted, wanted(preference.property), known)
        if not 0 < preference.weight <= LARGEST_WEIGHT:
            raise CourseError(
                f"The weight of {preference.property} is {preference.weight:g}; "
                f"give more than 0 and at most {LARGEST_WEIGHT:g}."
            )
    for what, names in (("must", found.must), ("prefer", found.prefer)):
        keys = [each.property for each in names]
        if twice := next((key for key in keys if keys.count(key) > 1), None):
            raise CourseError(f"The property {twice!r} stands twice under {what}; give it once.")
    return found


def wanted(key: str, known: Facts | None = None) -> tuple[str, ...]:
    """Return what can be preferred of a property: ("yes", "no"), ("low", "high"), or nothing for one in words."""
    known = known or facts()
    if key not in known.properties:
        raise unknown("property", key, known.properties)
    cells = [cell for (_, each), cell in known.cells.items() if each == key]
    if cells and all(cell.number is not None for cell in cells):
        return LOW, HIGH
    return ("yes", "no") if {cell.value for cell in cells} <= {"yes", "no", "depends"} else ()


def rank(requirements: Requirements, known: Facts | None = None) -> Decision:
    """Return the decision for a job; `known` stands in for the facts of the dataset."""
    known = known or facts()
    systems = requirements.systems or tuple(known.systems)
    failed = {system: _failures(system, requirements.must, known) for system in systems}
    meeting = [system for system in systems if not failed[system]]
    ranges = {each.property: _range(each.property, meeting, known) for each in requirements.prefer}
    reasons = {
        system: tuple(
            _earned(system, preference, ranges[preference.property], known) for preference in requirements.prefer
        )
        for system in meeting
    }
    order = sorted(meeting, key=lambda system: (-_score(reasons[system]), known.systems[system].name.casefold()))
    scores = [round(_score(reasons[system]), 9) for system in order]
    return Decision(
        requirements,
        tuple(
            Ranked(
                1 + scores.index(score),
                known.systems[system],
                score,
                reasons[system],
                _conditions(system, requirements, known),
            )
            for system, score in zip(order, scores, strict=True)
        ),
        tuple(Excluded(known.systems[system], failed[system]) for system in systems if failed[system]),
        _turns(order, reasons, known),
    )


def _check(key: str, value: str, allowed: tuple[str, ...], known: Facts) -> None:
    possible = wanted(key, known)
    if not possible:
        raise CourseError(f"The property {key!r} is in words; choose one that is yes or no, or to prefer it, a number.")
    if allowed == DEMANDS and possible == (LOW, HIGH):
        raise CourseError(f"The property {key!r} is a number: prefer it {LOW} or {HIGH}; it cannot be a must.")
    if value not in allowed:
        raise unknown(f"requirement of {key}", value, allowed)


def _failures(system: str, must: Iterable[Constraint], known: Facts) -> tuple[Reason, ...]:
    return tuple(
        reason
        for constraint in must
        for reason in (_required(system, constraint, known),)
        if reason.cell is None or reason.cell.value not in _ACCEPTED[constraint.value]
    )


def _required(system: str, constraint: Constraint, known: Facts) -> Reason:
    key = constraint.property
    return Reason(known.properties[key], constraint.value, f"{system}/{key}", known.cells.get((system, key)), 0.0)


def _conditions(system: str, requirements: Requirements, known: Facts) -> tuple[Reason, ...]:
    found = (_required(system, constraint, known) for constraint in requirements.must)
    return tuple(reason for reason in found if reason.cell is not None and reason.cell.value == "depends")


def _range(key: str, systems: Iterable[str], known: Facts) -> tuple[float, float]:
    """Return the least and greatest number among the systems that are left: what low and high mean for this job."""
    cells = [known.cells[system, key] for system in systems if (system, key) in known.cells]
    numbers = [cell.number for cell in cells if cell.number is not None]
    return (min(numbers), max(numbers)) if numbers else (0.0, 0.0)


def _earned(system: str, preference: Preference, span: tuple[float, float], known: Facts) -> Reason:
    key = preference.property
    cell = known.cells.get((system, key))
    return Reason(
        known.properties[key],
        preference.wanted,
        f"{system}/{key}",
        cell,
        _share(cell, preference.wanted, span) if cell is not None else 0.0,
        preference.weight,
    )


def _share(cell: Cell, wished: str, span: tuple[float, float]) -> float:
    if cell.number is None:
        return 1.0 if cell.value == wished else _HALF if cell.value == "depends" else 0.0
    least, greatest = span
    if least == greatest:
        return 1.0
    height = (cell.number - least) / (greatest - least)
    return height if wished == HIGH else 1 - height


def _score(reasons: tuple[Reason, ...]) -> float:
    weight = sum(reason.weight for reason in reasons)
    return sum(reason.weight * reason.earned for reason in reasons) / weight if weight else 0.0


def _turns(order: list[str], reasons: Mapping[str, tuple[Reason, ...]], known: Facts) -> tuple[Turn, ...]:
    """Return, for each preference, the nearest weight from 0 to the largest at which the first place changes hands.

    The lead over another system is linear in each weight, so the weight at which it vanishes can be computed.
    """
    if len(order) < 2:
        return ()
    first, *others = order
    found = []
    for index, reason in enumerate(reasons[first]):
        levels = [
            (abs(at - reason.weight), at, other)
            for other in others
            if (at := _level(reasons[first], reasons[other], index)) is not None
        ]
        if levels:
            _, at, other = min(levels)
            found.append(Turn(reason.property, reason.wanted, reason.weight, at, known.systems[other]))
    return tuple(found)


def _level(first: tuple[Reason, ...], other: tuple[Reason, ...], index: int) -> float | None:
    """Return the weight of one preference at which two systems are level, or None if none in range makes them so."""
    gains = [mine.earned - theirs.earned for mine, theirs in zip(first, other, strict=True)]
    if abs(gains[index]) < 1e-9:
        return None
    lead = sum(mine.weight * gain for mine, gain in zip(first, gains, strict=True))
    at = first[index].weight - lead / gains[index]
    return at if 1e-9 < at < LARGEST_WEIGHT - 1e-9 and abs(at - first[index].weight) > 1e-9 else None
