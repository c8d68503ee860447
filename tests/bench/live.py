"""What live machines cost: beside a bare QEMU with the same arguments, and beside their budgets."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from course.live import Machine, agent, image, state
from course.live.arguments import TRANSLATION_BUFFER, Lines, qemu_arguments
from tests.bench import Benchmark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMMAND: Final = "uname -r"
TURNS: Final = 5
COMMANDS: Final = 1000


def restore() -> Iterator[Benchmark]:
    """Yield the time from nothing to the first answered command, from the saved state, and that of Docker's state."""
    with Machine():  # made, if it was not
        pass
    ours, bare = _in_turns(lambda: _first_answer(Machine()), lambda: _bare("ready"))
    yield Benchmark("restore to the first answered command", ours, bare, "s", 1.2)
    if image.find("engines"):
        with Machine(state="docker"):
            pass
        docker, base = _in_turns(lambda: _first_answer(Machine(state="docker")), lambda: _first_answer(Machine()))
        yield Benchmark("restore with dockerd ready, against the base", docker, base, "s", 2)


def boot() -> Benchmark:
    """Time of a cold boot to the first answered command, against the bare command line."""
    ours, bare = _in_turns(lambda: _first_answer(Machine(state="boot")), lambda: _bare(None), turns=3)
    return Benchmark("boot to the first answered command", ours, bare, "s", 1.2)


def sizes() -> Iterator[Benchmark]:
    """Yield the sizes of what is kept on disk, against their budgets."""
    present = image.images()
    base = next(found.size for found in present if found.name == "base")
    yield Benchmark("size of the base image", base / 1e6, 60, "MB", 1)
    yield Benchmark(f"size of all image sets here ({len(present)})", sum(f.size for f in present) / 1e6, 400, "MB", 1)
    recipe = state.recipe("ready")
    saved = state.find(state.settle(recipe.spec), recipe)
    assert saved is not None
    yield Benchmark("size of the base state", saved.file.stat().st_size / 1e6, 60, "MB", 1)


def memory() -> Benchmark:
    """Resident memory of a restored base machine that has answered, against its budget."""
    with Machine() as machine:
        machine.run(COMMAND)
        status = Path(f"/proc/{machine.process_id}/status").read_text()
    resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
    return Benchmark("memory of a restored base machine", resident * 1024 / 1e6, 200, "MB", 1)


def ten_at_once() -> Benchmark:
    """Time until ten machines run together and each has answered, against ten times one."""
    one = min(_first_answer(Machine()) for _ in range(3))
    machines = [Machine() for _ in range(10)]
    started = time.perf_counter()
    try:
        for machine in machines:
            machine.start()
        assert len({machine.run(COMMAND).stdout for machine in machines}) == 1
        assert all(machine.running for machine in machines)
        spent = time.perf_counter() - started
    finally:
        for machine in machines:
            machine.stop()
    return Benchmark("ten machines at once, against ten times one", spent, 10 * one, "s", 2)


def a_thousand_commands() -> Iterator[Benchmark]:
    """Yield the time of a command in a row of a thousand, the last hundred against the first, and QEMU's memory then.

    QEMU keeps what the guest has touched and what it has translated, up to a bound: that is the budget.
    """
    with Machine() as machine:
        for _ in range(20):
            machine.run("true")
        seconds = [machine.run("true").seconds for _ in range(COMMANDS)]
        after = _resident(machine)
    yield Benchmark(
        "a command, the last hundred of a thousand", median(seconds[-100:]), median(seconds[:100]), "s", 1.5
    )
    bound = (machine.spec.memory + TRANSLATION_BUFFER) * 1.048576
    yield Benchmark("memory after a thousand commands, of its bound", after, bound, "MB", 1)


def _in_turns(first: Callable[[], float], second: Callable[[], float], turns: int = TURNS) -> tuple[float, float]:
    """Return the best of each; in turns, so that a noisy moment meets both."""
    pairs = [(first(), second()) for _ in range(turns)]
    return min(one for one, _ in pairs), min(other for _, other in pairs)


def _first_answer(machine: Machine) -> float:
    started = time.perf_counter()
    try:
        assert machine.run(COMMAND).exit_status == 0
        return time.perf_counter() - started
    finally:
        machine.stop()


def _bare(name: str | None) -> float:
    """Return the seconds of QEMU alone to the same answer: no library, no digest; a state comes from zstd."""
    recipe = state.recipe(name or "ready")
    start = state.settle(recipe.spec)
    saved = state.find(start, recipe) if name else None
    started = time.perf_counter()
    ours, theirs = zip(*(socket.socketpair() for _ in range(3)), strict=True)
    unpacker = subprocess.Popen(["zstd", "-dcq", saved.file], stdout=subprocess.PIPE) if saved else None
    incoming = unpacker.stdout.fileno() if unpacker and unpacker.stdout else None
    qmp, serial, port = (end.fileno() for end in theirs)
    words = qemu_arguments(start.spec, start.boot, start.accelerator, Lines(qmp, serial, port, incoming))
    passed = [qmp, serial, port, *([incoming] if incoming is not None else [])]
    with subprocess.Popen([start.program, *words], pass_fds=passed, stderr=subprocess.DEVNULL) as qemu:
        try:
            if saved:
                _continue(ours[0])
            request = b'{"arguments": ["/bin/bash", "-c", "%s"], "environment": {}, "stdin": false}' % COMMAND.encode()
            ours[2].sendall(agent.HEADER.pack(1, agent.RUN, len(request)) + request)
            _wait_for_exit(ours[2])
            return time.perf_counter() - started
        finally:
            qemu.kill()
            for end in (*ours, *theirs):
                end.close()
            if unpacker:
                unpacker.communicate()


def _continue(line: socket.socket) -> None:
    """Let a restored machine run once its state is loaded, in the fewest words of QMP."""
    with line.makefile("rwb", buffering=0) as qmp:

        def ask(command: str) -> dict[str, Any]:
            qmp.write(b'{"execute": "%s"}\n' % command.encode())
            # Between the greeting and the answers there are events.
            while "return" not in (answer := json.loads(qmp.readline())):
                pass
            return dict(answer["return"])

        ask("qmp_capabilities")
        while ask("query-status")["status"] == "inmigrate":
            time.sleep(0.002)
        ask("cont")


def _wait_for_exit(line: socket.socket) -> None:
    line.settimeout(120)
    received = b""
    while block := line.recv(65536):
        received += block
        while len(received) >= agent.HEADER.size:
            _job, kind, length = agent.HEADER.unpack_from(received)
            if len(received) < agent.HEADER.size + length:
                break
            received = received[agent.HEADER.size + length :]
            if kind == agent.EXIT:
                return
    raise RuntimeError("the bare QEMU ended before it answered")


def _resident(machine: Machine) -> float:
    pages = Path(f"/proc/{machine.process_id}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6
