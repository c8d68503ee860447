"""Exercises of lesson 01: order layers, name the way of being virtual, count crossings, translate addresses."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course import stacks
from course.checks import Exercise, Feedback, Wrong, right, wrong
from course.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.stacks import Path, Stack

_ORDERED = ("container_in_vm", "docker", "firecracker", "kubernetes_node", "podman")


def _order_the_layers(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    stack = stacks.stack(_ORDERED[seed % len(_ORDERED)])
    answer = [layer.name for layer in stack.in_path()]
    beside = [layer.name for layer in stack.beside()][:2]
    given = chance.sample([*answer, *beside], len(answer) + len(beside))
    return Exercise(
        id="01.1",
        objective="01.1",
        title=f"Order the layers of: {stack.name}",
        prompt=(
            "Draw the layers that carry the workload, then write them down from the bottom up. Leave out what "
            "only sets "
            f"things up and supervises. In no order, these are the names: {', '.join(f'`{name}`' for name in given)}."
        ),
        starter="answer = ...  # a list of names, bottom first",
        expects="a list of names, bottom first",
        check=lambda order: _check_order(stack, order),
        hints=(
            "Begin at both ends: what is always lowest, and what does the user want to run?",
            (
                "For each name left, ask: if it is taken away while the program runs, does the next instruction "
                "or call fail?"
            ),
        ),
        solution=f"answer = {answer!r}",
        explanation=_explained(stack),
        wrong=(
            Wrong(answer[::-1], "from the top down"),
            Wrong([*answer[:-1], beside[0], answer[-1]], "stands beside"),
            Wrong([*answer[:-2], answer[-1], answer[-2]], "the one below"),
        ),
        variant=_order_the_layers,
    )


def _explained(stack: Stack) -> str:
    beside = " and ".join(layer.name for layer in stack.beside()[:2])
    detail = " ".join(f"{layer.name}: {layer.detail}" for layer in stack.in_path())
    return f"{detail}\n\nBeside the path: {beside}. Take them away and the running program does not notice at once."


def _check_order(stack: Stack, given: Any) -> Feedback:
    right_order = [layer.name for layer in stack.in_path()]
    beside = [layer.name for layer in stack.beside()]
    if not isinstance(given, (list, tuple)) or not given or not set(given) <= {*right_order, *beside}:
        raise CourseError("give the names of the exercise, each as text")
    order = list(given)
    if order == right_order:
        return right("From the hardware to the application, with nothing in between that only supervises.")
    if order == right_order[::-1]:
        return wrong("These are all of them, but from the top down. Begin with what everything else stands on.")
    for name in order:
        if name in beside:
            return wrong(f"{name} stands beside the path: it sets up and supervises, and no access has to pass it.")
    missing = [name for name in right_order if name not in order]
    if missing:
        return wrong(f"A layer that carries the workload is missing, {missing[0]}.")
    place = next(index for index, pair in enumerate(zip(order, right_order, strict=False)) if pair[0] != pair[1])
    return wrong(
        f"Up to {place} from the bottom it is right. {order[place]} needs another layer: what is the one below it?"
    )


WAYS = ("multiplex", "aggregate", "emulate")


@dataclass(frozen=True)
class _Example:
    what: str
    way: str
    why: str


_EXAMPLES = (
    _Example("several processes take turns on one processor", "multiplex", "one processor is shared out as many"),
    _Example("each process has an address space of its own", "multiplex", "one memory is shared out as many"),
    _Example("several virtual networks use one cable", "multiplex", "one cable is shared out as many"),
    _Example("windows of many programs on one screen", "multiplex", "one screen is shared out as many"),
    _Example("three disks appear as one volume", "aggregate", "many disks are joined into one"),
    _Example(
        "many servers answer at one address behind a load balancer", "aggregate", "many servers are joined into one"
    ),
    _Example("two network cards act as one faster card", "aggregate", "many cards are joined into one"),
    _Example("a file is presented to a guest as a disk", "emulate", "a file plays a disk: another kind of thing"),
    _Example("software behaves as a serial port", "emulate", "software plays a chip: another kind of thing"),
    _Example("an ARM program runs on an x86 processor", "emulate", "one instruction set is played by another"),
)


def _three_ways(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    by_way = [[example for example in _EXAMPLES if example.way == way] for way in WAYS]
    examples = [example for group in by_way for example in chance.sample(group, 2)]
    chance.shuffle(examples)
    answer = [example.way for example in examples]
    listing = "\n\n".join(f"{name}: {example.what}." for name, example in zip("ABCDEF", examples, strict=True))
    return Exercise(
        id="01.2",
        objective="01.2",
        title="Three ways to make a thing virtual",
        prompt=f"Name the way in which each of these is virtual.\n\n{listing}",
        starter="answer = ...  # six ways, for A to F",
        expects="a list of six of 'multiplex', 'aggregate', 'emulate', for A to F",
        check=lambda ways: _check_ways(examples, ways),
        hints=(
            "Count on both sides: how many real things are there, and how many does the user see?",
            (
                "If the numbers do not tell, compare the kinds: is what the user sees the same kind of thing as "
                "what is there?"
            ),
        ),
        solution=f"answer = {answer!r}",
        explanation=" ".join(f"{name}: {example.why}." for name, example in zip("ABCDEF", examples, strict=True)),
        wrong=(
            Wrong(["emulate"] * 6, "does not mean emulated"),
            Wrong(
                [{"aggregate": "multiplex", "multiplex": "aggregate"}.get(way, way) for way in answer], "the other way"
            ),
            Wrong([{"emulate": "multiplex"}.get(way, way) for way in answer], "another kind"),
        ),
        variant=_three_ways,
    )


def _check_ways(examples: Sequence[_Example], given: Any) -> Feedback:
    if not isinstance(given, (list, tuple)) or len(given) != len(examples) or not set(given) <= set(WAYS):
        raise CourseError(f"give {len(examples)} of {', '.join(WAYS)}")
    if set(given) == {"emulate"}:
        return wrong(
            "Virtual does not mean emulated: most of what is virtual is a share of the same kind of thing.", "X23"
        )
    for name, example, way in zip("ABCDEF", examples, given, strict=True):
        if way == example.way:
            continue
        if example.way == "emulate":
            return wrong(f"{name}: what is shown is another kind of thing than what is there ({example.why}).")
        if way == "emulate":
            return wrong(f"{name}: both sides are the same kind of thing; count how many there are.", "X23")
        return wrong(f"{name}: it is the other way around; {example.why}.")
    return right("You counted both sides, and compared the kinds where counting did not tell.")


_COUNTED = ("process", "docker", "qemu_kvm", "container_in_vm")
_FOLLOWED = ("direct_write", "page_cache_write", "system_call", "packet_to_address")


def _count_the_crossings(seed: int) -> Exercise:
    access = _FOLLOWED[seed % len(_FOLLOWED)]
    paths = [stacks.stack(platform).path(access) for platform in _COUNTED]
    names = [stacks.stack(platform).name for platform in _COUNTED]
    answer = [path.crossings for path in paths]
    layers = [len(path.steps) for path in paths]
    return Exercise(
        id="01.3",
        objective="01.4",
        title=f"Count the crossings: {paths[0].name[0].lower()}{paths[0].name[1:]}",
        prompt=(
            "Follow this access down four stacks and count the boundaries between privilege modes that it "
            "crosses, on its way "
            f"in one direction. The stacks, in this order: {', '.join(names)}. Draw each path before you count."
        ),
        starter="answer = ...  # four counts, in the order of the stacks",
        expects="a list of four whole numbers, in the order of the stacks",
        check=lambda counts: _check_counts(paths, names, counts),
        hints=(
            "Count only where the privilege changes: a system call, a VM exit or entry, a return to user mode.",
            f'The explorer draws the path: `course.explore("{", ".join(_COUNTED)}; workloads=1; access={access}")`.',
        ),
        solution=f"answer = {answer!r}",
        explanation="\n\n".join(_path_in_words(name, path) for name, path in zip(names, paths, strict=True)),
        wrong=(
            Wrong(layers, "layers"),
            Wrong([0] * 4, "not one"),
            Wrong([answer[0], answer[1] + 1, *answer[2:]], "adds no boundary"),
        ),
        variant=_count_the_crossings,
    )


def _path_in_words(name: str, path: Path) -> str:
    steps = [f"{step.layer.name} ({step.crossing})" if step.crossing else step.layer.name for step in path.steps]
    return f"{name}: {' -> '.join(steps)}. That makes {path.crossings}."


def _check_counts(paths: Sequence[Path], names: Sequence[str], given: Any) -> Feedback:
    if not isinstance(given, (list, tuple)) or [type(count) for count in given] != [int] * len(paths):
        raise CourseError(f"give {len(paths)} whole numbers")
    answer = [path.crossings for path in paths]
    if list(given) == answer:
        return right("You counted changes of privilege, not boxes, and the container came for free.")
    if list(given) == [len(path.steps) for path in paths]:
        return wrong(
            "These are the layers on the way. Count the boundaries between them: not every two are separated by one."
        )
    if not any(given):
        return wrong(
            "A program in user mode cannot reach a disk, a socket or another machine and cross not one boundary."
        )
    if given[0] == answer[0] and given[1] == answer[1] + 1:
        return wrong(
            "A container adds no boundary to an access: its process calls the kernel as every process does.", "X01"
        )
    index = next(index for index, pair in enumerate(zip(given, answer, strict=True)) if pair[0] != pair[1])
    return wrong(f"Look again at {names[index]}: where does the privilege change on the way?")


_PAGE = 0x100
_ENTRIES = 8


def _translate(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    frames = chance.sample(range(0x10, 0x40), _ENTRIES)
    absent = chance.randrange(_ENTRIES)
    table = [None if page == absent else frame for page, frame in enumerate(frames)]
    pages = chance.sample([page for page in range(1, _ENTRIES) if page != absent], 2)
    addresses = [page * _PAGE + chance.randrange(1, _PAGE) for page in pages]
    addresses.insert(chance.randrange(3), absent * _PAGE + chance.randrange(1, _PAGE))
    answer = [_physical(table, address) for address in addresses]
    entries = ", ".join(f"{page} -> {'none' if frame is None else hex(frame)}" for page, frame in enumerate(table))
    return Exercise(
        id="01.4",
        objective="01.2",
        title="Be the processor",
        prompt=(
            f"A page holds {_PAGE:#x} bytes. This is a process's page table, from virtual page to physical page: "
            f"{entries}. "
            f"Which physical addresses stand behind the virtual addresses {', '.join(map(hex, addresses))}? Where "
            "there is no "
            "entry, the processor calls the kernel: write `'fault'`."
        ),
        starter="answer = ...  # three addresses or faults",
        expects="a list of three: a number such as 0x1234, or 'fault'",
        check=lambda given: _check_addresses(table, addresses, given),
        hints=(
            (
                "Split the address: the last two hexadecimal digits are the place within the page, the rest is "
                "the page's number."
            ),
            "Look the page's number up, and put the place within the page behind the physical page's number.",
        ),
        solution=f"answer = [{', '.join(hex(part) if isinstance(part, int) else repr(part) for part in answer)}]",
        explanation=(
            "The processor replaces the number of the page and keeps the place within it. It does so for every "
            "access, and "
            "what has no entry is the kernel's to decide: fetch a page, make one, or end the process."
        ),
        wrong=(
            Wrong(addresses, "virtual addresses themselves"),
            Wrong([part if part == "fault" else part // _PAGE * _PAGE for part in answer], "place within the page"),
            Wrong([0 if part == "fault" else part for part in answer], "no entry"),
        ),
        variant=_translate,
    )


def _physical(table: Sequence[int | None], address: int) -> Any:
    page, place = divmod(address, _PAGE)
    frame = table[page]
    return "fault" if frame is None else frame * _PAGE + place


def _check_addresses(table: Sequence[int | None], addresses: Sequence[int], given: Any) -> Feedback:
    if not isinstance(given, (list, tuple)) or len(given) != len(addresses):
        raise CourseError(f"give {len(addresses)} values")
    if not all(value == "fault" or type(value) is int for value in given):
        raise CourseError("each value is a whole number or 'fault'")
    if list(given) == list(addresses):
        return wrong("These are the virtual addresses themselves: no process ever sees a physical one.")
    for address, value in zip(addresses, given, strict=True):
        expected = _physical(table, address)
        if value != expected:
            return wrong(_misread(address, value, expected))
    return right("You replaced the number of the page, kept the place within it, and left the rest to the kernel.")


def _misread(address: int, value: Any, expected: Any) -> str:
    if expected == "fault":
        return f"{address:#x}: its page has no entry in the table, so there is no address to give, not even 0."
    if value == "fault":
        return f"{address:#x}: its page has an entry. Split off the last two hexadecimal digits, then look again."
    if value == expected // _PAGE * _PAGE:
        return f"{address:#x}: that is where the physical page begins. Add the place within the page."
    return f"{address:#x}: replace the number of the page by what the table says, and nothing else."


EXERCISES = (_order_the_layers(0), _three_ways(0), _count_the_crossings(0), _translate(0))
