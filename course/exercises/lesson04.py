"""Exercises of lesson 04: list the steps, find what has no namespace, trace a packet, write what process 1 owes."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.checks import Exercise, Feedback, Wrong, right, wrong
from course.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Sequence

STEPS = ("hostname", "ipc", "network", "pid", "mounts", "root", "proc")

_SMALL_WISHES = {
    "hostname": "its host name is `box`, and the machine keeps its own",
    "ipc": "its shared memory segments are not those of the machine",
    "network": "it may listen on a port that is taken on the machine",
}
_OWN_PROCESSES = "`ps` lists its own processes and no other"
_OWN_ROOT = "`ls /` shows the image, and nothing leads to the old root"

# (the earlier, the later, what happens the other way around)
_ORDER = (
    ("mounts", "root", "the overlay is mounted before the mount namespace is its own, so the whole machine gets it"),
    ("mounts", "proc", "`/proc` is mounted before the mount namespace is its own, so the whole machine gets it"),
    ("pid", "proc", "a `/proc` shows the numbers of the process that mounts it, and here it still has the machine's"),
    ("root", "proc", "the new `/proc` is mounted in the old root, and gone with it"),
)


def _list_the_steps(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    small = chance.sample(sorted(_SMALL_WISHES), 1 + seed % 2)
    own_root = seed % 3 != 2
    wishes = [*(_SMALL_WISHES[name] for name in small), _OWN_PROCESSES, *([_OWN_ROOT] if own_root else [])]
    chance.shuffle(wishes)
    needed = {*small, "pid", "mounts", "proc", *(["root"] if own_root else [])}
    answer = [name for name in STEPS if name in needed]
    without_pid = [name for name in answer if name not in ("pid", "proc")]
    return Exercise(
        id="04.1",
        objective="04.1",
        title="The list that makes a container",
        prompt=(
            f"A process is to find the following. {'; '.join(wishes).capitalize()}. Write the list of steps that does "
            f"this and no more. They are carried out from left to right, as you write them. There are, in no useful "
            f"order: {', '.join(f'`{name}`' for name in sorted(STEPS))}."
        ),
        starter="answer = ...  # a list of names, the first step first",
        expects="a list of names of steps, each at most once, the first to be carried out first",
        check=lambda steps: _check_steps(needed, steps),
        hints=(
            "Take one wish at a time. Two of the wishes that can be asked for take more than one step.",
            "`ps` asks nobody but `/proc`. Which one does it find, who mounted it, and who else would see that mount?",
        ),
        solution=f"answer = {answer!r}",
        explanation=(
            "Each wish names its namespace. `ps` reads `/proc`, so numbers of its own show only in a `/proc` that is "
            "mounted by a process with those numbers. Every mount needs a mount namespace first, and a `/proc` goes "
            "into the root that stays. Other orders that keep to this are as good."
        ),
        wrong=(
            Wrong([name for name in answer if name != "proc"], "reads `/proc`"),
            Wrong([name for name in answer if name != "mounts"], "all see what it mounts"),
            Wrong([*without_pid, "proc", "pid"], "still has the machine's"),
        ),
        variant=_list_the_steps,
    )


def _check_steps(needed: set[str], given: Any) -> Feedback:
    if not isinstance(given, (list, tuple)) or not given or not all(name in STEPS for name in given):
        raise CourseError(f"give some of {', '.join(STEPS)}, each as text")
    order = list(given)
    if len(set(order)) < len(order):
        raise CourseError("name each step at most once")
    told = _missing(needed - set(order)) or _disorder(order)
    if told:
        return wrong(told)
    extra = [name for name in order if name not in needed]
    if extra:
        return wrong(
            f"Nobody asked for what `{extra[0]}` does. Each namespace is taken by itself: a container is a list.", "X21"
        )
    return right("Each step is there for a wish, and each finds what it stands on.")


def _missing(steps: set[str]) -> str:
    if "mounts" in steps:
        return "Without a mount namespace of its own, all see what it mounts: the whole machine gets it."
    if "proc" in steps:
        return "It has numbers of its own, and `ps` does not know: it reads `/proc`, and that is the machine's."
    return f"One of the wishes is not met. What does the step `{min(steps)}` change?" if steps else ""


def _disorder(order: Sequence[str]) -> str:
    for earlier, later, consequence in _ORDER:
        if {earlier, later} <= set(order) and order.index(later) < order.index(earlier):
            return f"`{later}` comes before `{earlier}`: {consequence}."
    return ""


KINDS = ("cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts", "none")


@dataclass(frozen=True)
class _Thing:
    what: str
    kind: str
    why: str


_CALENDAR = _Thing("the date and the time of day", "none", "the calendar's time is one for the whole kernel")
_LOAD = _Thing("the load average in `/proc/loadavg`", "none", "it counts the tasks of the whole kernel")
_COMMON = (
    _Thing("the version of the kernel", "none", "there is one kernel"),
    _Thing("the list of loaded kernel modules", "none", "a module is loaded into the one kernel"),
    _Thing("the program that `core_pattern` names", "none", "the setting is one for the whole kernel"),
    _Thing("the setting `vm.swappiness`", "none", "the memory that it governs is one for all"),
    _Thing("the memory that `/proc/meminfo` reports", "none", "it reports the machine's, whatever the limit is"),
)
_DIVIDED = (
    _Thing("the host name", "uts", "the UTS namespace holds it"),
    _Thing("whether port `80` is taken", "network", "ports belong to a network namespace"),
    _Thing("the firewall's rules", "network", "rules belong to a network namespace"),
    _Thing("the number that `kill` takes", "pid", "process numbers belong to a PID namespace"),
    _Thing("which file system is mounted at `/data`", "mount", "a mount namespace is a list of mounts"),
    _Thing("a System V shared memory segment with a certain key", "ipc", "such keys belong to an IPC namespace"),
    _Thing("the user outside that is `root` inside", "user", "a user namespace maps user numbers"),
    _Thing("the offset of the clock that counts from boot", "time", "a time namespace holds that offset"),
    _Thing("the group that is shown as the root of the tree of groups", "cgroup", "a cgroup namespace says where"),
)


def _find_the_namespace(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    kinds = chance.sample(sorted({thing.kind for thing in _DIVIDED}), 3)
    divided = [chance.choice([thing for thing in _DIVIDED if thing.kind == kind]) for kind in kinds]
    things = [_CALENDAR, _LOAD, chance.choice(_COMMON), *divided]
    chance.shuffle(things)
    answer = [thing.kind for thing in things]
    listing = "\n\n".join(f"{name}: {thing.what}." for name, thing in zip("ABCDEF", things, strict=True))
    return Exercise(
        id="04.2",
        objective="04.4",
        title="Which namespace, or none?",
        prompt=(
            "Two containers run on one machine. For each of these, name the kind of namespace that lets them differ "
            f"in it, or `'none'` where they cannot.\n\n{listing}"
        ),
        starter="answer = ...  # six kinds, for A to F",
        expects=f"a list of six, for A to F, each of {', '.join(repr(kind) for kind in KINDS)}",
        check=lambda given: _check_kinds(things, given),
        hints=(
            "Ask of each: could the kernel hold two values of it at one time and hand each process its own?",
            "Three of the six have no namespace. A file under `/proc` may be read by all and be the same for all.",
        ),
        solution=f"answer = {answer!r}",
        explanation=" ".join(f"{name}: {thing.why}." for name, thing in zip("ABCDEF", things, strict=True)),
        wrong=(
            Wrong(["none"] * 6, "does have a namespace"),
            Wrong(_with(things, _CALENDAR, "time"), "count from boot"),
            Wrong(_with(things, _LOAD, "pid"), "own processes only"),
        ),
        variant=_find_the_namespace,
    )


def _with(things: Sequence[_Thing], changed: _Thing, kind: str) -> list[str]:
    return [kind if thing is changed else thing.kind for thing in things]


def _check_kinds(things: Sequence[_Thing], given: Any) -> Feedback:
    if not isinstance(given, (list, tuple)) or len(given) != len(things) or not all(kind in KINDS for kind in given):
        raise CourseError(f"give {len(things)} of {', '.join(KINDS)}")
    for name, thing, kind in zip("ABCDEF", things, given, strict=True):
        if kind != thing.kind:
            return wrong(f"{name}: {_why_not(thing, kind)}.", "X05" if thing.kind == "none" else "")
    return right("Three are divided, three are common to all, and the difference is not a matter of limits.")


def _why_not(thing: _Thing, kind: str) -> str:
    if thing.kind != "none" and kind == "none":
        return "this does have a namespace. Of which kind of thing is there one for each container here"
    if thing is _CALENDAR:
        return "no container has a date of its own. A time namespace moves the clocks that count from boot, not this"
    if thing is _LOAD:
        return f"no container has this for its own processes only, also not through its own `/proc`: {thing.why}"
    return f"it belongs elsewhere: {thing.why}" if thing.kind != "none" else f"nothing divides this: {thing.why}"


HOPS = ("network card", "destination NAT", "source NAT", "docker-proxy", "bridge", "veth pair", "server")


@dataclass(frozen=True)
class _Way:
    what: str
    hops: tuple[str, ...]
    too_much: str
    """A hop that many put into this way."""
    why_not: str
    why: str


_WAYS = (
    _Way(
        "Another machine opens a connection to the published port of this one; the server in the container gets it",
        ("network card", "destination NAT", "bridge", "veth pair", "server"),
        "docker-proxy",
        "the kernel's rule rewrites the packet on its way in, before any process could accept it",
        "The rule replaces the machine's address by the container's, then the packet is forwarded like any other.",
    ),
    _Way(
        "A program on this machine opens a connection to the container's own address",
        ("bridge", "veth pair", "server"),
        "destination NAT",
        "the address is the container's own already, so there is nothing to replace",
        "The machine has an address on the bridge, and so a route. No rule and no proxy is needed.",
    ),
    _Way(
        "A program on this machine opens a connection to the published port at `127.0.0.1`",
        ("docker-proxy", "bridge", "veth pair", "server"),
        "destination NAT",
        "Docker's rule leaves the loopback address alone, so a process has to answer there",
        "The proxy accepts the connection on the loopback and opens a second one to the container's own address.",
    ),
    _Way(
        "A program in the container opens a connection to another machine; follow it until it leaves this one",
        ("veth pair", "bridge", "source NAT", "network card"),
        "docker-proxy",
        "it stands at published ports, and nobody asks for one here",
        "Outside, nobody knows the way to the container's address, so the machine puts its own in the packet's place.",
    ),
)


def _trace_the_packet(seed: int) -> Exercise:
    way = _WAYS[seed % len(_WAYS)]
    answer = list(way.hops)
    return Exercise(
        id="04.3",
        objective="04.3",
        title="Trace a packet",
        prompt=(
            "A server runs in a Docker container with the default network and a published port. "
            f"{way.what}. Write down what its packets pass, in order, and leave out the rest. There are: "
            f"{', '.join(f'`{name}`' for name in sorted(HOPS))}."
        ),
        starter="answer = ...  # a list of names, what is passed first comes first",
        expects="a list of names, in the order in which they are passed",
        check=lambda hops: _check_hops(way, hops),
        hints=(
            "Find the two ends first: who opens the connection, in which network namespace, and who answers?",
            "Then ask which address stands in the packet. Does anybody have to replace it before it can arrive?",
        ),
        solution=f"answer = {answer!r}",
        explanation=way.why,
        wrong=(
            Wrong(answer[::-1], "from the other end"),
            Wrong([way.too_much, *answer], way.why_not),
            Wrong([name for name in answer if name != "bridge"], "not joined"),
        ),
        variant=_trace_the_packet,
    )


def _check_hops(way: _Way, given: Any) -> Feedback:
    if not isinstance(given, (list, tuple)) or not given or not all(name in HOPS for name in given):
        raise CourseError(f"give some of {', '.join(HOPS)}, each as text")
    hops = list(given)
    if hops == list(way.hops):
        return right(f"That is the way. {way.why}")
    if hops == list(way.hops)[::-1]:
        return wrong("These are all of them, from the other end: begin with whoever opens the connection.")
    if way.too_much in hops:
        return wrong(f"`{way.too_much}` is not passed: {way.why_not}.")
    extra = [name for name in hops if name not in way.hops]
    if extra:
        return wrong(f"`{extra[0]}` is not passed on this way. Which address stands in the packet, and who reads it?")
    missing = [name for name in way.hops if name not in hops]
    if missing:
        return wrong(f"Two neighbors of your list are not joined. What lies between them? One missing: `{missing[0]}`.")
    return wrong("These are the right ones in another order. Where is the packet after each of them?")


_MOST_CALLS = 100
_FIRST_NUMBER = 7
# How many children have ended and how many still run when process 1 is woken.
_MOMENTS = ((3, 1), (2, 0), (0, 1), (0, 0))


class _AskedTooOftenError(Exception):
    """A reader's function asks again and again, and would never come back."""


