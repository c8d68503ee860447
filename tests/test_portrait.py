"""The portrait of one system."""

import pytest

from course.errors import CourseError
from course.portrait import keys, portrait


@pytest.mark.parametrize("key", keys())
def test_every_system_has_a_portrait_with_stack_and_sources(key: str) -> None:
    found = portrait(key)
    assert found.definition
    assert found.layers[0].kind == "hardware"
    assert found.citations


def test_a_column_that_the_source_did_not_confirm_is_marked() -> None:
    marked = [fact for key in keys() for fact in portrait(key).facts if not fact.verified]
    assert all(fact.label for fact in marked)


def test_a_system_that_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(CourseError, match="did you mean 'docker'"):
        portrait("dokcer")
