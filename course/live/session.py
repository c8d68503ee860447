"""One machine of a lesson, live where it can be and replayed from its tape where it cannot.

A session starts nothing until it is asked something. Whatever it answers comes with the recording that says
where, when and under what it ran, and whether it ran now.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from course.errors import CourseError, unknown
from course.live import host, recordings
from course.live.recordings import Recording, Tape
from course.live.where import find_place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from course.live import Machine

__all__ = ["RESET", "START", "Answer", "Session", "describe_host", "program_source", "today"]

START, RESET = ":start", ":reset"
"""What a tape calls the two things that are done to a machine rather than typed into it."""

LEVELS = ("L0", "L1")
DEADLINE = 60.0


@dataclass(frozen=True)
class Answer:
    """A result, whether it ran now, and if not, why not (empty where recordings were asked for)."""

    recording: Recording
    live: bool
    note: str = ""


class Session:
    """The machine that a lesson calls `label`, made from an image set, and L0 beside it."""

    def __init__(self, label: str, image: str = "base") -> None:
        self.label = label
        self.image = image
        self._machine: Machine | None = None
        self._tape: Tape | None = None
        self._why_not = ""

    def run(self, command: str, level: str = "L1", deadline: float = DEADLINE) -> Answer:
        """Run a command on L1 as root, or on L0 as you, and return its outcome.

        In `auto` mode a machine that cannot start is replaced by the tape, with the reason; once it has answered, its
        failures are its own. Raises CourseError where neither a machine nor a recording has an answer.
        """
        if level not in LEVELS:
            raise unknown("level to run a command on", level, LEVELS)
        if recordings.mode() == "recorded" or self._why_not:
            return self._replayed(command, level)
        try:
            recording = self._run_here(command, deadline) if level == "L0" else self._run_inside(command, deadline)
        except CourseError as reason:
            return self._instead(command, level, reason)
        recordings.keep(recording)
        return Answer(recording, live=True)

    def run_program(self, name: str, arguments: str = "", deadline: float = DEADLINE) -> Answer:
        """Put one of the course's programs into the machine and run it there; raises CourseError if there is none."""
        source = program_source(name)
        command = f"python3 /root/{name}.py {arguments}".rstrip()
        if recordings.mode() == "recorded" or self._why_not:
            return self._replayed(command, "L1")
        try:
            self._start()
            assert self._machine is not None  # noqa: S101 - told to the type checker; _start raises otherwise
            self._machine.put(f"/root/{name}.py", source.encode())
        except CourseError as reason:
            return self._instead(command, "L1", reason)
        return self.run(command, deadline=deadline)

    def run_afresh(self, files: Mapping[str, str], prepare: str, command: str, deadline: float = DEADLINE) -> Answer:
        """Put files into the saved state and run two commands there; the answer is that of the second.

        For programs of the reader's own, of which there is no recording: raises CourseError where nothing runs live.
        """
        if recordings.mode() == "recorded":
            raise CourseError("This runs a program of your own, so nothing is recorded of it. Set COURSE_LIVE to auto.")
        self._reset()
        assert self._machine is not None  # noqa: S101 - told to the type checker; _reset raises otherwise
        for name, content in files.items():
            self._machine.put(f"/root/{name}", content.encode())
        self._machine.run(prepare, deadline=deadline)
        return Answer(self._run_inside(command, deadline), live=True)

    def start(self) -> Answer:
        """Start the machine, or do nothing but say so where it runs; `seconds` goes to its first answer."""
        return self._do(START, self._start)

    def reset(self) -> Answer:
        """Put the machine back into its saved state; `seconds` goes to its first answer."""
        return self._do(RESET, self._reset)

    def stop(self) -> None:
        """Stop the machine if it runs; the next command starts a new one."""
        if self._machine is not None:
            self._machine.stop()
            self._machine = None

    def _do(self, name: str, action: Any) -> Answer:
        if recordings.mode() == "recorded" or self._why_not:
            return self._replayed(name, "L1")
        began = time.perf_counter()
        try:
            action()
        except CourseError as reason:
            return self._instead(name, "L1", reason)
        recording = self._recording(name, {"seconds": round(time.perf_counter() - began, 3)})
        recordings.keep(recording)
        return Answer(recording, live=True)

    def _start(self) -> None:
        if self._machine is None:
            from course.live import Machine

            machine = Machine(self.image)
            machine.run("true", deadline=DEADLINE)
            self._machine = machine

    def _reset(self) -> None:
        if self._machine is None:
            self._start()
            return
        self._machine.reset()
        self._machine.run("true", deadline=DEADLINE)

    def _run_inside(self, command: str, deadline: float) -> Recording:
        self._start()
        assert self._machine is not None  # noqa: S101 - told to the type checker; _start raises otherwise
        result = self._machine.run(command, deadline=deadline)
        return self._recording(command, _as_json(result.exit_status, result.stdout, result.stderr, result.seconds))

    def _run_here(self, command: str, deadline: float) -> Recording:
        if sys.platform != "linux":
            raise CourseError(f"L0 runs {platform.system()}, and this command is one of Linux.")
        result = _run_on_l0(command, deadline)
        return Recording(self.label, command, result, today(), "L0", "none", {}, "", describe_host())

    def _recording(self, command: str, result: Mapping[str, Any]) -> Recording:
        machine = self._machine
        assert machine is not None  # noqa: S101 - told to the type checker; only called after _start
        return Recording(
            self.label,
            command,
            result,
            today(),
            "L1",
            machine.accelerator,
            {"QEMU": host.find_qemu().version},
            machine.image_digest,
            describe_host(),
        )

    def _instead(self, command: str, level: str, reason: CourseError) -> Answer:
        """Answer from the tape where a machine could not start; a machine that has answered may fail aloud."""
        if recordings.mode() == "required" or self._machine is not None or not self._is_recorded(command, level):
            raise reason
        if level == "L1":
            self._why_not = f"not live here: {reason}"
        return self._replayed(command, level, f"not live here: {reason}")

    def _is_recorded(self, command: str, level: str) -> bool:
        try:
            tape = recordings.load(self.label)
        except CourseError:
            return False
        return any((recording.command, recording.level) == (command, level) for recording in tape)

    def _replayed(self, command: str, level: str, note: str = "") -> Answer:
        if self._tape is None:
            self._tape = Tape(recordings.load(self.label))
        return Answer(self._tape.find(command, level), live=False, note=note or self._why_not)


