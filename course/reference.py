"""The map of objectives: which question and which exercise meets each of them."""

from __future__ import annotations

from course import dataset, exercises, quiz


def objectives_map() -> str:
    """Return a Markdown table: every objective, its text, and the questions and exercises that meet it."""
    met: dict[str, list[str]] = {}
    for question in quiz.questions():
        met.setdefault(question.objective, []).append(f"{question.id} ({question.kind})")
    for exercise in exercises.exercises():
        met.setdefault(exercise.objective, []).append(f"{exercise.id} (exercise)")
    rows = [
        f"| {row['objective']} | {row['text']} | {', '.join(met.get(row['objective'], ['none yet']))} |"
        for row in dataset.records("objectives")
    ]
    return "\n".join(["| objective | you can | met by |", "| --- | --- | --- |", *rows]) + "\n"
