"""A question as a form, as a list to read, as feedback and as a tally; the answer is only in the feedback."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from typing import TYPE_CHECKING

from course.quiz import LETTERS
from course.view.prose import inline
from course.view.theme import FONT, color, host_style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.quiz import Option, Question

TITLES = {"predict": "Predict", "check": "Check yourself", "pretest": "Before the course", "exam": "Exam"}

_INVITATIONS = {
    "predict": "Commit to an answer before you go on.",
    "check": "Choose one answer.",
    "pretest": "Choose one answer; a guess is fine.",
    "exam": "Choose one answer.",
}

_STYLE = """
:host { display: block; color: $ink; font-family: $FONT; font-size: var(--jp-content-font-size1, 14px);
  line-height: 1.5; }
form { border: 1px solid $line; border-left-width: 5px; border-radius: 4px; padding: 0.6em 1em; max-width: 46em;
  background: $page; }
fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
legend { padding: 0; margin-bottom: 0.4em; }
.kind { display: block; font-size: 0.85em; font-weight: 700; letter-spacing: 0.03em; text-transform: uppercase; }
.prompt { display: block; font-weight: 600; }
code { font-family: var(--jp-code-font-family, monospace); font-size: 0.95em; background: $surface; padding: 0 0.2em; }
.option { display: flex; gap: 0.6em; align-items: baseline; padding: 0.3em 0.4em; border-radius: 3px; cursor: pointer; }
.option:hover { background: $surface; }
.option:has(:checked) { outline: 1px solid $ink; }
.option:has(:disabled) { cursor: default; }
.option input { flex: none; width: 1.1em; height: 1.1em; margin: 0; align-self: center; accent-color: $accent; }
button { font: inherit; color: $ink; background: $surface; border: 1px solid $line; border-radius: 3px;
  padding: 0.3em 0.9em; margin: 0.5em 0.5em 0 0; cursor: pointer; }
button:hover { border-color: $ink; }
:focus-visible { outline: 3px solid $accent; outline-offset: 2px; }
.feedback p { margin: 0.7em 0 0; }
.feedback ul { list-style: none; padding: 0; margin: 0.4em 0 0; }
.feedback li { padding: 0.2em 0 0.2em 0.7em; margin: 0.3em 0; border-left: 4px dotted $line; }
.feedback li.right { border-left: 4px solid $good; }
table { border-collapse: collapse; }
caption { text-align: left; font-weight: 600; }
th, td { text-align: left; vertical-align: baseline; padding: 0.15em 0.8em 0.15em 0; font-weight: 400; }
thead th { font-weight: 600; }
td { white-space: nowrap; }
td button { margin-top: 0; }
.bar { display: inline-block; height: 0.8em; background: $accent; vertical-align: middle; margin-right: 0.4em; }
.bar.before { background: repeating-linear-gradient(45deg, $accent 0 2px, transparent 2px 5px);
  outline: 1px solid $accent; }
