"""Exhibits: each system of the course, shown by running it. One small module a system, one shape for all.

A module holds `EXHIBIT` (or `EXHIBITS`): what it shows, the image set it needs, a question to answer first, how to
read the outcome, and `run(stage)`, which runs commands on a stage and so collects observations. A lesson says
`exhibit("kvm")`; `python -m course record` stores the outcome of all. How to add one: docs/exhibits.md.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

from course.errors import unknown
from course.live.exhibits.shape import Exhibit, Observation, Outcome
from course.live.exhibits.stage import Stage, perform

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Exhibit", "Observation", "Outcome", "Stage", "exhibits", "load", "perform"]

_FRAME = {"shape", "stage", "table"}


@cache
def exhibits() -> Mapping[str, Exhibit]:
    """Return every exhibit by name, in the order of the names."""
    found: dict[str, Exhibit] = {}
    for module in pkgutil.iter_modules(__path__):
        if module.name in _FRAME:
            continue
        loaded = importlib.import_module(f"{__name__}.{module.name}")
        for one in getattr(loaded, "EXHIBITS", None) or (loaded.EXHIBIT,):
            found[one.name] = one
    return dict(sorted(found.items()))


def load(name: str) -> Exhibit:
    """Return an exhibit; raises CourseError that lists those there are for an unknown name."""
    if name not in exhibits():
        raise unknown("exhibit", name, exhibits())
    return exhibits()[name]
