"""A decision as HTML and as text: the ranking with its reasons, what was excluded and why, how firm it is."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from course import dataset
from course.view import cited
from course.view.theme import color

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from course.compare import Cell
    from course.decide import Decision, Excluded, Ranked, Reason, Requirements, Turn

SHOWN = 8
"""How many places are shown with their reasons; the rest are named."""

STYLE = f"""
caption {{ text-align: left; font-weight: 600; padding-bottom: 0.3em; }}
ul {{ margin: 0; padding-left: 1.2em; }}
a {{ color: {color("accent")}; }}
.meter {{ display: inline-block; width: 6em; height: 0.7em; border: 1px solid {color("line")}; margin-right: 0.5em; }}
.meter span {{ display: block; height: 100%; background: {color("accent")}; }}
"""


def static(decision: Decision) -> str:
    """Return the decision as HTML that needs no style."""
    return _body(decision, live=False)


def live(decision: Decision) -> str:
    """Return the decision for a shadow root, with a bar beside each score."""
    return f"<style>{STYLE}</style>{_body(decision, live=True)}"


def text(decision: Decision) -> str:
    """Return the decision in plain text; each reason cites its row of platform_properties."""
    lines = [summary(decision), _job(decision.requirements)]
    for each in decision.ranked[:SHOWN]:
        lines.append(f"{each.place}. {each.system.name}, score {each.score:.2f}")
        lines += [f"   {_sign(reason)} {_said(reason)} [{reason.row}]" for reason in each.reasons]
        lines += [f"   ! only if: {_condition(reason)} [{reason.row}]" for reason in each.conditions]
    if rest := _rest(decision):
        lines.append(rest)
    lines += [f"- {_turn(turn)}" for turn in decision.turns]
    lines += [f"Excluded: {name}: {'; '.join(why)}" for name, why in _exclusions(decision, html=False)]
    lines += [unknown] if (unknown := _unknown(decision)) else []
    return "\n".join(lines)


def summary(decision: Decision) -> str:
    """Return one line: which system comes first, and how many were considered."""
    total = len(decision.ranked) + len(decision.excluded)
    if not decision.ranked:
        return f"None of {total} systems meets every requirement."
    first = [each.system.name for each in decision.ranked if each.place == 1]
    left = f"{len(decision.ranked)} of {total} systems meet every requirement."
    if not decision.requirements.prefer:
        return f"{left} Nothing is preferred, so none comes first."
    if len(first) > 1:
        return f"{left} {len(first)} are level: {', '.join(first)}."
    return f"{left} {first[0]} comes first."


def _body(decision: Decision, *, live: bool) -> str:
    excluded = [f"{escape(name)}: {'; '.join(why)}" for name, why in _exclusions(decision, html=True)]
    turns = [escape(_turn(turn), quote=False) for turn in decision.turns]
    return "".join(
        (
            f"<p><strong>{escape(summary(decision), quote=False)}</strong></p>",
            _paragraph(_job(decision.requirements)),
            _table(decision.ranked[:SHOWN], meters=live) if decision.ranked else "",
            _paragraph(_rest(decision)),
            f"<p><strong>What would change the first place</strong></p>{_list(turns)}" if turns else "",
            _folded(f"Excluded: {len(excluded)}", _list(excluded), folded=live) if excluded else "",
            _paragraph(_unknown(decision)),
        )
    )


def _folded(title: str, body: str, *, folded: bool) -> str:
    """Return a part with its title, closed at first in the live view; other readers cannot count on opening it."""
    return (
        f"<details><summary>{title}</summary>{body}</details>" if folded else f"<p><strong>{title}</strong></p>{body}"
    )


def _paragraph(sentence: str) -> str:
    return f"<p>{escape(sentence, quote=False)}</p>" if sentence else ""


def _table(ranked: Sequence[Ranked], *, meters: bool) -> str:
    rows = "".join(
        f'<tr><td>{each.place}</td><th scope="row">{escape(each.system.name)}</th><td>{_score(each.score, meters)}</td>'
        f"<td>{_list(_because(reason) for reason in each.reasons)}</td>"
        f"<td>{_list(_only_if(reason) for reason in each.conditions)}</td></tr>"
        for each in ranked
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Place", "System", "Score", "Why", "Only if"))
    return f"<table><caption>Ranking</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _list(items: Iterable[str]) -> str:
    listed = "".join(f"<li>{item}</li>" for item in items)
    return f"<ul>{listed}</ul>" if listed else ""


def _score(score: float, meters: bool) -> str:
    if not meters:
        return f"{score:.2f}"
    return f'<span class="meter" aria-hidden="true"><span style="width:{100 * score:.0f}%"></span></span>{score:.2f}'


def _because(reason: Reason) -> str:
    return f"{_sign(reason)} {escape(_said(reason), quote=False)}{_reference(reason.cell)}"


def _only_if(reason: Reason) -> str:
    return f"{escape(_condition(reason), quote=False)}{_reference(reason.cell)}"


def _reference(cell: Cell | None) -> str:
    if cell is None:
        return ""
    citation = dataset.cite(cell.source)
    mark = cited.mark(cell.verified)
    return f'{mark} <a href="{escape(citation.url)}" title="{escape(citation.text)}">[{escape(cell.source)}]</a>'


def _said(reason: Reason) -> str:
    found = reason.cell.whole if reason.cell is not None else "not known"
    return f"{reason.property.name}: {found} (wanted {reason.wanted}, weight {reason.weight:g})"


def _condition(reason: Reason) -> str:
    return f"{reason.property.name}: {reason.cell.condition}" if reason.cell is not None else ""


def _sign(reason: Reason) -> str:
    return "+" if reason.earned > 0.66 else "~" if reason.earned > 0.33 else "\N{MINUS SIGN}"


def _job(requirements: Requirements) -> str:
    must = ", ".join(f"{each.property} = {each.value}" for each in requirements.must) or "nothing"
    prefer = (
        ", ".join(f"{each.property} = {each.wanted} ({each.weight:g})" for each in requirements.prefer) or "nothing"
    )
    return f"Required: {must}. Preferred, with weight: {prefer}."


def _rest(decision: Decision) -> str:
    names = [each.system.name for each in decision.ranked[SHOWN:]]
    return f"And {len(names)} more: {', '.join(names)}." if names else ""


def _turn(turn: Turn) -> str:
    step = "Raise" if turn.at > turn.weight else "Lower"
    return (
        f"{step} the weight of {turn.property.name} ({turn.wanted}) from {turn.weight:g} past {turn.at:.2f}: "
        f"{turn.system.name} takes the lead."
    )


def _exclusions(decision: Decision, *, html: bool) -> list[tuple[str, list[str]]]:
    """Return (system, failed constraints) for what is known to fail: with links, or as text with its rows."""

    def why(reason: Reason) -> str:
        found = reason.cell.whole if reason.cell is not None else "not known"
        said = f"{reason.property.name}: {found}, required {reason.wanted}"
        return escape(said, quote=False) + _reference(reason.cell) if html else f"{said} [{reason.row}]"

    return [(each.system.name, [why(reason) for reason in each.reasons]) for each in decision.excluded if _fails(each)]


def _unknown(decision: Decision) -> str:
    """Return the sentence about systems that were left out only because the dataset lacks a fact about them."""
    names = [each.system.name for each in decision.excluded if not _fails(each)]
    return f"Left out because the dataset does not know whether they qualify: {', '.join(names)}." if names else ""


def _fails(excluded: Excluded) -> bool:
    return any(reason.cell is not None for reason in excluded.reasons)
