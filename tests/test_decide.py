"""The decision helper's model: constraints exclude, weights rank, reasons cite rows, sensitivity is exact."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from course.compare import Cell, Facts, Head, facts
from course.decide import LARGEST_WEIGHT, Constraint, Preference, Requirements, rank, required, wanted
from course.errors import CourseError


def _cell(value: str, condition: str = "") -> Cell:
    return Cell(value, value, condition, "s", number=float(value) if value.isdigit() else None)


KNOWN = Facts(
    {key: Head(key, key.upper()) for key in "abcd"},
    {},
    {key: Head(key, key.title()) for key in ("kernel", "root", "layers")},
    {},
    {
        (system, key): cell
        for system, values in {
            "a": (_cell("yes"), _cell("no"), _cell("2")),
            "b": (_cell("yes"), _cell("yes"), _cell("6")),
            "c": (_cell("depends", "on the day"), _cell("yes"), _cell("4")),
        }.items()
        for key, cell in zip(("kernel", "root", "layers"), values, strict=True)
    },
)
PREFER = (Preference("root", "yes", 1), Preference("layers", "low", 2))


def places(requirements: Requirements) -> list[tuple[int, str, float]]:
    return [(each.place, each.system.key, each.score) for each in rank(requirements, KNOWN).ranked]


def test_weights_rank_and_numbers_span_the_systems_that_are_left() -> None:
    assert places(Requirements(("a", "b", "c"), (), PREFER)) == [
        (1, "a", pytest.approx(2 / 3)),
        (1, "c", pytest.approx(2 / 3)),
        (3, "b", pytest.approx(1 / 3)),
    ]


def test_a_constraint_excludes_what_fails_depends_or_is_unknown() -> None:
    decision = rank(Requirements(tuple("abcd"), (Constraint("kernel", "yes"),), PREFER), KNOWN)
    assert [each.system.key for each in decision.ranked] == ["a", "b"]
    reasons = {each.system.key: each.reasons[0] for each in decision.excluded}
    assert reasons["c"].cell == KNOWN.cells["c", "kernel"]
    assert reasons["d"].cell is None
    assert reasons["c"].row == "c/kernel"


def test_what_depends_passes_as_possible_and_carries_its_condition() -> None:
    decision = rank(Requirements(tuple("abc"), (Constraint("kernel", "possible"),), PREFER), KNOWN)
    conditions = {each.system.key: each.conditions for each in decision.ranked}
    assert conditions["c"][0].cell == KNOWN.cells["c", "kernel"]
    assert conditions["a"] == ()


def test_reasons_cite_their_rows_and_what_they_earned() -> None:
    (first, *_) = rank(Requirements(("a",), (), PREFER), KNOWN).ranked
    assert [(each.row, each.earned, each.weight) for each in first.reasons] == [("a/root", 0, 1), ("a/layers", 1, 2)]


def test_the_weight_at_which_the_lead_changes_is_found() -> None:
    decision = rank(Requirements(("a", "b"), (), PREFER), KNOWN)
    assert [(turn.property.key, turn.at, turn.system.key) for turn in decision.turns] == [
        ("root", 2, "b"),
        ("layers", 1, "b"),
    ]


def test_nothing_preferred_leaves_all_level() -> None:
    assert {place for place, _, _ in places(Requirements(("a", "b"), (), ()))} == {1}
    assert rank(Requirements((), (Constraint("kernel", "no"),), ()), KNOWN).ranked == ()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"systems": ("dokcer",)}, "did you mean 'docker'"),
        ({"must": (Constraint("own_kernl", "yes"),)}, "did you mean 'own_kernel'"),
        (
            {"must": (Constraint("own_kernel", "maybe"),)},
            "'maybe'; did you mean 'yes'. Known: yes, no, possible",
        ),
        ({"must": (Constraint("use", "yes"),)}, "'use' is in words"),
        ({"must": (Constraint("layers_in_path", "yes"),)}, "is a number: prefer it low or high"),
        ({"prefer": (Preference("layers_in_path", "yes"),)}, "Known: low, high"),
        ({"prefer": (Preference("own_kernel", "low"),)}, "Known: yes, no"),
        (
            {"prefer": (Preference("own_kernel", "yes", 0),)},
            "weight of own_kernel is 0; give more than 0",
        ),
        ({"prefer": (Preference("own_kernel", "yes", 6),)}, "at most 5"),
        ({"prefer": (Preference("own_kernel", "yes", float("nan")),)}, "at most 5"),
        ({"must": (Constraint("own_kernel", "yes"), Constraint("own_kernel", "no"))}, "stands twice under must"),
    ],
)
def test_what_cannot_be_required_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(CourseError, match=message):
        required(**arguments)


RANKABLE = [key for key in facts().properties if wanted(key)]
preferences = st.lists(st.sampled_from(RANKABLE), min_size=1, max_size=5, unique=True).flatmap(
    lambda keys: st.tuples(
        *(
            st.builds(Preference, st.just(key), st.sampled_from(wanted(key)), st.sampled_from([0.5, 1.0, 2.0, 5.0]))
            for key in keys
        )
    )
)


@settings(deadline=None)
@given(preferences)
def test_any_ranking_is_ordered_and_scores_lie_between_0_and_1(prefer: tuple[Preference, ...]) -> None:
    decision = rank(required(prefer=prefer))
    scores = [each.score for each in decision.ranked]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len(decision.ranked) + len(decision.excluded) == len(facts().systems)


@settings(deadline=None)
@given(preferences)
def test_past_a_turn_another_system_leads_and_before_it_none_does(prefer: tuple[Preference, ...]) -> None:
    decision = rank(required(prefer=prefer))
    assume(decision.ranked[1].place > 1)
    first = decision.ranked[0].system.key
    for turn in decision.turns:
        step = 1e-6 if turn.at > turn.weight else -1e-6
        for at, leads in ((turn.at + step, False), ((turn.at + turn.weight) / 2, True)):
            changed = tuple(replace(each, weight=at) if each.property == turn.property.key else each for each in prefer)
            if 0 < at <= LARGEST_WEIGHT:
                level = [each.system.key for each in rank(required(prefer=changed)).ranked if each.place == 1]
                assert (first in level) == leads
