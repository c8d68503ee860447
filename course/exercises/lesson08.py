"""Exercises of lesson 08: state threat models, classify escapes, close a configuration, predict what falls."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course import stacks
from course.breakouts import Breakout, breakouts, choices, defenses
from course.checks import Exercise, Feedback, Wrong, right, wrong
from course.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NAMES = "ABCDE"
TENANT, IMAGE, OUTSIDER, OWNER = "tenant", "image author", "outsider", "owner"
ATTACKERS = (TENANT, IMAGE, OUTSIDER, OWNER)
WORKLOAD, NEIGHBOR, BELOW = "workload", "neighbor", "machine below"
TARGETS = (WORKLOAD, NEIGHBOR, BELOW)


@dataclass(frozen=True)
class _Threat:
    """A situation, who attacks in it and what they are after."""

    what: str
    who: str
    target: str


_OWNER_READS = _Threat(
    "An administrator of a cloud saves the memory of a customer's machine to a file and searches it", OWNER, WORKLOAD
)
_TENANT_LISTENS = _Threat(
    "A customer's function times its own loads, to learn about the function on the other thread of its core",
    TENANT,
    NEIGHBOR,
)
_IMAGE_BUILDS = _Threat(
    "A base image from a public registry writes to files of the server that builds upon it", IMAGE, BELOW
)
_THREATS = (
    _OWNER_READS,
    _TENANT_LISTENS,
    _IMAGE_BUILDS,
    _Threat(
        "Somebody who runs L0 restores an old copy of a customer's machine, to try passwords without end",
        OWNER,
        WORKLOAD,
    ),
    _Threat("A customer's container starts processes until others on its node can start none", TENANT, NEIGHBOR),
    _Threat("A customer with root in a container looks for files of the node that runs it", TENANT, BELOW),
    _Threat(
        "A library in an image sends the password that its container is given to an address of its author",
        IMAGE,
        WORKLOAD,
    ),
    _Threat("Somebody finds an engine's interface open to the network and asks it to mount `/`", OUTSIDER, BELOW),
    _Threat(
        "Somebody sends a crafted request to a web server in a container and reads what that server may read",
        OUTSIDER,
        WORKLOAD,
    ),
)


def _state_the_threats(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    threats = [_OWNER_READS, _TENANT_LISTENS, _IMAGE_BUILDS]
    threats.append(chance.choice([one for one in _THREATS if one.who == OUTSIDER]))
    threats.append(chance.choice([one for one in _THREATS if one not in threats]))
    chance.shuffle(threats)
    answer = [(threat.who, threat.target) for threat in threats]
    return Exercise(
        id="08.1",
        objective="08.1",
        title="Who, and after what?",
        prompt=(
            "For each situation, say who attacks and what they are after: the `workload` itself, a `neighbor` of it, "
            f"or the `machine below`.\n\n{_listing([threat.what for threat in threats])}"
        ),
        starter="answer = [(..., ...), (..., ...), (..., ...), (..., ...), (..., ...)]  # (who, what), for A to E",
        expects=f"a list of five pairs for A to E: one of {', '.join(ATTACKERS)}, and one of {', '.join(TARGETS)}",
        check=lambda given: _check_threats(threats, given),
        hints=(
            "Where does the first hostile instruction run, and who put it there?",
            "What would be lost: something of the workload, of one beside it, or of what runs both?",
        ),
        solution=f"answer = {answer!r}",
        explanation=" ".join(
            f"{name}: the {threat.who}, after the {threat.target}." for name, threat in zip(NAMES, threats, strict=True)
        ),
        wrong=(
            Wrong(_swapped(threats, _OWNER_READS, (OWNER, BELOW)), "have the machine below already"),
            Wrong(_swapped(threats, _TENANT_LISTENS, (TENANT, BELOW)), "at the same level"),
            Wrong(_swapped(threats, _IMAGE_BUILDS, (OUTSIDER, BELOW)), "wrote the code"),
        ),
        variant=_state_the_threats,
    )


def _swapped(threats: Sequence[_Threat], one: _Threat, by: tuple[str, str]) -> list[tuple[str, str]]:
    return [by if threat is one else (threat.who, threat.target) for threat in threats]


def _check_threats(threats: Sequence[_Threat], given: Any) -> Feedback:
    pairs = _tuples(given, len(threats), (ATTACKERS, TARGETS))
    for name, threat, (who, target) in zip(NAMES, threats, pairs, strict=True):
        if who != threat.who:
            return wrong(f"{name}: {_WHO[threat.who]}")
        if target != threat.target:
            believed = "X14" if (threat.who, target) == (OWNER, BELOW) else ""
            return wrong(f"{name}: {_AFTER[threat.who, threat.target]}", believed)
    return right("Who and after what: now one can ask which boundary lies between the two.")


_WHO = {
    TENANT: "this one was let in and runs code of their own choice, beside others.",
    IMAGE: "this one wrote the code that somebody else starts.",
    OUTSIDER: "this one has no code in place, only a way to send something.",
    OWNER: "this one has every right on the machine that carries the workload.",
}
_AFTER = {
    (OWNER, WORKLOAD): "they have the machine below already. What is left to win is in the workload.",
    (TENANT, NEIGHBOR): "what is won or spoiled lies at the same level, with another workload.",
    (TENANT, BELOW): "what they look for belongs to what runs the containers.",
    (IMAGE, WORKLOAD): "the secret belongs to the very container in which the code runs.",
    (IMAGE, BELOW): "the files belong to the server, not to the image that is being built.",
    (OUTSIDER, WORKLOAD): "the server itself answers, with what it may read. No boundary was left.",
    (OUTSIDER, BELOW): "an engine that mounts `/` hands over the machine that it runs on.",
}

# Boundaries that an escape is drawn from: one each, so that all three sides of the timeline occur.
_DRAWN = ("device_model", "runtime", "system_call_interface")


def _classify_escapes(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    ways = [chance.choice([way for way in _clear_ways() if way.boundary == boundary]) for boundary in _DRAWN]
    chance.shuffle(ways)
    answer = [(way.boundary, way.mechanism, _helpful(way)[0]) for way in ways]
    keys = [defense.key for defense in defenses() if defense.key != "patching"]
    return Exercise(
        id="08.2",
        objective="08.4",
        title="Classify what happened",
        prompt=(
            "Three published escapes. For each, name the boundary that failed, the mechanism, and one defense besides "
            f"the patch that would have stopped or limited it.\n\n{_listing([_told(way) for way in ways])}\n\n"
            f"Boundaries: {_quoted(choices('boundary'))}.\n\nMechanisms: {_quoted(choices('mechanism'))}.\n\n"
            f"Defenses: {_quoted(keys)}."
        ),
        starter="answer = [(..., ..., ...), (..., ..., ...), (..., ..., ...)]  # boundary, mechanism, defense",
        expects="a list of three triples for A to C: a boundary, a mechanism and a defense from the lists above",
        check=lambda given: _check_escapes(ways, given),
        hints=(
            "Whose code had the flaw: that which plays a device, that which starts the container, or the kernel's?",
            f'Try defenses in the timeline, which has the reasons: `course.escapes("selected={ways[0].key}")`.',
        ),
        solution=f"answer = {answer!r}",
        explanation=" ".join(_explained(name, way) for name, way in zip(NAMES, ways, strict=False)),
        wrong=(
            Wrong(_with(ways, answer, "runtime", 0, "system_call_interface"), "sets the container up"),
            Wrong(_with(ways, answer, "device_model", 1, "speculation"), "what a processor guesses"),
            Wrong(_with(ways, answer, "system_call_interface", 2, "patching"), "besides the patch"),
        ),
        variant=_classify_escapes,
    )


def _clear_ways() -> list[Breakout]:
    """Return the ways with a verified boundary and mechanism that some defense besides the patch helps against."""
    return [way for way in breakouts() if not {"boundary", "mechanism"} & set(way.unverified) and _helpful(way)]


def _helpful(way: Breakout) -> list[str]:
    return [
        answer.defense.key for answer in way.answers if answer.effect != "no_help" and answer.defense.key != "patching"
    ]


def _told(way: Breakout) -> str:
    needs = f" It takes: {_lowered(way.precondition)}" if way.precondition else ""
    return f"{way.name}, {way.component}. {way.what_happened}{needs}"


def _lowered(text: str) -> str:
    return text if text[1:2].isupper() else text[0].lower() + text[1:]


def _quoted(keys: Sequence[str]) -> str:
    return ", ".join(f"`{key}`" for key in keys)


def _with(
    ways: Sequence[Breakout], answer: Sequence[tuple[str, str, str]], boundary: str, place: int, value: str
) -> list[tuple[str, ...]]:
    """Return the answer with one part of the triple changed for the way of a boundary."""
    changed: list[tuple[str, ...]] = []
    for way, triple in zip(ways, answer, strict=True):
        parts = list(triple)
        if way.boundary == boundary:
            parts[place] = value
        changed.append(tuple(parts))
    return changed


def _explained(name: str, way: Breakout) -> str:
    reasons = {answer.defense.key: answer.reason for answer in way.answers}
    first = _helpful(way)[0]
    return f"{name}: {way.boundary}, {way.mechanism}; {', '.join(_helpful(way))}. {first}: {reasons[first]}"


def _check_escapes(ways: Sequence[Breakout], given: Any) -> Feedback:
    known = (choices("boundary"), choices("mechanism"), [defense.key for defense in defenses()])
    for name, way, (boundary, mechanism, defense) in zip(NAMES, ways, _tuples(given, len(ways), known), strict=False):
        if boundary != way.boundary:
            return _wrong_boundary(name, way, boundary)
        if mechanism != way.mechanism:
            return wrong(f"{name}: {_MECHANISMS.get(mechanism, 'read what happened again: what exactly went wrong?')}")
        if defense == "patching":
            return wrong(f"{name}: name one besides the patch, which nobody has before the flaw is known.")
        if defense not in _helpful(way):
            reason = next((one.reason for one in way.answers if one.defense.key == defense), "")
            return wrong(f"{name}: {defense} would not have helped. {reason or 'It acts at another place.'}")
    return right("Boundary, mechanism, defense: this is how to read an advisory.")


def _wrong_boundary(name: str, way: Breakout, boundary: str) -> Feedback:
    if (way.boundary, boundary) == ("runtime", "system_call_interface"):
        return wrong(f"{name}: not the kernel. The flaw is in the program that sets the container up.", "X25")
    return wrong(f"{name}: look at the component. Whose code read what the attacker wrote?")


_MECHANISMS = {
    "speculation": "nothing here depends on what a processor guesses ahead.",
    "memory_corruption": "no write outside of a buffer is told here; look at the order of events or at a name.",
    "missing_check": "there is a more exact word for this one in the list.",
}


@dataclass(frozen=True)
class _Opening:
    """A line that hands over the machine, the part that does it, what to put instead ("" for none), what it opens."""

    line: str
    mark: str
    instead: str
    opens: str


_CLEAN = (
    "user: 1000",
    "root: read-only",
    "processes: own",
    "network: own",
    "capabilities: NET_BIND_SERVICE",
    "kernel settings: read-only",
    "mount: /srv/data at /data",
)
_OPENINGS = (
    _Opening(
        "mount: / at /host, read-only", "mount: / at", "", "the container reads every file that its user may read on L1"
    ),
    _Opening(
        "mount: /var/run/docker.sock at /var/run/docker.sock, read-only",
        "docker.sock",
        "",
        "whoever speaks to the engine has it do anything, as root of L1",
    ),
    _Opening("processes: of L1", "of L1", "processes: own", "the container sees the processes of L1 and can name them"),
    _Opening(
        "capabilities: NET_BIND_SERVICE, SYS_ADMIN",
        "SYS_ADMIN",
        "capabilities: NET_BIND_SERVICE",
        "SYS_ADMIN allows mounting and much else: nearly root",
    ),
    _Opening(
        "kernel settings: writable",
        "writable",
        "kernel settings: read-only",
        "settings without a namespace, as core_pattern, are those of L1",
    ),
)


def _close_it(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    opening = _OPENINGS[seed % len(_OPENINGS)]
    lines = [line for line in _CLEAN if line != opening.instead] + [opening.line]
    chance.shuffle(lines)
    numbered = dict(enumerate(lines, 1))
    at = {line: number for number, line in numbered.items()}
    data = at["mount: /srv/data at /data"]
    listing = "\n\n".join(f"{number}: `{line}`" for number, line in numbered.items())
    return Exercise(
        id="08.3",
        objective="08.5",
        title="Close it, and keep it working",
        prompt=(
            "A web service starts with this configuration. It listens on port 80, for which its user needs the "
            "capability NET_BIND_SERVICE, and reads its pages from `/data`. One line hands over L1. Close it, change "
            f"nothing else that matters, and keep the service working.\n\n{listing}\n\n"
            "Give the lines that you change: their number and the new text, or an empty text to take a line out."
        ),
        starter="answer = {...: ...}  # such as {3: 'network: own'} or {3: ''}",
        expects="a dictionary from line numbers to new texts, written as the lines above are, or to an empty text",
        check=lambda given: _check_closed(numbered, opening, given),
        hints=(
            "Go through the lines and ask of each: what of L1 does this let the container name?",
            "Read-only says who may change something. It does not say what may be read, or whom one may ask.",
        ),
        solution=f"answer = {{{at[opening.line]}: {opening.instead!r}}}",
        explanation=f"Line {at[opening.line]}: {opening.opens}. The service needs none of it.",
        wrong=(
            Wrong({data: "", at[opening.line]: opening.instead}, "reads its pages"),
            Wrong({data: "mount: /srv/data at /data, read-only"}, "still open"),
            Wrong({at[opening.line]: opening.instead, at["user: 1000"]: "user: 0"}, "root"),
        ),
        variant=_close_it,
    )


def _check_closed(lines: Mapping[int, str], opening: _Opening, given: Any) -> Feedback:
    now = _changed(lines, given)
    if "user: 0" in now:
        return wrong("It is root now. Nothing asked for that, and it makes every other opening wider.", "X29")
    missing = [line for line in ("mount: /srv/data", "NET_BIND_SERVICE") if not any(line in each for each in now)]
    if missing:
        return wrong("It is safe and does nothing: the service reads its pages from `/data` and binds port 80.")
    left = [line for line in now if any(one.mark in line for one in _OPENINGS)]
    if left:
        believed = "X09" if "docker.sock" in left[0] else ""
        return wrong(f"`{left[0]}` is still open: {opening.opens}.", believed)
    if opening.instead and opening.instead not in now:
        return wrong("The line is gone and nothing says what holds instead. Write the safe form of it.")
    return right("Closed, and the service still has what it needs. On a real one, try the step that worked before.")


def _changed(lines: Mapping[int, str], given: Any) -> list[str]:
    if not isinstance(given, dict) or not given or not set(given) <= set(lines):
        raise CourseError(f"give a dictionary whose keys are line numbers from 1 to {len(lines)}")
    if not all(isinstance(text, str) and (not text or ": " in text) for text in given.values()):
        raise CourseError("write each new line as 'name: value', or as '' to take it out")
    return [text for text in {**lines, **given}.values() if text]


_ALL, _ONE, _BESIDE = "all", "one", "beside"
_PARTS = {
    ("docker", "host_kernel"): _ALL,
    ("container_in_vm", "guest_kernel"): _ALL,
    ("container_in_vm", "qemu"): _ALL,
    ("qemu_kvm", "host_kernel"): _ALL,
    ("docker", "dockerd"): _BESIDE,
    ("docker", "containerd"): _BESIDE,
    ("container_in_vm", "dockerd"): _BESIDE,
    ("qemu_kvm", "qemu"): _ONE,
    ("firecracker", "firecracker"): _ONE,
    ("kata", "guest_kernel"): _ONE,
    ("gvisor", "sentry"): _ONE,
}


def _what_falls(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    workloads = chance.randint(3, stacks.MOST_WORKLOADS)
    parts = [chance.choice([part for part, kind in _PARTS.items() if kind == one]) for one in (_ALL, _BESIDE, _ONE)]
    parts += chance.sample([part for part in _PARTS if part not in parts], 2)
    chance.shuffle(parts)
    answer = [_fallen(part, workloads) for part in parts]
    return Exercise(
        id="08.4",
        objective="08.3",
        title="How many fall?",
        prompt=(
            f"Each system carries {workloads} workloads of {workloads} customers. In each case an attacker has one "
            "layer in hand, and nothing more. How many customers' applications fall with it, at least?\n\n"
            f"{_listing([_part_told(part) for part in parts])}"
        ),
        starter="answer = [..., ..., ..., ..., ...]  # for A to E",
        expects="a list of five whole numbers, for A to E",
        check=lambda given: _check_fallen(parts, workloads, given),
        hints=(
            "For each layer: is there one for all, or one for each? And what does it carry, or control?",
            f'Try it: `course.explore("{parts[0][0]}; workloads={workloads}; compromised={"/".join(parts[0])}")`.',
        ),
        solution=f"answer = {answer!r}",
        explanation=" ".join(
            f"{name}: {_part_told(part)}, {number}." for name, part, number in zip(NAMES, parts, answer, strict=True)
        ),
        wrong=(
            Wrong(_as_if(parts, workloads, _ONE, workloads), "of its own"),
            Wrong(_as_if(parts, workloads, _ALL, 1), "share it"),
            Wrong(_as_if(parts, workloads, _BESIDE, 0), "beside the path"),
        ),
        variant=_what_falls,
    )


def _fallen(part: tuple[str, str], workloads: int) -> int:
    platform, layer = part
    return workloads if stacks.stack(platform, workloads).falls_for_all(layer) else 1


def _as_if(parts: Sequence[tuple[str, str]], workloads: int, kind: str, number: int) -> list[int]:
    return [number if _PARTS[part] == kind else _fallen(part, workloads) for part in parts]


def _part_told(part: tuple[str, str]) -> str:
    stack = stacks.stack(part[0])
    return f"{stack.name}: {stack.layer(part[1]).name}"


def _check_fallen(parts: Sequence[tuple[str, str]], workloads: int, given: Any) -> Feedback:
    if not isinstance(given, (list, tuple)) or len(given) != len(parts) or any(type(one) is not int for one in given):
        raise CourseError(f"give {len(parts)} whole numbers")
    for name, part, number in zip(NAMES, parts, given, strict=True):
        if number != _fallen(part, workloads):
            return wrong(f"{name}: {_FALLEN[_PARTS[part]]}")
    return right("You asked twice of each layer: how many are there, and what does it carry or control?")


_FALLEN = {
    _ALL: "there is one of it, and all workloads share it.",
    _ONE: "each workload has one of its own, and between two of them lies the kernel below.",
    _BESIDE: "it stands beside the path of the work, and every workload obeys it all the same.",
}


def _listing(texts: Sequence[str]) -> str:
    return "\n\n".join(f"{name}: {text.rstrip('.')}." for name, text in zip(NAMES, texts, strict=False))


def _tuples(given: Any, count: int, known: tuple[Sequence[str], ...]) -> list[tuple[str, ...]]:
    """Return the answer as tuples of known words; raises CourseError that says what was expected."""
    if not isinstance(given, (list, tuple)) or len(given) != count:
        raise CourseError(f"give {count} groups of {len(known)} words")
    for group in given:
        if not isinstance(group, (list, tuple)) or len(group) != len(known):
            raise CourseError(f"each group has {len(known)} words")
        for word, words in zip(group, known, strict=True):
            if word not in words:
                raise CourseError(f"{word!r} is not one of {', '.join(words)}")
    return [tuple(group) for group in given]


EXERCISES = (_state_the_threats(0), _classify_escapes(0), _close_it(0), _what_falls(0))
