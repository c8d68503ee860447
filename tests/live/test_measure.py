"""Measured values: what may share an axis, what may be compared, which rounds count; and one small real run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from course.errors import CourseError
from course.live import measure, measure_run, recordings
from course.live.measure import Series, Setting
from course.live.measure_run import Call, Guest, Value

if TYPE_CHECKING:
    from course.live import Machine

GUEST = Setting("L1", "tcg", "L1", "restore 1", vcpus=1, image="abc")
NATIVE = Setting("L0", "none", "L0", "series 1", vcpus=2)


def series(samples: tuple[float, ...], subject: str = "crun", unit: str = "ns", **changes: Any) -> Series:
    setting, ends = changes.pop("setting", GUEST), changes.pop("ends", "")
    what = changes.pop("what", "start a program")
    return Series(what, subject, unit, replace(setting, **changes), samples, ends=ends)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"level": "L0"}, "level L1 and L0"),
        ({"accelerator": "kvm"}, "accelerator tcg and kvm"),
        ({"clock": "L0"}, "clock L1 and L0"),
        ({"warmth": "cold"}, "warmth warm and cold"),
    ],
)
def test_what_differs_in_how_it_was_taken_shares_no_axis_and_has_no_ratio(changes: dict[str, Any], named: str) -> None:
    one, other = series((1.0, 2.0)), series((9.0,), **changes)
    with pytest.raises(CourseError, match=rf"must not share an axis.*{named}"):
        measure.join((one, other))
    with pytest.raises(CourseError, match=rf"must not be compared.*{named}"):
        measure.compare(one, other)
    assert measure.panels((one, other)) == ((one,), (other,))


def test_time_is_compared_within_one_boot_only() -> None:
    with pytest.raises(CourseError, match="boot restore 1 and restore 2"):
        measure.compare(series((1.0,)), series((9.0,), boot="restore 2"))
    assert measure.join((series((1.0,)), series((9.0,), boot="restore 2")))


def test_another_kind_of_work_is_not_compared() -> None:
    with pytest.raises(CourseError, match="kind of work start a program and system call"):
        measure.compare(series((1.0,)), series((9.0,), what="system call"))


def test_time_under_an_emulator_has_an_order_where_the_ranges_are_apart_and_never_a_factor() -> None:
    crun, runc, near = series((1.0, 2.0)), series((6.0, 9.0), "runc"), series((3.0, 5.9), "unshare")
    apart = measure.compare(runc, crun)
    assert (apart.order, apart.ratio) == ("more", None)
    assert measure.compare(crun, runc).order == "less"
    assert "No factor" in apart.sentence
    assert measure.compare(near, crun).order == "too close"


def test_counts_instructions_and_native_times_have_a_ratio_with_a_range() -> None:
    counted = {"accelerator": "tcg", "clock": "none"}
    calls = measure.compare(series((40.0, 50.0), unit="calls", **counted), series((10.0,), unit="calls", **counted))
    assert calls.ratio is not None
    assert (calls.ratio.low, calls.ratio.middle, calls.ratio.high) == (4.0, 4.5, 5.0)
    assert "4.5 times, from 4 to 5" in calls.sentence
    other_boot = series((488.0,), "filter", "instructions", clock="icount", boot="boot 2")
    assert measure.compare(other_boot, series((332.0,), "process", "instructions", clock="icount")).ratio
    near = measure.compare(series((14.0, 15.0), unit="calls", **counted), series((13.0,), unit="calls", **counted))
    assert near.order == "more"
    native = measure.compare(series((4.0, 6.0), "runc", setting=NATIVE), series((2.0,), setting=NATIVE))
    assert native.ratio is not None
    assert native.order == "too close"


@pytest.mark.parametrize(
    ("unit", "changes", "words"),
    [
        ("s", {}, "unit of a measured value"),
        ("ns", {"clock": "none"}, "clock for time"),
        ("calls", {}, "clock for count"),
        ("instructions", {"clock": "L1"}, "clock for instructions"),
        ("ns", {"level": "L2"}, "level for time"),
        ("ns", {"accelerator": "hvf"}, "accelerator for time"),
    ],
)
def test_a_value_without_its_conditions_is_none(unit: str, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(CourseError, match=words):
        series((1.0,), unit=unit, **changes)


def test_no_repeats_are_no_series() -> None:
    with pytest.raises(CourseError, match="has no repeats"):
        series(())


def test_only_time_does_not_carry_over() -> None:
    assert not series((1.0,)).carries_over
    assert series((1.0,), unit="bytes", clock="none").carries_over
    assert series((1.0,), unit="instructions", clock="icount").carries_over


def test_a_round_is_rejected_where_something_else_had_the_processor() -> None:
    waits_always = [(10.0, 1.0), (11.0, 1.0), (9.0, 1.0)]
    assert measure.accepted(waits_always) == (True, True, True)
    assert measure.accepted([*waits_always, (30.0, 1.0)]) == (True, True, True, False)
    assert measure.accepted([(1.0, None), (90.0, None)]) == (True, True)


def test_the_emulator_is_judged_by_the_same_code_on_both_levels() -> None:
    native = {"setting": NATIVE}
    found = measure.emulation(
        [
            series((1.0, 1.2), what="integer", **native),
            series((5000.0, 7000.0), what="cpuid", **native),
            series((1.0,), what="fork", **native),
            series((2.0, 2.4), what="integer"),
            series((40.0, 50.0), what="cpuid"),
            series((10.0, 14.0), what="fork"),
            series((900.0,), what="fork", warmth="cold"),
        ]
    )
    assert [(effect.what, effect.order) for effect in found] == [
        ("fork", "slower"),
        ("integer", "near"),
        ("cpuid", "faster"),
    ]
    assert (found[0].factor.low, found[0].factor.middle, found[0].factor.high) == (10.0, 12.0, 14.0)


def test_the_table_has_a_row_for_each_series_with_all_of_its_conditions() -> None:
    table = measure.frame([series((3.0, 1.0, 2.0)), series((1.0,), warmth="cold")])
    assert list(table.columns[:7]) == ["what", "subject", "unit", "level", "accelerator", "clock", "warmth"]
    first = table.iloc[0]
    assert (first["median"], first["low"], first["high"], first["repeats"]) == (2.0, 1.0, 3.0, 3)
    assert list(table["warmth"]) == ["warm", "cold"]


class Fake:
    """A place whose answers are prepared: the first is slow, one was disturbed."""

    setting = GUEST

    def __init__(self) -> None:
        self.calls: list[str] = []

    def run(self, call: Call) -> tuple[Any, float, float | None]:
        self.calls.append(call.program)
        number = self.calls.count(call.program)
        return number, 9.0 if number == 3 else 1.0, 1.0


def calls(*, every: int = 1) -> tuple[Call, ...]:
    def read(answer: Any) -> list[Value]:
        return [Value("work", "process", "ns", answer)]

    return Call("a", "", read), Call("b", "", read, every=every)


def test_rounds_take_turns_and_the_first_is_kept_apart_as_cold() -> None:
    place = Fake()
    taken = measure_run.take(place, calls(), rounds=5)
    assert place.calls == ["a", "b"] * 5
    assert [(one.setting.warmth, one.samples, one.rejected) for one in taken] == [
        ("cold", (1.0,), 0),
        ("cold", (1.0,), 0),
        ("warm", (2.0, 4.0, 5.0), 1),
        ("warm", (2.0, 4.0, 5.0), 1),
    ]


def test_what_takes_long_is_done_in_some_rounds_only() -> None:
    place = Fake()
    measure_run.take(place, calls(every=3), rounds=6)
    assert place.calls.count("b") == 2


def test_counting_needs_no_clock_and_no_warm_up() -> None:
    def read(answer: Any) -> list[Value]:
        return [Value("work", "process", "calls", answer)]

    (one,) = measure_run.take(Fake(), (Call("a", "", read),), rounds=2, clockless=True)
    assert (one.samples, one.setting.clock) == ((1.0, 2.0), "none")


def test_a_recording_gives_back_its_series(tmp_path: Any) -> None:
    one = series((1.0, 2.5), ends="first line")
    recording = recordings.Recording(
        "measure-work", "measure('work')", {"series": [measure.as_json(one)]}, "2026-01-01", "L1", "tcg"
    )
    recordings.save((recording,), tmp_path)
    (found,) = recordings.load("measure-work", tmp_path)
    assert measure.series_of(found) == (one,)


@pytest.mark.parametrize("suite", list(measure.SUITES))
def test_every_suite_is_recorded_with_values_that_keep_the_rules(suite: str) -> None:
    for recording in measure.measured(suite):
        found = measure.series_of(recording)
        assert measure.panels(found)
        assert {one.setting.level for one in found} == {recording.level}


def test_an_unknown_suite_names_the_nearest_and_a_missing_one_the_command(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "own_folder", lambda: tmp_path)
    with pytest.raises(CourseError, match="startup"):
        measure.measured("start")
    with pytest.raises(CourseError, match="python -m course measure work"):
        measure.measured("work", own=True)


@pytest.mark.live
def test_the_same_machine_code_runs_in_the_guest(shared_machine: Machine) -> None:
    def read(answer: Any) -> list[Value]:
        return [Value(measure_run.WORK[kind], "process", "ns", took) for kind, took in answer.items()]

    call = Call("work.py", "", read)
    taken = measure_run.take(Guest(shared_machine), (call,), rounds=3)
    assert {one.what for one in taken} == set(measure_run.WORK.values())
    assert all(one.low > 0 for one in taken)
    assert {one.setting.warmth for one in taken} == {"cold", "warm"}


@pytest.mark.live
def test_a_program_that_fails_in_the_guest_speaks_for_itself(shared_machine: Machine) -> None:
    with pytest.raises(CourseError, match="There is no kind of work 'integers'"):
        Guest(shared_machine).run(Call("work.py", "integers", list))
