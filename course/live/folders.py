"""Where images, packages and saved states are kept, and the locks that let two notebooks share them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from course.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "virtualization-course"
_verified: set[tuple[Path, str, int, int]] = set()


def search_folders() -> list[Path]:
    """Return the folders that may hold images, the first to be looked at first.

    They are the folder in the environment variable COURSE_IMAGES, the cache folder of the user (XDG), and a folder
    of the Python environment. The last is where a Binder image keeps them: there the home folder may be mounted over.
    """
    chosen = os.environ.get("COURSE_IMAGES")
    cache_home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folders = [cache_home / NAME, Path(sys.prefix) / "share" / NAME]
    return [Path(chosen).expanduser().absolute(), *folders] if chosen else folders


def writable_folder() -> Path:
    """Return the first of the search folders that can be written, or a temporary one of this process if none can."""
    for folder in search_folders():
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
    return _temporary_folder()


def is_temporary(folder: Path) -> bool:
    """Return whether a folder is the temporary one that stands in where no cache folder can be written."""
    return any(folder == Path(holder.name) for holder in _held)


@cache
def _temporary_folder() -> Path:
    """Make a folder that goes when this process ends: what is kept in it serves for one session."""
    holder = tempfile.TemporaryDirectory(prefix=f"{NAME}-")
    _held.append(holder)
    return Path(holder.name)


_held: list[tempfile.TemporaryDirectory[str]] = []


@contextlib.contextmanager
def lock(path: Path, patience: float = 1800.0) -> Iterator[None]:
    """Hold the lock file `path`; wait up to `patience` seconds for another process that holds it.

    Raises CourseError when the wait is over. The lock goes with the process that holds it, however that ends.
    """
    import fcntl  # not on Windows, where none of this runs

    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        start = time.monotonic()
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() - start > patience:
                    raise CourseError(
                        f"Another process has held {path} for {patience:.0f} s. Wait for it or end it, then try again."
                    ) from None
                time.sleep(0.05)
        yield


def sha256(path: Path) -> str:
    """Return the SHA-256 digest of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verified(path: Path, digest: str) -> bool:
    """Return whether a file has this SHA-256 digest; an unchanged file is read once in each process."""
    try:
        status = path.stat()
    except OSError:
        return False
    key = (path, digest, status.st_size, status.st_mtime_ns)
    if key not in _verified and sha256(path) == digest:
        _verified.add(key)
    return key in _verified
