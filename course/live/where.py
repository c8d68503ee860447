"""Where this Python runs: bare metal, a virtual machine or a container, read from what the kernel shows (lesson 00).

Each finding is a *clue*: the file, what stands in it, what it says. Not all clues weigh the same: the number of
a namespace comes from the kernel, while `/.dockerenv` comes from whoever made the root file system, and can be
left over or removed.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Clue", "Place", "cross_check", "find_place"]


@dataclass(frozen=True)
class Clue:
    """One thing that was read: `file` (as the reader would open it), what was `found` there, and what that `says`."""

    file: str
    found: str
    says: str


@dataclass(frozen=True)
class Place:
    """Where a process is.

    `machine` is "bare metal", "virtual machine" or "unknown"; `hypervisor` names what runs the virtual machine,
    empty if nothing told. `container` names the engine, "unnamed" if only the kernel gave it away, empty
    outside of one. `clues` holds every finding.
    """

    machine: str
    hypervisor: str = ""
    container: str = ""
    clues: tuple[Clue, ...] = field(default=())

    @property
    def sentence(self) -> str:
        """The place in one sentence."""
        machine = {
            "bare metal": "on bare metal",
            "virtual machine": f"in a virtual machine ({self.hypervisor or 'hypervisor unnamed'})",
            "unknown": "on a machine that the clues do not tell",
        }[self.machine]
        if not self.container:
            return f"This process runs {machine} and in no container."
        engine = "engine unnamed" if self.container == "unnamed" else self.container
        return f"This process runs in a container ({engine}) {machine}."

    def as_json(self) -> dict[str, Any]:
        """Return the place as JSON values, as a recording stores it."""
        return {**asdict(self), "clues": [asdict(clue) for clue in self.clues]}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Place:
        """Return the place that `as_json` stored."""
        return cls(
            values["machine"],
            values["hypervisor"],
            values["container"],
            tuple(Clue(**clue) for clue in values["clues"]),
        )


def find_place(root: Path = Path("/")) -> Place:
    """Return where the process runs whose `/proc` and `/sys` stand under `root`.

    Reads ordinary files only, so a folder of fixtures does as well as the running machine. Raises nothing: a
    file that is missing or may not be read is no clue.
    """
    if not (root / "proc/self").exists():
        return Place(
            "unknown", clues=(Clue("/proc/self", "missing", "this kernel is not Linux, or /proc is not mounted"),)
        )
    machine, hypervisor, machine_clues = _find_machine(root)
    container, container_clues = _find_container(root)
    return Place(machine, hypervisor, container, (*machine_clues, *container_clues))


def cross_check() -> tuple[str, str]:
    """Return what systemd-detect-virt says of machine and container ("" each where the program is missing)."""
    program = shutil.which("systemd-detect-virt")
    if program is None:
        return "", ""
    answers = (
        subprocess.run([program, option], capture_output=True, text=True, timeout=10, check=False).stdout.strip()
        for option in ("--vm", "--container")
    )
    machine, container = answers
    return machine, container


# Firmware tables carry the name of whoever wrote them; the first fields are the most telling.
_DMI_FIELDS: Final = ("product_name", "sys_vendor", "board_vendor", "bios_vendor", "product_version")
_DMI_NAMES: Final = {
    "KVM": "KVM",
    "OpenStack": "KVM under OpenStack",
    "KubeVirt": "KVM under KubeVirt",
    "Amazon EC2": "Amazon EC2",
    "QEMU": "QEMU",
    "Standard PC": "QEMU",
    "VMware": "VMware",
    "VMW": "VMware",
    "innotek GmbH": "VirtualBox",
    "VirtualBox": "VirtualBox",
    "Xen": "Xen",
    "HVM domU": "Xen",
    "Bochs": "Bochs",
    "Parallels": "Parallels",
    "BHYVE": "bhyve",
    "Hyper-V": "Hyper-V",
    "Apple Virtualization": "Apple Virtualization",
    "Google Compute Engine": "Google Compute Engine",
}
_CLOCKS: Final = {"kvm-clock": "KVM", "xen": "Xen", "hyperv_clocksource_tsc_page": "Hyper-V"}

# The kernel numbers the namespaces that it makes at boot from the top of its range, the same in every Linux.
_FIRST_NAMESPACES: Final = {
    "cgroup": 0xEFFFFFFB,
    "ipc": 0xEFFFFFFF,
    "pid": 0xEFFFFFFC,
    "user": 0xEFFFFFFD,
    "uts": 0xEFFFFFFE,
}
_PATH_WORDS: Final = {
    "docker": "Docker",
    "libpod": "Podman",
    "kubepods": "Kubernetes",
    "crio": "CRI-O",
    "containerd": "containerd",
    "lxc": "LXC",
    "machine.slice": "systemd-nspawn",
}


def _find_machine(root: Path) -> tuple[str, str, list[Clue]]:
    """Return kind of machine, name of the hypervisor, clues; a name from firmware beats a name from a clock."""
    if "control_d" in _read(root / "proc/xen/capabilities"):
        dom0 = Clue("/proc/xen/capabilities", "control_d", "Xen's dom0: above a hypervisor, with the hardware in hand")
        return "bare metal", "", [dom0]
    named = [*_from_kernel_name(root), *_from_xen(root), *_from_firmware(root), *_from_clock(root)]
    bit = _hypervisor_bit(root)
    clues = [*(clue for _, clue in named), *bit]
    if named:
        return "virtual machine", named[0][0], clues
    if bit and bit[0].found == "hypervisor":
        return "virtual machine", "", clues
    return ("bare metal" if bit or _dmi(root, "sys_vendor") else "unknown"), "", clues


def _from_kernel_name(root: Path) -> Iterator[tuple[str, Clue]]:
    release = _read(root / "proc/sys/kernel/osrelease")
    if "microsoft" in release.lower():
        yield "Hyper-V", Clue("/proc/sys/kernel/osrelease", release, "the kernel that WSL 2 runs in a virtual machine")
    if "User Mode Linux" in _read(root / "proc/cpuinfo"):
        yield "User-mode Linux", Clue("/proc/cpuinfo", "User Mode Linux", "this kernel is itself a process of another")


def _from_xen(root: Path) -> Iterator[tuple[str, Clue]]:
    if _read(root / "sys/hypervisor/type") == "xen":
        yield "Xen", Clue("/sys/hypervisor/type", "xen", "a guest of Xen")
    compatible = _read(root / "proc/device-tree/hypervisor/compatible").strip("\0")
    for word, name in (("linux,kvm", "KVM"), ("xen", "Xen"), ("vmware", "VMware")):
        if word in compatible:
            yield name, Clue("/proc/device-tree/hypervisor/compatible", compatible, f"the device tree names {name}")


def _from_firmware(root: Path) -> Iterator[tuple[str, Clue]]:
    for name in _DMI_FIELDS:
        value = _dmi(root, name)
        for start, hypervisor in _DMI_NAMES.items():
            if value.startswith(start) and not _is_metal(root, value):
                yield (
                    hypervisor,
                    Clue(f"/sys/class/dmi/id/{name}", value, f"the firmware tables were written by {hypervisor}"),
                )
                return
    if (
        _read(root / "sys/class/dmi/id/sys_vendor") == "Microsoft Corporation"
        and _dmi(root, "product_name") == "Virtual Machine"
    ):
        yield (
            "Hyper-V",
            Clue("/sys/class/dmi/id/product_name", "Virtual Machine", "the firmware tables were written by Hyper-V"),
        )


def _is_metal(root: Path, value: str) -> bool:
    """Amazon's bare machines carry the vendor's name as its virtual ones do; their type ends in metal."""
    return value.startswith("Amazon EC2") and ".metal" in _dmi(root, "product_name")


def _from_clock(root: Path) -> Iterator[tuple[str, Clue]]:
    file = "sys/devices/system/clocksource/clocksource0/available_clocksource"
    for word in _read(root / file).split():
        if word in _CLOCKS:
            yield _CLOCKS[word], Clue(f"/{file}", word, f"{_CLOCKS[word]} offers its guests a clock")


def _hypervisor_bit(root: Path) -> list[Clue]:
    flags = next((line for line in _read(root / "proc/cpuinfo").splitlines() if line.startswith("flags")), "")
    if not flags:
        return []
    if "hypervisor" in flags.split():
        return [Clue("/proc/cpuinfo", "hypervisor", "the CPU says that it is not the real one")]
    return [Clue("/proc/cpuinfo", "no flag hypervisor", "the CPU does not speak of a hypervisor")]


def _find_container(root: Path) -> tuple[str, list[Clue]]:
    """Return the engine and the clues; only the kernel's own clue decides whether there is a container at all."""
    marks = [*_from_markers(root), *_from_paths(root)]
    foreign = _foreign_namespaces(root)
    clues = [clue for _, clue in marks]
    if foreign is None:
        return (marks[0][0] if marks else ""), clues
    clues.append(foreign)
    if foreign.found.startswith("first"):
        return "", clues
    return (marks[0][0] if marks else "unnamed"), clues


