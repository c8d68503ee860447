"""The chart of published measurements: metric, studies, axis, ratios, choice and state."""

import pytest

from course.errors import CourseError
from course.view.plotly_shown import PLOTLY
from course.widgets.measurement_chart import chart

STATE = "request_rate; studies=gVisor guide; axis=linear; show=ratios; selected=M134"


def test_a_state_shows_the_view_that_wrote_it() -> None:
    assert chart(STATE).state == STATE
    assert chart().state == "system_call_time"


def test_another_metric_brings_its_own_studies() -> None:
    view = chart(STATE)
    view._metric.value = "migration_downtime"
    assert view._studies.options == ("Clark 2005",)
    assert view.state == "migration_downtime; axis=linear; show=ratios"


def test_studies_axis_and_ratios_change_what_is_shown() -> None:
    view = chart("system_call_time")
    before = view.picture.content
    assert before.count("data-key") == 7
    view._studies.value = ("gVisor guide",)
    assert view.picture.content.count("data-key") == 3
    view._axis.value = "linear"
    assert "logarithmic" not in view.picture.content
    view._ratios.value = True
    assert "19.7 times" in view.picture.content
    assert view.picture.announcement.startswith("3 numbers from 1 setup.")


def test_choosing_a_number_tells_everything_about_it() -> None:
    view = chart("system_call_time")
    view.picture.selected = "M122"
    view.picture.presses += 1
    assert "<h4>M122: runsc, KVM platform</h4>" in view.picture.content
    assert view.state == "system_call_time; selected=M122"


def test_every_reader_gets_picture_table_and_text() -> None:
    bundle = chart("system_call_time")._repr_mimebundle_()
    assert bundle["text/html"].startswith('<img alt="')
    assert "<table>" in bundle["text/html"]
    assert "runsc, ptrace platform: 38.22 µs" in bundle["text/plain"]


def test_the_view_can_be_had_as_a_plotly_chart() -> None:
    bundle = chart("system_call_time; axis=linear").zoomable()._repr_mimebundle_()
    assert bundle[PLOTLY]["layout"]["xaxis"]["type"] == "linear"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("system_cal_time", "did you mean 'system_call_time'"),
        ("system_call_time; studies=Clark 2005", "study with numbers of system_call_time"),
        ("system_call_time; axis=cubic", "Known: log, linear"),
        ("system_call_time; selected=M999", "value of selected"),
    ],
)
def test_a_state_that_cannot_be_is_refused(state: str, words: str) -> None:
    with pytest.raises(CourseError, match=words):
        chart(state)
