"""Exercises of lesson 03: count a nested walk, follow a request and a packet, say what a clone must renew."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.checks import Exercise, Feedback, Wrong, right, wrong
from course.errors import CourseError
from course.simulate.paging import nested_walk
from course.simulate.paging_walk import page_walk

if TYPE_CHECKING:
    from collections.abc import Sequence

_DEPTHS = ((2, 3), (3, 2), (3, 4), (4, 3), (4, 5), (5, 4), (5, 5), (2, 4))


def _count_the_walk(seed: int) -> Exercise:
    guest, nested = _DEPTHS[seed % len(_DEPTHS)]
    count = nested_walk(guest, nested).count
    drawn = page_walk(seed)
    begins = f"guest page g{drawn.guest_root}"
    last = drawn.reads[-1]
    return Exercise(
        id="03.1",
        objective="03.1",
        title=f"Count the walk: {guest} and {nested} levels",
        prompt=(
            f"A guest's page table has {guest} levels, the nested table has {nested}, and the TLB is empty. "
            "How many entries are read before the data? Then read a walk: "
            f'in `course.walk("seed={seed}")`, the guest\'s table begins on {begins}. '
            "On which host-physical page does the data lie? (The walker shows it; give the number without its h.)"
        ),
        starter="answer = (..., ...)  # entries read, host-physical page",
        expects="a pair of whole numbers",
        check=lambda given: _check_walk(guest, nested, drawn.page, given),
        hints=(
            "One search of the nested table for each table of the guest, and one for the page of the data.",
            f"Each search reads {nested} entries; the guest's own entries come on top.",
        ),
        solution=f"answer = ({count}, {drawn.page})",
        explanation=(
            f"{guest} tables of the guest and the page of the data have to be found: {guest + 1} searches of {nested} "
            f"reads. With {guest} reads of the guest's own entries that makes {count}. In the walk the last entry, on "
            f"page h{last.page}, says h{drawn.page}."
        ),
        wrong=(
            Wrong((guest + nested, drawn.page), "asked once"),
            Wrong((guest * (nested + 1), drawn.page), "the page of the data"),
            Wrong((count, drawn.reads[-2].entry), "not the last"),
        ),
        variant=_count_the_walk,
    )


def _check_walk(guest: int, nested: int, page: int, given: Any) -> Feedback:
    if not isinstance(given, (list, tuple)) or len(given) != 2 or any(type(each) is not int for each in given):
        raise CourseError("give a pair of whole numbers")
    count, found = given
    if count == guest + nested:
        return wrong(
            "That adds the two depths, as if the nested table were asked once. Where do the guest's tables lie?"
        )
    if count == guest * (nested + 1):
        return wrong("Every table of the guest is found and read. What about the page of the data?")
    if count == (guest + 1) * (nested + 1):
        return wrong("One too many: the access to the data itself is not a part of the walk.")
    if count != nested_walk(guest, nested).count:
        return wrong("Write the walk down: search, read, search, read, and so on. How long is one search?")
    if found != page:
        return wrong("The count is right. The page is not the last that the walker shows; go on until the data.")
    return right("One search for each thing that has a guest-physical address: that is why the count is a product.")


@dataclass(frozen=True)
class _Case:
    """Something to be sorted, where it belongs, and why."""

    what: str
    kind: str
    why: str


EMULATED, PARAVIRTUAL, PASSED = "emulated", "paravirtual", "passed through"
DEVICES = (EMULATED, PARAVIRTUAL, PASSED)

_DEVICE_CASES = (
    _Case(
        "the guest uses the driver that came with a controller of 1990, and L0 has no such controller",
        EMULATED,
        "somebody has to play a device that is not there, register by register",
    ),
    _Case(
        "the guest sets five registers for one request, and KVM_RUN returns five times",
        EMULATED,
        "each register is an exit to the process that plays the device",
    ),
    _Case(
        "an old system, of which you cannot change a byte, finds a disk at its first boot",
        EMULATED,
        "it has drivers for hardware of its time and for nothing else",
    ),
    _Case(
        "the guest's driver puts thirty requests into shared memory and leaves once",
        PARAVIRTUAL,
        "a queue in memory, and one notification for all that is in it",
    ),
    _Case(
        "the driver is written for virtual machines; no company ever made a card for it",
        PARAVIRTUAL,
        "a device that exists only as an agreement",
    ),
    _Case(
        "a thread of the host's kernel reads the guest's queue and passes packets on",
        PARAVIRTUAL,
        "this is vhost: still a virtio queue, with the other end in the kernel",
    ),
    _Case(
        "the guest's driver reaches the registers of a real card without an exit",
        PASSED,
        "the nested table maps the card's registers into the guest",
    ),
    _Case(
        "an IOMMU decides which memory the device may write to",
        PASSED,
        "it is needed where a guest tells real hardware what to do",
    ),
    _Case(
        "the machine cannot be migrated while this device is in use: its state is in a card of this computer",
        PASSED,
        "what is in software can be copied, what is in a card cannot",
    ),
)


def _sort_the_devices(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    cases = [one for kind in DEVICES for one in chance.sample([c for c in _DEVICE_CASES if c.kind == kind], 2)]
    chance.shuffle(cases)
    answer = [case.kind for case in cases]
    return Exercise(
        id="03.2",
        objective="03.2",
        title="Which kind of device?",
        prompt=(
            "Somebody describes what they see at a guest's device. Name the kind: `emulated`, `paravirtual` or "
            f"`passed through`.\n\n{_listing(cases)}"
        ),
        starter="answer = [..., ..., ..., ..., ..., ...]  # for A to F",
        expects=f"a list of six of these, for A to F: {', '.join(map(repr, DEVICES))}",
        check=lambda given: _check_cases(cases, DEVICES, _DEVICE_ANSWERS, given),
        hints=(
            "Who plays the device: a program that imitates hardware, a program with an agreement, or hardware?",
            "Count exits for one request: many, one for many requests, or none.",
        ),
        solution=f"answer = {answer!r}",
        explanation=_explained(cases),
        wrong=(
            Wrong([EMULATED if kind == PARAVIRTUAL else kind for kind in answer], "made for virtual machines"),
            Wrong([PASSED if kind == EMULATED else kind for kind in answer], "there is no such hardware"),
            Wrong([PARAVIRTUAL if kind == PASSED else kind for kind in answer], "real hardware"),
        ),
        variant=_sort_the_devices,
    )


_DEVICE_ANSWERS = {
    EMULATED: "a program imitates hardware here, and there is no such hardware, or none that takes part",
    PARAVIRTUAL: "this works by an agreement made for virtual machines: a queue in memory",
    PASSED: "this is about real hardware that the guest drives itself",
}

_WITHOUT_VHOST = ("guest kernel", "QEMU", "tap", "bridge", "network card")
_WITH_VHOST = ("guest kernel", "vhost", "tap", "bridge", "network card")
_TO_A_NEIGHBOR = ("guest kernel", "QEMU", "tap", "bridge", "tap", "QEMU", "guest kernel")
_PACKETS = (
    ("to another computer; QEMU moves the frames itself", _WITHOUT_VHOST),
    ("to another computer; virtio-net with vhost", _WITH_VHOST),
    ("to a second guest on the same bridge; QEMU moves the frames of both", _TO_A_NEIGHBOR),
)


def _trace_the_packet(seed: int) -> Exercise:
    task, path = _PACKETS[seed % len(_PACKETS)]
    without_tap = [each for each in path if each != "tap"]
    swapped = ["vhost" if each == "QEMU" else "QEMU" if each == "vhost" else each for each in path]
    return Exercise(
        id="03.3",
        objective="03.3",
        title="The way of a packet",
        prompt=(
            f"A program in a guest sends a packet {task}. Both ends of the virtual cables are taps on one bridge of "
            "the host's kernel. Name what the packet passes, in order, from the sending guest's kernel on."
        ),
        starter='answer = ["guest kernel", ..., ...]',
        expects="a list of names out of 'guest kernel', 'QEMU', 'vhost', 'tap', 'bridge', 'network card'",
        check=lambda given: _check_packet(path, given),
        hints=(
            "Somebody has to take the frame out of the guest's queue. Who, here?",
            "Whoever it is puts it into an interface of the host's kernel; only then can a switch see it.",
        ),
        solution=f"answer = {list(path)!r}",
        explanation=f"The packet goes: {', '.join(path)}. `course.figure('guest_network')` shows both variants.",
        wrong=(
            Wrong(without_tap, "an interface"),
            Wrong(swapped, "takes the frame out of the queue"),
            Wrong([*path[:-1], *path[-2:]], "in order"),
        ),
        variant=_trace_the_packet,
    )


def _check_packet(path: Sequence[str], given: Any) -> Feedback:
    known = {"guest kernel", "QEMU", "vhost", "tap", "bridge", "network card"}
    if not isinstance(given, (list, tuple)) or not all(each in known for each in given):
        raise CourseError(f"give a list of {', '.join(sorted(known))}")
    if list(given) == list(path):
        return right("Each name is a place where somebody could look at the packet, slow it down, or drop it.")
    if "tap" not in given:
        return wrong("A bridge joins interfaces. The frame gets into the host's kernel by an interface: of which kind?")
    if ("vhost" in given) != ("vhost" in path) or ("QEMU" in given) != ("QEMU" in path):
        return wrong("Who takes the frame out of the queue in this setup, a process or a thread of the kernel?", "X41")
    return wrong("The right places, but not all of them in order, once for each time that the packet passes.")


RENEW, KEEP, TOLD = "must renew", "may keep", "renews if told"
DUTIES = (RENEW, KEEP, TOLD)

_STATE = (
    _Case(
        "the private key of a web server, made before the snapshot", RENEW, "two owners of one key are no two owners"
    ),
    _Case("the token of a session with a database", RENEW, "both would speak in the same session"),
    _Case("the machine's address on the network", RENEW, "two machines cannot answer for one address"),
    _Case("the seed of a program's own random number generator", RENEW, "no kernel tells a program to draw again"),
    _Case("the calendar's time", RENEW, "it stands at the moment of the snapshot until somebody sets it"),
    _Case("the code of the programs", KEEP, "it is equal in all machines anyway"),
    _Case("the page cache", KEEP, "it holds what is on the disk, and being warm is why one restores"),
    _Case("the list of devices", KEEP, "the same machine is played again"),
    _Case(
        "the state of the kernel's random number generator, with a VM generation ID",
        TOLD,
        "the device says that this is a copy, and the kernel stirs it anew",
    ),
)


def _renew_the_clone(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    cases = [one for kind, count in ((RENEW, 3), (KEEP, 1)) for one in chance.sample(_of_kind(kind), count)]
    cases += _of_kind(TOLD)
    chance.shuffle(cases)
    answer = [case.kind for case in cases]
    return Exercise(
        id="03.4",
        objective="03.4",
        title="What a clone must renew",
        prompt=(
            "Several machines are restored from one saved state and shall serve different customers. Say of each part: "
            "somebody `must renew` it, it `may keep` it, or the kernel `renews if told` that it is a copy.\n\n"
            f"{_listing(cases)}"
        ),
        starter="answer = [..., ..., ..., ..., ...]  # for A to E",
        expects=f"a list of five of these, for A to E: {', '.join(map(repr, DUTIES))}",
        check=lambda given: _check_clone(cases, given),
        hints=(
            "Ask of each: would it harm if two strangers had the very same?",
            "Only one part of a guest is told by a device that it was copied: which one listens to it?",
        ),
        solution=f"answer = {answer!r}",
        explanation=_explained(cases),
        wrong=(
            Wrong([KEEP if kind == RENEW else kind for kind in answer], "two machines have it"),
            Wrong([RENEW if kind == TOLD else kind for kind in answer], "a device"),
            Wrong([RENEW if kind == KEEP else kind for kind in answer], "no secret"),
        ),
        variant=_renew_the_clone,
    )


def _of_kind(kind: str) -> list[_Case]:
    return [case for case in _STATE if case.kind == kind]


_DUTY_ANSWERS = {
    RENEW: "two machines have it now, and it was meant for one",
    KEEP: "there is no secret in it and nothing that is meant for one machine only",
    TOLD: "here a device tells the guest that it was copied, and somebody in the guest listens",
}


def _check_clone(cases: Sequence[_Case], given: Any) -> Feedback:
    feedback = _check_cases(cases, DUTIES, _DUTY_ANSWERS, given)
    kept = any(case.kind == RENEW and duty == KEEP for case, duty in zip(cases, given, strict=True))
    return wrong(feedback.message, "X11") if kept and not feedback.passed else feedback


def _check_cases(cases: Sequence[_Case], kinds: Sequence[str], answers: dict[str, str], given: Any) -> Feedback:
    if not isinstance(given, (list, tuple)) or len(given) != len(cases) or not set(given) <= set(kinds):
        raise CourseError(f"give {len(cases)} of {', '.join(kinds)}")
    for name, case, kind in zip("ABCDEF", cases, given, strict=False):
        if case.kind != kind:
            return wrong(f"{name}: {answers[case.kind]}.")
    return right("You asked what each one is for, and not what it looks like.")


def _listing(cases: Sequence[_Case]) -> str:
    return "\n\n".join(f"{name}: {case.what}." for name, case in zip("ABCDEF", cases, strict=False))


def _explained(cases: Sequence[_Case]) -> str:
    return " ".join(f"{name}, {case.kind}: {case.why}." for name, case in zip("ABCDEF", cases, strict=False))


EXERCISES = (_count_the_walk(1), _sort_the_devices(0), _trace_the_packet(0), _renew_the_clone(0))
