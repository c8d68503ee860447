"""One root file system, packed as a machine's disk, as an appliance and as a container image (lesson 06)."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from course.errors import CourseError
from course.live.exhibits.images import sizes
from course.live.exhibits.runtimes import configuration
from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

ASK = "head -n 1 /etc/os-release; python3 --version; uname -r; ps -e --no-headers | wc -l"
BUNDLE = "/rw/one"


def run(stage: Stage) -> None:
    """Pack the root of the guest in four ways on L0, compare three sizes of each, and start it in two."""
    with tempfile.TemporaryDirectory(prefix="course-root-") as folder:
        packages = _pack(Path(folder))
        rows = [sizes(name, path) for name, path in packages.items()]
    stage.seen(
        "Three sizes of each package",
        "L0",
        "for each package: stat and gzip -1",
        "\n".join(["package    apparent  allocated  compressed (MiB)", *rows]),
        "The disks hold a loader, a kernel and the root as a packed file system; the image holds the files of the root "
        "in a plain archive and no kernel. So the image is the largest until it is compressed, and then the smallest.",
    )
    apparent, _allocated, compressed = zip(*[map(float, row.split()[-3:]) for row in rows], strict=True)
    image = list(packages).index("OCI image")
    stage.value(largest=max(apparent) == apparent[image], smallest_packed=min(compressed) == compressed[image])
    machine = stage.show(
        "Started as a machine",
        ASK,
        "This is the machine of every lesson. The last line counts its processes, its kernel's own threads among them.",
    )
    stage.quietly(
        f"mkdir {BUNDLE} && cd {BUNDLE} && mkdir upper work rootfs && "
        "mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=work rootfs"
    )
    stage.machine.put(f"{BUNDLE}/config.json", json.dumps(_configuration()).encode())
    container = stage.show(
        "Started as a container",
        f"cd {BUNDLE} && crun run one",
        "The same files, so the same names and versions. The same kernel too, but this time it was running already.",
        level="L2",
    )
    *same, _count = zip(machine.splitlines(), container.splitlines(), strict=True)
    stage.value(same=sum(outside == inside for outside, inside in same))


def _configuration() -> dict[str, object]:
    whole = configuration("sh", "-c", ASK)
    return {**whole, "process": {**whole["process"], "env": ["PATH=/usr/bin:/bin"]}}


def _pack(folder: Path) -> dict[str, Path]:
    """Write the packages of the image `base` into a folder and return them by name."""
    from course.live import takehome, takehome_descriptions

    raw = takehome.write_raw_disk(folder / "disk.raw")
    packed = takehome.convert(raw, folder / "disk.vmdk", *takehome.STREAM_OPTIMIZED)
    takehome_descriptions.write_ova(folder / "machine.ova", takehome.NAME, packed, raw.stat().st_size)
    return {
        "raw disk": raw,
        "qcow2": takehome.convert(raw, folder / "disk.qcow2", "-O", "qcow2"),
        "OVA": folder / "machine.ova",
        "OCI image": _oci(folder),
    }


def _oci(folder: Path) -> Path:
    """Write an OCI image of the root, one layer in a layout, as a tar file."""
    from course.live import image

    root, target = folder / "root", folder / "image.tar"
    writer = files("course.live").joinpath("programs", "image.py")
    _run("unsquashfs", "-no-progress", "-quiet", "-no-xattrs", "-dest", root, image.find("base").layers[0])
    _run(sys.executable, writer, root, "course", target, "bash")
    return target


def _run(*command: object) -> None:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise CourseError(f"{command[0]} failed: {(done.stderr or done.stdout).strip()[-300:]}")


EXHIBIT = Exhibit(
    name="one_root",
    title="One root file system, three packages",
    shows="The root of the course's machine as a disk, as an appliance and as a container image: three sizes of each, and both kinds started.",
    question="The same files are packed as a bootable disk and as a container image. Which of the two brings a kernel?",
    reading="The disk alone. What differs is what stands around the files: a boot path and blocks there, a manifest and digests here.",
    run=run,
)
