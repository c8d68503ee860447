"""One system on one page: what it is, its stack, its facts, its relatives, its sources."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from course.view import cited, shown, theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.portrait import Fact, Layer, Portrait

_BOX = (214.0, 34.0)
_BESIDE = 168.0
_MARGIN = 12.0

_STYLE = (
    ".card{display:grid;grid-template-columns:minmax(0,26em) minmax(0,1fr);gap:0 1.6em;max-width:70em}"
    ".card>header,.card>footer{grid-column:1/-1}.card h3{margin:.2em 0}.card h4{margin:.9em 0 .2em}"
    ".card dl{display:grid;grid-template-columns:max-content 1fr;gap:.2em .8em;margin:0}.card dd{margin:0}"
    f".card .kind{{color:{theme.color('muted')}}}.card a{{color:{theme.color('accent')}}}"
    f".card .error{{border-left:4px solid {theme.color('boundary')};padding-left:.7em;margin-left:0}}"
    ".card ul{margin:.2em 0;padding-left:1.2em}.card svg{max-width:100%;height:auto}"
    "@media(max-width:48em){.card{grid-template-columns:minmax(0,1fr)}}"
)

_EXHIBITS: Final = {
    "live": "runs live in this course",
    "reproduced": "is reproduced in this course by other means",
    "taken home": "is taken home: the course builds what you run on your own machine",
    "described": "is described only",
}


def draw(portrait: Portrait) -> str:
    """Return the card as HTML for the live view."""
    return f'<style>{_STYLE}</style><article class="card">{_page(portrait, stack(portrait))}</article>'


def listing(portrait: Portrait) -> str:
    """Return the card as HTML without style; the stack is a picture that carries itself."""
    drawn = stack(portrait)
    return _page(portrait, shown.picture(drawn, _stack_text(portrait)) if drawn else "")


def stack(portrait: Portrait) -> str:
    """Return the stack as an SVG drawing: what is in the path, bottom to top, and beside it what stands beside it."""
    if not portrait.layers:
        return ""
    path = [layer for layer in portrait.layers if layer.placement == "path"]
    beside = [layer for layer in portrait.layers if layer.placement == "beside"]
    height = _MARGIN * 2 + 18 + max(len(path), len(beside)) * _BOX[1]
    body = _column(path, _MARGIN, _BOX[0], height) + _column(beside, _MARGIN + _BOX[0] + 16, _BESIDE, height)
    width = _MARGIN * 2 + _BOX[0] + (16 + _BESIDE if beside else 0)
    body += f'<text class="muted" x="{_MARGIN:.0f}" y="18" font-size="12">in the path</text>'
    if beside:
        body += f'<text class="muted" x="{_MARGIN + _BOX[0] + 16:.0f}" y="18" font-size="12">beside it</text>'
    return theme.svg(width, height, f"Stack of {portrait.name}", _stack_text(portrait), body)


def describe(portrait: Portrait) -> str:
    """Return the card as text."""
    lines = [f"{portrait.name}: {portrait.kind}", portrait.definition, _stack_text(portrait)]
    if portrait.common_error:
        lines.append(f"Often said, and wrong: {portrait.common_error}")
    lines.append(_exhibit(portrait))
    lines += [f"{fact.label}: {fact.value}{cited.word(fact.verified)}" for fact in portrait.facts]
    lines += [f"{fact.label}: {fact.value}{cited.word(fact.verified)}" for fact in portrait.properties]
    lines += [f"{event.date}  {event.title}{cited.word(event.verified)}" for event in portrait.history]
    lines += [f"{portrait.name} {relative.phrase} {relative.name}." for relative in portrait.relatives]
    lines += [f"Source: {citation}" for citation in portrait.citations]
    return "\n".join(line for line in lines if line)


def _page(portrait: Portrait, drawing: str) -> str:
    error = (
        f'<p class="error"><strong>Often said, and wrong:</strong> {escape(portrait.common_error)}</p>'
        if portrait.common_error
        else ""
    )
    return (
        f'<header><h3>{escape(portrait.name)}</h3><p class="kind">{escape(portrait.kind)}</p>'
        f"<p>{escape(portrait.definition)}</p>{error}<p>{escape(_exhibit(portrait))}</p></header>"
        f"<section>{drawing}{_relatives(portrait)}{_history(portrait)}</section>"
        f"<section>{_facts('Facts', portrait.facts)}{_facts('Properties', portrait.properties)}</section>"
        f"<footer>{_sources(portrait)}</footer>"
    )


def _facts(title: str, facts: Sequence[Fact]) -> str:
    if not facts:
        return ""
    lines = "".join(
        f"<dt><strong>{escape(fact.label)}</strong></dt><dd>{_value(fact.value)}{cited.mark(fact.verified)}</dd>"
        for fact in facts
    )
    return f"<h4>{title}</h4><dl>{lines}</dl>"


def _value(value: str) -> str:
    return f'<a href="{escape(value, quote=True)}">{escape(value)}</a>' if value.startswith("http") else escape(value)


def _relatives(portrait: Portrait) -> str:
    if not portrait.relatives:
        return ""
    items = "".join(f"<li>{relative.phrase} {escape(relative.name)}</li>" for relative in portrait.relatives)
    return f"<h4>{escape(portrait.name)} ...</h4><ul>{items}</ul>"


def _history(portrait: Portrait) -> str:
    if not portrait.history:
        return ""
    items = "".join(
        f"<li>{event.date}: {escape(event.title)}{cited.mark(event.verified)}</li>" for event in portrait.history
    )
    return f"<h4>History</h4><ul>{items}</ul>"


def _sources(portrait: Portrait) -> str:
    items = "".join(f"<li>{cited.link(citation)}</li>" for citation in portrait.citations)
    return f"<h4>Sources</h4><ul>{items}</ul>"


def _exhibit(portrait: Portrait) -> str:
    return f"{portrait.name} {_EXHIBITS[portrait.exhibit]}."


def _stack_text(portrait: Portrait) -> str:
    path = ", ".join(layer.name for layer in portrait.layers if layer.placement == "path")
    beside = ", ".join(layer.name for layer in portrait.layers if layer.placement == "beside")
    return f"Stack, bottom to top: {path}." + (f" Beside it: {beside}." if beside else "") if path else ""


def _column(layers: Sequence[Layer], left: float, width: float, height: float) -> str:
    drawn = ""
    for index, layer in enumerate(layers):
        y = height - _MARGIN - (index + 1) * _BOX[1]
        label = f"{layer.name} (shared)" if layer.scope == "shared" else layer.name
        lines, size = theme.fit(label, width - 12, size=13)
        center = theme.number(left + width / 2)
        drawn += (
            f'<g class="k-{layer.kind}"><title>{escape(f"{layer.name}: {layer.detail}")}</title>'
            f'<rect class="box" x="{theme.number(left)}" y="{theme.number(y)}" width="{theme.number(width)}" '
            f'height="{theme.number(_BOX[1] - 2)}" rx="3"/>'
            f'<text x="{center}" y="{theme.number(y + 20)}" font-size="{theme.number(size)}" '
            f'text-anchor="middle">{escape(lines[0])}</text></g>'
        )
    return drawn
