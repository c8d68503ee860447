"""One system on one page: everything in the card, in its static form and in its text."""

from course.dataset import Citation
from course.history import Event
from course.portrait import Fact, Layer, Portrait, Relative
from course.view import platform_card as view
from course.view.platform_card import _EXHIBITS

CITATION = Citation("a", "A source", "https://example.org")
FOUND = Portrait(
    key="x",
    name="X & <Y>",
    kind="container engine",
    definition="It runs <things>.",
    common_error="It is a machine.",
    exhibit=next(iter(_EXHIBITS)),
    facts=(Fact("Version", "1.2", verified=False), Fact("Home", "https://example.org/x", verified=True)),
    layers=(
        Layer("hw", "Hardware", "hardware", "path", "node", ""),
        Layer("k", "Kernel", "kernel", "path", "node", ""),
        Layer("d", "Daemon", "daemon", "beside", "node", ""),
    ),
    properties=(Fact("Own kernel", "no", verified=True),),
    history=(
        Event("T1", "2013", "Out", "container", "", "x", verified=True, unverified=(), citation=CITATION),
    ),
    relatives=(Relative("came out of", "Z"),),
    citations=(CITATION,),
)  # fmt: skip


def test_the_same_portrait_is_always_the_same_card() -> None:
    assert view.draw(FOUND) == view.draw(FOUND)
    assert view.listing(FOUND) == view.listing(FOUND)


def test_card_table_and_text_say_the_same() -> None:
    for shown in (view.draw(FOUND), view.listing(FOUND)):
        for words in ("It runs &lt;things&gt;.", "It is a machine.", "1.2", "Own kernel", "Out", "came out of Z"):
            assert words in shown
    for words in ("It runs <things>.", "Hardware, Kernel", "Beside it: Daemon", "Own kernel: no", "came out of Z"):
        assert words in view.describe(FOUND)


def test_what_was_not_checked_is_marked() -> None:
    assert "1.2 <em>(unverified)</em>" in view.draw(FOUND)
    assert "1.2 <em>(unverified)</em>" in view.listing(FOUND)
    assert "Version: 1.2 (unverified)" in view.describe(FOUND)


def test_the_static_card_has_no_style_and_carries_its_picture() -> None:
    assert "<style" not in view.listing(FOUND)
    assert 'src="data:image/svg+xml' in view.listing(FOUND)


def test_a_system_without_layers_has_no_stack_picture() -> None:
    bare = Portrait("x", "X", "k", "d", "", FOUND.exhibit, (), (), (), (), (), ())
    assert view.stack(bare) == ""
    assert "<svg" not in view.draw(bare)