def program_source(name: str) -> str:
    """Return the text of one of the course's programs; raises CourseError with the nearest match if there is none."""
    folder = files("course.live").joinpath("programs")
    known = sorted(item.name.removesuffix(".py") for item in folder.iterdir() if item.name.endswith(".py"))
    if name not in known:
        raise unknown("program", name, known)
    return folder.joinpath(f"{name}.py").read_text(encoding="utf-8")


def describe_host() -> str:
    """Return L0 in words that identify nobody: what it is, its architecture, how many CPUs."""
    place = find_place()
    machine = f"{place.machine} ({place.hypervisor})" if place.hypervisor else place.machine
    return f"L0 a {machine}".replace("a bare metal", "bare metal") + f", {platform.machine()}, {os.cpu_count()} CPUs"


def today() -> str:
    """Return the date of a recording made now, in coordinated universal time."""
    return datetime.now(UTC).date().isoformat()


def _run_on_l0(command: str, deadline: float) -> Mapping[str, Any]:
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="course-") as folder:
        try:
            done = subprocess.run(
                ["sh", "-c", command],
                capture_output=True,
                text=True,
                errors="replace",
                timeout=deadline,
                check=False,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                env={**os.environ, "LC_ALL": "C"},
            )
        except subprocess.TimeoutExpired:
            raise CourseError(f"On L0 `{command}` was stopped after its deadline of {deadline:g} seconds.") from None
    if done.returncode == 127:
        raise CourseError(f"On L0 a program of `{command}` is missing: {done.stderr.strip()}")
    return _as_json(done.returncode, done.stdout, done.stderr, time.perf_counter() - began)


def _as_json(exit_status: int, stdout: str, stderr: str, seconds: float) -> dict[str, Any]:
    return {"exit_status": exit_status, "stdout": stdout, "stderr": stderr, "seconds": round(seconds, 3)}
