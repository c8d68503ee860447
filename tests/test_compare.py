"""The comparison model: choosing, filtering, searching, sorting, differences; on the dataset and on odd facts."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.compare import Cell, Comparison, Facts, Head, article, cell, chosen, facts, grid, values
from course.errors import CourseError

KNOWN = Facts(
    {key: Head(key, name) for key, name in (("a", "Alpha"), ("b", "beta"), ("c", "Gamma"))},
    {"first": ("a", "b")},
    {key: Head(key, key.upper()) for key in ("kernel", "size", "use")},
    {"all_of_it": ("kernel", "size", "use")},
    {
        ("a", "kernel"): Cell("yes", "yes", folded="yes"),
        ("b", "kernel"): Cell("no", "no", verified=False, folded="no"),
        ("c", "kernel"): Cell("depends", "depends", "on the day", folded="depends on the day"),
        ("a", "size"): Cell("10", "10 MB", number=10, folded="10 mb"),
        ("b", "size"): Cell("9", "9 MB", number=9, folded="9 mb"),
        ("a", "use"): Cell("Web", "Web", folded="web"),
        ("b", "use"): Cell("web", "web", folded="web"),
    },
)
ABC = Comparison(("a", "b", "c"), ("kernel", "size", "use"))


def with_(**changes: Any) -> Comparison:
    return Comparison(**{**vars(ABC), **changes})


def names(heads: tuple[Head, ...]) -> list[str]:
    return [head.key for head in heads]


def test_properties_are_rows_and_systems_columns_until_pivoted() -> None:
    shown, turned = grid(ABC, KNOWN), grid(with_(pivot=True), KNOWN)
    assert (shown.corner, names(shown.rows), names(shown.columns)) == (
        "Property",
        ["kernel", "size", "use"],
        ["a", "b", "c"],
    )
    assert (turned.corner, names(turned.rows), names(turned.columns)) == (
        "System",
        ["a", "b", "c"],
        ["kernel", "size", "use"],
    )
    assert turned.cells == tuple(zip(*shown.cells, strict=True))
    assert shown.cells[1][2] is None
    assert shown.title == turned.title == "3 systems by 3 properties"


def test_numbers_sort_as_numbers_and_a_missing_fact_stands_last() -> None:
    assert names(grid(with_(sort="size"), KNOWN).columns) == ["b", "a", "c"]
    assert names(grid(with_(sort="size", descending=True), KNOWN).columns) == ["a", "b", "c"]


def test_choices_and_names_sort_in_their_own_order() -> None:
    assert names(grid(with_(sort="kernel"), KNOWN).columns) == ["a", "c", "b"]
    assert names(grid(with_(sort="name", descending=True), KNOWN).columns) == ["c", "b", "a"]


def test_differences_are_marked_or_alone() -> None:
    marked = grid(with_(differences="mark"), KNOWN)
    assert [head.differs for head in marked.rows] == [True, True, False]
    only = grid(with_(differences="only"), KNOWN)
    assert names(only.rows) == ["kernel", "size"]
    assert "1 property in which they do not differ left out" in only.hidden
    assert [head.differs for head in grid(with_(differences="mark", pivot=True), KNOWN).columns] == [True, True, False]


def test_an_unknown_fact_is_no_difference_but_another_condition_is() -> None:
    assert not grid(with_(systems=("a", "c"), properties=("size",), differences="mark"), KNOWN).rows[0].differs
    other = {**KNOWN.cells, ("b", "kernel"): Cell("depends", "depends", "on the hour", folded="depends on the hour")}
    known = Facts(KNOWN.systems, KNOWN.kinds, KNOWN.properties, KNOWN.groups, other)
    assert grid(with_(systems=("b", "c"), differences="mark"), known).rows[0].differs


def test_a_filter_keeps_systems_and_says_how_many_it_left_out() -> None:
    shown = grid(with_(where=(("kernel", "YES"),)), KNOWN)
    assert names(shown.columns) == ["a"]
    assert shown.hidden == "2 systems left out by the filter."


def test_search_keeps_rows_that_hold_the_text_in_head_or_cell() -> None:
    assert names(grid(with_(search=" The Day "), KNOWN).rows) == ["kernel"]
    assert names(grid(with_(search="use"), KNOWN).rows) == ["use"]
    assert names(grid(with_(search="gam", pivot=True), KNOWN).rows) == ["c"]
    nothing = grid(with_(search="zzz"), KNOWN)
    assert (nothing.rows, nothing.cells) == ((), ())
    assert "3 rows without" in nothing.hidden


def test_only_verified_hides_the_rest_and_says_so() -> None:
    shown = grid(with_(verified=True), KNOWN)
    assert shown.cells[0][1] is None
    assert "not opened are hidden" in shown.hidden


def test_a_number_carries_its_unit_and_a_count_needs_none() -> None:
    row = {"value": "1500", "condition": None, "source": "s", "verified_how": "opened"}
    assert cell(row, "ms", "number").text == "1,500 ms"
    assert cell(row, "count", "number").text == "1500"
    assert cell(row, "", "text").number is None


def test_systems_and_properties_are_chosen_by_key_group_or_all() -> None:
    known = facts()
    assert chosen(("docker", "docker"), ("isolation",)).systems == ("docker",)
    assert chosen(("micro_vmm",)).systems == known.kinds["micro_vmm"]
    assert set(chosen(("all",), ("all",)).properties) == set(known.properties)
    assert chosen().systems == ("qemu_kvm", "docker")
    assert values("own_kernel") == tuple(value for value in ("yes", "depends", "no") if value in values("own_kernel"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"systems": ("dokcer",)}, "no system 'dokcer'; did you mean 'docker'"),
        ({"properties": ("own_kernl",)}, "no property 'own_kernl'; did you mean 'own_kernel'"),
        ({"sort": "own_kernl"}, "did you mean 'own_kernel'"),
        ({"where": (("own_kernel", "maybe"),)}, "no value of own_kernel 'maybe'"),
        ({"where": (("kernel", "yes"),)}, "no property 'kernel'"),
        ({"differences": "all"}, "no way to show differences 'all'"),
        ({"search": 3}, "A text to search for is expected, not 3"),
    ],
)
def test_unknown_names_are_refused_with_the_nearest_match(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(CourseError, match=message):
        chosen(**arguments)


def test_the_articles_table_comes_in_its_order_with_verdicts() -> None:
    shown = article()
    places = [head.name.split()[0] for head in shown.rows]
    order = ["First", "Second", "Third", "Fourth", "Fifth", "Last"]
    assert places == sorted(places, key=order.index)
    assert set(places) == set(order)
    assert {line[1].value for line in shown.cells if line[1]} <= {"right", "too simple", "outdated", "wrong"}
    assert all(line[2] and line[2].source for line in shown.cells)


comparisons = st.builds(
    Comparison,
    st.lists(st.sampled_from(sorted(facts().systems)), max_size=8, unique=True).map(tuple),
    st.lists(st.sampled_from(sorted(facts().properties)), max_size=8, unique=True).map(tuple),
    search=st.sampled_from(["", "kernel", "zzz"]),
    sort=st.sampled_from(["", "name", *facts().properties]),
    descending=st.booleans(),
    differences=st.sampled_from(["no", "mark", "only"]),
    verified=st.booleans(),
    pivot=st.booleans(),
)


@settings(deadline=None)
@given(comparisons)
def test_any_comparison_gives_a_full_rectangle_of_what_was_asked_for(comparison: Comparison) -> None:
    shown = grid(comparison)
    assert len(shown.cells) == len(shown.rows)
    assert all(len(line) == len(shown.columns) for line in shown.cells)
    systems, properties = (shown.rows, shown.columns) if comparison.pivot else (shown.columns, shown.rows)
    assert set(names(systems)) <= set(comparison.systems)
    assert set(names(properties)) <= set(comparison.properties)
    assert shown == grid(comparison)
