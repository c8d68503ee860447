"""Exercises of lesson 00: name the place from its clues, name the level of the kernel that answers."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.checks import Exercise, Feedback, Wrong, right, wrong
from course.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Sequence

METAL, MACHINE, CONTAINER, BOTH = "bare metal", "virtual machine", "container", "container in a virtual machine"
PLACES = (METAL, MACHINE, CONTAINER, BOTH)


@dataclass(frozen=True)
class _Machine:
    """What a machine shows: the flag of its processor, whose namespaces, and whether the marker file is there."""

    place: str
    marked: bool

    @property
    def is_virtual(self) -> bool:
        return self.place in {MACHINE, BOTH}

    @property
    def is_contained(self) -> bool:
        return self.place in {CONTAINER, BOTH}

    def clues(self) -> str:
        flag = "the flag `hypervisor` is set" if self.is_virtual else "no flag `hypervisor`"
        namespaces = "namespaces made later" if self.is_contained else "the namespaces that the kernel made at boot"
        marker = "`/.dockerenv` exists" if self.marked else "no `/.dockerenv`"
        return f"{flag}; {namespaces}; {marker}"


def _name_the_place(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    # The marker misleads on purpose: it is left over where no container is, and missing in one.
    left_over = chance.choice((METAL, MACHINE))
    machines = [_Machine(place, place in {left_over, CONTAINER}) for place in chance.sample(PLACES, 4)]
    answer = [machine.place for machine in machines]
    listing = "\n\n".join(f"{name}: {machine.clues()}." for name, machine in zip("ABCD", machines, strict=True))
    return Exercise(
        id="00.1",
        objective="00.2",
        title="Name the place",
        prompt=f"Four machines left these clues. Say where a process runs on each of them.\n\n{listing}",
        starter="answer = ...  # four places, for A, B, C, D",
        expects=f"a list of four of these, for A to D: {', '.join(map(repr, PLACES))}",
        check=lambda given: _check_places(machines, given),
        hints=(
            "Ask two questions, one after the other: is the machine virtual? Is the process in a container?",
            "The flag answers the first question. Which of the two other clues can be copied with the files?",
        ),
        solution=f"answer = {answer!r}",
        explanation=(
            "The flag comes from the processor, or from what plays the processor: it tells whether the machine "
            "is virtual. The "
            "namespaces come from the kernel: those made after boot tell of a container. The marker belongs to "
            "the files; "
            "here it is left over once and missing once."
        ),
        wrong=(
            Wrong([CONTAINER if place == left_over else place for place in answer], "left over"),
            Wrong([MACHINE if place == BOTH else place for place in answer], "made after boot"),
            Wrong([CONTAINER if place == BOTH else place for place in answer], "the flag"),
        ),
        variant=_name_the_place,
    )


def _check_places(machines: Sequence[_Machine], given: Any) -> Feedback:
    _expect_choices(given, len(machines), PLACES)
    for name, machine, place in zip("ABCD", machines, given, strict=True):
        if place == machine.place:
            continue
        claimed = _Machine(place, machine.marked)
        if claimed.is_contained and not machine.is_contained:
            why = "`/.dockerenv` is left over: " if machine.marked else ""
            return wrong(
                f"{name}: {why}the namespaces are those that the kernel made at boot, so this is no container."
            )
        if machine.is_contained and not claimed.is_contained:
            return wrong(
                f"{name}: its namespaces were made after boot. That is what a container is made of.",
                "X01" if claimed.is_virtual else "",
            )
        told = "is set" if machine.is_virtual else "is not set"
        return wrong(
            f"{name}: whether the machine is virtual is told by the flag of its processor, and the flag {told}."
        )
    return right("You gave the clue of the kernel more weight than the file, and asked both questions separately.")


@dataclass(frozen=True)
class _Call:
    """A call, the level of the kernel that answers it, and why."""

    what: str
    level: str
    why: str
    misconception: str = ""


_LEVELS = ("L0", "L1", "L2")
# These three are asked every time: each brings out another wrong picture.
_KEY_CALLS = (
    _Call(
        "`uname -r` in a container that runs in the live machine",
        "L1",
        "a container brings no kernel; the one that it runs on answers",
        "X26",
    ),
    _Call(
        "a `read` that QEMU itself makes while it runs the live machine",
        "L0",
        "QEMU is a process of L0, and its own calls go to the kernel of L0",
    ),
    _Call(
        "`uname -r` in a virtual machine that was started inside the live machine",
        "L2",
        "a virtual machine has a kernel of its own, and this one is a level further up",
    ),
)
_MORE_CALLS = (
    _Call("`ls /` typed into the live machine", "L1", "its processes call its own kernel"),
    _Call("the cell `import os; os.getpid()` in your notebook", "L0", "your notebook is a process of L0"),
    _Call(
        "`uname -r` in a container that runs directly on your computer", "L0", "it calls the kernel of your computer"
    ),
    _Call(
        "`cat /proc/version` as root in the live machine", "L1", "being root changes nothing about whose kernel it is"
    ),
)


def _name_the_level(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    calls = [*_KEY_CALLS, *chance.sample(_MORE_CALLS, 2)]
    chance.shuffle(calls)
    answer = [call.level for call in calls]
    listing = "\n\n".join(f"{name}: {call.what}." for name, call in zip("ABCDE", calls, strict=True))
    return Exercise(
        id="00.2",
        objective="00.3",
        title="Whose kernel answers?",
        prompt=f"For each of these calls, name the level of the kernel that answers it.\n\n{listing}",
        starter="answer = ...  # five levels, for A, B, C, D, E",
        expects="a list of five of 'L0', 'L1', 'L2', for A to E",
        check=lambda given: _check_levels(calls, given),
        hints=(
            "Find the process that makes the call first. Which kernel started it?",
            "A container adds no kernel. A virtual machine always does.",
        ),
        solution=f"answer = {answer!r}",
        explanation="A system call is answered by the kernel that runs the process. "
        + " ".join(f"{name}: {call.why}." for name, call in zip("ABCDE", calls, strict=True)),
        wrong=(
            _instead(calls, _KEY_CALLS[0], "L2"),
            _instead(calls, _KEY_CALLS[1], "L1"),
            _instead(calls, _KEY_CALLS[2], "L1"),
        ),
        variant=_name_the_level,
    )


def _instead(calls: Sequence[_Call], changed: _Call, level: str) -> Wrong:
    return Wrong([level if call is changed else call.level for call in calls], changed.why)


def _check_levels(calls: Sequence[_Call], given: Any) -> Feedback:
    _expect_choices(given, len(calls), _LEVELS)
    for name, call, level in zip("ABCDE", calls, given, strict=True):
        if level != call.level:
            return wrong(f"{name}: not {level}; {call.why}.", call.misconception)
    return right("Each call went to the kernel of its own machine, and the container had none.")


def _expect_choices(given: Any, count: int, choices: Sequence[str]) -> None:
    if not isinstance(given, (list, tuple)) or len(given) != count or not set(given) <= set(choices):
        raise CourseError(f"give {count} of {', '.join(choices)}")


EXERCISES = (_name_the_place(0), _name_the_level(0))
