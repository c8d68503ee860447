"""What is live on this machine, and where in the stack it stands, as panels (lesson 00)."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from course.view.live_result import badge_html, badge_text
from course.view.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.view.live_result import Badge

__all__ = ["Check", "Finding", "checks_panel", "place_panel"]

# JupyterLab sets the cells of a table to the right; this one style survives a notebook that is not trusted.
_LEFT: Final = 'style="text-align:left"'


@dataclass(frozen=True)
class Check:
    """One line of the environment check: `name`, whether it is there, what was `found`, what to do or do without."""

    name: str
    passed: bool
    found: str
    advice: str = ""


@dataclass(frozen=True)
class Finding:
    """One clue of where this process runs: which file, what stood there, what follows from it."""

    file: str
    found: str
    says: str


def place_panel(badge: Badge, sentence: str, findings: Sequence[Finding], second_opinion: str = "") -> Shown:
    """Return the place of a process: the conclusion, the table of clues, and what another program makes of them."""
    rows = [(finding.file, finding.found, finding.says) for finding in findings]
    return _panel(badge, sentence, ("File", "Found", "Says"), rows, second_opinion)


def checks_panel(badge: Badge, sentence: str, checks: Sequence[Check]) -> Shown:
    """Return the environment check: one row a check, with what to do for each that did not pass."""
    rows = [(check.name, "yes" if check.passed else "no", check.found, check.advice) for check in checks]
    return _panel(badge, sentence, ("What", "Here", "Found", "What to do"), rows)


def _panel(
    badge: Badge, sentence: str, columns: Sequence[str], rows: Sequence[Sequence[str]], closing: str = ""
) -> Shown:
    text = [badge_text(badge), sentence, *("- " + "; ".join(cell for cell in row if cell) for row in rows), closing]
    head = "".join(f'<th scope="col" {_LEFT}>{escape(column)}</th>' for column in columns)
    body = "".join("<tr>" + "".join(map(_cell, row)) + "</tr>" for row in rows)
    html = [
        badge_html(badge),
        f"<p><strong>{escape(sentence, quote=False)}</strong></p>",
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>",
        f"<p>{escape(closing, quote=False)}</p>" if closing else "",
    ]
    return Shown("\n".join(part for part in text if part), "".join(html))


def _cell(text: str) -> str:
    return f"<td {_LEFT}>{escape(text, quote=False)}</td>"
