"""The measurements of lesson 07, taken on this machine.

One thing after the other in each round, many rounds: so noise of L0 meets all of them alike. The first round is kept
apart as cold; rounds in which something else had the processor are left out.
"""

from __future__ import annotations

import json
import os
import resource
import secrets
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from course.errors import CourseError, unknown
from course.live import host, image, measure, session
from course.live import measure_subjects as subjects
from course.live.exhibits import Stage
from course.live.machine import Machine
from course.live.measure import Series, Setting
from course.live.recordings import Recording
from course.live.spec import MachineSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

__all__ = ["Call", "Guest", "Here", "Value", "run", "take"]

ROUNDS: Final = measure.ENOUGH + 1
FEW: Final = 4
EVERY: Final = 3
"""What takes seconds is done in every third round only."""
SECONDS: Final = 240.0
SLOW: Final = frozenset({"runc", "Podman", "Docker", "gVisor"})
FIRST_LINE: Final = "the first line of output"
FIRST_ANSWER: Final = "the first answer of the guest's agent"
# Counted where all that works is a descendant of the program that is started; Docker's client only asks a daemon.
TRACED: Final = ("process", "unshare", "crun", "runc", "Podman", "LXC", "nspawn")

# One virtual nanosecond for each instruction, and no time passes while the guest has nothing to do.
COUNTING: Final = MachineSpec(
    image="engines",
    memory=768,
    accelerator="tcg,thread=single,tb-size=256",
    extra=("-icount", "shift=0,sleep=off"),
)


@dataclass(frozen=True)
class Value:
    """One number as it was taken."""

    what: str
    subject: str
    unit: str
    number: float
    ends: str = ""


@dataclass(frozen=True)
class Call:
    """One run of a program that prints JSON, and how to read it; done in every `every`-th round.

    `around` is typed before it: a sandbox that it runs in.
    """

    program: str
    arguments: str
    read: Callable[[Any], list[Value]]
    stdin: str = ""
    every: int = 1
    around: str = ""


# What the run of a call gave, its wall time and its processor time.
_Round = tuple[list[Value], float, float | None]


class Place(Protocol):
    """Where a program is run: it answers with JSON, wall time and processor time; `setting` is what goes with that."""

    setting: Setting

    def run(self, call: Call) -> tuple[Any, float, float | None]: ...


