"""The museum's catalog: each system with what of it is shown here, and how. Introduced in lesson 10."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from course import dataset
from course.errors import unknown
from course.portrait import keys, portrait

if TYPE_CHECKING:
    from collections.abc import Iterable

    from course.portrait import Portrait

ARTICLE, EVERYTHING = "article", "all"


@dataclass(frozen=True)
class Piece:
    """One exhibit as the catalog needs it: `kind` is live, reproduced or taken_home, `stored` says it was recorded."""

    name: str
    title: str
    platform: str
    kind: str
    stored: bool


@dataclass(frozen=True)
class Entry:
    """One system of the catalog: its portrait, its status in words, and its exhibits, none to many."""

    portrait: Portrait
    status: str
    pieces: tuple[Piece, ...]


def entries(systems: Iterable[str] = (), pieces: Iterable[Piece] = ()) -> tuple[Entry, ...]:
    """Return the catalog of the systems given, in the order of the dataset.

    Systems are keys, kinds, "article" (those that the article names) or "all", which is meant if none is given. Raises
    CourseError with the nearest match for anything else.
    """
    rows = {row["platform"]: row for row in dataset.records("platforms")}
    wanted = {key for name in systems or (EVERYTHING,) for key in _meant(name, rows)}
    shown = tuple(pieces)
    return tuple(
        Entry(
            portrait(key),
            str(rows[key]["status"]),
            tuple(piece for piece in shown if piece.platform == key),
        )
        for key in keys()
        if key in wanted
    )


def _meant(name: str, rows: dict[str, dataset.Row]) -> tuple[str, ...]:
    groups = {EVERYTHING: tuple(rows), ARTICLE: tuple(key for key, row in rows.items() if row["article_name"])}
    for key, row in rows.items():
        groups[row["kind"]] = (*groups.get(row["kind"], ()), key)
    if name not in rows and name not in groups:
        raise unknown("system", name, [*rows, *groups])
    return (name,) if name in rows else groups[name]
