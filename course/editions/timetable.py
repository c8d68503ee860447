"""What a lesson takes in class: its sections with their minutes, and the syllabi that are made of them.

Minutes stand in one place, the instructor's note below each heading; data/syllabi.toml only names sections.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from course import dataset, publish
from course.editions import conversion
from course.errors import unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbformat import NotebookNode

_MINUTES: Final = re.compile(r"\((\d+) min\b")
# A closing section whose note names no minutes: its statements are read aloud.
_SHORTEST: Final = 1


@dataclass(frozen=True)
class Section:
    """One idea of a lesson: its heading, whether it is core, and the minutes that its instructor's note gives it."""

    lesson: str
    title: str
    core: bool
    minutes: int

    @property
    def name(self) -> str:
        """The section as data/syllabi.toml names it."""
        return f"{self.lesson}: {self.title}"


@dataclass(frozen=True)
class Part:
    """A lesson in a session, whole or some of its sections, with its minutes and the core sections left out."""

    lesson: str
    taken: tuple[Section, ...]
    cut: tuple[Section, ...]
    minutes: int


@dataclass(frozen=True)
class Session:
    """What is taught at a stretch; `minutes` is how long it may be."""

    title: str
    minutes: int
    parts: tuple[Part, ...]

    @property
    def taken(self) -> int:
        """The minutes of all its parts."""
        return sum(part.minutes for part in self.parts)


@dataclass(frozen=True)
class Syllabus:
    """A way through the course; `promise` says what students can do after it, `home` what is left for them."""

    key: str
    title: str
    minutes: int
    promise: str
    home: str
    sessions: tuple[Session, ...]


@cache
def sections() -> tuple[Section, ...]:
    """Return the sections of every lesson in reading order."""
    return tuple(section for path in publish.lessons() for section in _sections(path.name[:2], conversion.read(path)))


@cache
def syllabi() -> tuple[Syllabus, ...]:
    """Return the syllabi of data/syllabi.toml; raises CourseError where one names a section that is not there."""
    written = tomllib.loads((dataset.FOLDER / "syllabi.toml").read_text(encoding="utf-8"))
    return tuple(
        Syllabus(
            each["key"],
            each["title"],
            each["minutes"],
            each["promise"],
            each["home"],
            tuple(_session(session) for session in each["session"]),
        )
        for each in written["syllabus"]
    )


def _session(written: dict[str, Any]) -> Session:
    cut = [_section(name) for name in written.get("cut", ())]
    lessons = dict.fromkeys(name[:2] for name in written["parts"])
    return Session(
        written["title"],
        written["minutes"],
        tuple(_part(lesson, [name for name in written["parts"] if name[:2] == lesson], cut) for lesson in lessons),
    )


def _part(lesson: str, names: Sequence[str], cut: Sequence[Section]) -> Part:
    """Return a lesson's part: a whole lesson takes the minutes of its row less what is cut, sections their own."""
    core = [section for section in sections() if section.lesson == lesson and section.core]
    if lesson in names:
        out = tuple(section for section in cut if section.lesson == lesson)
        whole = int(dataset.fact("lessons", lesson, "minutes"))
        taken = tuple(section for section in core if section not in out)
        return Part(lesson, taken, out, whole - sum(section.minutes for section in out))
    chosen = tuple(_section(name) for name in names)
    left = tuple(section for section in core if section not in chosen)
    return Part(lesson, chosen, left, sum(section.minutes for section in chosen))


def _section(name: str) -> Section:
    known = {section.name: section for section in sections()}
    if name not in known:
        near = {key: section for key, section in known.items() if key[:2] == name[:2]}
        raise unknown("section", name, near or known)
    return known[name]


def _sections(lesson: str, notebook: NotebookNode) -> list[Section]:
    found: list[Section] = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            title = cell.source.splitlines()[0].removeprefix("## ").strip()
            found.append(Section(lesson, title, "core" in cell.metadata.get("tags", ()), 0))
        elif "instructor" in cell.metadata.get("tags", ()) and found and not found[-1].minutes:
            stated = _MINUTES.search(cell.source)
            found[-1] = replace(found[-1], minutes=int(stated.group(1)) if stated else _SHORTEST)
    return [section if section.minutes else replace(section, minutes=_SHORTEST) for section in found]
