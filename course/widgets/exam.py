"""The exam in a cell: choose, hand in, read the marks, print the certificate."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from course import examination as model
from course import progress
from course.errors import CourseError
from course.view import exam as view
from course.view.exercise import sentence
from course.view.question import note
from course.view.shown import Shown
from course.widgets.base import bundle


def exam(seed: int, count: int = model.QUESTIONS) -> ExamForm:
    """Show an exam: the same seed gives the same paper, so that a class can sit one and talk about it afterwards.

    Your answers are kept in your own progress file when you hand in. Raises CourseError for a seed that is no whole
    number and for a count that the bank cannot give.
    """
    return ExamForm(model.paper(seed, count), progress.own())


class ExamForm(anywidget.AnyWidget):
    """One paper: `handed_in` once it is marked; then `marks` has the outcome and `certificate` a page to print."""

    _esm = Path(__file__).with_name("static").joinpath("exam.js").read_text("utf-8")
    form = traitlets.Unicode().tag(sync=True)
    css = traitlets.Unicode().tag(sync=True)
    chosen = traitlets.List(traitlets.Int()).tag(sync=True)
    handed_in = traitlets.Bool(False).tag(sync=True)
    remarks = traitlets.List(traitlets.Unicode()).tag(sync=True)
    result = traitlets.Unicode().tag(sync=True)

    def __init__(self, paper: model.Paper, kept: progress.Progress) -> None:
        """Show the paper with nothing chosen."""
        self.paper = paper
        self.marks: model.Marks | None = None
        self._kept = kept
        self._warned = False
        blank = [-1] * len(paper.questions)
        super().__init__(form=view.form(paper), css=view.style(), chosen=blank)
        self.on_msg(lambda _widget, message, _buffers: self.receive(message))

    def hand_in(self, chosen: list[int]) -> None:
        """Mark the paper and keep each answer that was given; raises CourseError if it was handed in before."""
        if self.handed_in:
            raise CourseError("This paper was handed in already; exam() with another seed gives another one.")
        self.marks = model.mark(self.paper, chosen)
        self._keep(self.marks)
        with self.hold_sync():
            self.chosen, self.handed_in = list(chosen), True
            self.remarks = view.remarks(self.marks)
            self.result = view.result(self.marks) + note(self._kept.notice)

    def certificate(self, name: str) -> Certificate | Shown:
        """Return the certificate of this paper for a name, to look at, to save and to print.

        Before the paper is handed in, one sentence says so. Raises CourseError for an empty name.
        """
        if self.marks is None:
            return sentence("There is no certificate yet: hand in the exam above, then run this cell again.")
        if not isinstance(name, str) or not name.strip():
            raise CourseError("A certificate needs the name that is to stand on it, as text.")
        return Certificate(self.marks, name.strip(), datetime.now(UTC).date().isoformat())

    def receive(self, message: dict[str, Any]) -> None:
        """Answer the page: hand in; the first time that answers are missing, say so and wait."""
        if message.get("kind") != "hand_in" or self.handed_in:
            return
        chosen = [int(option) for option in message.get("chosen", [])]
        missing = [number for number, option in enumerate(chosen, start=1) if option < 0]
        if missing and not self._warned:
            self._warned = True
            self.result = note(
                f"{len(missing)} of {len(chosen)} questions have no answer: {', '.join(map(str, missing))}. "
                "Answer them, or hand in once more to leave them open."
            )
            return
        self.hand_in(chosen)

    @property
    def still(self) -> Shown:
        """The paper for every other reader: the same whatever was answered."""
        return Shown(view.listing_text(self.paper), view.listing(self.paper))

    def __repr__(self) -> str:
        return self.still.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:  # type: ignore[override]  # no metadata of ours
        return bundle(self, self.still)

    def _keep(self, marks: model.Marks) -> None:
        for item, chosen in zip(marks.paper.questions, marks.chosen, strict=True):
            if chosen >= 0:
                option = item.options[chosen]
                self._kept.add(progress.Answer(item.id, item.objective, item.kind, option.text, option.correct))


class Certificate:
    """A page that prints: shown in the cell, written to a file of your choice by `save`."""

    def __init__(self, marks: model.Marks, name: str, date: str) -> None:
        self._marks = marks
        self.page = view.certificate(marks, name, date)

    def save(self, path: str | Path = "certificate.html") -> Path:
        """Write the page and return the file; open it in a browser and print it. Never writes over another file."""
        target = Path(path)
        try:
            with target.open("x", encoding="utf-8") as file:
                file.write(self.page)
        except OSError as error:
            raise CourseError(
                f"The certificate was not written to {target} ({error.strerror}); name another file."
            ) from None
        return target

    def __repr__(self) -> str:
        return view.result_text(self._marks)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": view.result(self._marks)}
