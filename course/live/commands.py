"""Commands and files in a guest, through its agent: what is asked, what comes back (lesson 00)."""

from __future__ import annotations

import codecs
import json
import os
import queue
import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from course.errors import CourseError
from course.live import agent as channel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from course.live.agent import Agent, Frame

# Of each stream this much is kept for the result; a command that writes without end must not fill the notebook.
KEPT_BYTES: Final = 8 * 1024 * 1024
# After a deadline the guest has this long to report the end of what was killed.
GRACE_SECONDS: Final = 5.0
SHELL: Final = "/bin/bash"
# What a shell says of a program that cannot be started, and GNU timeout of one that was stopped.
CANNOT_START: Final = 126
STOPPED: Final = 124


class MachineEndedError(CourseError):
    """The machine ended while it was asked: a kernel panic, a power-off inside, or QEMU itself."""


@dataclass(frozen=True)
class CommandResult:
    r"""What a command did in a guest.

    `exit_status` is the command's own, -9 and the like where a signal ended it, 124 where its deadline did, 126 where
    the guest could not start it. `stdout` and `stderr` are text; bytes that are no UTF-8 stand as `\\xNN`. `seconds` is
    wall time seen from L0, which says nothing of the time it would take elsewhere. `stopped` is a sentence where the
    command did not end by itself, else empty.
    """

    command: str
    exit_status: int
    stdout: str
    stderr: str
    seconds: float
    stopped: str = ""

    def __str__(self) -> str:
        """Return the output as a terminal would show it, and the exit status if it is not 0."""
        status = "" if self.exit_status == 0 or self.stopped else f"[exit status {self.exit_status}]"
        parts = [self.stdout, self.stderr, self.stopped or status]
        return "\n".join(part.rstrip("\n") for part in parts if part)


def run(
    agent: Agent,
    command: str | Sequence[str],
    *,
    deadline: float,
    on_output: Callable[[str, str], None] | None = None,
    stdin: bytes | None = None,
    environment: Mapping[str, str] | None = None,
) -> CommandResult:
    """Run a command in the guest and return its result; see `Machine.run`.

    Raises MachineEndedError if the channel closes. An interrupt stops the command, then goes on to the caller.
    """
    words = [SHELL, "-c", command] if isinstance(command, str) else list(command)
    shown = command if isinstance(command, str) else " ".join(command)
    request = {"arguments": words, "environment": dict(environment or {}), "stdin": stdin is not None}
    collected = _Output(on_output)
    number, frames = agent.new_job()
    start = time.monotonic()
    try:
        agent.send_json(number, channel.RUN, request)
        if stdin is not None:
            _send_blocks(agent, number, channel.INPUT, stdin)
        status, stopped = _follow(agent, number, frames, start + deadline, collected, deadline)
    except KeyboardInterrupt:
        agent.send_json(number, channel.SIGNAL, signal.SIGKILL)
        raise
    finally:
        agent.end_job(number)
    stdout, stderr = collected.texts()
    return CommandResult(shown, status, stdout, stderr, time.monotonic() - start, stopped)


def put(agent: Agent, path: str, content: bytes, mode: int, deadline: float) -> None:
    """Write a file in the guest; raises CourseError with the guest's reason if it cannot."""
    number, frames = agent.new_job()
    try:
        agent.send_json(number, channel.PUT, {"path": path, "mode": mode})
        _send_blocks(agent, number, channel.CHUNK, content)
        for kind, payload in _until(frames, time.monotonic() + deadline, f"writing {path}"):
            if kind == channel.FAILED:
                raise CourseError(f"{path} could not be written in the guest: {_reason(payload)}.")
            if kind == channel.DONE:
                return
    finally:
        agent.end_job(number)


def get(agent: Agent, path: str, deadline: float) -> bytes:
    """Return the content of a file in the guest; raises CourseError with the guest's reason if it cannot be read."""
    number, frames = agent.new_job()
    content = bytearray()
    try:
        agent.send_json(number, channel.GET, {"path": path})
        for kind, payload in _until(frames, time.monotonic() + deadline, f"reading {path}"):
            if kind == channel.FAILED:
                raise CourseError(f"{path} could not be read in the guest: {_reason(payload)}.")
            if kind == channel.DONE:
                break
            content += payload
    finally:
        agent.end_job(number)
    return bytes(content)


