"""The serial console in Voila, which shows a lesson in class without its code: the same widget, alive."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import nbformat
import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.live]

CELL = "import course; shown = course.console(); shown"
PATIENCE = 180


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Return where Voila serves a notebook with the console in it."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, tmp_path / "shown.ipynb")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "COURSE_LIVE": "required", "JUPYTER_CONFIG_DIR": str(tmp_path / "config")}
    options = ["--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"]
    command = [sys.executable, "-m", "voila", str(tmp_path / "shown.ipynb"), *options]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
        try:
            wait_for_port(port, server, tmp_path / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(PATIENCE)


def wait_for_port(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/voila/static/main.js", timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"Voila did not start: {log.read_text()}")


def test_the_console_is_alive_in_voila(browser: Browser, address: str) -> None:
    page = browser.new_context(color_scheme="light").new_page()
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(address)
    page.locator(".xterm").wait_for()
    screen = page.locator(".xterm-accessibility-tree")
    status = page.get_by_role("status").first
    status.get_by_text("runs").wait_for()
    screen.get_by_text("L1 root").first.wait_for()
    page.get_by_role("textbox", name="Console of the live machine").focus()
    page.keyboard.type("echo $((6*7)) is $(uname)\n", delay=15)
    screen.get_by_text("42 is Linux").wait_for()
    page.get_by_role("button", name="Stop it").click()
    status.get_by_text("stopped").wait_for()
    page.context.close()
