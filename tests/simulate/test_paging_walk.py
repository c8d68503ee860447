"""Seeded page tables, walked entry by entry."""

import pytest

from course.errors import CourseError
from course.simulate.paging import nested_walk, shadow_walk
from course.simulate.paging_walk import page_walk

LEVELS = [(guest, nested) for guest in (2, 3, 4) for nested in (2, 3, 4)]


@pytest.mark.parametrize(("guest", "nested"), LEVELS)
def test_the_reads_are_those_that_the_model_counts(guest, nested):
    for seed in range(5):
        found = page_walk(seed, guest, nested)
        expected = nested_walk(guest, nested).references
        assert [(one.table, one.level) for one in found.reads] == [(one.table, one.level) for one in expected]
        assert len(page_walk(seed, guest, nested, "shadow").reads) == shadow_walk(guest).count


@pytest.mark.parametrize(("guest", "nested"), LEVELS)
def test_nested_and_shadow_paging_find_the_same_page(guest, nested):
    for seed in range(10):
        assert page_walk(seed, guest, nested).page == page_walk(seed, guest, nested, "shadow").page


@pytest.mark.parametrize(("guest", "nested"), LEVELS)
def test_each_nested_entry_says_where_the_next_table_lies(guest, nested):
    found = page_walk(7, guest, nested)
    for before, after in zip(found.reads, found.reads[1:], strict=False):
        if before.table == "nested":
            assert after.page == before.entry
        else:
            assert (after.page, after.sought) == (found.nested_root, before.entry)


def test_one_place_holds_one_thing():
    for seed in range(10):
        said = {}
        for read in page_walk(seed, 4, 4).reads:
            assert said.setdefault((read.page, read.index), read.entry) == read.entry


def test_a_seed_draws_the_same_tables_again_and_another_seed_draws_others():
    assert page_walk(3, 2, 2) == page_walk(3, 2, 2)
    assert page_walk(3, 2, 2) != page_walk(4, 2, 2)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"seed": -1}, "whole number from 0"),
        ({"seed": 1.5}, "whole number from 0"),
        ({"guest_levels": 5}, "from 2 to 4"),
        ({"nested_levels": True}, "from 2 to 4"),
        ({"paging": "neted"}, "did you mean 'nested'"),
    ],
)
def test_what_cannot_be_walked_is_answered_in_a_sentence(arguments, told):
    with pytest.raises(CourseError, match=told):
        page_walk(**arguments)
