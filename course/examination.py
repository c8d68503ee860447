"""The exam: a paper drawn by seed from the whole bank, marked by objective, with the lessons to go back to.

Its first questions are those of the pre-test in other words, so that before and after can be compared.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course import dataset, quiz
from course.errors import CourseError
from course.progress import Score

if TYPE_CHECKING:
    from collections.abc import Sequence

QUESTIONS = 30
PASS = 0.7
"""The share of right answers from which a certificate says "passed"."""


@dataclass(frozen=True)
class Paper:
    """The questions of one exam in the order in which they are asked."""

    seed: int
    questions: tuple[quiz.Question, ...]


@dataclass(frozen=True)
class Line:
    """The score on one objective, and the lesson that teaches it."""

    objective: str
    text: str
    lesson: str
    file: str
    title: str
    score: Score


@dataclass(frozen=True)
class Marks:
    """A marked paper: `chosen` holds the index of the option given to each question, -1 where none was."""

    paper: Paper
    chosen: tuple[int, ...]
    lines: tuple[Line, ...]

    @property
    def total(self) -> Score:
        """Right answers of all questions asked; one left open counts as wrong."""
        return Score(sum(line.score.correct for line in self.lines), len(self.chosen))

    @property
    def passed(self) -> bool:
        """Whether the share of right answers reaches PASS."""
        return self.total.share >= PASS


def paper(seed: int, count: int = QUESTIONS) -> Paper:
    """Draw a paper: the post-test, then as many questions of the bank as are missing, balanced over objectives.

    The same seed gives the same paper. Raises CourseError for a seed that is no whole number, or a count that is
    smaller than the post-test or larger than the bank.
    """
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise CourseError(f"The seed of an exam is a whole number, such as 7; {seed!r} is none.")
    fixed = quiz.questions(kind="exam")
    pool = quiz.questions(kind="check")
    if not len(fixed) < count <= len(fixed) + len(pool):
        raise CourseError(f"An exam has {len(fixed) + 1} to {len(fixed) + len(pool)} questions, not {count}.")
    asked = {item.objective for item in fixed}
    drawn = quiz.draw([item for item in pool if item.objective not in asked], count - len(fixed), seed)
    questions = [quiz.question(item.id) for item in (*fixed, *drawn)]
    random.Random(seed).shuffle(questions)  # noqa: S311 - drawn to be repeated, not to be secret
    return Paper(seed, tuple(questions))


def mark(given: Paper, chosen: Sequence[int]) -> Marks:
    """Mark a paper: one option for each question, -1 for none; raises CourseError where these do not fit the paper."""
    if len(chosen) != len(given.questions):
        raise CourseError(f"This paper has {len(given.questions)} questions; {len(chosen)} answers were handed in.")
    for item, option in zip(given.questions, chosen, strict=True):
        if not -1 <= option < len(item.options):
            raise CourseError(f"{item.id} has no option {option}; choose 0 to {len(item.options) - 1}, or -1 for none.")
    right: dict[str, list[bool]] = {}
    for item, option in zip(given.questions, chosen, strict=True):
        right.setdefault(item.objective, []).append(option == item.answer)
    return Marks(given, tuple(chosen), tuple(_line(objective, right[objective]) for objective in sorted(right)))


def _line(objective: str, answers: list[bool]) -> Line:
    row = dataset.default().row("objectives", objective)
    lesson = dataset.default().row("lessons", row["lesson"])
    score = Score(sum(answers), len(answers))
    return Line(objective, row["text"], row["lesson"], lesson["file"], lesson["title"], score)
