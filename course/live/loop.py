"""One daemon thread with an event loop: it starts every QEMU and talks to it, whatever thread or cell asks.

QEMU is told to die with the thread that started it, so that thread must live as long as this process.
"""

from __future__ import annotations

import asyncio
import os
import threading
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

Result = TypeVar("Result")

_guard = threading.Lock()
_running: tuple[int, asyncio.AbstractEventLoop] | None = None


def event_loop() -> asyncio.AbstractEventLoop:
    """Return the loop of the daemon thread; start it on first use, and afresh in a forked child."""
    global _running  # noqa: PLW0603 - one loop for the whole process is the point
    with _guard:
        if _running is None or _running[0] != os.getpid():
            loop = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="live machines", daemon=True).start()
            _running = os.getpid(), loop
        return _running[1]


def call(coroutine: Coroutine[Any, Any, Result], timeout: float | None = None) -> Result:
    """Run a coroutine on the loop and return its result; raises TimeoutError after `timeout` seconds.

    Works inside a notebook cell, where `asyncio.run` does not. An interrupt of the cell cancels the coroutine.
    """
    future = asyncio.run_coroutine_threadsafe(coroutine, event_loop())
    try:
        return future.result(timeout)
    except FutureTimeoutError:
        future.cancel()
        raise TimeoutError from None
    except KeyboardInterrupt:
        future.cancel()
        raise