def _from_markers(root: Path) -> Iterator[tuple[str, Clue]]:
    if (root / "run/.containerenv").exists():
        yield "Podman", Clue("/run/.containerenv", "exists", "Podman puts this file into its containers")
    if (root / ".dockerenv").exists():
        yield "Docker", Clue("/.dockerenv", "exists", "this root file system was made by Docker")
    manager = _read(root / "run/systemd/container")
    if manager:
        yield manager, Clue("/run/systemd/container", manager, "the container's init was told who started it")


def _from_paths(root: Path) -> Iterator[tuple[str, Clue]]:
    for file in ("proc/self/cgroup", "proc/self/mountinfo"):
        lines = _read(root / file).splitlines()
        # Of the mounts only the root's tells where this process lives; L0 itself mounts the roots of its containers.
        text = "\n".join(line for line in lines if file.endswith("cgroup") or f"{line} ".split(" ")[4:5] == ["/"])
        for word, engine in _PATH_WORDS.items():
            if f"/{word}" in text:
                yield engine, Clue(f"/{file}", f"a path with /{word}", f"{engine} keeps its containers there")
                break


def _foreign_namespaces(root: Path) -> Clue | None:
    """Return the clue of the namespaces: the first ones of this kernel, or not; None if they cannot be read."""
    seen = {}
    for kind in _FIRST_NAMESPACES:
        try:
            seen[kind] = int((root / f"proc/self/ns/{kind}").readlink().name.strip(f"{kind}:[]"))
        except (OSError, ValueError):
            continue
    if not seen:
        return None
    others = [kind for kind, number in seen.items() if number != _FIRST_NAMESPACES[kind]]
    if "pid" in others or len(others) > 1:
        return Clue("/proc/self/ns", f"own: {', '.join(others)}", "these namespaces were made after boot: a container")
    return Clue("/proc/self/ns", f"first: {', '.join(seen)}", "these are the namespaces that the kernel made at boot")


def _dmi(root: Path, name: str) -> str:
    return _read(root / "sys/class/dmi/id" / name)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
