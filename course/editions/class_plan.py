"""`python -m course plan`: the page docs/class_plan.md, the tables that an instructor plans a class with.

Everything in it is derived: minutes from the lessons, machines from their cells, questions from the bank.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from course import dataset, publish, quiz
from course.editions import conversion
from course.editions.timetable import sections, syllabi
from course.live import exhibits, performance, recordings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from course.editions.timetable import Part, Section, Session, Syllabus

_EXHIBIT: Final = re.compile(r"""\bexhibit\(\s*["'](\w+)["']""")
_MACHINE: Final = re.compile(r"""\bmachine\(\s*["']\w+["'](?:,\s*image=["'](\w+)["'])?""")
_QUESTION: Final = re.compile(r"""\b(?:question|vote)\(\s*["']([\w-]+)["']""")
_IMAGES: Final = ("base", "engines", "xen")
_HEAD: Final = """# Class plan

Written from the lessons, the questions and `data/syllabi.toml` by `python -m course plan`. Do not edit this page.
How to use it stands in [the instructor's guide](instructor.md).
"""


def page() -> str:
    """Return docs/class_plan.md: syllabi, sections, machines, votes and misconceptions."""
    parts = [_HEAD, *map(_syllabus, syllabi()), _sections(), _machines(), _votes(), _misconceptions()]
    return "\n".join(parts)


def _syllabus(shown: Syllabus) -> str:
    taken = sum(session.taken for session in shown.sessions)
    rows = [line for session in shown.sessions for line in _session(session)]
    return (
        f"## {shown.title}\n\n{shown.promise}\n\n{taken} of {shown.minutes} minutes are planned.\n\n"
        + _table(("session", "lesson", "minutes", "sections", "left out"), rows)
        + f"\nFor home: {shown.home}\n"
    )


def _session(session: Session) -> Iterator[tuple[str, ...]]:
    name = f"{session.title} ({session.taken} min)"
    for number, part in enumerate(session.parts):
        yield ("" if number else name, part.lesson, str(part.minutes), _taken(part), _titles(part.cut))


def _taken(part: Part) -> str:
    whole = not part.cut and len(part.taken) == sum(each.core for each in sections() if each.lesson == part.lesson)
    return "all that is core" if whole else _titles(part.taken)


def _titles(chosen: Sequence[Section]) -> str:
    return "; ".join(section.title for section in chosen)


def _sections() -> str:
    rows = []
    for row in dataset.records("lessons"):
        own = [section for section in sections() if section.lesson == row["lesson"]]
        core, more = ([s for s in own if s.core is kind] for kind in (True, False))
        if own:
            rows.append((row["lesson"], str(row["minutes"]), _timed(core), _timed(more) or "none"))
    introduction = (
        "The minutes of a lesson are those of its core sections; those tagged `more` come on top. "
        "Each number stands in the instructor's note of its section.\n\n"
    )
    return "## Minutes of every section\n\n" + introduction + _table(("lesson", "min", "core", "more"), rows)


def _timed(own: Sequence[Section]) -> str:
    return "; ".join(f"{section.title} ({section.minutes})" for section in own)


def _machines() -> str:
    rows = [
        (row["lesson"], *_needed(path), row["live"].rstrip("."))
        for row, path in zip(dataset.records("lessons"), publish.lessons(), strict=False)
    ]
    introduction = (
        "Which of a lesson's live cells need nothing but Python or a tool on L0, which need QEMU and the image `base`, "
        "and which the "
        "larger images. What is missing where you teach is shown from its recording.\n\n"
    )
    head = ("lesson", "without a machine", *(f"image {name}" for name in _IMAGES), "in words")
    return "## What runs where\n\n" + introduction + _table(head, rows)


def _needed(path: Path) -> tuple[str, ...]:
    """Return what a lesson shows without a machine, and with each image."""
    needed: dict[str, list[str]] = {"": [], **{name: [] for name in _IMAGES}}
    for source in _code(path):
        for name in _EXHIBIT.findall(source):
            needed[_image(name)].append(f"`{name}`")
        for image in _MACHINE.findall(source):
            needed[image or "base"].append("commands")
    return tuple(", ".join(dict.fromkeys(names)) or "none" for names in needed.values())


def _image(exhibit: str) -> str:
    """Return the image that an exhibit needs, or nothing if all it showed when it was recorded was seen on L0."""
    tape = performance.tape_of(exhibit)
    seen = recordings.load(tape) if tape in recordings.names() else ()
    return "" if seen and seen[0].level == "L0" else exhibits.load(exhibit).image


def _votes() -> str:
    rows = []
    for path in publish.lessons():
        for name in (found for source in _code(path) for found in _QUESTION.findall(source)):
            asked = quiz.question(name)
            if asked.kind == "predict":
                rows.append((f"`{name}`", _one_line(asked.prompt), asked.misconception or "none"))
    introduction = (
        'Every prediction, in the order of the lessons, to be voted on by `course.vote("...")`, and the misconception '
        "that it brings out.\n\n"
    )
    return "## Votes\n\n" + introduction + _table(("question", "what is asked", "misconception"), rows)


def _misconceptions() -> str:
    asked: dict[str, list[str]] = {}
    for each in quiz.questions():
        asked.setdefault(each.misconception, []).append(f"`{each.id}`")
    rows = []
    for row in sorted(dataset.records("misconceptions"), key=lambda row: (row["lesson"], row["misconception"])):
        key = row["misconception"]
        rows.append((key, row["lesson"], row["statement"], row["probe"], ", ".join(asked.get(key, ()))))
    introduction = "What students believe, by lesson; how to bring it out; and the questions that do so.\n\n"
    head = ("key", "lesson", "what is believed", "how to bring it out", "questions")
    return "## Misconceptions to ask for\n\n" + introduction + _table(head, rows)


def _code(path: Path) -> list[str]:
    return [cell.source for cell in conversion.read(path).cells if cell.cell_type == "code"]


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(_one_line(str(cell)) for cell in line) + " |\n" for line in lines)
