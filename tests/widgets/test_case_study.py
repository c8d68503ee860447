"""A case study: closed until it is opened, complete for every other reader."""

import pytest

from course.cases import cases
from course.errors import CourseError
from course.widgets.case_study import case
from course.widgets.decide import decide


@pytest.mark.parametrize("key", cases())
def test_a_case_says_the_same_in_every_form(key: str) -> None:
    shown = case(key)
    bundle, _ = shown._repr_mimebundle_()
    for form in (shown.content, bundle["text/html"], bundle["text/plain"]):
        assert cases()[key].title in form
        assert "What would change it." in form
        assert "meet every requirement" in form


def test_what_its_author_thinks_is_closed_at_first() -> None:
    shown = case("functions")
    assert shown.content.count("<details><summary>") >= 3
    assert "<details" not in shown.still.html
    assert "<style" not in shown.still.html


def test_a_case_opens_in_the_decision_helper() -> None:
    assert "Firecracker" in repr(decide(case("functions").state))


def test_a_case_that_does_not_exist_is_refused() -> None:
    with pytest.raises(CourseError, match="did you mean"):
        case("old_systems")
