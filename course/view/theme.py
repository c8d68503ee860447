"""What every figure shares: one color for each kind of layer, fonts and their widths, and the frame around a drawing.

Pure functions: the same arguments give the same bytes. The color names are those of `layers.kind` in the dataset.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from html import escape

FONT = "system-ui, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif"
SMALLEST = 11.0
"""No text in a figure is smaller, in pixels at natural size."""

KINDS = {
    "hardware": "hardware",
    "host_kernel": "host kernel",
    "hypervisor": "hypervisor",
    "vmm": "VMM",
    "virtual_hardware": "virtual hardware",
    "guest_kernel": "guest kernel",
    "runtime": "runtime",
    "libraries": "libraries",
    "application": "application",
}
"""Kinds of layer, bottom to top, and the words for them."""

# Each kind is a fill and the color of a label on it, chosen so that the label has a contrast of at least 4.5:1 and any
# two fills differ for readers with protanopia, deuteranopia or tritanopia; tests/view/test_theme.py computes both.
LIGHT = {
    "hardware": "#3d4750",
    "on-hardware": "#ffffff",
    "host_kernel": "#0b51a8",
    "on-host_kernel": "#ffffff",
    "hypervisor": "#ad470e",
    "on-hypervisor": "#ffffff",
    "vmm": "#551a6b",
    "on-vmm": "#ffffff",
    "virtual_hardware": "#d98fea",
    "on-virtual_hardware": "#2b1338",
    "guest_kernel": "#067a50",
    "on-guest_kernel": "#ffffff",
    "runtime": "#edc23f",
    "on-runtime": "#2a2000",
    "libraries": "#b4d0e4",
    "on-libraries": "#14202b",
    "application": "#ffffff",
    "on-application": "#14202b",
    "page": "#ffffff",
    "surface": "#f1f3f5",
    "ink": "#14202b",
    "muted": "#4b5660",
    "line": "#5b6670",
    "boundary": "#b3121d",
    "accent": "#0b51a8",
    "good": "#066b46",
}
DARK = {
    "hardware": "#66727d",
    "on-hardware": "#ffffff",
    "host_kernel": "#1769c9",
    "on-host_kernel": "#ffffff",
    "hypervisor": "#b5410c",
    "on-hypervisor": "#ffffff",
    "vmm": "#5f1d80",
    "on-vmm": "#ffffff",
    "virtual_hardware": "#dd9bee",
    "on-virtual_hardware": "#2b1338",
    "guest_kernel": "#075f40",
    "on-guest_kernel": "#ffffff",
    "runtime": "#eccb5a",
    "on-runtime": "#2a2000",
    "libraries": "#35434f",
    "on-libraries": "#ffffff",
    "application": "#0d141a",
    "on-application": "#ffffff",
    "page": "#111111",
    "surface": "#24292e",
    "ink": "#f2f4f5",
    "muted": "#b6bfc7",
    "line": "#8d98a3",
    "boundary": "#ff8f86",
    "accent": "#7fb8ff",
    "good": "#5fd3a4",
}

# Inside a page, these follow JupyterLab's theme; in an <img>, where no variable of the page reaches, our own take over.
_OF_THE_PAGE = {
    "page": "--jp-layout-color0",
    "surface": "--jp-layout-color2",
    "ink": "--jp-content-font-color0",
}

# Advance widths of ASCII 32 to 126 in thousandths of the font size: for each character the wider of Noto Sans and
# DejaVu Sans, read from a canvas in Chromium. The widest common fallback, so that a label fits whatever font is there.
_REGULAR = (
    "318 401 460 838 636 950 780 275 390 390 551 838 318 361 318 372 636 636 636 636 636 636 636 636 636 636 337 "
    "337 838 838 838 531 1000 684 686 698 770 632 575 775 752 339 295 656 557 907 760 787 605 787 695 635 611 732 "
    "684 989 685 611 685 390 372 390 838 500 500 613 635 550 635 615 352 635 634 278 278 579 278 974 634 612 635 "
    "635 413 521 392 634 592 818 592 592 525 636 551 636 838 "
)
_BOLD = (
    "348 456 521 838 696 1002 872 306 457 457 545 838 380 415 380 413 696 696 696 696 696 696 696 696 696 696 400 "
    "400 838 838 838 580 1000 774 762 734 830 683 683 821 837 389 372 775 637 995 837 850 733 850 770 720 682 812 "
    "774 1103 771 724 725 457 413 457 838 500 500 675 716 593 716 678 435 716 712 343 343 665 343 1042 712 687 "
    "716 716 493 595 478 712 652 924 645 652 582 712 551 712 838 "
)
_WIDTHS = {
    bold: {chr(32 + index): int(width) for index, width in enumerate(table.split())}
    for bold, table in ((False, _REGULAR), (True, _BOLD))
}
_NAMED = (' id="', "url(#", 'href="#')
_WIDE = 1000  # arrows, dashes, ellipsis: one em is the most that any of them takes


def color(name: str) -> str:
    """Return the CSS value of a color by name: a kind, `on-` and a kind, or one of the page such as `ink`."""
    variable = f"var(--c-{name})"
    return f"var({_OF_THE_PAGE[name]}, {variable})" if name in _OF_THE_PAGE else variable


def variables(colors: dict[str, str]) -> str:
    """Return CSS declarations that give each color of `colors` to its variable."""
    return "".join(f"--c-{name}:{value};" for name, value in colors.items())


def host_style() -> str:
    """Return the CSS that a shadow root adds: which palette holds when the page says so itself."""
    return (
        f":host{{{variables(LIGHT)}}}:host([data-theme=dark]){{{variables(DARK)}}}"
        f":host([data-theme]) svg{{{variables(LIGHT)}}}:host([data-theme=dark]) svg{{{variables(DARK)}}}"
    )


@lru_cache(maxsize=1)
def style() -> str:
    """Return the CSS of every figure: both palettes and a class `k-<kind>` for each kind of layer."""
    kinds = "".join(
        f".k-{kind} .box{{fill:{color(kind)}}}.k-{kind} text{{fill:{color('on-' + kind)}}}" for kind in KINDS
    )
    return (
        f"svg{{{variables(LIGHT)}}}@media(prefers-color-scheme:dark){{svg{{{variables(DARK)}}}}}"
        f"text{{font-family:{FONT};fill:{color('ink')}}}.page{{fill:{color('page')}}}"
        f".muted{{fill:{color('muted')}}}.box{{stroke:{color('line')};stroke-width:1}}{kinds}"
    )


def svg(width: float, height: float, title: str, description: str, body: str, *, extra_style: str = "") -> str:
    """Return a whole SVG drawing: named, described, on the page's own background, safe beside any other in one page.

    `body` may define ids and refer to them (`url(#id)`, `href="#id"`); each is prefixed with a hash of the content.
    """
    head = (
        f'<title id="title">{escape(title)}</title><desc id="desc">{escape(description)}</desc>'
        f"<style>{style()}{extra_style}</style>"
        f'<rect class="page" width="{number(width)}" height="{number(height)}"/>'
    )
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(width)} {number(height)}" '
        f'width="{number(width)}" height="{number(height)}" role="img" aria-labelledby="title desc">'
    )
    return _with_own_ids(f"{opening}{head}{body}</svg>")


def hatch(identity: str, stroke: str, *, gap: float = 7, width: float = 1.6, angle: int = 45) -> str:
    """Return a pattern of parallel strokes on nothing, to lay over a fill: `fill="url(#identity)"`."""
    return (
        f'<pattern id="{identity}" width="{number(gap)}" height="{number(gap)}" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate({angle})"><line x1="0" y1="0" x2="0" y2="{number(gap)}" '
        f'style="stroke:{stroke};stroke-width:{number(width)}"/></pattern>'
    )


@lru_cache(maxsize=16384)
def number(value: float) -> str:
    """Return a coordinate as short as it can be: at most one decimal."""
    return f"{round(value, 1):g}"


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide a line of text can get, in pixels, whichever of the fonts in `FONT` is there."""
    widths = _WIDTHS[bold]
    return sum(widths.get(character, _WIDE) for character in text) * size / 1000


