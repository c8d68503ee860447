"""The commands that make or show the other forms of the lessons."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import argparse

EXAM: Final = "13"


def add_commands(commands: argparse._SubParsersAction[Any]) -> None:
    """Add `slides`, `site`, `assignment`, `plan`, `key` and `present` to the commands of `python -m course`."""
    for name, run, what in (
        ("slides", _slides, "write every lesson as reveal.js slides that need no network"),
        ("site", _site, "write the whole course as pages that read offline"),
        ("assignment", _assignment, "write a lesson's exercises as an nbgrader assignment"),
    ):
        parser = commands.add_parser(name, help=what)
        if name == "assignment":
            parser.add_argument("lesson", metavar="LESSON", help="the lesson's number, such as 02")
            parser.add_argument("--seed", type=int, help="draw the exercises with other numbers")
            parser.add_argument("--own", type=Path, metavar="FILE", help="add questions of yours, their answers hidden")
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="where to write")
        parser.set_defaults(run=run)
    plan = commands.add_parser("plan", help="print the tables of docs/class_plan.md: syllabi, minutes, machines, votes")
    plan.set_defaults(run=_plan)
    key = commands.add_parser("key", help="print a lesson's answer key, or that of an exam with its seed")
    key.add_argument("lesson", metavar="LESSON", help="the lesson's number, such as 02; 13 with --seed is an exam")
    key.add_argument("--seed", type=int, help="the seed of the exercises or of the exam")
    key.set_defaults(run=_key)
    present = commands.add_parser("present", help="show a lesson in class, its widgets and machines alive")
    present.add_argument("lesson", metavar="LESSON", help="the lesson's number, such as 02")
    present.add_argument("--port", type=int, default=0, help="a port of loopback; any free one if not given")
    present.add_argument("--no-browser", action="store_true", help="only print the address")
    present.add_argument("--dark", action="store_true", help="light on dark, for a dark room")
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

    written = assignment.write(options.lesson, options.folder, options.seed, options.own)
    print(f"{written}: for nbgrader's source folder.")


def _plan(_options: argparse.Namespace) -> None:
    from course.editions import class_plan

    print(class_plan.page(), end="")


def _key(options: argparse.Namespace) -> None:
    from course.editions import answers

    exam = options.lesson == EXAM and options.seed is not None
    print(answers.exam_key(options.seed) if exam else answers.key(options.lesson, options.seed), end="")


def _present(options: argparse.Namespace) -> None:
    from course.editions import lecture

    lecture.present(options.lesson, port=options.port, browser=not options.no_browser, dark=options.dark)
