"""`python -m course ...`: keep the lessons clean, print the dataset's dictionary and the map, run live machines."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from course.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; 2, with one sentence on standard error, for a mendable mistake."""
    options = _parser().parse_args(arguments)
    try:
        status: int | None = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output, such as `head`, has read enough; nothing is left to say it to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except CourseError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return status or 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m course", description=__doc__, allow_abbrev=False)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    notebooks = commands.add_parser("notebooks", help="execute lessons on a fresh kernel and clean what is stored")
    notebooks.add_argument("files", nargs="*", type=Path, metavar="FILE", help="lessons; all of them if none is named")
    notebooks.add_argument("--clean-only", action="store_true", help="keep the stored outputs, only clean them")
    notebooks.set_defaults(run=_notebooks)

    dictionary = commands.add_parser("dictionary", help="print what every table and column of the dataset means")
    dictionary.set_defaults(run=_dictionary)

    course_map = commands.add_parser("map", help="print what teaches and what assesses each objective and concept")
    course_map.set_defaults(run=_map)

    import_module("course.editions.command_line").add_commands(commands)
    # The live machines bring their own commands; a platform without them still has the rest.
    if find_spec("course.live.command_line"):
        import_module("course.live.command_line").add_commands(commands)
        import_module("course.live.record").add_commands(commands)
        import_module("course.live.measure_command").add_commands(commands)
    return parser


def _notebooks(options: argparse.Namespace) -> None:
    from course import publish

    for path in options.files or publish.lessons():
        changed = publish.publish(path, execute=not options.clean_only)
        print(f"{path}: {'changed' if changed else 'as it was'}", flush=True)


def _dictionary(_options: argparse.Namespace) -> None:
    from course.view import dictionary

    print(dictionary.render(), end="")


def _map(_options: argparse.Namespace) -> None:
    from course import reference

    print(reference.coverage_map(), end="")
