"""What lessons cost: to be compared strictly, in the kernel's memory, and on disk."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from course import publish
from tests.bench import Benchmark
from tests.notebooks import strict

if TYPE_CHECKING:
    from collections.abc import Iterator

_MEMORY = "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmRSS')))"


def strict_comparison() -> Benchmark:
    """Time of strict nbval over all lessons, against executing them alone."""
    compared, executed = [], []
    for _ in range(2):  # in turns, so that a noisy moment meets both
        with tempfile.TemporaryDirectory() as folder:
            compared.append(_seconds_to_compare(Path(folder)))
        executed.append(_seconds_to_execute())
    return Benchmark("strict nbval of all lessons", min(compared), min(executed), "s", 1.3)


def kernel_memory() -> Benchmark:
    """Resident memory of the kernel after a lesson, against one that imported what it stands on; the largest lesson."""
    bare = median(_kilobytes(["import pandas, ipywidgets, anywidget"]) for _ in range(3))
    after = {path.stem: _kilobytes(_code(path)) for path in publish.lessons()}
    largest = max(after, key=lambda name: after[name])
    return Benchmark(f"kernel memory after a lesson ({largest})", after[largest] / 1000, bare / 1000, "MB", 1.3)


def notebook_sizes() -> Iterator[Benchmark]:
    """Yield the size of each stored lesson, against its budget."""
    for path in publish.lessons():
        yield Benchmark(f"size of {path.stem}", path.stat().st_size / 1000, 300, "kB", 1)


def _seconds_to_compare(folder: Path) -> float:
    started = time.perf_counter()
    strict.run(publish.lessons(), folder)
    return time.perf_counter() - started


def _seconds_to_execute() -> float:
    started = time.perf_counter()
    for path in publish.lessons():
        _execute(nbformat.read(path, as_version=4))
    return time.perf_counter() - started


def _kilobytes(sources: list[str]) -> int:
    notebook = new_notebook(cells=[new_code_cell(source) for source in [*sources, _MEMORY]])
    _execute(notebook)
    return int(notebook.cells[-1].outputs[0].text)


def _code(path: Path) -> list[str]:
    return [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def _execute(notebook: nbformat.NotebookNode) -> None:
    os.environ["COURSE_LIVE"] = "recorded"
    folder = str(publish.FOLDER)
    NotebookClient(notebook, kernel_name="python3", timeout=300, resources={"metadata": {"path": folder}}).execute()
