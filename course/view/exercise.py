"""An exercise, a hint, the feedback to an answer and the worked solution, as HTML that needs no style and as text."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from course.view.prose import inline, paragraphs
from course.view.shown import Shown

if TYPE_CHECKING:
    from course.checks import Exercise, Feedback


def sheet(exercise: Exercise) -> Shown:
    """Return the task: title, prompt, the form of an answer, the code to start from."""
    expects = f"Your answer: {exercise.expects}."
    head = f"Exercise {exercise.id}. {exercise.title}"
    return Shown(
        f"{head}\n{exercise.prompt.strip()}\n{expects}\n{_indented(exercise.starter)}",
        f"<p><strong>Exercise {escape(exercise.id)}.</strong> {inline(exercise.title)}</p>{paragraphs(exercise.prompt)}"
        f"<p>{inline(expects)}</p>{_code(exercise.starter)}",
    )


def feedback(given: Feedback, belief: str, truth: str) -> Shown:
    """Return what an answer is told; `belief` and `truth` are the misconception's two sides, empty without one."""
    verdict = "Right." if given.passed else "Not yet."
    told = f"A common belief: {belief} What is so: {truth}" if belief else ""
    return Shown(
        "\n".join(line for line in (f"{verdict} {given.message}", told) if line),
        f"<p><strong>{verdict}</strong> {inline(given.message)}</p>" + (f"<p>{inline(told)}</p>" if told else ""),
    )


def hint(exercise: Exercise, number: int) -> Shown:
    """Return a hint by its number, counted from 0."""
    text = f"Hint {number + 1} of {len(exercise.hints)}. {exercise.hints[number]}"
    return Shown(text, f"<p>{inline(text)}</p>")


def solution(exercise: Exercise) -> Shown:
    """Return the worked solution: the code, and why it is so."""
    return Shown(
        f"A solution of exercise {exercise.id}:\n{_indented(exercise.solution)}\n{exercise.explanation.strip()}",
        f"<p><strong>A solution of exercise {escape(exercise.id)}</strong></p>{_code(exercise.solution)}"
        f"{paragraphs(exercise.explanation)}",
    )


def sentence(text: str) -> Shown:
    """Return one sentence about the exercise itself."""
    return Shown(text, f"<p>{inline(text)}</p>")


def together(task: Shown, told: Shown) -> Shown:
    """Return the task, and below it what the answer in the same cell is told."""
    return Shown(f"{task.text}\n{told.text}", task.html + told.html)


def _code(source: str) -> str:
    return f"<pre><code>{escape(source.strip(), quote=False)}</code></pre>"


def _indented(source: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in source.strip().splitlines())
