"""What this machine offers for live machines (lesson 00): QEMU, KVM if it is proven, memory, and where we are."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from course.errors import CourseError
from course.live import folders
from course.live.where import Place, find_place

PROGRAM: Final = "qemu-system-x86_64"
OLDEST_QEMU: Final = (7, 2)
KVM_DEVICE: Final = Path("/dev/kvm")
# Under a KVM that works our kernel is up in two seconds; one that hangs would never be.
PROOF_SECONDS: Final = 20.0
MEGABYTE: Final = 1_000_000


@dataclass(frozen=True)
class QemuProgram:
    """QEMU on this machine: its path and version, such as 7.2.22."""

    path: str
    version: str


@dataclass(frozen=True)
class KvmVerdict:
    """Whether KVM is used here: `proven` only if our own kernel booted under it; `reason` says why or why not."""

    proven: bool
    reason: str


@dataclass(frozen=True)
class Host:
    """What L0, the machine we are on, has for live machines.

    `memory` and `available_memory` are megabytes, the smaller of what the machine and what our control group has; 0
    where the system does not say. `user_namespaces` is None where it cannot be tried. `place` says whether we are in a
    virtual machine or container ourselves. `images` are the image sets on this machine.
    """

    system: str
    kernel: str
    architecture: str
    processors: int
    memory: int
    available_memory: int
    qemu: QemuProgram | None
    qemu_missing: str
    kvm: KvmVerdict
    user_namespaces: bool | None
    can_build: bool
    images: tuple[str, ...]
    place: Place

    @property
    def live(self) -> bool:
        """Whether a machine can be started: QEMU and the base image are here."""
        return self.qemu is not None and "base" in self.images

    def sentences(self) -> list[str]:
        """Return what was found, in plain words, one sentence for each finding."""
        cpus = "one processor" if self.processors == 1 else f"{self.processors} processors"
        free = f"{self.memory} MB of memory, {self.available_memory} MB of it free"
        memory = free if self.memory else "memory unknown"
        lines = [
            f"This machine (L0) runs {self.system} with kernel {self.kernel} on {self.architecture}: {cpus}, {memory}.",
            self.place.sentence,
            f"QEMU {self.qemu.version} is installed." if self.qemu else self.qemu_missing,
            f"{'KVM is used' if self.kvm.proven else 'KVM is not used; guests are emulated (TCG)'}: {self.kvm.reason}.",
        ]
        if self.user_namespaces is not None:
            allowed = "may" if self.user_namespaces else "may not"
            lines.append(f"An ordinary user {allowed} make user namespaces here; live machines do not need them.")
        if self.images:
            lines.append(f"Guest images here: {', '.join(self.images)}.")
        else:
            how = "python -m course image build" if self.can_build else "python -m course image import FILE"
            lines.append(f"No guest image is here yet. Run: {how}")
        lines.append("Cells run live." if self.live else "Cells show recorded results.")
        return lines

    def describe(self) -> str:
        """Return the sentences as one text, a line each."""
        return "\n".join(self.sentences())

    def __str__(self) -> str:
        return self.describe()


def probe(*, prove: bool = True) -> Host:
    """Return what this machine offers. Raises nothing: what is missing is a sentence.

    With `prove`, KVM is tried by booting our kernel under it, once for this host (up to 20 s, then remembered).
    """
    from course.live import image

    qemu, missing = None, ""
    try:
        qemu = find_qemu()
    except CourseError as error:
        missing = str(error)
    return Host(
        _system(),
        platform.release(),
        platform.machine(),
        processors(),
        *memory(),
        qemu,
        missing,
        kvm_verdict(prove=prove),
        _user_namespaces(),
        platform.system() == "Linux" and shutil.which("mmdebstrap") is not None,
        tuple(found.name for found in image.images()),
        find_place(),
    )


def find_qemu() -> QemuProgram:
    """Return QEMU's path and version; raises CourseError with what to do where it is missing, broken or too old."""
    path = shutil.which(PROGRAM)
    if path is None:
        raise CourseError(
            f"{PROGRAM} is not on this machine, so nothing runs live. Install it (Debian, Ubuntu: apt install "
            "qemu-system-x86; Fedora: dnf install qemu-system-x86; macOS: brew install qemu) and restart the kernel."
        )
    version = _version(path)
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_QEMU:
        oldest = ".".join(map(str, OLDEST_QEMU))
        raise CourseError(f"QEMU {version} is too old for live machines; {oldest} or newer is needed. Upgrade it.")
    return QemuProgram(path, version)


