"""Questions: what a file may say, what is refused and how, and how an exam is drawn."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course import dataset, quiz
from course.errors import CourseError

OBJECTIVES = {"01.1", "01.2"}
MISCONCEPTIONS = {"X03"}

GOOD = """
[[question]]
id = "01-kernel-or-os"
objective = "01.1"
kind = "predict"
misconception = "X03"
prompt = "Which kernel runs?"
[[question.option]]
text = "That of the host"
correct = true
feedback = "An image has none."
[[question.option]]
text = "That of the image"
feedback = "An image is no operating system."
"""


def load(folder: Path, text: str, name: str = "01_layers.toml") -> tuple[quiz.Question, ...]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return quiz.load(path, OBJECTIVES, MISCONCEPTIONS)


def test_a_good_file_is_read(tmp_path: Path) -> None:
    (item,) = load(tmp_path, GOOD)
    assert (item.id, item.lesson, item.objective, item.kind, item.misconception) == (
        "01-kernel-or-os",
        "01",
        "01.1",
        "predict",
        "X03",
    )
    assert item.options[item.answer].text == "That of the host"
    assert {option.text for option in item.options} == {"That of the host", "That of the image"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "correct = true",
            "correct = false",
            r"01_layers.toml, question 01-kernel-or-os, option must be correct exactly",
        ),
        ('text = "That of the image"', 'text = "That of the image"\ncorrect = true', "2 are marked correct"),
        ('feedback = "An image has none."', "", "option 1, feedback must be a text that is not empty"),
        ('feedback = "An image has none."', 'feedback = " "', "option 1, feedback must be a text"),
        ("correct = true", 'correct = "yes"', "correct must be true or false"),
        ('"01.1"', '"01.7"', r"objective: There is no objective '01.7'; did you mean '01"),
        ('"X03"', '"X30"', "misconception: There is no misconception 'X30'"),
        ('"predict"', '"guess"', "kind: There is no kind 'guess'.*Known: check, exam, predict, pretest"),
        ("prompt =", "promt =", "There is no field 'promt'; did you mean 'prompt'"),
        ("feedback =", "feedbak =", "There is no field 'feedbak'; did you mean 'feedback'"),
        ('prompt = "Which kernel runs?"', "", "prompt must be a text"),
        ('prompt = "Which kernel runs?"', "prompt = 3", "prompt must be a text"),
        ('"01-kernel-or-os"', '"02-kernel-or-os"', "id must start with the file's lesson, '01-'"),
        ("That of the image", "That of the host", "same text twice"),
        ("[[question]]", "[[questions]]", "must hold"),
        ('kind = "predict"', "kind = predict", "cannot be read as TOML"),
    ],
)
def test_what_is_wrong_is_named_by_file_question_and_field(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(CourseError, match=message):
        load(tmp_path, GOOD.replace(old, new, 1))


@pytest.mark.parametrize("options", ["", "option = 3", "option = [1, 2]", '[[question.option]]\ntext = "one"'])
def test_options_of_a_wrong_shape_are_refused(tmp_path: Path, options: str) -> None:
    head = GOOD.split("[[question.option]]", maxsplit=1)[0]
    with pytest.raises(CourseError, match=r"01_layers\.toml, question 01-kernel-or-os, option"):
        load(tmp_path, head + options)


def test_a_question_that_is_no_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="question 1, question must be"):
        load(tmp_path, "question = [3]")


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "01_layers.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CourseError, match=r"01_layers\.toml cannot be read"):
        quiz.load(path, OBJECTIVES, MISCONCEPTIONS)


def test_an_id_that_is_used_twice_is_refused(tmp_path: Path) -> None:
    items = load(tmp_path, GOOD)
    with pytest.raises(CourseError, match=r"b\.toml, question .01-kernel-or-os.: this id stands in a\.toml already"):
        quiz.collect([("a.toml", items), ("b.toml", items)])


def test_ordered_options_stay_as_written_and_others_keep_one_order(tmp_path: Path) -> None:
    ordered = load(tmp_path, GOOD.replace('kind = "predict"', 'kind = "predict"\nordered = true'))[0]
    assert [option.text for option in ordered.options] == ["That of the host", "That of the image"]
    assert load(tmp_path, GOOD) == load(tmp_path, GOOD)


def test_the_right_answer_does_not_favor_a_place(tmp_path: Path) -> None:
    places = [load(tmp_path, GOOD.replace("01-kernel-or-os", f"01-item-{number}"))[0].answer for number in range(60)]
    assert 15 < sum(places) < 45


def test_a_misspelled_id_gives_the_nearest_match(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(quiz, "_bank", lambda: quiz.collect([("01_layers.toml", load(tmp_path, GOOD))]))
    with pytest.raises(CourseError, match="no question '01-kernel-os'; did you mean '01-kernel-or-os'"):
        quiz.question("01-kernel-os")
    assert quiz.question("01-kernel-or-os").prompt == "Which kernel runs?"


def test_numbers_are_looked_up_and_other_braces_stay(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = GOOD.replace("Which kernel runs?", "In {lessons:01:title}, what does `ls {a,b}` or '{{.Id}}' list?")
    monkeypatch.setattr(quiz, "_bank", lambda: quiz.collect([("01_layers.toml", load(tmp_path, text))]))
    assert quiz.question("01-kernel-or-os").prompt == "In Layers, what does `ls {a,b}` or '{{.Id}}' list?"


def test_an_answer_key_names_letter_and_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(quiz, "_bank", lambda: quiz.collect([("01_layers.toml", load(tmp_path, GOOD))]))
    (key,) = quiz.answer_key("01")
    assert key.letter == quiz.LETTERS[quiz.question(key.question).answer]
    assert key.text == "That of the host"
    assert quiz.answer_key("02") == ()


@pytest.mark.parametrize("call", [lambda: quiz.questions("99"), lambda: quiz.questions(kind="quiz")])
def test_an_unknown_lesson_or_kind_is_refused(call: object) -> None:
    with pytest.raises(CourseError, match="There is no"):
        call()  # type: ignore[operator]


def make(name: str, objective: str) -> quiz.Question:
    return quiz.Question(name, objective, "exam", "?", (quiz.Option("a", True, "a"), quiz.Option("b", False, "b")))


BANK = tuple(make(f"01-{objective}-{number}", f"01.{objective}") for objective in range(1, 6) for number in range(8))


@settings(deadline=None)
@given(count=st.integers(1, len(BANK)), seed=st.integers(0, 10_000))
def test_an_exam_is_balanced_over_objectives_without_repeats(count: int, seed: int) -> None:
    drawn = quiz.draw(BANK, count, seed)
    counts = [sum(item.objective == f"01.{number}" for item in drawn) for number in range(1, 6)]
    assert len(set(drawn)) == count
    assert max(counts) - min(counts) <= 1
    assert drawn == quiz.draw(BANK, count, seed)


@pytest.mark.parametrize("count", [0, -1, 41])
def test_an_exam_of_an_impossible_length_is_refused(count: int) -> None:
    with pytest.raises(CourseError, match="choose 1 to 40"):
        quiz.draw(BANK, count, 1)


def test_length_does_not_give_the_right_answer_away() -> None:
    asked = [item for item in quiz.questions() if item.kind in ("check", "exam")]
    longest = [max(range(len(item.options)), key=lambda n, item=item: len(item.options[n].text)) for item in asked]
    given_away = sum(place == item.answer for place, item in zip(longest, asked, strict=True))
    assert given_away < len(asked) / 2


def test_the_shipped_questions_are_sound() -> None:
    for item in quiz.questions():
        assert quiz.question(item.id).options
        assert item.objective.startswith(item.lesson) or item.kind == "pretest" or item.lesson == "13"
    assert {item.lesson for item in quiz.questions()} <= {row["lesson"] for row in dataset.records("lessons")}
