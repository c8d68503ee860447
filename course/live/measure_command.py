"""`python -m course measure`: measure on this machine, for oneself or as the recording that the lessons show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from course.errors import unknown
from course.live import measure, recordings

if TYPE_CHECKING:
    import argparse

__all__ = ["add_commands"]


def add_commands(commands: argparse._SubParsersAction[Any]) -> None:
    """Add `measure` to the commands of `python -m course`."""
    listed = "; ".join(f"{name}: {what}" for name, what in measure.SUITES.items())
    parser = commands.add_parser("measure", help="measure processes, containers and machines on this machine")
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"{listed}. All of them if none is named")
    parser.add_argument(
        "--rounds", type=int, default=measure.ENOUGH + 1, help="repeats of each, the first is kept apart as cold"
    )
    parser.add_argument("--record", action="store_true", help="store them as the recordings that the lessons show")
    parser.set_defaults(run=_measure)


def _measure(options: argparse.Namespace) -> None:
    for suite in options.suites:
        if suite not in measure.SUITES:
            raise unknown("suite", suite, measure.SUITES)
    from course.live import measure_run

    for suite in options.suites or measure.SUITES:
        made = measure_run.run(suite, options.rounds)
        tape = recordings.save(made, None if options.record else measure.own_folder())
        values = measure.frame(one for recording in made for one in measure.series_of(recording))
        print(f"{measure.SUITES[suite]} ({tape.stem})\n{values.to_string(index=False)}\n", flush=True)
