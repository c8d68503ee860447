"""Recordings: what is stored comes back, what is damaged says so, and replay goes forward."""

from __future__ import annotations

import json
import re

import pytest

from course import CourseError
from course.live import recordings
from course.live.recordings import Recording, Tape


def made(command="uname -r", level="L1", name="first", **changes):
    result = {"exit_status": 0, "stdout": "6.12\n", "stderr": "", "seconds": 0.01}
    return Recording(name, command, result, "2026-11-24", level, "tcg", **changes)


def test_a_saved_tape_comes_back_equal_and_saves_to_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(recordings, "folder", lambda: tmp_path)
    tape = (made(versions={"qemu": "7.2"}), made("id"))
    first = recordings.save(tape).read_bytes()
    assert recordings.load("first") == tape
    assert recordings.save(tape).read_bytes() == first
    assert recordings.names() == ("first",)


def test_a_tape_holds_one_name_only(tmp_path):
    with pytest.raises(CourseError, match="one name"):
        recordings.save((made(), made(name="second")), tmp_path)
    with pytest.raises(CourseError, match="one name"):
        recordings.save((), tmp_path)


def test_an_unknown_tape_names_the_nearest(tmp_path, monkeypatch):
    monkeypatch.setattr(recordings, "folder", lambda: tmp_path)
    recordings.save((made(),))
    with pytest.raises(CourseError, match="did you mean 'first'"):
        recordings.load("frist")


@pytest.mark.parametrize("content", ["{", "[]", "[1]", '[{"name": "first"}]', "\x00", '{"a": 1}'])
def test_a_damaged_tape_is_refused_in_one_sentence(tmp_path, monkeypatch, content):
    monkeypatch.setattr(recordings, "folder", lambda: tmp_path)
    (tmp_path / "first.json").write_text(content)
    with pytest.raises(CourseError, match=r"first\.json"):
        recordings.load("first")


@pytest.mark.parametrize(
    "wrong", [{"name": "../x"}, {"name": ""}, {"level": "L3"}, {"level": "host"}]
)  # fmt: skip
def test_a_recording_says_what_is_wrong_with_it(wrong):
    with pytest.raises(CourseError):
        made(**wrong)


def test_a_recording_without_a_calendar_date_is_refused():
    with pytest.raises(CourseError, match="YYYY-MM-DD"):
        Recording("first", "id", {}, "yesterday", "L1", "tcg")


def test_replay_goes_forward_and_starts_over():
    before, after = made("ls /etc", versions={"turn": "1"}), made("ls /etc", versions={"turn": "2"})
    tape = Tape((before, made("rm -r /etc"), after))
    assert [tape.find(command, "L1") for command in ("ls /etc", "rm -r /etc", "ls /etc")] == [
        before,
        made("rm -r /etc"),
        after,
    ]
    assert tape.find("ls /etc", "L1") == before


def test_replay_keeps_levels_apart():
    tape = Tape((made("uname -r", "L0"), made("uname -r", "L1")))
    assert tape.find("uname -r", "L1").level == "L1"
    assert tape.find("uname -r", "L0").level == "L0"
    with pytest.raises(CourseError, match="on L2"):
        tape.find("uname -r", "L2")


def test_a_command_that_was_never_recorded_names_the_nearest():
    with pytest.raises(CourseError, match="did you mean 'uname -r'"):
        Tape((made(),)).find("uname -a", "L1")


def test_results_are_kept_only_while_recording(tmp_path, monkeypatch):
    monkeypatch.delenv("COURSE_RECORD", raising=False)
    recordings.keep(made())
    assert not list(tmp_path.iterdir())
    monkeypatch.setenv("COURSE_RECORD", str(tmp_path))
    recordings.keep(made())
    recordings.keep(made("id"))
    assert [entry["command"] for entry in json.loads((tmp_path / "first.json").read_text())] == ["uname -r", "id"]


@pytest.mark.parametrize("value", ["auto", "recorded", "required"])
def test_the_mode_is_what_the_environment_says(monkeypatch, value):
    monkeypatch.setenv("COURSE_LIVE", value)
    assert recordings.mode() == value


def test_the_mode_is_auto_unless_said_and_a_wrong_one_is_refused(monkeypatch):
    monkeypatch.delenv("COURSE_LIVE", raising=False)
    assert recordings.mode() == "auto"
    monkeypatch.setenv("COURSE_LIVE", "recording")
    with pytest.raises(CourseError, match="did you mean 'recorded'"):
        recordings.mode()


@pytest.mark.parametrize("name", recordings.names())
def test_every_tape_of_the_course_can_be_read(name):
    tape = recordings.load(name)
    assert {recording.name for recording in tape} == {name}
    # Somebody's home on L0 is nobody's business; learner is a user that an exhibit makes in the guest.
    said = json.dumps([dict(recording.result) for recording in tape])
    assert re.findall(r"/home/(?!learner\b)\w+", said) == []
