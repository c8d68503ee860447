"""Claims with the rows that they rest on."""

import pytest

from course.errors import CourseError
from course.evidence import claims


def test_every_claim_brings_what_its_evidence_says_and_where() -> None:
    for claim in claims():
        assert len(claim.exhibits) >= 3
        for exhibit in claim.exhibits:
            assert exhibit.says
            assert exhibit.citation.url


def test_claims_are_chosen_by_verdict() -> None:
    assert {claim.verdict for claim in claims(["wrong"])} == {"wrong"}


def test_a_verdict_that_does_not_exist_is_refused() -> None:
    with pytest.raises(CourseError, match="no verdict 'false'"):
        claims(["false"])
