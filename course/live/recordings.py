"""Recorded results: what a live machine answered once, stored with where, when and under what it ran.

A *tape* is the list of recordings of one name, in the order in which they were made, in `data/recordings/<name>.json`.
Tapes are written by `python -m course record`, never by hand, and replayed where nothing can run live.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass, field, fields
from datetime import date as calendar_date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from course import dataset
from course.errors import CourseError, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Recording", "Tape", "folder", "keep", "load", "mode", "names", "recording_folder", "save"]

Mode = Literal["auto", "recorded", "required"]

_MODES: Final = ("auto", "recorded", "required")
_LEVELS: Final = ("L0", "L1", "L2")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True)
class Recording:
    """One stored result.

    `name` is the tape's, `command` what was run, `result` its outcome as JSON values (of a command:
    `exit_status`, `stdout`, `stderr`, `seconds`). `level` is L0, L1 or L2; `accelerator` is none on L0, else
    tcg or kvm. `versions` names the programs that matter with their versions, `image_digest` the guest image,
    `host` the machine in words that identify nobody.
    """

    name: str
    command: str
    result: Mapping[str, Any]
    date: str
    level: str
    accelerator: str
    versions: Mapping[str, str] = field(default_factory=dict)
    image_digest: str = ""
    host: str = ""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise CourseError(f"{self.name!r} cannot name a recording. Use lower-case letters, digits, _ and -.")
        if self.level not in _LEVELS:
            raise unknown("level", self.level, _LEVELS)
        try:
            calendar_date.fromisoformat(self.date)
        except ValueError:
            raise CourseError(f"{self.date!r} is not the date of a recording. Write it as YYYY-MM-DD.") from None


class Tape:
    """The recordings of one name, replayed forward: each search starts behind the last hit, then from the beginning.

    So a command that is run twice shows its first and its second result, and a lesson that is run again starts over.
    """

    def __init__(self, recordings: tuple[Recording, ...]) -> None:
        self._recordings = recordings
        self._position = 0

    def find(self, command: str, level: str) -> Recording:
        """Return the next recording of a command on a level; raises CourseError if it was never recorded."""
        indices = range(len(self._recordings))
        for index in [*indices[self._position :], *indices[: self._position]]:
            recording: Recording = self._recordings[index]
            if (recording.command, recording.level) == (command, level):
                self._position = index + 1
                return recording
        known = [recording.command for recording in self._recordings if recording.level == level]
        if not known:
            raise CourseError(f"Nothing was recorded on {level} here, and nothing can run live on this machine.")
        raise unknown(f"recording on {level} of the command", command, dict.fromkeys(known))


def mode() -> Mode:
    """Return what COURSE_LIVE asks for: auto (live if possible, the default), recorded, or required (live or fail)."""
    value = os.environ.get("COURSE_LIVE") or "auto"
    if value not in _MODES:
        raise unknown("value of COURSE_LIVE", value, _MODES)
    return cast("Mode", value)


def folder() -> Path:
    """Return the folder that holds the tapes of this checkout."""
    return dataset.FOLDER / "recordings"


def recording_folder() -> Path | None:
    """Return where results are being recorded now (COURSE_RECORD), or None outside of `python -m course record`."""
    value = os.environ.get("COURSE_RECORD")
    return Path(value) if value else None


def names() -> tuple[str, ...]:
    """Return the names of the stored tapes, sorted."""
    return tuple(sorted(path.stem for path in folder().glob("*.json")))


def load(name: str, of: Path | None = None) -> tuple[Recording, ...]:
    """Return the recordings of a tape in order, of this checkout or of another folder.

    Raises CourseError if there is no such tape or it is damaged.
    """
    path = (of or folder()) / f"{name}.json"
    if not path.is_file():
        raise unknown("recording", name, names())
    return _read(path)


def save(recordings: tuple[Recording, ...], into: Path | None = None) -> Path:
    """Write the recordings of one name as its tape and return the file; the same recordings give the same bytes."""
    tape_names = {recording.name for recording in recordings}
    if len(tape_names) != 1:
        raise CourseError(f"A tape holds the recordings of one name, given were those of {len(tape_names)}.")
    target = (into or folder()) / f"{tape_names.pop()}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps([asdict(recording) for recording in recordings], ensure_ascii=False, indent=1)
    # Written beside and moved into place: a reader sees the old tape or the new one, never half of one.
    beside = target.with_suffix(f".{os.getpid()}.part")
    beside.write_text(text + "\n", encoding="utf-8")
    beside.replace(target)
    return target


def keep(recording: Recording) -> None:
    """Append a live result to its tape if a recording session is under way; do nothing otherwise."""
    into = recording_folder()
    if into is None:
        return
    path = into / f"{recording.name}.json"
    earlier = _read(path) if path.is_file() else ()
    save((*earlier, recording), into)


def _read(path: Path) -> tuple[Recording, ...]:
    known = {item.name for item in fields(Recording)}
    restore = (
        f"Restore it with `git checkout data/recordings/{path.name}` or make it again with `python -m course record`."
    )
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        recordings = tuple(Recording(**entry) for entry in entries)
    except (ValueError, TypeError) as damage:
        raise CourseError(f"The recording {path.name} is damaged ({damage}). {restore}") from None
    if any(set(entry) != known for entry in entries) or not recordings:
        raise CourseError(f"The recording {path.name} lacks a field of {', '.join(sorted(known))}. {restore}")
    return recordings
