"""Exercises of lesson 10: classify names, draw a stack and what stands beside it, correct a statement, order events."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course import dataset, stacks
from course.checks import Exercise, Feedback, Wrong, right, wrong
from course.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.stacks import Stack

CLASSES = ("hypervisor", "monitor", "runtime", "engine", "manager", "host system")

_CLASS_OF_KIND = {
    "hypervisor_type_1": "hypervisor",
    "hypervisor_type_2": "hypervisor",
    "hypervisor_in_kernel": "hypervisor",
    "emulator_vmm": "monitor",
    "micro_vmm": "monitor",
    "low_level_runtime": "runtime",
    "high_level_runtime": "runtime",
    "system_container": "runtime",
    "vm_container_runtime": "runtime",
    "container_engine": "engine",
    "manager": "manager",
    "container_host_os": "host system",
}
_DRAWN = {"hypervisor": 3, "monitor": 2, "runtime": 3, "engine": 2, "manager": 1, "host system": 1}
# bhyve is a module and a monitor under one name; partitions of other kernels than Linux are made by that kernel.
_LEFT_OUT = {"bhyve", "openvz", "solaris_zones", "freebsd_jails"}
_QUESTION = {
    "hypervisor": "It shares the processors and the memory of a computer among machines.",
    "monitor": "It makes one machine and plays its devices; a hypervisor below it runs the guest's instructions.",
    "runtime": "It makes and runs containers. Who builds and shares images gives commands to something above it.",
    "engine": "People give it commands: fetch this image, run it.",
    "manager": "It keeps many containers or machines, and leaves making each of them to others.",
    "host system": "It is an operating system: what containers stand on.",
}


def _place_twelve(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    rows = [
        row
        for row in dataset.records("platforms")
        if row["kind"] in _CLASS_OF_KIND and row["platform"] not in _LEFT_OUT
    ]
    by_class = {name: [row for row in rows if _CLASS_OF_KIND[row["kind"]] == name] for name in CLASSES}
    drawn = [row for name in CLASSES for row in chance.sample(by_class[name], _DRAWN[name])]
    chance.shuffle(drawn)
    answer = {str(row["name"]): _CLASS_OF_KIND[row["kind"]] for row in drawn}
    return Exercise(
        id="10.1",
        objective="10.1",
        title="Place these twelve",
        prompt=(
            "Give each name its kind: `hypervisor`, `monitor` (VMM), `runtime`, `engine`, `manager` or `host system`. "
            f"The names: {', '.join(answer)}."
        ),
        starter=f"answer = {dict.fromkeys(answer, ...)!r}".replace("Ellipsis", "..."),
        expects=f"a dictionary from each of the twelve names to one of {', '.join(CLASSES)}",
        check=lambda given: _check_classes(answer, given),
        hints=(
            "Ask each name: who gives it its orders, a person, a program, or a guest's exits?",
            'What it is stands on its card, and all of them side by side in `course.museum("all")`.',
        ),
        solution=f"answer = {answer!r}",
        explanation="\n\n".join(
            f"{row['name']} is of the kind {answer[row['name']]}. {row['definition']}" for row in drawn
        ),
        wrong=(
            Wrong(_swapped(answer, "host system", "engine"), "an operating system"),
            Wrong(_swapped(answer, "monitor", "hypervisor"), "makes one machine"),
            Wrong(_swapped(answer, "runtime", "engine"), "something above it"),
        ),
        variant=_place_twelve,
    )


def _swapped(answer: Mapping[str, str], old: str, new: str) -> dict[str, str]:
    return {name: new if kind == old else kind for name, kind in answer.items()}


def _check_classes(answer: Mapping[str, str], given: Any) -> Feedback:
    if not isinstance(given, dict) or set(given) != set(answer):
        raise CourseError("give the twelve names of the exercise, each with its kind")
    if not all(kind in CLASSES for kind in given.values()):
        raise CourseError(f"each kind is one of {', '.join(CLASSES)}")
    missed = [name for name, kind in answer.items() if given[name] != kind]
    if not missed:
        return right("You asked what each of them does, and for whom, and not in which list it stood.")
    name = missed[0]
    belief = "X12" if name in {"QEMU", "KVM"} else "X28" if name in {"LXC", "LXD", "Incus"} else ""
    count = f"{len(answer) - len(missed)} of {len(answer)} are placed"
    return wrong(f"{count}. Look again at {name}: {_QUESTION[answer[name]]}", belief)


_ACCESS = "direct_write"
_STACKS = ("xen", "docker", "kvm", "cri_o", "virtualbox", "rkt", "vmware_esxi", "rancheros", "lxc", "photon_os")


def _draw_the_stack(seed: int) -> Exercise:
    stack = stacks.stack(_STACKS[seed % len(_STACKS)])
    path = [step.layer.name for step in stack.path(_ACCESS).steps]
    beside = [layer.name for layer in stack.layers if layer.name not in path]
    stranger = "Docker daemon" if _has_guest(path) else "Guest kernel"
    names = sorted([*path, *beside, stranger], key=str.casefold)
    answer = {"path": path, "beside": beside}
    return Exercise(
        id="10.2",
        objective="10.2",
        title=f"Draw the stack: {stack.name}",
        prompt=(
            "A program opens a file with O_DIRECT and writes. Draw the layers that this write passes on its way down, "
            "and beside them what only sets up, supervises, or serves other accesses. Then write both down: the path "
            "from the application to the hardware, the rest in any order. One name of these does not belong to this "
            f"system at all: {', '.join(f'`{name}`' for name in names)}."
        ),
        starter='answer = {"path": [...], "beside": [...]}',
        expects='a dictionary with two lists of names, "path" from the application down, and "beside"',
        check=lambda given: _check_drawing(stack, answer, stranger, given),
        hints=(
            "Begin at both ends. Then ask of each name that is left: if it is stopped, does the write still arrive?",
            f'The explorer draws the path: `course.explore("{stack.platform}; workloads=1; access={_ACCESS}")`.',
        ),
        solution=f"answer = {answer!r}",
        explanation=(
            f"In the path: {' '.join(f'{layer.name}: {layer.detail}' for layer in stack.layers if layer.name in path)}"
            f"\n\nBeside it: {', '.join(beside)}. {stranger}: there is none in this stack."
        ),
        wrong=(
            Wrong({"path": [*path[:-1], beside[0], path[-1]], "beside": beside[1:]}, "does not pass it"),
            Wrong({"path": path[::-1], "beside": beside}, "Begin with the application"),
            Wrong({"path": [*path[:2], stranger, *path[2:]], "beside": beside}, "no such layer"),
        ),
        variant=_draw_the_stack,
    )


def _has_guest(path: Sequence[str]) -> bool:
    return "Guest kernel" in path


def _check_drawing(stack: Stack, answer: Mapping[str, list[str]], stranger: str, given: Any) -> Feedback:
    known = {*answer["path"], *answer["beside"], stranger}
    if not isinstance(given, dict) or set(given) != {"path", "beside"}:
        raise CourseError('give a dictionary with "path" and "beside"')
    if not all(isinstance(names, (list, tuple)) and all(name in known for name in names) for names in given.values()):
        raise CourseError("both hold names of the exercise, each as text")
    path, beside = list(given["path"]), list(given["beside"])
    if stranger in path or stranger in beside:
        return wrong(*_strange(stack, stranger))
    if path == answer["path"] and sorted(beside) == sorted(answer["beside"]):
        return right("You followed one access, and what it does not touch stands beside.")
    return _misplaced(answer, path, beside)


def _misplaced(answer: Mapping[str, list[str]], path: list[str], beside: list[str]) -> Feedback:
    if path == answer["path"][::-1]:
        return wrong("These are the layers from the hardware up. Begin with the application: the write starts there.")
    for name in path:
        if name in answer["beside"]:
            return wrong(f"{name} stands beside: stop it, and the write still arrives. It does not pass it.", "X41")
    for name in beside:
        if name in answer["path"]:
            return wrong(f"{name} is in the path: take it away, and the write fails.")
    if missing := [name for name in (*answer["path"], *answer["beside"]) if name not in (*path, *beside)]:
        return wrong(f"Place {missing[0]}, too.")
    pairs = enumerate(zip(path, answer["path"], strict=False))
    place = next((index for index, (mine, theirs) in pairs if mine != theirs), len(answer["path"]))
    return wrong(f"From the application on, {place} are right, each once. Who takes the write from there?")


def _strange(stack: Stack, stranger: str) -> tuple[str, str]:
    if stranger == "Guest kernel":
        return f"{stack.name} has no such layer as a guest kernel: its containers call the kernel that is there.", "X26"
    return f"{stack.name} has no such layer as a {stranger}: it runs machines, and no container engine is needed.", ""


@dataclass(frozen=True)
class _Statement:
    """A statement that is false or dated, whom it is about, and the rows and columns that refute it."""

    said: str
    platform: str
    evidence: tuple[str, ...]
    corrected: str
    near: str
    """A look-up that is about the right system and refutes nothing."""


_STATEMENTS = (
    _Statement(
        "If you want containers without a daemon, take rkt: it is developed as a rival of Docker.",
        "rkt",
        ("platforms:rkt:status", "platforms:rkt:status_note", "platforms:rkt:latest_seen", "timeline:T66:title"),
        "rkt is {platforms:rkt:status}: {platforms:rkt:status_note}.",
        "platforms:rkt:license",
    ),
    _Statement(
        "RancherOS is a good choice for a small container host, since it gets updates for all of its services.",
        "rancheros",
        ("platforms:rancheros:status", "platforms:rancheros:status_note", "timeline:T70:title"),
        "RancherOS is {platforms:rancheros:status}: {platforms:rancheros:status_note}.",
        "platforms:rancheros:definition",
    ),
    _Statement(
        "Photon OS is a kind of container.",
        "photon_os",
        (
            "platforms:photon_os:kind",
            "platforms:photon_os:definition",
            "glossary:container host operating system:definition",
        ),
        "Photon OS is not a container. {platforms:photon_os:definition}",
        "platforms:photon_os:license",
    ),
    _Statement(
        "Firecracker is a container runtime.",
        "firecracker",
        (
            "platforms:firecracker:kind",
            "platforms:firecracker:definition",
            "platform_properties:firecracker/own_kernel:value",
        ),
        "Firecracker runs machines. {platforms:firecracker:definition}",
        "platforms:firecracker:status",
    ),
    _Statement(
        "ESXi is a Linux distribution with VMware's programs on it.",
        "vmware_esxi",
        ("platforms:vmware_esxi:definition", "layers:vmware_esxi/vmkernel:detail", "layers:vmware_esxi/vmkernel:name"),
        "ESXi is no Linux. {platforms:vmware_esxi:definition}",
        "platforms:vmware_esxi:license",
    ),
    _Statement(
        "runc is the daemon that keeps every container running.",
        "runc",
        ("platforms:runc:definition", "platform_properties:runc/daemon:value"),
        "runc leaves once the container runs. {platforms:runc:definition}",
        "platforms:runc:homepage",
    ),
    _Statement(
        "Docker was the first to run containers on Linux.",
        "docker",
        ("timeline:T30:date", "timeline:T18:date", "platforms:lxc:first_release", "platforms:openvz:first_release"),
        "LXC was there before ({timeline:T30:date}), and Docker came later ({timeline:T34:date}).",
        "platforms:docker:definition",
    ),
    _Statement(
        "VirtualBox translates the guest's instructions, so it runs on any processor.",
        "virtualbox",
        ("platform_properties:virtualbox/needs_hardware_virtualization:value", "platforms:virtualbox:definition"),
        (
            "VirtualBox needs the processor's support: "
            "{platform_properties:virtualbox/needs_hardware_virtualization:value}."
        ),
        "platforms:virtualbox:first_release",
    ),
)

_LOOK_UP = re.compile(r"\{([^{}]+)\}")


def _correct_it(seed: int) -> Exercise:
    statement = _STATEMENTS[seed % len(_STATEMENTS)]
    name = dataset.fact("platforms", statement.platform, "name")
    return Exercise(
        id="10.3",
        objective="10.3",
        title=f"Correct it with evidence: {name}",
        prompt=(
            f"Somebody says: *{statement.said}* Correct it in one sentence that looks its evidence up, as "
            "`course.say` does: `{table:row:column}`, such as `{platforms:docker:definition}`. Write the fact nowhere "
            "else. The table `platforms` has the columns definition, kind, status, status_note, first_release and "
            "more; `timeline` has date, title and why; `platform_properties` has rows such as `docker/daemon` and the "
            "column value."
        ),
        starter="answer = ...  # one sentence with a look-up in braces",
        expects='a sentence with a look-up, such as "... {platforms:docker:definition} ..."',
        check=lambda given: _check_correction(statement, given),
        hints=(
            f'Read the card of the system: `course.card("{statement.platform}")`. Which line of it contradicts?',
            (
                "If the statement was true once, look for a status or an event; if it never was, for a definition or "
                "a property."
            ),
        ),
        solution=f"answer = {statement.corrected!r}",
        explanation=f"{dataset.fill(statement.corrected).text} Any of these rows would do: {_listed(statement)}.",
        wrong=(
            Wrong(f"That is wrong: {name} is something else.", "an opinion"),
            Wrong(f"No: {{{statement.near}}}", "does not contradict"),
            Wrong("No: {platforms:chroot:definition}", "another system"),
        ),
        variant=_correct_it,
    )


def _listed(statement: _Statement) -> str:
    return ", ".join(f"`{{{each}}}`" for each in statement.evidence)


def _check_correction(statement: _Statement, given: Any) -> Feedback:
    if not isinstance(given, str) or not given.strip():
        raise CourseError("give one sentence as text")
    found = _LOOK_UP.findall(given)
    if not found:
        return wrong("A correction without a row of evidence is an opinion. Look the fact up, in braces.")
    filled = dataset.fill(given)
    if any(_is_evidence(look_up, statement) for look_up in found):
        return right(f"{filled.text} Sources: {', '.join(filled.sources)}.")
    if not any(f":{statement.platform}:" in f":{each.replace('/', ':')}" for each in found):
        return wrong(f"This says: {filled.text} It is a fact about another system, and refutes nothing here.")
    return wrong(f"This says: {filled.text} It is a fact, and it does not contradict the statement.")


def _is_evidence(look_up: str, statement: _Statement) -> bool:
    """Return whether a look-up refutes; of a system its column counts, of any other row all columns are about it."""
    if look_up.startswith("platforms:"):
        return look_up in statement.evidence
    return look_up.rpartition(":")[0] in {each.rpartition(":")[0] for each in statement.evidence}


@dataclass(frozen=True)
class _Step:
    """An event of the timeline, and what could be done from then on."""

    event: str
    then: str


_STEPS = (
    _Step("T01", "many users share one computer, and each has a machine"),
    _Step("T04", "whether a processor can be virtualized is a question with an answer"),
    _Step("T05", "a process can be given another root directory"),
    _Step("T07", "a PC runs two operating systems, by translation of what its processor would not trap"),
    _Step("T08", "root is confined, with files, processes and network, under one kernel"),
    _Step("T14", "guests that were changed for it run with little loss on a processor without support"),
    _Step("T20", "unchanged guests run on the processor without translation"),
    _Step("T26", "every Linux can be a hypervisor, since the processor does the difficult part"),
    _Step("T28", "groups of processes get a budget and a network of their own"),
    _Step("T34", "an image is built, handed out and started with one command"),
    _Step("T51", "Kubernetes can change the engine below it"),
    _Step("T63", "a machine is small enough to be started for one function"),
)


def _order_events(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    drawn = sorted(chance.sample(range(len(_STEPS)), 5))
    letters = chance.sample("ABCDE", 5)
    answer = letters
    titles = {letter: str(_event(_STEPS[index])["title"]) for letter, index in zip(letters, drawn, strict=True)}
    thens = {letter: _STEPS[index].then for letter, index in zip(letters, drawn, strict=True)}
    return Exercise(
        id="10.4",
        objective="10.4",
        title="What came first, and what did it make possible?",
        prompt=(
            "Each of these became possible with one event. Put them into the order of the events, the oldest first, "
            "and name the event in your mind.\n\n" + "\n\n".join(f"{each}: {thens[each]}." for each in sorted(thens))
        ),
        starter="answer = ...  # five letters, the oldest first",
        expects="a list of five letters, the oldest first",
        check=lambda given: _check_order(answer, thens, titles, given),
        hints=(
            "Ask of two of them: could the later one have been done without the earlier?",
            "Machines came before Unix. Hardware support came after two ways to do without it.",
        ),
        solution=f"answer = {answer!r}",
        explanation=" ".join(
            f"{letter}: {_event(_STEPS[index])['date']}, {titles[letter]}."
            for letter, index in zip(letters, drawn, strict=True)
        ),
        wrong=(
            Wrong(answer[::-1], "youngest first"),
            Wrong([answer[1], answer[0], *answer[2:]], titles[answer[0]]),
            Wrong([*answer[:3], answer[4], answer[3]], titles[answer[3]]),
        ),
        variant=_order_events,
    )


def _event(step: _Step) -> dataset.Row:
    return next(row for row in dataset.records("timeline") if row["event"] == step.event)


def _check_order(answer: Sequence[str], thens: Mapping[str, str], titles: Mapping[str, str], given: Any) -> Feedback:
    if not isinstance(given, (list, tuple)) or len(given) != len(answer) or set(map(str, given)) != set(answer):
        raise CourseError("give each of the five letters once")
    if list(given) == list(answer):
        return right(f"The events: {'; '.join(titles[letter] for letter in answer)}.")
    if list(given) == list(answer)[::-1]:
        return wrong("This is the youngest first. Turn it around.")
    place = next(index for index, pair in enumerate(zip(given, answer, strict=True)) if pair[0] != pair[1])
    return wrong(
        f"The first {place} are right. Next comes what became possible with this event: {titles[answer[place]]}. "
        f"What you put there, {thens[given[place]]}, is younger."
    )


EXERCISES = (_place_twelve(0), _draw_the_stack(0), _correct_it(0), _order_events(0))
