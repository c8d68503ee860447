"""The exam as a form, as a list to read, as marks by objective, and as a certificate that prints."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import TYPE_CHECKING

from course.quiz import LETTERS
from course.view import question as single
from course.view.prose import inline
from course.view.theme import color

if TYPE_CHECKING:
    from course.examination import Line, Marks, Paper
    from course.quiz import Question

_STYLE = """
form { max-width: 50em; }
form > ol { padding-left: 0; margin: 0; list-style: none; }
form > ol > li { margin: 0 0 1.2em; }
.open { font-weight: 600; }
.marks .right { white-space: nowrap; }
.marks td, .marks th { vertical-align: top; padding: 0.2em 0.8em 0.2em 0; white-space: normal; }
.weak { font-weight: 700; }
"""

_PRINT = """
@page { margin: 20mm; }
body { font-family: Georgia, 'Times New Roman', serif; color: #14202b; background: #ffffff; max-width: 44em;
  margin: 2em auto; padding: 0 1em; line-height: 1.4; }
h1 { font-size: 1.9em; margin: 0 0 0.2em; }
.name { font-size: 1.5em; border-bottom: 1px solid #14202b; padding-bottom: 0.1em; }
table { border-collapse: collapse; width: 100%; font-size: 0.85em; }
caption { text-align: left; font-weight: bold; padding: 0.6em 0; }
.right { white-space: nowrap; }
th, td { text-align: left; vertical-align: top; padding: 0.15em 0.6em 0.15em 0; border-bottom: 1px solid #b9c0c6;
  font-weight: normal; }
tr { break-inside: avoid; }
small { display: block; margin-top: 1em; }
"""


@cache
def style() -> str:
    """Return the CSS of the form and of its marks, for a shadow root."""
    return single.style() + _STYLE + f"a {{ color: {color('accent')}; }}"


def form(paper: Paper) -> str:
    """Return the paper as one HTML form: a group of radio buttons and an empty live region for each question."""
    items = "".join(f"<li>{_fieldset(number, item)}</li>" for number, item in enumerate(paper.questions))
    return (
        f'<form aria-label="Exam, seed {paper.seed}"><ol>{items}</ol><button type="submit">Hand in</button>'
        '<div class="result" role="status" aria-live="polite" tabindex="-1"></div></form>'
    )


def listing(paper: Paper) -> str:
    """Return the paper as HTML that needs no style; the answers are not in it."""
    items = "".join(
        f"<li><p>{inline(item.prompt)}</p><ol type=A>"
        + "".join(f"<li>{inline(option.text)}</li>" for option in item.options)
        + "</ol></li>"
        for item in paper.questions
    )
    return f"<p><strong>{_title(paper)}</strong></p><ol>{items}</ol>"


def listing_text(paper: Paper) -> str:
    """Return the same as `listing` in plain text."""
    lines = [_title(paper)]
    for number, item in enumerate(paper.questions, start=1):
        lines.append(f"{number}. {item.prompt}")
        lines += [f"   {letter}. {option.text}" for letter, option in zip(LETTERS, item.options, strict=False)]
    return "\n".join(lines)


def remarks(marks: Marks) -> list[str]:
    """Return what is said below each question of a marked paper, as HTML, in the order of the paper."""
    pairs = zip(marks.paper.questions, marks.chosen, strict=True)
    return [_unanswered(item) if chosen < 0 else single.feedback(item, chosen) for item, chosen in pairs]


def result(marks: Marks) -> str:
    """Return the marks as an HTML table: a row for each objective, the weak ones first, with links to their lessons."""
    rows = "".join(_row(line, linked=True) for line in sorted(marks.lines, key=lambda line: line.score.share))
    return (
        f"<p><strong>{summary(marks)}</strong></p>"
        f'<table class="marks"><caption>By objective, what to go back to first</caption><thead>{_HEAD}</thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def summary(marks: Marks) -> str:
    """Return the outcome in one sentence."""
    total = marks.total
    verdict = "Passed" if marks.passed else "Not passed yet"
    return f"{verdict}: {total.correct} of {total.answered} right, {100 * total.share:.0f} percent."


def result_text(marks: Marks) -> str:
    """Return the same as `result` in plain text."""
    lines = [
        f"  {line.objective} {line.text}: {line.score.correct} of {line.score.answered} (lesson {line.lesson})"
        for line in sorted(marks.lines, key=lambda line: line.score.share)
    ]
    return "\n".join([summary(marks), *lines])


def certificate(marks: Marks, name: str, date: str) -> str:
    """Return a whole HTML page for the printer: name, date, seed, score, and what was shown by objective."""
    rows = "".join(_row(line, linked=False) for line in marks.lines)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Certificate, {escape(name)}</title>'
        f"<style>{_PRINT}</style></head><body><h1>Virtualization layers</h1>"
        f"<p>{'Certificate' if marks.passed else 'Record of an attempt'}</p>"
        f'<p class="name">{escape(name)}</p>'
        f"<p>{summary(marks)} Exam drawn with seed {marks.paper.seed}, taken on {escape(date)}.</p>"
        f"<table><caption>By objective</caption><thead>{_HEAD}</thead><tbody>{rows}</tbody></table>"
        "<small>A formative exam, taken without supervision: it says what its owner practiced. The course is open, and "
        "so are its solutions.</small></body></html>"
    )


_HEAD = "".join(f'<th scope="col">{title}</th>' for title in ("Objective", "What it asks for", "Right", "Lesson"))


def _title(paper: Paper) -> str:
    return f"Exam: {len(paper.questions)} questions, drawn with seed {paper.seed}"


def _fieldset(number: int, item: Question) -> str:
    options = "".join(
        f'<label class="option"><input type="radio" name="question-{number}" value="{index}">'
        f"<span><strong>{LETTERS[index]}.</strong> {inline(option.text)}</span></label>"
        for index, option in enumerate(item.options)
    )
    return (
        f'<fieldset><legend><span class="prompt">{number + 1}. {inline(item.prompt)}</span></legend>'
        f"{options}</fieldset>"
        '<div class="feedback"></div>'
    )


def _unanswered(item: Question) -> str:
    right = item.options[item.answer]
    return (
        f'<p><span class="open">Left open.</span> {LETTERS[item.answer]} is right: {inline(right.text)} '
        f"{inline(right.feedback)}</p>"
    )


def _row(line: Line, *, linked: bool) -> str:
    lesson = f"{line.lesson} {escape(line.title)}"
    where = f'<a href="{escape(line.file)}.ipynb">{lesson}</a>' if linked else lesson
    weak = ' class="weak"' if linked and line.score.correct < line.score.answered else ""
    return (
        f"<tr{weak}><td>{line.objective}</td><td>{inline(line.text)}</td>"
        f'<td class="right">{line.score.correct} of {line.score.answered}</td><td>{where}</td></tr>'
    )
