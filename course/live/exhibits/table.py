"""The table that `python -m course exhibits` prints: every exhibit, of which system, of what kind, and when recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from course.live import image, recordings
from course.live.exhibits import exhibits, load

if TYPE_CHECKING:
    from course.live.exhibits import Exhibit

__all__ = ["Row", "page", "rows", "table"]

KINDS: Final = {"live": "live", "reproduced": "reproduced", "taken_home": "taken home"}
HEADINGS: Final = ("system", "exhibit", "kind", "needs", "recorded", "shows")


@dataclass(frozen=True)
class Row:
    """One exhibit: the system's name (empty for a demonstration), its own, its kind, the image set, and a date.

    `recorded` is the date of its recording as YYYY-MM-DD, or empty; `built` is whether the image set is here.
    """

    system: str
    name: str
    kind: str
    image: str
    built: bool
    recorded: str
    title: str


def rows() -> list[Row]:
    """Return a row for each exhibit: systems first, by name, then the demonstrations."""
    here = {found.name for found in image.images()}
    found = [_row(one, one.image in here) for one in exhibits().values()]
    return sorted(found, key=lambda row: (not row.system, row.system.casefold(), row.name))


def table() -> str:
    """Return the table as text, a line for each exhibit; a set that is not built is named with the command below."""
    lines = [HEADINGS, *(_cells(row) for row in rows())]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS) - 1)]
    text = ["  ".join([*map(str.ljust, line, widths), line[-1]]).rstrip() for line in lines]
    missing = sorted({row.image for row in rows() if not row.built})
    hints = [f"* The image {name!r} is not here: python -m course image build --set {name}" for name in missing]
    return "\n".join([*text, *hints])


def page(name: str) -> str:
    """Return what one exhibit shows, asks and needs, and for a reproduction what is the original's and what is lost.

    Raises CourseError that lists those there are for an unknown name.
    """
    one = load(name)
    parts = [one.title, one.shows, f"Before it runs: {one.question}", f"Needs the image {one.image!r}."]
    if one.provenance:
        parts += [
            f"Of the original: {one.provenance.original}",
            f"Ours: {one.provenance.ours}",
            f"Lost: {one.provenance.lost}",
        ]
    return "\n".join(parts)


def _row(one: Exhibit, built: bool) -> Row:
    from course import dataset

    system = str(dataset.fact("platforms", one.platform, "name")) if one.platform else ""
    tape = f"exhibit-{one.name}"
    recorded = recordings.load(tape)[0].date if tape in recordings.names() else ""
    return Row(system, one.name, KINDS[one.kind], one.image, built, recorded, one.title)


def _cells(row: Row) -> tuple[str, ...]:
    needs = row.image if row.built else f"{row.image}*"
    return (row.system or "-", row.name, row.kind, needs, row.recorded or "never", row.title)