def accelerator() -> str:
    """Return how guests are run here: kvm where it is proven, else tcg."""
    return "kvm" if kvm_verdict(prove=True).proven else "tcg"


def kvm_verdict(*, prove: bool) -> KvmVerdict:
    """Return whether KVM works here; with `prove` it is tried if that was never done on this host.

    A device that opens is no proof: there are hosts on which it does and a 64-bit kernel never comes up.
    """
    if not KVM_DEVICE.exists():
        return KvmVerdict(False, f"there is no {KVM_DEVICE}")
    if not os.access(KVM_DEVICE, os.R_OK | os.W_OK):
        return KvmVerdict(False, f"{KVM_DEVICE} is there, but this user may not open it")
    if platform.machine() not in ("x86_64", "AMD64"):
        return KvmVerdict(False, f"the guests are x86-64, this machine is {platform.machine()}")
    remembered = _remembered()
    if remembered is not None:
        return remembered
    return _prove() if prove else KvmVerdict(False, f"{KVM_DEVICE} opens, and was not tried yet")


def forget_verdict() -> None:
    """Try KVM again at the next start, after a change of this host that it does not notice itself."""
    for folder in [*folders.search_folders(), folders.writable_folder()]:
        (folder / "hosts" / f"{_host_key()}.json").unlink(missing_ok=True)


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def memory() -> tuple[int, int]:
    """Return total and available megabytes: the smaller of the machine's and our control group's; 0 if unknown."""
    table = dict(re.findall(r"^(\w+):\s+(\d+) kB", _read("/proc/meminfo"), re.MULTILINE))
    total, available = (int(table.get(name, 0)) * 1024 for name in ("MemTotal", "MemAvailable"))
    for limit_file, used_file in (
        ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
        ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ):
        limit, used = _read(limit_file).strip(), _read(used_file).strip()
        if limit.isdigit() and used.isdigit() and int(limit) < total:
            total, available = int(limit), min(available, int(limit) - int(used))
    return total // MEGABYTE, available // MEGABYTE


def cpu_model() -> str:
    """Return the name of this machine's CPU."""
    match = re.search(r"^model name\s*: (.*)$", _read("/proc/cpuinfo"), re.MULTILINE)
    return match.group(1) if match else platform.processor()


@cache
def _version(path: str) -> str:
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=20, check=False).stdout
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CourseError(f"{path} does not run: {error}. Install QEMU again.") from None
    match = re.search(r"version (\d+(?:\.\d+)+)", said)
    if match is None:
        raise CourseError(f"{path} does not say its version. Install QEMU again.")
    return match.group(1)


def _prove() -> KvmVerdict:
    """Boot our kernel under KVM within a deadline, and remember what came of it."""
    from course.live.machine import Machine
    from course.live.spec import MachineSpec

    machine = Machine(state="boot", spec=MachineSpec(accelerator="kvm"), patience=PROOF_SECONDS)
    try:
        machine.run("true", deadline=PROOF_SECONDS)
        verdict = KvmVerdict(True, "our kernel booted under it")
    except CourseError as error:
        if not machine.tried:
            return KvmVerdict(False, f"it could not be tried yet ({error})")
        verdict = KvmVerdict(False, f"{KVM_DEVICE} opens, but our kernel did not come up under it")
    finally:
        machine.stop()
    note = folders.writable_folder() / "hosts" / f"{_host_key()}.json"
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(json.dumps({"proven": verdict.proven, "reason": verdict.reason}), "utf-8")
    return verdict


def _remembered() -> KvmVerdict | None:
    for folder in [*folders.search_folders(), folders.writable_folder()]:
        try:
            note = json.loads((folder / "hosts" / f"{_host_key()}.json").read_text("utf-8"))
            return KvmVerdict(bool(note["proven"]), str(note["reason"]))
        except (OSError, ValueError, KeyError):
            continue
    return None


def _host_key() -> str:
    """Return a digest of what decides over KVM: this host, its kernel and CPU, and QEMU."""
    path = shutil.which(PROGRAM)
    words = (platform.node(), platform.release(), cpu_model(), _version(path) if path else "")
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:20]


def _user_namespaces() -> bool | None:
    """Return whether an ordinary user may make a user namespace; None where it cannot be tried."""
    if shutil.which("unshare") is None:
        return None
    command = ["unshare", "--user", "--map-root-user", "true"]
    tried = subprocess.run(command, capture_output=True, timeout=10, check=False)
    return tried.returncode == 0


def _system() -> str:
    if platform.system() != "Linux":
        return f"{platform.system()} {platform.mac_ver()[0]}".strip()
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    except OSError:
        return "Linux"


def _read(path: str) -> str:
    try:
        return Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
