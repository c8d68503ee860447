"""`python -m course record`: run the lessons' live cells and the exhibits for real, and store what they answered.

A lesson is executed on a kernel of its own with COURSE_LIVE=required; every live result appends itself to a tape in a
folder beside (COURSE_RECORD). Only when the whole lesson has run do its tapes replace those in `data/recordings/`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course import dataset
from course.errors import CourseError, unknown
from course.live import recordings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

__all__ = ["add_commands", "execute", "record_exhibit", "record_lesson"]

# One exhibit may boot a hypervisor and a guest on it, on a machine that others use too.
_CELL_SECONDS = 1200


def add_commands(commands: argparse._SubParsersAction[Any]) -> None:
    """Add `record` to the commands of `python -m course`."""
    record = commands.add_parser("record", help="run live cells and exhibits for real and store their results")
    record.add_argument(
        "lessons", nargs="*", metavar="LESSON", help="numbers of lessons, such as 01; all if none is given"
    )
    record.add_argument(
        "--exhibit", action="append", default=[], metavar="NAME", help="an exhibit to record; all: every one"
    )
    record.set_defaults(run=_record)


def record_lesson(path: Path) -> list[Path]:
    """Execute a lesson live and return the tapes that it made, which replace the stored ones of the same names.

    Raises CourseError where a cell fails; then nothing is replaced.
    """
    with tempfile.TemporaryDirectory(prefix="course-record-") as folder:
        execute(path, Path(folder))
        return [_put_into_place(tape) for tape in sorted(Path(folder).glob("*.json"))]


def execute(path: Path, into: Path) -> None:
    """Execute a lesson live on a fresh kernel, its tapes into a folder; raises CourseError where a cell fails."""
    with _environment(COURSE_LIVE="required", COURSE_RECORD=str(into)):
        _execute(path)


def record_exhibit(name: str) -> Path:
    """Run an exhibit and return the tape that now holds its outcome; raises CourseError where it cannot run."""
    from course.live import exhibits, performance

    return recordings.save((performance.record(exhibits.load(name)),))


def _record(options: argparse.Namespace) -> None:
    paths = [] if options.exhibit and not options.lessons else _chosen(options.lessons)
    for path in paths:
        tapes = record_lesson(path)
        print(f"{path.name}: {', '.join(tape.stem for tape in tapes) or 'nothing live in it'}", flush=True)
    for name in _names(options.exhibit):
        print(f"{name}: {record_exhibit(name).name}", flush=True)


def _chosen(lessons: Sequence[str]) -> list[Path]:
    paths = {path.name[:2]: path for path in sorted((dataset.FOLDER.parent / "notebooks").glob("[0-9][0-9]_*.ipynb"))}
    for lesson in lessons:
        if lesson not in paths:
            raise unknown("lesson", lesson, paths)
    return [paths[lesson] for lesson in lessons or paths]


def _names(chosen: Sequence[str]) -> Sequence[str]:
    from course.live import exhibits

    return list(exhibits.exhibits()) if "all" in chosen else chosen


def _execute(path: Path) -> None:
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError

    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, kernel_name="python3", timeout=_CELL_SECONDS, resources={"metadata": {"path": path.parent}}
    )
    try:
        client.execute()
    except CellTimeoutError:
        raise CourseError(
            f"{path.name} cannot be recorded: a cell took more than {_CELL_SECONDS} seconds, which a less busy machine "
            "may not need. Nothing was replaced."
        ) from None
    except CellExecutionError as failure:
        last = str(failure).strip().splitlines()[-1]
        raise CourseError(f"{path.name} cannot be recorded: a cell failed ({last}). Nothing was replaced.") from None


def _put_into_place(tape: Path) -> Path:
    target = recordings.folder() / tape.name
    target.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.move(tape, target))


@contextmanager
def _environment(**variables: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
