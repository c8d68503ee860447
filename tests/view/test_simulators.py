"""The pictures of lesson 11's simulators: complete, small, the same each time, and true to their models."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from course import dataset
from course.errors import CourseError
from course.view import burst, density, migration, packing

if TYPE_CHECKING:
    from types import ModuleType

STATES: list[tuple[ModuleType, Any]] = [
    (density, density.State()),
    (density, density.State(systems=("qemu_kvm",), merge=True, cpus=1)),
    (migration, migration.State()),
    (migration, migration.State(dirty=0)),
    (migration, migration.State(dirty=5000, working_set=4096)),
    (packing, packing.State()),
    (packing, packing.State(count=60, nodes=1, order="largest", strategy="spread")),
    (burst, burst.State()),
    (burst, burst.State(starts=(0.0, 1.0, 50.0, 100.0), rate=1)),
]


@pytest.mark.parametrize(("view", "state"), STATES)
def test_each_state_is_a_named_drawing_with_a_table_and_a_text(view: ModuleType, state: Any) -> None:
    drawing = view.draw(state)
    assert ET.fromstring(drawing).attrib["role"] == "img"
    assert drawing == view.draw(state)
    assert len(drawing) < 20_000
    HTMLParser().feed(view.table(state))
    assert view.summary(state) in drawing.replace("&#x27;", "'")
    assert len(view.describe(state).splitlines()) > 1


@pytest.mark.parametrize("key", density.ADDED.values())
def test_what_a_system_adds_is_a_measurement_of_memory(key: str) -> None:
    assert "memory" in dataset.default().row("measurements", key)["metric"]


def test_a_guest_of_its_own_costs_places_and_merging_wins_some_back() -> None:
    alone, merged = (density.fits(density.State(merge=merge, cpus=512)) for merge in (False, True))
    by_name = {one.name: one.found.count for one in alone}
    assert by_name["runc"] > by_name["Firecracker"] > by_name["QEMU with KVM"]
    for before, after in zip(alone, merged, strict=True):
        assert after.found.count > before.found.count or before.name in {"runc", "gVisor"}


def test_the_row_says_which_limit_binds() -> None:
    for one in density.fits(density.State()):
        assert one.found.count == min(one.found.by_memory, one.found.by_cpu)


def test_a_guest_that_writes_faster_than_it_is_sent_does_not_converge() -> None:
    lost = migration.State(dirty=5000, working_set=4096)
    assert "never became small enough" in migration.summary(lost)
    assert "round 31" in migration.describe(lost)


def test_only_a_live_migration_stands_still_for_less_than_it_takes() -> None:
    live, copied, killed = migration.ways(migration.State())
    assert live.stopped < live.seconds
    assert copied.stopped == copied.seconds
    assert killed.sent == 0


def test_largest_first_never_loses_a_workload() -> None:
    for order in packing.ORDERS:
        found = packing.placed(packing.State(count=40, order=order))
        assert sum(len(node.placed) for node in found.nodes) + len(found.refused) == 40


def test_a_slow_start_is_told_with_its_line() -> None:
    assert "start-up 20 s: longest line 1,800, cleared after 50.0 s" in burst.describe(burst.State())
    assert "more than 120 s" in burst.describe(burst.State(starts=(100.0,)))


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: density.State(systems=("runcc",)), "did you mean 'runc'"),
        (lambda: density.State(systems=()), "No system is chosen"),
        (lambda: density.State(memory=0), "memory=0 is out of range"),
        (lambda: density.State(shared=500), "is a part of need"),
        (lambda: migration.State(bandwidth=0), "bandwidth=0 is out of range"),
        (lambda: packing.State(strategy="best fitt"), "did you mean 'best fit'"),
        (lambda: packing.State(order="biggest"), "no order"),
        (lambda: packing.State(nodes=7), "nodes=7 is out of range"),
        (lambda: burst.State(rate=0), "rate=0"),
        (lambda: burst.State(starts=(1.0, 2.0, 3.0, 4.0, 5.0)), "one to 4"),
        (lambda: burst.State(starts=(101.0,)), "start=101"),
    ],
)
def test_what_cannot_be_is_answered_in_a_sentence(make: Any, told: str) -> None:
    with pytest.raises(CourseError, match=told):
        make()
