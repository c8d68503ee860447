"""`make bench`: run every benchmark and print one table, all of it from one run on one machine."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from typing import TYPE_CHECKING

import tests.bench as here
from tests.bench import Benchmark

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

COLUMNS = "{:<58} {:>10} {:>10} {:>6} {:>6} {:>6}  {}"


def main(wanted: list[str]) -> None:
    """Run the modules named, all of them if none is, and print each result as soon as it is there."""
    print(COLUMNS.format("what", "value", "floor", "unit", "ratio", "aim", ""))
    for module in modules(wanted):
        for result in results(module):
            print(line(result), flush=True)


def modules(wanted: list[str]) -> Iterator[ModuleType]:
    """Yield the modules of this folder that hold benchmarks."""
    for found in pkgutil.iter_modules(here.__path__):
        if found.name != "__main__" and (not wanted or found.name in wanted):
            yield importlib.import_module(f"{here.__name__}.{found.name}")


def results(module: ModuleType) -> Iterator[Benchmark]:
    """Yield what each public function that is annotated to return a Benchmark, or several, gives."""
    for name, function in inspect.getmembers(module, inspect.isfunction):
        if name.startswith("_") or function.__module__ != module.__name__:
            continue
        kind = str(function.__annotations__.get("return", ""))
        if "Benchmark" in kind:
            given = function()
            yield from [given] if isinstance(given, Benchmark) else given


def line(result: Benchmark) -> str:
    """Return one row of the table."""
    verdict = "" if result.ratio <= result.aim else "over the aim"
    value, floor = (f"{number:.3g}" if number < 1000 else f"{number:.0f}" for number in (result.value, result.floor))
    return COLUMNS.format(result.name, value, floor, result.unit, f"{result.ratio:.2f}", f"{result.aim:g}", verdict)


if __name__ == "__main__":
    main(sys.argv[1:])
