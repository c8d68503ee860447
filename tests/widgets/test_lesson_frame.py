"""The lesson frame: every lesson has its header and wrap-up, links lead to notebooks, errors can be mended."""

from pathlib import Path

import pytest

import course
from course import dataset, progress
from course.errors import CourseError
from course.widgets.lesson_frame import CourseMap

LESSONS = [row["lesson"] for row in dataset.records("lessons")]


@pytest.mark.parametrize("number", LESSONS)
def test_a_header_names_question_objectives_and_neighbors(number: str) -> None:
    header = course.lesson(number)
    row = dataset.default().row("lessons", number)
    objectives = [each["text"] for each in dataset.records("objectives") if each["lesson"] == number]
    assert row["question"] in header.text
    assert all(objective in header.text for objective in objectives)
    links = [f'href="{dataset.fact("lessons", each, "file")}.ipynb"' for each in LESSONS]
    place = LESSONS.index(number)
    assert all(links[near] in header.html for near in (place - 1, place + 1) if 0 <= near < len(links))


@pytest.mark.parametrize("number", LESSONS)
def test_a_wrapup_states_objectives_terms_and_sources(number: str) -> None:
    closing = course.wrapup(number)
    terms = [row["term"] for row in dataset.records("glossary") if row["lesson"] == number]
    assert closing.text.startswith("You can now:")
    assert all(f"\n{term}" in closing.text for term in terms)
    assert len(closing.html) < 40_000


def test_the_last_lesson_has_no_next_one() -> None:
    assert "last lesson" in course.wrapup(LESSONS[-1]).text


@pytest.mark.parametrize("show", [course.lesson, course.wrapup, course.sources])
def test_a_lesson_that_does_not_exist_is_named(show: object) -> None:
    with pytest.raises(CourseError, match="no lesson '1'; did you mean"):
        show("1")  # type: ignore[operator]
    with pytest.raises(CourseError, match="two digits as text"):
        show(1)  # type: ignore[operator]


def test_the_static_map_is_the_same_for_every_reader(tmp_path: Path) -> None:
    new = CourseMap(progress.Progress(tmp_path / "new.jsonl"))
    kept = progress.Progress(tmp_path / "old.jsonl")
    kept.add(progress.Answer("01-x", "01.1", "check", "x", True))
    kept.add(progress.Answer("00-a", "00.1", "pretest", "x", False))
    kept.add(progress.Answer("13-a", "13.1", "exam", "x", True))
    old = CourseMap(kept)
    assert new.content != old.content
    assert "1 of 1 right" in old.content
    assert "Gain: +100 percentage points" in old.content
    assert new.still == old.still
    assert "of 1" not in old.still.html


def test_the_map_shows_answers_given_since(tmp_path: Path) -> None:
    kept = progress.Progress(tmp_path / "mine.jsonl")
    shown = CourseMap(kept)
    kept.add(progress.Answer("01-x", "01.1", "check", "x", True))
    shown.refresh()
    assert "1 of 1 right" in shown.content


def test_prose_looks_its_numbers_up_and_cites() -> None:
    said = course.say("The verdict is **{claims:C05:verdict}**.")
    assert said.text.startswith(f"The verdict is **{dataset.fact('claims', 'C05', 'verdict')}**.\nSource: ")
    assert "<strong>" in said.html
    with pytest.raises(CourseError, match="did you mean 'C05'"):
        course.say("{claims:C055:verdict}")


def test_a_term_is_found_under_its_other_names() -> None:
    row = next(row for row in dataset.records("glossary") if row["also"])
    other = row["also"].split(";")[0].strip().upper()
    assert course.glossary(other).text.startswith(row["term"])
    assert course.glossary().text.count("\n") + 1 == len(dataset.records("glossary"))
    with pytest.raises(CourseError, match="no term in the glossary 'contaner'; did you mean 'container'"):
        course.glossary("contaner")


def test_sources_are_sorted_and_unique() -> None:
    lines = course.sources("01").text.splitlines()
    assert lines == sorted(set(lines), key=str.casefold)
