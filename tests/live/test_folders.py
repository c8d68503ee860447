from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from course.errors import CourseError
from course.live import folders

if TYPE_CHECKING:
    from pathlib import Path

HOLD = """
import sys, time
from pathlib import Path
from course.live import folders
with folders.lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_chosen_folder_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COURSE_IMAGES", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert folders.search_folders()[:2] == [tmp_path, tmp_path / "cache" / folders.NAME]
    assert folders.writable_folder() == tmp_path


def test_without_a_cache_that_can_be_written_a_temporary_folder_serves(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # A path below a file can be made by nobody, not even by root.
    (tmp_path / "file").touch()
    monkeypatch.setenv("COURSE_IMAGES", str(tmp_path / "file/images"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file/cache"))
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "file/prefix"))
    folder = folders.writable_folder()
    assert folder.is_dir()
    assert folders.is_temporary(folder)
    assert folders.writable_folder() == folder


def test_a_lock_that_another_process_holds_is_waited_for_and_goes_with_that_process(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(lock)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with (
            pytest.raises(CourseError, match=r"Another process has held .*lock for 0 s"),
            folders.lock(lock, patience=0.1),
        ):
            pass
        holder.kill()
        holder.wait()
        with folders.lock(lock, patience=10):
            pass


def test_a_file_is_verified_by_its_bytes(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"one")
    digest = folders.sha256(file)
    assert folders.verified(file, digest)
    file.write_bytes(b"other")
    assert not folders.verified(file, digest)
    assert not folders.verified(tmp_path / "absent", digest)
