"""Questions, one TOML file a lesson: what may be asked, which option is right, and what each option is told."""

from __future__ import annotations

import random
import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from course import dataset
from course.errors import CourseError, unknown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

KINDS = ("predict", "check", "pretest", "exam")
LETTERS = "ABCDEFGH"

_LOOK_UP = re.compile(r"\{[a-z_]+:[^{}]+\}")
_FIELDS = ("id", "objective", "kind", "prompt", "option", "misconception", "ordered")
_OPTION_FIELDS = ("text", "correct", "feedback")


@dataclass(frozen=True)
class Option:
    """One answer that can be chosen, and what the reader is told about it once they have committed to one."""

    text: str
    correct: bool
    feedback: str


@dataclass(frozen=True)
class Question:
    """A prompt with two to eight options, exactly one of them correct, in the order in which they are shown."""

    id: str
    objective: str
    kind: str
    prompt: str
    options: tuple[Option, ...]
    misconception: str = ""

    @property
    def lesson(self) -> str:
        """The lesson's two digits."""
        return self.id[:2]

    @property
    def answer(self) -> int:
        """The index of the correct option."""
        return next(index for index, option in enumerate(self.options) if option.correct)


@dataclass(frozen=True)
class Key:
    """A line of an instructor's answer key."""

    question: str
    objective: str
    letter: str
    text: str
    feedback: str


def question(name: str) -> Question:
    """Return the question with this id; `CourseError` with the nearest match if there is none."""
    bank = _bank()
    if name not in bank:
        raise unknown("question", name, _near_first(name, bank))
    return _filled(bank[name])


def questions(lesson: str | None = None, kind: str | None = None) -> tuple[Question, ...]:
    """Return the questions of a lesson ("01") and a kind, in the order of the files; all of them without arguments.

    Their texts are as written: `question` puts the numbers in.
    """
    if kind is not None and kind not in KINDS:
        raise unknown("kind of question", kind, KINDS)
    if lesson is not None:
        dataset.default().row("lessons", lesson)
    return tuple(item for item in _bank().values() if lesson in (None, item.lesson) and kind in (None, item.kind))


def answer_key(lesson: str) -> tuple[Key, ...]:
    """Return a lesson's answers for the instructor: question, objective, letter, text and feedback of the right one."""
    return tuple(
        Key(item.id, item.objective, LETTERS[item.answer], right.text, right.feedback)
        for item in questions(lesson)
        for right in (item.options[item.answer],)
    )


def draw(bank: Sequence[Question], count: int, seed: int) -> tuple[Question, ...]:
    """Draw `count` questions, balanced over objectives: no objective gives two before each has given one.

    The same bank, count and seed give the same questions. `CourseError` if the bank has fewer than `count`.
    """
    if not 1 <= count <= len(bank):
        raise CourseError(f"{count} questions cannot be drawn: choose 1 to {len(bank)}.")
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    piles: dict[str, list[Question]] = {}
    for item in chance.sample(list(bank), len(bank)):
        piles.setdefault(item.objective, []).append(item)
    rounds = max(len(pile) for pile in piles.values())
    dealt = [pile[turn] for turn in range(rounds) for pile in piles.values() if turn < len(pile)]
    return tuple(dealt[:count])


def load(path: Path, objectives: Collection[str], misconceptions: Collection[str]) -> tuple[Question, ...]:
    """Read one file of questions; `CourseError` names file, question and field of whatever is wrong."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CourseError(f"{path.name} cannot be read as TOML: {error}.") from error
    entries = document.get("question")
    if not isinstance(entries, list) or set(document) != {"question"}:
        raise CourseError(f"{path.name} must hold [[question]] entries and nothing else at its top level.")
    return tuple(
        _Entry(path.name, number, entry).question(objectives, misconceptions)
        for number, entry in enumerate(entries, start=1)
    )


def collect(files: Iterable[tuple[str, Sequence[Question]]]) -> dict[str, Question]:
    """Join the questions of (file name, questions) by id; `CourseError` for an id that is used twice."""
    bank: dict[str, Question] = {}
    home: dict[str, str] = {}
    for name, items in files:
        for item in items:
            if item.id in bank:
                raise CourseError(
                    f"{name}, question {item.id!r}: this id stands in {home[item.id]} already; rename one."
                )
            bank[item.id], home[item.id] = item, name
    return bank


@cache
def _bank() -> dict[str, Question]:
    """Read all files of the dataset's folder once."""
    objectives = {row["objective"] for row in dataset.records("objectives")}
    misconceptions = {row["misconception"] for row in dataset.records("misconceptions")}
    paths = sorted((dataset.FOLDER / "questions").glob("*.toml"))
    return collect((path.name, load(path, objectives, misconceptions)) for path in paths)


