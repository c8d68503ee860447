"""What can go wrong while an image is built: each is one sentence, and nothing half-made is left."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

import pytest

from course.errors import CourseError
from course.live import folders, image, image_build

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("COURSE_IMAGES", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "none"))
    return tmp_path / "cache"


def replace_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str) -> None:
    """Put an mmdebstrap of ours before the real one."""
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "mmdebstrap").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "mmdebstrap").chmod(0o755)
    monkeypatch.setitem(image_build._FIXED_ENVIRONMENT, "PATH", f"{folder}:/usr/sbin:/usr/bin:/sbin:/bin")
    monkeypatch.setenv("PATH", f"{folder}:/usr/sbin:/usr/bin:/sbin:/bin")


def test_without_the_builder_the_sentence_names_the_package_and_the_other_way(
    cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CourseError, match=r"apt install mmdebstrap squashfs-tools.*image import FILE"):
        image_build.build("base")


def test_where_nothing_can_be_written_it_says_which_folder_to_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("COURSE_IMAGES", str(tmp_path / "file/images"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file/cache"))
    monkeypatch.setattr("sys.prefix", str(tmp_path / "file/prefix"))
    with pytest.raises(CourseError, match=r"No cache folder can be written: .*Set COURSE_IMAGES"):
        image_build.build("base")


def test_a_disk_without_room_is_said_before_anything_is_fetched(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(10**9, 10**9, 5_000_000))
    with pytest.raises(CourseError, match=r"needs about \d+ MB in .*; 5 MB are free"):
        image_build.build("base")


def test_a_disk_that_fills_up_while_unpacking_is_named_and_cleared(
    cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    replace_program(monkeypatch, tmp_path, 'echo "E: write failed: No space left on device" >&2; exit 1')
    with pytest.raises(CourseError, match="The disk was full while packages were unpacked"):
        image_build.build("base")
    assert not (cache / "images/.build").exists()
    assert image.images() == []


def test_a_network_that_is_away_is_named_with_the_option(
    cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    replace_program(monkeypatch, tmp_path, 'echo "E: Temporary failure resolving" >&2; exit 1')
    with pytest.raises(CourseError, match=r"could not be had from http://mirror\.invalid.*--mirror URL"):
        image_build.build("base", "http://mirror.invalid")


def test_two_notebooks_that_build_at_once_build_once(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = []
    both_ask = threading.Barrier(2)
    lock = folders.lock

    def lock_together(path: Path) -> AbstractContextManager[None]:
        both_ask.wait(60)
        return lock(path)

    def build_set(chosen: image.ImageSet, target: Path, *_: object) -> None:
        time.sleep(0.05)  # a real one takes longer; the dates of files are coarser than the clock
        built.append(chosen.name)
        (target / chosen.name).mkdir()
        (target / chosen.name / "vmlinuz").write_bytes(b"kernel")
        files = {"vmlinuz": hashlib.sha256(b"kernel").hexdigest()}
        manifest = {"format": image.FORMAT, "name": chosen.name, "parent": None, "files": files, "digest": "d"}
        (target / chosen.name / "manifest.json").write_text(json.dumps({**manifest, "packages": []}))

    monkeypatch.setattr(image_build, "check_programs", lambda: None)
    monkeypatch.setattr(image_build, "_build_set", build_set)
    monkeypatch.setattr(folders, "lock", lock_together)
    found: list[str] = []
    notebooks = [threading.Thread(target=lambda: found.append(image_build.build("base").digest)) for _ in range(2)]
    for notebook in notebooks:
        notebook.start()
    for notebook in notebooks:
        notebook.join()
    assert built == ["base"]
    assert found == ["d", "d"]
