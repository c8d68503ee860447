"""The card of one system as a widget."""

import pytest

from course.errors import CourseError
from course.widgets.platform_card import card


def test_a_card_shows_the_system_live_still_and_as_text() -> None:
    shown = card("docker")
    bundle, _ = shown._repr_mimebundle_()
    assert "<h3>Docker" in shown.content
    assert "<h3>Docker" in bundle["text/html"]
    assert "<style" not in bundle["text/html"]
    assert bundle["text/plain"].startswith("Docker")


def test_a_system_that_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(CourseError, match="did you mean 'docker'"):
        card("dokcer")
