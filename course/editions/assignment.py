"""`python -m course assignment`: a lesson's exercises as an nbgrader assignment, in the form that its autograder takes.

Solutions ship with the course, whatever the seed. For grades an instructor adds questions of their own: their answers
stand in hidden tests, which nbgrader takes out of what students are given.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from course import dataset, quiz
from course.editions import conversion
from course.errors import CourseError
from course.exercises import exercise, exercises

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nbformat import NotebookNode

    from course.checks import Exercise
    from course.quiz import Question

POINTS: Final = 10
_SCHEMA: Final = 3


def write(lesson: str, folder: Path, seed: int | None = None, own: Path | None = None) -> Path:
    """Write the assignment of a lesson into `folder`, a source folder of nbgrader, and return the notebook.

    With a seed, each exercise that has numbers to vary comes with others. `own` is a file of questions in the form of
    data/questions, its name beginning with the lesson's number. Raises CourseError for a lesson without exercises, for
    whatever is wrong in that file, and where the folder cannot be written.
    """
    import nbformat

    dataset.default().row("lessons", lesson)
    target = conversion.make_folder(folder / f"lesson{lesson}") / f"lesson{lesson}.ipynb"
    try:
        nbformat.write(assignment(lesson, seed, _load(own)), target)
    except OSError as error:
        raise CourseError(f"{target} cannot be written ({error.strerror}); name another folder.") from None
    return target


def assignment(lesson: str, seed: int | None = None, own: Sequence[Question] = ()) -> NotebookNode:
    """Return the notebook: for each exercise and question its text, a cell to answer in, and a locked cell that checks.

    The answer to a question is in a hidden test.
    """
    from nbformat.v4 import new_notebook

    title = dataset.fact("lessons", lesson, "title")
    heading = f"# {lesson} {title}: exercises\n\nAnswer in the cells that say so; each answer is checked by the course."
    cells = [_text("heading", heading), _code("course", "import course", locked=True)]
    for each in exercises(lesson):
        cells += _cells(each, seed if each.variant else None)
    for item in own:
        cells += _question_cells(item)
    metadata = {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}}
    made: NotebookNode = new_notebook(cells=cells, metadata=metadata)
    return made


def _cells(each: Exercise, seed: int | None) -> list[NotebookNode]:
    asked = exercise(each.id, seed).exercise
    name = f"answer_{each.id.replace('.', '_')}"
    call = f'course.exercise("{each.id}"' + (")" if seed is None else f", seed={seed})")
    check = f"feedback = {call}.exercise.check({name})\nassert feedback.passed, feedback.message"
    solution = f"### BEGIN SOLUTION\n{_renamed(asked.solution, name)}\n### END SOLUTION"
    prompt = f"## {asked.title}\n\n{asked.prompt}\n\nBind `{name}` to {asked.expects}."
    return [
        _text(f"prompt_{name}", prompt),
        _code(name, solution, solution=True),
        _code(f"check_{name}", check, locked=True, points=POINTS),
    ]


def _question_cells(item: Question) -> list[NotebookNode]:
    name = f"answer_{re.sub(r'[^a-z0-9]', '_', item.id.lower())}"
    letter = quiz.LETTERS[item.answer]
    options = "\n".join(
        f"- **{each}.** {option.text}" for each, option in zip(quiz.LETTERS, item.options, strict=False)
    )
    prompt = f'## Question\n\n{item.prompt}\n\n{options}\n\nBind `{name}` to one letter, as in `{name} = "A"`.'
    solution = f'### BEGIN SOLUTION\n{name} = "{letter}"\n### END SOLUTION'
    asked = f'assert {name} in "{quiz.LETTERS[: len(item.options)]}", "Answer with one of the letters."'
    check = f'{asked}\n### BEGIN HIDDEN TESTS\nassert {name} == "{letter}"\n### END HIDDEN TESTS'
    return [
        _text(f"prompt_{name}", prompt),
        _code(name, solution, solution=True),
        _code(f"check_{name}", check, locked=True, points=POINTS),
    ]


def _load(own: Path | None) -> tuple[Question, ...]:
    if own is None:
        return ()
    objectives = {row["objective"] for row in dataset.records("objectives")}
    return quiz.load(own, objectives, {row["misconception"] for row in dataset.records("misconceptions")})


def _renamed(source: str, name: str) -> str:
    """Return a solution that binds the name of this assignment, where the lesson's own cell binds `answer`."""
    return re.sub(r"\banswer\b", name, source.strip())


def _text(key: str, source: str) -> NotebookNode:
    from nbformat.v4 import new_markdown_cell

    cell: NotebookNode = new_markdown_cell(source, id=_id(key))
    cell.metadata["nbgrader"] = _mark(key, "markdown", locked=True)
    return cell


def _code(key: str, source: str, *, solution: bool = False, locked: bool = False, points: int = 0) -> NotebookNode:
    from nbformat.v4 import new_code_cell

    cell: NotebookNode = new_code_cell(source, id=_id(key))
    cell.metadata["nbgrader"] = _mark(key, "code", solution=solution, locked=locked, points=points)
    return cell


def _mark(key: str, cell_type: str, *, solution: bool = False, locked: bool = False, points: int = 0) -> dict[str, Any]:
    """Return what nbgrader reads of a cell; the two kinds of cell that it does not grade must not carry points."""
    mark = {
        "grade": points > 0,
        "grade_id": key,
        "locked": locked,
        "schema_version": _SCHEMA,
        "solution": solution,
        "task": False,
        "cell_type": cell_type,
    }
    return mark | ({"points": points} if points else {})


def _id(key: str) -> str:
    return key.replace("_", "-")[:64]
