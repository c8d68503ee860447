"""Exercises of lesson 05: predict limits, find the check that refuses, write a filter, finish a runtime."""

from __future__ import annotations

import inspect
import json
import random
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from course.checks import Exercise, Feedback, Trial, Wrong, right, wrong
from course.errors import CourseError
from course.live.exhibits.runtimes import configuration
from course.simulate import seccomp_filter
from course.simulate.paper_kernel import ExecutedError, PaperKernel
from course.simulate.seccomp_filter import I386, TABLES, X86_64, NotLoadedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

NAMES = "ABCDE"

# What a machine of the course has, in MB, as far as this exercise goes.
_MACHINE = 512


@dataclass(frozen=True)
class _Limits:
    parent: int
    child: int
    there: int
    most: int
    started: int
    quota: int
    work: int

    @property
    def refused(self) -> int:
        return self.started - (self.most - self.there)

    @property
    def answered(self) -> int:
        """After so many ms the work is done: full allowances, each followed by a stop, then the rest."""
        periods, rest = divmod(self.work, self.quota)
        return periods * 100 + rest


def _predict_the_limits(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    quota = chance.choice((20, 30, 40))
    limits = _Limits(
        parent=(parent := chance.randrange(100, 200, 20)),
        child=parent + chance.choice((60, 100)),
        there=chance.randint(3, 8),
        most=chance.randint(20, 30),
        started=chance.randint(40, 60),
        quota=quota,
        work=quota * chance.randint(1, 3) + chance.randint(3, 15),
    )
    answer = [_MACHINE, limits.parent, limits.refused, limits.answered]
    return Exercise(
        id="05.1",
        objective="05.1",
        title="What happens at the limit?",
        prompt=(
            f"A machine with {_MACHINE} MB of memory and one CPU has a group `shop` with `memory.max` of "
            f"{limits.parent} MB. In it lies a group `web` with `memory.max` of {limits.child} MB, `pids.max` of "
            f"{limits.most} and `cpu.max` of {limits.quota} ms in each 100 ms. Give four numbers.\n\n"
            "A: the memory in MB that a process in `web` is told by `MemTotal` in `/proc/meminfo`.\n\n"
            "B: how much memory, in MB, the processes in `web` can have together before the kernel kills one of them, "
            "if nothing else runs in `shop`.\n\n"
            f"C: `web` holds {limits.there} processes, all of which stay, and one of them tries to start "
            f"{limits.started} more that stay, too. How many of these attempts fail?\n\n"
            f"D: a request arrives at the beginning of a period and takes {limits.work} ms of computing; nothing else "
            "runs. After how many ms is it answered?"
        ),
        starter="answer = [..., ..., ..., ...]  # for A to D",
        expects="a list of four whole numbers, for A to D",
        check=lambda given: _check_limits(limits, given),
        hints=(
            "Of each file ask who reads it: the kernel when something is asked for, or the program when it looks?",
            "A limit holds for a group and all that is below it. A quota lets run at full speed, then stops.",
        ),
        solution=f"answer = {answer!r}",
        explanation=(
            f"A: a limit is not a view. B: `shop` holds for all below it, and {limits.parent} is less than "
            f"{limits.child}. C: {limits.most} - {limits.there} succeed. D: "
            f"{limits.work // limits.quota} times {limits.quota} ms and a stop until the next period, then the rest."
        ),
        wrong=(
            Wrong([limits.child, *answer[1:]], "not a view"),
            Wrong([_MACHINE, limits.child, *answer[2:]], "for all below"),
            Wrong([*answer[:3], limits.work], "though the CPU is idle"),
        ),
        variant=_predict_the_limits,
    )


def _check_limits(limits: _Limits, given: Any) -> Feedback:
    shown, most, refused, answered = (float(number) for number in given)
    if shown != _MACHINE:
        return wrong("A: a limit is not a view. The file reports the machine's memory to everybody.", "X02")
    if most == limits.child:
        return wrong("B: `shop` lies above, and its limit holds for all below it together. A child cannot get more.")
    if most != limits.parent:
        return wrong("B: two limits are in force at one time. Which of them is reached first?")
    if refused != limits.refused:
        return wrong(f"C: {_why_not_refused(limits, refused)}")
    if answered != limits.answered:
        return wrong(f"D: {_why_not_answered(limits, answered)}")
    return right("Memory kills, processes are refused, computing waits: three kinds of limit, three ways to meet one.")


def _why_not_refused(limits: _Limits, refused: float) -> str:
    if refused == limits.started - limits.most:
        return "those that are there already count, too. How much room is left for new ones?"
    if refused == limits.most - limits.there:
        return "so many succeed. How many attempts are left?"
    return "the limit is on how many there are at one time. Take off those that are there, then see what is left over."


def _why_not_answered(limits: _Limits, answered: float) -> str:
    if answered == limits.work:
        return "this is so with a weight. A quota stops the group when it is used up, though the CPU is idle."
    if answered == limits.work * 100 / limits.quota:
        return "the group is not slowed down evenly: it runs at full speed, then stands still until the next period."
    return "take the periods one by one: how much is computed in each, and when does the next one begin?"


FILTER, CAPABILITY, MODULE, DONE = "filter", "capability", "module", "done"
CHECKS = (FILTER, CAPABILITY, MODULE, DONE)


@dataclass(frozen=True)
class _Attempt:
    what: str
    outcome: str
    why: str
    believed: Mapping[str, str]
    """For a wrong outcome the key of the misconception behind it."""


_RELATIVE = _Attempt(
    "User 1000 makes a user namespace and holds every capability in it. No filter, no module. It changes the host name "
    "of the machine",
    CAPABILITY,
    "the machine's UTS namespace is owned by the first user namespace, and this process holds nothing there",
    {DONE: "X42"},
)
_LESS = _Attempt(
    "A container's root, user 0 without a user namespace, keeps `CAP_CHOWN` alone. No filter, no module. It mounts a "
    "file system",
    CAPABILITY,
    "mounting takes `CAP_SYS_ADMIN`, and being user 0 does not replace it",
    {},
)
_FILTERED = _Attempt(
    "Root with every capability, and a filter that refuses `mount`. No module. It mounts a file system",
    FILTER,
    "the filter is asked before anything else, and it does not ask who calls",
    {},
)
_POLICY = _Attempt(
    "Root with every capability, and no filter. A security module's policy forbids it to write below `/etc`. It opens "
    "`/etc/hosts`, a file of its own, for writing",
    MODULE,
    "the policy stands on top: it refuses what owner and capabilities allow",
    {},
)
_OWN = _Attempt(
    "User 1000 makes a user namespace and, from in there, a UTS namespace. No filter, no module. It changes the host "
    "name of that UTS namespace",
    DONE,
    "that UTS namespace is owned by the user namespace in which it holds every capability",
    {},
)
_PASSED = _Attempt(
    "A process of user 1000 without capabilities has a filter that lets `chown` pass. No module. It gives a file of "
    "its own to user 0",
    CAPABILITY,
    "to let pass is no permission: giving a file away takes `CAP_CHOWN`",
    {},
)
_OWNER = _Attempt(
    "A container's root, user 0 without a user namespace, has lost every capability. No filter, no module. By some way "
    "it reaches a file of L1 that user 0 owns and may write to, and writes to it",
    DONE,
    "it is the machine's user 0, so the file is its own, and an owner needs no capability",
    {CAPABILITY: "X29"},
)
_PORT = _Attempt(
    "A server of user 1000 has `CAP_NET_BIND_SERVICE` and a filter that lets its calls pass. No module. In the network "
    "namespace of the machine it binds to port 80",
    DONE,
    "a low port takes this one capability, it is held in the first user namespace, and nobody else objects",
    {},
)
_ATTEMPTS = (_RELATIVE, _LESS, _FILTERED, _POLICY, _OWN, _PASSED, _OWNER, _PORT)


def _find_the_check(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    attempts = [_RELATIVE, _FILTERED, _OWNER, *chance.sample([_LESS, _POLICY, _OWN, _PASSED, _PORT], 2)]
    chance.shuffle(attempts)
    answer = [attempt.outcome for attempt in attempts]
    listing = "\n\n".join(f"{name}: {attempt.what}." for name, attempt in zip(NAMES, attempts, strict=True))
    return Exercise(
        id="05.2",
        objective="05.2",
        title="Which check refuses?",
        prompt=(
            "Five processes try something. For each, name the check that refuses it: `filter` (seccomp), `capability` "
            "(it takes one that is not held where it would count), `module` (a policy of a security module), or `done` "
            f"if none does.\n\n{listing}"
        ),
        starter="answer = [..., ..., ..., ..., ...]  # for A to E",
        expects=f"a list of five, for A to E, each of {', '.join(repr(check) for check in CHECKS)}",
        check=lambda given: _check_checks(attempts, given),
        hints=(
            "Go through the checks in their order, and stop at the first that says no.",
            "Of a capability ask three things: does the operation take one, is it held, and in which user namespace?",
        ),
        solution=f"answer = {answer!r}",
        explanation=" ".join(f"{name}: {attempt.why}." for name, attempt in zip(NAMES, attempts, strict=True)),
        wrong=(
            Wrong(_with(attempts, _RELATIVE, DONE), "owned by the first user namespace"),
            Wrong(_with(attempts, _FILTERED, DONE), "does not ask who calls"),
            Wrong(_with(attempts, _OWNER, CAPABILITY), "an owner needs no capability"),
        ),
        variant=_find_the_check,
    )


def _with(attempts: Sequence[_Attempt], changed: _Attempt, outcome: str) -> list[str]:
    return [outcome if attempt is changed else attempt.outcome for attempt in attempts]


def _check_checks(attempts: Sequence[_Attempt], given: Any) -> Feedback:
    if (
        not isinstance(given, (list, tuple))
        or len(given) != len(attempts)
        or not all(outcome in CHECKS for outcome in given)
    ):
        raise CourseError(f"give {len(attempts)} of {', '.join(CHECKS)}")
    for name, attempt, outcome in zip(NAMES, attempts, given, strict=True):
        if outcome != attempt.outcome:
            told = "Not refused" if attempt.outcome == DONE else "Not this one" if outcome != DONE else "It is refused"
            return wrong(f"{name}: {told}: {attempt.why}.", attempt.believed.get(outcome, ""))
    return right("Each check can only refuse. What is done is what none of them refused.")


_DANGEROUS = ("init_module", "mount", "ptrace", "reboot", "sethostname", "swapon")
_HARMLESS = ("getpid", "read", "unshare")


def _write_a_filter(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    refused = sorted(chance.sample(_DANGEROUS, 2 + seed % 2))
    solved = _a_filter(refused)
    lines = "\n".join(f"    {instruction!r}," for instruction in solved)
    return Exercise(
        id="05.3",
        objective="05.2",
        title="A filter that the kernel runs",
        prompt=(
            f"Write a seccomp filter that refuses {_listed(refused)} and lets every other call of a 64-bit program "
            "pass. A call by another table, such as that of i386, is to be refused or to end the process: the same "
            "number means another call there.\n\n"
            "A filter is a list of instructions. `('load', 'architecture')` and `('load', 'number')` fetch a word.\n\n"
            "`('equal', value, then, otherwise)` compares it with `'x86-64'`, or with the number of a call, such as "
            "`'mount'`. It skips `then` instructions if they are equal and `otherwise` instructions if not; `0` goes "
            "on with the next one.\n\n"
            "`('return', 'allow')`, `('return', 'refuse')` and `('return', 'kill')` end it.\n\n"
            "`.attempt(answer)` follows some calls through your filter. `.run(answer)` lets the kernel of L1 do so."
        ),
        starter="answer = [('load', 'architecture'), ('equal', 'x86-64', 0, 0), ('return', 'allow')]",
        expects="a list of instructions, each a tuple as in the task",
        check=lambda given: _check_filter(refused, given),
        hints=(
            "Look at the architecture first: the number tells you nothing before you know whose table it is of.",
            "Put the returns at the end, `allow` then `refuse`. How many instructions lie before the right one?",
        ),
        solution=f"answer = [\n{lines}\n]",
        explanation=(
            "The architecture is compared first, and anything but x86-64 skips to the refusal. Each comparison of the "
            "number skips to the same place, so the jumps become shorter from line to line. Engines write a list of "
            "what is *allowed* instead, and with a reason: what is new in the next kernel is then refused."
        ),
        wrong=(
            Wrong(_without_architecture(refused), "another call"),
            Wrong([*solved[:-2], *solved[:-3:-1]], "other way around"),
            Wrong([(*one[:2], one[2] + 1, one[3]) if one[1] in refused else one for one in solved], "after"),
        ),
        variant=_write_a_filter,
        trial=lambda given: _filter_trial(refused, given),
    )


def _listed(names: Sequence[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _a_filter(refused: Sequence[str]) -> list[tuple[Any, ...]]:
    return [
        ("load", "architecture"),
        ("equal", X86_64, 0, len(refused) + 2),
        ("load", "number"),
        *(("equal", name, len(refused) - place, 0) for place, name in enumerate(refused)),
        ("return", "allow"),
        ("return", "refuse"),
    ]


def _without_architecture(refused: Sequence[str]) -> list[tuple[Any, ...]]:
    return _a_filter(refused)[2:]


def _check_filter(refused: Sequence[str], given: Any) -> Feedback:
    try:
        instructions = seccomp_filter.load(given)
    except NotLoadedError as reason:
        return wrong(str(reason))
    verdicts = {name: seccomp_filter.verdict(instructions, X86_64, at) for name, at in TABLES[X86_64].items()}
    if all((said == "allow") == (name in refused) for name, said in verdicts.items()):
        return wrong("It is the other way around: what you list passes, and the rest does not. Look at your returns.")
    told = [_misjudged(name, said, name in refused) for name, said in verdicts.items()]
    told += [_by_the_other_table(name, instructions) for name in refused]
    if any(told):
        return wrong(next(sentence for sentence in told if sentence))
    return right("It refuses what it should, whichever table the number is of, and lets the rest pass.")


def _misjudged(name: str, said: str, is_refused: bool) -> str:
    if is_refused and said == "allow":
        return f"`{name}` is let pass, and it should be refused. Follow its number through your filter."
    if is_refused and said == "kill":
        return f"`{name}` kills its process. Refuse it: then the program gets an error and can go on."
    if not is_refused and said != "allow":
        return f"`{name}` does not pass, and nobody asked to refuse it. Where do your comparisons lead?"
    return ""


def _by_the_other_table(name: str, instructions: Sequence[tuple[Any, ...]]) -> str:
    number = TABLES[I386][name]
    if seccomp_filter.verdict(instructions, I386, number) != "allow":
        return ""
    return (
        f"A 32-bit program can still call `{name}`: in the table of i386 it has the number {number}, which is another "
        "call in that of x86-64. Compare the architecture first."
    )


def _filter_trial(refused: Sequence[str], given: Any) -> Trial:
    instructions = seccomp_filter.load(given)
    calls = {table: {name: numbers[name] for name in refused} for table, numbers in TABLES.items()}
    calls[X86_64].update({name: TABLES[X86_64][name] for name in _HARMLESS})
    asked = json.dumps({"filter": seccomp_filter.compiled(instructions), "calls": calls})
    return Trial({"filter.json": asked}, ("filtered",), "python3 /root/filtered.py /root/filter.json")


_RUNTIME: Final = """def answer(config, kernel):
    kinds = [namespace["type"] for namespace in config["linux"]["namespaces"]]
    limits = config["linux"].get("resources")
    if limits:
        kernel.join_group(limits["memory"]["limit"], limits["pids"]["limit"])
    for kind in kinds:
        kernel.unshare(kind)
    if "pid" in kinds:
        kernel.fork()
    if "hostname" in config:
        kernel.set_host_name(config["hostname"])
    kernel.enter_root(config["root"]["path"])
    kernel.mount_proc()
    kernel.keep_capabilities(config["process"]["capabilities"]["effective"])
    kernel.execute(config["process"]["args"])"""

_COMMAND = ("sh", "-c", "hostname; ps -o pid,comm; grep CapEff /proc/self/status")


def _bundles() -> Iterator[tuple[str, dict[str, Any]]]:
    """Return the bundles of the given test: one that asks for all, and one that asks for less."""
    yield "the first bundle", configuration(*_COMMAND)
    smaller = configuration(*_COMMAND)
    smaller["linux"] = {"namespaces": [{"type": kind} for kind in ("mount", "pid")]}
    del smaller["hostname"]
    yield "the second bundle", smaller


def _finish_a_runtime() -> Exercise:
    return Exercise(
        id="05.4",
        objective="05.5",
        title="A container runtime",
        prompt=(
            "Write the heart of an OCI runtime. `answer(config, kernel)` gets a bundle's `config.json` as a dictionary "
            "and has to become its process, with what the file asks for and nothing else.\n\n"
            "The kernel offers `join_group(memory, processes)`, `unshare(kind)`, `fork()`, `set_host_name(name)`, "
            "`enter_root(path)`, `mount_proc()`, `keep_capabilities(names)` and `execute(arguments)`.\n\n"
            "A file may ask for limits (`config['linux']['resources']`: its `memory` and its `pids` have a `limit` "
            "each) and for a `config['hostname']`; it always names namespaces (`config['linux']['namespaces']`, each "
            "with a `type`), a root (`config['root']['path']`), a `/proc` (in `config['mounts']`), capabilities "
            "(`config['process']['capabilities']['effective']`) and a command (`config['process']['args']`).\n\n"
            "The given test has two bundles. The first asks for all of this; the second for two namespaces, and "
            "neither for limits nor for a host name. `.attempt(answer)` tries it on a kernel on paper, `.run(answer)` "
            "on that of L1."
        ),
        starter=(
            "def answer(config, kernel):\n"
            '    for namespace in config["linux"]["namespaces"]:\n'
            '        kernel.unshare(namespace["type"])\n'
            '    kernel.execute(config["process"]["args"])'
        ),
        expects="a function of two arguments, the configuration and the kernel",
        check=_check_runtime,
        hints=(
            "What lies under the old root has to be done before you leave it, what takes a power while you have it.",
            "A PID namespace begins with the next child. Whose numbers does a `/proc` show that is mounted before?",
        ),
        solution=_RUNTIME,
        explanation=(
            "The group first, since its files lie under the old root. Then the namespaces and a child to be process 1, "
            "then what takes the new mount namespace; the powers last, because all of it took them. `runtime.py` is "
            "this and the reading of the file; crun is this and the rest of the specification."
        ),
        wrong=(
            Wrong(_without_a_child, "next child"),
            Wrong(_powerless, "Powers are given up last"),
            Wrong(_fixed_list, "did not ask for"),
        ),
        trial=_runtime_trial,
    )


def _without_a_child(config: Any, kernel: Any) -> None:
    _carry_out(config, kernel, fork=False)


def _powerless(config: Any, kernel: Any) -> None:
    kernel.keep_capabilities(config["process"]["capabilities"]["effective"])
    _carry_out(config, kernel)


def _fixed_list(config: Any, kernel: Any) -> None:
    kernel.join_group(50 << 20, 20)
    _carry_out({**config, "hostname": "bundle", "linux": configuration()["linux"]}, kernel, group=False)


def _carry_out(config: Any, kernel: Any, *, fork: bool = True, group: bool = True) -> None:
    limits = config["linux"].get("resources") if group else None
    if limits:
        kernel.join_group(limits["memory"]["limit"], limits["pids"]["limit"])
    for namespace in config["linux"]["namespaces"]:
        kernel.unshare(namespace["type"])
    if fork:
        kernel.fork()
    if "hostname" in config:
        kernel.set_host_name(config["hostname"])
    kernel.enter_root(config["root"]["path"])
    kernel.mount_proc()
    kernel.keep_capabilities(config["process"]["capabilities"]["effective"])
    kernel.execute(config["process"]["args"])


def _check_runtime(answer: Any) -> Feedback:
    if not callable(answer) or len(inspect.signature(answer).parameters) != len(("config", "kernel")):
        raise CourseError("give a function of two arguments")
    for name, config in _bundles():
        kernel = PaperKernel()
        told = _failure(answer, config, kernel) or (kernel.damage and f"on L1, {kernel.damage}: {_TOO_EARLY}")
        told = told or _difference(config, kernel)
        if told:
            return wrong(f"With {name}: {told}", "X17" if "did not ask for" in told else "")
    return right("Both bundles became what their files say. It is a runtime: a list, read from a file and carried out.")


_TOO_EARLY = "it does not have that namespace of its own yet, or its file never asked for one."


def _failure(answer: Any, config: Any, kernel: PaperKernel) -> str:
    try:
        answer(config, kernel)
    except ExecutedError:
        return ""
    except PermissionError:
        return "Operation not permitted: the capability for this is gone. Powers are given up last."
    except FileNotFoundError as missing:
        return f"{missing}. The group's files lie under the old root, and this process has left it."
    except Exception as failure:
        return f"your function raised {type(failure).__name__}: {failure}."
    return "your function came to its end and executed nothing."


def _difference(config: Any, kernel: PaperKernel) -> str:
    kinds = {namespace["type"] for namespace in config["linux"]["namespaces"]}
    more = sorted(set(kernel.own) - kinds)
    if more or (kernel.limits and "resources" not in config["linux"]):
        return (
            f"it gets {f'the namespace {more[0]!r}' if more else 'limits'}, which its file did not ask for. A runtime "
            "adds nothing of its own."
        )
    missing = sorted(kinds - set(kernel.own))
    if missing:
        return f"the file asks for the namespace {missing[0]!r}, and the process has none of its own."
    return _unlike_process(config, kernel)


def _unlike_process(config: Any, kernel: PaperKernel) -> str:
    if not kernel.is_first:
        return "the process is not number 1. Who asks for a PID namespace does not enter it; the next child does."
    if kernel.root != config["root"]["path"]:
        return "the process still has the machine's root."
    if kernel.proc != "own":
        return f"`ps` does not list its processes: {'there is no' if not kernel.proc else 'this is not its'} `/proc`."
    if kernel.host_name != config.get("hostname", ""):
        return "the host name is not what the file says."
    return _unlike_powers(config, kernel)


def _unlike_powers(config: Any, kernel: PaperKernel) -> str:
    asked = config["linux"].get("resources")
    if asked and kernel.limits != (asked["memory"]["limit"], asked["pids"]["limit"]):
        return "the file sets limits on memory and processes, and the process is in no group that has them."
    if kernel.capabilities != frozenset(config["process"]["capabilities"]["effective"]):
        return "it does not hold the capabilities that the file names, and no others."
    if kernel.command != tuple(config["process"]["args"]):
        return "the process is another command than the file's."
    return ""


def _runtime_trial(answer: Any) -> Trial:
    try:
        source = textwrap.dedent(inspect.getsource(answer))
    except (OSError, TypeError):
        raise CourseError("The text of this function is not known here. Define it in a cell, with def.") from None
    files = {"answer.py": f"{source}\nanswer = {answer.__name__}\n"}
    prepare = []
    for number, (_, config) in enumerate(_bundles(), 1):
        files[f"config{number}.json"] = json.dumps(config)
        prepare.append(
            f"mkdir -p /rw/{number}/rootfs/bin && cd /rw/{number} && cp /root/config{number}.json config.json && "
            "cp /bin/busybox rootfs/bin && for name in sh ps grep hostname; do ln -sf busybox rootfs/bin/$name; done"
        )
    command = "for bundle in 1 2; do echo bundle $bundle; python3 /root/own_runtime.py /rw/$bundle; done 2>&1"
    return Trial(files, ("container", "own_runtime"), command, " && ".join(prepare))


EXERCISES = (_predict_the_limits(0), _find_the_check(0), _write_a_filter(0), _finish_a_runtime())
