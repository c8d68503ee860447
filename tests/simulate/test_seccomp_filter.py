"""A filter is loaded as the kernel loads one, runs from the top, and jumps are counted from the next instruction."""

from __future__ import annotations

import pytest

from course.errors import CourseError
from course.simulate import seccomp_filter
from course.simulate.seccomp_filter import ARCHITECTURES, I386, TABLES, X86_64, NotLoadedError

ONE = [("load", "number"), ("equal", "mount", 1, 0), ("return", "allow"), ("return", "refuse")]


def test_equal_skips_and_unequal_goes_on():
    loaded = seccomp_filter.load(ONE)
    assert seccomp_filter.verdict(loaded, X86_64, TABLES[X86_64]["mount"]) == "refuse"
    assert seccomp_filter.verdict(loaded, X86_64, TABLES[X86_64]["read"]) == "allow"


def test_a_number_means_another_call_under_another_architecture():
    loaded = seccomp_filter.load(ONE)
    assert seccomp_filter.verdict(loaded, I386, TABLES[I386]["mount"]) == "allow"


def test_the_architecture_can_be_loaded():
    program = [("load", "architecture"), ("equal", X86_64, 0, 1), ("return", "allow"), ("return", "kill")]
    loaded = seccomp_filter.load(program)
    assert [seccomp_filter.verdict(loaded, each, 0) for each in ARCHITECTURES] == ["allow", "kill"]


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ([("load", "number")], "has to be a return"),
        ([("equal", "mount", 1, 0), ("return", "allow")], "from the instruction after"),
        ([("return", "allow")] * 5000, "at most 4096"),
    ],
)
def test_what_the_kernel_does_not_load_says_why(program, told):
    with pytest.raises(NotLoadedError, match=told):
        seccomp_filter.load(program)


@pytest.mark.parametrize(
    "program",
    [[], "filter", [()], [("load", "time")], [("equal", "mont", 0, 0)], [("equal", "mount", -1, 0)], [("jump", 1)]],
)
def test_what_is_no_instruction_is_refused(program):
    with pytest.raises(CourseError):
        seccomp_filter.load(program)


def test_the_kernel_gets_four_numbers_for_each_instruction():
    assert seccomp_filter.compiled(seccomp_filter.load(ONE)) == [
        (0x20, 0, 0, 0),
        (0x15, 1, 0, 165),
        (0x06, 0, 0, 0x7FFF0000),
        (0x06, 0, 0, 0x00050001),
    ]
