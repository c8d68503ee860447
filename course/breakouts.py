"""Published ways across a boundary, and what each defense would have done against them. Introduced in lesson 08."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from course import dataset
from course.errors import unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SIDES: Final = {
    "vm_escape": "machine",
    "vm_side_channel": "machine",
    "container_escape": "container",
    "shared_kernel": "container",
    "build_time": "container",
    "control_plane": "container",
}
"""Which side each kind is on: out of a virtual machine or out of a container."""

Outcome = Literal["stopped", "limited", "open"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("stopped", "limited", "open")


@dataclass(frozen=True)
class Defense:
    """Something that may stand in the way: its key, name, and what it does."""

    key: str
    name: str
    detail: str


@dataclass(frozen=True)
class Answer:
    """What one defense would have done: `effect` is stops, limits or no_help."""

    defense: Defense
    effect: str
    reason: str
    verified: bool


@dataclass(frozen=True)
class Breakout:
    """One published way across a boundary. Texts that the record leaves open are empty; `unverified` names columns."""

    key: str
    cve: str
    nickname: str
    component: str
    kind: str
    boundary: str
    mechanism: str
    crossing: str
    what_happened: str
    precondition: str
    disclosed: str
    fixed_in: str
    fixed_on: str
    score: str
    exploited_on: str
    unverified: tuple[str, ...]
    answers: tuple[Answer, ...]
    citation: dataset.Citation

    @property
    def name(self) -> str:
        """The CVE number, with the name under which it is known."""
        return f"{self.cve} ({self.nickname})" if self.nickname else self.cve

    @property
    def side(self) -> str:
        """Whether it leads out of a machine or out of a container."""
        return SIDES[self.kind]

    @property
    def when(self) -> float:
        """The date of disclosure as a year with a fraction, for an axis."""
        return year_of(self.disclosed)

    @property
    def days_to_fix(self) -> int | None:
        """Days from disclosure to the fix, negative if the fix came first; None unless both days are known."""
        if len(self.disclosed) < 10 or len(self.fixed_on) < 10:
            return None
        return (date.fromisoformat(self.fixed_on) - date.fromisoformat(self.disclosed)).days


@dataclass(frozen=True)
class Selection:
    """Which ways to look at: nothing chosen in a field means all of that field."""

    kinds: tuple[str, ...] = ()
    boundaries: tuple[str, ...] = ()
    mechanisms: tuple[str, ...] = ()
    exploited: bool = False


def breakouts(selection: Selection = Selection()) -> tuple[Breakout, ...]:
    """Return the chosen ways, oldest first; raises CourseError for a value that no way has."""
    found = _all()
    for what, given in (
        ("kind", selection.kinds),
        ("boundary", selection.boundaries),
        ("mechanism", selection.mechanisms),
    ):
        _require(what, given, choices(what))
    return tuple(way for way in found if _matches(way, selection))


def defenses() -> tuple[Defense, ...]:
    """Return every defense, in the order of the dataset."""
    return tuple(Defense(row["defense"], row["name"], row["detail"]) for row in dataset.records("defenses"))


def choices(field: str) -> tuple[str, ...]:
    """Return the values that `kind`, `boundary` or `mechanism` takes among the ways, most frequent first."""
    counted = Counter(str(getattr(way, field)) for way in _all())
    return tuple(value for value, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def outcome(way: Breakout, standing: Iterable[str]) -> Outcome:
    """Return what is left of a way when the defenses `standing` (keys) are in place: the best of them counts.

    Raises CourseError for a defense that does not exist.
    """
    keys = tuple(standing)
    _require("defense", keys, [defense.key for defense in defenses()])
    effects = {answer.effect for answer in way.answers if answer.defense.key in keys}
    if "stops" in effects:
        return "stopped"
    return "limited" if "limits" in effects else "open"


def tally(ways: Sequence[Breakout], standing: Iterable[str]) -> dict[Outcome, int]:
    """Return how many of the ways are stopped, limited and open."""
    keys = tuple(standing)
    counted = Counter(outcome(way, keys) for way in ways)
    return {name: counted[name] for name in OUTCOMES}


def year_of(day: str) -> float:
    """Return a date written YYYY, YYYY-MM or YYYY-MM-DD as a year with a fraction; an open part counts as half."""
    parts = [int(part) for part in day.split("-")]
    month = parts[1] if len(parts) > 1 else 7
    day_of_month = parts[2] if len(parts) > 2 else (15 if len(parts) > 1 else 1)
    return parts[0] + (month - 1) / 12 + (day_of_month - 1) / 372


def _all() -> tuple[Breakout, ...]:
    known = {defense.key: defense for defense in defenses()}
    answers: dict[str, list[Answer]] = {}
    for row in dataset.records("escape_defenses"):
        answer = Answer(known[row["defense"]], row["effect"], row["reason"], row["verified_how"] != "unverified")
        answers.setdefault(row["escape"], []).append(answer)
    ways = (_breakout(row, tuple(answers.get(row["escape"], ()))) for row in dataset.records("escapes"))
    return tuple(sorted(ways, key=lambda way: (way.when, way.key)))


def _breakout(row: dataset.Row, answers: tuple[Answer, ...]) -> Breakout:
    score = f"{row['cvss']:g} (CVSS {row['cvss_version']}, scored by {row['cvss_by']})" if row["cvss"] else ""
    return Breakout(
        key=row["escape"],
        cve=row["cve"],
        nickname=row["nickname"] or "",
        component=row["component"],
        kind=row["kind"],
        boundary=row["boundary"],
        mechanism=row["mechanism"],
        crossing=row["crossing"],
        what_happened=row["what_happened"],
        precondition=row["precondition"] or "",
        disclosed=row["disclosed"] or str(row["year"]),
        fixed_in=row["fixed_in"] or "",
        fixed_on=row["fixed_on"] or "",
        score=score,
        exploited_on=str(row["exploited_on"] or ""),
        unverified=tuple(filter(None, (row["parts_unverified"] or "").split(","))),
        answers=answers,
        citation=dataset.cite(row["source"]),
    )


def _matches(way: Breakout, selection: Selection) -> bool:
    return (
        (not selection.kinds or way.kind in selection.kinds)
        and (not selection.boundaries or way.boundary in selection.boundaries)
        and (not selection.mechanisms or way.mechanism in selection.mechanisms)
        and (bool(way.exploited_on) or not selection.exploited)
    )


def _require(what: str, given: Iterable[str], known: Iterable[str]) -> None:
    allowed = list(known)
    for value in given:
        if value not in allowed:
            raise unknown(what, value, allowed)
