"""Address translation in a virtual machine, one memory reference at a time (lesson 03)."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

from course.errors import CourseError

Table = Literal["guest", "nested", "shadow"]


@dataclass(frozen=True)
class Reference:
    """One memory reference of a page walk: which table is read, at which level, for which address."""

    number: int
    table: Table
    level: int
    reason: str


@dataclass(frozen=True)
class Walk:
    """A translation of one guest-virtual address: the references that the hardware makes, and the address they give."""

    guest_levels: int
    nested_levels: int
    references: tuple[Reference, ...]

    @property
    def count(self) -> int:
        """Return how many memory references the walk takes, without the final access to the data."""
        return len(self.references)


def _check_levels(name: str, levels: int, lowest: int) -> None:
    if not isinstance(levels, int) or not lowest <= levels <= 5:
        raise CourseError(f"{name} must be a whole number from {lowest} to 5, not {levels!r}: choose one of those.")


def nested_walk(guest_levels: int = 4, nested_levels: int = 4) -> Walk:
    """Return the two-dimensional walk of nested paging (EPT, NPT).

    Every guest table lies at a guest-physical address, so the hardware translates that address through the nested
    table before it reads the guest's entry; the address that comes out at the end is translated once more.

    Raises CourseError for a number of levels outside 1 to 5.
    """
    _check_levels("guest_levels", guest_levels, 1)
    _check_levels("nested_levels", nested_levels, 1)
    references: list[Reference] = []

    def read(table: Table, level: int, reason: str) -> None:
        references.append(Reference(len(references) + 1, table, level, reason))

    def translate(reason: str) -> None:
        for level in range(nested_levels, 0, -1):
            read("nested", level, reason)

    for level in range(guest_levels, 0, -1):
        translate(f"where is the guest's level {level} table?")
        read("guest", level, f"read the guest's level {level} entry")
    translate("where is the page itself?")
    return Walk(guest_levels, nested_levels, tuple(references))


def shadow_walk(levels: int = 4) -> Walk:
    """Return the walk over a shadow table, which maps guest-virtual straight to host-physical.

    The walk is as short as a native one; the price is paid elsewhere, at each change of the guest's own table.

    Raises CourseError for a number of levels outside 1 to 5.
    """
    _check_levels("levels", levels, 1)
    references = tuple(
        Reference(levels - level + 1, "shadow", level, f"read the shadow's level {level} entry")
        for level in range(levels, 0, -1)
    )
    return Walk(levels, 0, references)


@dataclass(frozen=True)
class Translation:
    """A small seeded problem: tables with one entry a page, and the address to translate."""

    virtual_page: int
    guest_table: dict[int, int]
    nested_table: dict[int, int]

    @property
    def guest_page(self) -> int:
        """Return the guest-physical page of the virtual page."""
        return self.guest_table[self.virtual_page]

    @property
    def host_page(self) -> int:
        """Return the host-physical page of the virtual page."""
        return self.nested_table[self.guest_page]

    @property
    def shadow_table(self) -> dict[int, int]:
        """Return the table that shadow paging would keep: both translations in one."""
        return {virtual: self.nested_table[guest] for virtual, guest in self.guest_table.items()}


def problem(seed: int, pages: int = 8) -> Translation:
    """Return a translation problem over `pages` pages: the same seed gives the same tables."""
    if not isinstance(pages, int) or not 2 <= pages <= 64:
        raise CourseError(f"pages must be a whole number from 2 to 64, not {pages!r}: choose one of those.")
    dice = random.Random(seed)  # noqa: S311 - an exercise, not a secret
    guest = dict(enumerate(dice.sample(range(pages), pages)))
    nested = dict(enumerate(dice.sample(range(pages, 3 * pages), pages)))
    return Translation(dice.randrange(pages), guest, nested)
