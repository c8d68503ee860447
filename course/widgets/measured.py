"""What was measured, shown by the rules of `course.live.measure`: panels, ratios, what emulation does (lesson 07)."""

from __future__ import annotations

from html import escape
from itertools import product
from typing import TYPE_CHECKING

from course.errors import CourseError, unknown
from course.live import measure, recordings
from course.view import live_result, measured_panels, measurement_chart, measurement_drawing
from course.view.live_result import Badge
from course.view.measurement_points import State
from course.view.shown import Shown, picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.live.measure import Series
    from course.live.recordings import Recording

__all__ = ["emulation", "measured", "ratio"]

_PUBLISHED = "PUBLISHED, on hardware of others: each panel is a setup of its own"
_OF_CLOCK = {
    "L0": "timed from L0",
    "L1": "timed inside L1",
    "icount": "counted by the emulator",
    "none": "counted",
}


def measured(suite: str, published: str = "") -> Shown:
    """Show a suite of measurements in panels: the recorded ones, and beside them those of this machine if it has any.

    The suites are in `course.live.measure.SUITES`; `python -m course measure SUITE` takes them on your machine. With a
    metric for `published`, its published numbers follow in panels of their own. Raises CourseError for an unknown suite
    or metric.
    """
    taken = [_recording_shown(recording, own=own) for recording, own in _recordings(suite)]
    return live_result.together(*taken, *([_published_shown(published)] if published else []))


def emulation() -> Shown:
    """Show what the emulator did to each kind of work: factors between the same code on two levels, never seconds."""
    parts = []
    for own in (False, True):
        found = [recording for recording, is_own in _recordings("work") if is_own == own]
        effects = [
            measured_panels.Effect(one.what, one.factor.low, one.factor.middle, one.factor.high, one.order)
            for one in measure.emulation(one for recording in found for one in measure.series_of(recording))
        ]
        if effects:
            badge = _badge(found[-1], own=own)
            table = measured_panels.effects_table(effects)
            parts.append(
                Shown(
                    f"{live_result.badge_text(badge)}\n{measured_panels.effects_text(effects)}",
                    live_result.badge_html(badge) + table,
                )
            )
    return live_result.together(*parts)


def ratio(suite: str, first: str, second: str) -> Shown:
    """Say what the recorded values allow to say of the first against the second, or why nothing may be said.

    Each is a subject such as "crun" or a kind of work, with its level where there are several: "process on L0".
    Raises CourseError for an unknown suite or name.
    """
    found = [one for recording, own in _recordings(suite) if not own for one in measure.series_of(recording)]
    warm = [one for one in found if one.setting.warmth == "warm" or one.kind == "count"]
    pairs = list(product(_named(warm, first), _named(warm, second)))
    refusals = []
    for one, other in pairs:
        try:
            return _said(measure.compare(one, other).sentence)
        except CourseError as refusal:
            refusals.append(str(refusal))
    # The refusal that names the fewest differences is the one about the pair that was meant.
    return _said(f"Refused. {min(refusals, key=len)}")


def _recordings(suite: str) -> list[tuple[Recording, bool]]:
    found = [(recording, False) for recording in measure.measured(suite)]
    if recordings.mode() == "recorded":
        return found
    try:
        return [*found, *((recording, True) for recording in measure.measured(suite, own=True))]
    except CourseError:
        return found


def _recording_shown(recording: Recording, *, own: bool) -> Shown:
    badge = _badge(recording, own=own)
    warm = [one for one in measure.series_of(recording) if one.setting.warmth == "warm"]
    panels = _panels(measure.panels(warm or measure.series_of(recording)))
    text = measured_panels.describe(panels)
    drawing = picture(measured_panels.draw(panels), text)
    return Shown(
        f"{live_result.badge_text(badge)}\n{text}",
        f"{live_result.badge_html(badge)}{drawing}"
        f"<details><summary>The same as a table</summary>{measured_panels.table(panels)}</details>",
    )


def _published_shown(metric: str) -> Shown:
    """Return published numbers of a metric, each in the panel of its setup, under a heading that says so."""
    state = State(metric)
    drawing = picture(measurement_drawing.draw(state, ""), measurement_chart.summary(state))
    table = f"<details><summary>The same as a table</summary>{measurement_chart.table(state)}</details>"
    return Shown(f"[{_PUBLISHED}]\n{measurement_chart.describe(state)}", f"<p><b>{_PUBLISHED}</b></p>{drawing}{table}")


def _panels(groups: Sequence[Sequence[Series]]) -> list[measured_panels.Panel]:
    """Return a panel for each group; kinds of work that one subject alone did stand together, each under its name."""
    alone = [group[0] for group in groups if len(group) == 1]
    together = [one for one in alone if _conditions(one) == _conditions(alone[0])] if len(alone) > 1 else []
    panels = [_panel("one operation of each kind", together, by_work=True)] if together else []
    return panels + [_panel(group[0].what, group) for group in groups if group[0] not in together]


def _panel(what: str, group: Sequence[Series], *, by_work: bool = False) -> measured_panels.Panel:
    bars = tuple(
        measured_panels.Bar(
            one.what if by_work else one.subject,
            one.low,
            one.middle,
            one.high,
            one.unit,
            len(one.samples),
            one.rejected,
        )
        for one in sorted(group, key=lambda one: one.middle)
    )
    return measured_panels.Panel(what, _conditions(group[0]), bars)


def _conditions(one: Series) -> str:
    ends = f", to {one.ends}" if one.ends else ""
    warmth = "" if one.setting.clock == "none" else f", {one.setting.warmth}"
    return f"on {one.setting.level}, {_OF_CLOCK[one.setting.clock]}{warmth}{ends}"


def _badge(recording: Recording, *, own: bool) -> Badge:
    return Badge(
        False,
        recording.level,
        recording.accelerator,
        recording.date,
        tuple(recording.versions.items()),
        recording.host,
        "your own" if own else "",
    )


def _named(found: Sequence[Series], name: str) -> list[Series]:
    subject, _, level = name.partition(" on ")
    chosen = [one for one in found if subject in (one.subject, one.what) and (not level or one.setting.level == level)]
    if not chosen:
        raise unknown("measured value", name, sorted({one.subject for one in found} | {one.what for one in found}))
    return chosen


def _said(sentence: str) -> Shown:
    return Shown(sentence, f"<p>{escape(sentence, quote=False)}</p>")
