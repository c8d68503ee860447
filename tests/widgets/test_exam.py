"""The exam widget: handed in once, marked, kept; a certificate that prints; the paper without answers for others."""

from pathlib import Path

import pytest

from course import quiz
from course.errors import CourseError
from course.examination import QUESTIONS, paper
from course.progress import Progress, gain
from course.widgets.base import WIDGET_VIEW
from course.widgets.exam import Certificate, ExamForm, exam

PAPER = paper(7)
RIGHT = [item.answer for item in PAPER.questions]


@pytest.fixture
def form(tmp_path: Path) -> ExamForm:
    return ExamForm(PAPER, Progress(tmp_path / "progress.jsonl"))


def test_handing_in_marks_the_paper_and_keeps_every_answer(form: ExamForm) -> None:
    form.receive({"kind": "hand_in", "chosen": RIGHT})
    assert form.handed_in
    assert f"{QUESTIONS} of {QUESTIONS} right" in form.result
    assert len(form.remarks) == QUESTIONS
    after = gain(form._kept.answers())[1]
    assert (after.correct, after.answered) == (len(quiz.questions(kind="exam")),) * 2


def test_missing_answers_are_asked_for_once_and_then_left_open(form: ExamForm) -> None:
    some = [*RIGHT[:-2], -1, -1]
    form.receive({"kind": "hand_in", "chosen": some})
    assert not form.handed_in
    assert f"2 of {QUESTIONS} questions have no answer: 29, 30." in form.result
    form.receive({"kind": "hand_in", "chosen": some})
    assert form.handed_in
    assert "Left open" in form.remarks[-1]
    assert len(form._kept.answers()) == QUESTIONS - 2


def test_a_paper_is_handed_in_once(form: ExamForm) -> None:
    form.hand_in(RIGHT)
    with pytest.raises(CourseError, match="handed in already"):
        form.hand_in(RIGHT)
    form.receive({"kind": "hand_in", "chosen": [0] * QUESTIONS})
    assert form.chosen == RIGHT


def test_a_certificate_waits_for_the_marks_and_prints_the_name_safely(form: ExamForm, tmp_path: Path) -> None:
    assert "no certificate yet" in repr(form.certificate("Ada"))
    form.hand_in(RIGHT)
    page = form.certificate(" <b>Ada</b> ")
    assert isinstance(page, Certificate)
    assert "&lt;b&gt;Ada&lt;/b&gt;" in page.page
    assert "<b>Ada" not in page.page
    written = page.save(tmp_path / "certificate.html")
    assert written.read_text("utf-8") == page.page
    with pytest.raises(CourseError, match="name another file"):
        page.save(written)
    with pytest.raises(CourseError, match="needs the name"):
        form.certificate("  ")


def test_other_readers_see_the_paper_without_answers(form: ExamForm) -> None:
    before = form._repr_mimebundle_()
    assert set(before) == {"text/plain", "text/html", WIDGET_VIEW}
    assert all(item.prompt in before["text/plain"] for item in PAPER.questions)
    feedback = PAPER.questions[0].options[PAPER.questions[0].answer].feedback
    assert feedback not in before["text/html"] + form.form
    form.hand_in(RIGHT)
    assert form._repr_mimebundle_()["text/html"] == before["text/html"]


def test_the_public_name_draws_by_seed() -> None:
    assert exam(7).paper == PAPER
