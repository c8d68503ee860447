"""The figures of single lessons, by name: each is a module here whose `DIAGRAM` says what it shows, step by step."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from course.errors import unknown
from course.view.figures.diagram import Diagram

__all__ = ["load", "names"]


@cache
def names() -> tuple[str, ...]:
    """Return the name of every figure, in alphabetical order."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != "diagram"))


@cache
def load(name: str) -> Diagram:
    """Return a figure by its name; raises CourseError with the nearest match for an unknown one."""
    if name not in names():
        raise unknown("figure", name, names())
    diagram = import_module(f"{__name__}.{name}").DIAGRAM
    assert isinstance(diagram, Diagram)  # noqa: S101 - a promise of the modules of this folder, kept by a test
    return diagram
