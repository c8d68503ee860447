"""Images: one by hand and run, pulls from a registry, and one disk in five formats (lesson 06)."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from course.errors import CourseError
from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

FORMATS = ("raw", "qcow2", "vmdk", "vdi")
DISK = 1 << 30
WRITTEN = 8 << 20


def by_hand(stage: Stage) -> None:
    """Write an image, follow its digests, run it, and change one byte."""
    writer, reader = stage.program("image.py"), stage.program("layout.py")
    root = stage.busybox_root("/rw/tiny")
    stage.show(
        "Write it",
        f"cd /rw && python3 {writer} {root} tiny tiny.tar sh -c 'echo from the image; ps' && mkdir layout && tar -C layout -xf tiny.tar && find layout -type f | cut -c1-40 | sort",
        "Five files: two with fixed names, and three blobs, each named by the digest of what is in it.",
    )
    stage.show(
        "Follow the digests",
        f"python3 {reader} follow /rw/layout",
        "The index names a manifest; the manifest names a config and a layer. For several processors the index would name several manifests.",
    )
    checked = stage.show(
        "Does each name fit its content?",
        f"python3 {reader} check /rw/layout",
        "Nobody has to be trusted for this: whoever has the bytes can compute the name.",
    )
    stage.value(fitting=checked.count("  fits"))
    stage.show(
        "Run it",
        f"cd /rw && python3 {reader} unpack layout bundle && crun run --bundle bundle tiny",
        "The layer, unpacked, is the root; the config says what to start; crun does the rest.",
        level="L2",
    )
    wrong = stage.show(
        "Change one byte of the layer",
        f"cd /rw/layout/blobs/sha256 && printf X | dd of=$(ls -S | head -n 1) bs=1 seek=1000 conv=notrunc 2>/dev/null; python3 {reader} check /rw/layout",
        "One name no longer fits. An engine computes the same on the way in and refuses the layer before anything is unpacked.",
        expect=1,
    )
    stage.value(wrong=wrong.count("DOES NOT FIT"))


def registry(stage: Stage) -> None:
    """Serve two images with a common base, pull both, and look at what was asked for."""
    stage.program("image.py")
    base, writer, server = "/rw/base", stage.program("two_images.py"), stage.program("registry.py")
    stage.quietly(
        f"mkdir {base} && cp /bin/busybox {base} && python3 {writer} {base} /rw/served && : > /rw/log && "
        f"(python3 {server} /rw/served 5000 /rw/log </dev/null >/dev/null 2>&1 &) && "
        "timeout 100 sh -c 'until busybox wget -q -O- http://127.0.0.1:5000/v2/; do sleep 0.2; done'"
    )
    # Our layers come uncompressed. Left to itself, skopeo would pack them, and store them under other digests.
    options = "--quiet --src-tls-verify=false --dest-oci-accept-uncompressed-layers"
    pull = f"skopeo copy {options} docker://127.0.0.1:5000/{{0}}:1 oci:/rw/store:{{0}}"
    stage.show(
        "The first pull",
        f"{pull.format('one')} && cat /rw/log",
        "A tag is asked for and answered with a manifest; then what the manifest names: a config and two layers.",
    )
    second = stage.show(
        "The second pull",
        f": > /rw/log; {pull.format('two')} && cat /rw/log",
        "The big layer is missing from the list: its digest is here already. Nothing else in the request says base.",
    )
    stage.value(blobs=second.count("blobs"))
    stage.show(
        "A changed byte on the way",
        "cd /rw/served/blobs/sha256; printf X | dd of=$(ls -S | head -n 1) bs=1 seek=1000 conv=notrunc 2>/dev/null; "
        "skopeo copy --quiet --src-tls-verify=false docker://127.0.0.1:5000/one:1 oci:/rw/other:one 2>&1 | grep -o 'Digest did not match[^\"]*' | sed 's/\\(sha256:[0-9a-f]\\{12\\}\\)[0-9a-f]*/\\1/g'",
        "The server sent it, the client computed the digest, and refused.",
        expect=None,
    )


def formats(stage: Stage) -> None:
    """Write the same disk in four formats on L0 and compare three sizes of each."""
    with tempfile.TemporaryDirectory(prefix="course-formats-") as folder:
        raw = Path(folder, "disk.raw")
        with raw.open("wb") as disk:
            disk.truncate(DISK)
            disk.seek(1 << 20)
            # Half of what is written repeats itself, half does not: as in a file system, part can be compressed.
            disk.write(b"virtualization " * (WRITTEN // 2 // 15))
            disk.write(_noise(WRITTEN // 2))
        rows = [_row(raw, name, Path(folder)) for name in FORMATS]
    lines = ["format     apparent  allocated  compressed (MiB)", *rows]
    stage.seen(
        "One disk, four formats, three sizes",
        "L0",
        "for each format: qemu-img convert, then stat and gzip -1",
        "\n".join(lines),
        "The raw file claims the whole disk and occupies what was written. The others say in tables what is there, so their length is small too.",
        holes=[row.split()[0] for row in rows if _claims_more(row)],
    )


def _row(raw: Path, name: str, folder: Path) -> str:
    target = folder / f"copy.{name}"
    done = subprocess.run(
        ["qemu-img", "convert", "-f", "raw", "-O", name, str(raw), str(target)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CourseError(f"qemu-img could not write {name}: {done.stderr.strip()}")
    return sizes(name, target)


def _claims_more(row: str) -> bool:
    apparent, allocated, _compressed = map(float, row.split()[-3:])
    return apparent > 10 * allocated


def sizes(name: str, target: Path) -> str:
    """Return a line with a file's apparent, allocated and compressed size in MiB."""
    packed = subprocess.run(["gzip", "-1", "-c", str(target)], capture_output=True, check=True).stdout
    status = target.stat()
    found = (status.st_size, status.st_blocks * 512, len(packed))
    return f"{name:9}" + "".join(f"{size / (1 << 20):10.1f}" for size in found)


def _noise(length: int) -> bytes:
    """Return bytes that cannot be compressed and are the same each time."""
    import hashlib

    return b"".join(hashlib.sha256(number.to_bytes(4, "big")).digest() for number in range(length // 32))


EXHIBITS = (
    Exhibit(
        name="image_by_hand",
        title="An image by hand",
        shows="An OCI image written by a page of Python: its blobs and their digests, a run by crun, and a changed byte.",
        question="One byte of the layer is changed. Which of the three blobs no longer fits its name?",
        reading="The layer alone. Its digest stands in the manifest, so whoever checks it before unpacking finds the change.",
        run=by_hand,
    ),
    Exhibit(
        name="registry",
        title="What a pull asks for",
        shows="Two images with a common base pulled from a registry of a page of Python, and the requests that arrived.",
        question="The second image shares its big layer with the first. Which requests does its pull make?",
        reading="Manifest, config and the small layer. Content that is here under its digest is not asked for again.",
        run=registry,
        image="engines",
        machine={"state": "engines"},
    ),
    Exhibit(
        name="disk_formats",
        title="One disk, four formats",
        shows="The same disk with a few megabytes written, as raw, qcow2, VMDK and VDI: apparent, allocated and compressed size.",
        question="A raw image of a gigabyte holds a few megabytes. Which of its three sizes is large?",
        reading="Its apparent size, and only that. Say which size you mean, always: they differ by a factor of a hundred here.",
        run=formats,
    ),
)
