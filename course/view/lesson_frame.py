"""The frame of a lesson: its header, its wrap-up, the map of the course. HTML that needs no style, and text."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from course.view.prose import definitions, definitions_text, inline, source_list, source_list_text
from course.view.theme import FONT, color

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from course.dataset import Citation
    from course.progress import Score
    from course.view.prose import Term

START = "00_start_here"


@dataclass(frozen=True)
class Lesson:
    """One lesson as the dataset has it: `file` is the notebook's name without its ending."""

    number: str
    file: str
    title: str
    question: str
    minutes: int
    live: str = ""
    objectives: tuple[str, ...] = ()
    prerequisites: tuple[Lesson, ...] = ()
    previous: Lesson | None = None
    next: Lesson | None = None

    @property
    def heading(self) -> str:
        """Number and title."""
        return f"{self.number} {self.title}"


@dataclass(frozen=True)
class Closing:
    """What ends a lesson: its key terms and the sources behind it."""

    lesson: Lesson
    terms: tuple[Term, ...] = ()
    sources: tuple[Citation, ...] = ()


@dataclass(frozen=True)
class Record:
    """How far a reader is: scores by lesson, the pre-test and the exam, and a sentence about where that is kept."""

    lessons: Mapping[str, Score] = field(default_factory=dict)
    before: Score | None = None
    after: Score | None = None
    notice: str = ""


def header(lesson: Lesson) -> str:
    """Return the head of a lesson as HTML: navigation, question, minutes, prerequisites, objectives."""
    before = ", ".join(map(_link, lesson.prerequisites)) or "none"
    live = f"<p>{inline(lesson.live)}</p>" if lesson.live else ""
    return (
        f"{navigation(lesson)}<p><strong>{escape(lesson.heading)}.</strong> <em>{escape(lesson.question)}</em></p>"
        f"<p>{lesson.minutes} minutes. Lessons to do first: {before}.</p>{live}"
        f"<p>After this lesson you will be able to:</p>{_items(lesson.objectives)}"
    )


def header_text(lesson: Lesson) -> str:
    """Return the same as `header` in plain text."""
    before = ", ".join(each.heading for each in lesson.prerequisites) or "none"
    live = [lesson.live] if lesson.live else []
    return "\n".join(
        [
            f"{lesson.heading}. {lesson.question}",
            f"{lesson.minutes} minutes. Lessons to do first: {before}.",
            *live,
            "After this lesson you will be able to:",
            *(f"- {objective}" for objective in lesson.objectives),
        ]
    )


def wrapup(closing: Closing) -> str:
    """Return the end of a lesson as HTML: objectives as statements, key terms, primary sources, where next."""
    lesson = closing.lesson
    terms = f"<p><strong>Key terms</strong></p>{definitions(closing.terms, cited=False)}" if closing.terms else ""
    sources = f"<p><strong>Primary sources</strong></p>{source_list(closing.sources)}" if closing.sources else ""
    return (
        f"<p><strong>You can now:</strong></p>{_items(map(_statement, lesson.objectives))}{terms}{sources}"
        f"<p><strong>Next:</strong> {_next(lesson)}</p>{navigation(lesson)}"
    )


def wrapup_text(closing: Closing) -> str:
    """Return the same as `wrapup` in plain text."""
    lesson = closing.lesson
    lines = ["You can now:", *(f"- {_statement(objective)}" for objective in lesson.objectives)]
    if closing.terms:
        lines += ["Key terms", definitions_text(closing.terms, cited=False)]
    if closing.sources:
        lines += ["Primary sources", source_list_text(closing.sources)]
    after = f"{lesson.next.heading}. {lesson.next.question}" if lesson.next else "this was the last lesson."
    return "\n".join([*lines, f"Next: {after}"])


def navigation(lesson: Lesson) -> str:
    """Return links to the lesson before, the course map and the lesson after."""
    links = [
        f"\N{LEFTWARDS ARROW} {_link(lesson.previous)}" if lesson.previous else "",
        f'<a href="{START}.ipynb">Course map</a>' if lesson.file != START else "",
        f"{_link(lesson.next)} \N{RIGHTWARDS ARROW}" if lesson.next else "",
    ]
    return f"<p>{' | '.join(link for link in links if link)}</p>"


