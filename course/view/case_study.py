"""A case study: the job, the ranking that its requirements give, and how somebody who has done it before decides."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from course.view import decision as decided
from course.view import prose
from course.view.theme import color

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.cases import Case
    from course.dataset import Citation
    from course.decide import Decision

_STYLE = f"blockquote {{ border-left: 4px solid {color('accent')}; margin: 0.5em 0; padding-left: 0.8em; }}"

_ROLES = {"hard": "Must", "preference": "Prefer", "background": "Background"}


def live(case: Case, decision: Decision, reasoning: str, citations: Sequence[Citation]) -> str:
    """Return the case for a shadow root; what its author thinks is closed until the reader has thought."""
    return (
        f"<style>{_STYLE}</style>{_job(case)}"
        f"<details><summary>What is a must, what is preferred</summary>{_roles(case)}</details>"
        f"<details><summary>The ranking</summary>{decided.live(decision)}</details>"
        f"<details><summary>An experienced engineer decides</summary>{prose.prose(reasoning, citations)}</details>"
    )


def static(case: Case, decision: Decision, reasoning: str, citations: Sequence[Citation]) -> str:
    """Return the case as HTML that needs no style, with everything open."""
    return f"{_job(case)}{_roles(case)}{decided.static(decision)}{prose.prose(reasoning, citations)}"


def text(case: Case, decision: Decision, reasoning: str, citations: Sequence[Citation]) -> str:
    """Return the case in plain text."""
    roles = [f"- {_ROLES[each.role]}{_meets(each.meets)}: {each.text} {each.why}" for each in case.sentences]
    return "\n".join([case.title, case.job, *roles, decided.text(decision), "", prose.prose_text(reasoning, citations)])


def _job(case: Case) -> str:
    return f"<h4>{escape(case.title)}</h4><blockquote>{escape(case.job, quote=False)}</blockquote>"


def _roles(case: Case) -> str:
    rows = "".join(
        f"<tr><td>{escape(each.text, quote=False)}</td><td>{_ROLES[each.role]}{escape(_meets(each.meets))}</td>"
        f"<td>{prose.inline(each.why)}</td></tr>"
        for each in case.sentences
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("The job says", "It is", "Because"))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _meets(requirement: str) -> str:
    return f" ({requirement.replace(':', ' = ')})" if requirement else ""
