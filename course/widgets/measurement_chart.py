"""The chart of published measurements: choose a metric and studies, an axis, values or ratios to the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets

from course import published
from course.view import measurement_chart as view
from course.view import measurement_drawing, shown
from course.view.measurement_points import State
from course.widgets import state_string
from course.widgets.base import Controlled, Picture, row

if TYPE_CHECKING:
    from course.view.plotly_shown import Chart

_AXES = {"chosen by the span": "", "logarithmic": "log", "linear": "linear"}
_LOG = {"": None, "log": True, "linear": False}


def chart(state: str = "") -> MeasurementChart:
    """Show published measurements of one metric, each with its setup and its source one choice away.

    `state` prepares the view, such as `"system_call_time; studies=Barham 2003; axis=log; show=ratios"`: a metric first,
    then studies, axis (log, linear), show (ratios) and selected. Raises CourseError for any other.
    """
    return MeasurementChart(state)


class MeasurementChart(Controlled):
    """Controls above the chart; `state` is the string that prepares the same view again."""

    def __init__(self, state: str = "") -> None:
        metrics = {metric.key: metric.name for metric in published.metrics()}
        settings = state_string.read(state, _allowed(metrics))
        first = state_string.one(settings, state_string.LEAD, "system_call_time")
        self._metric = ipywidgets.Dropdown(
            options=[(name, key) for key, name in metrics.items()], value=first, description="Metric"
        )
        studies = published.studies(first)
        chosen = settings.get("studies", ())
        published.numbers(first, chosen)
        self._studies = ipywidgets.SelectMultiple(
            options=studies, value=chosen, description="Studies", rows=3, tooltip="None chosen shows all of them"
        )
        self._axis = ipywidgets.Dropdown(
            options=list(_AXES.items()), value=state_string.one(settings, "axis"), description="Axis"
        )
        self._ratios = ipywidgets.Checkbox(
            value="show" in settings, description="as ratio to the baseline", indent=False
        )
        self._selected = state_string.one(settings, "selected")
        picture = Picture("", "")
        super().__init__(picture, row(self._metric, self._studies, self._axis, self._ratios))
        self._draw()
        self._metric.observe(lambda _: self._change_metric(), names="value")
        for control in (self._studies, self._axis, self._ratios):
            control.observe(lambda _: self._draw(), names="value")
        picture.observe(lambda _: self._choose(picture.selected), names="presses")

    @property
    def state(self) -> str:
        """The string with which `chart` shows this view again."""
        return state_string.write(
            {
                state_string.LEAD: (self._metric.value,),
                "studies": self._studies.value,
                "axis": (self._axis.value,) if self._axis.value else (),
                "show": ("ratios",) if self._ratios.value else (),
                "selected": (self._selected,) if self._selected else (),
            }
        )

    def zoomable(self) -> Chart:
        """Return the present view as a plotly chart, to zoom and to hover."""
        return view.chart(self._view_state())

    def _view_state(self) -> State:
        return State(self._metric.value, tuple(self._studies.value), _LOG[self._axis.value], self._ratios.value)

    def _change_metric(self) -> None:
        """Offer the studies of the metric; a number chosen before belongs to another one."""
        self._selected = ""
        with self._studies.hold_trait_notifications():
            self._studies.value = ()
            self._studies.options = published.studies(self._metric.value)
        self._draw()

    def _choose(self, key: str) -> None:
        self._selected = key
        self._draw()

    def _draw(self) -> None:
        state = self._view_state()
        drawing = measurement_drawing.draw(state, self._selected)
        detail = measurement_drawing.detail(self._selected) if self._selected else ""
        still = shown.picture(drawing, view.summary(state)) + view.table(state)
        self.picture.show(drawing + detail, view.describe(state), static=still, announcement=view.summary(state))


def _allowed(metrics: dict[str, str]) -> dict[str, tuple[str, ...]]:
    numbers = [number for key in metrics for number in published.numbers(key)]
    return {
        state_string.LEAD: tuple(metrics),
        "studies": tuple(dict.fromkeys(number.study for number in numbers)),
        "axis": ("log", "linear"),
        "show": ("ratios",),
        "selected": tuple(number.key for number in numbers),
    }
