from __future__ import annotations

import sys
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from course.errors import CourseError
from course.live import Machine, folders, loop, state

if TYPE_CHECKING:
    from pathlib import Path

    from course.live.image import Image

pytestmark = pytest.mark.live

READY = state.recipe("ready")


@pytest.fixture
def own_cache(base_image: Image, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A cache folder with the image and no state; what is behind the links is not touched."""
    folder = tmp_path / "cache"
    (folder / "images").mkdir(parents=True)
    (folder / "images/base").symlink_to(base_image.folder)
    monkeypatch.setenv("COURSE_IMAGES", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "none"))
    return folder


def test_a_state_is_named_after_all_that_it_depends_on(base_image: Image) -> None:
    start = state.settle(READY.spec)
    key = start.key(READY)
    assert key == state.settle(READY.spec).key(READY)
    others = [
        state.settle(replace(READY.spec, memory=640)),
        state.settle(replace(READY.spec, kernel_arguments=("nosmp",))),
        replace(start, version="9.9.9"),
    ]
    keys = {key, start.key(replace(READY, setup=("true",))), *(other.key(READY) for other in others)}
    assert len(keys) == 5


def test_a_damaged_state_is_made_again(own_cache: Path) -> None:
    sentences: list[str] = []
    with Machine(on_start=sentences.append) as machine:
        assert machine.run("true").exit_status == 0
    (file,) = (own_cache / "states").glob("ready-*.zst")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)
    with Machine(on_start=sentences.append) as machine:
        assert machine.run("echo well").stdout == "well\n"
    assert len(sentences) == 2
    assert all("Making the saved state 'ready', once" in sentence for sentence in sentences)


def test_a_damaged_image_is_refused_in_one_sentence(own_cache: Path, base_image: Image) -> None:
    (own_cache / "images/base").unlink()
    (own_cache / "images/base").mkdir()
    for file in base_image.folder.iterdir():
        if file.name != "vmlinuz":
            (own_cache / "images/base" / file.name).symlink_to(file)
    (own_cache / "images/base/vmlinuz").write_bytes(b"no kernel")
    with pytest.raises(CourseError, match=r"The image 'base' is damaged: .*image build --set base"):
        Machine().run("true")


def test_two_notebooks_that_need_a_state_make_it_once(own_cache: Path) -> None:
    sentences: list[str] = []
    found: list[Path] = []
    start = state.settle(READY.spec)
    quick = replace(READY, setup=("true",))
    threads = [
        threading.Thread(target=lambda: found.append(state.obtain(start, quick, sentences.append).file))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sentences) == 1
    assert len(set(found)) == 1


def test_states_that_nothing_can_use_are_deleted(own_cache: Path) -> None:
    states = own_cache / "states"
    states.mkdir()
    for suffix, content in (("json", "{}"), ("zst", "old"), ("lock", "")):
        (states / f"ready-old.{suffix}").write_text(content)
    assert state.prune() > 0
    assert list(states.iterdir()) == []


def test_with_a_cache_that_cannot_be_written_a_machine_still_runs(
    base_image: Image, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Nothing can be made in a folder of dangling links: read-only in effect, for root too.
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache/images").symlink_to(base_image.folder.parent)
    monkeypatch.setattr(folders, "search_folders", lambda: [tmp_path / "cache"])
    monkeypatch.setattr(folders, "writable_folder", folders._temporary_folder)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "prefix"))
    with Machine(state="boot") as machine:
        assert machine.run("echo well").stdout == "well\n"


def test_a_disk_that_is_full_while_saving_is_named(machine: Machine, tmp_path: Path) -> None:
    target = tmp_path / "full.zst"
    target.symlink_to("/dev/full")
    assert machine._qemu is not None
    with pytest.raises(CourseError, match="is the disk full"):
        loop.call(machine._qemu.save(target))


def test_a_setup_that_fails_is_said_with_its_output(own_cache: Path) -> None:
    broken = replace(READY, setup=("echo no luck >&2; exit 1",))
    with pytest.raises(CourseError, match="no luck"):
        state.obtain(state.settle(READY.spec), broken, lambda _sentence: None)
    assert not list((own_cache / "states").glob("*.zst"))


def test_without_zstd_a_state_is_kept_unpacked(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "compressor", lambda: ".raw")
    quick = replace(READY, setup=("true",))
    saved = state.obtain(state.settle(READY.spec), quick, lambda _sentence: None)
    assert saved.file.suffix == ".raw"
    machine = Machine()
    start = state.settle(READY.spec)
    machine._qemu = loop.call(machine._restore(start, saved))
    assert machine.run("echo well").stdout == "well\n"
    machine.stop()
