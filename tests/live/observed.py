"""What two runs of an exhibit must have in common: what was looked at, how it ended, and what its readings count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from course.live.recordings import Recording


def assert_alike(made: Recording, stored: Recording) -> None:
    """Compare titles, exit statuses and values of each observation; outputs hold times and numbers that may differ."""
    assert _steps(made) == _steps(stored)
    assert _values(made) == [_nearly(values) for values in _values(stored)]


def _steps(recording: Recording) -> list[tuple[str, int]]:
    return [(one["title"], one["exit_status"]) for one in recording.result["observations"]]


def _values(recording: Recording) -> list[dict[str, Any]]:
    return [one["values"] for one in recording.result["observations"]]


def _nearly(values: dict[str, Any]) -> dict[str, Any]:
    """Of a share of time, which is a fraction, a third more or less will do."""
    return {key: pytest.approx(one, rel=0.33) if isinstance(one, float) else one for key, one in values.items()}