def _filled(item: Question) -> Question:
    """Put looked-up numbers into the texts of a question; other braces, as in a command, stay as they are."""

    def fill(text: str) -> str:
        return _LOOK_UP.sub(lambda match: dataset.fill(match.group()).text, text)

    options = tuple(replace(option, text=fill(option.text), feedback=fill(option.feedback)) for option in item.options)
    return replace(item, prompt=fill(item.prompt), options=options)


def _near_first(name: str, bank: Mapping[str, Question]) -> list[str]:
    """Name the questions of the same lesson if there are any: the whole bank would hide the hint."""
    return [key for key in bank if key[:3] == str(name)[:3]] or list(bank)


@dataclass(frozen=True)
class _Entry:
    """One [[question]] of a file on its way to being a Question."""

    file: str
    number: int
    fields: Any

    def question(self, objectives: Collection[str], misconceptions: Collection[str]) -> Question:
        if not isinstance(self.fields, dict):
            raise self._wrong("question", "must be a [[question]] table")
        self._known_fields(self.fields, _FIELDS, "question")
        name = self._id()
        self._one_of("objective", self._text("objective"), objectives)
        self._one_of("kind", self._text("kind"), KINDS)
        misconception = self._text("misconception") if "misconception" in self.fields else ""
        if misconception:
            self._one_of("misconception", misconception, misconceptions)
        options = self._options()
        if not self._flag(self.fields, "ordered"):
            # Authors tend to write the right answer first; a digest decides the order, so it never changes.
            options.sort(key=lambda option: sha256(f"{name} {option.text}".encode()).digest())
        return Question(
            name, self._text("objective"), self._text("kind"), self._text("prompt"), tuple(options), misconception
        )

    def _id(self) -> str:
        name, lesson = self._text("id"), self.file[:2]
        if not name.startswith(f"{lesson}-"):
            raise self._wrong("id", f"must start with the file's lesson, {lesson + '-'!r}")
        return name

    def _options(self) -> list[Option]:
        entries = self.fields.get("option")
        if not isinstance(entries, list) or not 2 <= len(entries) <= len(LETTERS):
            raise self._wrong("option", f"must be given 2 to {len(LETTERS)} times as [[question.option]]")
        options = [self._option(entry, number) for number, entry in enumerate(entries, start=1)]
        right = sum(option.correct for option in options)
        if right != 1:
            raise self._wrong("option", f"must be correct exactly once, and {right} are marked correct = true")
        if len({option.text for option in options}) < len(options):
            raise self._wrong("option", "has the same text twice")
        return options

    def _option(self, entry: Any, number: int) -> Option:
        place = f"option {number}"
        if not isinstance(entry, dict):
            raise self._wrong(place, "must be a [[question.option]] table")
        self._known_fields(entry, _OPTION_FIELDS, place)
        text, feedback = (self._string(entry, field, f"{place}, {field}") for field in ("text", "feedback"))
        return Option(text, self._flag(entry, "correct"), feedback)

    def _text(self, field: str) -> str:
        return self._string(self.fields, field, field)

    def _string(self, fields: Mapping[str, Any], field: str, place: str) -> str:
        value = fields.get(field)
        if not isinstance(value, str) or not value.strip():
            raise self._wrong(place, "must be a text that is not empty")
        return " ".join(value.split())

    def _flag(self, fields: Mapping[str, Any], field: str) -> bool:
        value = fields.get(field, False)
        if not isinstance(value, bool):
            raise self._wrong(field, "must be true or false")
        return value

    def _one_of(self, field: str, value: str, known: Collection[str]) -> None:
        if value not in known:
            raise CourseError(f"{self._place(field)}: {unknown(field, value, sorted(known))}")

    def _known_fields(self, fields: Mapping[str, Any], known: Sequence[str], place: str) -> None:
        for field in fields:
            if field not in known:
                raise CourseError(f"{self._place(place)}: {unknown('field', field, known)}")

    def _wrong(self, field: str, problem: str) -> CourseError:
        return CourseError(f"{self._place(field)} {problem}.")

    def _place(self, field: str) -> str:
        name = self.fields.get("id") if isinstance(self.fields, dict) else None
        return f"{self.file}, question {name if isinstance(name, str) else self.number}, {field}"
