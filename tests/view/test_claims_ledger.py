"""The ledger: every claim with verdict, correction and evidence, folded live and open in the table."""

from course.dataset import Citation
from course.evidence import Claim, Exhibit
from course.view import claims_ledger as view

CITATION = Citation("a", "A & B", "https://example.org")
EXHIBITS = (
    Exhibit("measurements", "M1", "12 <ms>", "Time to start", verified=True, citation=CITATION),
    Exhibit("escapes", "E1", "a way", "A boundary failed", verified=False, citation=CITATION),
)
WRONG = Claim(
    "C01", "Table, row 1", "Size < 1 & slow", "wrong", "It is not.", "06", "Images", verified=True,
    citation=CITATION, exhibits=EXHIBITS,
)  # fmt: skip
RIGHT = Claim(
    "C02", "Text", "Faster", "right", "It is.", "10", "Time", verified=False, citation=CITATION, exhibits=EXHIBITS
)
CLAIMS = (WRONG, RIGHT)


def test_the_same_claims_are_always_the_same_page() -> None:
    assert view.draw(CLAIMS) == view.draw(CLAIMS)


def test_each_claim_has_its_chip_and_its_evidence_one_click_away() -> None:
    page = view.draw(CLAIMS)
    assert '<span class="chip wrong">wrong</span>' in page
    assert page.count("<details><summary>Evidence (2)</summary>") == 2
    assert "open" not in page.partition("<details")[2].partition(">")[0]


def test_the_table_shows_all_evidence_without_style_or_folding() -> None:
    table = view.listing(CLAIMS)
    assert "<details" not in table
    assert "<style" not in table
    assert table.count("12 &lt;ms&gt;") == 2
    assert "Size &lt; 1 &amp; slow" in table
    assert '<a href="https://example.org">A &amp; B</a>' in table


def test_what_was_not_checked_is_marked_everywhere() -> None:
    for shown in (view.draw(CLAIMS), view.listing(CLAIMS)):
        assert "It is. <em>(unverified)</em>" in shown
        assert "a way <em>(unverified)</em>" in shown
    assert "It is. (unverified)" in view.describe(CLAIMS)


def test_the_summary_counts_the_verdicts() -> None:
    assert view.summary(CLAIMS).startswith("2 claims of the article: ")
    assert "1 right" in view.summary(CLAIMS)
    assert view.summary(()) == "No claim has this verdict."