def course_map(lessons: Sequence[Lesson]) -> str:
    """Return the lessons as an HTML table: number, title with a link, question, minutes, what to do first."""
    rows = "".join(f"<tr>{_map_row(lesson)}</tr>" for lesson in lessons)
    return (
        f"<table><caption>{_caption(lessons)}</caption><thead><tr>{_head(_COLUMNS)}</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def course_map_text(lessons: Sequence[Lesson]) -> str:
    """Return the same as `course_map` in plain text."""
    lines = [
        f"{lesson.heading} ({lesson.minutes} min"
        + (f", after {_numbers(lesson.prerequisites)}" if lesson.prerequisites else "")
        + f"): {lesson.question}"
        for lesson in lessons
    ]
    return "\n".join([_caption(lessons), *lines])


def course_map_live(lessons: Sequence[Lesson], record: Record) -> str:
    """Return the map with the reader's own scores beside the lessons, styled for a shadow root."""
    rows = "".join(
        f"<tr>{_map_row(lesson)}<td>{_score(record.lessons.get(lesson.number))}</td></tr>" for lesson in lessons
    )
    return (
        f"<style>{_STYLE}</style><table><caption>{_caption(lessons)}</caption>"
        f"<thead><tr>{_head((*_COLUMNS, 'Your answers'))}</tr></thead><tbody>{rows}</tbody></table>"
        f"<p>{escape(_gain(record))}</p>" + (f"<p><em>{escape(record.notice)}</em></p>" if record.notice else "")
    )


_COLUMNS = ("Lesson", "Question", "Minutes", "Do first")
_STYLE = f"""a {{ color: {color("accent")}; }} caption {{ text-align: left; padding-bottom: 0.4em; }}
.meter {{ display: inline-block; width: 5em; height: 0.7em; border: 1px solid {color("line")};
  vertical-align: middle; }}
.meter span {{ display: block; height: 100%; background: {color("good")}; }}
p {{ font-family: {FONT}; }}"""


def _caption(lessons: Sequence[Lesson]) -> str:
    hours = sum(lesson.minutes for lesson in lessons) / 60
    return f"Course map: {len(lessons)} lessons, {hours:.1f} hours"


def _head(columns: Iterable[str]) -> str:
    return "".join(f'<th scope="col">{column}</th>' for column in columns)


def _map_row(lesson: Lesson) -> str:
    return (
        f'<th scope="row">{_link(lesson)}</th><td>{escape(lesson.question)}</td>'
        f"<td>{lesson.minutes}</td><td>{_numbers(lesson.prerequisites)}</td>"
    )


def _numbers(lessons: Sequence[Lesson]) -> str:
    """Return the numbers of lessons; a long list, which only the exam has, is given by its ends."""
    numbers = [lesson.number for lesson in lessons]
    return ", ".join(numbers) if len(numbers) < 5 else f"{numbers[0]} to {numbers[-1]}"


def _score(score: Score | None) -> str:
    if score is None:
        return "none yet"
    meter = f'<span class="meter" aria-hidden="true"><span style="width:{100 * score.share:.0f}%"></span></span>'
    return f"{meter} {score.correct} of {score.answered} right"


def _gain(record: Record) -> str:
    before = record.before and record.before.answered and f"{record.before.correct} of {record.before.answered}"
    after = record.after and record.after.answered and f"{record.after.correct} of {record.after.answered}"
    if before and after and record.before and record.after:
        points = 100 * (record.after.share - record.before.share)
        return f"Pre-test: {before} right. Exam: {after} right. Gain: {points:+.0f} percentage points."
    if before:
        return f"Pre-test: {before.split(' of ')[1]} answered. The exam shows your gain."
    return "Answer the pre-test of lesson 00, so that the exam can show your gain."


def _items(objectives: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{inline(objective)}</li>' for objective in objectives)}</ul>"


def _statement(objective: str) -> str:
    """Return an objective as what the reader can now do: "You can now:" stands above it."""
    return objective[:1].lower() + objective[1:]


def _next(lesson: Lesson) -> str:
    return f"{_link(lesson.next)}. {escape(lesson.next.question)}" if lesson.next else "this was the last lesson."


def _link(lesson: Lesson) -> str:
    return f'<a href="{escape(lesson.file)}.ipynb">{escape(lesson.heading)}</a>'