"""


@cache
def style() -> str:
    """Return the CSS of the form and of what appears in it, for a shadow root."""
    values = re.sub(r"\$([a-z]+)", lambda match: color(match.group(1)), _STYLE.replace("$FONT", FONT))
    return host_style() + values


def listing(question: Question) -> str:
    """Return the question as HTML that needs no style: kind, prompt, options by letter; the answer is not in it."""
    options = "".join(f"<li>{inline(option.text)}</li>" for option in question.options)
    return (
        f"<p><strong>{TITLES[question.kind]}.</strong> {inline(question.prompt)}</p>"
        f'<ol type="A">{options}</ol><p><em>{_INVITATIONS[question.kind]}</em></p>'
    )


def listing_text(question: Question) -> str:
    """Return the same as `listing` in plain text."""
    lines = [f"{TITLES[question.kind]}. {question.prompt}"]
    lines += [f"  {letter}. {option.text}" for letter, option in _lettered(question)]
    return "\n".join([*lines, _INVITATIONS[question.kind]])


def form(question: Question) -> str:
    """Return the question as an HTML form: a named group of radio buttons, one button, an empty live region."""
    options = "".join(
        f'<label class="option"><input type="radio" name="option" value="{index}">'
        f"<span><strong>{LETTERS[index]}.</strong> {inline(option.text)}</span></label>"
        for index, option in enumerate(question.options)
    )
    return (
        f'<form aria-label="{escape(TITLES[question.kind])}: {escape(question.id)}"><fieldset>'
        f'<legend><span class="kind">{TITLES[question.kind]}</span> '
        f'<span class="prompt">{inline(question.prompt)}</span></legend>{options}</fieldset>'
        '<button type="submit">Commit to this answer</button>'
        '<div class="feedback" role="status" aria-live="polite"></div></form>'
    )


def feedback(question: Question, chosen: int) -> str:
    """Return what a reader who has committed to option `chosen` is told, as HTML: their option first, then each.

    A pre-test tells nothing yet: it is repeated, in other words, at the end of the course.
    """
    if question.kind == "pretest":
        return f"<p>{escape(feedback_text(question, chosen))}</p>"
    option = question.options[chosen]
    others = "".join(
        f'<li class="{"right" if option.correct else "wrong"}"><strong>{letter}. {_mark(option.correct)}.</strong> '
        f"{inline(option.text)}<br>{inline(option.feedback)}</li>"
        for letter, option in _lettered(question)
    )
    return (
        f"<p><strong>You chose {LETTERS[chosen]}: {_verdict(question, chosen)}</strong> {inline(option.feedback)}</p>"
        f"<p>Each option:</p><ul>{others}</ul>"
    )


def feedback_text(question: Question, chosen: int) -> str:
    """Return the same as `feedback` in plain text."""
    if question.kind == "pretest":
        return (
            f"Kept: you chose {LETTERS[chosen]}. The answer comes with the lessons; the exam asks again in other words."
        )
    lines = [f"You chose {LETTERS[chosen]}: {_verdict(question, chosen)} {question.options[chosen].feedback}"]
    lines += [f"  {letter}. {_mark(option.correct)}. {option.feedback}" for letter, option in _lettered(question)]
    return "\n".join(lines)


def note(sentence: str) -> str:
    """Return a sentence about the form itself as HTML; nothing for an empty one."""
    return f"<p><em>{escape(sentence, quote=False)}</em></p>" if sentence else ""


def tally(question: Question, before: Sequence[int], after: Sequence[int], counting: str) -> str:
    """Return the votes of a class as an HTML table with buttons for the count that is open, "before" or "after"."""
    most = max(1, *before, *after)
    rows = "".join(
        f'<tr><th scope="row"><strong>{letter}.</strong> {inline(option.text)}</th><td>{_counters(letter)}</td>'
        f"<td>{_bar(first, most, 'before')}{first}</td><td>{_bar(second, most, 'after')}{second}</td></tr>"
        for (letter, option), first, second in zip(_lettered(question), before, after, strict=True)
    )
    other = "after the discussion" if counting == "before" else "before the discussion"
    return (
        f"<style>{style()}</style><table><caption>{inline(question.prompt)}</caption><thead><tr>"
        f'<th scope="col">Option</th><th scope="col">Hands {counting}</th><th scope="col">Before</th>'
        f'<th scope="col">After</th></tr></thead><tbody>{rows}</tbody></table>'
        f'<button type="button" data-key="round">Count {other}</button>'
    )


def tally_text(question: Question, before: Sequence[int], after: Sequence[int]) -> str:
    """Return the same as `tally` in plain text."""
    rows = [
        f"  {letter}. {option.text}: {first} before, {second} after"
        for (letter, option), first, second in zip(_lettered(question), before, after, strict=True)
    ]
    return "\n".join([f"Vote. {question.prompt}", *rows])


def _lettered(question: Question) -> list[tuple[str, Option]]:
    return list(zip(LETTERS, question.options, strict=False))


def _mark(correct: bool) -> str:
    return "\N{CHECK MARK} Right" if correct else "\N{MULTIPLICATION SIGN} Not this"


def _verdict(question: Question, chosen: int) -> str:
    right = question.options[chosen].correct
    return "right." if right else f"not this one. {LETTERS[question.answer]} is right."


def _counters(letter: str) -> str:
    option = LETTERS.index(letter)
    return "".join(
        f'<button type="button" data-key="{action}-{option}" aria-label="{words} {letter}">{sign}</button>'
        for action, words, sign in (("add", "one more for", "+1"), ("take", "one less for", "\N{MINUS SIGN}1"))
    )


def _bar(votes: int, most: int, series: str) -> str:
    return f'<span class="bar {series}" style="width:{8 * votes / most:.2f}em"></span>' if votes else ""
