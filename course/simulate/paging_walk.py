"""One translation worked out: seeded page tables, and every entry that the hardware reads on its way (lesson 03)."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from course.errors import CourseError, unknown
from course.simulate.paging import nested_walk, shadow_walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from course.simulate.paging import Table

Paging = Literal["nested", "shadow"]
PAGINGS: tuple[Paging, ...] = ("nested", "shadow")
FEWEST, MOST = 2, 4
"""Levels that a table may have here: with fewer there is nothing to walk, with more the drawing is too small."""
ENTRIES = 4
"""Entries of one table: an address is written with one digit from 0 to 3 for each level. Real tables have 512."""


@dataclass(frozen=True)
class Read:
    """One memory reference: the entry `index` of a table of `level` that lies on a host-physical page says `entry`.

    `entry` is a guest-physical page where the table is the guest's, else a host-physical one. `sought` is the
    guest-physical page that a nested table is asked for, None in the other tables.
    """

    number: int
    table: Table
    level: int
    page: int
    index: int
    entry: int
    sought: int | None = None


@dataclass(frozen=True)
class PageWalk:
    """A whole translation: the digits of the virtual page, all reads in their order, and the page that they find."""

    seed: int
    paging: Paging
    guest_levels: int
    nested_levels: int
    digits: tuple[int, ...]
    guest_root: int
    nested_root: int
    reads: tuple[Read, ...]

    @property
    def page(self) -> int:
        """Return the host-physical page of the data."""
        return self.reads[-1].entry


def page_walk(seed: int = 1, guest_levels: int = 2, nested_levels: int = 2, paging: Paging = "nested") -> PageWalk:
    """Return the walk of one address through tables drawn from the seed.

    Nested and shadow paging of one seed translate the same address to the same page; they differ in what is read.
    Raises CourseError for a seed that is no whole number from 0, levels outside 2 to 4, and an unknown kind of paging.
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise CourseError(f"seed={seed!r} is not a whole number from 0; give one, such as 1.")
    if paging not in PAGINGS:
        raise unknown("kind of paging", paging, PAGINGS)
    for name, levels in (("guest_levels", guest_levels), ("nested_levels", nested_levels)):
        if isinstance(levels, bool) or not isinstance(levels, int) or not FEWEST <= levels <= MOST:
            raise CourseError(f"{name}={levels!r} is not a whole number from {FEWEST} to {MOST}; give 2, 3 or 4.")
    memory = _Memory(seed, guest_levels, nested_levels)
    reads = memory.nested_reads() if paging == "nested" else memory.shadow_reads()
    return PageWalk(
        seed,
        paging,
        guest_levels,
        nested_levels,
        memory.digits,
        memory.guest_pages[0],
        memory.host_page(()),
        tuple(reads),
    )


class _Memory:
    """What lies where: the guest's tables on guest-physical pages, everything on host-physical ones."""

    def __init__(self, seed: int, guest_levels: int, nested_levels: int) -> None:
        dice = random.Random(seed)  # noqa: S311 - an exercise, not a secret
        self.guest_levels, self.nested_levels = guest_levels, nested_levels
        self.digits = tuple(dice.randrange(ENTRIES) for _ in range(guest_levels))
        # The guest's tables from the top, then the page of the data.
        self.guest_pages = dice.sample(range(ENTRIES**nested_levels), guest_levels + 1)
        self._free = dice.sample(range(10, 100), 80)
        self._placed: dict[tuple[int, ...], int] = {}
        # Placed before anything is read, so that both kinds of paging find the same pages.
        for page in self.guest_pages:
            digits = self._digits_of(page)
            for depth in range(nested_levels + 1):
                self.host_page(digits[:depth])

    def host_page(self, digits: tuple[int, ...]) -> int:
        """Return where the nested table for addresses that begin with `digits` lies, or the page itself."""
        if digits not in self._placed:
            self._placed[digits] = self._free.pop()
        return self._placed[digits]

    def nested_reads(self) -> Iterator[Read]:
        sought = 0
        for reference in nested_walk(self.guest_levels, self.nested_levels).references:
            page = self.guest_pages[sought]
            if reference.table == "guest":
                index, entry = self.digits[sought], self.guest_pages[sought + 1]
                yield Read(reference.number, "guest", reference.level, self._host_of(page), index, entry)
                sought += 1
            else:
                digits, depth = self._digits_of(page), self.nested_levels - reference.level
                lies, entry = self.host_page(digits[:depth]), self.host_page(digits[: depth + 1])
                yield Read(reference.number, "nested", reference.level, lies, digits[depth], entry, page)

    def shadow_reads(self) -> Iterator[Read]:
        # The hypervisor's own pages, one a level; the last entry is the page that the nested walk finds as well.
        tables = [self._free.pop() for _ in range(self.guest_levels)]
        entries = [*tables[1:], self._host_of(self.guest_pages[-1])]
        for reference, lies, index, entry in zip(
            shadow_walk(self.guest_levels).references, tables, self.digits, entries, strict=True
        ):
            yield Read(reference.number, "shadow", reference.level, lies, index, entry)

    def _host_of(self, guest_page: int) -> int:
        return self.host_page(self._digits_of(guest_page))

    def _digits_of(self, guest_page: int) -> tuple[int, ...]:
        levels = range(self.nested_levels - 1, -1, -1)
        return tuple(guest_page // ENTRIES**level % ENTRIES for level in levels)
