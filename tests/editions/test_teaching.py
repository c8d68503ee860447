"""What an instructor plans with: minutes that add up, a page that is not stale, views and commands that work."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from course import cli, dataset, publish, quiz
from course.editions import answers, class_plan, timetable
from course.errors import CourseError
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

GUIDE = (ROOT / "docs" / "instructor.md").read_text("utf-8")
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "data" / "README.md", *(ROOT / "docs").glob("*.md")]
LESSONS = [path.name[:2] for path in publish.lessons()]
# Tasks of the exam that are done in pairs while others write, or at home.
SIDE_BY_SIDE = {"13": 5}
SYLLABI = {syllabus.key: syllabus for syllabus in timetable.syllabi()}


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_core_sections_of_a_lesson_take_the_minutes_of_its_row(lesson: str) -> None:
    core = sum(section.minutes for section in timetable.sections() if section.lesson == lesson and section.core)
    assert abs(core - dataset.fact("lessons", lesson, "minutes")) <= SIDE_BY_SIDE.get(lesson, 1)


@pytest.mark.parametrize("key", SYLLABI)
def test_a_syllabus_keeps_to_its_time(key: str) -> None:
    syllabus = SYLLABI[key]
    assert [session.title for session in syllabus.sessions if session.taken > session.minutes] == []
    assert sum(session.minutes for session in syllabus.sessions) == syllabus.minutes


def test_the_three_syllabi_are_90_minutes_six_hours_and_four_weeks_of_two_sessions() -> None:
    assert [syllabus.minutes for syllabus in SYLLABI.values()] == [90, 6 * 60, 4 * 2 * 90]
    taught = [part.lesson for session in SYLLABI["weeks"].sessions for part in session.parts]
    assert sorted(taught) == LESSONS


@pytest.mark.parametrize("key", SYLLABI)
def test_no_lesson_is_taken_before_one_that_it_needs_and_that_is_taken_too(key: str) -> None:
    order = [part.lesson for session in SYLLABI[key].sessions for part in session.parts]
    for place, lesson in enumerate(order):
        needed = str(dataset.fact("lessons", lesson, "prerequisite")).split(",")
        assert [name for name in needed if name in order[place + 1 :]] == []


def test_what_is_cut_is_core_and_of_the_session() -> None:
    parts = [part for syllabus in SYLLABI.values() for session in syllabus.sessions for part in session.parts]
    assert all(section.core and section.lesson == part.lesson for part in parts for section in part.cut)


def test_a_section_that_is_not_there_is_told_with_the_nearest() -> None:
    with pytest.raises(CourseError, match="There is no section '01: Count the crossing'; did you mean '01: Count the"):
        timetable._section("01: Count the crossing")


def test_the_page_is_the_one_that_is_printed() -> None:
    page = (ROOT / "docs" / "class_plan.md").read_text("utf-8")
    assert page == class_plan.page(), "stale: python -m course plan > docs/class_plan.md"


def blocks() -> list[str]:
    return re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)


def views() -> list[str]:
    return [line for block in blocks() for line in block.splitlines() if line.startswith("course.")]


def test_the_guide_has_views_and_every_block_is_python() -> None:
    assert len(views()) > 15
    for block in blocks():
        ast.parse(block)


@pytest.mark.parametrize("call", views())
def test_a_prepared_view_opens(call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_LIVE", "recorded")
    import course

    shown = eval(call, {"course": course})._repr_mimebundle_()  # noqa: S307 - our own page
    assert "text/html" in (shown[0] if isinstance(shown, tuple) else shown)


def test_a_drawing_is_taken_without_the_widget() -> None:
    (block,) = [block for block in blocks() if "stack.draw" in block]
    names: dict[str, str] = {}
    exec(block, names)  # noqa: S102 - our own page
    assert names["drawing"].startswith("<svg")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_in_a_document_exists(path: Path) -> None:
    known = cli._parser()._subparsers._group_actions[0].choices  # type: ignore[union-attr]
    named = re.findall(r"python -m course\s+([a-z]+)", path.read_text("utf-8"))
    assert sorted(set(named) - set(known)) == []
    targets = re.findall(r"`make ([a-z]+)", path.read_text("utf-8"))
    assert [name for name in targets if f"\n{name}:" not in (ROOT / "Makefile").read_text("utf-8")] == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_key_has_every_question_and_every_exercise(lesson: str) -> None:
    text = answers.key(lesson, seed=3)
    for line in quiz.answer_key(lesson):
        assert f"`{line.question}`" in text
        assert f"\n{line.letter}. " in text
    assert text.count("```python") == len([each for each in lessons_of_exercises() if each == lesson])


def lessons_of_exercises() -> list[str]:
    from course.exercises import exercises

    return [each.lesson for each in exercises()]


def test_the_key_of_an_exam_has_its_questions_in_order() -> None:
    from course import examination

    lines = answers.exam_key(7).splitlines()[2:]
    asked = examination.paper(7).questions
    assert [line.split("`")[1] for line in lines] == [item.id for item in asked]
