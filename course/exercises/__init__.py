"""The exercises of each lesson, in modules `lesson01.py` and so on, each with a tuple `EXERCISES`.

An exercise is written once: prompt, checker, hints, worked solution, and the wrong answers that prove the checker.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from course import progress
from course.checks import Exercise, Feedback, Wrong, right, wrong
from course.errors import CourseError, unknown
from course.widgets.exercise import Sheet

if TYPE_CHECKING:
    from pathlib import Path

_SHEETS: dict[tuple[str, str, Path], Sheet] = {}

__all__ = ["Exercise", "Feedback", "Wrong", "exercise", "exercises", "right", "wrong"]


def exercise(name: str, seed: int | None = None) -> Sheet:
    """Show an exercise, "01.1"; then `.check(answer)`, `.hint()` and, after an attempt, `.solution()`.

    The same exercise is the same sheet: it remembers attempts and hints for as long as the kernel runs. A `seed` gives
    the same exercise with other numbers. Raises CourseError with the nearest match for an unknown name, and for a seed
    where an exercise has no numbers to vary.
    """
    lessons = [lesson for lesson in _lessons() if str(name).startswith(f"{lesson}.")] or _lessons()
    found = {each.id: each for lesson in lessons for each in exercises(lesson)}
    if name not in found:
        raise unknown("exercise", name, found)
    varied, kept = _varied(found[name], seed), progress.own()
    return _SHEETS.setdefault((varied.id, varied.prompt, kept.path), Sheet(varied, kept))


def exercises(lesson: str | None = None) -> tuple[Exercise, ...]:
    """Return the exercises of a lesson ("01"), or of all lessons."""
    if lesson is None:
        return tuple(each for number in _lessons() for each in exercises(number))
    if lesson not in _lessons():
        raise unknown("lesson with exercises", lesson, _lessons())
    found: tuple[Exercise, ...] = import_module(f"{__name__}.lesson{lesson}").EXERCISES
    return found


def _varied(found: Exercise, seed: int | None) -> Exercise:
    if seed is None:
        return found
    if found.variant is None:
        raise CourseError(f"Exercise {found.id} has no numbers to vary; ask for it without a seed.")
    return found.variant(seed)


def _lessons() -> list[str]:
    names = (module.name for module in iter_modules(__path__))
    return sorted(name.removeprefix("lesson") for name in names if name.startswith("lesson"))
