"""Charts of published numbers: drawing, plotly figure, table and text say the same, and the same bytes each time."""

import json
import re
from xml.etree import ElementTree as ET

import pytest

from course import published
from course.errors import CourseError
from course.view import measurement_chart as view
from course.view import measurement_drawing, measurement_points, theme
from course.view.measurement_points import State
from course.view.plotly_shown import PLOTLY, TEMPLATE

METRICS = [metric.key for metric in published.metrics()]
CALLS = State("system_call_time")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("ratios", [False, True])
def test_every_metric_is_drawn_listed_and_described(metric: str, ratios: bool) -> None:
    state = State(metric, ratios=ratios)
    plotted = measurement_points.points(state)
    drawing = ET.fromstring(measurement_drawing.draw(state))
    assert {group.get("data-key") for group in drawing.iter(f"{SVG}g") if group.get("data-key")} == set(plotted)
    assert view.table(state).count('<th scope="row">') == len(plotted)
    described = view.describe(state)
    assert all(f"{point.number.system}: {point.text}" in described for point in plotted.values())
    assert len(view.figure(state).data) == len(plotted)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("ratios", [False, True])
@pytest.mark.parametrize("log", [None, True, False])
def test_the_axis_holds_every_point_and_few_ticks(metric: str, ratios: bool, log: bool | None) -> None:
    plotted = tuple(measurement_points.points(State(metric, ratios=ratios)).values())
    scale = measurement_points.scale(plotted, log)
    assert all(0 <= scale.at(value) <= 1 for point in plotted for value in (point.low, point.high))
    assert 2 <= len(scale.ticks) <= 8
    assert all(0 <= scale.at(tick) <= 1 for tick in scale.ticks)


def test_values_that_span_decades_stand_on_a_logarithmic_axis() -> None:
    assert measurement_points.scale(tuple(measurement_points.points(CALLS).values()), None).log
    narrow = tuple(measurement_points.points(State("start_request_to_init")).values())
    assert not measurement_points.scale(narrow, None).log
    assert "µs, logarithmic" in measurement_drawing.draw(CALLS)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("ratios", [False, True])
def test_no_label_leaves_its_column(metric: str, ratios: bool) -> None:
    drawing = ET.fromstring(measurement_drawing.draw(State(metric, ratios=ratios)))
    for group in drawing.iter(f"{SVG}g"):
        for text in group.iter(f"{SVG}text") if group.get("data-key") else ():
            start, width = float(text.attrib["x"]), theme.text_width(text.text or "", 13)
            assert start + width <= (330 if start < 330 else 860)


def test_a_chart_carries_plotly_table_and_text() -> None:
    bundle = view.chart(CALLS)._repr_mimebundle_()
    assert list(bundle) == [PLOTLY, "text/html", "text/plain"]
    assert bundle["text/plain"] == repr(view.chart(CALLS)) == view.describe(CALLS)
    assert bundle["text/html"].startswith("<table><caption>Time of a system call, in µs; lower is better.")


def test_the_same_chart_is_the_same_small_bytes() -> None:
    first, second = (json.dumps(view.chart(CALLS)._repr_mimebundle_()) for _ in range(2))
    assert first == second
    assert '"uid"' not in first
    assert len(first) < 20_000
    assert len(json.dumps(TEMPLATE)) < 1_000
    assert measurement_drawing.draw(CALLS) == measurement_drawing.draw(CALLS)


def test_a_figure_is_legible_in_both_themes() -> None:
    layout = TEMPLATE["layout"]
    assert theme.contrast(layout["font"]["color"], layout["paper_bgcolor"]) >= 4.5


def test_what_was_not_verified_is_marked_everywhere() -> None:
    state = State("slowdown")
    assert "216 x (unverified)" in view.describe(state)
    assert view.table(state).count("(unverified)") == len(measurement_points.points(state))
    assert 'class="number unverified"' in measurement_drawing.draw(state)
    assert all(trace.marker.symbol.endswith("-open") for trace in view.figure(state).data)


def test_marks_tell_bounds_ranges_and_baselines_apart() -> None:
    drawing = measurement_drawing.draw(State("vm_start_time"))
    items = dict(re.findall(r'<g class="number[^"]*" data-key="(M\d+)"(.*?)</g>', drawing))
    assert "<line" in items["M217"]
    assert "<path" not in items["M060"]
    assert '<rect class="mark"' in items["M061"]
    assert '<path class="mark"' in measurement_drawing.draw(State("start_request_to_init"))


def test_ratios_leave_out_and_count_what_has_no_baseline() -> None:
    state = State("process_start_to_init", ratios=True)
    assert measurement_points.points(state) == {}
    assert "without a baseline left out" in view.summary(state)
    assert "No number of this choice has a baseline." in measurement_drawing.draw(state)
    calls = measurement_points.points(State("system_call_time", ratios=True))
    assert calls["M120"].low == 1
    assert calls["M121"].text == "19.7 times, 38.22 µs"


def test_detail_tells_setup_source_and_place() -> None:
    detail = measurement_drawing.detail("M034")
    assert "740,243 KiB/s" in detail
    assert "fio/results/fio results.xlsx, Sheet1" in detail
    assert "https://github.com/thewmf/kvm-docker-comparison" in detail


def test_a_study_without_numbers_is_refused() -> None:
    with pytest.raises(CourseError, match="study with numbers of system_call_time"):
        measurement_drawing.draw(State("system_call_time", ("Clark 2005",)))
