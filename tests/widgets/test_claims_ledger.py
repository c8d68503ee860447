"""The ledger of claims as a widget: filter and state."""

from collections.abc import Sequence

import pytest

from course.dataset import Citation
from course.errors import CourseError
from course.evidence import VERDICTS, Claim
from course.widgets import claims_ledger as widget

CITATION = Citation("a", "A source", "https://example.org")
CLAIMS = tuple(
    Claim(
        f"C{index}", "Table", "Quote", verdict, "True.", "06", "Images", verified=True, citation=CITATION, exhibits=()
    )
    for index, verdict in enumerate(VERDICTS)
)


@pytest.fixture(autouse=True)
def one_claim_of_each_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the article's claims by one for each verdict."""

    def found(verdicts: Sequence[str] = ()) -> tuple[Claim, ...]:
        return tuple(claim for claim in CLAIMS if not verdicts or claim.verdict in verdicts)

    monkeypatch.setattr(widget, "claims_of_the_article", found)


def test_a_state_shows_the_view_that_wrote_it() -> None:
    assert widget.claims("verdict=wrong").state == "verdict=wrong"
    assert widget.claims().state == ""


def test_the_filter_leaves_one_verdict() -> None:
    view = widget.claims()
    assert view.picture.content.count("<li id=") == len(VERDICTS)
    view._verdict.value = "wrong"
    assert view.picture.content.count("<li id=") == 1
    assert view.picture.announcement == "1 claim of the article: 1 wrong."


@pytest.mark.parametrize("state", ["verdict=false", "verdct=wrong", "verdict=wrong,right"])
def test_a_setting_that_does_not_exist_is_refused(state: str) -> None:
    with pytest.raises(CourseError):
        widget.claims(state)


def test_other_readers_get_a_table_and_text() -> None:
    bundle = widget.claims()._repr_mimebundle_()
    assert "<table>" in bundle["text/html"]
    assert "<details" not in bundle["text/html"]
    assert "[wrong]" in bundle["text/plain"]