class _Children:
    """The children of process 1 at one moment, as far as `wait` tells of them."""

    def __init__(self, ended: int, running: int) -> None:
        self.zombies = list(range(_FIRST_NUMBER, _FIRST_NUMBER + ended))
        self._running = running
        self._calls = 0

    def wait(self) -> int:
        """Collect one child that ended and return its number; 0 if none has; ChildProcessError if there is no child."""
        self._calls += 1
        if self._calls > _MOST_CALLS:
            raise _AskedTooOftenError
        if self.zombies:
            return self.zombies.pop(0)
        if self._running:
            return 0
        raise ChildProcessError("No child processes")


_REAP = """def answer(wait):
    collected = []
    while True:
        try:
            number = wait()
        except ChildProcessError:
            return collected
        if number == 0:
            return collected
        collected.append(number)"""


def _repair_process_1() -> Exercise:
    return Exercise(
        id="04.4",
        objective="04.5",
        title="What process 1 owes",
        prompt=(
            "A container collects zombies, because its process 1 never asks for the children that it was given. Write "
            "the function that it lacks. It is called as `answer(wait)` whenever the kernel reports that a child has "
            "ended; one report may stand for several children. Each call of `wait()` does one of three things: it "
            "returns the number of a child that has ended, which is thereby collected; it returns `0` if there are "
            "children and none of them has ended; it raises `ChildProcessError` if there is no child. Return the list "
            "of the numbers that were collected. Process 1 has other work to do, and must not end."
        ),
        starter="def answer(wait):\n    return []  # the numbers of the children that were collected",
        expects="a function that takes one argument, `wait`, and returns a list of numbers",
        check=_check_reaping,
        hints=(
            "How often do you have to ask if three children have ended and you were told once?",
            "Two answers tell you to stop asking. One of them is an exception, and it must not end process 1.",
        ),
        solution=_REAP,
        explanation=(
            "Ask until nothing is left to collect, and treat both ends alike: children that still run, and no children "
            "at all. This is the heart of every small init that engines put in front of an application; in a program "
            "of your own `wait` is `waitpid` with the option not to block."
        ),
        wrong=(
            Wrong(_collect_nothing, "never asked"),
            Wrong(_collect_one, "several children"),
            Wrong(_never_come_back, "asks forever"),
        ),
    )