@lru_cache(maxsize=4096)
def fit(text: str, width: float, *, size: float, lines: int = 1, bold: bool = False) -> tuple[tuple[str, ...], float]:
    """Return the text as lines that fit `width`, and their size in pixels.

    It is wrapped first, then set smaller, never below `SMALLEST`. What fits in no way is cut with an ellipsis; the
    caller gives the whole text in the accessible name.
    """
    while size >= SMALLEST:
        wrapped = wrap(text, width, size=size, bold=bold)
        if len(wrapped) <= lines and all(text_width(line, size, bold=bold) <= width for line in wrapped):
            return wrapped, size
        size -= 0.5
    wrapped = wrap(text, width, size=SMALLEST, bold=bold)
    kept = [*wrapped[: lines - 1], " ".join(wrapped[lines - 1 :])]
    return tuple(_cut(line, width, SMALLEST, bold) for line in kept if line), SMALLEST


@lru_cache(maxsize=4096)
def wrap(text: str, width: float, *, size: float, bold: bool = False) -> tuple[str, ...]:
    """Return the text as lines no wider than `width`, broken between words, and a longer word after its hyphens."""
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(joined, size, bold=bold) <= width:
            lines[-1] = joined
        elif text_width(word, size, bold=bold) <= width:
            lines.append(word)
        else:
            lines += [part for part in re.split(r"(?<=-)(?=\w)", word) if part]
    return tuple(lines)


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colors `#rrggbb` as WCAG 2 defines it: 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(value: str) -> float:
    red, green, blue = (int(value[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _cut(line: str, width: float, size: float, bold: bool) -> str:
    if text_width(line, size, bold=bold) <= width:
        return line
    while line and text_width(f"{line}…", size, bold=bold) > width:
        line = line[:-1].rstrip()
    return f"{line}…"


def _with_own_ids(drawing: str) -> str:
    prefix = f"f{hashlib.sha256(drawing.encode()).hexdigest()[:6]}-"
    for before in _NAMED:
        drawing = drawing.replace(before, before + prefix)
    return drawing.replace('aria-labelledby="title desc"', f'aria-labelledby="{prefix}title {prefix}desc"')
