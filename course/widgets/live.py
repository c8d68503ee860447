"""A live machine as lessons use it: each call runs something and shows it, now or from its recording."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.errors import CourseError
from course.live.performance import show as show_exhibit
from course.live.session import Session, program_source
from course.view import live_result
from course.view.live_result import Badge

if TYPE_CHECKING:
    from course.checks import Trial
    from course.live.recordings import Recording
    from course.live.session import Answer
    from course.view.shown import Shown

__all__ = ["LessonMachine", "badge_of", "exhibit", "machine", "try_out"]

_machines: dict[str, LessonMachine] = {}


def machine(label: str, image: str | None = None) -> LessonMachine:
    """Return the machine that a lesson calls `label`: always the same one, started by its first command.

    `image` names the set of programs in it: base (unless said otherwise), engines or xen. Raises CourseError where the
    machine of that label was made from another.
    """
    if label not in _machines:
        _machines[label] = LessonMachine(label, image or "base")
    known = _machines[label]
    if image not in (None, known.image):
        raise CourseError(
            f"The machine {label!r} was made from {known.image!r}, not from {image!r}. Choose another label."
        )
    return known


def exhibit(name: str) -> Shown:
    """Run an exhibit, or replay its recording, and show all that was seen, with how to read it.

    Raises CourseError for an unknown name, and where it can neither run nor was recorded.
    """
    shown, answer = show_exhibit(name)
    observations = [live_result.Observed(**entry) for entry in answer.recording.result["observations"]]
    return live_result.exhibit(_badge(answer), shown.title, shown.shows, shown.question, observations, shown.closing)


def try_out(trial: Trial) -> Shown:
    """Run an answer to an exercise on L1, in a machine in its saved state, and show what it prints."""
    programs = {f"{name}.py": program_source(name) for name in trial.programs}
    session = machine("answers").session
    return _transcript(session.run_afresh({**programs, **trial.files}, trial.prepare, trial.command))


class LessonMachine:
    """A Linux machine of your own, and L0 beside it. You are root in it; break it, reset it."""

    def __init__(self, label: str, image: str = "base") -> None:
        self.image = image
        self.session = Session(label, image)

    def run(self, command: str, on: str = "L1") -> Shown:
        """Run a command on L1 as root, or on L0 as you, and show what it prints, with where and how it ran."""
        return _transcript(self.session.run(command, on))

    def compare(self, command: str) -> Shown:
        """Run the same command on L0 and on L1 and show both."""
        return live_result.together(*(self.run(command, level) for level in ("L0", "L1")))

    def run_program(self, name: str, arguments: str = "") -> Shown:
        """Run one of the course's programs on L1 and show its text, folded, and what it prints."""
        source = live_result.source(f"{name}.py", program_source(name))
        return live_result.together(source, _transcript(self.session.run_program(name, arguments)))

    def start(self) -> Shown:
        """Start the machine and show how long it took to its first answer."""
        return _announcement(self.session.start(), "The machine runs")

    def reset(self) -> Shown:
        """Put the machine back into its saved state, whatever happened in it, and show how long it took."""
        return _announcement(self.session.reset(), "The machine is back in its saved state")

    def stop(self) -> None:
        """Stop the machine and give its memory back; the next command starts a new one."""
        self.session.stop()

    def __repr__(self) -> str:
        return f"machine({self.session.label!r}): say .run('uname -r') to ask it something"


def badge_of(recording: Recording, live: bool, note: str = "") -> Badge:
    """Return the badge of a result: where it comes from and under what it ran."""
    return Badge(
        live,
        recording.level,
        recording.accelerator,
        recording.date,
        tuple(recording.versions.items()),
        recording.host,
        note,
    )


def _transcript(answer: Answer) -> Shown:
    result = answer.recording.result
    return live_result.transcript(
        _badge(answer),
        answer.recording.command,
        result["stdout"],
        result["stderr"],
        result["exit_status"],
        result["seconds"],
    )


def _announcement(answer: Answer, what: str) -> Shown:
    seconds = answer.recording.result["seconds"]
    return live_result.announcement(_badge(answer), f"{what}: it answered after {seconds:.2f} s, timed from L0.")


def _badge(answer: Answer) -> Badge:
    return badge_of(answer.recording, answer.live, answer.note)
