"""What is special about the exercises of lesson 06; tests/exercises/test_every_exercise.py proves the rest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from course.errors import CourseError
from course.exercises import lesson06
from course.widgets import live
from course.widgets.live import try_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def rewritten(change: Callable[[dict], None]) -> dict[str, bytes]:
    """The solved image with its config changed, and every name above it computed anew."""
    names: dict = {}
    exec(lesson06._SOLUTION, names)  # noqa: S102 - our own solution
    change(names["config"])
    names["files"] = files = {"oci-layout": names["files"]["oci-layout"]}
    names["blob"].__globals__["files"] = files
    layer = names["blob"](names["layer"], "layer.v1.tar")
    config = names["blob"](json.dumps(names["config"]).encode(), "config.v1+json")
    manifest = {"schemaVersion": 2, "config": config, "layers": [layer]}
    index = {"schemaVersion": 2, "manifests": [names["blob"](json.dumps(manifest).encode(), "manifest.v1+json")]}
    return {**files, "index.json": json.dumps(index).encode()}


@pytest.mark.parametrize("seed", range(12))
def test_the_changed_blob_is_the_only_one_whose_name_does_not_fit(seed):
    exercise = lesson06._find_the_changed_blob(seed)
    passed = [name for name in ("config", "first", "second") if exercise.check(name).passed]
    assert len(passed) == 1


@pytest.mark.parametrize("seed", range(12))
def test_a_layer_that_takes_away_names_the_misconception(seed):
    exercise = lesson06._predict_the_layers(seed)
    assert exercise.check(exercise.wrong[0].answer).misconception == "X35"


def test_another_image_that_is_whole_is_accepted():
    def talk(config):
        config["config"]["Cmd"] = ["echo", "other words"]

    assert lesson06._check_image(rewritten(talk)).passed


@pytest.mark.parametrize(
    ("lost", "told"),
    [("config", "no `Cmd`"), ("os", "no `os`"), ("architecture", "no `architecture`"), ("rootfs", "no `rootfs`")],
)
def test_what_the_config_lacks_is_named(lost, told):
    assert told in lesson06._check_image(rewritten(lambda config: config.pop(lost))).message


def test_a_digest_of_the_packed_layer_in_diff_ids_is_told():
    def swap(config):
        config["rootfs"]["diff_ids"] = ["sha256:" + "0" * 64]

    assert "uncompressed" in lesson06._check_image(rewritten(swap)).message


def test_a_layer_that_is_no_archive_is_told():
    assert not lesson06._is_archive(b"words")
    assert not lesson06._is_archive(b"")
    assert not lesson06._is_archive(bytes(10240))


def test_an_image_that_does_not_fit_is_not_started():
    with pytest.raises(CourseError, match="would not be loaded"):
        lesson06._start_the_image(lesson06._with_broken_layer())


@pytest.fixture(scope="module")
def live_machine() -> Iterator[None]:
    yield
    live.machine("answers").stop()


@pytest.mark.live
def test_an_image_by_hand_is_checked_unpacked_and_started(live_machine):
    shown = try_out(lesson06._start_the_image(lesson06._solved())).text
    assert shown.count("  fits") == 3
    assert "\nhello from a layer\n" in shown
