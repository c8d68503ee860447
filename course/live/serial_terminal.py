"""A terminal joined to a machine's serial console: `python -m course console` (docs/live.md).

In the notebook keys reach a machine only while no cell runs; a terminal of JupyterLab has a process of its own.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import sys
import threading
from typing import TYPE_CHECKING, Final

from course.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from course.live.machine import Machine

END_KEY: Final = b"\x1d"  # Ctrl+]
WELCOME: Final = "The serial console of a live machine (L1). You are root in it. Ctrl+] ends it."
FAREWELL: Final = "The machine is gone, and all that was written in it."
# How often it is looked whether the machine still runs and the window still has its size.
LOOK_SECONDS: Final = 0.25


def join(machine: Machine) -> None:
    """Start a machine and join this process's terminal to its console until Ctrl+] is typed or the machine ends.

    Raises CourseError where standard input is no terminal, and where the machine cannot start. The machine is stopped
    and the terminal is as it was, however this ends.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise CourseError(
            "The console needs a terminal to be typed into. Run it in a terminal, such as JupyterLab's "
            "(File, New, Terminal); in a notebook there is course.console()."
        )
    print(WELCOME, flush=True)
    session = _Session(machine)
    try:
        with _raw(sys.stdin.fileno()):
            session.run()
    finally:
        machine.stop()
        print(f"\n{FAREWELL}", flush=True)
    if session.failure is not None:
        raise session.failure


class _Session:
    """What is between the terminal and the machine: bytes both ways, and the size of the window one way."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._shown = bytearray()
        self._wake, self._wake_end = os.pipe()
        self._size: os.terminal_size | None = None
        self._telling: threading.Thread | None = None
        self._started = threading.Event()
        self.failure: CourseError | None = None

    def run(self) -> None:
        """Pass bytes on until the end key is typed or the machine ends."""
        unsubscribe = self._machine.console.subscribe(self._on_output)
        # Beside this loop, so that the boot is seen while it happens.
        starter = self._aside(self._start)
        try:
            while self._goes_on() and self._pass_on():
                self._tell_size()
        finally:
            unsubscribe()
            starter.join()
            os.close(self._wake)
            os.close(self._wake_end)

    def _start(self) -> None:
        try:
            self._machine.start()
        except CourseError as error:
            self.failure = error
        self._started.set()

    def _goes_on(self) -> bool:
        return not self._started.is_set() or self._machine.running

    def _pass_on(self) -> bool:
        """Wait for bytes and pass them on; return whether to go on."""
        keys, ready = sys.stdin.fileno(), select.select([sys.stdin.fileno(), self._wake], [], [], LOOK_SECONDS)[0]
        if self._wake in ready:
            os.read(self._wake, 65536)
            shown, self._shown = self._shown, bytearray()
            _write_all(sys.stdout.fileno(), shown)
        if keys in ready:
            typed = os.read(keys, 65536)
            before, end, _rest = typed.partition(END_KEY)
            if before:
                self._machine.console.write(before)
            return bool(typed) and not end
        return True

    def _on_output(self, data: bytes) -> None:
        """Take what the console shows, on the thread of the machines: a slow terminal must not hold that up."""
        self._shown += data
        with contextlib.suppress(OSError):
            os.write(self._wake_end, b".")

    def _tell_size(self) -> None:
        """Tell the guest how large the window is: a serial line has no size of its own.

        One size at a time, so that the last one stays; what did not arrive is told again at the next look.
        """
        size = shutil.get_terminal_size()
        telling = self._telling is not None and self._telling.is_alive()
        if not self._started.is_set() or size == self._size or telling:
            return
        command = f"stty -F /dev/ttyS0 columns {size.columns} rows {size.lines}"

        def tell() -> None:
            # A machine that ends meanwhile is noticed by the loop.
            with contextlib.suppress(CourseError):
                if self._machine.run(command, deadline=10).exit_status == 0:
                    self._size = size

        self._telling = self._aside(tell)

    @staticmethod
    def _aside(work: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=work, name="console", daemon=True)
        thread.start()
        return thread


@contextlib.contextmanager
def _raw(descriptor: int) -> Iterator[None]:
    """Hand every key through unchanged, Ctrl+C too, and put the terminal back as it was."""
    import termios  # not on Windows, where no machine runs
    import tty

    before = termios.tcgetattr(descriptor)
    tty.setraw(descriptor, termios.TCSADRAIN)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _write_all(descriptor: int, content: bytes | bytearray) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
