"""The exam's paper: drawn by seed, balanced, marked by objective, each wrong use told in a sentence."""

import pytest

from course import quiz
from course.errors import CourseError
from course.examination import PASS, QUESTIONS, mark, paper


def test_the_same_seed_gives_the_same_paper_and_another_seed_another():
    assert paper(7) == paper(7)
    assert {item.id for item in paper(7).questions} != {item.id for item in paper(8).questions}


@pytest.mark.parametrize("seed", range(5))
def test_a_paper_holds_the_post_test_and_asks_no_objective_twice_while_others_wait(seed):
    questions = paper(seed).questions
    assert len({item.id for item in questions}) == QUESTIONS
    assert {item.id for item in quiz.questions(kind="exam")} <= {item.id for item in questions}
    objectives = [item.objective for item in questions]
    waiting = {item.objective for item in quiz.questions(kind="check")} - set(objectives)
    assert max(map(objectives.count, objectives)) == 1 or not waiting


def test_the_post_test_asks_each_objective_of_the_pre_test_in_other_words():
    before, after = quiz.questions(kind="pretest"), quiz.questions(kind="exam")
    assert sorted(item.objective for item in before) == sorted(item.objective for item in after)
    assert not {item.prompt for item in before} & {item.prompt for item in after}


def test_marks_count_right_answers_by_objective_and_an_open_question_as_wrong():
    given = paper(7)
    right = [item.answer for item in given.questions]
    marks = mark(given, right)
    assert (marks.total.correct, marks.total.answered, marks.passed) == (QUESTIONS, QUESTIONS, True)
    left_open = mark(given, [-1] * QUESTIONS)
    assert (left_open.total.correct, left_open.passed) == (0, False)
    assert sum(line.score.answered for line in left_open.lines) == QUESTIONS
    some = mark(given, right[: int(PASS * QUESTIONS)] + [-1] * (QUESTIONS - int(PASS * QUESTIONS)))
    assert some.passed


def test_each_line_names_the_lesson_to_go_back_to():
    line = mark(paper(7), [-1] * QUESTIONS).lines[0]
    assert line.file.startswith(line.lesson)
    assert line.objective.startswith(line.lesson)


@pytest.mark.parametrize(
    ("seed", "count", "told"),
    [("7", QUESTIONS, "whole number"), (True, QUESTIONS, "whole number"), (7, 3, "has 8 to"), (7, 9999, "not 9999")],
)
def test_a_paper_that_cannot_be_drawn_is_refused_in_a_sentence(seed, count, told):
    with pytest.raises(CourseError, match=told):
        paper(seed, count)


def test_answers_that_do_not_fit_the_paper_are_refused():
    with pytest.raises(CourseError, match="30 questions; 2 answers"):
        mark(paper(7), [0, 1])
    with pytest.raises(CourseError, match="no option 99"):
        mark(paper(7), [99, *[0] * (QUESTIONS - 1)])
