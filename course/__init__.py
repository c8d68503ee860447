"""What lessons use: each name loads its module on first use, so that `import course` stays cheap."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

_HOME = {
    "CourseError": "course.errors",
    "Machine": "course.live",
    "burst": "course.widgets.burst",
    "card": "course.widgets.platform_card",
    "case": "course.widgets.case_study",
    "chart": "course.widgets.measurement_chart",
    "check_environment": "course.widgets.environment",
    "claims": "course.widgets.claims_ledger",
    "compare": "course.widgets.compare",
    "console": "course.widgets.console",
    "course_map": "course.widgets.lesson_frame",
    "decide": "course.widgets.decide",
    "density": "course.widgets.density",
    "emulation": "course.widgets.measured",
    "escapes": "course.widgets.escape_timeline",
    "exam": "course.widgets.exam",
    "exercise": "course.exercises",
    "exhibit": "course.widgets.live",
    "explore": "course.widgets.explorer",
    "family_tree": "course.widgets.family_tree",
    "figure": "course.widgets.figure",
    "glossary": "course.widgets.lesson_frame",
    "lesson": "course.widgets.lesson_frame",
    "machine": "course.widgets.live",
    "measured": "course.widgets.measured",
    "migration": "course.widgets.migration",
    "museum": "course.widgets.museum",
    "packing": "course.widgets.packing",
    "question": "course.widgets.question",
    "queue": "course.widgets.queue",
    "ratio": "course.widgets.measured",
    "say": "course.widgets.lesson_frame",
    "sharing": "course.widgets.sharing",
    "sources": "course.widgets.lesson_frame",
    "timeline": "course.widgets.platform_timeline",
    "vote": "course.widgets.question",
    "walk": "course.widgets.paging_walk",
    "where_am_i": "course.widgets.environment",
    "wrapup": "course.widgets.lesson_frame",
}

__all__ = sorted(_HOME)  # noqa: PLE0605 - one list: the names are the keys above


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'course' has no attribute {name!r}; public names: {', '.join(__all__)}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__


class _Course(ModuleType):
    """The package itself; the function `course.compare` keeps its name when the module `course.compare` is imported."""

    def __setattr__(self, name: str, value: object) -> None:
        # The import system binds each submodule to its package, which would hide the public function of that name.
        if name in _HOME and isinstance(value, ModuleType):
            return
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Course