class Here:
    """L0 itself."""

    def __init__(self) -> None:
        self.setting = Setting("L0", "none", "L0", _name("series"), vcpus=host.processors())

    def run(self, call: Call) -> tuple[Any, float, float | None]:
        """Run a program of the course natively; raises CourseError with its own words if it fails."""
        path = str(files("course.live").joinpath("programs", call.program))
        before, began = _children(), time.perf_counter()
        done = subprocess.run(
            [sys.executable, path, *call.arguments.split()],
            input=call.stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        wall = time.perf_counter() - began
        if done.returncode:
            raise CourseError(f"{call.program} failed on L0: {done.stderr.strip()[-300:]}")
        return json.loads(done.stdout), wall, _children() - before


class Guest:
    """A machine of the course with its programs in it; `clock` is icount where it counts instructions."""

    def __init__(self, machine: Machine, clock: str = "L1") -> None:
        accelerator = machine.accelerator.partition(",")[0]
        began = "boot" if machine.state == "boot" else "restore"
        digest = machine.image_digest.removeprefix("sha256:")[:12]
        self.setting = Setting("L1", accelerator, clock, _name(began), vcpus=machine.spec.vcpus, image=digest)
        self.machine, self.stage = machine, Stage(machine, {})
        for program in ("work.py", "startup.py"):
            self.stage.program(program)

    def run(self, call: Call) -> tuple[Any, float, float | None]:
        """Run a program of the course in the guest; raises CourseError with the guest's own words if it fails."""
        before = _processor_seconds(self.machine.process_id)
        line = f"{call.around} python3 /root/{call.program} {call.arguments}".strip()
        result = self.machine.run(line, deadline=SECONDS, stdin=call.stdin.encode())
        after = _processor_seconds(self.machine.process_id)
        if result.exit_status:
            raise CourseError(f"{call.program} failed in the guest: {str(result).strip()[-300:]}")
        used = None if before is None or after is None else after - before
        return json.loads(result.stdout), result.seconds, used


def take(place: Place, calls: Sequence[Call], rounds: int = ROUNDS, *, clockless: bool = False) -> tuple[Series, ...]:
    """Do all calls in each round and return their series, first those of the first round, which is cold.

    `clockless` is for what is counted: no clock takes part in it, and the first round is like any other.
    """
    taken: dict[int, list[_Round]] = {index: [] for index in range(len(calls))}
    for number in range(rounds):
        for index, call in enumerate(calls):
            if number % call.every == 0:
                answer, wall, used = place.run(call)
                taken[index].append((call.read(answer), wall, used))
    if clockless:
        setting = replace(place.setting, clock="none")
        return tuple(one for runs in taken.values() for one in _series(runs, setting, 0))
    cold = replace(place.setting, warmth="cold")
    first = [one for runs in taken.values() for one in _series(runs[:1], cold, 0)]
    return (*first, *(one for runs in taken.values() for one in _accepted(runs[1:], place.setting)))


def run(suite: str, rounds: int = ROUNDS) -> tuple[Recording, ...]:
    """Take one suite of measurements on this machine and return a recording for each place that it was taken in.

    Raises CourseError for an unknown suite, and where a machine or a program in it fails.
    """
    if suite not in _SUITES:
        raise unknown("suite", suite, _SUITES)
    return _SUITES[suite](rounds)


# The suites


def _work(rounds: int) -> tuple[Recording, ...]:
    call = Call(
        "work.py", "", lambda answer: [Value(WORK[kind], "process", "ns", took) for kind, took in answer.items()]
    )
    natively = (_recording("work", Here(), (call,), rounds),) if _runs_the_same_code() else ()
    with Machine() as machine:
        return (*natively, _recording("work", Guest(machine), (call,), rounds, machine))


def _startup(rounds: int) -> tuple[Recording, ...]:
    with Machine(state="docker") as machine:
        busybox = machine.get("/bin/busybox")
        guest = Guest(machine)
        subjects.prepare(guest.stage, subjects.GUEST)
        inside = _recording("startup", guest, _starts(subjects.starting(subjects.GUEST)), rounds, machine)
    with tempfile.TemporaryDirectory(prefix="course-measure-") as folder:
        here, known = Here(), subjects.native(Path(folder), busybox)
        calls = _starts({name: start for name, start in known.items() if _works(here, name, start)}, every=1)
        natively = _recording("startup", here, calls, rounds)
    return natively, inside, _machine_starts(min(rounds, FEW))


def _machine_starts(rounds: int) -> Recording:
    """Time boot and restore from L0: until the guest's first answer."""
    setting = Setting("L0", host.accelerator(), "L0", _name("series"))
    taken: dict[str, list[float]] = {"boot": [], "restore": []}
    for _ in range(rounds):
        for subject, state in (("boot", "boot"), ("restore", "ready")):
            began = time.perf_counter_ns()
            with Machine(state=state) as machine:
                machine.run("true")
                taken[subject].append(float(time.perf_counter_ns() - began))
    series = []
    for subject, samples in taken.items():
        for warmth, chosen in (("cold", samples[:1]), ("warm", samples[1:])):
            where = replace(setting, warmth=warmth)  # type: ignore[arg-type]
            series += (
                [Series("start a machine", subject, "ns", where, tuple(chosen), ends=FIRST_ANSWER)] if chosen else []
            )
    return _as_recording("startup", tuple(series), setting, _versions())


def _system_call(rounds: int) -> tuple[Recording, ...]:
    with Machine(state="docker") as machine:
        return (_recording("system_call", Guest(machine), _asking(IN_FRONT, "ns"), rounds, machine),)


def _instructions(rounds: int) -> tuple[Recording, ...]:
    with Machine(state="boot", spec=COUNTING, deadline=SECONDS) as machine:
        guest = Guest(machine, "icount")
        chosen = {name: subjects.GUEST[name] for name in ("process", "unshare", "crun", "runc")}
        subjects.prepare(guest.stage, chosen)
        calls = (
            Call(
                "work.py", "", lambda answer: [_counted(WORK[kind], "process", took) for kind, took in answer.items()]
            ),
            *_asking({name: how for name, how in IN_FRONT.items() if name != "gVisor"}, "instructions"),
            *(_start(name, start, _instructions_of, EVERY) for name, start in subjects.starting(chosen).items()),
        )
        return (_recording("instructions", guest, calls, min(rounds, 3 * FEW), machine),)


def _counts(rounds: int) -> tuple[Recording, ...]:
    with Machine(state="docker") as machine:
        guest = Guest(machine)
        subjects.prepare(guest.stage, subjects.GUEST)
        starting = subjects.starting(subjects.GUEST)
        calls = [
            Call("startup.py", "processes", _counter("start a program", "processes"), json.dumps({name: start}))
            for name, start in starting.items()
        ]
        calls += [
            Call("startup.py", "calls", _counter("start a program", "calls"), json.dumps({name: starting[name]}))
            for name in TRACED
        ]
        return (_recording("counts", guest, calls, min(rounds, FEW), machine, clockless=True),)


def _memory(_rounds: int) -> tuple[Recording, ...]:
    with Machine(state="docker") as machine:
        guest = Guest(machine)
        subjects.prepare(guest.stage, subjects.GUEST)
        calls = [
            Call(
                "startup.py",
                "memory_left" if name in subjects.RETURNING else "memory",
                _counter("memory of what stays, PSS", "bytes"),
                json.dumps({name: stay}),
            )
            for name, stay in subjects.staying(subjects.GUEST).items()
        ]
        return (_recording("memory", guest, calls, 1, machine, clockless=True),)


def _size(_rounds: int) -> tuple[Recording, ...]:
    base = image.find("base")
    with Machine() as machine:
        busybox = machine.get("/bin/busybox")
    with tempfile.TemporaryDirectory(prefix="course-measure-") as folder:
        subjects.native(Path(folder), busybox)
        roots = {"root of a container": [*Path(folder, "rootfs").rglob("*")]}
        roots["kernel, initramfs and disk of a machine"] = [base.kernel, base.initrd, *base.layers]
        setting = Setting("L0", "none", "none", _name("series"), image=base.digest.removeprefix("sha256:")[:12])
        series = [
            Series(f"size on disk, {how}", subject, "bytes", setting, (float(size),))
            for subject, paths in roots.items()
            for how, size in _sizes([path for path in paths if path.is_file()]).items()
        ]
    return (_as_recording("size", tuple(series), setting, _versions()),)


_SUITES: Final = {
    "work": _work,
    "startup": _startup,
    "system_call": _system_call,
    "instructions": _instructions,
    "counts": _counts,
    "memory": _memory,
    "size": _size,
}

WORK: Final = {
    "integer": "integer arithmetic",
    "double": "arithmetic with fractions",
    "system_call": "system call",
    "cpuid": "the instruction CPUID",
    "copy": "copying memory",
    "fresh_page": "first write to a page",
    "random_load": "load from a random address",
    "fork": "process made and ended",
}
"""Kinds of work as they are called in tables."""

# What stands between a program and the kernel: its subject, what is typed before it, and an argument of it.
IN_FRONT: Final = {
    "process": ("", ""),
    "namespaces": ("unshare --fork --pid --mount-proc --uts --ipc --net", ""),
    "filter of 100 rules": ("", "--rules 100"),
    "gVisor": ("runsc --platform=systrap --network=none do", ""),
}


def _work_in(unit: str) -> Callable[[Any], list[Value]]:
    return lambda answer: [Value(WORK[kind], "process", unit, took) for kind, took in answer.items()]


def _asking(ways: Mapping[str, tuple[str, str]], unit: str) -> tuple[Call, ...]:
    """Return the calls that time one system call with something in front of the program."""
    return tuple(
        Call(
            "work.py",
            f"system_call {argument}".rstrip(),
            lambda answer, subject=subject: [Value("one system call", subject, unit, answer["system_call"])],  # type: ignore[misc]
            around=around,
            every=EVERY if subject in SLOW else 1,
        )
        for subject, (around, argument) in ways.items()
    )


def _starts(commands: Mapping[str, list[str]], every: int = EVERY) -> tuple[Call, ...]:
    return tuple(_start(name, start, _timed, every if name in SLOW else 1) for name, start in commands.items())


def _start(name: str, start: list[str], read: Callable[[Any], list[Value]], every: int) -> Call:
    return Call("startup.py", "time", read, json.dumps({name: start}), every)


def _timed(answer: Mapping[str, Mapping[str, float]]) -> list[Value]:
    return [Value("start a program", name, "ns", took["first_line"], FIRST_LINE) for name, took in answer.items()]


def _instructions_of(answer: Mapping[str, Mapping[str, float]]) -> list[Value]:
    """Return processor time as instructions: with one nanosecond for each, a microsecond is a thousand."""
    return [_counted("start a program", name, took["processor"] * 1000) for name, took in answer.items()]


def _counted(what: str, subject: str, number: float) -> Value:
    return Value(what, subject, "instructions", number)


def _counter(what: str, unit: str) -> Callable[[Any], list[Value]]:
    return lambda answer: [Value(what, name, unit, values[unit]) for name, values in answer.items()]


def _works(here: Here, name: str, start: list[str]) -> bool:
    """Return whether L0 can start this; what its kernel or its control groups refuse is left out."""
    try:
        here.run(_start(name, start, _timed, 1))
    except CourseError as refusal:
        print(f"left out on L0: {name} ({refusal})", file=sys.stderr)
        return False
    return True


# From rounds to series


def _series(
    runs: Sequence[tuple[list[Value], float, float | None]], setting: Setting, rejected: int
) -> Iterator[Series]:
    """Yield a series for each value that the runs of one call gave."""
    samples: dict[tuple[str, str, str, str], list[float]] = {}
    for values, _, _ in runs:
        for value in values:
            samples.setdefault((value.what, value.subject, value.unit, value.ends), []).append(float(value.number))
    for (what, subject, unit, ends), numbers in samples.items():
        yield Series(what, subject, unit, setting, tuple(numbers), rejected, ends)


def _accepted(runs: Sequence[_Round], setting: Setting) -> Iterator[Series]:
    counted = measure.accepted([(wall, used) for _, wall, used in runs])
    chosen = [one for one, counts in zip(runs, counted, strict=True) if counts]
    return _series(chosen, setting, len(runs) - len(chosen))


def _recording(
    suite: str,
    place: Place,
    calls: Sequence[Call],
    rounds: int,
    machine: Machine | None = None,
    *,
    clockless: bool = False,
) -> Recording:
    series = take(place, calls, rounds, clockless=clockless)
    return _as_recording(suite, series, place.setting, _versions(machine), machine.image_digest if machine else "")


def _as_recording(
    suite: str, series: tuple[Series, ...], setting: Setting, versions: Mapping[str, str], digest: str = ""
) -> Recording:
    return Recording(
        measure.tape_of(suite),
        f"measure({suite!r})",
        {"series": [measure.as_json(one) for one in series]},
        session.today(),
        setting.level,
        setting.accelerator,
        versions,
        digest,
        session.describe_host(),
    )


def _versions(machine: Machine | None = None) -> dict[str, str]:
    versions = {"Python": ".".join(map(str, sys.version_info[:3])), "QEMU": host.find_qemu().version}
    if machine is not None:
        versions["kernel of L1"] = machine.run("uname -r").stdout.strip()
    return versions


def _sizes(paths: Sequence[Path]) -> dict[str, int]:
    """Return the bytes of files in the three ways that must not be mixed."""
    import zlib

    return {
        "apparent": sum(path.stat().st_size for path in paths),
        "allocated": sum(path.stat().st_blocks * 512 for path in paths),
        "compressed": sum(len(zlib.compress(path.read_bytes())) for path in paths),
    }


def _runs_the_same_code() -> bool:
    import platform

    return sys.platform == "linux" and platform.machine() in ("x86_64", "AMD64")


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _processor_seconds(process: int | None) -> float | None:
    """Return the processor time that a process of L0 has used; None where the system does not say."""
    try:
        words = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return None
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _name(what: str) -> str:
    """Return a name for one boot or series: equal only within it."""
    return f"{what} {secrets.token_hex(2)}"
