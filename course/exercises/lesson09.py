"""Exercises of lesson 09: three axes, who answers, kinds of machines, keeping an owner out, a module of your own."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.checks import Exercise, Feedback, Wrong, right, wrong
from course.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NAMES = "ABCDEF"
KERNEL, PROCESS, HYPERVISOR = "kernel", "process", "hypervisor"
SHARED = (KERNEL, PROCESS, HYPERVISOR)
USER_KERNEL, MONITOR, COMPILER = "user-space kernel", "monitor", "compiler"
AUTHORS = (KERNEL, USER_KERNEL, MONITOR, COMPILER)
ONE_WAY, BOTH_WAYS = "one way", "both ways"
DIRECTIONS = (ONE_WAY, BOTH_WAYS)


@dataclass(frozen=True)
class _Case:
    """Something to be classified, what it is, and why. `what` is shown, `kind` is the answer."""

    what: str
    kind: Any
    why: str


_SANDBOX = _Case(
    "a gVisor sandbox",
    (KERNEL, USER_KERNEL, ONE_WAY),
    "all sandboxes run on one kernel, but Sentry reads what the tenant calls",
)
_MODULE = _Case(
    "a WebAssembly module beside others in one runtime",
    (PROCESS, COMPILER, ONE_WAY),
    "one address space, and checks that a compiler put into the code",
)
_CONFIDENTIAL = _Case(
    "a confidential virtual machine whose measurement the tenant checks",
    (HYPERVISOR, MONITOR, BOTH_WAYS),
    "a machine like others, whose memory the processor also keeps from the host",
)
_SYSTEMS = (
    _Case("a container of Docker", (KERNEL, KERNEL, ONE_WAY), "the kernel is shared, and answers every call itself"),
    _Case(
        "a system container of LXC with an init of its own",
        (KERNEL, KERNEL, ONE_WAY),
        "an init makes it look like a machine; the kernel is shared as in any container",
    ),
    _Case(
        "a microVM of Firecracker",
        (HYPERVISOR, MONITOR, ONE_WAY),
        "KVM is shared, and a small monitor reads what the guest sends to its devices",
    ),
    _Case(
        "a pod of Kata Containers, beside other pods",
        (HYPERVISOR, MONITOR, ONE_WAY),
        "packed as containers, isolated as a machine",
    ),
    _Case(
        "a unikernel under QEMU with KVM",
        (HYPERVISOR, MONITOR, ONE_WAY),
        "no boundary inside it; the machine around it is the boundary",
    ),
)


def _place_systems(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    systems = [_SANDBOX, _MODULE, _CONFIDENTIAL, *chance.sample(_SYSTEMS, 2)]
    chance.shuffle(systems)
    answer = [system.kind for system in systems]
    return Exercise(
        id="09.1",
        objective="09.1",
        title="Three axes",
        prompt=(
            "Place each of these on three axes. What is the highest layer that two tenants have in common: a "
            "`kernel`, a `process` or a `hypervisor`? Whose code reads a tenant's input first: that of the `kernel` of "
            "the machine, of a `user-space kernel`, of a `monitor` (with KVM), or code that a `compiler` made? Does it "
            f"protect `one way` or `both ways`?\n\n{_listing(systems)}"
        ),
        starter="answer = [(..., ..., ...), (..., ..., ...), (..., ..., ...), (..., ..., ...), (..., ..., ...)]",
        expects="a list of five triples for A to E: what is shared, whose code is first, in which direction",
        check=lambda given: _check_places(systems, given),
        hints=(
            "Go down the stacks of two tenants until they meet. Then ask who reads what a tenant sends.",
            "Only hardware that encrypts memory turns the protection against the owner as well.",
        ),
        solution=f"answer = {answer!r}",
        explanation=_explained(systems),
        wrong=(
            Wrong(_with(systems, _SANDBOX, (KERNEL, KERNEL, ONE_WAY)), "answers the calls itself"),
            Wrong(_with(systems, _MODULE, (HYPERVISOR, COMPILER, ONE_WAY)), "no machine around it"),
            Wrong(_with(systems, _CONFIDENTIAL, (HYPERVISOR, MONITOR, ONE_WAY)), "the host cannot read"),
        ),
        variant=_place_systems,
    )


def _check_places(systems: Sequence[_Case], given: Any) -> Feedback:
    known = (SHARED, AUTHORS, DIRECTIONS)
    for name, system, triple in zip(NAMES, systems, _tuples(given, len(systems), known), strict=False):
        if triple != system.kind:
            return wrong(f"{name}: {_SAID_OF_PLACES.get(system.what, system.why + '.')}", _believed(system, triple))
    return right("Three questions, three answers: no single line from weak to strong would have held them.")


_SAID_OF_PLACES = {
    _SANDBOX.what: "Sentry, a kernel in user space, answers the calls itself; the kernel below is shared.",
    _MODULE.what: "it is in one process with the others, with no machine around it; a compiler made the checks.",
    _CONFIDENTIAL.what: "a machine on a hypervisor as before; new is that the host cannot read its memory.",
}


def _believed(system: _Case, triple: tuple[str, ...]) -> str:
    if system is _SANDBOX:
        return "X34"
    return "X36" if system is _MODULE and triple[0] == HYPERVISOR else ""


MACHINE, GUEST, USER_SPACE, NOBODY = "machine's", "guest's", "user space", "none"
ANSWERING = (MACHINE, GUEST, USER_SPACE, NOBODY)

_UNDER_RUNSC = _Case("under Docker with runsc, which is gVisor, as runtime", USER_SPACE, "Sentry answers")
_AS_MODULE = _Case(
    "as a WebAssembly module that calls functions which were handed to it",
    NOBODY,
    "calling such a function is no system call; what the runtime does then is its own affair",
)
_UNDER_CRUN = _Case(
    "in a container of crun, with all namespaces of its own", MACHINE, "another view by the same kernel"
)
_CALLERS = (
    _Case("in a system container of LXC, with an init", MACHINE, "an init is a process, no kernel"),
    _Case(
        "compiled for another processor and run by an emulator of one program, QEMU's user mode",
        MACHINE,
        "instructions are translated, calls are handed to the machine's kernel",
    ),
    _Case("in a pod of Kata", GUEST, "the pod has a small machine with a Linux of its own"),
    _Case("in a container inside a microVM", GUEST, "the microVM's kernel is the one that the container shares"),
    _Case("in a distribution of WSL 2", GUEST, "the Linux in the managed machine"),
    _Case("on user-mode Linux", USER_SPACE, "a Linux that is a process"),
    _Case(
        "as the application of a unikernel",
        NOBODY,
        "program and kernel parts are linked together; a call is a call of a function",
    ),
)


def _who_answers(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    callers = [_UNDER_RUNSC, _AS_MODULE, _UNDER_CRUN]
    callers.append(chance.choice([one for one in _CALLERS if one.kind == GUEST]))
    callers += chance.sample([one for one in _CALLERS if one not in callers], 2)
    chance.shuffle(callers)
    answer = [caller.kind for caller in callers]
    return Exercise(
        id="09.2",
        objective="09.2",
        title="Which kernel answers?",
        prompt=(
            "On one machine a program is started in six ways and wants to read a file. Which kernel answers its system "
            "call: the `machine's`, a `guest's`, one in `user space`, or `none`, because it makes no system call?\n\n"
            f"{_listing(callers)}"
        ),
        starter="answer = [..., ..., ..., ..., ..., ...]  # for A to F",
        expects=f"a list of six of these, for A to F: {', '.join(map(repr, ANSWERING))}",
        check=lambda given: _check_kinds(callers, ANSWERING, given, _SAID_OF_CALLERS),
        hints=(
            "Is there a virtual machine around the program? Then a guest's kernel is in it, unless it was linked in.",
            "Translating a program's instructions is one thing, answering its system calls another.",
        ),
        solution=f"answer = {answer!r}",
        explanation=_explained(callers),
        wrong=(
            Wrong(_with(callers, _UNDER_RUNSC, MACHINE), "gVisor filters nothing"),
            Wrong(_with(callers, _AS_MODULE, MACHINE), "no instruction for a system call"),
            Wrong(_with(callers, _UNDER_CRUN, GUEST), "no kernel of its own"),
        ),
        variant=_who_answers,
    )


_SAID_OF_CALLERS = {
    _UNDER_RUNSC.what: ("gVisor filters nothing here and runs no guest: a kernel in user space answers.", "X34"),
    _AS_MODULE.what: ("a module has no instruction for a system call. It calls functions that it was given.", "X36"),
    _UNDER_CRUN.what: ("a container has no kernel of its own, however many namespaces it has.", "X26"),
}

OF_PROCESS, OF_SYSTEM, NEITHER = "process", "system", "neither"
MACHINES = (OF_PROCESS, OF_SYSTEM, NEITHER)

_JAVA = _Case("the Java virtual machine", OF_PROCESS, "it runs a program in an instruction set of its own")
_BOARD = _Case(
    "QEMU under TCG, playing a board with an ARM processor",
    OF_SYSTEM,
    "translated or not, it shows a computer that a system boots on",
)
_CONTAINER = _Case("a container of Docker", NEITHER, "a process that is shown less; no instruction set, no computer")
_MACHINES = (
    _Case("a WebAssembly runtime", OF_PROCESS, "modules, not systems, run in it"),
    _Case("the interpreter of Python's byte code", OF_PROCESS, "one program, in instructions that it made up"),
    _Case(
        "QEMU's user mode, running one ARM program on x86 Linux",
        OF_PROCESS,
        "a program's instructions and calls, no devices and no kernel mode",
    ),
    _Case("VirtualBox", OF_SYSTEM, "it shows a PC"),
    _Case("Firecracker", OF_SYSTEM, "a small computer is still one that a kernel boots on"),
    _Case("a guest of Xen without any emulated device", OF_SYSTEM, "a kernel boots in it, by another interface"),
    _Case("a system container of LXC", NEITHER, "an init and a distribution on a shared kernel"),
    _Case("a virtual environment of Python", NEITHER, "a folder with packages and a path"),
    _Case("a network namespace", NEITHER, "another view of one kernel's network"),
)


def _sort_machines(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    machines = [_JAVA, _BOARD, _CONTAINER]
    machines += [chance.choice([one for one in _MACHINES if one.kind == kind]) for kind in MACHINES]
    chance.shuffle(machines)
    answer = [machine.kind for machine in machines]
    return Exercise(
        id="09.3",
        objective="09.3",
        title="Machine of what?",
        prompt=(
            "Is it a virtual machine of a `process`, made to run one program, of a `system`, on which an operating "
            f"system can be booted, or `neither`?\n\n{_listing(machines)}"
        ),
        starter="answer = [..., ..., ..., ..., ..., ...]  # for A to F",
        expects=f"a list of six of these, for A to F: {', '.join(map(repr, MACHINES))}",
        check=lambda given: _check_kinds(machines, MACHINES, given, _SAID_OF_MACHINES),
        hints=(
            "Ask each for a kernel: can you boot one in it?",
            "Ask the rest for an instruction set: is a program's every instruction read, or made, by it?",
        ),
        solution=f"answer = {answer!r}",
        explanation=_explained(machines),
        wrong=(
            Wrong(_with(machines, _JAVA, OF_SYSTEM), "no system boots in it"),
            Wrong(_with(machines, _BOARD, OF_PROCESS), "not about translation"),
            Wrong(_with(machines, _CONTAINER, OF_SYSTEM), "no computer is shown"),
        ),
        variant=_sort_machines,
    )


_SAID_OF_MACHINES = {
    _JAVA.what: ("programs for it exist in its own instruction set, and no system boots in it.", "X36"),
    _BOARD.what: ("this is not about translation: what it shows is a computer, and a system boots on it.", "X36"),
    _CONTAINER.what: (
        "no computer is shown and no instruction is translated: it is a process with another view.",
        "X01",
    ),
}

PREVENTED, NOTICED, OPEN = "prevented", "noticed", "open"
OUTCOMES = (PREVENTED, NOTICED, OPEN)

_READS = _Case(
    "The host's administrator saves the machine's memory to a file and searches it", PREVENTED, "it is encrypted"
)
_OTHER_KERNEL = _Case(
    "The provider starts the machine with another kernel, which sends out what it sees",
    NOTICED,
    "the measurement differs, and whoever checks it sends no secret",
)
_OFF = _Case("The provider switches the machine off", OPEN, "availability was never promised")
_EVENTS = (
    _Case(
        "A neighbor gets out into the host's kernel and looks for the machine's keys in its memory",
        PREVENTED,
        "to the host's kernel that memory is noise",
    ),
    _Case(
        "The host's administrator moves the memory to a disk and takes the disk home",
        PREVENTED,
        "the key stays in the processor",
    ),
    _Case(
        "The provider changes a line in the kernel's command line that is part of what is measured",
        NOTICED,
        "it is part of the measurement",
    ),
    _Case(
        "An outsider uses a flaw of the web server that runs in the machine",
        OPEN,
        "inside, everything is as in any machine",
    ),
    _Case("The host notes when the machine sends packets, and how large they are", OPEN, "it carries the packets"),
    _Case("The host gives the machine no processor for a minute", OPEN, "it schedules"),
    _Case("The host hands malformed packets to the machine's network driver", OPEN, "its devices are the host's"),
    _Case(
        "The tenant puts the password into the disk image; the provider reads the image",
        OPEN,
        "it was readable before anything was encrypted",
    ),
)


def _keep_the_owner_out(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    events = [_READS, _OTHER_KERNEL, _OFF, *chance.sample(_EVENTS, 3)]
    chance.shuffle(events)
    answer = [event.kind for event in events]
    return Exercise(
        id="09.4",
        objective="09.4",
        title="What does it keep out?",
        prompt=(
            "A tenant runs a confidential VM. A key service of theirs sends the key of the disk only if the machine's "
            "measurement is right. Is each of these `prevented`, only `noticed` before a secret is out, or `open`?\n\n"
            f"{_listing(events)}"
        ),
        starter="answer = [..., ..., ..., ..., ..., ...]  # for A to F",
        expects=f"a list of six of these, for A to F: {', '.join(map(repr, OUTCOMES))}",
        check=lambda given: _check_kinds(events, OUTCOMES, given, _SAID_OF_EVENTS),
        hints=(
            "There is encrypted memory, a signed measurement, and somebody who checks it. What does each do?",
            "The host still runs the machine, feeds it and carries for it.",
        ),
        solution=f"answer = {answer!r}",
        explanation=_explained(events),
        wrong=(
            Wrong(_with(events, _READS, OPEN), "This is what it is for"),
            Wrong(_with(events, _OTHER_KERNEL, PREVENTED), "can start what they like"),
            Wrong(_with(events, _OFF, PREVENTED), "never promised"),
        ),
        variant=_keep_the_owner_out,
    )


_SAID_OF_EVENTS = {
    _READS.what: ("the processor encrypts that memory. This is what it is for.", ""),
    _OTHER_KERNEL.what: ("they can start what they like; it has another measurement and gets no secret.", ""),
    _OFF.what: ("the host runs the machine or does not. Availability was never promised.", ""),
}

_TRIED = (0, 1, 2, 5, 9)


def _write_a_module(seed: int) -> Exercise:
    added = seed % 7 + 3
    module = (
        '(module (func (export "f") (param i32) (result i32) '
        f"(i32.add (i32.mul (local.get 0) (local.get 0)) (i32.const {added}))))"
    )
    return Exercise(
        id="09.5",
        objective="09.3",
        title=f"A module of your own: the square and {added}",
        prompt=(
            f"Write a WebAssembly module as text. It exports a function `f` that takes a number and returns its square "
            f"plus {added}, and it asks for nothing from outside. Your module is compiled and run in this process; it "
            "cannot do any harm, which is the point. You need `local.get 0`, `i32.const`, `i32.mul` and `i32.add`."
        ),
        starter='answer = "(module ...)"',
        expects="the module's text, which begins with (module",
        check=lambda given: _check_module(added, given),
        hints=(
            'Start from the exhibit\'s: `(module (func (export "add") (param i32 i32) (result i32) ...))`.',
            "It is a stack: `local.get 0  local.get 0  i32.mul` leaves the square on it.",
        ),
        solution=f"answer = {module!r}",
        explanation="Two values go on the stack and their product comes off, then the constant is added. Nothing else.",
        wrong=(
            Wrong(module.replace("i32.mul", "i32.add"), "f(9)"),
            Wrong(module.replace("(module ", '(module (import "env" "log" (func (param i32))) '), "asks for"),
            Wrong(module.replace('(export "f") ', ""), "exports no function"),
        ),
        variant=_write_a_module,
    )


def _check_module(added: int, given: Any) -> Feedback:
    from wasmtime import Config, Engine, Func, Instance, Module, Store, Trap, WasmtimeError

    if not isinstance(given, str) or not given.strip().startswith("(module"):
        raise CourseError("give the text of a module, which begins with (module")
    config = Config()
    config.consume_fuel = True
    store = Store(Engine(config))
    store.set_fuel(10_000)
    try:
        module = Module(store.engine, given)
        if module.imports:
            wanted = module.imports[0]
            return wrong(f"It asks for {wanted.name} from {wanted.module}. Nothing was to be handed over.", "X36")
        function = Instance(store, module, []).exports(store).get("f")
        if not isinstance(function, Func):
            return wrong("It exports no function f, so that nobody outside can call it.")
        results = {number: function(store, number) for number in _TRIED}
    except (WasmtimeError, Trap, TypeError) as error:
        return wrong(f"The runtime refuses it: {str(error).splitlines()[0]}")
    return _check_results(added, results)


def _check_results(added: int, results: Mapping[int, Any]) -> Feedback:
    number = next((number for number in reversed(_TRIED) if results[number] != number**2 + added), None)
    if number is not None:
        return wrong(f"f({number}) is {results[number]}, and was to be {number**2 + added}.")
    return right("Compiled, checked, and run in this process. It can compute, and reach nothing.")


def _check_kinds(
    cases: Sequence[_Case], kinds: Sequence[str], given: Any, said: Mapping[str, tuple[str, str]]
) -> Feedback:
    if not isinstance(given, (list, tuple)) or len(given) != len(cases):
        raise CourseError(f"give {len(cases)} words")
    for word in given:
        if word not in kinds:
            raise CourseError(f"{word!r} is not one of {', '.join(kinds)}")
    for name, case, word in zip(NAMES, cases, given, strict=True):
        if word != case.kind:
            message, believed = said.get(case.what, (f"{case.why}.", ""))
            return wrong(f"{name}: {message}", believed)
    return right("You asked each of them the same question, whatever it is called.")


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


def _with(cases: Sequence[_Case], one: _Case, kind: Any) -> list[Any]:
    """Return the right answer but for one case."""
    return [kind if case is one else case.kind for case in cases]


def _listing(cases: Sequence[_Case]) -> str:
    return "\n\n".join(f"{name}: {case.what}." for name, case in zip(NAMES, cases, strict=False))


def _explained(cases: Sequence[_Case]) -> str:
    return " ".join(f"{name}, {_words(case.kind)}: {case.why}." for name, case in zip(NAMES, cases, strict=False))


def _words(kind: Any) -> str:
    return kind if isinstance(kind, str) else ", ".join(kind)


EXERCISES = (
    _place_systems(0),
    _who_answers(0),
    _sort_machines(0),
    _keep_the_owner_out(0),
    _write_a_module(0),
)
