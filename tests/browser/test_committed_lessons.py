"""A committed lesson opened and not run: every picture is there, trusted or not, light and dark, and no error."""

from __future__ import annotations

import re
import struct
import zlib
from typing import TYPE_CHECKING

import nbformat
import pytest

from course import publish

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.lab import Lab

pytestmark = pytest.mark.browser

COMPLETE = """images => images.filter(image =>
    image.complete && image.naturalWidth > 0 && image.getBoundingClientRect().width > 0).length"""


def pictures_stored_in(path: Path) -> int:
    outputs = [output for cell in nbformat.read(path, as_version=4).cells for output in cell.get("outputs", [])]
    return sum(len(re.findall(r"<img\b", output.get("data", {}).get("text/html", ""))) for output in outputs)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("trusted", [False, True], ids=["untrusted", "trusted"])
@pytest.mark.parametrize("path", publish.lessons(), ids=lambda path: path.stem)
def test_an_unrun_lesson_shows_every_picture(reading: Lab, path: Path, trusted: bool, theme: str) -> None:
    reading.errors.clear()
    reading.theme(theme)
    notebook = reading.open(reading.server.place(path, trusted=trusted))
    reading.scroll_through()
    shown = notebook.locator(".jp-OutputArea-output img").evaluate_all(COMPLETE)
    text = notebook.inner_text()
    reading.close_notebook()
    assert shown == pictures_stored_in(path)
    assert "model not found" not in text
    assert "Error displaying widget" not in text
    assert reading.errors == []


def test_a_still_picture_follows_the_theme(reading: Lab) -> None:
    """CSS variables do not reach inside an image, but the color scheme of the page does."""
    path = next(path for path in publish.lessons() if pictures_stored_in(path))
    notebook = reading.open(reading.server.place(path, trusted=False))
    reading.scroll_through()
    picture = notebook.locator(".jp-OutputArea-output img").first
    picture.scroll_into_view_if_needed()
    brightness = {}
    for theme in ("light", "dark"):
        reading.theme(theme)
        reading.page.wait_for_timeout(300)
        brightness[theme] = _brightness(picture.screenshot())
    reading.theme("light")
    reading.close_notebook()
    assert brightness["light"] > 128 > brightness["dark"]


def _brightness(png: bytes) -> float:
    """Return the mean of red, green and blue, 0 to 255, of a picture's first pixel: its background.

    A PNG's first pixel has nothing before it to be predicted from, so whatever the filter, it is stored as it is.
    """
    body, place = b"", 8
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        body += png[place + 8 : place + 8 + length] if kind == b"IDAT" else b""
        place += length + 12
    return sum(zlib.decompress(body)[1:4]) / 3
