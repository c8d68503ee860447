"""The exhibits of images and of the machine taken home run for real and show what their recordings show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from course.live import exhibits, image, image_build, recordings
from course.live.performance import tape_of

if TYPE_CHECKING:
    from course.live.image import Image

SHOWN = ("image_by_hand", "registry", "disk_formats", "real_layers", "one_root", "virtualbox", "vmware")


@pytest.mark.live
@pytest.mark.parametrize("name", SHOWN)
def test_it_shows_for_real_what_its_recording_shows(name: str, base_image: Image) -> None:
    wanted = exhibits.load(name)
    if wanted.image not in {base_image.name, *(found.name for found in image.images())}:
        image_build.build(wanted.image)
    seen = exhibits.perform(wanted).observations
    recorded = recordings.load(tape_of(name))[0].result["observations"]
    assert [(one.title, one.exit_status) for one in seen] == [(one["title"], one["exit_status"]) for one in recorded]
    assert [dict(one.values) for one in seen] == [one["values"] for one in recorded]


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
