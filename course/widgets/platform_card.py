"""The card of one system."""

from __future__ import annotations

from course.portrait import portrait
from course.view import platform_card as view
from course.widgets.base import Picture


def card(platform: str) -> Picture:
    """Show one system on one page: what it is, its stack, facts, history, relatives and sources.

    Raises CourseError for a system that is not in the dataset, naming the nearest.
    """
    found = portrait(platform)
    return Picture(view.draw(found), view.describe(found), static=view.listing(found))
