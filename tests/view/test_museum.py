"""The museum as pictures, table and text: every form says the same."""

from course.collection import Entry, Piece
from course.portrait import Layer, Portrait
from course.view import museum as view

LAYERS = (
    Layer("hw", "Hardware", "hardware", "path", "shared", ""),
    Layer("k", "Kernel & more", "host_kernel", "path", "shared", ""),
    Layer("d", "Daemon", "daemon", "beside", "shared", ""),
)
BARE = Portrait("x", "X & <Y>", "container engine", "It runs <things>.", "", "described", (), LAYERS, (), (), (), ())
LIVE = Piece("shown", "Shown", "x", "live", stored=True)
TAKEN = Piece("home", "Home", "x", "taken_home", stored=False)
SHOWN = Entry(BARE, "active", (LIVE, TAKEN))
HIDDEN = Entry(BARE, "ended", ())


def test_the_same_systems_are_always_the_same_museum() -> None:
    assert view.draw([SHOWN], pictures=True) == view.draw([SHOWN], pictures=True)
    assert view.listing([SHOWN], pictures=True) == view.listing([SHOWN], pictures=True)


def test_table_and_text_say_what_is_here_and_how_to_see_it() -> None:
    for shown in (
        view.draw([SHOWN], pictures=False),
        view.listing([SHOWN], pictures=False),
        view.describe([SHOWN]),
    ):
        for words in (
            'course.exhibit("shown")',
            'course.exhibit("home")',
            "only with a live machine",
            "runs live here",
        ):
            assert words in shown
    assert "described only" in view.listing([HIDDEN], pictures=False)


def test_the_summary_counts_what_can_be_seen() -> None:
    assert view.summary([SHOWN, HIDDEN]) == "2 systems; 1 can be seen in this course."


def test_the_live_view_can_be_chosen_from_and_the_static_one_has_neither_buttons_nor_style() -> None:
    live, still = view.draw([SHOWN], pictures=True), view.listing([SHOWN], pictures=True)
    assert live.count('data-key="x"') == 2
    assert "<svg" in live
    for dropped in ("<svg", "<style", "<button"):
        assert dropped not in still
    assert 'src="data:image/svg+xml' in still


def test_four_stacks_stand_in_one_picture() -> None:
    assert view.draw([SHOWN] * 5, pictures=True).count("<svg") == 2
    assert view.draw([SHOWN] * 5, pictures=False).count("<svg") == 0


def test_a_picture_says_what_is_in_the_path_and_what_beside() -> None:
    assert "bottom to top: Hardware, Kernel &amp; more; beside it: Daemon" in view.listing([SHOWN], pictures=True)
    assert view.draw([SHOWN], pictures=True).count("stroke-dasharray") == 1
