"""The family tree: systems by generation from left to right, and what each came out of."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from course.history import RELATIONS, Descent, Family, Member
from course.view import cited, theme

if TYPE_CHECKING:
    from collections.abc import Sequence

_BOX = (142.0, 40.0)
_STEP = (216.0, 52.0)
_MARGIN = 14.0
_TOP = 50.0
_SLIM = 0.4
"""Height of a row in which a relation passes over a generation, as a part of a system's row."""
_PASSING = "@"

_Places = Mapping[str, tuple[float, float]]
"""Left edge and vertical center of each system and of each relation where it passes over a generation."""

_KINDS: Final = {
    "hypervisor_type_1": "hypervisor",
    "hypervisor_type_2": "hypervisor",
    "hypervisor_in_kernel": "hypervisor",
    "emulator_vmm": "vmm",
    "micro_vmm": "vmm",
    "vm_product": "vmm",
    "composition": "vmm",
    "container_engine": "runtime",
    "high_level_runtime": "runtime",
    "low_level_runtime": "runtime",
    "cri_implementation": "runtime",
    "manager": "runtime",
    "system_container": "host_kernel",
    "view_tool": "host_kernel",
    "baseline": "host_kernel",
    "container_host_os": "libraries",
    "sandbox": "guest_kernel",
    "vm_container_runtime": "guest_kernel",
    "unikernel": "guest_kernel",
    "user_kernel": "guest_kernel",
    "process_vm": "application",
}
"""Which color of the course a kind of system takes."""

_GROUPS: Final = (
    ("hypervisor", "hypervisors"),
    ("vmm", "monitors"),
    ("host_kernel", "containers by the kernel"),
    ("runtime", "engines and runtimes"),
    ("guest_kernel", "sandboxes, unikernels"),
    ("libraries", "operating systems"),
    ("application", "process VMs"),
)
_DASHES: Final = {"fork": "", "derived": "", "successor": "10 4", "uses": "3 4", "idea": "1 5"}
_WORDS: Final = {
    "fork": "fork",
    "derived": "made from",
    "successor": "succeeds",
    "uses": "uses",
    "idea": "idea",
}

_STYLE = (
    f".edge{{fill:none;stroke:{theme.color('line')};stroke-width:1.8}}.edge.fork{{stroke-width:3.4}}"
    f".edge.near{{stroke:{theme.color('accent')};stroke-width:3}}"
    f".tip{{fill:{theme.color('line')}}}.tip.near{{fill:{theme.color('accent')}}}"
    f".chosen .box{{stroke:{theme.color('ink')};stroke-width:3}}.far{{opacity:.55}}"
)


def draw(family: Family, selected: str = "") -> str:
    """Return the tree as an SVG drawing; each system is an item with its key, those related to `selected` stand out."""
    places = _places(family)
    near = {end for edge in family.of(selected) for end in (edge.parent, edge.child)} if selected else set()
    body = "".join(_edge(edge, family, places, selected) for edge in family.descents)
    for member in family.members:
        far = bool(near) and member.key not in near
        body += _member(member, places[member.key], far=far, chosen=member.key == selected)
    right = max((x for x, _ in places.values()), default=0) + _BOX[0] + _MARGIN
    bottom = max((y for _, y in places.values()), default=_TOP) + _BOX[1] / 2 + _MARGIN
    legend, width = _legend(family)
    return theme.svg(
        max(right, width), bottom, "What came out of what", summary(family), legend + body, extra_style=_STYLE
    )


def summary(family: Family) -> str:
    """Return one sentence: how many systems and relations are shown."""
    return f"{len(family.members)} systems and {len(family.descents)} relations, the oldest on the left."


def describe(family: Family) -> str:
    """Return the tree as text: a line for each relation, by the age of the younger system."""
    names = {member.key: member.name for member in family.members}
    lines = [summary(family)]
    for edge in _ordered(family):
        note = f" {edge.note}" if edge.note else ""
        lines.append(
            f"{names[edge.child]} {RELATIONS[edge.relation]} {names[edge.parent]}.{note}{cited.word(edge.verified)}"
        )
    return "\n".join(lines)


def listing(family: Family) -> str:
    """Return the relations as an HTML table without style, with the source of each."""
    names = {member.key: escape(member.name) for member in family.members}
    rows = [
        (
            names[edge.child],
            RELATIONS[edge.relation],
            names[edge.parent],
            escape(edge.note),
            cited.link(edge.citation) + cited.mark(edge.verified),
        )
        for edge in _ordered(family)
    ]
    return cited.table(("System", "Relation", "To", "In one sentence", "Source"), rows, summary(family))


def detail(family: Family, key: str) -> str:
    """Return the relations of one system as HTML."""
    names = {member.key: escape(member.name) for member in family.members}
    items = "".join(
        f"<li>{names[edge.child]} {RELATIONS[edge.relation]} {names[edge.parent]}. {escape(edge.note)} "
        f"{cited.link(edge.citation)}{cited.mark(edge.verified)}</li>"
        for edge in family.of(key)
    )
    return f"<h4>{names[key]}</h4><ul>{items}</ul>"


def _ordered(family: Family) -> list[Descent]:
    rank = {member.key: index for index, member in enumerate(family.members)}
    return sorted(family.descents, key=lambda edge: (rank[edge.child], rank[edge.parent], edge.relation))


