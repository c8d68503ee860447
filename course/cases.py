"""Jobs to decide on, and how an experienced engineer decides: data/cases.toml. Introduced in lesson 12."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from course import dataset
from course.errors import CourseError, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ROLES = ("hard", "preference", "background")
"""What a sentence of a job can be: without it the result is of no use; better at some price; changes nothing."""


@dataclass(frozen=True)
class Sentence:
    """One sentence of a job, its role, why it has that role, and the requirement that it stands for, if there is one.

    `meets` is written as in the decision helper: "own_kernel:yes".
    """

    text: str
    role: str
    why: str
    meets: str = ""


@dataclass(frozen=True)
class Case:
    """One job: its sentences, the prepared view of the decision helper, and the decision.

    `choice` are keys of platforms; `both` says that machines and containers go together in it. `reasoning` and `turn`
    (what would change the decision) are texts with look-ups, for `dataset.fill`.
    """

    key: str
    title: str
    sentences: tuple[Sentence, ...]
    state: str
    choice: tuple[str, ...]
    both: bool
    reasoning: str
    turn: str

    @property
    def job(self) -> str:
        """The description of the job, as its owner gives it."""
        return " ".join(sentence.text for sentence in self.sentences)


def cases() -> Mapping[str, Case]:
    """Return every case by its key, in the order of the file."""
    return _read(dataset.FOLDER / "cases.toml")


def case(key: str) -> Case:
    """Return a case; raises CourseError with the nearest match for a key that does not exist."""
    if key not in cases():
        raise unknown("case", key, cases())
    return cases()[key]


@cache
def _read(path: Path) -> dict[str, Case]:
    found = [_case(entry) for entry in tomllib.loads(path.read_text(encoding="utf-8"))["case"]]
    return {each.key: each for each in found}


def _case(entry: dict[str, Any]) -> Case:
    sentences = tuple(Sentence(**sentence) for sentence in entry["sentence"])
    for sentence in sentences:
        if sentence.role not in ROLES:
            raise unknown(f"role of a sentence of {entry['key']}", sentence.role, ROLES)
    try:
        return Case(
            sentences=sentences,
            choice=tuple(entry["choice"]),
            **{name: entry[name] for name in ("key", "title", "state", "both", "reasoning", "turn")},
        )
    except KeyError as missing:
        raise CourseError(f"The case {entry['key']!r} lacks {missing}; look at another case for its form.") from None
