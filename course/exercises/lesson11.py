"""Exercises of lesson 11: join a pod, count what fits, follow a migration, say what happens at a limit."""

from __future__ import annotations

import random
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.checks import Exercise, Feedback, Wrong, right, wrong
from course.errors import CourseError
from course.simulate.density import Workload, density
from course.simulate.migration import pre_copy

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAMES = {"-n": "net", "-u": "uts", "-i": "ipc", "-m": "mount", "-p": "pid", "-U": "user", "-C": "cgroup"}
_OF_THE_POD = {"net", "uts", "ipc"}


def _join_the_pod(seed: int) -> Exercise:
    pause = random.Random(seed).randrange(200, 999)  # noqa: S311 - drawn to be repeated, not to be secret
    command = f"nsenter --net --uts --ipc --target {pause} unshare --mount --pid --fork --mount-proc sh"
    return Exercise(
        id="11.1",
        objective="11.1",
        title=f"Join the pod of process {pause}",
        prompt=(
            f"The pause process of a pod has the number {pause}. Write the command that starts a shell as one more "
            "container of this pod: with `nsenter`, join what a pod shares; with `unshare`, make what a container has "
            "to itself (mounts and processes). A root file system of its own is left out."
        ),
        starter=f"answer = 'nsenter ... --target {pause} unshare ... sh'",
        expects="a command line as text, such as 'nsenter --net --target 7 unshare --mount sh'",
        check=lambda given: _check_join(pause, given),
        hints=(
            "Whom can the containers of one pod reach by 127.0.0.1, and what do they call their machine?",
            "The exhibit does it: `course.exhibit('pod')`, the second container.",
        ),
        solution=f"answer = {command!r}",
        explanation=(
            "Network, host name (uts) and IPC are the pod's; mounts and processes are made anew. `--fork` is needed, "
            "since only a child is in the new process namespace, and `--mount-proc` shows it that namespace in /proc."
        ),
        wrong=(
            Wrong(command.replace(" --net", ""), "127.0.0.1"),
            Wrong(command.replace("--ipc", "--ipc --pid"), "see the others' processes"),
            Wrong(command.replace(" --fork", ""), "Only a child"),
        ),
        variant=_join_the_pod,
    )


def _check_join(pause: int, given: Any) -> Feedback:
    joined, made, target = _parsed(given)
    if "pid" in joined:
        return wrong("This container would see the others' processes and could end them: make that namespace anew.")
    if "mount" in joined:
        return wrong("It would have the pause process's files. A container has mounts of its own.")
    if "net" not in joined:
        return wrong("Without the network namespace it has a 127.0.0.1 of its own, and meets nobody there.")
    if joined != _OF_THE_POD:
        return wrong("A pod shares three: the network, the host name and IPC.")
    if target != str(pause):
        return wrong(f"Whose namespaces? The pause process has the number {pause}.")
    if not {"mount", "pid"} <= made and not {"pid", "--mount-proc"} <= made:
        return wrong("Mounts and processes are to be the container's own: `unshare` makes them.")
    if "--fork" not in made:
        return wrong("Only a child of `unshare` is in the new process namespace: without `--fork` your shell is not.")
    return right("Three joined, two made: this is what an engine does for each container of a pod.")


def _parsed(given: Any) -> tuple[set[str], set[str], str]:
    """Return what `nsenter` joins, what `unshare` makes (with its other options), and the target."""
    if not isinstance(given, str):
        raise CourseError("give the command as text")
    try:
        words = shlex.split(given)
    except ValueError:
        raise CourseError("the quotes in the command do not close") from None
    if not words or words[0] != "nsenter" or "unshare" not in words:
        raise CourseError("begin with nsenter, and let it start unshare")
    at = words.index("unshare")
    before, after = words[1:at], words[at + 1 :]
    target = ""
    for index, word in enumerate(before):
        if word in {"--target", "-t"} and index + 1 < len(before):
            target = before[index + 1]
        elif word.startswith(("--target=", "-t")) and word not in {"-t", "--target"}:
            target = word.removeprefix("--target=").removeprefix("-t")
    return _options(before) & set(_NAMES.values()), _options(after), target


