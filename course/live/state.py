"""Saved states: machines that were booted once and continue from there in a fraction of a second (lessons 00 and 03).

A state belongs to one QEMU version, one machine and one image: its file is named after a digest of all three, so a
change of any makes a new one. The file is compressed, its own digest is checked before the machine runs.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from course.errors import CourseError, unknown
from course.live import commands, cpio, folders, image, loop
from course.live.arguments import Boot, Lines, kernel_command_line, qemu_arguments
from course.live.console import Console
from course.live.process import Qemu, compressor, wait_for_agent
from course.live.spec import MachineSpec

if TYPE_CHECKING:
    from collections.abc import Callable

    from course.live.image import Image

GUEST_FOLDER: Final = Path(__file__).parent / "guest"
# A cold boot takes about 5 s under emulation on an idle core; one that many share may give a thirtieth of that.
BOOT_PATIENCE: Final = 300.0
SETUP_DEADLINE: Final = 300.0


@dataclass(frozen=True)
class Recipe:
    """A named state: the machine it is made on, the commands that lead to it, and what it is."""

    name: str
    spec: MachineSpec
    setup: tuple[str, ...]
    what: str


# What lessons run first is run once before saving: its pages are in memory then, and what reads the disk is warm.
WARM_UP: Final = (
    "uname -r; id; { cat /proc/cpuinfo; ls -l /; ps aux; mount; ip addr; free; } >/dev/null",
    "python3 -c 'import json, os, subprocess'",
)
# Pages that are all zero are not saved: what was read once is dropped, and free memory is filled with zeros, as far as
# the agent does not take it for full. Then the
# little that every first command needs is read again. A third less to load at each restore.
SHRINK: Final = (
    """
    set -e
    echo 3 > /proc/sys/vm/drop_caches
    mount -t tmpfs -o size=100% zeros /mnt
    head -c $(($(awk '/MemAvailable/ {print $2}' /proc/meminfo) - 65536))K /dev/zero > /mnt/zeros
    umount /mnt
    """,
    "uname -r; id; ls / >/dev/null; cat /proc/version; sleep 0.3",
)
_WAIT_FOR_DOCKER: Final = """
containerd >/var/log/containerd.log 2>&1 &
dockerd --containerd /run/containerd/containerd.sock >/var/log/dockerd.log 2>&1 &
for second in $(seq 240); do
  docker version >/dev/null 2>&1 && exit 0
  sleep 1
done
tail -5 /var/log/dockerd.log
exit 1
"""
START_DOCKER: Final = (
    "modprobe -a overlay br_netfilter veth bridge nf_nat",
    _WAIT_FOR_DOCKER,
    "docker info >/dev/null",
)
RECIPES: Final = {
    recipe.name: recipe
    for recipe in (
        Recipe("ready", MachineSpec(), WARM_UP, "booted, a root shell waiting"),
        Recipe(
            "engines",
            MachineSpec(image="engines", memory=768),
            (*WARM_UP, "modprobe -a overlay veth bridge"),
            "booted, with all container engines installed and none running",
        ),
        Recipe(
            "docker",
            MachineSpec(image="engines", memory=768),
            (*WARM_UP, *START_DOCKER),
            "booted, with containerd and dockerd running",
        ),
    )
}


@dataclass(frozen=True)
class SavedState:
    """A state on this machine: its file, and what the console showed when it was saved."""

    file: Path
    digest: str
    console: bytes

    def intact(self) -> bool:
        """Return whether the file's bytes are those that were saved; an unchanged file is read once a process."""
        return folders.verified(self.file, self.digest)


@dataclass(frozen=True)
class Start:
    """All that is settled before a machine starts: the program, the hardware, what it boots, how it is run."""

    program: str
    version: str
    spec: MachineSpec
    boot: Boot
    accelerator: str
    image: Image | None

    def key(self, recipe: Recipe) -> str:
        """Return the digest that names a state: of QEMU, machine, image, the guest's own files and the recipe."""
        # The paths of the files say nothing; their digests do.
        boot = replace(self.boot, initrd=None, kernel=None, layers=())
        words = qemu_arguments(self.spec, boot, self.accelerator, Lines(0, 0, 0))
        guest = hashlib.sha256(guest_archive()).hexdigest()
        own = [folders.sha256(file) if file else "" for file in (self.spec.kernel, self.spec.initrd)]
        parts = [self.version, *words, kernel_command_line(self.spec), self.image.digest if self.image else ""]
        parts += [guest, *own, *recipe.setup, *SHRINK, _cpu(self.accelerator)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:20]


def recipe(name: str) -> Recipe:
    """Return the recipe of a named state; raises CourseError for a name that does not exist."""
    if name not in RECIPES:
        raise unknown("saved state", name, [*RECIPES, "boot"])
    return RECIPES[name]


def settle(spec: MachineSpec) -> Start:
    """Find QEMU, the image and the accelerator; raises CourseError, with what to do, where one is missing."""
    from course.live import host

    qemu = host.find_qemu()
    chosen = image.find(spec.image) if spec.image else None
    if chosen:
        chosen.verify()
    accelerator = host.accelerator() if spec.accelerator == "auto" else spec.accelerator
    return Start(qemu.path, qemu.version, spec, boot_files(spec, chosen), accelerator, chosen)


