"""Fixtures of the browser tests: one Chromium, one JupyterLab server, and pages in it."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.browser.lab import Lab, Server, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run headless Chromium: the system's where there is one, else the one that Playwright brought."""
    from playwright.sync_api import sync_playwright

    own = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    options = "--disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update"
    # As root, as in CI, Chromium refuses to start with its own sandbox.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=own, args=[*options.split(), "--disable-sync", "--disable-dev-shm-usage", *sandbox]
        )
        yield running
        running.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return one Chromium for all tests."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a running JupyterLab with settings and a folder of its own."""
    with serving(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture(scope="module")
def reading(server: Server, browser: Browser) -> Iterator[Lab]:
    """Return a page that is shared by the tests of a module that only look."""
    lab = Lab.opened(server, browser)
    yield lab
    lab.close()


@pytest.fixture
def lab(server: Server, browser: Browser) -> Iterator[Lab]:
    """Return a page of the test's own."""
    page = Lab.opened(server, browser)
    yield page
    page.close()