def _places(family: Family) -> _Places:
    """Return where everything stands: a column for each generation, near the parents' rows.

    A relation that passes over a generation takes a narrow row of its own there, so that it crosses no system.
    """
    columns = _columns(family)
    before: dict[str, list[str]] = {}
    for edge in family.descents:
        way = [edge.parent, *_stops(edge, family), edge.child]
        for first, then in pairwise(way if _leads_on(edge, family) else way[::-1]):
            before.setdefault(then, []).append(first)
    centers: dict[str, float] = {}
    for keys in columns:
        wanted = {key: _middle([centers[parent] for parent in before.get(key, ())]) for key in keys}
        bottom = 0.0
        for key in sorted(keys, key=lambda key: wanted[key]):
            size = _SLIM if _PASSING in key else 1.0
            top = max(bottom, wanted[key] - size / 2) if key in before else bottom
            centers[key], bottom = top + size / 2, top + size
    generations = {key: generation for generation, keys in enumerate(columns) for key in keys}
    return {key: (_MARGIN + generations[key] * _STEP[0], _TOP + center * _STEP[1]) for key, center in centers.items()}


def _columns(family: Family) -> list[list[str]]:
    """Return the keys in each generation: its systems and the relations that pass over it."""
    depth = max((member.generation for member in family.members), default=-1) + 1
    columns: list[list[str]] = [[] for _ in range(depth)]
    for member in family.members:
        columns[member.generation].append(member.key)
    for edge in family.descents:
        for stop in _stops(edge, family):
            columns[int(stop.split(_PASSING)[1])].append(stop)
    return columns


def _stops(edge: Descent, family: Family) -> list[str]:
    """Return where a relation passes over a generation, from parent to child."""
    generations = {member.key: member.generation for member in family.members}
    start, end = generations[edge.parent], generations[edge.child]
    over = range(start + 1, end) if start < end else range(start - 1, end, -1)
    return [f"{edge.parent}>{edge.child}>{edge.relation}{_PASSING}{generation}" for generation in over]


def _leads_on(edge: Descent, family: Family) -> bool:
    """Return whether a relation leads to a later generation; a system that uses its own offspring has one back."""
    generations = {member.key: member.generation for member in family.members}
    return generations[edge.parent] < generations[edge.child]


def _middle(rows: Sequence[float]) -> float:
    return sum(rows) / len(rows) if rows else 0.0


def _edge(edge: Descent, family: Family, places: _Places, selected: str) -> str:
    on = _leads_on(edge, family)
    leave, enter, tip_length = (_BOX[0], 0.0, 7) if on else (0.0, _BOX[0], -7)
    x, y = places[edge.parent]
    x += leave
    path = f"M{theme.number(x)} {theme.number(y)}"
    for stop in [*_stops(edge, family), edge.child]:
        end_x, end_y = places[stop]
        end = end_x + enter - (tip_length if stop == edge.child else 0)
        middle = (x + end) / 2
        path += "C" + " ".join(theme.number(value) for value in (middle, y, middle, end_y, end, end_y))
        x, y = end, end_y
        if stop != edge.child:
            x += leave - enter
            path += f"H{theme.number(x)}"
    near = " near" if selected in (edge.parent, edge.child) else ""
    dash = f' stroke-dasharray="{_DASHES[edge.relation]}"' if _DASHES[edge.relation] else ""
    tip = " ".join(f"{theme.number(x + dx)},{theme.number(y + dy)}" for dx, dy in ((0, -4), (0, 4), (tip_length, 0)))
    return f'<path class="edge {edge.relation}{near}"{dash} d="{path}"/><polygon class="tip{near}" points="{tip}"/>'


def _member(member: Member, place: tuple[float, float], *, far: bool, chosen: bool) -> str:
    x, y = place[0], place[1] - _BOX[1] / 2
    classes = f"k-{_KINDS[member.kind]}{' far' if far else ''}{' chosen' if chosen else ''}"
    year = member.first_release[:4]
    lines, size = theme.fit(member.name, _BOX[0] - 12, size=13, bold=True)
    name = escape(f"{member.name}, first released {year}" if year else member.name, quote=True)
    center = theme.number(x + _BOX[0] / 2)
    dated = (
        f'<text x="{center}" y="{theme.number(y + 33)}" font-size="11.5" text-anchor="middle">{year}</text>'
        if year
        else ""
    )
    return (
        f'<g class="{classes}" data-key="{member.key}" role="button" aria-label="{name}"><title>{name}</title>'
        f'<rect class="box" x="{theme.number(x)}" y="{theme.number(y)}" '
        f'width="{_BOX[0]:.0f}" height="{_BOX[1]:.0f}" rx="5"/>'
        f'<text x="{center}" y="{theme.number(y + (18 if year else 25))}" font-size="{theme.number(size)}" '
        f'font-weight="700" text-anchor="middle">{escape(lines[0])}</text>{dated}</g>'
    )


def _legend(family: Family) -> tuple[str, float]:
    """Return the key to lines and colors, and how wide it is."""
    drawn, x = "", _MARGIN
    for relation in [name for name in _WORDS if any(edge.relation == name for edge in family.descents)]:
        dash = f' stroke-dasharray="{_DASHES[relation]}"' if _DASHES[relation] else ""
        drawn += (
            f'<path class="edge {relation}"{dash} d="M{theme.number(x)} 16H{theme.number(x + 34)}"/>'
            f'<text x="{theme.number(x + 40)}" y="20" font-size="12">{_WORDS[relation]}</text>'
        )
        x += 58 + theme.text_width(_WORDS[relation], 12)
    used = {_KINDS[member.kind] for member in family.members}
    widest, x = x, _MARGIN
    for kind, label in _GROUPS:
        if kind not in used:
            continue
        drawn += (
            f'<g class="k-{kind}"><rect class="box" x="{theme.number(x)}" y="28" width="14" height="12" rx="2"/></g>'
            f'<text x="{theme.number(x + 19)}" y="38" font-size="12">{label}</text>'
        )
        x += 36 + theme.text_width(label, 12)
    return drawn, max(widest, x) + _MARGIN
