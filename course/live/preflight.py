"""One page before a class: is this machine ready, and for how many learners at once (docs/live.md)."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from typing import Final

from course.errors import CourseError
from course.live import folders, host, image, recordings, state
from course.live.machine import Machine

# What one learner takes: a notebook kernel, and the machine beside it (lesson 00 starts one at a time).
KERNEL_MEGABYTES: Final = 250
MACHINE_MEGABYTES: Final = 250
DOCKER_MEGABYTES: Final = 900
# The image sets, the saved states, and what a build of the largest needs while it runs.
DISK_MEGABYTES: Final = 2_000
# Beyond this a cell no longer feels as if it answered at once.
SLOW_SECONDS: Final = 3.0


@dataclass(frozen=True)
class Check:
    """One line of the page: `passed` is True, False, or None for a warning that stops nothing."""

    what: str
    passed: bool | None
    found: str


@dataclass(frozen=True)
class Report:
    """The page: its checks, and the verdict."""

    learners: int
    checks: tuple[Check, ...]

    @property
    def ready(self) -> bool:
        """Whether nothing failed."""
        return all(check.passed is not False for check in self.checks)

    def __str__(self) -> str:
        return self.text()

    def text(self, *, color: bool = False) -> str:
        """Return the page; with `color` its marks are green, yellow and red besides, for a terminal."""
        whom = "one learner" if self.learners == 1 else f"a class of {self.learners}"
        lines = [f"Preflight for {whom} on this machine", ""]
        lines += [f"{_mark(check.passed, color)}  {check.what}: {check.found}" for check in self.checks]
        verdict = "Ready." if self.ready else "Not ready: mend the lines marked FAIL, then run this again."
        return "\n".join([*lines, "", f"{_mark(self.ready, color)}  {verdict}"])


def preflight(learners: int = 1) -> Report:
    """Return the page for a class of `learners` on this machine; starts one machine for real. Raises nothing."""
    found = host.probe()
    images, states = _images(), _states(found)
    checks = [
        _qemu(found),
        *images,
        *states,
        _kvm(found),
        _memory(learners),
        _processors(learners),
        _disk(),
        _cache(),
        _offline(found, [*images, *states]),
    ]
    if found.live:
        checks.append(_machine())
    return Report(learners, tuple(checks))


def _mark(passed: bool | None, color: bool) -> str:
    word, shade = {True: ("ok  ", 32), None: ("note", 33), False: ("FAIL", 31)}[passed]
    return f"\x1b[1;{shade}m{word}\x1b[0m" if color else word


def _qemu(found: host.Host) -> Check:
    return Check("QEMU", found.qemu is not None, found.qemu.version if found.qemu else found.qemu_missing)


def _kvm(found: host.Host) -> Check:
    emulated = "" if found.kvm.proven else "; machines are emulated, as every lesson expects"
    return Check("KVM", True if found.kvm.proven else None, f"{found.kvm.reason}{emulated}")


def _images() -> list[Check]:
    checks = []
    for name, chosen in image.SETS.items():
        try:
            present = image.find(name)
            present.verify()
            checks.append(Check(f"image {name}", True, f"{present.size // 1_000_000} MB, digest {present.digest[:12]}"))
        except CourseError as error:
            needed = name == "base"
            checks.append(Check(f"image {name} ({chosen.what})", False if needed else None, str(error)))
    return checks


def _states(found: host.Host) -> list[Check]:
    """Return a line for each state whose image is here: what is not made yet costs the first learner its time."""
    checks = []
    for recipe in state.RECIPES.values() if found.qemu else ():
        if recipe.spec.image in found.images:
            what = f"state {recipe.name} ({recipe.what})"
            try:
                saved = state.find(state.settle(recipe.spec), recipe)
            except CourseError:
                continue  # its image is damaged, and the line of the image says so
            missing = "not made yet; python -m course image build --missing --states makes it now"
            size = f"{saved.file.stat().st_size // 1_000_000} MB" if saved else missing
            checks.append(Check(what, True if saved else None, size))
    return checks


def _offline(found: host.Host, needed: list[Check]) -> Check:
    """Say what would be missing without a network: nothing but an image that has to be built."""
    recorded = len(recordings.names())
    missing = [check.what.split(" (")[0] for check in needed if not check.passed]
    if not found.live:
        return Check("without a network", None, f"lessons show their {recorded} recordings; nothing can run live")
    if missing:
        return Check("without a network", None, f"base machines run; not here yet: {', '.join(missing)}")
    return Check("without a network", True, f"everything runs; {recorded} recordings stand in where a machine cannot")


def _memory(learners: int) -> Check:
    total, available = host.memory()
    if not total:
        return Check("memory", None, "this system does not say how much is free")
    needed = learners * (KERNEL_MEGABYTES + MACHINE_MEGABYTES)
    docker = learners * (KERNEL_MEGABYTES + DOCKER_MEGABYTES)
    words = f"{available} MB free; {needed} MB for the base machine, {docker} MB where Docker runs"
    return Check("memory", available >= needed if available < docker else True, words)


def _processors(learners: int) -> Check:
    count = host.processors()
    words = f"{count} for {learners} machines of one virtual CPU each" if learners > 1 else f"{count}"
    # Machines wait most of the time: four to a processor is slow at worst.
    enough = count * 4 >= learners
    return Check("processors", True if enough else None, words if enough else f"{words}; let them start in turns")


def _disk() -> Check:
    free = shutil.disk_usage(folders.writable_folder()).free // 1_000_000
    return Check("disk", True if free >= DISK_MEGABYTES else None, f"{free} MB free in {folders.writable_folder()}")


def _cache() -> Check:
    folder = folders.writable_folder()
    temporary = folders.is_temporary(folder)
    words = f"nothing can be kept: no cache folder can be written, {folder} lasts for one session"
    return Check("cache", None if temporary else True, words if temporary else str(folder))


def _machine() -> Check:
    """Start a machine, run a command, break it and reset it."""
    machine = Machine()
    try:
        machine.run("true")
        machine.stop()
        start = time.monotonic()
        release = machine.run("uname -r").stdout.strip()
        seconds = time.monotonic() - start
        machine.reset()
        alive = machine.run("true").exit_status == 0
    except CourseError as error:
        return Check("a machine", False, str(error))
    finally:
        machine.stop()
    words = f"kernel {release} answered after {seconds:.1f} s from its saved state, and again after a reset"
    return Check("a machine", (None if seconds > SLOW_SECONDS else True) if alive else False, words)
