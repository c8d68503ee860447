"""The views of a question: complete, escaped, and silent about the answer until it is asked for."""

import pytest

from course.quiz import Option, Question
from course.view import question as view

ITEM = Question(
    "01-kernel-or-os",
    "01.5",
    "check",
    "Which kernel answers in `alpine`?",
    (Option("The host's <kernel>", True, "Images have none."), Option("Its own", False, "An image is no system.")),
)
PRETEST = Question(ITEM.id, ITEM.objective, "pretest", ITEM.prompt, ITEM.options)


@pytest.mark.parametrize("show", [view.listing, view.listing_text, view.form])
def test_what_is_shown_before_the_commitment_has_no_answer_in_it(show: object) -> None:
    shown = show(ITEM)  # type: ignore[operator]
    assert "Which kernel answers" in shown
    assert "Images have none" not in shown
    assert "correct" not in shown.casefold()
    assert show(ITEM) == show(  # type: ignore[operator]
        Question(
            ITEM.id,
            ITEM.objective,
            ITEM.kind,
            ITEM.prompt,
            tuple(Option(option.text, not option.correct, "other") for option in ITEM.options),
        )
    )


def test_the_form_is_a_named_group_of_radio_buttons_with_a_live_region() -> None:
    form = view.form(ITEM)
    assert form.count('type="radio" name="option"') == 2
    assert "<fieldset><legend>" in form
    assert form.count("<label") == 2
    assert 'role="status" aria-live="polite"' in form
    assert "The host's &lt;kernel&gt;" in form


def test_feedback_starts_with_the_chosen_option_and_covers_each() -> None:
    lines = view.feedback_text(ITEM, 1).splitlines()
    assert lines[0] == "You chose B: not this one. A is right. An image is no system."
    assert len(lines) == 3
    html = view.feedback(ITEM, 0)
    assert html.index("You chose A: right.") < html.index("Each option:") < html.index("An image is no system.")


def test_a_pretest_tells_nothing_yet() -> None:
    for told in (view.feedback(PRETEST, 0), view.feedback_text(PRETEST, 0)):
        assert "you chose A" in told
        assert "Images have none" not in told
        assert "right" not in told


def test_a_tally_names_both_counts() -> None:
    html = view.tally(ITEM, [3, 1], [4, 0], "before")
    assert "Hands before" in html
    assert 'aria-label="one more for A"' in html
    assert view.tally_text(ITEM, [3, 1], [4, 0]).endswith("B. Its own: 1 before, 0 after")


def test_an_empty_note_is_nothing() -> None:
    assert view.note("") == ""
    assert view.note("a < b") == "<p><em>a &lt; b</em></p>"


def test_every_color_of_the_style_is_known() -> None:
    assert "$" not in view.style()
