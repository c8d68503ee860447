"""What happened when, and what came out of what: the events and the family tree. Introduced in lesson 10."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from course import dataset
from course.breakouts import year_of
from course.errors import CourseError, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STRANDS: Final = {
    "theory": "theory",
    "machine": "machines",
    "hardware": "hardware",
    "container": "containers",
    "between": "between the two",
    "orchestration": "orchestration",
    "standard": "standards",
    "security": "security",
    "industry": "industry",
}
"""Strands of the timeline, in the order of its columns, and the words for them."""

RELATIONS: Final = {
    "fork": "is a fork of",
    "derived": "was made from",
    "successor": "succeeds",
    "uses": "uses",
    "idea": "takes up an idea of",
}
"""Relations of the family tree, read from child to parent."""


@dataclass(frozen=True)
class Event:
    """One dated event; `date` is as exact as its source, `unverified` names columns that the source did not confirm."""

    key: str
    date: str
    title: str
    strand: str
    why: str
    platform: str
    verified: bool
    unverified: tuple[str, ...]
    citation: dataset.Citation

    @property
    def when(self) -> float:
        """The date as a year with a fraction."""
        return year_of(self.date)


@dataclass(frozen=True)
class Member:
    """A system in the family tree; `generation` is the length of the longest line that leads to it."""

    key: str
    name: str
    kind: str
    first_release: str
    generation: int


@dataclass(frozen=True)
class Descent:
    """One edge of the family tree, from parent to child."""

    parent: str
    child: str
    relation: str
    note: str
    verified: bool
    citation: dataset.Citation


@dataclass(frozen=True)
class Family:
    """The family tree: its members by generation and their descent."""

    members: tuple[Member, ...]
    descents: tuple[Descent, ...]

    def of(self, key: str) -> tuple[Descent, ...]:
        """Return the edges that start or end at a system."""
        return tuple(edge for edge in self.descents if key in (edge.parent, edge.child))


def events(strands: Sequence[str] = (), since: int | None = None, platform: str = "") -> tuple[Event, ...]:
    """Return events, oldest first: of the given strands or all, from a year on, about one system or any.

    Raises CourseError for a strand that does not exist.
    """
    for strand in strands:
        if strand not in STRANDS:
            raise unknown("strand", strand, STRANDS)
    found = [_event(row) for row in dataset.records("timeline")]
    return tuple(
        event
        for event in sorted(found, key=lambda event: (event.when, event.key))
        if (not strands or event.strand in strands)
        and (since is None or event.when >= since)
        and (not platform or event.platform == platform)
    )


def family(around: str = "") -> Family:
    """Return the family tree, whole or only a system with its ancestors and descendants.

    Raises CourseError for a system that is not in the tree, and if the table of descent has a circle.
    """
    edges = tuple(_descent(row) for row in dataset.records("lineage"))
    if around:
        edges = _around(around, edges)
    generations = _generations(edges)
    known = {row["platform"]: row for row in dataset.records("platforms")}
    members = tuple(_member(known[key], generation) for key, generation in generations.items())
    order = sorted(members, key=lambda member: (member.generation, member.first_release, member.key))
    return Family(tuple(order), edges)


def _event(row: dataset.Row) -> Event:
    return Event(
        key=row["event"],
        date=row["date"],
        title=row["title"],
        strand=row["category"],
        why=row["why"] or "",
        platform=row["platform"] or "",
        verified=row["verified_how"] != "unverified",
        unverified=tuple(filter(None, (row["parts_unverified"] or "").split(","))),
        citation=dataset.cite(row["source"]),
    )


def _descent(row: dataset.Row) -> Descent:
    return Descent(
        parent=row["parent"],
        child=row["child"],
        relation=row["relation"],
        note=row["note"] or "",
        verified=row["verified_how"] != "unverified",
        citation=dataset.cite(row["source"]),
    )


def _member(row: dataset.Row, generation: int) -> Member:
    return Member(row["platform"], row["name"], row["kind"], row["first_release"] or "", generation)


def _around(key: str, edges: Sequence[Descent]) -> tuple[Descent, ...]:
    known = {end for edge in edges for end in (edge.parent, edge.child)}
    if key not in known:
        raise unknown("system in the family tree", key, sorted(known))
    above = _reached(key, [(edge.child, edge.parent) for edge in edges])
    below = _reached(key, [(edge.parent, edge.child) for edge in edges])
    return tuple(
        edge
        for edge in edges
        if (edge.parent in above and edge.child in above) or (edge.parent in below and edge.child in below)
    )


def _reached(start: str, steps: Sequence[tuple[str, str]]) -> set[str]:
    reached = {start}
    while True:
        further = {end for begin, end in steps if begin in reached} - reached
        if not further:
            return reached
        reached |= further


def _generations(edges: Sequence[Descent]) -> Mapping[str, int]:
    """Return each system's generation: one more than that of its youngest parent."""
    counted = _forward(edges)
    generations = {end: 0 for edge in edges for end in (edge.parent, edge.child)}
    for _ in generations:
        moved = False
        for edge in counted:
            if generations[edge.child] <= generations[edge.parent]:
                generations[edge.child] = generations[edge.parent] + 1
                moved = True
        if not moved:
            return generations
    if generations:
        raise CourseError(
            "data/lineage.csv has a circle: a system descends from itself. Remove one of the edges between "
            f"{', '.join(sorted(generations, key=lambda key: -generations[key])[:3])}."
        )
    return generations


def _forward(edges: Sequence[Descent]) -> list[Descent]:
    """Leave out where a system uses what came out of it, as Docker uses containerd: it does not descend from that."""
    kept = [edge for edge in edges if edge.relation != "uses"]
    for edge in edges:
        below = _reached(edge.child, [(other.parent, other.child) for other in kept])
        if edge.relation == "uses" and edge.parent not in below:
            kept.append(edge)
    return kept
