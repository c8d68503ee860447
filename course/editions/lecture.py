"""`python -m course present`: a lesson in class, its widgets and machines alive, one idea a screen, code folded.

Voila runs the lesson on a kernel of this machine and shows it through a template of ours. The instructor's notes are
left out; they are in the slides' speaker view and in the notebook.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import webbrowser
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from course import publish
from course.editions import conversion
from course.editions.screens import screens
from course.errors import CourseError, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbformat import NotebookNode

JUPYTER: Final = conversion.FOLDER / "jupyter"
_PATIENCE: Final = 60.0
_KEYS: Final = (
    "The left and right arrows turn the screens; space and Page Down scroll first where there is more. c unfolds the "
    "code, f fills the screen. Ctrl-C here ends the lecture."
)


def arranged(notebook: NotebookNode) -> NotebookNode:
    """Return the lesson as the lecture shows it: each cell marked with its screen, notes and stored results gone."""
    shown = screens(notebook.cells)
    notebook.cells = []
    for number, screen in enumerate(shown):
        for cell in screen.cells:
            cell.metadata["screen"] = number
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
            notebook.cells.append(cell)
    return notebook


def present(number: str, *, port: int = 0, browser: bool = True, dark: bool = False) -> None:
    """Serve a lesson until interrupted, and open it; raises CourseError for an unknown lesson or without Voila."""
    with serving(number, port=port, dark=dark) as address:
        print(f"{address}\n{_KEYS}", flush=True)
        if browser:
            webbrowser.open(address)
        while True:
            time.sleep(3600)


@contextmanager
def serving(number: str, *, port: int = 0, dark: bool = False) -> Iterator[str]:
    """Serve the course's lessons on loopback for as long as the block takes; yield the address of one."""
    import nbformat

    lesson = _lesson(number)
    with tempfile.TemporaryDirectory(prefix="course-lecture-") as folder:
        for path in publish.lessons():
            nbformat.write(arranged(conversion.read(path)), Path(folder) / path.name)
        port = port or _free_port()
        address = f"http://127.0.0.1:{port}/voila/render/{lesson.name}"
        server = subprocess.Popen(_command(folder, port, dark), env=_environment(), stdin=subprocess.DEVNULL)
        try:
            _wait(f"http://127.0.0.1:{port}/", server)
            yield address
        finally:
            server.terminate()
            server.wait(30)


def _lesson(number: str) -> Path:
    known = {path.name[:2]: path for path in publish.lessons()}
    if number not in known:
        raise unknown("lesson", number, known)
    return known[number]


def _command(folder: str, port: int, dark: bool) -> list[str]:
    options = [
        "--no-browser",
        f"--port={port}",
        "--Voila.ip=127.0.0.1",
        "--template=lecture",
        f"--theme={'dark' if dark else 'light'}",
        "--Voila.log_level=ERROR",
    ]
    execution = ["--VoilaExecutor.timeout=600", "--strip_sources=False"]
    return [sys.executable, "-m", "voila", folder, *options, *execution]


def _environment() -> dict[str, str]:
    """Return our own environment with the folder of our template on Jupyter's path."""
    paths = [str(JUPYTER), *filter(None, [os.environ.get("JUPYTER_PATH")])]
    return {**os.environ, "JUPYTER_PATH": os.pathsep.join(paths)}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 - loopback
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise CourseError(
        "Voila, which shows the lecture, did not start; run `make start` once to install what is missing."
    )
