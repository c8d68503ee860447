"""Published numbers: one unit a metric, and a ratio inside one setup only."""

import pytest

from course import dataset, published
from course.errors import CourseError


def test_every_number_is_found_under_its_metric() -> None:
    found = [number.key for metric in published.metrics() for number in published.numbers(metric.key)]
    assert sorted(found) == sorted(row["measurement"] for row in dataset.records("measurements"))


def test_numbers_of_a_metric_share_its_unit() -> None:
    for metric in published.metrics():
        assert {number.unit for number in published.numbers(metric.key)} == {metric.unit}


def test_a_converted_number_keeps_what_was_published() -> None:
    ptrace = next(number for number in published.numbers("system_call_time") if number.key == "M121")
    assert (ptrace.text, ptrace.published) == ("38.22 µs", "38,219 ns")
    assert published.numbers("system_call_time", unit="ms")[0].unit == "ms"


def test_units_are_never_mixed() -> None:
    with pytest.raises(CourseError, match="one does not convert to the other"):
        published.numbers("system_call_time", unit="MB")


def test_a_metric_that_does_not_exist_lists_those_that_do() -> None:
    for ask in (published.metric, published.numbers):
        with pytest.raises(CourseError, match=r"did you mean 'restore_time'.*Known: .*system_call_time"):
            ask("restore_tim")


def test_a_study_without_numbers_of_the_metric_is_refused() -> None:
    with pytest.raises(CourseError, match="Known: Barham 2003, gVisor guide"):
        published.numbers("system_call_time", ["LightVM 2017"])
    assert {number.study for number in published.numbers("system_call_time", ["gVisor guide"])} == {"gVisor guide"}


def test_a_baseline_is_of_the_same_setup_metric_and_study() -> None:
    rows = {row["measurement"]: row for row in dataset.records("measurements")}
    for row in rows.values():
        if row["baseline"]:
            base = rows[row["baseline"]]
            assert [row[name] for name in ("setup", "metric", "study")] == [
                base[name] for name in ("setup", "metric", "study")
            ]
            assert base["baseline"] != row["measurement"]


def test_two_numbers_of_one_setup_have_a_ratio() -> None:
    found = published.compare("M121", "M120")
    assert found.ratio is not None
    assert found.ratio.text == "19.7 times"
    assert found.remarks == ()


def test_units_are_converted_before_dividing() -> None:
    found = published.compare("M064", "M062")  # 42 s over about 500 ms
    assert found.ratio is not None
    assert found.ratio.value == pytest.approx(84)
    assert found.ratio.qualifier == "about"
    assert found.remarks[0].startswith("Different workloads")


def test_two_numbers_of_different_setups_have_none_and_say_so() -> None:
    found = published.compare("M120", "M180")
    assert found.ratio is None
    assert "No ratio. Different setups: gVisor guide" in found.text


def test_the_limit_and_the_median_of_firecracker_do_not_compare() -> None:
    with pytest.raises(CourseError, match="Choose two numbers of one metric"):
        published.compare("M082", "M091")


def test_a_ratio_of_bounds_says_which_bound_it_is() -> None:
    under = published.number("M215")
    assert under.text == "under 10 MB"
    last = next(number for number in published.numbers("vm_start_time") if number.value == pytest.approx(4.1))
    ratio = published.ratio(last)
    assert ratio is not None
    assert ratio.qualifier == "over"  # 4.1 ms over under 1 s


def test_a_number_without_baseline_has_no_ratio() -> None:
    assert published.ratio(published.number("M082")) is None


def test_panels_hold_one_setup_with_baselines_first() -> None:
    panels = published.by_setup(published.numbers("request_rate"))
    assert len({panel.setup.key for panel in panels}) == len(panels)
    for panel in panels:
        assert {number.setup for number in panel.numbers} == {panel.setup}
        assert all(workload.numbers[0].baseline == "" for workload in panel.workloads)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0, 0.0), (38.2190, 38.22), (826301.44, 826301.0), (0.00123456, 0.001235), (-1234.5, -1234.0)],
)
def test_rounding_keeps_the_whole_part(value: float, shown: float) -> None:
    assert published.rounded(value) == shown


def test_nine_of_ten_numbers_were_checked_against_their_source() -> None:
    rows = dataset.records("measurements")
    assert sum(row["verified_how"] != "unverified" for row in rows) / len(rows) >= 0.9
    assert all(bool(row["verified_on"]) == (row["verified_how"] != "unverified") for row in rows)


def test_workloads_that_differ_in_a_number_are_counted_up():
    panel = published.by_setup(published.numbers("request_rate", ["Felter 2015"]))[0]
    clients = [int(workload.name.split()[-2]) for workload in panel.workloads]
    assert clients == sorted(clients)
    assert len(clients) > 2
