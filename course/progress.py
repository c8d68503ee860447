"""What the reader has answered, kept in a file of their own: one line of JSON for each answer, only ever added to.

The file is `progress.jsonl` in the folder for a user's application data: `$XDG_DATA_HOME/virtualization-layers`
(`~/.local/share/virtualization-layers` where that is not set), `~/Library/Application Support/virtualization-layers` on
macOS, the same folder of `LOCALAPPDATA` on Windows. The environment variable `COURSE_PROGRESS` names another file.
Nothing in it leaves the machine. Where it cannot be written, answers last as long as the kernel, and `notice` says so.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FOLDER = "virtualization-layers"


@dataclass(frozen=True)
class Answer:
    """One committed answer: to a question (kind predict, check, pretest, exam) or to an exercise (kind exercise)."""

    item: str
    objective: str
    kind: str
    choice: str
    correct: bool
    date: str = ""


@dataclass(frozen=True)
class Score:
    """How many items of a group were answered, and how many of those correctly; the latest answer to each counts."""

    correct: int = 0
    answered: int = 0

    @property
    def share(self) -> float:
        """Correct answers as a share of those given, 0 to 1; 0 where none was given."""
        return self.correct / self.answered if self.answered else 0.0


@dataclass
class Progress:
    """The answers of one reader, in the file at `path`, or in memory alone where that cannot be read or written."""

    path: Path
    notice: str = ""
    _unsaved: list[Answer] = field(default_factory=list)

    def answers(self) -> tuple[Answer, ...]:
        """Return every answer, oldest first. Lines that cannot be read are set aside with the whole file, not lost."""
        return (*self._saved(), *self._unsaved)

    def add(self, answer: Answer) -> Answer:
        """Keep an answer, dated now (UTC, to the second), and return it as kept."""
        dated = Answer(**{**asdict(answer), "date": datetime.now(UTC).isoformat(timespec="seconds")})
        self._saved()  # sets a damaged file aside before anything is added to it
        try:
            _append(self.path, json.dumps(asdict(dated), ensure_ascii=False) + "\n")
        except OSError as error:
            self._unsaved.append(dated)
            self.notice = _memory_only(self.path, error)
        return dated

    def latest(self, item: str) -> Answer | None:
        """Return the newest answer to a question or exercise, or None."""
        return next((answer for answer in reversed(self.answers()) if answer.item == item), None)

    def _saved(self) -> tuple[Answer, ...]:
        try:
            lines = self.path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return ()
        except OSError as error:
            self.notice = _memory_only(self.path, error)
            return ()
        read = [_answer(line) for line in lines if line.strip()]
        good = tuple(answer for answer in read if answer is not None)
        if len(good) < len(read):
            self._set_aside(good)
        return good

    def _set_aside(self, good: Iterable[Answer]) -> None:
        """Keep the damaged file under another name and go on with the lines that can be read."""
        aside = _free_name(self.path)
        draft = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        try:
            text = "".join(json.dumps(asdict(answer), ensure_ascii=False) + "\n" for answer in good)
            _append(draft, text)
            aside.write_bytes(self.path.read_bytes())
            draft.replace(self.path)
        except OSError as error:
            draft.unlink(missing_ok=True)
            self.notice = _memory_only(self.path, error)
        else:
            self.notice = f"Some lines of your progress file could not be read; the whole file is kept as {aside}."


def location(environment: Mapping[str, str] = os.environ, system: str = sys.platform) -> Path:
    """Return where the reader's progress file is: see the module's first lines. It need not exist."""
    if chosen := environment.get("COURSE_PROGRESS"):
        return Path(chosen).expanduser()
    return _data_home(environment, system) / _FOLDER / "progress.jsonl"


def own() -> Progress:
    """Return the progress of whoever runs this kernel; the same object for the same place."""
    path = location()
    return _OPENED.setdefault(path, Progress(path))


def scores(answers: Iterable[Answer], by: str = "objective") -> dict[str, Score]:
    """Return the score for each objective ("objective"), lesson ("lesson") or kind ("kind"): the latest answer counts.

    Predictions are not scored: a wrong one is part of the method.
    """
    newest = {answer.item: answer for answer in answers if answer.kind != "predict"}
    total: dict[str, Score] = {}
    for answer in newest.values():
        group = answer.objective[:2] if by == "lesson" else str(getattr(answer, by))
        score = total.get(group, Score())
        total[group] = Score(score.correct + answer.correct, score.answered + 1)
    return dict(sorted(total.items()))


def gain(answers: Iterable[Answer]) -> tuple[Score, Score]:
    """Return (before, after): the first answers to pretest questions, the latest ones to exam questions."""
    given = tuple(answers)
    first = {answer.item: answer for answer in reversed(given) if answer.kind == "pretest"}
    last = {answer.item: answer for answer in given if answer.kind == "exam"}
    before, after = (
        Score(sum(answer.correct for answer in group.values()), len(group)) for group in (first, last)
    )  # fmt: skip
    return before, after


_OPENED: dict[Path, Progress] = {}


def _data_home(environment: Mapping[str, str], system: str) -> Path:
    if chosen := environment.get("XDG_DATA_HOME"):
        return Path(chosen)
    if system == "win32" and (chosen := environment.get("LOCALAPPDATA")):
        return Path(chosen)
    return Path.home() / ("Library/Application Support" if system == "darwin" else ".local/share")


def _append(path: Path, text: str) -> None:
    """Add whole lines in one write, so that two kernels cannot mix theirs and a crash cannot harm older ones."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(handle).st_size
        torn = size > 0 and _byte_at(handle, size - 1) != b"\n"
        os.write(handle, ("\n" * torn + text).encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def _byte_at(handle: int, position: int) -> bytes:
    os.lseek(handle, position, os.SEEK_SET)
    return os.read(handle, 1)


def _answer(line: bytes) -> Answer | None:
    """Return the answer on one line of the file, or None if it is not one."""
    try:
        record = json.loads(line)
    except ValueError:
        return None
    if not isinstance(record, dict) or set(record) != {each.name for each in fields(Answer)}:
        return None
    texts = all(isinstance(value, str) for name, value in record.items() if name != "correct")
    return Answer(**record) if texts and isinstance(record["correct"], bool) else None


def _free_name(path: Path) -> Path:
    return next(
        name
        for number in range(1, 10_000)
        if not (name := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists()
    )


def _memory_only(path: Path, error: OSError) -> str:
    return (
        f"Your answers are kept only until the kernel stops: {path} cannot be used ({error.strerror}); "
        "set COURSE_PROGRESS to a file that you may write."
    )
