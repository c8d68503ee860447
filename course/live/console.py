"""The serial console of a machine: bytes in, bytes out, and the last of what was shown."""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING, Final

from course.live import loop

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

KEPT_BYTES: Final = 256 * 1024


class Console(asyncio.Protocol):
    """What the machine writes to its serial port, and the keys that are typed into it.

    The last 256 KiB are kept, so whoever looks later sees what was on the screen. It outlives a reset of the machine:
    a subscriber sees the new boot follow the old one.
    """

    def __init__(self) -> None:
        self._kept = bytearray()
        self._subscribers: list[Callable[[bytes], None]] = []
        self._transport: asyncio.Transport | None = None

    def read(self) -> bytes:
        """Return what the console has shown: the last 256 KiB at most."""
        return bytes(self._kept)

    @property
    def text(self) -> str:
        """What the console has shown, as text without the control sequences of terminals."""
        plain = re.sub(rb"\x1b(\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[a-zA-Z])", b"", self.read())
        return plain.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")

    def write(self, data: bytes | str) -> None:
        """Type into the console, from any thread; ignored while the machine is stopped."""
        content = data.encode() if isinstance(data, str) else data
        loop.event_loop().call_soon_threadsafe(self._write, content)

    def subscribe(self, callback: Callable[[bytes], None]) -> Callable[[], None]:
        """Call `callback` with each piece that the console shows from now on; returns a function that ends this.

        It is called on the thread of the machines, so it must be quick and must not call methods of a Machine.
        """
        self._subscribers.append(callback)

        def unsubscribe() -> None:
            if callback in self._subscribers:
                self._subscribers.remove(callback)

        return unsubscribe

    def wait_for(self, text: bytes | str, timeout: float = 60.0, *, start: int = 0) -> bool:
        """Return True once the console has shown `text` (behind `start` bytes of `read`), False after `timeout`."""
        wanted = text.encode() if isinstance(text, str) else text
        end = time.monotonic() + timeout
        while wanted not in self._kept[start:]:
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True

    # What the machine and the event loop call

    async def attach(self, end: socket.socket) -> None:
        """Show what comes from our end of the socket that QEMU joins to the serial port."""
        await asyncio.get_running_loop().create_connection(lambda: self, sock=end)

    def restore(self, kept: bytes) -> None:
        """Begin with what the console showed when the state was saved."""
        self._kept = bytearray()
        self.data_received(kept)

    def detach(self) -> None:
        """Close the line, on the loop's own thread."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a stream socket has no other
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Keep what came, and tell the subscribers."""
        self._kept += data
        del self._kept[:-KEPT_BYTES]
        for callback in list(self._subscribers):
            callback(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the line; what was shown stays."""
        del exc
        self._transport = None

    def _write(self, content: bytes) -> None:
        if self._transport is not None:
            self._transport.write(content)
