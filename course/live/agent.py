"""The notebook's end of the channel to the agent in the guest (`guest/agent.py` is the other)."""

from __future__ import annotations

import asyncio
import itertools
import json
import queue
import struct
from typing import TYPE_CHECKING, Any, Final

from course.live import loop

if TYPE_CHECKING:
    import socket

HEADER: Final = struct.Struct(">IBI")
# To the guest.
RUN, INPUT, SIGNAL, PUT, CHUNK, GET, CLOCK = range(1, 8)
# From the guest.
HELLO, OUTPUT, ERROR_OUTPUT, EXIT, DATA, DONE, FAILED = range(1, 8)
# Not a frame: the channel has ended, and nothing more will come.
CLOSED = 0
BLOCK: Final = 1 << 15

Frame = tuple[int, bytes]


class Agent(asyncio.Protocol):
    """A channel with many jobs: each job's frames arrive in a queue of its own, for whatever thread waits there."""

    def __init__(self) -> None:
        self._jobs: dict[int, queue.SimpleQueue[Frame]] = {}
        self._numbers = itertools.count(1)
        self._received = bytearray()
        self._transport: asyncio.Transport | None = None
        self._can_write = asyncio.Event()
        self._can_write.set()
        self.closed = False

    @classmethod
    async def open(cls, end: socket.socket) -> Agent:
        """Return the agent on our end of the socket that QEMU joins to the guest's port."""
        _transport, agent = await asyncio.get_running_loop().create_connection(cls, sock=end)
        return agent

    # What callers in other threads use

    def new_job(self) -> tuple[int, queue.SimpleQueue[Frame]]:
        """Return a job number and the queue of its frames; `end_job` must follow."""
        number, frames = next(self._numbers), queue.SimpleQueue[Frame]()
        self._jobs[number] = frames
        if self.closed:
            frames.put((CLOSED, b""))
        return number, frames

    def end_job(self, number: int) -> None:
        """Forget a job: frames that still come for it are dropped."""
        self._jobs.pop(number, None)

    def send(self, job: int, kind: int, payload: bytes = b"") -> None:
        """Send a frame from any thread; waits while the channel is full, so that a large file is not held twice."""
        loop.call(self._send(job, kind, payload))

    def send_json(self, job: int, kind: int, content: Any) -> None:
        """Send a frame whose payload is JSON."""
        self.send(job, kind, json.dumps(content).encode())

    def post_json(self, job: int, kind: int, content: Any) -> None:
        """Send a small frame without waiting, from the loop's own thread."""
        self._write(job, kind, json.dumps(content).encode())

    def close(self) -> None:
        """Close the channel, on the loop's own thread."""
        if self._transport is not None:
            self._transport.abort()

    async def _send(self, job: int, kind: int, payload: bytes) -> None:
        await self._can_write.wait()
        self._write(job, kind, payload)

    def _write(self, job: int, kind: int, payload: bytes) -> None:
        if self._transport is not None and not self.closed:
            self._transport.write(HEADER.pack(job, kind, len(payload)) + payload)

    # What the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a stream socket has no other
        self._transport = transport

    def pause_writing(self) -> None:
        """Hold back senders: the guest reads slower than they write."""
        self._can_write.clear()

    def resume_writing(self) -> None:
        """Let senders go on."""
        self._can_write.set()

    def data_received(self, data: bytes) -> None:
        """Hand each whole frame to its job."""
        self._received += data
        start = 0
        while len(self._received) - start >= HEADER.size:
            job, kind, length = HEADER.unpack_from(self._received, start)
            end = start + HEADER.size + length
            if len(self._received) < end:
                break
            if job in self._jobs:
                self._jobs[job].put((kind, bytes(self._received[start + HEADER.size : end])))
            start = end
        del self._received[:start]

    def connection_lost(self, exc: Exception | None) -> None:
        """Wake every job that waits."""
        del exc
        self.closed = True
        self._can_write.set()
        for frames in list(self._jobs.values()):
            frames.put((CLOSED, b""))
