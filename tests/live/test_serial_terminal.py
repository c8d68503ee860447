"""`python -m course console` on a pseudo-terminal, as JupyterLab's own terminal gives it one."""

from __future__ import annotations

import fcntl
import os
import re
import select
import struct
import subprocess
import sys
import termios
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from course.live.image import Image

pytestmark = pytest.mark.live

COMMAND = [sys.executable, "-m", "course", "console"]
PATIENCE = 180.0


class Terminal:
    """Our end of a pseudo-terminal and the command that runs on the other."""

    def __init__(self, lines: int, columns: int) -> None:
        self.ours, self.theirs = os.openpty()
        self.resize(lines, columns)
        self.before = termios.tcgetattr(self.theirs)
        # The size is asked of the terminal, not of variables that a test runner may have set.
        environment = {name: value for name, value in os.environ.items() if name not in ("LINES", "COLUMNS")}
        self.process = subprocess.Popen(
            COMMAND,
            stdin=self.theirs,
            stdout=self.theirs,
            stderr=self.theirs,
            env=environment,
            start_new_session=True,
        )
        self.seen = ""

    def resize(self, lines: int, columns: int) -> None:
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def type(self, text: str) -> None:
        os.write(self.ours, text.encode())

    def shows(self, pattern: str) -> bool:
        """Wait until the pattern is on the screen, and forget what is before it."""
        end = time.monotonic() + PATIENCE
        while (found := re.search(pattern, self.seen)) is None:
            if time.monotonic() > end:
                return False
            if select.select([self.ours], [], [], 0.2)[0]:
                self.seen += os.read(self.ours, 65536).decode("utf-8", "replace")
        self.seen = self.seen[found.end() :]
        return True

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.ours)
        os.close(self.theirs)


@pytest.fixture
def terminal(base_image: Image) -> Iterator[Terminal]:
    terminal = Terminal(50, 132)
    yield terminal
    terminal.close()


def test_a_terminal_sees_the_boot_types_and_gets_its_own_mode_back(terminal: Terminal) -> None:
    assert terminal.shows("Ctrl[+]] ends it")
    assert terminal.shows("Linux version")
    assert terminal.shows("L1 root")
    terminal.type("echo $((6*7)) is $(uname)\r")
    assert terminal.shows("42 is Linux")
    # The window's size arrives beside the keys, so it is waited for.
    for lines, columns in ((50, 132), (30, 90)):
        terminal.resize(lines, columns)
        terminal.type(f'until [ "$(stty size)" = "{lines} {columns}" ]; do sleep 0.1; done; echo size $((1+1))\r')
        assert terminal.shows("size 2")
    # Ctrl+C is the machine's.
    terminal.type("sh -c 'echo asleep $((1+1)); exec sleep 1000'\r")
    assert terminal.shows("asleep 2")
    terminal.type("\x03")
    assert terminal.shows("L1 root")
    terminal.type("\x1d")
    assert terminal.shows("The machine is gone")
    assert terminal.process.wait(60) == 0
    assert termios.tcgetattr(terminal.theirs) == terminal.before


def test_a_machine_that_ends_ends_the_console(terminal: Terminal) -> None:
    assert terminal.shows("L1 root")
    terminal.type("echo o > /proc/sysrq-trigger\r")
    assert terminal.shows("The machine is gone")
    assert terminal.process.wait(60) == 0


def test_without_a_terminal_it_says_where_to_type() -> None:
    done = subprocess.run(COMMAND, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout) == (2, "")
    assert "needs a terminal" in done.stderr
    assert "course.console()" in done.stderr
