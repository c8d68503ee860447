"""A real JupyterLab on loopback and what a reader does in it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import nbformat
from nbformat.sign import NotebookNotary

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, ConsoleMessage, Locator, Page

TOKEN = "loopback"  # noqa: S105 - of a server that only this test can reach
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
# What JupyterLab itself says on its console, none of it ours.
NOT_OURS = (
    "favicon",
    "/api/me",
    "/api/contents/",  # asks whether a file exists and is told 404
    "/lab/api/",
    "The schema for",
    "workspaces",
    "Failed to load resource: the server responded with a status of 404",
    "ResizeObserver loop",
    "'removeChild' on 'Node'",  # its windowed list of cells, when they scroll by faster than it draws; we never call it
    "Canceled future",  # a request that was under way when a test closed the notebook
)


@dataclass(frozen=True)
class Server:
    """A running JupyterLab: its address, the folder that it shows and the folder of its own data."""

    url: str
    folder: Path
    data: Path

    def place(self, source: Path, *, trusted: bool, name: str | None = None) -> str:
        """Copy a notebook into the served folder, trusted or not; return its path there."""
        target = self.folder / "notebooks" / (name or source.name)
        shutil.copy(source, target)
        notary = NotebookNotary(data_dir=str(self.data))
        notebook = nbformat.read(target, as_version=4)
        (notary.sign if trusted else notary.unsign)(notebook)
        notary.store.close()
        return f"notebooks/{target.name}"

    def shut_down_kernels(self) -> None:
        """End every kernel, so that the next notebook has the machine to itself."""
        for session in self._ask("GET", "/api/sessions"):
            self._ask("DELETE", f"/api/sessions/{session['id']}")

    def _ask(self, method: str, path: str) -> list[dict[str, str]]:
        headers = {"Authorization": f"token {TOKEN}"}
        request = urllib.request.Request(self.url + path, method=method, headers=headers)  # noqa: S310 - loopback
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            body = answer.read()
        return list(json.loads(body)) if body else []


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Run JupyterLab for as long as the block takes, with settings, workspaces and trust of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    served, own = folder / "served", folder / "own"
    (served / "notebooks").mkdir(parents=True)
    environment = {
        **os.environ,
        "COURSE_LIVE": "recorded",
        "JUPYTER_CONFIG_DIR": str(own / "config"),
        "JUPYTER_DATA_DIR": str(own / "data"),
        "JUPYTER_RUNTIME_DIR": str(own / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(own / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(own / "workspaces"),
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", f"--port={port}", "--ip=127.0.0.1", "--allow-root"]
    options = [f"--ServerApp.root_dir={served}", f"--IdentityProvider.token={TOKEN}", "--expose-app-in-browser"]
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen([*command, *options], env=environment, cwd=ROOT, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(f"{address}/api", server, folder / "server.log")
            yield Server(address, served, own / "data")
        finally:
            server.terminate()
            server.wait(30)


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - loopback
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"JupyterLab did not start: {log.read_text()}")


@dataclass
class Lab:
    """One JupyterLab page in the browser."""

    server: Server
    page: Page
    errors: list[str] = field(default_factory=list)

    @classmethod
    def opened(cls, server: Server, browser: Browser, *, width: int = 1280, height: int = 900) -> Lab:
        """Return a fresh page with an empty JupyterLab."""
        page = browser.new_context(viewport={"width": width, "height": height}, color_scheme="light").new_page()
        page.set_default_timeout(60_000)
        lab = cls(server, page)
        page.on("console", lab._listen)
        page.on("pageerror", lambda error: lab._note(str(error), str(error.stack)))
        page.goto(f"{server.url}/lab?token={TOKEN}&reset")
        page.wait_for_function("window.jupyterapp !== undefined")
        page.evaluate("window.jupyterapp.restored.then(() => true)")
        lab.command("application:toggle-left-area")
        return lab

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note(f"{message.text} ({message.location.get('url', '')})")

    def _note(self, error: str, stack: str = "") -> None:
        if not any(word in error for word in NOT_OURS):
            self.errors.append(f"{error}\n{stack}".strip())

    def close(self) -> None:
        """Close the page and end its kernels."""
        self.page.context.close()
        self.server.shut_down_kernels()

    def command(self, name: str, **arguments: object) -> None:
        """Run one of JupyterLab's own commands."""
        self.page.evaluate(
            "async ([name, given]) => { await window.jupyterapp.commands.execute(name, given); }", [name, arguments]
        )

    def theme(self, name: str) -> None:
        """Switch JupyterLab to "light" or "dark"."""
        self.command("apputils:change-theme", theme=THEMES[name])
        wanted = "true" if name == "light" else "false"
        self.page.wait_for_selector(f"body[data-jp-theme-light='{wanted}']", state="attached")

    def open(self, path: str) -> Locator:
        """Open a notebook and return it, once all its cells are there."""
        self.command("docmanager:open", path=path)
        notebook = self.notebook()
        notebook.locator(".jp-Cell").first.wait_for()
        self.page.evaluate("window.jupyterapp.shell.currentWidget.revealed.then(() => true)")
        return notebook

    def notebook(self) -> Locator:
        """Return the notebook on screen."""
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    def trusted(self) -> bool:
        """Return whether JupyterLab trusts every cell of the notebook on screen."""
        script = (
            "[...window.jupyterapp.shell.currentWidget.content.widgets].every(cell => cell.model.trusted !== false)"
        )
        return bool(self.page.evaluate(script))

    def run_all(self) -> None:
        """Run every cell of the notebook on screen and wait for the last one."""
        self.page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.ready.then(() => true)")
        self.command("notebook:run-all-cells")

    def save(self) -> None:
        """Save the notebook on screen."""
        self.command("docmanager:save")

    def close_notebook(self) -> None:
        """Close the notebook on screen without asking, and end its kernel."""
        self.page.evaluate("window.jupyterapp.shell.currentWidget.dispose()")
        self.server.shut_down_kernels()

    def scroll_through(self) -> None:
        """Bring each cell of the notebook on screen into view, as a reader does."""
        self.page.evaluate(
            """async () => {
                const notebook = window.jupyterapp.shell.currentWidget.content;
                for (let index = 0; index < notebook.widgets.length; index++) {
                    await notebook.scrollToItem(index);
                    await new Promise(requestAnimationFrame);
                }
            }"""
        )
