"""A disk that boots by EFI on any PC, written as an ordinary user: partition table, EFI partition, root (lesson 06)."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import uuid
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from course.errors import CourseError

SECTOR: Final = 512
MEBIBYTE: Final = 1 << 20
# Partitions begin on a mebibyte, which suits every disk. The table takes 33 sectors at either end.
ALIGNMENT: Final = MEBIBYTE
TABLE_SECTORS: Final = 33
ENTRIES, ENTRY_BYTES = 128, 128
EFI_SYSTEM: Final = uuid.UUID("c12a7328-f81f-11d2-ba4b-00a0c93ec93b")
LINUX_DATA: Final = uuid.UUID("0fc63daf-8483-4772-8e79-3d69d8477de4")
# The same names give the same identities: two exports of one image are the same disk.
NAMES: Final = uuid.UUID("5b0ea2a1-6c31-5d0c-9a5e-3e0f4d1c8a77")
FIXED_TIME: Final = 1_735_689_600
EFI_PARTITION_BYTES: Final = 64 * MEBIBYTE


@dataclass(frozen=True)
class Partition:
    """A partition: its name, the kind that firmware and systems know it by, where it begins, its length in bytes."""

    name: str
    kind: uuid.UUID
    start: int
    size: int


def write_disk(target: Path, efi_files: dict[str, bytes], root: Path) -> list[Partition]:
    """Write a raw disk with an EFI system partition and a root partition, and return the partitions.

    `efi_files` are the files of the EFI partition by path. `root` is the content of the root partition, a file system.
    Raises CourseError where mtools is missing or the files do not fit.
    """
    efi = Partition("EFI system", EFI_SYSTEM, ALIGNMENT, EFI_PARTITION_BYTES)
    course = Partition("course-root", LINUX_DATA, efi.start + efi.size, _aligned(root.stat().st_size))
    size = course.start + course.size + ALIGNMENT
    with target.open("wb") as disk:
        disk.truncate(size)
        for offset, content in _table([efi, course], size):
            disk.seek(offset)
            disk.write(content)
        disk.seek(course.start)
        with root.open("rb") as source:
            shutil.copyfileobj(source, disk, MEBIBYTE)
    _fill_efi_partition(target, efi, efi_files)
    return [efi, course]


def read_table(disk: Path) -> list[Partition]:
    """Return the partitions of a raw disk; raises CourseError where its table or the copy at its end is damaged."""
    content = disk.read_bytes()
    found = [_read_header(content, at) for at in (SECTOR, len(content) - SECTOR)]
    if None in found or found[0] != found[1]:
        raise CourseError(f"{disk} has no partition table that is whole. Export it again.")
    return found[0] or []


def _table(partitions: list[Partition], size: int) -> list[tuple[int, bytes]]:
    """Return what a GUID partition table writes where: a protective MBR, the table, and its copy at the end."""
    sectors = size // SECTOR
    entries = b"".join(map(_entry, partitions)).ljust(ENTRIES * ENTRY_BYTES, b"\0")
    last = sectors - 1
    return [
        (0, _protective_record(sectors)),
        (SECTOR, _header(entries, own=1, other=last, table=2, last=last)),
        (2 * SECTOR, entries),
        ((last - TABLE_SECTORS + 1) * SECTOR, entries),
        (last * SECTOR, _header(entries, own=last, other=1, table=last - TABLE_SECTORS + 1, last=last)),
    ]


def _protective_record(sectors: int) -> bytes:
    # One partition of type EE over all of the disk: old tools see that it is not empty.
    entry = struct.pack("<B3sB3sII", 0, b"\x00\x02\x00", 0xEE, b"\xff\xff\xff", 1, min(sectors - 1, 0xFFFFFFFF))
    return bytes(446) + entry + bytes(48) + b"\x55\xaa"


def _header(entries: bytes, *, own: int, other: int, table: int, last: int) -> bytes:
    identity = uuid.uuid5(NAMES, "disk").bytes_le
    tail = (own, other, 1 + TABLE_SECTORS, last - TABLE_SECTORS, identity, table, ENTRIES, ENTRY_BYTES)
    checksum = zlib.crc32(entries)

    def packed(own_checksum: int) -> bytes:
        return struct.pack("<8sIIIIQQQQ16sQIII", b"EFI PART", 0x10000, 92, own_checksum, 0, *tail, checksum)

    return packed(zlib.crc32(packed(0))).ljust(SECTOR, b"\0")


def _entry(partition: Partition) -> bytes:
    first, last = partition.start // SECTOR, (partition.start + partition.size) // SECTOR - 1
    identity = uuid.uuid5(NAMES, partition.name).bytes_le
    name = partition.name.encode("utf-16-le").ljust(72, b"\0")
    return struct.pack("<16s16sQQQ72s", partition.kind.bytes_le, identity, first, last, 0, name)


def _read_header(content: bytes, at: int) -> list[Partition] | None:
    fields = struct.unpack("<8sIIIIQQQQ16sQIII", content[at : at + 92])
    signature, _revision, size, checksum = fields[:4]
    table, count, entry_size, entries_checksum = fields[-4:]
    own = content[at : at + 16] + bytes(4) + content[at + 20 : at + 92]
    entries = content[table * SECTOR : table * SECTOR + count * entry_size]
    if signature != b"EFI PART" or size != 92 or zlib.crc32(own) != checksum or zlib.crc32(entries) != entries_checksum:
        return None
    return [_read_entry(entries[number * entry_size :]) for number in range(count) if entries[number * entry_size]]


def _read_entry(entry: bytes) -> Partition:
    kind, _identity, first, last, _flags, name = struct.unpack("<16s16sQQQ72s", entry[:ENTRY_BYTES])
    text = name.decode("utf-16-le").rstrip("\0")
    return Partition(text, uuid.UUID(bytes_le=kind), first * SECTOR, (last - first + 1) * SECTOR)


def _fill_efi_partition(disk: Path, efi: Partition, files: dict[str, bytes]) -> None:
    image = f"{disk}@@{efi.start}"
    _mtools(
        "mformat",
        "-i",
        image,
        "-F",
        "-T",
        efi.size // SECTOR,
        "-h",
        255,
        "-s",
        63,
        "-v",
        "COURSE",
        "-N",
        "5c0a75e1",
        "::",
    )
    folders = {str(parent) for name in files for parent in Path(name).parents if str(parent) != "."}
    for folder in sorted(folders):
        _mtools("mmd", "-i", image, f"::{folder}")
    for name, content in files.items():
        _mtools("mcopy", "-i", image, "-", f"::{name}", content=content)


def _mtools(program: str, *arguments: object, content: bytes | None = None) -> None:
    if shutil.which(program) is None:
        raise CourseError(f"Writing a disk needs {program}, not found here. On Debian or Ubuntu: apt install mtools.")
    done = subprocess.run(
        [program, *map(str, arguments)],
        input=content,
        capture_output=True,
        check=False,
        env={**os.environ, "MTOOLS_SKIP_CHECK": "1", "SOURCE_DATE_EPOCH": str(FIXED_TIME)},
    )
    if done.returncode:
        raise CourseError(f"{program} could not write the EFI partition: {done.stderr.decode().strip()}.")


def _aligned(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT
