"""Each lesson runs live from top to bottom, and asks just what its tapes hold the answers to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from course import publish
from course.live import record, recordings
from tests.live.observed import assert_alike

if TYPE_CHECKING:
    from pathlib import Path

    from course.live.recordings import Recording

pytestmark = pytest.mark.live


@pytest.mark.parametrize("lesson", [pytest.param(path, id=path.stem) for path in publish.lessons()])
def test_a_lesson_runs_live_and_asks_what_was_recorded(lesson: Path, every_image: None, tmp_path: Path) -> None:
    record.execute(lesson, tmp_path)
    for tape in sorted(tmp_path.glob("*.json")):
        made, stored = recordings.load(tape.stem, tmp_path), recordings.load(tape.stem)
        assert asked(made) == asked(stored)
        if tape.stem.startswith("exhibit-"):
            for one, other in zip(made, stored, strict=True):
                assert_alike(one, other)


def asked(tape: tuple[Recording, ...]) -> list[tuple[str, str]]:
    return [(recording.level, recording.command) for recording in tape]
