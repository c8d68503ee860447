"""Citations as links, and the mark on what no source was opened for."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.dataset import Citation

UNVERIFIED = "unverified"
"""The word that stands wherever a row or a part of it was not checked against an opened source."""


def link(citation: Citation) -> str:
    """Return a citation as HTML: a link where it opens on the web, its text otherwise."""
    text = escape(citation.text)
    return f'<a href="{escape(citation.url, quote=True)}">{text}</a>' if citation.url.startswith("http") else text


def mark(verified: bool) -> str:
    """Return the HTML that follows a fact: nothing if it was verified, the word in emphasis if not."""
    return "" if verified else f" <em>({UNVERIFIED})</em>"


def word(verified: bool) -> str:
    """Return the same as `mark` in plain text."""
    return "" if verified else f" ({UNVERIFIED})"


def doubts(columns: Sequence[str]) -> str:
    """Return the parts of a row that its source does not confirm, in plain text; nothing if it confirms all."""
    names = ", ".join(name.strip().replace("_", " ") for name in columns)
    return f" ({UNVERIFIED}: {names})" if names else ""


def table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]], caption: str) -> str:
    """Return an HTML table without style; the first column names the row. Cells are HTML, header and caption text."""
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in header)
    body = "".join(
        f'<tr><th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in rest) + "</tr>"
        for first, *rest in rows
    )
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
