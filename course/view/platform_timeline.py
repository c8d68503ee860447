"""Events from 1964 on: one row each, a column for every strand, so that each strand can be followed down."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from course.history import STRANDS, Event
from course.view import cited, theme

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH = 960.0
_ROW = 25.0
_GAP = 12.0
"""Extra space above the first event of a new year."""
_LONG_GAP = 10
"""A pause of this many years is drawn as a break."""
_COLUMN = 26.0
_DATE = 100.0
_HEAD = 132.0

_COLORS: Final = {
    "theory": "hardware",
    "machine": "hypervisor",
    "hardware": "hardware",
    "container": "host_kernel",
    "between": "vmm",
    "orchestration": "guest_kernel",
    "standard": "guest_kernel",
    "security": "boundary",
    "industry": "muted",
}
"""Colors of the strands; the column says which it is, so none rests on color alone."""

_STYLE = (
    f".thread{{stroke:{theme.color('line')};stroke-width:2;opacity:.55}}"
    f".year{{stroke:{theme.color('line')};stroke-width:.6;opacity:.5}}"
    f".dot{{stroke:{theme.color('page')};stroke-width:1.5}}"
    f".hollow{{fill:{theme.color('page')};stroke-width:2}}"
    f".band{{fill:{theme.color('surface')}}}"
    + "".join(
        f".s-{strand}{{fill:{theme.color(name)}}}.h-{strand}{{stroke:{theme.color(name)}}}"
        for strand, name in _COLORS.items()
    )
)


def draw(events: Sequence[Event], selected: str = "") -> str:
    """Return the events as an SVG drawing, oldest first; each is an item with its key."""
    strands = [strand for strand in STRANDS if any(event.strand == strand for event in events)]
    column = {strand: _DATE + 16 + index * _COLUMN for index, strand in enumerate(strands)}
    words = _DATE + 16 + len(strands) * _COLUMN
    rows, bottom = _rows(events)
    body = _heads(column, rows, events)
    for event, y in zip(events, rows, strict=True):
        body += _event(event, y, column[event.strand], words, event.key == selected)
    body = _years(events, rows) + body
    return theme.svg(_WIDTH, bottom + 14, "Virtualization since 1964", summary(events), body, extra_style=_STYLE)


def summary(events: Sequence[Event]) -> str:
    """Return one sentence: how many events are shown, from when to when, in which strands."""
    if not events:
        return "No event is in this selection."
    strands = [name for strand, name in STRANDS.items() if any(event.strand == strand for event in events)]
    return f"{len(events)} events from {events[0].date[:4]} to {events[-1].date[:4]}: {', '.join(strands)}."


def describe(events: Sequence[Event]) -> str:
    """Return the same as text: the summary, then a line for each event."""
    lines = [summary(events)]
    for event in events:
        why = f" {event.why}" if event.why else ""
        lines.append(f"{event.date:<10}  [{STRANDS[event.strand]}] {event.title}.{why}{_doubts_in_words(event)}")
    return "\n".join(lines)


def listing(events: Sequence[Event]) -> str:
    """Return the events as an HTML table without style, with the source of each."""
    rows = [
        (
            event.date,
            STRANDS[event.strand],
            escape(event.title),
            escape(event.why),
            cited.link(event.citation) + _doubts(event),
        )
        for event in events
    ]
    return cited.table(("Date", "Strand", "Event", "Why it matters", "Source"), rows, summary(events))


def detail(event: Event) -> str:
    """Return everything about one event as HTML."""
    return (
        f"<h4>{event.date}: {escape(event.title)}</h4><p>{escape(event.why)}</p>"
        f"<p>Strand: {STRANDS[event.strand]}. Source: {cited.link(event.citation)}{_doubts(event)}</p>"
    )


def _rows(events: Sequence[Event]) -> tuple[list[float], float]:
    """Return the vertical center of each event and the bottom of the last."""
    y, rows, year = _HEAD, list[float](), ""
    for event in events:
        if event.date[:4] != year:
            paused = bool(year) and int(event.date[:4]) - int(year) >= _LONG_GAP
            y += _GAP * (3 if paused else 1)
            year = event.date[:4]
        rows.append(y + _ROW / 2)
        y += _ROW
    return rows, y


def _years(events: Sequence[Event], rows: Sequence[float]) -> str:
    drawn, year = "", ""
    for event, y in zip(events, rows, strict=True):
        if event.date[:4] == year:
            continue
        year = event.date[:4]
        top = theme.number(y - _ROW / 2 - _GAP / 2)
        drawn += f'<line class="year" x1="12" x2="{_WIDTH - 12:.0f}" y1="{top}" y2="{top}"/>'
    return drawn


def _heads(column: dict[str, float], rows: Sequence[float], events: Sequence[Event]) -> str:
    drawn = ""
    for strand, x in column.items():
        at = [y for event, y in zip(events, rows, strict=True) if event.strand == strand]
        cx = theme.number(x)
        drawn += (
            f'<text x="{cx}" y="{_HEAD - 8:.0f}" font-size="13" transform="rotate(-55 {cx} {_HEAD - 8:.0f})">'
            f"{escape(STRANDS[strand])}</text>"
            f'<line class="thread" x1="{cx}" x2="{cx}" y1="{_HEAD:.0f}" y2="{theme.number(at[-1])}"/>'
        )
    return drawn


def _event(event: Event, y: float, x: float, words: float, chosen: bool) -> str:
    doubt = "" if event.verified else f" ({cited.UNVERIFIED})"
    lines, size = theme.fit(event.title + doubt, _WIDTH - words - 16, size=14)
    name = escape(f"{event.date}, {STRANDS[event.strand]}: {event.title}{doubt}", quote=True)
    band = (
        f'<rect class="band" x="6" y="{theme.number(y - _ROW / 2 + 1)}" width="{_WIDTH - 12:.0f}" '
        f'height="{theme.number(_ROW - 2)}" rx="4"/>'
        if chosen
        else f'<rect x="6" y="{theme.number(y - _ROW / 2 + 1)}" width="{_WIDTH - 12:.0f}" '
        f'height="{theme.number(_ROW - 2)}" fill="none" pointer-events="all"/>'
    )
    kind = f"dot s-{event.strand}" if event.verified else f"hollow h-{event.strand}"
    return (
        f'<g data-key="{event.key}" role="button" aria-label="{name}"><title>{name}</title>{band}'
        f'<text class="muted" x="{_DATE - 6:.0f}" y="{theme.number(y + 4.5)}" font-size="13" text-anchor="end">'
        f"{event.date}</text>"
        f'<circle class="{kind}" cx="{theme.number(x)}" cy="{theme.number(y)}" r="6.5"/>'
        f'<text x="{theme.number(words)}" y="{theme.number(y + 4.5)}" font-size="{theme.number(size)}">'
        f"{escape(lines[0])}</text>{_remark(event.why, words + theme.text_width(lines[0], size) + 14, y)}</g>"
    )


def _remark(why: str, x: float, y: float) -> str:
    """Return why it matters, behind the title, as far as there is room for it."""
    room = _WIDTH - x - 14
    if not why or room < 120:
        return ""
    lines, size = theme.fit(why, room, size=12)
    return (
        f'<text class="muted" x="{theme.number(x)}" y="{theme.number(y + 4.5)}" font-size="{theme.number(size)}">'
        f"{escape(lines[0])}</text>"
    )


def _doubts_in_words(event: Event) -> str:
    return cited.doubts(event.unverified) if event.verified else cited.word(verified=False)


def _doubts(event: Event) -> str:
    if not event.verified:
        return cited.mark(verified=False)
    return f"<em>{escape(cited.doubts(event.unverified))}</em>" if event.unverified else ""
