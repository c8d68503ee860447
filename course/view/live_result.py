"""What a live machine answered, with a badge that says whether it ran now (LIVE) or is a stored result (RECORDED)."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Final

from course.view.prose import inline
from course.view.shown import Shown, picture

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "Badge",
    "Observed",
    "announcement",
    "badge_html",
    "badge_text",
    "exhibit",
    "source",
    "together",
    "transcript",
]

# Longer output is for the machine itself: a page shows what a reader can take in.
LINES: Final = 60

# White on each is above 4.5 to 1; the label says the same as the color.
_STATE_COLORS: Final = {"LIVE": "#1a6f3c", "RECORDED": "#5b4b8a"}
_LEVEL_COLORS: Final = {"L0": "#4a4a4a", "L1": "#8a3d00", "L2": "#00586b"}
_WIDTHS: Final = {"LIVE": 40, "RECORDED": 82, "L0": 28, "L1": 28, "L2": 28}
_PROMPTS: Final = {"L0": "$", "L1": "#", "L2": "#"}
_ACCELERATORS: Final = {"none": "", "tcg": "emulated by TCG", "kvm": "accelerated by KVM"}


@dataclass(frozen=True)
class Badge:
    """Where a result comes from.

    `live` is True if it ran now. `level` is L0, L1 or L2; `accelerator` none, tcg or kvm; `date` when it was recorded;
    `versions` pairs of program and version; `host` the machine in words; `note` why it did not run live.
    """

    live: bool
    level: str
    accelerator: str
    date: str = ""
    versions: tuple[tuple[str, str], ...] = ()
    host: str = ""
    note: str = ""

    @property
    def state(self) -> str:
        """LIVE or RECORDED."""
        return "LIVE" if self.live else "RECORDED"


@dataclass(frozen=True)
class Observed:
    """One thing seen in an exhibit: what was run on which level, what came out, how to read it, its values."""

    title: str
    level: str
    command: str
    output: str
    reading: str
    exit_status: int = 0
    values: Mapping[str, object] = field(default_factory=dict)


def badge_text(badge: Badge) -> str:
    """Return the badge in one line of plain text."""
    return f"[{badge.state} on {badge.level}] {_conditions(badge)}".rstrip()


def badge_html(badge: Badge) -> str:
    """Return the badge as a small picture followed by the conditions of the run."""
    mark = picture(_pill(badge.state, badge.level), f"{badge.state} on {badge.level}")
    return f"<p>{mark} <small>{escape(_conditions(badge), quote=False)}</small></p>"


def transcript(badge: Badge, command: str, stdout: str, stderr: str, exit_status: int, seconds: float) -> Shown:
    """Return a command with its output as a terminal shows it, below its badge.

    At most `LINES` lines of output are shown, and how many more there were. A status other than 0 is named; the
    time is, as every time in the course, that of this level and this run only.
    """
    body = _terminal(badge.level, command, [*_shortened(stdout), *_shortened(stderr)], exit_status)
    time = f"{seconds:.2f} s, timed from L0."
    return Shown(
        f"{badge_text(badge)}\n{body}\n({time})",
        f"{badge_html(badge)}<pre>{escape(body, quote=False)}</pre><p><small>{time}</small></p>",
    )


def announcement(badge: Badge, sentence: str) -> Shown:
    """Return a sentence about the machine itself, such as that it was reset, below its badge."""
    return Shown(f"{badge_text(badge)}\n{sentence}", f"{badge_html(badge)}<p>{escape(sentence, quote=False)}</p>")


def source(file: str, text: str) -> Shown:
    """Return the text of a program, folded in HTML under the name of its file."""
    listing = escape(text.rstrip("\n"), quote=False)
    return Shown(
        f"{file}:\n{text.rstrip()}",
        f"<details><summary>The program, {escape(file)}</summary><pre>{listing}</pre></details>",
    )


def together(*results: Shown) -> Shown:
    """Return several results as one, in order."""
    return Shown("\n\n".join(result.text for result in results), "".join(result.html for result in results))


def exhibit(
    badge: Badge, title: str, shows: str, question: str, observations: Sequence[Observed], reading: str
) -> Shown:
    """Return an exhibit: what it shows, what to predict, each observation with its reading, and the answer."""
    heading = Shown(
        f"{title}\n{badge_text(badge)}\n{shows}\nBefore you look: {question}",
        f"<p><strong>{escape(title, quote=False)}</strong></p>{badge_html(badge)}<p>{escape(shows, quote=False)}</p>"
        f"<p><em>Before you look:</em> {inline(question)}</p>",
    )
    closing = Shown(reading, f"<p>{inline(reading)}</p>")
    return together(heading, *map(_observation, observations), closing)


def _observation(seen: Observed) -> Shown:
    body = _terminal(seen.level, seen.command, _shortened(seen.output), seen.exit_status)
    return Shown(
        "\n".join(part for part in (f"{seen.title}:", body, seen.reading) if part),
        f"<p><strong>{escape(seen.title, quote=False)}</strong></p><pre>{escape(body, quote=False)}</pre>"
        f"<p>{inline(seen.reading)}</p>",
    )


def _terminal(level: str, command: str, output: Sequence[str], exit_status: int) -> str:
    first, *more = command.split("\n")
    typed = [f"{level} {_PROMPTS[level]} {first}", *(f"{' ' * len(level)} > {line}" for line in more)]
    status = [f"(exit status {exit_status})"] if exit_status else []
    return "\n".join([*typed, *output, *status])


def _conditions(badge: Badge) -> str:
    accelerator = _ACCELERATORS.get(badge.accelerator, badge.accelerator)
    ran = ", ".join(part for part in (accelerator, *(" ".join(pair) for pair in badge.versions)) if part)
    parts = [ran] if badge.live else [ran, badge.host, badge.date, badge.note]
    return "; ".join(part for part in parts if part)


def _shortened(output: str) -> list[str]:
    lines = output.rstrip("\n").split("\n") if output.strip("\n") else []
    more = len(lines) - LINES
    return [*lines[:LINES], f"... and {more} more lines"] if more > 1 else lines


def _pill(state: str, level: str) -> str:
    left, right = _WIDTHS[state], _WIDTHS[level]
    font = 'font-family="system-ui, sans-serif" font-size="12" font-weight="700" fill="#ffffff" text-anchor="middle"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{left + right}" height="20" '
        f'viewBox="0 0 {left + right} 20"><title>{state} on {level}</title>'
        f'<rect width="{left + right}" height="20" rx="4" fill="{_LEVEL_COLORS[level]}"/>'
        f'<path d="M4 0H{left}V20H4A4 4 0 0 1 0 16V4A4 4 0 0 1 4 0Z" fill="{_STATE_COLORS[state]}"/>'
        f'<text x="{left / 2:g}" y="14" {font}>{state}</text>'
        f'<text x="{left + right / 2:g}" y="14" {font}>{level}</text></svg>'
    )
