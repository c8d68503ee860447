"""Published numbers of one metric as a plotly chart, with a table and a text of the same content."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Any, Final

from course import published
from course.view import cited, measurement_points, theme
from course.view.plotly_shown import TEMPLATE, Chart

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from course.published import Panel
    from course.view.measurement_points import Point, Scale, State

ADVICE: Final = "Compare inside one setup only: machine, versions and year differ from one to the next."
_COLUMNS: Final = ("System", "Workload", "Value", "Against its baseline", "Statistic", "Setup", "Source", "Note")
_BETTER: Final = {"higher": "higher is better", "lower": "lower is better", "neither": "neither direction is better"}
_SYMBOLS: Final = {"over": "triangle-right", "under": "triangle-left"}
_LABEL = 44  # characters of a row's label before it is broken


def chart(state: State) -> Chart:
    """Return the chart of a metric that can be zoomed and hovered, with its table and text.

    Raises CourseError for an unknown metric and for a study that has no numbers of it.
    """
    return Chart(figure(state), table(state), describe(state))


def figure(state: State) -> go.Figure:
    """Return the numbers as points in rows, grouped by setup and workload; same errors as `chart`."""
    import plotly.graph_objects as go

    plotted = measurement_points.points(state)
    scale = measurement_points.scale(tuple(plotted.values()), state.log)
    labels, rows = _rows(measurement_points.panels(plotted))
    layout = {
        "template": TEMPLATE,
        "title": {"text": f"{heading(state)}<br><sub>{ADVICE}</sub>", "font": {"size": 15}},
        "xaxis": {"title": {"text": axis_title(state, scale), "font": {"size": 13}}, **_axis(scale)},
        "yaxis": {
            "tickvals": list(range(len(labels))),
            "ticktext": labels,
            "range": [len(labels) - 0.5, -0.5],
            "automargin": True,
        },
        "height": 140 + 24 * len(labels),
        "margin": {"l": 10, "r": 20, "t": 70, "b": 70},
    }
    return go.Figure([_trace(plotted[key], row) for key, row in rows.items()], layout)


def table(state: State) -> str:
    """Return every number of the chart as an HTML table without style, each with setup, source and place."""
    rows = []
    for panel in measurement_points.panels(measurement_points.points(state)):
        for number in panel.numbers:
            ratio = published.ratio(number)
            value = number.text if number.text == number.published else f"{number.text} (published: {number.published})"
            setup = f"{panel.setup.hardware} ({panel.setup.year})"
            rows.append(
                (
                    f"{escape(number.system)}{cited.mark(number.verified)}",
                    escape(number.workload),
                    escape(value),
                    escape(ratio.text) if ratio else "",
                    escape(number.statistic),
                    escape(setup),
                    f"{cited.link(number.citation)}, {escape(number.place)}",
                    escape(number.note),
                )
            )
    return cited.table(_COLUMNS, rows, f"{heading(state)}. {ADVICE}")


def describe(state: State) -> str:
    """Return the same as text: what is measured, then each setup with its numbers."""
    plotted = measurement_points.points(state)
    metric = published.metric(state.metric)
    lines = [f"{heading(state)}. {metric.detail}", summary(state)]
    for panel in measurement_points.panels(plotted):
        lines.append(f"{panel.study}, {panel.setup.year}: {panel.setup.hardware}")
        for workload in panel.workloads:
            lines += [f"  {workload.name}"] if workload.name else []
            lines += [f"    {_sentence(plotted[number.key])}" for number in workload.numbers]
    return "\n".join(lines)


def summary(state: State) -> str:
    """Return how many numbers of how many setups are shown, what is unverified, left out, and how to read them."""
    plotted = measurement_points.points(state)
    chosen = published.numbers(state.metric, state.studies)
    setups = {point.number.setup.key for point in plotted.values()}
    parts = [f"{_count(len(plotted), 'number')} from {_count(len(setups), 'setup')}."]
    unverified = sum(not point.number.verified for point in plotted.values())
    parts += [f"{unverified} {cited.UNVERIFIED}."] if unverified else []
    left_out = len(chosen) - len(plotted)
    parts += [f"{_count(left_out, 'number')} without a baseline left out."] if left_out else []
    return " ".join([*parts, ADVICE])


def heading(state: State) -> str:
    """Return the title: the metric, its unit or that ratios are shown, and which direction is better."""
    metric = published.metric(state.metric)
    what = "ratio to the baseline of its setup" if state.ratios else f"in {metric.unit}"
    return f"{metric.name}, {what}; {_BETTER[metric.better]}"


def axis_title(state: State, scale: Scale) -> str:
    """Return what stands under the axis."""
    unit = "times the baseline" if state.ratios else published.metric(state.metric).unit
    return f"{unit}, logarithmic" if scale.log else unit


def _rows(panels: tuple[Panel, ...]) -> tuple[list[str], dict[str, int]]:
    """Return the label of each row, and the row of each number; setups and workloads have rows of their own."""
    labels: list[str] = []
    rows: dict[str, int] = {}
    for panel in panels:
        labels.append(f"<b>{escape(panel.study)}</b> ({panel.setup.year})")
        for workload in panel.workloads:
            labels += [f"<i>{_cut(workload.name)}</i>"] if workload.name else []
            for number in workload.numbers:
                rows[number.key] = len(labels)
                labels.append(_cut(number.system))
    return labels, rows


def _trace(point: Point, row: int) -> dict[str, Any]:
    number = point.number
    hover = [point.text, number.system, number.workload, number.setup.hardware, number.place, number.note]
    color = theme.LIGHT["ink" if point.is_baseline else "accent"]
    symbol = "square" if point.is_baseline else _SYMBOLS.get(point.qualifier, "circle")
    values = [point.low] if point.low == point.high else [point.low, point.high]
    return {
        "type": "scatter",
        "mode": "markers" if len(values) == 1 else "lines+markers",
        "x": values,
        "y": [row] * len(values),
        "marker": {"color": color, "size": 10, "symbol": symbol if number.verified else f"{symbol}-open"},
        "line": {"color": color, "width": 2},
        "hovertemplate": "<br>".join(escape(line) for line in hover if line) + "<extra></extra>",
    }


def _axis(scale: Scale) -> dict[str, Any]:
    bounds = [math.log10(scale.start), math.log10(scale.end)] if scale.log else [scale.start, scale.end]
    return {
        "type": "log" if scale.log else "linear",
        "range": bounds,
        "tickvals": list(scale.ticks),
        "ticktext": [measurement_points.tick_text(tick) for tick in scale.ticks],
    }


def _sentence(point: Point) -> str:
    baseline = ", the baseline" if point.is_baseline and not point.text.startswith("baseline") else ""
    return f"{point.number.system}: {point.text}{baseline}{cited.word(point.number.verified)}"


def _cut(text: str) -> str:
    return escape(text if len(text) <= _LABEL else f"{text[: _LABEL - 1].rstrip()}…")


def _count(many: int, word: str) -> str:
    return f"{many} {word}" if many == 1 else f"{many} {word}s"
