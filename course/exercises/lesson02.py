"""Exercises of lesson 02: test for the three requirements, sort instructions, follow an exit, write machine code."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.checks import Exercise, Feedback, Wrong, right, wrong
from course.errors import CourseError
from course.live.exhibits.unicorn import emulate

if TYPE_CHECKING:
    from collections.abc import Sequence

EQUIVALENCE, CONTROL, EFFICIENCY, NONE = "equivalence", "resource control", "efficiency", "none"
REQUIREMENTS = (EQUIVALENCE, CONTROL, EFFICIENCY, NONE)


@dataclass(frozen=True)
class _Case:
    """Something to be classified, its class, and why."""

    what: str
    kind: str
    why: str


_SYSTEMS = (
    _Case(
        "a program that carries out each instruction of the guest in software, without a mistake",
        EFFICIENCY,
        "not one of the guest's instructions runs directly",
    ),
    _Case(
        "a monitor that takes the processor back after every single instruction of the guest, to keep a log",
        EFFICIENCY,
        "the monitor steps in at each instruction, the harmless ones too",
    ),
    _Case(
        "QEMU with TCG, running Linux",
        EFFICIENCY,
        "each instruction of the guest is translated before anything runs",
    ),
    _Case(
        "a kernel and one of its processes, which sees system calls and no devices",
        EQUIVALENCE,
        "a process is not shown a computer, so no kernel can run in it unchanged",
    ),
    _Case(
        "a monitor that runs guest kernels in user mode, directly, on a processor where `popf` does not trap",
        EQUIVALENCE,
        "`popf` does something else in it than on the real machine",
    ),
    _Case(
        "a monitor that runs most instructions directly, for guests whose kernel was changed to make hypercalls",
        EQUIVALENCE,
        "an unchanged kernel would not work in it; strictly, a changed interface is another interface",
    ),
    _Case(
        "a monitor that runs guests directly and lets them switch the real machine's interrupts off",
        CONTROL,
        "with interrupts off, the guest keeps the processor for as long as it likes",
    ),
    _Case(
        "a monitor that runs guests directly and hands one of them a device that can write to all real memory",
        CONTROL,
        "through the device the guest reaches memory that it was not given",
    ),
    _Case(
        "KVM and QEMU on a processor with SVM, running an unchanged Linux",
        NONE,
        "most instructions run directly, what is sensitive is the guest's own or exits, and Linux works unchanged",
    ),
    _Case(
        "trap and emulate on a processor on which all sensitive instructions are privileged",
        NONE,
        "this is the case for which the condition was stated",
    ),
)


def _test_the_systems(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    systems = [chance.choice([one for one in _SYSTEMS if one.kind == kind]) for kind in REQUIREMENTS]
    systems.append(chance.choice([one for one in _SYSTEMS if one not in systems]))
    chance.shuffle(systems)
    answer = [system.kind for system in systems]
    return Exercise(
        id="02.1",
        objective="02.1",
        title="Which requirement fails?",
        prompt=(
            "Test each of these against Popek and Goldberg: name the requirement that it fails, or `none`.\n\n"
            f"{_listing(systems)}"
        ),
        starter="answer = [..., ..., ..., ..., ...]  # for A to E",
        expects=f"a list of five of these, for A to E: {', '.join(map(repr, REQUIREMENTS))}",
        check=lambda given: _check_systems(systems, given),
        hints=(
            "Ask of each: does an unchanged guest behave the same? Who has the last word? What runs directly?",
            "Two of the three can be perfect. Look for the one sentence in the description that spoils the third.",
        ),
        solution=f"answer = {answer!r}",
        explanation=_explained(systems),
        wrong=(
            Wrong([NONE if kind == EFFICIENCY else kind for kind in answer], "ordinary instructions"),
            Wrong([EFFICIENCY if kind == EQUIVALENCE else kind for kind in answer], "behave as on the real one"),
            Wrong([EQUIVALENCE if kind == CONTROL else kind for kind in answer], "last word"),
        ),
        variant=_test_the_systems,
    )


_REQUIREMENT_QUESTIONS = {
    EFFICIENCY: "who carries out the guest's ordinary instructions, the processor or software?",
    EQUIVALENCE: "would a kernel that was written for the machine behave as on the real one?",
    CONTROL: "who has the last word on processor, memory and devices?",
    NONE: "all three hold. Which one did you see fail?",
}


def _check_systems(systems: Sequence[_Case], given: Any) -> Feedback:
    _expect_choices(given, len(systems), REQUIREMENTS)
    for name, system, kind in zip("ABCDE", systems, given, strict=True):
        if kind != system.kind:
            believed = "X23" if system.kind == EFFICIENCY and kind == NONE else ""
            return wrong(f"{name}: {_REQUIREMENT_QUESTIONS[system.kind]}", believed)
    return right("You asked for each requirement separately, and let none of them stand in for another.")


PRIVILEGED, SENSITIVE, INNOCUOUS = "privileged", "sensitive only", "innocuous"
KINDS = (PRIVILEGED, SENSITIVE, INNOCUOUS)

_POPF = _Case("`popf`, load the flags from memory", SENSITIVE, "it touches the interrupt flag, and does not trap")
_INSTRUCTIONS = (
    _Case("`cli`, switch interrupts off", PRIVILEGED, "it changes the interrupt flag, and traps"),
    _Case("`hlt`, halt the processor", PRIVILEGED, "it stops the processor for everybody, and traps"),
    _Case("`mov cr3, eax`, load another page table", PRIVILEGED, "it changes what memory is seen, and traps"),
    _Case("`lidt`, load the place of the interrupt table", PRIVILEGED, "it decides who takes interrupts, and traps"),
    _Case("`mov eax, cr0`, read a control register", PRIVILEGED, "it reads the mode of the machine, and traps"),
    _Case("`sidt`, store the place of the interrupt table", SENSITIVE, "it reveals the hypervisor's table, no trap"),
    _Case("`sgdt`, store the place of the segment table", SENSITIVE, "it reveals the hypervisor's table, no trap"),
    _Case("`smsw`, store a part of control register 0", SENSITIVE, "it reads the mode of the machine, no trap"),
    _Case(
        "`pushf`, store the flags in memory", SENSITIVE, "it shows the real interrupt flag, not the guest's, no trap"
    ),
    _Case("`add eax, ebx`, add two registers", INNOCUOUS, "registers of its own, the same in every mode"),
    _Case("`imul eax, ebx`, multiply two registers", INNOCUOUS, "registers of its own, the same in every mode"),
    _Case("`cmp eax, ebx`, compare two registers", INNOCUOUS, "it sets flags of arithmetic, which are its own"),
    _Case("`nop`, do nothing", INNOCUOUS, "it touches nothing"),
)


def _sort_the_instructions(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    instructions = [_POPF]
    for kind, count in ((PRIVILEGED, 2), (SENSITIVE, 1), (INNOCUOUS, 2)):
        instructions += chance.sample([one for one in _INSTRUCTIONS if one.kind == kind], count)
    chance.shuffle(instructions)
    answer = [one.kind for one in instructions]
    return Exercise(
        id="02.2",
        objective="02.2",
        title="Sort the instructions",
        prompt=(
            "A classic x86 processor, without UMIP, runs a guest kernel in user mode. Sort the guest's instructions: "
            "those that trap are `privileged`; those that touch what a hypervisor has to control and do not trap are "
            f"`sensitive only`; the others are `innocuous`.\n\n{_listing(instructions)}"
        ),
        starter="answer = [..., ..., ..., ..., ..., ...]  # for A to F",
        expects=f"a list of six of these, for A to F: {', '.join(map(repr, KINDS))}",
        check=lambda given: _check_instructions(instructions, given),
        hints=(
            "First: would another guest, or the hypervisor, care? If not, it is innocuous.",
            "Of the rest: look hard at those that *store* state of the machine, and at those that move the flags.",
        ),
        solution=f"answer = {answer!r}",
        explanation=_explained(instructions),
        wrong=(
            Wrong([PRIVILEGED if one is _POPF else one.kind for one in instructions], "without a trap"),
            Wrong([INNOCUOUS if kind == PRIVILEGED else kind for kind in answer], "a processor refuses"),
            Wrong([SENSITIVE if kind == INNOCUOUS else kind for kind in answer], "nobody else's"),
        ),
        variant=_sort_the_instructions,
    )


_INSTRUCTION_ANSWERS = {
    PRIVILEGED: "this is one that a processor refuses outside of kernel mode, by a trap",
    SENSITIVE: "it goes through without a trap, and what it reads or leaves alone is not the guest's",
    INNOCUOUS: "what it touches is its own and nobody else's",
}


def _check_instructions(instructions: Sequence[_Case], given: Any) -> Feedback:
    _expect_choices(given, len(instructions), KINDS)
    for name, one, kind in zip("ABCDEF", instructions, given, strict=True):
        if kind != one.kind:
            return wrong(f"{name}: {_INSTRUCTION_ANSWERS[one.kind]}.")
    return right("You kept two questions apart: what does it touch, and does it trap?")


NOBODY, KVM, VMM = "nobody", "KVM", "VMM"
CALLED = (NOBODY, KVM, VMM)

_SYSTEM_CALL = _Case(
    "a program in the guest makes a system call",
    NOBODY,
    "it goes to the guest's own kernel, and both are in guest mode",
)
_CPUID = _Case("a program in the guest executes `cpuid`", KVM, "an exit, answered in the host's kernel from a list")
_PORT = _Case(
    "the guest's kernel writes to a serial port that the VMM plays",
    VMM,
    "KVM has no such device; KVM_RUN returns in the process that plays it",
)
_EVENTS = (
    _Case("the guest adds two registers", NOBODY, "the processor does it, in guest mode"),
    _Case("the guest's kernel loads another page table", NOBODY, "with nested paging its tables are its own"),
    _Case("the guest's kernel clears its interrupt flag", NOBODY, "in guest mode it has a flag of its own"),
    _Case(
        "the guest touches a page of its memory for which KVM has not yet put a real page behind it",
        KVM,
        "an exit; KVM finds a page, enters it into its table and goes back",
    ),
    _Case(
        "a timer of the real machine interrupts while the guest runs",
        KVM,
        "an exit, whatever the guest's flag says; the host's kernel takes its interrupt",
    ),
    _Case(
        "the guest stores to a register in memory of a disk controller that the VMM plays",
        VMM,
        "no memory is there; KVM_RUN returns with address and value",
    ),
    _Case("the guest runs into a triple fault", VMM, "KVM_RUN returns with the reason shutdown"),
)


def _follow_the_events(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    events = [_SYSTEM_CALL, _CPUID, _PORT]
    events += [chance.choice([one for one in _EVENTS if one.kind == called]) for called in CALLED]
    chance.shuffle(events)
    answer = [event.kind for event in events]
    return Exercise(
        id="02.3",
        objective="02.4",
        title="How far does it go?",
        prompt=(
            "A guest runs under KVM, with nested paging; a VMM in user space plays the devices. For each event, name "
            "how far out of the guest it goes at once: to `nobody`, to `KVM` and back, or through KVM to the `VMM`.\n\n"
            f"{_listing(events)}"
        ),
        starter="answer = [..., ..., ..., ..., ..., ...]  # for A to F",
        expects=f"a list of six of these, for A to F: {', '.join(map(repr, CALLED))}",
        check=lambda given: _check_events(events, given),
        hints=(
            "Can the processor do this in guest mode, on the guest's own state? If not, does it take a device?",
            "The figure has both ends of the answer: `course.figure('vm_exit')`.",
        ),
        solution=f"answer = {answer!r}",
        explanation=_explained(events),
        wrong=(
            Wrong([KVM if event is _SYSTEM_CALL else event.kind for event in events], "the guest's own kernel"),
            Wrong([VMM if event is _CPUID else event.kind for event in events], "answered in the host's kernel"),
            Wrong([KVM if event is _PORT else event.kind for event in events], "KVM has no such device"),
        ),
        variant=_follow_the_events,
    )


def _check_events(events: Sequence[_Case], given: Any) -> Feedback:
    _expect_choices(given, len(events), CALLED)
    for name, event, called in zip("ABCDEF", events, given, strict=True):
        if called != event.kind:
            return wrong(f"{name}: not {called}; {event.why}.", "X12" if (event.kind, called) == (VMM, KVM) else "")
    return right("You asked what the processor can do alone, then what the kernel can, and only then called the VMM.")


_WORDS = ("Hi!", "Sun", "L2", "Trap", "Guest", "Ring", "exit", "Popek")
_HALT = 0xF4
# Far more instructions than a word needs: code that runs so many does not halt.
_RUNAWAY = 5_000


def _write_machine_code(seed: int) -> Exercise:
    word = _WORDS[seed % len(_WORDS)]
    code = b"\xba\xf8\x03" + b"".join(b"\xb0" + bytes([letter]) + b"\xee" for letter in word.encode()) + bytes([_HALT])
    text = code.hex(" ")
    _, instructions = emulate(code)
    calls = len(word) + 1
    return Exercise(
        id="02.4",
        objective="02.5",
        title=f"Be the assembler: {word}",
        prompt=(
            f"Write machine code, in hexadecimal, that writes `{word}` to a serial port, letter by letter, and halts. "
            "You need four instructions: `ba f8 03` puts the port's number into register dx; `b0` and a letter's code "
            "put the letter into register al; `ee` writes al to the port; `f4` halts. Your code runs in the emulator. "
            "Then predict: if a page of Python runs the same bytes under KVM, as in the exhibit, how often does "
            "KVM_RUN return to it?"
        ),
        starter="answer = ('ba f8 03 ...', ...)  # the code, and how often KVM_RUN returns",
        expects="a pair: the code as text, such as 'ba f8 03 b0 48 ee f4', and a whole number",
        check=lambda given: _check_code(word, given),
        hints=(
            f"Python knows the codes of letters: `{word!r}.encode().hex(' ')`.",
            "KVM_RUN returns for what the guest cannot do alone. Which of the four instructions are that?",
        ),
        solution=f"answer = ({text!r}, {calls})",
        explanation=(
            f"One load of the port, {len(word)} times a load and a write, one halt: {instructions} instructions. "
            f"The emulator reads all of them. Under KVM the loads run on the processor; the writes and the halt "
            f"return to the program that plays the machine, which makes {calls}."
        ),
        wrong=(
            Wrong((text, instructions), "An emulator sees every instruction"),
            Wrong((text, calls - 1), "The halt"),
            Wrong((text.removesuffix(" f4"), calls), "does not halt"),
        ),
        variant=_write_machine_code,
    )


def _check_code(word: str, given: Any) -> Feedback:
    code, calls = _code_and_calls(given)
    printed, instructions, fault = _emulated(code)
    if fault:
        return wrong(f"The processor stopped at a fault ({fault}). Does each instruction have all of its bytes?")
    if printed != word:
        return wrong(f"The port was sent {printed!r}, not {word!r}. Each letter needs a load and a write.")
    if instructions >= _RUNAWAY:
        return wrong("It prints the word and does not halt: the processor takes for code whatever lies behind.")
    if calls == instructions:
        return wrong("An emulator sees every instruction; KVM_RUN returns where the guest cannot go on alone.", "X23")
    if calls == len(word):
        return wrong("You counted the writes. The halt comes back to the VMM as well.")
    if calls != len(word) + 1:
        return wrong("Count the instructions that need somebody outside: a port has to be played, a halt to be told.")
    return right("The word is out, the machine halts, and you know what its VMM saw of it.")


def _code_and_calls(given: Any) -> tuple[bytes, int]:
    if not isinstance(given, (list, tuple)) or len(given) != 2 or type(given[1]) is not int:
        raise CourseError("give two values, the code and a number")
    if not isinstance(given[0], str) or not re.fullmatch(r"(?:\s*[0-9a-fA-F]{2})+\s*", given[0]):
        raise CourseError("write the code as pairs of hexadecimal digits")
    code = bytes.fromhex(given[0])
    if len(code) > 1_000:
        raise CourseError("the word needs far fewer bytes than these")
    return code, given[1]


def _emulated(code: bytes) -> tuple[str, int, str]:
    """Run the code; return what it printed, how many instructions ran, and the fault that stopped it, if any."""
    from unicorn import UcError

    try:
        return *emulate(code, most_instructions=_RUNAWAY), ""
    except UcError as fault:
        return "", 0, str(fault)


def _listing(cases: Sequence[_Case]) -> str:
    return "\n\n".join(f"{name}: {case.what}." for name, case in zip("ABCDEF", cases, strict=False))


def _explained(cases: Sequence[_Case]) -> str:
    return " ".join(f"{name}, {case.kind}: {case.why}." for name, case in zip("ABCDEF", cases, strict=False))


def _expect_choices(given: Any, count: int, choices: Sequence[str]) -> None:
    if not isinstance(given, (list, tuple)) or len(given) != count or not set(given) <= set(choices):
        raise CourseError(f"give {count} of {', '.join(choices)}")


EXERCISES = (_test_the_systems(0), _sort_the_instructions(0), _follow_the_events(0), _write_machine_code(0))
