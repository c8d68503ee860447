"""What an exercise is, and what checking an answer to it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True)
class Feedback:
    """What a reader is told about an answer; `misconception` is a key of the dataset's table, such as "X03"."""

    passed: bool
    message: str
    misconception: str = ""


@dataclass(frozen=True)
class Wrong:
    """A typical wrong answer, and words that the feedback to it must hold. Tests prove both; readers never see them."""

    answer: Any
    told: str


@dataclass(frozen=True)
class Trial:
    """How an answer that is a program runs on L1: files that go to /root, programs of the course, then a command.

    `prepare` is a command that comes before and is not shown.
    """

    files: Mapping[str, str]
    programs: tuple[str, ...]
    command: str
    prepare: str = "true"


@dataclass(frozen=True)
class Exercise:
    """One exercise of a lesson.

    `starter` and `solution` are Python source that binds `answer`: the starter must not pass, the solution must.
    `expects` says the form of an answer, as "a list of layer names, bottom first". `explanation` is the worked solution
    in words. `variant` makes the same exercise with other numbers from a seed. `trial` says how an answer that is a
    program runs in the live machine; it raises CourseError for an answer that cannot.
    """

    id: str
    objective: str
    title: str
    prompt: str
    starter: str
    expects: str
    check: Callable[[Any], Feedback]
    hints: tuple[str, ...]
    solution: str
    explanation: str
    wrong: tuple[Wrong, Wrong, Wrong]
    variant: Callable[[int], Exercise] | None = None
    trial: Callable[[Any], Trial] | None = None

    @property
    def lesson(self) -> str:
        """The lesson's two digits."""
        return self.id[:2]


def right(message: str) -> Feedback:
    """Return the feedback to a right answer."""
    return Feedback(True, message)


def wrong(message: str, misconception: str = "") -> Feedback:
    """Return the feedback to a wrong answer; it names the misconception behind it where there is one."""
    return Feedback(False, message, misconception)
