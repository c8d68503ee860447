"""The archive format of an initramfs (cpio, "newc"): the kernel unpacks several, one after the other."""

from __future__ import annotations

import stat
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """A file, folder, link or device: its path without a leading slash, its mode with the type bits, its content.

    `device` is the major and minor number of a device node.
    """

    path: str
    mode: int
    content: bytes = b""
    device: tuple[int, int] = (0, 0)


def folder(path: str) -> Entry:
    """Return the entry of a folder."""
    return Entry(path, stat.S_IFDIR | 0o755)


def program(path: str, content: bytes) -> Entry:
    """Return the entry of an executable file."""
    return Entry(path, stat.S_IFREG | 0o755, content)


def archive(entries: list[Entry]) -> bytes:
    """Return the bytes of an archive; the same entries give the same bytes: no times, all owned by root."""
    blocks = [_block(number, entry) for number, entry in enumerate([*entries, Entry("TRAILER!!!", 0)], start=1)]
    joined = b"".join(blocks)
    return joined + bytes(-len(joined) % 512)


def _block(number: int, entry: Entry) -> bytes:
    name = entry.path.encode() + b"\0"
    # Format: Documentation/driver-api/early-userspace/buffer-format.rst in the kernel's source.
    fields = (
        number, entry.mode, 0, 0, 1, 0, len(entry.content), 0, 0, *entry.device, len(name), 0,
    )  # fmt: skip
    header = b"070701" + b"".join(b"%08X" % field for field in fields) + name
    return header + bytes(-len(header) % 4) + entry.content + bytes(-len(entry.content) % 4)
