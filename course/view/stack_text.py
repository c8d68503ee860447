"""Stacks in words: the text equivalent of the picture, the name of each layer, and what is told about a chosen one."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from course import dataset, stacks
from course.view import stack_layout, theme
from course.view.stack_state import split

if TYPE_CHECKING:
    from course.stacks import Layer, Stack
    from course.view.stack_state import State

_PARTIES = {"host": "the host", "image": "the image", "tenant": "the tenant", "vendor": "the vendor"}


def title(state: State) -> str:
    """Return the title of the picture."""
    names = _joined([stack.name for stack in state.stacks()])
    first = "Stack" if len(state.platforms) == 1 else "Stacks"
    return f"{first} of {names}, {stacks.counted(state.workloads, 'workload')}"


def summary(state: State) -> str:
    """Return one sentence for each stack: what it repeats, what guards it, what the access crosses."""
    return " ".join(f"{stack.name}: {stack.counts()}." for stack in state.stacks())


def layer_name(state: State, stack: Stack, layer: Layer, copy: int = 0) -> str:
    """Return the accessible name of a layer: what it is, how many there are, whose it is, in which system."""
    which = f" of workload {copy}" if copy else ""
    usual = state.picture == "usual" and layer.is_beside
    beside = ", drawn in the path, though none passes it" if usual else ", beside the path" if layer.is_beside else ""
    return (
        f"{layer.name}{which}, {stack.name}: {theme.KINDS[layer.kind]}, {_how_many(stack, layer)}, "
        f"from {_PARTIES[layer.supplied_by]}{_emulated(layer)}{beside}"
    )


def remarks(state: State, stack: Stack) -> tuple[str, ...]:
    """Return what stands below a stack: the length of the way that is followed, what falls, what the picture hides."""
    found = []
    if state.picture == "usual":
        engine = stack_layout.engine(stack)
        if engine:
            found.append(f"{engine.name} is drawn in the path. It is not: it only sets up and supervises.")
        else:
            found.append("No boundary is drawn, and nothing that stands beside the path.")
    elif state.access:
        found.append(_length(state, stack))
    found += [_fall(stack, reference) for reference in state.compromised if split(reference)[0] == stack.platform]
    return tuple(found)


def describe(state: State) -> str:
    """Return the text equivalent of the whole picture."""
    parts = [f"{title(state)}."]
    if state.picture == "usual":
        parts[0] += " The usual picture."
    for stack in state.stacks():
        parts += ["", *_stack_lines(state, stack)]
    if state.selected:
        parts += ["", detail_text(state)]
    return "\n".join(parts)


def detail_text(state: State) -> str:
    """Return what is told about the selected layer, as text; empty if none is selected."""
    return "\n".join(f"{label}: {value}" if label else value for label, value, _ in _details(state))


def detail_html(state: State) -> str:
    """Return what is told about the selected layer, as HTML; empty if none is selected."""
    rows = _details(state)
    if not rows:
        return ""
    (_, head, _), *rest = rows
    items = "".join(f"<dt>{escape(label)}</dt><dd>{_linked(value, url)}</dd>" for label, value, url in rest)
    return f"<section><strong>{escape(head)}</strong><dl>{items}</dl></section>"


def _linked(value: str, url: str) -> str:
    return f'<a href="{escape(url)}">{escape(value)}</a>' if url else escape(value)


def _details(state: State) -> list[tuple[str, str, str]]:
    """Return label, value and link of each line about the selected layer; the first has no label."""
    if not state.selected:
        return []
    platform, key, copy = split(state.selected)
    stack = stacks.stack(platform, state.workloads)
    layer = stack.layer(key)
    which = "" if stack.copies(layer) == 1 else f" {copy} of {stack.copies(layer)}"
    citation = dataset.cite(layer.source)
    rows = [
        ("", f"{layer.name}{which}, {stack.name}", ""),
        ("What it is", f"{layer.detail} Kind: {theme.KINDS[layer.kind]}{_emulated(layer)}.", ""),
        ("Who supplies it", _PARTIES[layer.supplied_by].capitalize(), ""),
        ("Who shares it", _sharing(stack, layer), ""),
        ("Where it stands", _standing(stack, layer), ""),
        ("If it is compromised", _fall(stack, state.selected), ""),
        ("Source", citation.text, citation.url),
    ]
    return [row for row in rows if row[1]]


def _stack_lines(state: State, stack: Stack) -> list[str]:
    shown = stack_layout.drawn_in_stack(stack, state.picture)
    visible = _visible(state, stack)
    lines = [f"{stack.name}: {stack.counts()}. Bottom to top:"]
    for layer in shown:
        if layer.key not in visible:
            continue
        if layer.boundary and state.picture == "true":
            lines.append(f"  == boundary: {layer.boundary} ==")
        lines.append(f"  {layer.name} ({theme.KINDS[layer.kind]}; {_how_many(stack, layer)}; {_origin(layer)})")
    if state.picture == "true":
        beside = [layer for layer in stack.beside() if layer.key in visible]
        if beside:
            lines.append("  Beside the path: " + ", ".join(stack_layout.beside_name(stack, layer) for layer in beside))
    lines += [f"  {remark}" for remark in remarks(state, stack)]
    if state.access and state.picture == "true" and stack.has_path(state.access):
        lines += [f"  {line}" for line in steps(stack, state.access)]
    return lines


def steps(stack: Stack, access: str) -> list[str]:
    """Return the steps of an access, one line each: number, layer, boundary crossed, what happens there."""
    lines = []
    for step in stack.path(access).steps:
        crossing = f" [{step.crossing}]" if step.crossing else ""
        note = f" - {step.note}" if step.note else ""
        lines.append(f"{step.number}. {step.layer.name}{crossing}{note}")
    return lines


def _visible(state: State, stack: Stack) -> set[str]:
    if not state.build:
        return {layer.key for layer in stack.layers}
    plan = stack_layout.layout(_without_choice(state))
    column = next(column for column in plan.columns if column.stack.platform == stack.platform)
    return {box.layer.key for box in (*column.boxes, *column.beside)}


def _without_choice(state: State) -> State:
    return replace(state, selected="", compromised=())


def _length(state: State, stack: Stack) -> str:
    name = stacks.accesses()[state.access]
    if not stack.has_path(state.access):
        return f"{name}: not recorded for this system."
    path = stack.path(state.access)
    return f"{name}: {stacks.counted(len(path.steps), 'step')}, {stacks.counted(path.crossings, 'crossing')}."


def _fall(stack: Stack, reference: str) -> str:
    _, key, copy = split(reference)
    layer = stack.layer(key)
    others = [other.name for other in stack.falls(key) if other.key != key]
    for_all = stack.falls_for_all(key)
    whose = "every workload" if for_all and stack.workloads > 1 else f"workload {copy}"
    subject = layer.name if stack.copies(layer) == 1 else f"{layer.name} {copy}"
    if not others:
        return f"If {subject} falls, nothing else falls with it."
    verb = "falls" if len(others) == 1 else "fall"
    safe = stack.workloads - 1
    rest = "" if for_all or not safe else f" The other {stacks.counted(safe, 'workload')} hold."
    if safe == 1 and rest:
        rest = " The other workload holds."
    return f"If {subject} falls, {_joined(others)} of {whose} {verb}.{rest}"


def _sharing(stack: Stack, layer: Layer) -> str:
    if layer.is_shared:
        return "One for all workloads." if stack.workloads > 1 else "One, whatever the number of workloads."
    return f"No one: each workload has its own, {stack.copies(layer)} in all."


def _standing(stack: Stack, layer: Layer) -> str:
    if not layer.is_beside:
        return f"In the path. Below it: boundary, {layer.boundary}." if layer.boundary else "In the path."
    used = [path.name for path in stack.paths if any(step.layer is layer for step in path.steps)]
    return "Beside the path: it sets up and supervises." + (f" Yet it is passed by: {'; '.join(used)}." if used else "")


def _how_many(stack: Stack, layer: Layer) -> str:
    if layer.is_shared:
        return "shared" if stack.workloads > 1 else "one for any number of workloads"
    return f"one for each of {stack.workloads} workloads" if stack.workloads > 1 else "one for each workload"


def _origin(layer: Layer) -> str:
    return f"from {_PARTIES[layer.supplied_by]}{_emulated(layer)}"


def _emulated(layer: Layer) -> str:
    return {"yes": ", emulated", "depends": ", emulated in part"}.get(layer.emulated, "")


def _joined(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
