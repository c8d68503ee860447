"""A question to commit to, with feedback for each option afterwards; and a tally for a class that votes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from course import progress, quiz
from course.errors import CourseError
from course.view import question as view
from course.view.shown import Shown
from course.widgets.base import Picture, bundle


def question(name: str) -> QuestionForm:
    """Show a question by its id, such as "01-kernel-or-os": choose, commit, and read what each option means.

    The answer is kept in your own progress file. Raises CourseError with the nearest match for an unknown id.
    """
    return QuestionForm(quiz.question(name), progress.own())


def vote(name: str) -> Tally:
    """Show a question as a class votes on it: count hands for each option before and after the discussion.

    Nothing is kept. Raises CourseError with the nearest match for an unknown id.
    """
    return Tally(quiz.question(name))


class QuestionForm(anywidget.AnyWidget):
    """One question: `chosen` is the option committed to (-1 before that), `feedback` what the reader was told."""

    _esm = Path(__file__).with_name("static").joinpath("question.js").read_text("utf-8")
    form = traitlets.Unicode().tag(sync=True)
    # Not `style`: that name belongs to the base widget, and JupyterLab looks for a model in it.
    css = traitlets.Unicode().tag(sync=True)
    chosen = traitlets.Int(-1).tag(sync=True)
    committed = traitlets.Bool(False).tag(sync=True)
    feedback = traitlets.Unicode().tag(sync=True)

    def __init__(self, question: quiz.Question, kept: progress.Progress) -> None:
        """Show the question; an answer that was committed to before stays committed."""
        self.question = question
        self._kept = kept
        super().__init__(form=view.form(question), css=view.style())
        self.on_msg(lambda _widget, message, _buffers: self.receive(message))
        earlier = kept.latest(question.id)
        texts = [option.text for option in question.options]
        if earlier is not None and earlier.choice in texts:
            self._reveal(texts.index(earlier.choice))

    def commit(self, chosen: int) -> None:
        """Commit to an option by its index: keep it, and show the feedback. A second time is refused until `again`."""
        if self.committed:
            raise CourseError("You have committed to an answer already; choose `Answer again` to give another one.")
        if not 0 <= chosen < len(self.question.options):
            raise CourseError(f"There is no option {chosen}; choose 0 to {len(self.question.options) - 1}.")
        option = self.question.options[chosen]
        self._kept.add(
            progress.Answer(self.question.id, self.question.objective, self.question.kind, option.text, option.correct)
        )
        self._reveal(chosen)

    def again(self) -> None:
        """Open the question for another answer; the earlier one stays in the progress file."""
        with self.hold_sync():
            self.committed, self.chosen, self.feedback = False, -1, ""

    def receive(self, message: dict[str, Any]) -> None:
        """Answer the page: commit to an option, or open the question again."""
        if message.get("kind") == "again":
            self.again()
        elif message.get("chosen", -1) < 0:
            self.feedback = view.note("Choose an option first, then commit to it.")
        elif not self.committed:
            self.commit(message["chosen"])

    @property
    def still(self) -> Shown:
        """The question for every other reader: the same whatever has been answered."""
        return Shown(view.listing_text(self.question), view.listing(self.question))

    def __repr__(self) -> str:
        return self.still.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:  # type: ignore[override]  # no metadata of ours
        return bundle(self, self.still)

    def _reveal(self, chosen: int) -> None:
        with self.hold_sync():
            self.chosen, self.committed = chosen, True
            self.feedback = view.feedback(self.question, chosen) + view.note(self._kept.notice)


class Tally(Picture):
    """Hands counted for each option: `before` the discussion and `after` it; `counting` says which count is open."""

    def __init__(self, question: quiz.Question) -> None:
        """Start both counts at zero, the first one open."""
        self.question = question
        self.before = [0] * len(question.options)
        self.after = [0] * len(question.options)
        self.counting = "before"
        super().__init__(self._drawn(), view.listing_text(question), static=view.listing(question))
        self.observe(lambda _change: self.press(self.selected), "presses")

    def press(self, key: str) -> None:
        """Do what a button says: "add-0" and "take-0" for a hand, "round" for the other count."""
        votes = self.after if self.counting == "after" else self.before
        action, _, option = key.partition("-")
        if action == "round":
            self.counting = "after" if self.counting == "before" else "before"
        elif action in {"add", "take"} and option.isdecimal() and int(option) < len(votes):
            votes[int(option)] = max(0, votes[int(option)] + (1 if action == "add" else -1))
        self.show(self._drawn(), self.text, static=self._static, announcement=self.tally_text())

    def tally_text(self) -> str:
        """Return both counts in words."""
        return view.tally_text(self.question, self.before, self.after)

    def _drawn(self) -> str:
        return view.tally(self.question, self.before, self.after, self.counting)
