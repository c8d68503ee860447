"""`python -m course key`: the answer key of a lesson, for whoever marks or leads the discussion.

Made when it is asked for, so that it is never older than the questions.
"""

from __future__ import annotations

from course import dataset, examination, quiz
from course.errors import CourseError
from course.exercises import exercise, exercises


def key(lesson: str, seed: int | None = None) -> str:
    """Return a lesson's key as Markdown: the right option of every question with its reason, and worked solutions.

    A `seed` varies the exercises that have numbers. Raises CourseError for an unknown lesson.
    """
    title = dataset.fact("lessons", lesson, "title")
    lines = [f"# {lesson} {title}: answer key", "", *_questions(lesson), *_exercises(lesson, seed)]
    return "\n".join(lines).rstrip() + "\n"


def exam_key(seed: int) -> str:
    """Return the key of the exam that `seed` draws: question by question, in the order in which they are asked."""
    asked = examination.paper(seed).questions
    lines = [f"# Exam {seed}: answer key", ""]
    for number, item in enumerate(asked, 1):
        right = item.options[item.answer]
        lines += [f"{number}. {quiz.LETTERS[item.answer]}. {right.text} (`{item.id}`, objective {item.objective})"]
    return "\n".join(lines) + "\n"


def _questions(lesson: str) -> list[str]:
    lines = ["## Questions", ""]
    for item in (quiz.question(each.id) for each in quiz.questions(lesson)):
        right = item.options[item.answer]
        lines += [
            f"**`{item.id}`** ({item.kind}, objective {item.objective}) {_one_line(item.prompt)}",
            "",
            f"{quiz.LETTERS[item.answer]}. {_one_line(right.text)}",
            "",
            _one_line(right.feedback),
            "",
        ]
    return lines


def _exercises(lesson: str, seed: int | None) -> list[str]:
    try:
        own = exercises(lesson)
    except CourseError:
        return []
    lines = ["## Exercises", ""]
    for each in own:
        asked = exercise(each.id, seed if each.variant else None).exercise
        lines += [
            f"### {asked.id} {asked.title}",
            "",
            asked.prompt,
            "",
            f"```python\n{asked.solution.strip()}\n```",
            "",
        ]
        lines += [asked.explanation, ""]
    return lines


def _one_line(text: str) -> str:
    return " ".join(text.split())
