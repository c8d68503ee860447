"""Prose as HTML and as text: inline markup, citations, definition lists, lists of sources."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from course.dataset import Citation

_CODE = re.compile(r"(`[^`]+`)")
_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_EMPHASIS = re.compile(r"(?<![\w*])\*([^*\s](?:[^*]*[^*\s])?)\*(?![\w*])")


@dataclass(frozen=True)
class Term:
    """A term of the glossary with what it means."""

    term: str
    definition: str
    also: str
    see: str
    citation: Citation


def inline(text: str) -> str:
    """Return one paragraph's text as HTML: `code`, **bold** and *emphasis*; everything else is escaped."""
    return "".join(_span(part) for part in _CODE.split(text))


def paragraphs(text: str) -> str:
    """Return text as HTML paragraphs; an empty line starts a new one."""
    return "".join(f"<p>{inline(' '.join(part.split()))}</p>" for part in _parts(text))


def prose(text: str, citations: Sequence[Citation]) -> str:
    """Return paragraphs as HTML with their citations below, each a link."""
    return paragraphs(text) + (f"<p><small>{_label(citations)}: {_links(citations)}.</small></p>" if citations else "")


def prose_text(text: str, citations: Sequence[Citation]) -> str:
    """Return the same as `prose` in plain text, with the citations' addresses."""
    body = "\n\n".join(" ".join(part.split()) for part in _parts(text))
    return body + (f"\n{_label(citations)}: {'; '.join(map(str, citations))}." if citations else "")


def definitions(terms: Iterable[Term], *, cited: bool = True) -> str:
    """Return terms with their definitions as an HTML list, each with its source unless `cited` is false.

    A plain list: JupyterLab floats the terms of a definition list, and long ones push the rest out of line.
    """
    items = (
        f"<li><strong>{escape(term.term, quote=False)}</strong>{escape(_also(term), quote=False)}: "
        f"{inline(term.definition + _see(term))}{f' <small>{link(term.citation)}</small>' if cited else ''}</li>"
        for term in terms
    )
    return f"<ul>{''.join(items)}</ul>"


def definitions_text(terms: Iterable[Term], *, cited: bool = True) -> str:
    """Return the same as `definitions` in plain text, one term a line."""
    return "\n".join(
        f"{term.term}{_also(term)}: {term.definition}{_see(term)}{f' [{term.citation}]' if cited else ''}"
        for term in terms
    )


def source_list(citations: Iterable[Citation]) -> str:
    """Return sources as an HTML list of links."""
    return f"<ul>{''.join(f'<li>{link(citation)}</li>' for citation in citations)}</ul>"


def source_list_text(citations: Iterable[Citation]) -> str:
    """Return the same as `source_list` in plain text, one source a line."""
    return "\n".join(f"- {citation}" for citation in citations)


def link(citation: Citation) -> str:
    """Return a citation as an HTML link; a source inside `data/` is named without one."""
    text = escape(citation.text, quote=False)
    address = address_of(citation.url)
    return f'<a href="{escape(address)}">{text}</a>' if address else f"{text} ({escape(citation.url)})"


def address_of(url: str) -> str:
    """Return where a browser opens a source, or an empty string for one inside `data/`."""
    if url.startswith("doi:"):
        return f"https://doi.org/{url.removeprefix('doi:')}"
    return url if url.startswith(("https://", "http://")) else ""


def _parts(text: str) -> list[str]:
    return [part for part in re.split(r"\n\s*\n", text.strip()) if part]


def _span(part: str) -> str:
    if _CODE.fullmatch(part):
        return f"<code>{escape(part[1:-1], quote=False)}</code>"
    return _stressed(escape(part, quote=False))


def _stressed(text: str) -> str:
    return _EMPHASIS.sub(r"<em>\1</em>", _BOLD.sub(r"<strong>\1</strong>", text))


def _label(citations: Sequence[Citation]) -> str:
    return "Source" if len(citations) == 1 else "Sources"


def _links(citations: Iterable[Citation]) -> str:
    return "; ".join(map(link, citations))


def _also(term: Term) -> str:
    return f" ({term.also})" if term.also else ""


def _see(term: Term) -> str:
    return f" See also: {term.see}." if term.see else ""
