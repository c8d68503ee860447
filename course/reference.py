"""What the course covers: what teaches, and what question, exercise or exhibit shows, each objective and concept."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from course import dataset, exercises, publish, quiz

if TYPE_CHECKING:
    from collections.abc import Iterable

_EXHIBIT: Final = re.compile(r"""\bexhibit\(\s*["'](\w+)["']""")
_EXAM: Final = "13"


@dataclass(frozen=True)
class Covered:
    """A concept: where it is taught, what assesses it, and the exhibits of the lessons that teach it."""

    concept: str
    name: str
    lessons: tuple[str, ...]
    objectives: tuple[str, ...]
    questions: tuple[str, ...]
    exercises: tuple[str, ...]
    exhibits: tuple[str, ...]


def coverage() -> tuple[Covered, ...]:
    """Return every concept with its lessons, objectives, questions, exercises and exhibits, as far as there."""
    there = {path.name[:2]: _exhibits(path.read_text(encoding="utf-8")) for path in publish.lessons()}
    taught = _pairs("concept_lessons", "lesson")
    assessed = _pairs("concept_objectives", "objective")
    return tuple(
        _covered(row, [lesson for lesson in taught[row["concept"]] if lesson in there], assessed[row["concept"]], there)
        for row in dataset.records("concepts")
    )


def gaps() -> list[str]:
    """Return a sentence for whatever lacks teaching or assessment: concepts, objectives, misconceptions."""
    met = _met()
    found = [f"No question or exercise meets objective {key}." for key in _keys("objectives", "objective") - set(met)]
    for each in coverage():
        if not set(each.lessons) - {_EXAM}:
            found.append(f"No lesson teaches concept {each.concept}, {each.name}.")
        if not each.questions + each.exercises:
            found.append(f"No question or exercise assesses concept {each.concept}, {each.name}.")
    probed = {question.misconception for question in quiz.questions()}
    unprobed = _keys("misconceptions", "misconception") - probed
    return sorted([*found, *(f"No question probes misconception {key}." for key in unprobed)])


def coverage_map() -> str:
    """Return the page docs/coverage.md: both tables, every objective and every concept."""
    rows = [
        f"| {each.concept} | {each.name} | {_listed(each.lessons)} | {_listed(each.objectives)} | "
        f"{_listed(each.questions)} | {_listed(each.exercises)} | {_listed(each.exhibits)} |"
        for each in coverage()
    ]
    head = [
        "| concept | what it is | lessons | objectives | questions | exercises | exhibits of these lessons |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    introduction = (
        "# What the course covers\n\nWritten from the dataset, the lessons, questions and exercises by `python -m "
        "course map`. "
        "Do not edit this page.\n\n## Objectives\n\n"
    )
    return introduction + objectives_map() + "\n## Concepts\n\n" + "\n".join([*head, *rows]) + "\n"


def objectives_map() -> str:
    """Return a Markdown table: every objective, its text, and the questions and exercises that meet it."""
    met = _met()
    rows = [
        f"| {row['objective']} | {row['text']} | {_listed(met.get(row['objective'], ()))} |"
        for row in dataset.records("objectives")
    ]
    return "\n".join(["| objective | you can | met by |", "| --- | --- | --- |", *rows]) + "\n"


def _covered(row: dataset.Row, lessons: list[str], objectives: list[str], there: dict[str, list[str]]) -> Covered:
    questions = [item.id for item in quiz.questions() if item.objective in objectives]
    tried = [item.id for item in exercises.exercises() if item.objective in objectives]
    shown = dict.fromkeys(name for lesson in lessons if lesson != _EXAM for name in there[lesson])
    return Covered(
        row["concept"], row["name"], tuple(lessons), tuple(objectives), tuple(questions), tuple(tried), tuple(shown)
    )


def _met() -> dict[str, list[str]]:
    met: dict[str, list[str]] = {}
    for question in quiz.questions():
        met.setdefault(question.objective, []).append(f"{question.id} ({question.kind})")
    for exercise in exercises.exercises():
        met.setdefault(exercise.objective, []).append(f"{exercise.id} (exercise)")
    return met


def _exhibits(notebook: str) -> list[str]:
    cells = json.loads(notebook)["cells"]
    return [name for cell in cells if cell["cell_type"] == "code" for name in _EXHIBIT.findall("".join(cell["source"]))]


def _pairs(table: str, column: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {row["concept"]: [] for row in dataset.records("concepts")}
    for row in dataset.records(table):
        found[row["concept"]].append(row[column])
    return found


def _keys(table: str, column: str) -> set[str]:
    return {row[column] for row in dataset.records(table)}


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none yet"
