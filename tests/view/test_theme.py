"""Colors that everyone can tell apart and read, text that fits, drawings that can stand beside each other."""

from __future__ import annotations

import re
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.view import theme

# Machado, Oliveira and Fernandes 2009, full severity, for linear RGB.
SIGHT = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def seen(color: str, sight: str) -> tuple[float, float, float]:
    """Return a color in CIELAB as someone with this sight sees it."""
    channels = [theme._linear(int(color[start : start + 2], 16) / 255) for start in (1, 3, 5)]
    mixed = [sum(a * b for a, b in zip(row, channels, strict=True)) for row in SIGHT[sight]]
    red, green, blue = (min(max(value, 0.0), 1.0) for value in mixed)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize("palette", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_every_label_has_a_contrast_of_at_least_4_5(palette: dict[str, str]) -> None:
    pairs = [(kind, f"on-{kind}") for kind in theme.KINDS]
    pairs += [(ground, text) for ground in ("page", "surface") for text in ("ink", "muted")]
    pairs += [("page", name) for name in ("boundary", "accent", "good")]
    for ground, text in pairs:
        assert theme.contrast(palette[ground], palette[text]) >= 4.5, (ground, text)


@pytest.mark.parametrize("page", ["#ffffff", "#111111", "#212121"])
def test_what_stands_on_the_page_is_readable_on_the_pages_of_jupyterlab(page: str) -> None:
    palette = theme.LIGHT if page == "#ffffff" else theme.DARK
    for name in ("muted", "boundary", "accent", "good"):
        assert theme.contrast(palette[name], page) >= 4.5, name


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("palette", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_any_two_kinds_differ_for_every_sight(palette: dict[str, str], sight: str) -> None:
    for first, second in combinations(theme.KINDS, 2):
        a, b = seen(palette[first], sight), seen(palette[second], sight)
        assert sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5 >= 12, (first, second)


def test_contrast_is_that_of_wcag() -> None:
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert theme.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P", "Zs"]), max_size=60), st.floats(20, 400))
def test_fitted_text_never_overflows_and_is_never_too_small(text: str, width: float) -> None:
    lines, size = theme.fit(text, width, size=14, lines=2, bold=True)
    assert size >= theme.SMALLEST
    assert len(lines) <= 2
    for line in lines:
        assert theme.text_width(line, size, bold=True) <= width or line == "…"


def test_text_that_fits_is_left_alone() -> None:
    assert theme.fit("Linux kernel", 200, size=13) == (("Linux kernel",), 13)


def test_bold_is_wider_and_width_grows_with_size() -> None:
    assert theme.text_width("kernel", 13, bold=True) > theme.text_width("kernel", 13)
    assert theme.text_width("kernel", 26) == pytest.approx(2 * theme.text_width("kernel", 13))


def test_a_drawing_is_named_described_and_escaped() -> None:
    drawing = theme.svg(100, 50, "A & B", "less < more", "<g/>")
    root = ET.fromstring(drawing)
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    named = (root.get("aria-labelledby") or "").split()
    assert [root.find(f"{space}title"), root.find(f"{space}desc")] == [
        next(node for node in root if node.get("id") == name) for name in named
    ]
    assert root.findtext(f"{space}title") == "A & B"


def test_ids_of_different_drawings_do_not_meet_and_references_follow() -> None:
    body = theme.hatch("falls", "red") + '<rect fill="url(#falls)"/><use href="#falls"/>'
    first, second = (theme.svg(100, 50, title, "", body) for title in ("one", "two"))
    ids = [set(re.findall(r'id="([^"]+)"', drawing)) for drawing in (first, second)]
    assert not ids[0] & ids[1]
    for drawing, own in zip((first, second), ids, strict=True):
        assert set(re.findall(r"url\(#([^)]+)\)", drawing)) | set(re.findall(r'href="#([^"]+)"', drawing)) <= own


def test_the_same_drawing_has_the_same_bytes() -> None:
    assert theme.svg(10, 10, "a", "b", "<g/>") == theme.svg(10, 10, "a", "b", "<g/>")


def test_colors_of_the_page_follow_jupyterlab_and_fall_back_to_our_own() -> None:
    assert theme.color("ink") == "var(--jp-content-font-color0, var(--c-ink))"
    assert theme.color("vmm") == "var(--c-vmm)"
