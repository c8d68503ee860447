import pytest

from course.errors import CourseError
from course.simulate.paging import nested_walk, problem, shadow_walk


@pytest.mark.parametrize("guest", range(1, 6))
@pytest.mark.parametrize("nested", range(1, 6))
def test_a_nested_walk_takes_the_known_number_of_references(guest, nested):
    assert nested_walk(guest, nested).count == (guest + 1) * (nested + 1) - 1


def test_every_guest_entry_is_read_after_its_own_address_was_translated():
    walk = nested_walk(2, 3).references
    assert [one.table for one in walk] == (["nested"] * 3 + ["guest"]) * 2 + ["nested"] * 3
    assert [one.number for one in walk] == list(range(1, len(walk) + 1))


def test_a_shadow_walk_is_as_long_as_a_native_one():
    assert [one.level for one in shadow_walk(4).references] == [4, 3, 2, 1]


def test_the_shadow_table_joins_both_translations():
    for seed in range(20):
        task = problem(seed)
        assert task.shadow_table[task.virtual_page] == task.host_page == task.nested_table[task.guest_page]
        assert task == problem(seed)


@pytest.mark.parametrize("bad", [0, 6, 2.5, "four"])
def test_levels_that_no_processor_has_are_refused(bad):
    with pytest.raises(CourseError, match="whole number from 1 to 5"):
        nested_walk(bad, 4)
