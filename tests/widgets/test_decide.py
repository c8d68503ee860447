"""The decision helper on screen: state strings, lists and sliders change the ranking; every reason cites a row."""

import re

import pytest

import course
from course import dataset
from course.errors import CourseError
from course.widgets.base import WIDGET_VIEW
from course.widgets.decide import DecisionHelper, decide, read, write

JOB = "must=own_kernel:yes; prefer=other_operating_system:yes:3,layers_in_path:low:1"


def test_a_state_string_describes_a_job_and_reads_back() -> None:
    helper = decide(JOB)
    assert helper.state == JOB
    assert read(write(helper.requirements)) == helper.requirements
    assert "docker,kvm" in decide(f"docker,kvm; {JOB}").state


def test_every_reason_cites_a_row_of_the_dataset() -> None:
    rows = re.findall(r"\[([a-z0-9_]+/[a-z0-9_]+)\]", repr(decide(JOB)))
    assert len(rows) > 10
    assert all(dataset.default().row("platform_properties", row) for row in rows if "not known" not in row)


def test_the_static_table_is_whole_and_links_its_sources() -> None:
    bundle = course.decide(JOB)._repr_mimebundle_()
    html = bundle["text/html"]
    assert html.count("<tr>") > 3
    assert "style=" not in html
    assert 'href="http' in html
    assert "What would change the first place" in html
    assert bundle["text/plain"].startswith(html.split("<strong>")[1].split("</strong>")[0])
    assert WIDGET_VIEW in bundle


def test_what_the_dataset_does_not_know_is_not_called_a_failure() -> None:
    text = repr(decide("must=hostile_tenants:yes; prefer=layers_in_path:low"))
    unknown = next(line for line in text.splitlines() if line.startswith("Left out because the dataset does not know"))
    excluded = [line for line in text.splitlines() if line.startswith("Excluded: ")]
    assert not any(f"Excluded: {name}:" in line for line in excluded for name in unknown.split(": ")[1].split(", "))


def test_lists_and_sliders_change_the_ranking() -> None:
    helper = decide(JOB)
    before = repr(helper)
    helper._weights.children[1].value = 5
    assert repr(helper) != before
    assert "layers_in_path:low:5" in helper.state
    helper._prefer.value = (("layers_in_path", "low"),)
    assert [slider.value for slider in helper._weights.children] == [5]
    helper._must.value = (("own_kernel", "no"),)
    assert helper.state == "must=own_kernel:no; prefer=layers_in_path:low:5"
    helper._must.value = (("own_kernel", "yes"), ("shares_host_kernel", "yes"))
    assert "meets every requirement" in helper.picture.announcement


def test_without_a_job_nothing_comes_first() -> None:
    assert "Nothing is preferred" in repr(decide())
    assert isinstance(decide(), DecisionHelper)


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ("must=own_kernel", "write property:value"),
        ("prefer=own_kernel", "write property:value:weight"),
        ("prefer=own_kernel:yes:much", "weight 'much' of own_kernel is not a number"),
        ("musst=own_kernel:yes", "did you mean 'must'"),
        ("dokcer; must=own_kernel:yes", "did you mean 'docker'"),
    ],
)
def test_a_job_that_cannot_be_read_is_refused(state: str, message: str) -> None:
    with pytest.raises(CourseError, match=message):
        decide(state)
