"""Live migration round by round, beside the two other ways to move a workload (lesson 11)."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

from course.errors import CourseError
from course.simulate.migration import Migration, Round, pre_copy
from course.view import cited, theme

LIMITS: Final = {
    "memory": (16, 1_048_576),
    "dirty": (0, 100_000),
    "bandwidth": (1, 100_000),
    "working_set": (1, 1_048_576),
    "downtime": (1, 60_000),
    "start": (0, 3_600),
}
"""The least and the most of each number."""
SHOWN: Final = 10
"""Rounds that are drawn; the table names how many there are."""

_WIDTH, _LEFT, _RIGHT, _TOP, _ROW = 860.0, 130.0, 620.0, 60.0, 28.0
_STYLE: Final = (
    f".live{{fill:{theme.color('accent')}}}.stopped{{fill:{theme.color('boundary')}}}.strong{{font-weight:700}}"
    f".grid{{stroke:{theme.color('line')};stroke-width:.6}}"
)


@dataclass(frozen=True)
class State:
    """A guest with `memory` MiB that dirties `dirty` MiB a second, no more than its `working_set` of MiB.

    It is sent at `bandwidth` MiB a second and may stand still for `downtime` milliseconds; to start the workload
    afresh elsewhere takes `start` seconds. Raises CourseError for a number outside of `LIMITS`.
    """

    memory: float = 4096
    dirty: float = 200
    bandwidth: float = 1000
    working_set: float = 1024
    downtime: float = 300
    start: float = 10

    def __post_init__(self) -> None:
        for name, (low, high) in LIMITS.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise CourseError(f"{name}={value:g} is out of range: give {low:g} to {high:g}.")


@dataclass(frozen=True)
class Way:
    """A way to move a workload: seconds in all and standing still, MiB sent, and what of the state arrives."""

    name: str
    seconds: float
    stopped: float
    sent: float
    arrives: str


def migrate(state: State) -> Migration:
    """Return the rounds of the migration."""
    return pre_copy(
        state.memory,
        state.dirty,
        state.bandwidth,
        allowed_downtime=state.downtime / 1000,
        working_set=state.working_set,
    )


def ways(state: State) -> tuple[Way, Way, Way]:
    """Return live migration, stop and copy, and start elsewhere."""
    live, copied = migrate(state), state.memory / state.bandwidth
    return (
        Way("live migration", live.seconds, live.downtime, live.sent, "all of the memory, all connections"),
        Way("stop, copy, go on", copied, copied, state.memory, "all of the memory; connections that waited so long"),
        Way("kill, start elsewhere", state.start, state.start, 0.0, "what was written to shared storage"),
    )


def draw(state: State) -> str:
    """Return the rounds as bars on one axis of time; in the last one the guest stands still."""
    found = migrate(state)
    shown = _shown(found)
    height = _TOP + len(shown) * _ROW + 40
    body = _text(16, 26, f"{state.memory:g} MiB, dirtied at {state.dirty:g} MiB/s, sent at {state.bandwidth:g} MiB/s")
    body += _axis(found.seconds, height)
    starts = _starts(found)
    body += "".join(
        _bar(one, starts[one.number - 1], found.seconds, _TOP + index * _ROW) for index, one in enumerate(shown)
    )
    return theme.svg(_WIDTH, height, "Live migration", summary(state), body, extra_style=_STYLE)


def table(state: State) -> str:
    """Return rounds and ways as two HTML tables without style."""
    rounds = [
        (
            f"{one.number}{', stopped' if one.stopped else ''}",
            f"{one.sent:,.0f}",
            _seconds(one.seconds),
            f"{one.dirtied:,.0f}",
        )
        for one in _shown(migrate(state))
    ]
    three = [
        (escape(way.name), _seconds(way.seconds), _seconds(way.stopped), f"{way.sent:,.0f}", escape(way.arrives))
        for way in ways(state)
    ]
    return cited.table(("Round", "Sent, MiB", "Takes", "Dirtied meanwhile, MiB"), rounds, _what(state)) + cited.table(
        ("Way", "Takes", "Stands still", "Sent, MiB", "What arrives"), three, "Three ways to move it"
    )


def describe(state: State) -> str:
    """Return the same as text."""
    lines = [_what(state)]
    for one in _shown(migrate(state)):
        stopped = ", the guest stands still" if one.stopped else f", meanwhile {one.dirtied:,.0f} MiB are dirtied"
        lines.append(f"  round {one.number}: {one.sent:,.0f} MiB in {_seconds(one.seconds)}{stopped}")
    lines += [
        f"  {way.name}: {_seconds(way.seconds)}, of which it stands still {_seconds(way.stopped)}; {way.sent:,.0f} MiB "
        f"sent; arrives: {way.arrives}"
        for way in ways(state)
    ]
    return "\n".join([*lines, summary(state)])


def summary(state: State) -> str:
    """Return one sentence: whether it converged, how long the guest stood still, and how much was sent."""
    found = migrate(state)
    end = "The rest became small enough" if found.converged else "The rest never became small enough"
    return (
        f"{end}: {len(found.rounds)} rounds, {_seconds(found.seconds)} in all, the guest stands still for "
        f"{_seconds(found.downtime)}, {found.sent:,.0f} MiB sent."
    )


def _what(state: State) -> str:
    return (
        f"Simulated: a guest of {state.memory:g} MiB dirties {state.dirty:g} MiB/s, at most {state.working_set:g} MiB; "
        f"{state.bandwidth:g} MiB/s are sent; at most {state.downtime:g} ms of standing still are wanted."
    )


def _shown(found: Migration) -> tuple[Round, ...]:
    """Return the first rounds and always the last one."""
    return found.rounds if len(found.rounds) <= SHOWN else (*found.rounds[: SHOWN - 1], found.rounds[-1])


def _starts(found: Migration) -> list[float]:
    starts = [0.0]
    for one in found.rounds:
        starts.append(starts[-1] + one.seconds)
    return starts


def _axis(end: float, height: float) -> str:
    drawn = ""
    for part in (0, 0.25, 0.5, 0.75, 1):
        x = theme.number(_LEFT + (_RIGHT - _LEFT) * part)
        drawn += f'<line class="grid" x1="{x}" y1="{_TOP - 8:.0f}" x2="{x}" y2="{height - 32:.0f}"/>'
        drawn += (
            f'<text x="{x}" y="{height - 12:.0f}" font-size="12" text-anchor="middle">{_seconds(end * part)}</text>'
        )
    return drawn


def _bar(one: Round, start: float, end: float, top: float) -> str:
    scale = (_RIGHT - _LEFT) / end if end else 0
    # A bar that is too short to be seen is still a round: it is drawn two pixels wide.
    width = max(2.0, one.seconds * scale)
    note = f"{one.sent:,.0f} MiB, {_seconds(one.seconds)}{', stopped' if one.stopped else ''}"
    return (
        _text(16, top + 15, f"round {one.number}")
        + f'<rect class="{"stopped" if one.stopped else "live"}" x="{theme.number(_LEFT + start * scale)}" '
        f'y="{top:.0f}" width="{theme.number(width)}" height="20"/>' + _text(_RIGHT + 16, top + 15, note)
    )


def _seconds(value: float) -> str:
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"


def _text(x: float, y: float, text: str) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" font-size="13">{escape(text)}</text>'
