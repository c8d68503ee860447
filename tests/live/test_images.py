"""The recordings of the exhibits of images, and of the machine taken home, show what their readings say.

That a run shows what its recording shows is held by test_lessons.py and test_exhibits.py.
"""

from __future__ import annotations

from course.live import recordings
from course.live.performance import tape_of


def values(name: str) -> dict[str, object]:
    """All values that the recording of an exhibit has."""
    found: dict[str, object] = {}
    for one in recordings.load(tape_of(name))[0].result["observations"]:
        found |= one["values"]
    return found


def test_the_recordings_show_what_their_readings_say() -> None:
    assert values("registry") == {"blobs": 2}
    assert values("image_by_hand") == {"fitting": 3, "wrong": 1}
    assert values("real_layers") == {"layers": 11, "different": 8, "each_once": True, "less": True}
    assert values("disk_formats") == {"holes": ["raw"]}
    assert values("one_root") == {"largest": True, "smallest_packed": True, "same": 3}
    assert values("virtualbox") == {"members": 3, "hardware": 4, "booted": True}
    assert values("vmware") == {"devices": 2, "root_on_pvscsi": True}
