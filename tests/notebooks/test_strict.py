"""Every committed lesson gives exactly what is stored in it, on a fresh kernel, without the network."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from course import publish
from tests.notebooks import strict

if TYPE_CHECKING:
    from pathlib import Path


def test_every_lesson_gives_what_is_stored_in_it(tmp_path: Path) -> None:
    notebooks = publish.lessons()
    assert notebooks
    verdict = strict.run(notebooks, tmp_path)
    assert verdict.passed, verdict.printed
    assert verdict.network == ""


def test_a_changed_output_is_caught(tmp_path: Path) -> None:
    shown = new_output("execute_result", data={"text/plain": "3"}, execution_count=1)
    verdict = strict.run([_notebook(tmp_path, "1 + 1", shown)], tmp_path)
    assert not verdict.passed
    assert "disagrees with stored" in verdict.printed or "mismatch" in verdict.printed


def test_a_changed_picture_is_caught(tmp_path: Path) -> None:
    code = 'from IPython.display import HTML, display\ndisplay(HTML(\'<img alt="a" src="data:,new">\'))'
    data = {"text/html": '<img alt="a" src="data:,old">', "text/plain": "<IPython.core.display.HTML object>"}
    verdict = strict.run([_notebook(tmp_path, code, new_output("display_data", data=data))], tmp_path)
    assert not verdict.passed


@pytest.mark.parametrize(
    "attempt",
    [
        "import urllib.request as r\ntry:\n    r.urlopen('http://example.org')\nexcept OSError:\n    pass",
        "import socket\ntry:\n    socket.create_connection(('192.0.2.1', 80), 1)\nexcept OSError:\n    pass",
        (
            "import socket\nsend = socket.socket(type=socket.SOCK_DGRAM).sendto\n"
            "try:\n    send(b'x', ('192.0.2.1', 53))\nexcept OSError:\n    pass"
        ),
    ],
)
def test_a_lesson_that_tries_the_network_is_caught_even_if_it_hides_the_error(tmp_path: Path, attempt: str) -> None:
    verdict = strict.run([_notebook(tmp_path, attempt)], tmp_path)
    assert verdict.network != ""


def test_the_guard_lets_loopback_pass(tmp_path: Path) -> None:
    code = (
        "import socket, threading\n"
        "server = socket.create_server(('127.0.0.1', 0))\n"
        "threading.Thread(target=server.accept, daemon=True).start()\n"
        "socket.create_connection(server.getsockname()).close()\n"
        "socket.getaddrinfo('localhost', 80)"
    )
    subprocess.run([sys.executable, "-c", code], env=strict.guarded(tmp_path / "log"), check=True)


def _notebook(folder: Path, source: str, *outputs: nbformat.NotebookNode) -> Path:
    path = folder / "attempt.ipynb"
    cell = new_code_cell(source, outputs=list(outputs), execution_count=1)
    nbformat.write(publish.clean(new_notebook(cells=[cell])), path)
    return path
