"""A session answers live if it can, from its tape if it may, and says which."""

from __future__ import annotations

import sys

import pytest

import course.live
from course import CourseError
from course.live import recordings
from course.live.recordings import Recording
from course.live.session import RESET, START, Session, describe_host

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="commands of L0 are Linux's")


def recorded(command, level="L1", stdout="6.12\n", **result):
    content = {"exit_status": 0, "stdout": stdout, "stderr": "", "seconds": 0.01} | result
    return Recording("first", command, content, "2026-11-24", level, "tcg" if level == "L1" else "none")


@pytest.fixture
def tape(tmp_path, monkeypatch):
    monkeypatch.setattr(recordings, "folder", lambda: tmp_path)
    monkeypatch.delenv("COURSE_RECORD", raising=False)
    recordings.save((recorded(START, seconds=0.3), recorded("uname -r"), recorded("uname -r", "L0", "6.1\n")))


@pytest.fixture
def no_machine(monkeypatch):
    def refuse(*_):
        raise CourseError("QEMU is missing. Install it.")

    monkeypatch.setattr(course.live, "Machine", refuse, raising=False)


def test_recorded_mode_replays_and_starts_nothing(tape, no_machine, monkeypatch):
    monkeypatch.setenv("COURSE_LIVE", "recorded")
    session = Session("first")
    answers = [session.start(), session.run("uname -r"), session.run("uname -r", "L0")]
    assert [answer.live for answer in answers] == [False] * 3
    assert [answer.recording.result["stdout"] for answer in answers[1:]] == ["6.12\n", "6.1\n"]
    assert {answer.note for answer in answers} == {""}


def test_auto_falls_back_to_the_tape_and_says_why(tape, no_machine, monkeypatch):
    monkeypatch.setenv("COURSE_LIVE", "auto")
    session = Session("first")
    answer = session.run("uname -r")
    assert not answer.live
    assert "QEMU is missing" in answer.note
    assert session.start().recording.command == START


def test_required_fails_where_no_machine_can_start(tape, no_machine, monkeypatch):
    monkeypatch.setenv("COURSE_LIVE", "required")
    with pytest.raises(CourseError, match="QEMU is missing"):
        Session("first").run("uname -r")


def test_without_machine_and_recording_the_reason_is_told(tape, no_machine, monkeypatch):
    monkeypatch.setenv("COURSE_LIVE", "auto")
    with pytest.raises(CourseError, match="QEMU is missing"):
        Session("first").run("id")
    with pytest.raises(CourseError, match="QEMU is missing"):
        Session("never_recorded").reset()


def test_a_command_that_was_not_recorded_says_what_was(tape, monkeypatch):
    monkeypatch.setenv("COURSE_LIVE", "recorded")
    with pytest.raises(CourseError, match=r"did you mean 'uname -r'.*:start"):
        Session("first").run("uname -a")


def test_a_reset_that_was_never_recorded_is_not_made_up(tape, monkeypatch):
    monkeypatch.setenv("COURSE_LIVE", "recorded")
    with pytest.raises(CourseError, match=RESET):
        Session("first").reset()


@needs_linux
def test_a_command_on_l0_runs_here_and_is_kept_while_recording(tape, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_LIVE", "required")
    monkeypatch.setenv("COURSE_RECORD", str(tmp_path / "made"))
    answer = Session("second").run("echo out; echo err >&2; exit 3", "L0")
    assert answer.live
    result = answer.recording.result
    assert (result["exit_status"], result["stdout"], result["stderr"]) == (3, "out\n", "err\n")
    assert (tmp_path / "made/second.json").is_file()


@needs_linux
def test_a_program_that_l0_lacks_is_replayed(tape, monkeypatch):
    monkeypatch.setenv("COURSE_LIVE", "auto")
    recordings.save((recorded("no-such-program", "L0", "answer\n"),))
    answer = Session("first").run("no-such-program", "L0")
    assert (answer.live, answer.recording.result["stdout"]) == (False, "answer\n")
    assert "is missing" in answer.note


@needs_linux
def test_a_command_on_l0_is_stopped_at_its_deadline(tape, monkeypatch):
    monkeypatch.setenv("COURSE_LIVE", "required")
    with pytest.raises(CourseError, match="deadline"):
        Session("first").run("sleep 5", "L0", deadline=0.2)


def test_the_words_for_l0_identify_nobody():
    assert "CPUs" in describe_host()
    assert "/" not in describe_host()


def test_a_program_of_the_course_is_replayed_by_its_command(tape, monkeypatch):
    monkeypatch.setenv("COURSE_LIVE", "recorded")
    recordings.save((recorded("python3 /root/same_address.py", stdout="parent: 1\n"),))
    assert Session("first").run_program("same_address").recording.result["stdout"] == "parent: 1\n"


def test_a_program_that_does_not_exist_names_the_nearest(tape):
    with pytest.raises(CourseError, match="did you mean 'same_address'"):
        Session("first").run_program("same_adress")
