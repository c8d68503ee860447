"""An exercise sheet: read it, check answers, take hints, see the worked solution after an attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from course import dataset, progress
from course.checks import Feedback
from course.view import exercise as view

if TYPE_CHECKING:
    from course.checks import Exercise
    from course.view.shown import Shown


class Sheet:
    """One exercise as a reader works on it; what it shows depends on the calls made on it, not on earlier sessions."""

    def __init__(self, exercise: Exercise, kept: progress.Progress) -> None:
        self.exercise = exercise
        self._kept = kept
        self._attempts = 0
        self._hints = 0

    def check(self, answer: Any = None) -> Shown:
        """Return what your answer is told: whether it is right, and if not, which belief may be behind it.

        An answer that is still None, or has dots left in it, is not an attempt. Each attempt is kept in your own
        progress file.
        """
        if answer is None or _has_dots(answer):
            return view.sentence(f"No answer yet: replace the placeholder with {self.exercise.expects}.")
        given = self._checked(answer)
        self._attempts += 1
        self._kept.add(
            progress.Answer(self.exercise.id, self.exercise.objective, "exercise", repr(answer)[:200], given.passed)
        )
        belief, truth = _misconception(given.misconception)
        return view.feedback(given, belief, truth)

    def attempt(self, answer: Any = None) -> Shown:
        """Return the task, and below it what your answer is told: task and answer in one cell."""
        return view.together(view.sheet(self.exercise), self.check(answer))

    def run(self, answer: Any = None) -> Shown:
        """Run your answer, where it is a program, on L1: in a fresh machine, so that nothing that it breaks stays."""
        if self.exercise.trial is None:
            return view.sentence("The answer to this exercise is no program. Pass it to `.check(...)`.")
        if answer is None or _has_dots(answer):
            return view.sentence(f"No answer yet: replace the placeholder with {self.exercise.expects}.")
        from course.widgets.live import try_out

        return try_out(self.exercise.trial(answer))

    def hint(self) -> Shown:
        """Return the next hint; after the last one, the last again."""
        number = min(self._hints, len(self.exercise.hints) - 1)
        self._hints += 1
        return view.hint(self.exercise, number)

    def solution(self) -> Shown:
        """Return the worked solution, once you have checked an answer of your own."""
        if not self._attempts:
            return view.sentence("Check an answer of your own first, even a guess; then the worked solution is here.")
        return view.solution(self.exercise)

    def __repr__(self) -> str:
        return view.sheet(self.exercise).text

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return view.sheet(self.exercise)._repr_mimebundle_()

    def _checked(self, answer: Any) -> Feedback:
        try:
            return self.exercise.check(answer)
        except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as error:
            # A checker reads the answer as it should be; whatever trips over another form is told that form.
            return Feedback(
                False,
                f"This answer cannot be read ({type(error).__name__}: {error}). Expected: {self.exercise.expects}.",
            )


def _has_dots(answer: Any) -> bool:
    """Return whether an answer is the placeholder of its starter, or still has one in it."""
    if isinstance(answer, dict):
        return any(map(_has_dots, answer.values()))
    if isinstance(answer, (list, tuple)):
        return any(map(_has_dots, answer))
    return answer is ...


def _misconception(key: str) -> tuple[str, str]:
    if not key:
        return "", ""
    row = dataset.default().row("misconceptions", key)
    return row["statement"], row["correct_model"]
