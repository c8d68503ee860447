"""Progress: nothing is lost, nothing outside the reader's file is touched, and read-only machines still work."""

import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course import progress
from course.progress import Answer, Progress, Score

RIGHT = Answer("01-kernel-or-os", "01.1", "check", "That of the host", True)
WRONG = Answer("01-kernel-or-os", "01.1", "check", "That of the image", False)


def test_answers_are_kept_across_kernels(tmp_path: Path) -> None:
    path = tmp_path / "new" / "progress.jsonl"
    first = Progress(path).add(WRONG)
    second = Progress(path).add(RIGHT)
    assert Progress(path).answers() == (first, second)
    assert Progress(path).latest("01-kernel-or-os") == second
    assert Progress(path).latest("01-other") is None
    assert first.date.endswith("+00:00")


def test_the_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    Progress(path).add(RIGHT)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_file_means_no_answers_and_makes_none(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    assert Progress(path).answers() == ()
    assert not path.exists()


@pytest.mark.parametrize(
    "damage",
    [
        b"\x00\xff\xfe",
        b"{",
        b"[1, 2]",
        b'{"item": "x"}',
        b'{"item":1,"objective":"","kind":"","choice":"","correct":1,"date":""}',
    ],
)
def test_a_damaged_file_is_kept_aside_and_its_good_lines_stay(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "progress.jsonl"
    kept = Progress(path).add(RIGHT)
    before = path.read_bytes() + damage
    path.write_bytes(before)
    opened = Progress(path)
    assert opened.answers() == (kept,)
    assert (tmp_path / "progress.damaged-1.jsonl").read_bytes() == before
    assert "kept as" in opened.notice
    added = opened.add(WRONG)
    assert Progress(path).answers() == (kept, added)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_second_damage_does_not_replace_the_first_copy(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    for damage in (b"one", b"two"):
        path.write_bytes(damage)
        Progress(path).answers()
    assert (tmp_path / "progress.damaged-1.jsonl").read_bytes() == b"one"
    assert (tmp_path / "progress.damaged-2.jsonl").read_bytes() == b"two"


def test_a_line_without_its_end_does_not_swallow_the_next(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    Progress(path).add(RIGHT)
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    Progress(path).add(WRONG)
    assert [answer.correct for answer in Progress(path).answers()] == [True, False]


def test_an_unwritable_place_falls_back_to_memory_and_says_so_in_one_sentence(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    reader = Progress(blocked / "progress.jsonl")
    reader.add(RIGHT)
    assert [answer.item for answer in reader.answers()] == ["01-kernel-or-os"]
    assert reader.notice.startswith("Your answers are kept only until the kernel stops")
    assert "COURSE_PROGRESS" in reader.notice
    assert reader.notice.count(". ") == 0
    assert blocked.read_text() == "in the way"


def test_a_folder_in_place_of_the_file_falls_back_to_memory(tmp_path: Path) -> None:
    reader = Progress(tmp_path)
    reader.add(RIGHT)
    assert len(reader.answers()) == 1


@pytest.mark.parametrize(
    ("environment", "system", "expected"),
    [
        ({"COURSE_PROGRESS": "/somewhere/mine.jsonl", "XDG_DATA_HOME": "/data"}, "linux", "/somewhere/mine.jsonl"),
        ({"XDG_DATA_HOME": "/data"}, "linux", "/data/virtualization-layers/progress.jsonl"),
        ({}, "linux", "~/.local/share/virtualization-layers/progress.jsonl"),
        ({}, "darwin", "~/Library/Application Support/virtualization-layers/progress.jsonl"),
        ({"LOCALAPPDATA": "/app"}, "win32", "/app/virtualization-layers/progress.jsonl"),
    ],
)
def test_the_file_is_in_the_readers_own_folder(environment: dict[str, str], system: str, expected: str) -> None:
    assert progress.location(environment, system) == Path(expected).expanduser()


def test_own_progress_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "a.jsonl"))
    mine = progress.own()
    assert mine.path == tmp_path / "a.jsonl"
    assert progress.own() is mine


def test_the_latest_answer_counts_and_predictions_do_not(tmp_path: Path) -> None:
    prediction = Answer("01-guess", "01.2", "predict", "x", False)
    exercise = Answer("01.1", "01.3", "exercise", "x", True)
    given_answers = (WRONG, RIGHT, prediction, exercise)
    assert progress.scores(given_answers) == {"01.1": Score(1, 1), "01.3": Score(1, 1)}
    assert progress.scores(given_answers, by="lesson") == {"01": Score(2, 2)}
    assert progress.scores((RIGHT, WRONG)) == {"01.1": Score(0, 1)}
    assert Score().share == 0
    assert Score(1, 4).share == 0.25


def test_gain_takes_the_first_pretest_and_the_latest_exam_answers() -> None:
    def answer(item: str, kind: str, correct: bool) -> Answer:
        return Answer(item, "01.1", kind, "x", correct)

    given_answers = [
        answer("00-a", "pretest", False),
        answer("00-a", "pretest", True),
        answer("00-b", "pretest", True),
        answer("13-a", "exam", False),
        answer("13-a", "exam", True),
    ]
    assert progress.gain(given_answers) == (Score(1, 2), Score(1, 1))


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(), st.text(), st.booleans()), max_size=8))
def test_any_text_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, bool]]
) -> None:
    path = tmp_path_factory.mktemp("progress") / "progress.jsonl"
    for item, choice, correct in rows:
        Progress(path).add(Answer(item, "01.1", "check", choice, correct))
    read = [(answer.item, answer.choice, answer.correct) for answer in Progress(path).answers()]
    assert read == rows