def _follow(
    agent: Agent, number: int, frames: queue.SimpleQueue[Frame], end: float, output: _Output, deadline: float
) -> tuple[int, str]:
    """Collect output until the command ends; return its exit status, and a sentence if it had to be stopped."""
    stopped = ""
    while True:
        remaining = end - time.monotonic()
        if remaining <= 0:
            if stopped:
                return STOPPED, f"{stopped} The guest did not report its end: reset() gives a fresh machine."
            stopped = f"Stopped: the command ran past its deadline of {deadline:g} s."
            agent.send_json(number, channel.SIGNAL, signal.SIGKILL)
            end = time.monotonic() + GRACE_SECONDS
            continue
        try:
            # In slices, because an interrupt that another thread receives is not noticed while this one waits.
            kind, payload = frames.get(timeout=min(remaining, 0.5))
        except queue.Empty:
            continue
        if kind == channel.EXIT:
            return (STOPPED, stopped) if stopped else (int(json.loads(payload)), "")
        if kind == channel.FAILED:
            output.add(channel.ERROR_OUTPUT, f"the guest could not start the command: {_reason(payload)}\n".encode())
            return CANNOT_START, ""
        if kind == channel.CLOSED:
            raise MachineEndedError("The machine ended while it ran the command.")
        output.add(kind, payload)


def _until(frames: queue.SimpleQueue[Frame], end: float, what: str) -> list[Frame]:
    """Return frames up to the one that ends a transfer."""
    received: list[Frame] = []
    while not received or received[-1][0] not in (channel.DONE, channel.FAILED):
        try:
            received.append(frames.get(timeout=max(0.0, end - time.monotonic())))
        except queue.Empty:
            raise CourseError(f"The guest did not finish {what} in time: reset() gives a fresh machine.") from None
        if received[-1][0] == channel.CLOSED:
            raise MachineEndedError(f"The machine ended while {what}.")
    return received


def _send_blocks(agent: Agent, number: int, kind: int, content: bytes) -> None:
    """Send content in blocks, and an empty block for its end."""
    view = memoryview(content)
    for start in range(0, len(view), channel.BLOCK):
        agent.send(number, kind, bytes(view[start : start + channel.BLOCK]))
    agent.send(number, kind)


def _reason(payload: bytes) -> str:
    """Return the guest's error in words: the errno's text, and the file it is about."""
    code, text, file = json.loads(payload)
    return f"{text or os.strerror(code or 0)}{f' ({file})' if file else ''}"


class _Output:
    """The two streams of a command: bytes as they come, the text of them for who watches, and the whole at the end."""

    def __init__(self, on_output: Callable[[str, str], None] | None) -> None:
        self._on_output = on_output
        self._kept = {channel.OUTPUT: bytearray(), channel.ERROR_OUTPUT: bytearray()}
        self._dropped = dict.fromkeys(self._kept, 0)
        # Incremental: a character may arrive in two pieces.
        self._decoders = {kind: codecs.getincrementaldecoder("utf-8")("backslashreplace") for kind in self._kept}

    def add(self, kind: int, payload: bytes) -> None:
        """Keep a piece of output, up to the limit, and show it."""
        if kind not in self._kept:
            return
        room = KEPT_BYTES - len(self._kept[kind])
        self._kept[kind] += payload[:room]
        self._dropped[kind] += max(0, len(payload) - room)
        if self._on_output and (text := self._decoders[kind].decode(payload)):
            self._on_output("stdout" if kind == channel.OUTPUT else "stderr", text)

    def texts(self) -> tuple[str, str]:
        """Return standard output and error output as text."""
        texts = []
        for kind, content in self._kept.items():
            note = f"\n[{self._dropped[kind]} bytes more were not kept]" if self._dropped[kind] else ""
            texts.append(content.decode("utf-8", "backslashreplace") + note)
        return texts[0], texts[1]
