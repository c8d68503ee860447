"""A comparison as HTML (plain for every reader, styled for the live view) and as text."""

from __future__ import annotations

import base64
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from course import dataset
from course.view import cited
from course.view.theme import color

if TYPE_CHECKING:
    from collections.abc import Iterable

    from course.compare import Cell, Grid, Head

DIFFERS = "\N{BLACK DIAMOND}"
"""The sign in front of a property in which the systems shown differ."""

MISSING = "\N{EM DASH}"
"""What stands where the dataset has no fact."""

_FILES = {"csv": ("text/csv", "csv"), "markdown": ("text/markdown", "md"), "latex": ("text/plain", "tex")}

STYLE = f"""
.scroll {{ max-height: 34em; overflow: auto; border: 1px solid {color("line")}; background: {color("page")}; }}
table {{ border-collapse: separate; border-spacing: 0; line-height: 1.4; }}
caption {{ text-align: left; padding: 0.4em 0.6em; font-weight: 600; }}
th, td {{ min-width: 6em; max-width: 22em; background: {color("page")}; color: {color("ink")};
  border-bottom: 1px solid {color("line")}; }}
thead th {{ position: sticky; top: 0; z-index: 2; background: {color("surface")}; }}
th:first-child {{ position: sticky; left: 0; z-index: 1; }}
thead th:first-child {{ z-index: 3; }}
tbody th {{ background: {color("surface")}; font-weight: 600; }}
th button {{ font: inherit; color: inherit; background: none; border: 0; padding: 0; text-align: left; cursor: pointer;
  text-decoration: underline dotted; }}
tr.differs td, td.differs {{ padding-left: 1.1em; background: repeating-linear-gradient(135deg, {color("accent")} 0 2px,
  transparent 2px 5px) left / 0.5em 100% no-repeat {color("page")}; }}
.condition {{ font-size: 0.9em; color: {color("muted")}; }}
a {{ color: {color("accent")}; }}
textarea {{ width: 100%; box-sizing: border-box; font-family: var(--jp-code-font-family, monospace);
  background: {color("page")}; color: {color("ink")}; }}
"""


def static(grid: Grid) -> str:
    """Return the table as HTML that reads without style: numbers in brackets refer to the sources below it."""
    keys = _numbered(grid)
    head = "".join(f'<th scope="col">{_name(column)}</th>' for column in grid.columns)
    body = "".join(
        f'<tr><th scope="row">{_name(row)}</th>{"".join(f"<td>{_cell(cell, keys)}</td>" for cell in line)}</tr>'
        for row, line in zip(grid.rows, grid.cells, strict=True)
    )
    return (
        f"<table><caption>{escape(summary(grid), quote=False)}</caption>"
        f'<thead><tr><th scope="col">{grid.corner}</th>{head}</tr></thead><tbody>{body}</tbody></table>{_sources(keys)}'
    )


def live(grid: Grid) -> str:
    """Return the table for a shadow root: heads stay in sight, and a property's name is a button that sorts by it."""
    keys = _numbered(grid)
    by_row = grid.corner == "Property"
    sortable = grid.corner in ("Property", "System")
    head = "".join(
        f'<th scope="col"{_sorted(grid, column)}>{_button(column) if sortable and not by_row else _name(column)}</th>'
        for column in grid.columns
    )
    column_classes = [' class="differs"' if column.differs else "" for column in grid.columns]
    body = "".join(
        f"<tr{' class=differs' if row.differs else ''}>"
        f'<th scope="row"{_sorted_row(grid, row)}>{_button(row) if by_row else _name(row)}</th>'
        + "".join(f"<td{marked}>{_cell(cell, keys)}</td>" for marked, cell in zip(column_classes, line, strict=True))
        + "</tr>"
        for row, line in zip(grid.rows, grid.cells, strict=True)
    )
    corner = "name" if sortable else ""
    first = f'<button type="button" data-key="{corner}">{grid.corner}</button>' if corner else grid.corner
    return (
        f'<style>{STYLE}</style><div class="scroll" role="region" aria-label="Comparison" tabindex="0"><table>'
        f"<caption>{escape(summary(grid), quote=False)}</caption>"
        f'<thead><tr><th scope="col">{first}</th>{head}</tr></thead><tbody>{body}</tbody></table></div>'
        f"<details><summary>Sources ({len(keys)})</summary>{_sources(keys)}</details>"
    )


