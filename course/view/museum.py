"""The museum: pictures with the stack of each system, and a table of what is shown of it here and how to see it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from course.view import cited, shown, theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.collection import Entry, Piece
    from course.portrait import Layer, Portrait

ACROSS: Final = 4
"""How many stacks stand side by side in one picture."""

_CARD, _BOX, _BESIDE, _LEVEL, _HEAD, _MARGIN = 244.0, 128.0, 96.0, 31.0, 50.0, 10.0
_LINE: Final = 12.5

_KINDS: Final = {
    "live": "runs live here",
    "reproduced": "reproduced by other means",
    "taken home": "built here, run on your own machine",
    "described": "described only",
}

_STYLE: Final = (
    f".museum button{{font:inherit;font-weight:600;color:{theme.color('accent')};background:none;border:0;padding:0;"
    "text-align:left;cursor:pointer;text-decoration:underline dotted}"
    ".museum svg{display:block;max-width:100%;height:auto}"
)


def draw(entries: Sequence[Entry], *, pictures: bool) -> str:
    """Return the museum for the live view; each system can be chosen by its name or its stack."""
    drawings = "".join(_in_rows(entries)) if pictures else ""
    return f'<style>{_STYLE}</style><div class="museum">{drawings}{_table(entries, buttons=True)}</div>'


def listing(entries: Sequence[Entry], *, pictures: bool) -> str:
    """Return the museum without style; the pictures carry themselves."""
    texts = [_stacks(row) for row in _rows(entries)]
    drawings = map(shown.picture, _in_rows(entries), texts) if pictures else ()
    return f"{''.join(drawings)}{_table(entries, buttons=False)}"


def describe(entries: Sequence[Entry]) -> str:
    """Return the museum as text, one paragraph a system."""
    return "\n".join([summary(entries), *map(_in_words, entries)])


def summary(entries: Sequence[Entry]) -> str:
    """Return one line: how many systems there are, and of how many something can be seen here."""
    seen = sum(bool(entry.pieces) or entry.portrait.exhibit != "described" for entry in entries)
    systems = "1 system" if len(entries) == 1 else f"{len(entries)} systems"
    return f"{systems}; {seen} can be seen in this course."


def _in_rows(entries: Sequence[Entry]) -> list[str]:
    return [_picture([entry.portrait for entry in row]) for row in _rows(entries)]


def _rows(entries: Sequence[Entry]) -> list[Sequence[Entry]]:
    return [entries[start : start + ACROSS] for start in range(0, len(entries), ACROSS)]


def _picture(portraits: Sequence[Portrait]) -> str:
    levels = max(len(layers) for each in portraits for layers in (_path(each), _beside(each)))
    height = _HEAD + levels * _LEVEL + _MARGIN
    body = "".join(_stack(each, _MARGIN + index * _CARD, height) for index, each in enumerate(portraits))
    names = ", ".join(each.name for each in portraits)
    return theme.svg(len(portraits) * _CARD + _MARGIN, height, f"Stacks of {names}", names, body)


def _stack(portrait: Portrait, left: float, height: float) -> str:
    name, size = theme.fit(portrait.name, _CARD - 2 * _MARGIN, size=15, bold=True)
    x, base = theme.number(left), height - _MARGIN
    return (
        f'<g data-key="{portrait.key}" role="button" tabindex="0" aria-label="{escape(portrait.name, quote=True)}">'
        f'<rect class="page" x="{x}" y="0" width="{theme.number(_CARD - _MARGIN)}" height="{theme.number(height)}"/>'
        f'<text x="{x}" y="20" font-size="{theme.number(size)}" font-weight="700">{escape(name[0])}</text>'
        f'<text class="muted" x="{x}" y="36" font-size="12">{escape(portrait.kind)}</text>'
        f"{_column(_path(portrait), left, _BOX, base, dashed=False)}"
        f"{_column(_beside(portrait), left + _BOX + 6, _BESIDE, base, dashed=True)}</g>"
    )


def _column(layers: Sequence[Layer], left: float, width: float, base: float, *, dashed: bool) -> str:
    return "".join(
        _box(layer, left, width, base - (index + 1) * _LEVEL, dashed=dashed) for index, layer in enumerate(layers)
    )


def _box(layer: Layer, left: float, width: float, top: float, *, dashed: bool) -> str:
    lines, size = theme.fit(layer.name, width - 6, size=12, lines=2)
    middle, first = theme.number(left + width / 2), top + _LEVEL / 2 + 3 - (len(lines) - 1) * _LINE / 2
    label = "".join(
        f'<tspan x="{middle}" y="{theme.number(first + index * _LINE)}">{escape(line)}</tspan>'
        for index, line in enumerate(lines)
    )
    dashes = ' stroke-dasharray="4 3"' if dashed else ""
    return (
        f'<g class="k-{layer.kind}"><rect class="box" x="{theme.number(left)}" y="{theme.number(top)}" '
        f'width="{theme.number(width)}" height="{theme.number(_LEVEL - 2)}" rx="3"{dashes}/>'
        f'<text font-size="{theme.number(size)}" text-anchor="middle">{label}</text></g>'
    )


def _path(portrait: Portrait) -> list[Layer]:
    return [layer for layer in portrait.layers if layer.placement == "path"]


def _beside(portrait: Portrait) -> list[Layer]:
    return [layer for layer in portrait.layers if layer.placement == "beside"]


def _stacks(entries: Sequence[Entry]) -> str:
    return " ".join(f"{entry.portrait.name}, {_in_order(entry.portrait)}." for entry in entries)


def _in_order(portrait: Portrait) -> str:
    path = ", ".join(layer.name for layer in _path(portrait))
    beside = ", ".join(layer.name for layer in _beside(portrait))
    return f"bottom to top: {path}" + (f"; beside it: {beside}" if beside else "")


def _table(entries: Sequence[Entry], *, buttons: bool) -> str:
    rows = tuple(
        (
            _name(entry.portrait, buttons=buttons),
            escape(entry.portrait.kind),
            escape(entry.portrait.definition, quote=False),
            entry.status,
            escape(_here(entry)),
            _how(entry),
        )
        for entry in entries
    )
    return cited.table(("System", "Kind", "What it is", "Status", "Here", "How to see it"), rows, summary(entries))


def _name(portrait: Portrait, *, buttons: bool) -> str:
    name = escape(portrait.name)
    return f'<button type="button" data-key="{portrait.key}">{name}</button>' if buttons else name


def _here(entry: Entry) -> str:
    kinds = dict.fromkeys(piece.kind.replace("_", " ") for piece in entry.pieces) or (entry.portrait.exhibit,)
    return ", ".join(_KINDS[kind] for kind in kinds)


def _how(entry: Entry) -> str:
    calls = [f'<code>course.exhibit("{piece.name}")</code>{escape(_stored(piece))}' for piece in entry.pieces]
    return "<br>".join([*calls, f'<code>course.card("{entry.portrait.key}")</code>'])


def _stored(piece: Piece) -> str:
    return "" if piece.stored else " (only with a live machine)"


def _in_words(entry: Entry) -> str:
    calls = "; ".join(f'course.exhibit("{piece.name}"){_stored(piece)}' for piece in entry.pieces)
    portrait = entry.portrait
    return (
        f"{portrait.name} ({portrait.kind}, {entry.status}): {portrait.definition} Its stack, {_in_order(portrait)}. "
        f"Here: {_here(entry)}{f', {calls}' if calls else ''}."
    )
