"""What a reader waits for: the first diagram, and each redraw after a control was moved."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.bench import Benchmark

if TYPE_CHECKING:
    from collections.abc import Callable

_BARE = "import pandas, ipywidgets, anywidget"
_OURS = "import course; course.explore('docker,qemu_kvm')._repr_mimebundle_()"


def first_diagram() -> Benchmark:
    """Processor time from a fresh interpreter to the first diagram, against importing what it stands on.

    Both find their modules compiled, as from the second start on, whatever this environment says of writing bytecode.
    """
    ours, bare = [], []
    with TemporaryDirectory() as compiled:
        for statement in (_BARE, _OURS):
            _seconds(statement, compiled)
        for _ in range(9):  # in turns, so that a noisy moment meets both
            bare.append(_seconds(_BARE, compiled))
            ours.append(_seconds(_OURS, compiled))
    return Benchmark("import and first diagram", median(ours), median(bare), "s", 1.1)


def redraw_stacks() -> Benchmark:
    """Time of the kernel from a control's change to the new view of two stacks, 95th percentile, against its budget."""
    return Benchmark("redraw of two stacks, p95", _redraw("docker,qemu_kvm"), 5.0, "ms", 1.0)


def redraw_four_stacks() -> Benchmark:
    """The same with four systems and an access followed."""
    view = "process,qemu_kvm,docker,container_in_vm; access=direct_write"
    return Benchmark("redraw of four stacks with an access, p95", _redraw(view), 5.0, "ms", 1.0)


def redraw_table() -> Benchmark:
    """The same for the comparison of 40 systems by 30 properties, sorted in turn by each of them."""
    import course
    from course.compare import facts

    systems, properties = list(facts().systems)[:40], list(facts().properties)[:30]
    table = course.compare(f"{', '.join(systems)}; properties={', '.join(properties)}")
    changes: list[Callable[[], None]] = [lambda key=key: table.sort(key) for key in properties]  # type: ignore[misc]
    p95 = _slowest(changes * 3)
    assert (len(table.comparison.systems), len(table.comparison.properties)) == (40, 30)
    return Benchmark("redraw of a table of 40 systems by 30 properties, p95", p95, 10.0, "ms", 1.0)


def _redraw(view: str) -> float:
    """Change a view's workloads and layers, and return the 95th percentile of what that takes."""
    import course

    widget = course.explore(view)
    changes: list[Callable[[], None]] = []
    for workloads in (*range(1, 9), *range(7, 0, -1)):
        changes.append(lambda count=workloads: setattr(widget, "view", f"{view}; workloads={count}"))  # type: ignore[misc]
        changes += [lambda layer=layer: widget.choose(layer) for layer in ("docker/host_kernel", "qemu_kvm/qemu/1")]  # type: ignore[misc]
    return _slowest(changes * 5)


def _slowest(changes: list[Callable[[], None]]) -> float:
    """Return the 95th percentile of what changes take, in milliseconds of processor time, not of the clock."""
    times = []
    for change in changes:
        started = time.process_time()
        change()
        times.append((time.process_time() - started) * 1000)
    return quantiles(times, n=20)[-1]


def _seconds(statement: str, compiled: str) -> float:
    """Return the processor time that a fresh interpreter takes for a statement; bytecode is kept in a folder."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": ""}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", statement], check=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
