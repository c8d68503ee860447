"""The case studies: every view can be decided, every choice meets it, every look-up finds something."""

import pytest

from course import dataset
from course.cases import ROLES, case, cases
from course.decide import rank
from course.errors import CourseError
from course.widgets.decide import read

at_each_case = pytest.mark.parametrize("key", cases())


def test_there_are_eight_and_most_are_both() -> None:
    assert len(cases()) == 8
    assert sum(each.both for each in cases().values()) >= 4


@at_each_case
def test_what_a_sentence_stands_for_is_in_the_view_and_nothing_else_is(key: str) -> None:
    found = case(key)
    wanted = read(found.state)
    must = {f"{each.property}:{each.value}" for each in wanted.must}
    prefer = {f"{each.property}:{each.wanted}" for each in wanted.prefer}
    assert {each.meets for each in found.sentences if each.role == "hard" and each.meets} == must
    assert {each.meets for each in found.sentences if each.role == "preference" and each.meets} == prefer
    assert {each.meets for each in found.sentences if each.role == "background"} == {""}


@at_each_case
def test_every_role_is_there_with_a_reason(key: str) -> None:
    found = case(key)
    assert {each.role for each in found.sentences} == set(ROLES)
    assert all(each.why for each in found.sentences)
    assert len({each.text for each in found.sentences}) == len(found.sentences) >= 6


@at_each_case
def test_some_systems_meet_the_constraints_and_some_do_not(key: str) -> None:
    decision = rank(read(case(key).state))
    assert len(decision.ranked) >= 3
    assert decision.excluded


@at_each_case
def test_the_choice_is_among_the_systems_and_every_look_up_finds_something(key: str) -> None:
    found = case(key)
    names = {row["platform"] for row in dataset.records("platforms")}
    assert set(found.choice) <= names
    ranked = {each.system.key for each in rank(read(found.state)).ranked}
    assert ranked & set(found.choice)
    assert "{" not in dataset.fill(found.reasoning + found.turn).text


def test_a_case_that_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(CourseError, match="did you mean 'functions'"):
        case("function")
