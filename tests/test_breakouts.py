"""Escapes as a model: what is chosen, and what defenses leave of it."""

import pytest

from course.breakouts import Selection, breakouts, choices, defenses, outcome, tally, year_of
from course.errors import CourseError


def test_all_ways_come_oldest_first() -> None:
    days = [way.when for way in breakouts()]
    assert days == sorted(days)


def test_a_selection_keeps_only_what_matches_all_of_it() -> None:
    ways = breakouts(Selection(kinds=("shared_kernel",), exploited=True))
    assert ways
    assert all(way.kind == "shared_kernel" and way.exploited_on for way in ways)


def test_a_kind_that_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(CourseError, match="did you mean 'shared_kernel'"):
        breakouts(Selection(kinds=("shard_kernel",)))


def test_no_defense_leaves_every_way_open() -> None:
    ways = breakouts()
    assert tally(ways, ()) == {"stopped": 0, "limited": 0, "open": len(ways)}


def test_the_best_defense_in_place_counts() -> None:
    way = next(way for way in breakouts() if way.cve == "CVE-2022-0185")
    assert outcome(way, ["vm_boundary"]) == "limited"
    assert outcome(way, ["vm_boundary", "seccomp"]) == "stopped"


def test_a_defense_that_does_not_bear_on_a_way_leaves_it_open() -> None:
    way = next(way for way in breakouts() if way.cve == "CVE-2019-5736")
    assert outcome(way, ["seccomp"]) == "open"
    assert outcome(way, ["iommu"]) == "open"


def test_more_defenses_never_leave_more_open() -> None:
    ways, standing = breakouts(), list[str]()
    before = tally(ways, standing)["open"]
    for defense in defenses():
        standing.append(defense.key)
        after = tally(ways, standing)["open"]
        assert after <= before
        before = after


def test_a_defense_that_does_not_exist_is_refused() -> None:
    with pytest.raises(CourseError, match="no defense 'secomp'"):
        outcome(breakouts()[0], ["secomp"])


def test_days_to_a_fix_are_counted_only_between_whole_dates() -> None:
    ways = {way.cve: way for way in breakouts()}
    assert ways["CVE-2024-21626"].days_to_fix == 0
    assert ways["CVE-2019-18960"].days_to_fix == -1
    assert ways["CVE-2008-0923"].days_to_fix is None


def test_choices_put_the_most_frequent_first() -> None:
    counts = [sum(way.boundary == value for way in breakouts()) for value in choices("boundary")]
    assert counts == sorted(counts, reverse=True)


@pytest.mark.parametrize(("day", "year"), [("2020-01-01", 2020.0), ("2020-07", 2020.54), ("2020", 2020.5)])
def test_an_open_part_of_a_date_counts_as_half(day: str, year: float) -> None:
    assert year_of(day) == pytest.approx(year, abs=0.01)