def _options(words: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for word in words:
        if word.startswith("--"):
            name = word[2:].partition("=")[0]
            found.add(name if name in _NAMES.values() else f"--{name}")
        elif word.startswith("-"):
            letters = [f"-{letter}" for letter in word[1:]]
            found |= {_NAMES.get(letter, "--fork" if letter == "-f" else letter) for letter in letters}
    return found


def _count_what_fits(seed: int) -> Exercise:
    dice = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    memory, cpus = dice.choice((16, 32, 64, 96)), dice.choice((8, 16, 32))
    private, shared, added = dice.choice((40, 60, 100)), dice.choice((30, 80)), dice.choice((100, 130, 160))
    # A share of a CPU that keeps the two answers apart: CPU binds for containers, memory for machines.
    cpu = dice.choice((0.05, 0.1))
    workload = {"cpus": cpu}
    together = density(memory * 1024, cpus, Workload(private, shared, **workload), sharing=True)
    apart = density(memory * 1024, cpus, Workload(private, shared, added, **workload), sharing=False)
    answer = (together.count, together.binds, apart.count, apart.binds)
    other = {"memory": "CPU", "CPU": "memory"}
    return Exercise(
        id="11.2",
        objective="11.3",
        title=f"What fits into {memory} GiB and {cpus} CPUs?",
        prompt=(
            f"A machine has {memory} GiB of memory (that is {memory * 1024} MiB) and {cpus} CPUs, promised once. A "
            f"workload writes to {private} MiB of its own, reads {shared} MiB of programs that are equal in all, and "
            f"needs {cpu:g} of a CPU. In containers the equal part is kept once. In machines it is kept in each, and "
            f"each machine adds {added} MiB for its VMM and its own system. How many fit, and what binds, "
            "in containers and in machines?"
        ),
        starter="answer = (..., 'memory or CPU', ..., 'memory or CPU')  # containers, then machines",
        expects="four values: a whole number, 'memory' or 'CPU', and the same again",
        check=lambda given: _check_fit(answer, given),
        hints=(
            "Two divisions for each case, one for memory and one for CPUs; the smaller result counts.",
            "For containers, subtract the shared part once before you divide.",
        ),
        solution=f"answer = {answer!r}",
        explanation=(
            f"CPUs hold {together.by_cpu} in either case. Memory holds {together.by_memory} containers "
            f"({private} MiB each, {shared} MiB once) and {apart.by_memory} machines "
            f"({private + shared + added} MiB each). The smaller one of each pair binds."
        ),
        wrong=(
            Wrong((*answer[:2], answer[2] + 1, answer[3]), "own copy"),
            Wrong((together.count, other[together.binds], *answer[2:]), "runs out first"),
            Wrong((together.by_memory + together.by_cpu, *answer[1:]), "smaller"),
        ),
        variant=_count_what_fits,
    )


def _check_fit(answer: tuple[int, str, int, str], given: Any) -> Feedback:
    if (
        not isinstance(given, (list, tuple))
        or len(given) != 4
        or any(type(given[index]) is not int or given[index + 1] not in {"memory", "CPU"} for index in (0, 2))
    ):
        raise CourseError("give a number, memory or CPU, a number, memory or CPU")
    if given[0] != answer[0]:
        return wrong(
            "Containers: divide for memory and for CPUs; the smaller result counts. The shared part is kept once."
        )
    if given[2] != answer[2]:
        return wrong("A machine holds its own copy of what containers share, and adds a VMM and a system of its own.")
    if (given[1], given[3]) != (answer[1], answer[3]):
        return wrong("The numbers are right. What binds is the resource that runs out first.")
    return right("Two divisions, the smaller counts; and what a machine adds matters only where memory binds.")


def _follow_the_migration(seed: int) -> Exercise:
    dice = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    memory, bandwidth = dice.choice((2000, 4000, 8000)), dice.choice((500, 1000))
    dirty = bandwidth // 10 * dice.choice((1, 2, 4))
    found = pre_copy(memory, dirty, bandwidth, allowed_downtime=0.5)
    second, third = found.rounds[1].sent, memory * (dirty / bandwidth) ** 2
    busy = 2 * bandwidth
    return Exercise(
        id="11.3",
        objective="11.4",
        title=f"Follow the migration of {memory} MiB",
        prompt=(
            f"A guest has {memory} MiB and dirties {dirty} MiB a second, always other pages; {bandwidth} MiB a second "
            "are sent. How many MiB does the second round send, and how many the third? And does it come to an end if "
            f"the guest dirties {busy} MiB a second?"
        ),
        starter="answer = (..., ..., True or False)  # MiB of the second round, of the third, and whether it ends",
        expects="two numbers and True or False",
        check=lambda given: _check_migration(memory, second, third, given),
        hints=(
            "How long does the first round take? What is dirtied in that time is the second round.",
            "Each round is as much smaller than the one before as dirtying is slower than sending.",
        ),
        solution=f"answer = ({second:g}, {third:g}, False)",
        explanation=(
            f"The first round takes {memory / bandwidth:g} s; {second:g} MiB are dirtied meanwhile. They take "
            f"{second / bandwidth:g} s, in which {third:g} MiB are dirtied. Each round is {dirty / bandwidth:g} times "
            f"the one before. At {busy} MiB a second it would be {busy / bandwidth:g} times: the rest grows to all of "
            "the memory and stays."
        ),
        wrong=(
            Wrong((memory, memory, False), "only what was dirtied"),
            Wrong((second, second, False), "shorter than the one before"),
            Wrong((second, third, True), "faster than it is sent"),
        ),
        variant=_follow_the_migration,
    )


def _check_migration(memory: float, second: float, third: float, given: Any) -> Feedback:
    if (
        not isinstance(given, (list, tuple))
        or len(given) != 3
        or any(type(each) not in {int, float} for each in given[:2])
        or type(given[2]) is not bool
    ):
        raise CourseError("give two numbers and True or False")
    if given[0] == memory:
        return wrong("A later round sends only what was dirtied during the one before, not all again.")
    if abs(given[0] - second) > 1:
        return wrong("How many seconds does the first round take, and how much is dirtied in those?")
    if given[1] == given[0]:
        return wrong("The second round is shorter than the one before, so less is dirtied during it.")
    if abs(given[1] - third) > 1:
        return wrong("Take the second round as you took the first: its seconds, times what is dirtied in one.")
    if given[2]:
        return wrong("What is dirtied faster than it is sent never becomes a small rest.")
    return right("A series that shrinks by the same factor each time, if that factor is below one.")


WAITS, PLACED, SLOWED, KILLED, PENDING = "gets more", "gets its share", "is throttled", "is killed", "stays pending"
OUTCOMES = (WAITS, PLACED, SLOWED, KILLED, PENDING)


@dataclass(frozen=True)
class _Case:
    """Something that happens to a pod, how it ends, and why."""

    what: str
    kind: str
    why: str


_CASES = (
    _Case(
        "A pod without a CPU limit wants more than its request; the node is idle",
        WAITS,
        "a request is a weight, and weights count only in a contest",
    ),
    _Case(
        "A pod has a small CPU request and no limit; nothing else wants the CPU",
        WAITS,
        "nobody takes what nobody else wants",
    ),
    _Case(
        "A pod without a CPU limit wants more than its request; the node is full, and all others want more too",
        PLACED,
        "in a contest the weights decide, and they came from the requests",
    ),
    _Case("A pod spins on one CPU beside another with the same request", PLACED, "equal weights, half each"),
    _Case(
        "A pod wants more CPU than its limit, on an idle node",
        SLOWED,
        "a limit is a quota in each period, however idle the node is",
    ),
    _Case(
        "A pod uses less CPU than its limit on average, all of it in short bursts",
        SLOWED,
        "a quota is counted in each period, not on average",
    ),
    _Case(
        "A pod writes to more memory than its limit, on a node with plenty",
        KILLED,
        "the group is full, and memory cannot be made to wait",
    ),
    _Case(
        "A pod sizes its cache by the memory that /proc shows, and fills it",
        KILLED,
        "it was shown the node's memory and has the limit of its group",
    ),
    _Case(
        "A pod requests more memory than any node has left, though little of that is in use",
        PENDING,
        "the scheduler adds up requests and asks nobody about use",
    ),
    _Case("A pod requests more CPUs than the largest node has", PENDING, "no node can ever promise that"),
)


def _say_what_happens(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    cases = [chance.choice([one for one in _CASES if one.kind == kind]) for kind in OUTCOMES]
    chance.shuffle(cases)
    answer = [case.kind for case in cases]
    listed = "\n\n".join(f"{name}: {case.what}." for name, case in zip("ABCDE", cases, strict=True))
    return Exercise(
        id="11.4",
        objective="11.5",
        title="At the request, at the limit, beyond",
        prompt=f"Say what happens to each pod: {', '.join(f'`{each}`' for each in OUTCOMES)}.\n\n{listed}",
        starter="answer = [..., ..., ..., ..., ...]  # for A to E",
        expects=f"a list of five of these, for A to E: {', '.join(map(repr, OUTCOMES))}",
        check=lambda given: _check_cases(cases, given),
        hints=(
            "First: is it about being placed, or about running? Only requests count for a place.",
            "Then: processor time can be made to wait, memory cannot.",
        ),
        solution=f"answer = {answer!r}",
        explanation=" ".join(f"{name}, {case.kind}: {case.why}." for name, case in zip("ABCDE", cases, strict=True)),
        wrong=(
            Wrong([PLACED if kind == WAITS else kind for kind in answer], "no contest"),
            Wrong([SLOWED if kind == KILLED else kind for kind in answer], "cannot be made to wait"),
            Wrong([WAITS if kind == PENDING else kind for kind in answer], "promises"),
        ),
        variant=_say_what_happens,
    )


_ANSWERS = {
    WAITS: "there is no contest, so nobody holds it back",
    PLACED: "several want the same CPU, and weights from the requests decide",
    SLOWED: "a CPU limit is a quota in each period: time can be made to wait",
    KILLED: "memory beyond a limit cannot be made to wait",
    PENDING: "a place is sought by adding up promises, and there is no node with so much left to promise",
}


def _check_cases(cases: Sequence[_Case], given: Any) -> Feedback:
    if not isinstance(given, (list, tuple)) or len(given) != len(cases) or not set(given) <= set(OUTCOMES):
        raise CourseError(f"give five of {', '.join(OUTCOMES)}")
    for name, case, kind in zip("ABCDE", cases, given, strict=True):
        if case.kind != kind:
            return wrong(f"{name}: {_ANSWERS[case.kind]}.", "X02" if case.kind == KILLED else "")
    return right("Requests place and weigh; a CPU limit makes wait; a memory limit kills.")


EXERCISES = (_join_the_pod(0), _count_what_fits(0), _follow_the_migration(0), _say_what_happens(0))
