"""The map of what the course covers: complete, and not stale."""

from __future__ import annotations

from course import publish, reference
from tests.conftest import ROOT


def test_everything_is_taught_and_assessed() -> None:
    assert reference.gaps() == []


def test_the_page_is_the_one_that_is_printed() -> None:
    page = (ROOT / "docs" / "coverage.md").read_text("utf-8")
    assert page == reference.coverage_map(), "stale: python -m course map > docs/coverage.md"


def test_a_concept_counts_the_exhibits_of_the_lessons_that_teach_it() -> None:
    found = {each.concept: each for each in reference.coverage()}
    assert "02" in found["K08"].lessons
    assert "sensitive_instructions" in found["K08"].exhibits
    assert {lesson for each in found.values() for lesson in each.lessons} <= {
        path.name[:2] for path in publish.lessons()
    }
