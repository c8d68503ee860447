"""The question widget: commitment holds, feedback comes after it, progress is kept, the static picture stays."""

from pathlib import Path

import pytest

import course
from course import quiz
from course.errors import CourseError
from course.progress import Progress
from course.widgets.base import WIDGET_VIEW
from course.widgets.question import QuestionForm, Tally, question

ITEM = quiz.Question(
    "01-kernel-or-os",
    "01.5",
    "check",
    "Which kernel answers?",
    (quiz.Option("The host's", True, "Images have none."), quiz.Option("Its own", False, "An image is no system.")),
)


@pytest.fixture
def kept(tmp_path: Path) -> Progress:
    return Progress(tmp_path / "progress.jsonl")


def test_committing_shows_feedback_and_keeps_the_answer(kept: Progress) -> None:
    form = QuestionForm(ITEM, kept)
    assert form.feedback == ""
    form.receive({"kind": "commit", "chosen": 1})
    assert (form.committed, form.chosen) == (True, 1)
    assert "not this one" in form.feedback
    answer = kept.latest(ITEM.id)
    assert answer is not None
    assert (answer.choice, answer.correct, answer.objective, answer.kind) == ("Its own", False, "01.5", "check")


def test_a_commitment_cannot_be_changed_silently(kept: Progress) -> None:
    form = QuestionForm(ITEM, kept)
    form.commit(1)
    form.receive({"kind": "commit", "chosen": 0})
    assert form.chosen == 1
    with pytest.raises(CourseError, match="committed to an answer already"):
        form.commit(0)
    form.receive({"kind": "again"})
    assert (form.committed, form.chosen, form.feedback) == (False, -1, "")
    form.commit(0)
    assert [answer.correct for answer in kept.answers()] == [False, True]


def test_committing_to_nothing_asks_for_a_choice(kept: Progress) -> None:
    form = QuestionForm(ITEM, kept)
    form.receive({"kind": "commit", "chosen": -1})
    assert not form.committed
    assert "Choose an option first" in form.feedback
    with pytest.raises(CourseError, match="no option 7; choose 0 to 1"):
        form.commit(7)


def test_an_earlier_commitment_is_still_there_in_a_new_kernel(kept: Progress) -> None:
    QuestionForm(ITEM, kept).commit(0)
    again = QuestionForm(ITEM, Progress(kept.path))
    assert (again.committed, again.chosen) == (True, 0)
    assert len(kept.answers()) == 1


def test_the_static_picture_never_depends_on_progress(kept: Progress) -> None:
    form = QuestionForm(ITEM, kept)
    before = form._repr_mimebundle_()
    form.commit(0)
    after = QuestionForm(ITEM, kept)._repr_mimebundle_()
    assert before["text/plain"] == after["text/plain"] == repr(form)
    assert before["text/html"] == after["text/html"]
    assert WIDGET_VIEW in before
    assert "Images have none" not in before["text/html"] + form.form


def test_a_reader_hears_that_nothing_can_be_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    form = QuestionForm(ITEM, Progress(tmp_path / "file" / "progress.jsonl"))
    form.commit(0)
    assert "kept only until the kernel stops" in form.feedback


def test_a_misspelled_id_gives_the_nearest_match() -> None:
    name = quiz.questions()[0].id
    with pytest.raises(CourseError, match=f"did you mean '{name}'"):
        question(name[:-1] + "x")


def test_the_public_name_shows_a_shipped_question(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.jsonl"))
    name = quiz.questions()[0].id
    assert repr(course.question(name)) == repr(course.vote(name))
    assert list(tmp_path.iterdir()) == []


def test_a_tally_counts_hands_in_two_rounds() -> None:
    votes = Tally(ITEM)
    for key in ("add-0", "add-0", "take-0", "take-1", "round", "add-1", "add-9", "nonsense"):
        votes.selected = key
        votes.presses += 1
    assert (votes.before, votes.after) == ([1, 0], [0, 1])
    assert "Its own: 0 before, 1 after" in votes.announcement
    assert "Images have none" not in votes.content
