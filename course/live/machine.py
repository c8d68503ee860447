"""A real machine in a cell: `Machine().run("uname -r")` answers from another kernel (lesson 00 introduces it)."""

from __future__ import annotations

import asyncio
import re
import threading
import weakref
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from course.errors import CourseError
from course.live import commands, loop
from course.live import state as saved_states
from course.live.commands import CommandResult, MachineEndedError
from course.live.console import Console
from course.live.process import Qemu, wait_for_agent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType
    from typing import Self

    from course.live.spec import MachineSpec
    from course.live.state import Start

_machines: weakref.WeakSet[Machine] = weakref.WeakSet()


def machines() -> list[Machine]:
    """Return the machines of this process that run now."""
    return [machine for machine in _machines if machine.running]


def stop_all() -> None:
    """Stop every machine of this process."""
    for machine in machines():
        machine.stop()


class Machine:
    """A Linux virtual machine that you are root in, started on first use and reset in a fraction of a second.

    Parameters
    ----------
    image
        Which image: base, engines or xen. By default what the state needs, else base.
    memory, vcpus, cpu, devices
        The hardware: MiB of memory, virtual CPUs, QEMU's CPU model with flags, values for QEMU's `-device`.
    state
        Where to start from: "ready" (booted, the default), "docker" (dockerd running), another name in
        `course.live.state.RECIPES`, or "boot" to boot it cold.
    deadline
        Seconds that a command may take where `run` is not told otherwise.
    spec
        A whole `MachineSpec` instead of the hardware above, for exhibits.
    patience
        Seconds that the guest may take until its agent answers.
    on_start
        Called with one sentence when something slow has to be done first, such as making a saved state.

    Each machine has its own QEMU process without a network, its root disk is read-only, and what is written stays in
    the guest's memory. It ends with `stop`, with the `with` block, when nothing refers to it any more, or with this
    process, however that ends.

    """

    def __init__(
        self,
        image: str | None = None,
        memory: int | None = None,
        vcpus: int | None = None,
        state: str = "ready",
        cpu: str | None = None,
        deadline: float = 60.0,
        devices: Sequence[str] = (),
        spec: MachineSpec | None = None,
        on_start: Callable[[str], None] | None = None,
        patience: float = saved_states.BOOT_PATIENCE,
    ) -> None:
        self._recipe = saved_states.recipe("ready" if state == "boot" else state)
        given = {"image": image, "memory": memory, "vcpus": vcpus, "cpu": cpu, "devices": tuple(devices) or None}
        chosen = {key: value for key, value in given.items() if value is not None}
        # Replacing one field at a time would do; all at once keeps the description whole.
        self.spec: MachineSpec = replace(spec or self._recipe.spec, **chosen)  # type: ignore[arg-type]
        self.state, self.deadline, self.console = state, deadline, Console()
        self._on_start, self._patience = on_start or (lambda _sentence: None), patience
        self.tried = False
        self._qemu: Qemu | None = None
        self._end_with_object: weakref.finalize[Any, Machine] | None = None
        self._guard = threading.RLock()

    # Lifecycle

    def start(self) -> Machine:
        """Start the machine if it does not run, and return it; `run` does so by itself.

        Raises CourseError where QEMU, the image or the memory is missing, and says what to do.
        """
        with self._guard:
            if not self.running:
                self._release()
                self._qemu = self._start()
                # `Machine().run(...)` in a cell keeps no machine: it ends when nothing refers to it any more.
                self._end_with_object = weakref.finalize(self, Qemu.abandon, self._qemu)
        return self

    def stop(self) -> None:
        """End the machine; all that was written in it is gone. Does nothing if it does not run."""
        with self._guard:
            self._release()

    def reset(self) -> Machine:
        """Throw the machine away and start it afresh from its state, whatever was done to it."""
        with self._guard:
            self.stop()
            return self.start()

    @property
    def running(self) -> bool:
        """Whether its QEMU runs."""
        return self._qemu is not None and self._qemu.process.poll() is None

    @property
    def process_id(self) -> int | None:
        """The process of QEMU on L0, or None: to look at from outside."""
        return self._qemu.process.pid if self._qemu and self.running else None

    @property
    def accelerator(self) -> str:
        """How the guest's instructions are run: tcg or kvm."""
        return saved_states.settle(self.spec).accelerator

    @property
    def image_digest(self) -> str:
        """The digest of the image it runs."""
        image = saved_states.settle(self.spec).image
        return image.digest if image else ""

    # Inside the guest

    def run(
        self,
        command: str | Sequence[str],
        deadline: float | None = None,
        on_output: Callable[[str, str], None] | None = None,
        stdin: bytes | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> CommandResult:
        """Run a command as root in the guest and return its `CommandResult`.

        Parameters
        ----------
        command
            A line for bash, or a program with its arguments.
        deadline
            Seconds after which the command is killed; the result then says so in `stopped`.
        on_output
            Called in this thread with "stdout" or "stderr" and a piece of text, as it comes.
        stdin
            Bytes for its standard input; by default it is empty.
        environment
            Variables beside those of the guest.

        A command ends when its own process does: what it left in the background runs on. Raises CourseError where the
        machine cannot start, and MachineEndedError, with the reason, where it ends meanwhile (a kernel panic).

        """
        qemu = self._started()
        try:
            return commands.run(
                qemu.agent,
                command,
                deadline=self.deadline if deadline is None else deadline,
                on_output=on_output,
                stdin=stdin,
                environment=environment,
            )
        except MachineEndedError:
            raise self._ended(qemu) from None

    def put(self, path: str, content: bytes | str, mode: int = 0o644) -> None:
        """Write a file in the guest; raises CourseError with the guest's reason if it cannot."""
        data = content.encode() if isinstance(content, str) else content
        qemu = self._started()
        try:
            commands.put(qemu.agent, path, data, mode, self.deadline)
        except MachineEndedError:
            raise self._ended(qemu) from None

    def get(self, path: str) -> bytes:
        """Return the content of a file in the guest; raises CourseError with the guest's reason if there is none."""
        qemu = self._started()
        try:
            return commands.get(qemu.agent, path, self.deadline)
        except MachineEndedError:
            raise self._ended(qemu) from None

    def qmp(self, command: str, **arguments: Any) -> Any:
        """Ask QEMU itself, over its machine protocol, and return its answer; a `-` in a name is written `_`.

        `machine.qmp("query-status")`. Raises CourseError where QEMU refuses.
        """
        qemu = self._started()
        return loop.call(qemu.execute(command, {key.replace("_", "-"): value for key, value in arguments.items()}))

    # Plumbing

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        spec = self.spec
        running = "running" if self.running else "not running"
        return f"Machine({spec.image}, {spec.memory} MiB, {spec.vcpus} vCPU, from state {self.state!r}, {running})"

    def _started(self) -> Qemu:
        with self._guard:
            if self._qemu is not None and not self.running:
                # It ended since the last call: say so once more rather than hide it behind a fresh machine.
                raise self._ended(self._qemu)
            self.start()
            assert self._qemu is not None  # noqa: S101 - start() has set it or raised
            return self._qemu

    def _start(self) -> Qemu:
        start = saved_states.settle(self.spec)
        saved_states.check_memory(self.spec)
        _machines.add(self)
        self.tried = True
        if self.state == "boot" or not self.spec.agent:
            return loop.call(self._boot(start))
        saved = saved_states.obtain(start, self._recipe, self._on_start)
        try:
            return loop.call(self._restore(start, saved))
        except CourseError:
            # A state that cannot be loaded is made again, once: it may have been damaged.
            saved_states.forget(saved)
            saved = saved_states.obtain(start, self._recipe, self._on_start)
            return loop.call(self._restore(start, saved))

    async def _boot(self, start: Start) -> Qemu:
        qemu = await Qemu.start(start.program, start.spec, start.boot, start.accelerator, self.console)
        if self.spec.agent:
            try:
                await wait_for_agent(qemu, self._patience)
            except CourseError:
                await qemu.stop()
                raise
        return qemu

    async def _restore(self, start: Start, saved: saved_states.SavedState) -> Qemu:
        intact = asyncio.ensure_future(asyncio.to_thread(saved.intact))
        qemu = await Qemu.start(start.program, start.spec, start.boot, start.accelerator, self.console, saved.file)
        try:
            # Read while QEMU loads it, and known before the machine runs.
            if not await intact:
                raise CourseError(f"The saved state {saved.file.name} does not have the digest that it was saved with.")
            self.console.restore(saved.console)
            await qemu.resume()
            await wait_for_agent(qemu, self._patience)
        except BaseException:
            await qemu.stop()
            raise
        return qemu

    def _release(self) -> None:
        if self._end_with_object is not None:
            self._end_with_object.detach()
        if self._qemu is not None:
            loop.call(self._qemu.stop())
            self._qemu = None
            loop.event_loop().call_soon_threadsafe(self.console.detach)

    def _ended(self, qemu: Qemu) -> MachineEndedError:
        """Return what happened to a machine that ended by itself, in one sentence with what to do."""
        panic = re.search(r"Kernel panic - not syncing: [^\n]*", self.console.text)
        if panic:
            reason = f"its kernel panicked ({panic.group()!r})"
        else:
            said = qemu.errors()
            reason = f"QEMU ended ({said})" if said else "it was switched off from inside, or its QEMU was killed"
        return MachineEndedError(f"The machine has ended: {reason}. Call reset() for a fresh one.")
