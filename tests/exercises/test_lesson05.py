"""What is special about the exercises of lesson 05; tests/exercises/test_every_exercise.py proves the rest."""

from __future__ import annotations

import importlib.util
import json
from typing import TYPE_CHECKING, Any

import pytest

from course.errors import CourseError
from course.exercises import lesson05
from course.live import recordings
from course.progress import Progress
from course.widgets import live
from course.widgets.exercise import Sheet
from course.widgets.live import try_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from course.checks import Exercise


def as_defined(source: str, folder: Path) -> Callable[..., Any]:
    """Return the function `answer` of a source whose text can be found again, as that of a cell can."""
    path = folder / "cell.py"
    path.write_text(source)
    spec = importlib.util.spec_from_file_location("cell", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.answer


def solved(exercise: Exercise) -> Any:
    return eval(exercise.solution.removeprefix("answer = "))  # noqa: S307 - our own text


@pytest.mark.parametrize("seed", range(20))
def test_the_quota_makes_the_request_wait_at_least_once(seed):
    shown, killed, refused, answered = solved(lesson05._predict_the_limits(seed))
    assert killed < shown
    assert refused > 0
    assert answered > 100


def test_to_take_a_limit_for_a_view_is_named():
    exercise = lesson05._predict_the_limits(0)
    assert exercise.check(exercise.wrong[0].answer).misconception == "X02"


def test_work_that_is_spread_out_evenly_is_told_that_a_quota_stops():
    limits = lesson05._Limits(100, 160, 5, 20, 40, quota=20, work=45)
    assert limits.answered == 205
    assert "evenly" in lesson05._check_limits(limits, [512, 100, 25, 225]).message


@pytest.mark.parametrize("seed", range(20))
def test_two_kinds_of_root_are_always_among_the_attempts(seed):
    prompt = lesson05._find_the_check(seed).prompt
    assert "every capability in it" in prompt
    assert "lost every capability" in prompt


def test_the_misconceptions_about_root_are_named():
    exercise = lesson05._find_the_check(0)
    relative, _, owner = (exercise.check(each.answer).misconception for each in exercise.wrong)
    assert (relative, owner) == ("X42", "X29")


def test_other_filters_that_do_the_same_are_accepted():
    exercise = lesson05._write_a_filter(0)
    refused = [name for name in lesson05._DANGEROUS if f"`{name}`" in exercise.prompt.partition("pass")[0]]
    assert len(refused) == 2
    first, second = refused
    assert exercise.check(
        [
            ("load", "architecture"),
            ("equal", "x86-64", 1, 0),
            ("return", "kill"),
            ("load", "number"),
            ("equal", first, 0, 1),
            ("return", "refuse"),
            ("equal", second, 0, 1),
            ("return", "refuse"),
            ("return", "allow"),
        ]
    ).passed


@pytest.mark.parametrize(
    ("replaced", "by", "told"),
    [
        ("if limits:", "if False:", "in no group"),
        ("kernel.mount_proc()", "pass", "there is no `/proc`"),
        ('kernel.enter_root(config["root"]["path"])', "pass", "still has the machine's root"),
        ("kernel.unshare(kind)", 'kind == "mount" or kernel.unshare(kind)', "the whole machine gets"),
        ("    kernel.execute", "    # kernel.execute", "executed nothing"),
        ('["capabilities"]["effective"])', '["nowhere"])', "KeyError"),
        (
            'kernel.keep_capabilities(config["process"]["capabilities"]["effective"])',
            "kernel.join_group(52428800, 20)",
            "under the old root",
        ),
    ],
)
def test_a_runtime_that_does_less_or_too_late_is_told_what_is_missing(replaced, by, told, tmp_path):
    answer = as_defined(lesson05._RUNTIME.replace(replaced, by), tmp_path)
    assert told in lesson05._check_runtime(answer).message


def test_a_namespace_that_nobody_asked_for_names_the_misconception():
    exercise = lesson05._finish_a_runtime()
    assert exercise.check(exercise.wrong[2].answer).misconception == "X17"


def test_a_function_without_a_text_is_refused_in_a_sentence():
    with pytest.raises(CourseError, match="Define it in a cell"):
        lesson05._runtime_trial(eval("lambda config, kernel: None"))  # noqa: S307 - our own text


def test_an_answer_is_run_only_where_something_is_live(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_LIVE", "recorded")
    sheet = Sheet(lesson05._write_a_filter(0), Progress(tmp_path / "progress.jsonl"))
    with pytest.raises(CourseError, match="a program of your own"):
        sheet.run(solved(sheet.exercise))
    assert sheet.run(...).text.startswith("No answer yet")
    other = Sheet(lesson05._predict_the_limits(0), Progress(tmp_path / "progress.jsonl"))
    assert "no program" in other.run([1]).text


@pytest.fixture(scope="module")
def live_machine() -> Iterator[None]:
    yield
    live.machine("answers").stop()


@pytest.mark.live
def test_the_filter_is_run_by_a_real_kernel(live_machine):
    exercise = lesson05._write_a_filter(0)
    shown = try_out(exercise.trial(solved(exercise))).text
    calls = json.loads(exercise.trial(solved(exercise)).files["filter.json"])["calls"]
    for table, names in calls.items():
        for name, number in names.items():
            refused = table == "i386" or name in lesson05._DANGEROUS
            outcome = "refused" if refused else "let pass"
            assert f"{name}, number {number} of {table}: {outcome}" in shown


@pytest.mark.live
def test_without_the_architecture_a_call_comes_in_by_the_other_table(live_machine):
    exercise = lesson05._write_a_filter(0)
    shown = try_out(exercise.trial(exercise.wrong[0].answer)).text
    assert "of i386: let pass" in shown


@pytest.mark.live
def test_the_runtime_runs_both_bundles_on_a_real_kernel(live_machine, tmp_path):
    answer = as_defined(lesson05._RUNTIME, tmp_path)
    shown = try_out(lesson05._runtime_trial(answer)).text
    first, second = shown.partition("bundle 1")[2].split("bundle 2")
    assert "\nL1 #" not in second
    for part in (first, second):
        assert "1 sh" in part
        assert "CapEff:\t0000000000000020" in part
        assert "outside: status 0, host name L1" in part
    assert "bundle\n" in first
    assert "pids.max 20" in first


@pytest.mark.live
def test_a_runtime_without_its_powers_fails_on_a_real_kernel_too(live_machine, tmp_path):
    late = lesson05._RUNTIME.replace(
        "    for kind in kinds:",
        '    kernel.keep_capabilities(config["process"]["capabilities"]["effective"])\n    for kind in kinds:',
    )
    shown = try_out(lesson05._runtime_trial(as_defined(late, tmp_path))).text
    assert "Operation not permitted" in shown


def test_no_answer_is_recorded():
    assert "answers" not in recordings.names()
