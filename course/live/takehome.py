"""The course's machine for a hypervisor at home: OVA, VDI or VMX, from the image of every live machine (lesson 06).

`python -m course export ova FOLDER`. The disk boots by EFI; kernel, initramfs and root are those of the image `base`,
with the drivers for the disks that VirtualBox and VMware offer. It has no network and keeps nothing.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from course.errors import CourseError, unknown
from course.live import cpio, image, takehome_descriptions, takehome_disk

if TYPE_CHECKING:
    from collections.abc import Iterable

    from course.live.image import Image

NAME: Final = "virtualization-course"
FORMATS: Final = {
    "ova": "an appliance that VirtualBox and VMware import: a description, a packed disk and their digests",
    "vdi": "a disk of VirtualBox",
    "vmx": "a machine of VMware: a description and a disk",
}
LOADER: Final = Path("/usr/lib/systemd/boot/efi/systemd-bootx64.efi")
KERNEL_WORDS: Final = "console=ttyS0 console=tty0 rdinit=/init panic=30 quiet loglevel=4 random.trust_cpu=on"
# What stands between a kernel and its disk: VMware's, SATA as VirtualBox has it, virtio; then the root's own formats.
DRIVERS: Final = ("vmw_pvscsi", "ahci", "virtio_scsi", "virtio_blk", "sd_mod", "squashfs", "overlay")


def export(kind: str, folder: Path) -> list[Path]:
    """Write the course's machine in one of FORMATS into a folder, or in all of them, and return the files.

    Raises CourseError for an unknown format, and where the image or a program is missing: it names what to install.
    """
    if kind not in (*FORMATS, "all"):
        raise unknown("format", kind, [*FORMATS, "all"])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="course-export-") as scratch:
        raw = write_raw_disk(Path(scratch) / "disk.raw")
        return [file for one in (FORMATS if kind == "all" else [kind]) for file in _WRITERS[one](raw, folder)]


def write_raw_disk(target: Path) -> Path:
    """Write the machine's disk, uncompressed, and return its path; raises CourseError as `export` does."""
    base = image.find("base")
    base.verify()
    if not LOADER.is_file():
        raise CourseError(
            f"A disk that boots by EFI needs {LOADER.name}, not found here. On Debian or Ubuntu: apt install "
            "systemd-boot-efi."
        )
    entry = f"title The virtualization course\nlinux /vmlinuz\ninitrd /initrd\noptions {KERNEL_WORDS}\n"
    takehome_disk.write_disk(
        target,
        {
            "EFI/BOOT/BOOTX64.EFI": LOADER.read_bytes(),
            "loader/loader.conf": b"default course.conf\ntimeout 0\n",
            "loader/entries/course.conf": entry.encode(),
            "vmlinuz": base.kernel.read_bytes(),
            "initrd": base.initrd.read_bytes() + _additions(base),
        },
        base.layers[0],
    )
    return target


def convert(raw: Path, target: Path, *options: str) -> Path:
    """Write a raw disk in another format with qemu-img, whose `options` name it, and return the new disk's path.

    Raises CourseError where qemu-img is missing or fails.
    """
    if shutil.which("qemu-img") is None:
        raise CourseError("Disk formats need qemu-img, not found here. On Debian or Ubuntu: apt install qemu-utils.")
    _run(["qemu-img", "convert", "-f", "raw", *options, raw, target])
    return target


def _write_ova(raw: Path, folder: Path) -> list[Path]:
    target = folder / f"{NAME}.ova"
    with tempfile.TemporaryDirectory(prefix="course-export-") as scratch:
        packed = convert(raw, Path(scratch) / f"{NAME}-disk1.vmdk", *STREAM_OPTIMIZED)
        takehome_descriptions.write_ova(target, NAME, packed, raw.stat().st_size)
    return [target]


def _write_vdi(raw: Path, folder: Path) -> list[Path]:
    return [convert(raw, folder / f"{NAME}.vdi", "-O", "vdi")]


def _write_vmx(raw: Path, folder: Path) -> list[Path]:
    disk = convert(raw, folder / f"{NAME}.vmdk", "-O", "vmdk", "-o", "adapter_type=lsilogic,subformat=monolithicSparse")
    description = folder / f"{NAME}.vmx"
    description.write_text(takehome_descriptions.vmx(NAME, disk.name), "utf-8")
    return [description, disk]


# What an appliance holds: read from its beginning to its end in one pass, as it comes over a network.
STREAM_OPTIMIZED: Final = ("-O", "vmdk", "-o", "subformat=streamOptimized")
_WRITERS: Final = {"ova": _write_ova, "vdi": _write_vdi, "vmx": _write_vmx}


def _additions(base: Image) -> bytes:
    """Return what the initramfs needs at home: another first program, and the drivers of disks that QEMU's lacks."""
    with tempfile.TemporaryDirectory(prefix="course-modules-") as scratch:
        root = Path(scratch) / "root"
        _run(["unsquashfs", "-no-progress", "-quiet", "-dest", root, base.layers[0], "usr/lib/modules"])
        modules = next((root / "usr/lib/modules").iterdir())
        ordered = _in_order(DRIVERS, (modules / "modules.dep").read_text("utf-8"))
        drivers = [cpio.program(f"modules/{Path(name).name}", (modules / name).read_bytes()) for name in ordered]
    order = "".join(f"{Path(name).stem}\n" for name in ordered)
    return cpio.archive(
        [
            cpio.program("init", _program("takehome_init")),
            cpio.program("shells", _program("takehome_shells")),
            cpio.program("modules/order", order.encode()),
            *drivers,
        ]
    )


def _in_order(names: Iterable[str], dependencies: str) -> list[str]:
    """Return the files of modules and of all that they need, each after what it needs."""
    needs = {file: rest.split() for file, _colon, rest in (line.partition(":") for line in dependencies.splitlines())}
    files_of = {Path(file).stem.replace("-", "_"): file for file in needs}
    ordered: dict[str, None] = {}

    def add(file: str) -> None:
        for needed in needs[file]:
            add(needed)
        ordered[file] = None

    for name in names:
        add(files_of[name])
    return list(ordered)


def _program(name: str) -> bytes:
    return files("course.live").joinpath("programs", name).read_bytes()


def _run(command: list[object]) -> None:
    arguments = [str(part) for part in command]
    if shutil.which(arguments[0]) is None:
        raise CourseError(f"Exporting a machine needs {arguments[0]}, not found here; see apt.txt for its package.")
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CourseError(f"{arguments[0]} failed: {(done.stderr or done.stdout).strip()[-300:]}")
