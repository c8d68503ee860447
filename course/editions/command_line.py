"""The commands that make or show the other forms of the lessons."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse


def add_commands(commands: argparse._SubParsersAction[Any]) -> None:
    """Add `slides`, `site`, `present` and `assignment` to the commands of `python -m course`."""
    for name, run, what in (
        ("slides", _slides, "write every lesson as reveal.js slides that need no network"),
        ("site", _site, "write the whole course as pages that read offline"),
        ("assignment", _assignment, "write a lesson's exercises as an nbgrader assignment"),
    ):
        parser = commands.add_parser(name, help=what)
        if name == "assignment":
            parser.add_argument("lesson", metavar="LESSON", help="the lesson's number, such as 02")
            parser.add_argument("--seed", type=int, help="draw the exercises with other numbers")
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="where to write")
        parser.set_defaults(run=run)
    present = commands.add_parser("present", help="show a lesson in class, its widgets and machines alive")
    present.add_argument("lesson", metavar="LESSON", help="the lesson's number, such as 02")
    present.add_argument("--port", type=int, default=0, help="a port of loopback; any free one if not given")
    present.add_argument("--no-browser", action="store_true", help="only print the address")
    present.set_defaults(run=_present)


def _slides(options: argparse.Namespace) -> None:
    from course.editions import slides

    print(
        f"{len(slides.write(options.folder))} lessons as slides in {options.folder}; press s for the speaker's notes."
    )


def _site(options: argparse.Namespace) -> None:
    from course.editions import site

    print(f"{len(site.write(options.folder))} pages in {options.folder}; open index.html.")


def _assignment(options: argparse.Namespace) -> None:
    from course.editions import assignment

    print(f"{assignment.write(options.lesson, options.folder, options.seed)}: for nbgrader's source folder.")


def _present(options: argparse.Namespace) -> None:
    from course.editions import lecture

    lecture.present(options.lesson, port=options.port, browser=not options.no_browser)