def taken_away(exported: str, form: str) -> str:
    """Return an exported table as HTML: a link that saves it, and its text to copy."""
    kind, ending = {"csv": ("text/csv", "csv"), "markdown": ("text/markdown", "md"), "latex": ("text/plain", "tex")}[
        form
    ]
    data = base64.b64encode(exported.encode()).decode()
    return (
        f'<p><a download="comparison.{ending}" href="data:{kind};charset=utf-8;base64,{data}">'
        f'Save comparison.{ending}</a></p><textarea readonly rows="8" aria-label="comparison.{ending}">'
        f"{escape(exported, quote=False)}</textarea>"
    )


def text(grid: Grid) -> str:
    """Return the table in plain text: a paragraph for each row, a line for each of its cells, with source keys."""
    lines = [summary(grid)]
    for row, cells in zip(grid.rows, grid.cells, strict=True):
        lines.append(f"{DIFFERS} {row.name}" if row.differs else row.name)
        for column, cell in zip(grid.columns, cells, strict=True):
            sign = f"{DIFFERS} " if column.differs else ""
            lines.append(f"  {sign}{column.name}: {_plain(cell)}")
    return "\n".join(lines)


def summary(grid: Grid) -> str:
    """Return one line: what is compared, in which order, what is marked, what is left out."""
    marked = sum(head.differs for head in (*grid.rows, *grid.columns))
    parts = [f"{grid.title}."]
    if grid.sorted_by:
        names = {head.key: head.name for head in (*grid.rows, *grid.columns)}
        order = "descending" if grid.descending else "ascending"
        parts.append(f"Systems ordered by {names.get(grid.sorted_by, grid.sorted_by)}, {order}.")
    if marked:
        parts.append(f"{DIFFERS} marks the {marked} in which they differ.")
    if not grid.rows or not grid.columns:
        parts.append("Nothing is left to show.")
    return " ".join([*parts, grid.hidden]).strip()


def _numbered(grid: Grid) -> dict[str, int]:
    """Return the number of each source, in order of first use."""
    keys: dict[str, int] = {}
    for line in grid.cells:
        for cell in line:
            if cell is not None and cell.source and cell.source not in keys:
                keys[cell.source] = len(keys) + 1
    return keys


def _cell(cell: Cell | None, keys: dict[str, int]) -> str:
    if cell is None:
        return MISSING
    return _fact(cell) + (_reference(cell.source, keys[cell.source]) if cell.source else "")


@lru_cache(maxsize=8192)
def _fact(cell: Cell) -> str:
    condition = f': <span class="condition">{escape(cell.condition, quote=False)}</span>' if cell.condition else ""
    return escape(cell.text, quote=False) + condition + cited.mark(cell.verified)


@lru_cache(maxsize=8192)
def _reference(key: str, number: int) -> str:
    citation = dataset.cite(key)
    if not citation.url.startswith("http"):
        return f" [{number}]"
    return f' <a href="{escape(citation.url)}" title="{escape(citation.text)}">[{number}]</a>'


def _sources(keys: Iterable[str]) -> str:
    items = "".join(f"<li>{_source(key)}</li>" for key in keys)
    return f"<ol>{items}</ol>" if items else ""


@lru_cache(maxsize=1024)
def _source(key: str) -> str:
    return cited.link(dataset.cite(key))


def _plain(cell: Cell | None) -> str:
    if cell is None:
        return MISSING
    return cell.whole + cited.word(cell.verified) + (f" [{cell.source}]" if cell.source else "")


def _name(head: Head) -> str:
    return f"{DIFFERS} {escape(head.name)}" if head.differs else escape(head.name)


def _button(head: Head) -> str:
    return f'<button type="button" data-key="{head.key}" title="{escape(head.note)}">{_name(head)}</button>'


def _sorted(grid: Grid, head: Head) -> str:
    """Return the attribute that says by which column the rows are ordered."""
    if grid.sorted_by != head.key:
        return ""
    return f' aria-sort="{"descending" if grid.descending else "ascending"}"'


def _sorted_row(grid: Grid, head: Head) -> str:
    """Return a mark on the row by which the columns are ordered; aria-sort is for columns only."""
    return (
        f' aria-description="columns {"descending" if grid.descending else "ascending"}"'
        if grid.sorted_by == head.key
        else ""
    )
