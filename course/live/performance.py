"""An exhibit shown: run now, or replayed from its recording. Its tape is named `exhibit-` and its name."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from course.errors import CourseError
from course.live import exhibits, recordings
from course.live.recordings import Recording
from course.live.session import Answer, describe_host, today

if TYPE_CHECKING:
    from course.live.exhibits import Exhibit, Outcome

__all__ = ["record", "show", "tape_of"]


def tape_of(name: str) -> str:
    """Return the name of the tape that an exhibit is stored under."""
    return f"exhibit-{name}"


def show(name: str) -> tuple[Exhibit, Answer]:
    """Return an exhibit with its answer, whose result holds `observations` as JSON values.

    Runs it where that is possible; in `auto` mode what cannot run is replayed, with the reason. Raises
    CourseError for an unknown exhibit, and where it can neither run nor was recorded.
    """
    exhibit = exhibits.load(name)
    mode = recordings.mode()
    if mode == "recorded":
        return exhibit, Answer(_stored(name), live=False)
    try:
        recording = record(exhibit)
    except CourseError as reason:
        if mode == "required" or tape_of(name) not in recordings.names():
            raise
        return exhibit, Answer(_stored(name), live=False, note=f"not live here: {reason}")
    recordings.keep(recording)
    return exhibit, Answer(recording, live=True)


def record(exhibit: Exhibit) -> Recording:
    """Run an exhibit and return its outcome as a recording; raises CourseError where it cannot run."""
    outcome = exhibits.perform(exhibit)
    # Named by the highest machine below L2 that took part: an exhibit without a guest ran on L0, natively.
    inside = any(one.level != "L0" for one in outcome.observations)
    return Recording(
        tape_of(outcome.name),
        f"exhibit({outcome.name!r})",
        {"observations": [_as_json(outcome, index) for index in range(len(outcome.observations))]},
        today(),
        "L1" if inside else "L0",
        outcome.accelerator if inside else "none",
        dict(outcome.versions),
        outcome.image_digest if inside else "",
        describe_host(),
    )


def _as_json(outcome: Outcome, index: int) -> dict[str, object]:
    entry = asdict(outcome.observations[index])
    return {**entry, "values": dict(outcome.observations[index].values)}


def _stored(name: str) -> Recording:
    return recordings.load(tape_of(name))[0]