def boot_files(spec: MachineSpec, chosen: Image | None) -> Boot:
    """Return what a machine boots: the image's kernel, its initramfs with our init and agent added, its layers."""
    kernel = spec.kernel or (chosen.kernel if chosen else None)
    layers = chosen.layers if chosen else ()
    if spec.initrd or not chosen:
        return Boot(kernel, spec.initrd, layers)
    content = chosen.initrd.read_bytes() + guest_archive()
    target = folders.writable_folder() / "states" / f"{hashlib.sha256(content).hexdigest()[:20]}.initrd"
    if not target.exists() or target.stat().st_size != len(content):
        _write(target, content)
    return Boot(kernel, target, layers)


def guest_archive() -> bytes:
    """Return what the course adds to an image's initramfs at each start: init and agent."""
    return cpio.archive([cpio.program(name, (GUEST_FOLDER / name).read_bytes()) for name in ("init", "agent.py")])


def check_memory(spec: MachineSpec) -> None:
    """Raise CourseError where a machine would not fit: half of the guest's memory and 128 MB for QEMU must be free."""
    from course.live import host

    needed, (total, available) = spec.memory // 2 + 128, host.memory()
    if total and available < needed:
        raise CourseError(
            f"This machine has {available} MB of memory free, and one with {spec.memory} MiB needs {needed}. Stop "
            "another machine (course.live.stop_all()) or close a notebook, then try again."
        )


def obtain(start: Start, chosen: Recipe, report: Callable[[str], None]) -> SavedState:
    """Return the saved state of a recipe on a machine; make it first if it is missing or damaged.

    Two processes that need it at once wait for each other. Raises CourseError if the machine does not get there.
    """
    name = f"{chosen.name}-{start.key(chosen)}"
    found = _find(name)
    if found is None:
        target = folders.writable_folder() / "states"
        with folders.lock(target / f"{name}.lock"):
            found = _find(name)
            if found is None:
                report(f"Making the saved state {chosen.name!r}, once: {chosen.what}.")
                found = _make(start, chosen, target, name)
    return found


def find(start: Start, chosen: Recipe) -> SavedState | None:
    """Return the saved state of a recipe if it was made, else None; its digest is checked when it is restored."""
    return _find(f"{chosen.name}-{start.key(chosen)}")


def states() -> list[dict[str, Any]]:
    """Return what is known of each saved state on this machine: name, file, bytes, seconds it took, date."""
    found = []
    for folder in folders.search_folders():
        for file in sorted((folder / "states").glob("*.json")):
            note = _note(file)
            if note:
                found.append({key: value for key, value in note.items() if key != "console"})
    return found


def prune() -> int:
    """Delete saved states that nothing here can use any more, of another QEMU or image, and return the bytes freed."""
    from course.live import host

    usable = {found.digest for found in image.images()}
    version, freed = host.find_qemu().version, 0
    for file in (folders.writable_folder() / "states").glob("*.json"):
        note = _note(file)
        if note is None or note.get("qemu") != version or note.get("image") not in usable:
            for path in file.parent.glob(f"{file.stem}.*"):
                freed += path.stat().st_size
                path.unlink()
    return freed


def forget(saved: SavedState) -> None:
    """Delete a saved state that turned out to be damaged."""
    for file in (saved.file, _note_of(saved.file)):
        file.unlink(missing_ok=True)


def _find(name: str) -> SavedState | None:
    for folder in [*folders.search_folders(), folders.writable_folder()]:
        note = _note(folder / "states" / f"{name}.json")
        if note is None:
            continue
        file = folder / "states" / str(note["file"])
        saved = SavedState(file, str(note["sha256"]), bytes.fromhex(str(note["console"])))
        if file.is_file() and file.stat().st_size == note["bytes"]:
            return saved
    return None


def _make(start: Start, chosen: Recipe, folder: Path, name: str) -> SavedState:
    began = time.monotonic()
    prune()
    part = folder / f"{name}.{os.getpid()}.part{compressor()}"
    console = Console()
    qemu = loop.call(Qemu.start(start.program, start.spec, start.boot, start.accelerator, console))
    try:
        loop.call(wait_for_agent(qemu, BOOT_PATIENCE))
        for command in (*chosen.setup, *SHRINK):
            result = commands.run(qemu.agent, command, deadline=SETUP_DEADLINE)
            if result.exit_status != 0:
                raise CourseError(
                    f"The state {chosen.name!r} could not be made: {command!r} said: {str(result)[-300:]}"
                )
        loop.call(qemu.save(part))
    finally:
        loop.call(qemu.stop())
    file = folder / f"{name}{compressor()}"
    part.replace(file)
    note = {
        "name": chosen.name, "file": file.name, "sha256": folders.sha256(file), "bytes": file.stat().st_size,
        "seconds": round(time.monotonic() - began, 1), "qemu": start.version, "accelerator": start.accelerator,
        "image": start.image.digest if start.image else "", "console": console.read().hex(),
    }  # fmt: skip
    _write(_note_of(file), json.dumps(note, indent=1).encode())
    return SavedState(file, str(note["sha256"]), console.read())


def _note_of(file: Path) -> Path:
    return file.with_suffix(".json")


_NOTED: Final = {"file", "sha256", "bytes", "console", "seconds"}


def _note(file: Path) -> dict[str, Any] | None:
    try:
        note = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return note if isinstance(note, dict) and note.keys() >= _NOTED else None


def _write(target: Path, content: bytes) -> None:
    """Write beside and move into place: another process sees the whole file or none."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CourseError(f"{target} could not be written: {error.strerror}.") from None


def _cpu(accelerator: str) -> str:
    """Return the model of this host's CPU where the guest sees it; an emulated CPU is the same everywhere."""
    from course.live import host

    return "" if accelerator == "tcg" else host.cpu_model()
