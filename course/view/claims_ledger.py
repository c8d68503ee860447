"""The article's claims: verdict, what is true, and the evidence with its sources, one click away."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING, Final

from course.evidence import VERDICTS, Claim, Exhibit
from course.view import cited, theme

if TYPE_CHECKING:
    from collections.abc import Sequence

_CHIPS: Final = {
    "right": ("good", "page"),
    "too simple": ("runtime", "on-runtime"),
    "outdated": ("libraries", "on-libraries"),
    "wrong": ("boundary", "page"),
}
"""Fill and label of each verdict's chip; the verdict is written on it."""

_TABLES: Final = {
    "platforms": "system",
    "layers": "layer",
    "paths": "path",
    "platform_properties": "property",
    "measurements": "measurement",
    "escapes": "escape",
    "timeline": "event",
    "glossary": "term",
    "sources": "source",
}

_STYLE = (
    ".ledger{list-style:none;margin:0;padding:0;max-width:60em}"
    f".ledger>li{{border:1px solid {theme.color('line')};border-radius:6px;padding:.6em .9em;margin:.6em 0}}"
    ".ledger q{font-weight:600}.ledger p{margin:.35em 0}.ledger summary{cursor:pointer}"
    ".ledger details ul{padding-left:1.3em}.ledger details li{margin:.3em 0}"
    ".chip{display:inline-block;border-radius:1em;padding:.05em .7em;font-weight:700;white-space:nowrap}"
    f".quiet{{color:{theme.color('muted')}}}.ledger a,.count a{{color:{theme.color('accent')}}}"
    + "".join(
        f".{verdict.replace(' ', '-')}{{background:{theme.color(fill)};color:{theme.color(label)}}}"
        for verdict, (fill, label) in _CHIPS.items()
    )
)


def draw(claims: Sequence[Claim]) -> str:
    """Return the claims as HTML for the live view: a chip for each verdict, the evidence folded away."""
    items = "".join(_item(claim) for claim in claims)
    return f'<style>{_STYLE}</style><p class="count">{escape(summary(claims))}</p><ol class="ledger">{items}</ol>'


def listing(claims: Sequence[Claim]) -> str:
    """Return the claims as an HTML table without style, all evidence in the open."""
    rows = [
        (
            claim.key,
            f"{escape(claim.quote)}<br><em>{escape(claim.place)}</em>",
            f"<strong>{claim.verdict}</strong>",
            f"{escape(claim.correction)}{cited.mark(claim.verified)} {cited.link(claim.citation)}",
            _evidence(claim),
            f"{claim.lesson} {escape(claim.lesson_title)}",
        )
        for claim in claims
    ]
    header = ("Claim", "What the article says", "Verdict", "What is true", "Evidence", "Lesson")
    return cited.table(header, rows, summary(claims))


def summary(claims: Sequence[Claim]) -> str:
    """Return one sentence: how many claims there are and how many have each verdict."""
    counted = Counter(claim.verdict for claim in claims)
    verdicts = ", ".join(f"{counted[verdict]} {verdict}" for verdict in VERDICTS if counted[verdict])
    noun = "claim" if len(claims) == 1 else "claims"
    return f"{len(claims)} {noun} of the article: {verdicts}." if claims else "No claim has this verdict."


def describe(claims: Sequence[Claim]) -> str:
    """Return the same as text: each claim with verdict, correction and evidence."""
    lines = [summary(claims)]
    for claim in claims:
        lines += [
            "",
            f"{claim.key} [{claim.verdict}] {claim.quote} ({claim.place})",
            f"  {claim.correction}{cited.word(claim.verified)} {claim.citation}",
        ]
        lines += [
            f"  - {exhibit.shows}: {exhibit.says}{cited.word(exhibit.verified)} {exhibit.citation}"
            for exhibit in claim.exhibits
        ]
    return "\n".join(lines)


def _item(claim: Claim) -> str:
    chip = f'<span class="chip {claim.verdict.replace(" ", "-")}">{claim.verdict}</span>'
    return (
        f'<li id="{claim.key}"><p><span class="quiet">{claim.key}</span> {chip} <q>{escape(claim.quote)}</q> '
        f'<span class="quiet">{escape(claim.place)}</span></p>'
        f"<p>{escape(claim.correction)}{cited.mark(claim.verified)}</p>"
        f'<p class="quiet">Shown in lesson {claim.lesson}, {escape(claim.lesson_title)}. '
        f"{cited.link(claim.citation)}</p>"
        f"<details><summary>Evidence ({len(claim.exhibits)})</summary>{_evidence(claim)}</details></li>"
    )


def _evidence(claim: Claim) -> str:
    return f"<ul>{''.join(_exhibit(exhibit) for exhibit in claim.exhibits)}</ul>"


def _exhibit(exhibit: Exhibit) -> str:
    return (
        f"<li><strong>{escape(exhibit.shows)}</strong> ({_TABLES[exhibit.table]} {escape(exhibit.row)}): "
        f"{escape(exhibit.says)}{cited.mark(exhibit.verified)} {cited.link(exhibit.citation)}</li>"
    )