def _collect_nothing(_: Any) -> list[int]:
    return []


def _collect_one(wait: Any) -> list[int]:
    return [wait()]


def _never_come_back(wait: Any) -> list[int]:
    collected: list[int] = []
    try:
        while True:
            collected.append(wait())
    except ChildProcessError:
        return collected


def _check_reaping(answer: Any) -> Feedback:
    if not callable(answer):
        raise CourseError("give a function of one argument")
    for ended, running in _MOMENTS:
        moment = f"With {ended} ended and {running} running"
        told = _misstep(answer, _Children(ended, running), moment)
        if told:
            return wrong(told)
    return right("Whatever has ended is collected, nobody waits for the living, and process 1 goes on.")


def _misstep(answer: Any, children: _Children, moment: str) -> str:
    expected = list(children.zombies)
    try:
        given = answer(children.wait)
    except _AskedTooOftenError:
        return f"{moment}, it asks forever: a child that runs may run for a year. What does 0 tell you?"
    except ChildProcessError:
        return f"{moment}, the exception ends process 1, and the kernel kills all that is left in the namespace."
    except Exception as failure:
        return f"{moment}, your function raised {type(failure).__name__}: {failure}."
    if children.zombies == expected and expected:
        return f"{moment}, nobody was collected: you never asked, so all who ended stay zombies."
    if children.zombies:
        return f"{moment}, zombies are left. You were told once, and that may stand for several children."
    if given != expected:
        return f"{moment}, the list that you return should be {expected}, and it is {given!r}."
    return ""


EXERCISES = (_list_the_steps(0), _find_the_namespace(0), _trace_the_packet(0), _repair_process_1())
