"""One QEMU process: started, spoken to over QMP, saved, ended (lesson 03 looks at it from outside).

Everything here runs on the loop's thread; `course.live.machine` is what a lesson uses.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from typing import TYPE_CHECKING, Any, Final

from course.errors import CourseError
from course.live import loop
from course.live.agent import Agent
from course.live.arguments import Lines, qemu_arguments

if TYPE_CHECKING:
    from pathlib import Path

    from qemu.qmp import QMPClient

    from course.live.arguments import Boot
    from course.live.console import Console
    from course.live.spec import MachineSpec

# Below the notebook's own server, so that a guest that spins does not take the page away.
NICENESS: Final = 5
# Where setpriv is missing: a shell waits on a pipe that this process holds, and kills QEMU when that closes.
_WATCHER: Final = """
exec 3<&0
"$@" </dev/null 3<&- & child=$!
{ read -r _ <&3; kill -9 "$child"; } & reader=$!
wait "$child"; status=$?
kill "$reader"; exit "$status"
"""


class Qemu:
    """A running QEMU with its three lines: QMP, the console and the agent."""

    def __init__(
        self, process: subprocess.Popen[bytes], errors: Any, client: QMPClient, agent: Agent, lifeline: int
    ) -> None:
        self.process, self.client, self.agent = process, client, agent
        self._errors, self._lifeline, self._said = errors, lifeline, ""
        _alive.add(self)
        self.events: list[dict[str, Any]] = []
        self._watch: asyncio.Task[None] | None = None

    @classmethod
    async def start(
        cls, program: str, spec: MachineSpec, boot: Boot, accelerator: str, console: Console, saved: Path | None = None
    ) -> Qemu:
        """Start QEMU and join its lines; with `saved`, the machine in that file is loaded and stands still.

        Raises CourseError with QEMU's own words if it does not start.
        """
        from qemu.qmp import QMPClient  # on first use: importing course.live stays cheap

        ours, theirs = zip(*(socket.socketpair() for _ in range(3)), strict=True)
        source = _Source(saved) if saved else None
        qmp, serial, port = (end.fileno() for end in theirs)
        lines = Lines(qmp, serial, port, source.descriptor if source else None)
        errors = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the process
        lifeline_read, lifeline = os.pipe()
        try:
            command = [*_guarded(), program, *qemu_arguments(spec, boot, accelerator, lines)]
            inherited = [end.fileno() for end in theirs]
            process = subprocess.Popen(
                command,
                stdin=lifeline_read,
                stdout=errors,
                stderr=errors,
                pass_fds=[*inherited, *([source.descriptor] if source else [])],
                start_new_session=True,  # an interrupt of the cell is for the cell
            )
        finally:
            for end in theirs:
                end.close()
            os.close(lifeline_read)
            if source:
                source.close()
        client = QMPClient("live machine")
        agent = await Agent.open(ours[2])
        await console.attach(ours[1])
        qemu = cls(process, errors, client, agent, lifeline)
        try:
            await client.connect(ours[0])
        except Exception:
            await qemu.stop()
            raise CourseError(f"QEMU did not start. It said: {qemu.errors()}") from None
        qemu._watch = asyncio.create_task(qemu._collect_events())
        return qemu

    async def execute(self, command: str, arguments: dict[str, Any] | None = None) -> Any:
        """Run a QMP command and return its answer; raises CourseError where QEMU refuses it or has ended."""
        from qemu.qmp import ExecuteError, QMPError

        try:
            return await self.client.execute(command, arguments or {})
        except ExecuteError as error:
            raise CourseError(f"QEMU refused {command!r}: {error}") from None
        except (QMPError, EOFError, OSError):
            raise CourseError(f"QEMU has ended, so {command!r} could not be run. {self.errors()}".strip()) from None

    async def resume(self) -> None:
        """Wait until a saved state is loaded, then let the machine run; raises CourseError if it cannot be loaded."""
        while True:
            try:
                status = await self.execute("query-status")
            except CourseError:
                raise CourseError(f"The saved state could not be loaded. QEMU said: {self.errors()}") from None
            if status["status"] != "inmigrate":
                break
            await asyncio.sleep(0.004)
        await self.execute("cont")

    async def save(self, target: Path) -> None:
        """Stop the machine and write its whole state to a file; raises CourseError if that fails (a full disk)."""
        await self.execute("stop")
        await self.execute("migrate-set-parameters", {"max-bandwidth": 1 << 40})
        sink = _Sink(target)
        try:
            self.client.send_fd_scm(sink.descriptor)
            await self.execute("getfd", {"fdname": "state"})
            sink.close()
            await self.execute("migrate", {"uri": "fd:state"})
            while (status := (await self.execute("query-migrate"))["status"]) not in (
                "completed",
                "failed",
                "cancelled",
            ):
                await asyncio.sleep(0.02)
        finally:
            sink.close()
        if not await asyncio.to_thread(sink.finish) or status != "completed":
            target.unlink(missing_ok=True)
            raise CourseError(
                f"The state could not be written to {target.parent}: is the disk full? {sink.errors}".strip()
            )

    async def stop(self) -> None:
        """End the process at once and close its lines: nothing in a guest is worth keeping."""
        _alive.discard(self)
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1
        if self.process.poll() is None and shutil.which("setpriv"):
            self.process.kill()
        self.agent.close()
        if self._watch is not None:
            self._watch.cancel()
        # After QEMU's end the library reports the closed line as an error, in more than one way.
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self.client.disconnect(), 2)
        while self.process.poll() is None:
            await asyncio.sleep(0.002)
        self._said = self.errors()
        self._errors.close()

    def abandon(self) -> None:
        """End the process without waiting, from any thread, even from within the collector of garbage."""
        asyncio.run_coroutine_threadsafe(self.stop(), loop.event_loop())

    def errors(self) -> str:
        """Return what QEMU wrote to its error output, on one line."""
        if self._errors.closed:
            return self._said
        said = os.pread(self._errors.fileno(), 2000, 0).decode("utf-8", "replace").strip()
        # Of the name and the warnings that every start gives, nothing is of use to a reader.
        return " ".join(line for line in said.splitlines() if "warning:" not in line)

    async def _collect_events(self) -> None:
        async for event in self.client.events:
            self.events.append(dict(event))


def _stop_at_exit() -> None:
    """End what still runs when this process ends in good order; otherwise the kernel does it."""
    for qemu in list(_alive):
        loop.call(qemu.stop(), timeout=10)


_alive: set[Qemu] = set()
atexit.register(_stop_at_exit)


class _Source:
    """The reading end of a saved state: the file itself, or what zstd unpacks from it."""

    def __init__(self, saved: Path) -> None:
        if saved.suffix == ".zst":
            self._process = subprocess.Popen(
                ["zstd", "-dcq", str(saved)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
            self.descriptor = self._process.stdout.fileno()
        else:
            self._process = None  # type: ignore[assignment]
            self.descriptor = os.open(saved, os.O_RDONLY)

    def close(self) -> None:
        """Close our copy of the descriptor; QEMU has its own."""
        if self._process is None:
            os.close(self.descriptor)
            return
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        self._process.stdout.close()
        # Collected when it ends: a zombie for each restore would add up.
        asyncio.get_running_loop().run_in_executor(None, self._process.wait)


class _Sink:
    """The writing end of a saved state: the file itself, or zstd that packs into it."""

    def __init__(self, target: Path) -> None:
        self.errors = ""
        if target.suffix == ".zst":
            with target.open("wb") as file:
                self._process = subprocess.Popen(
                    ["zstd", "-q", "-3", "-c"], stdin=subprocess.PIPE, stdout=file, stderr=subprocess.PIPE
                )
            assert self._process.stdin is not None  # noqa: S101 - a pipe was asked for
            self._open: Any = self._process.stdin
        else:
            self._process = None  # type: ignore[assignment]
            self._open = target.open("wb")
        self.descriptor = self._open.fileno()

    def close(self) -> None:
        """Close our copy, so that zstd sees the end when QEMU closes its own."""
        with contextlib.suppress(OSError):
            self._open.close()

    def finish(self) -> bool:
        """Wait for zstd; return whether all was written."""
        if self._process is None:
            return True
        assert self._process.stderr is not None  # noqa: S101 - a pipe was asked for
        self.errors = self._process.stderr.read().decode("utf-8", "replace").strip()
        self._process.stderr.close()
        return self._process.wait() == 0


def compressor() -> str:
    """Return the suffix of saved states: .zst where zstd is installed, else none, at several times the size."""
    return ".zst" if shutil.which("zstd") else ".raw"


def _guarded() -> list[str]:
    """Return the words before QEMU's name that make it end with this process, even when that is killed."""
    nice = ["nice", "-n", str(NICENESS)]
    if shutil.which("setpriv"):
        return ["setpriv", "--pdeathsig", "KILL", *nice]
    return ["sh", "-c", _WATCHER, "sh", *nice]


async def wait_for_agent(qemu: Qemu, patience: float) -> None:
    """Set the guest's clock and wait for its answer; raises CourseError if the guest ends or stays silent."""
    from course.live import agent

    number, frames = qemu.agent.new_job()
    try:
        qemu.agent.post_json(number, agent.CLOCK, time.time())
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if not frames.empty():
                if frames.get()[0] == agent.HELLO:
                    return
                break
            await asyncio.sleep(0.002)
    finally:
        qemu.agent.end_job(number)
    raise CourseError(f"The guest did not answer within {patience:.0f} s. {qemu.errors()}".strip())
