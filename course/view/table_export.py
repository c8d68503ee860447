"""A comparison as CSV, Markdown or LaTeX, to take away; every cell escaped for the format it goes to."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from course import dataset
from course.errors import unknown
from course.view.cited import word

if TYPE_CHECKING:
    from course.compare import Cell, Grid

_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "\N{EM DASH}": "---",
    "\N{EN DASH}": "--",
    "\N{LEFT DOUBLE QUOTATION MARK}": "``",
    "\N{RIGHT DOUBLE QUOTATION MARK}": "''",
    "\N{MICRO SIGN}": r"\textmu{}",
    "\N{NOT EQUAL TO}": r"$\neq$",
    "\N{MULTIPLICATION SIGN}": r"$\times$",
    "\N{RIGHTWARDS ARROW}": r"$\rightarrow$",
}
_LATEX_SPECIAL = re.compile("|".join(map(re.escape, _LATEX)))
_MARKDOWN_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~$])")


def export(grid: Grid, form: str) -> str:
    """Return the table as "csv", "markdown" or "latex"; raises CourseError for another form."""
    if form not in FORMS:
        raise unknown("form of export", form, FORMS)
    return FORMS[form](grid)


def as_csv(grid: Grid) -> str:
    """Return the table as CSV (RFC 4180), one line a row; the key of its source stands in brackets after each fact."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([grid.corner, *(column.name for column in grid.columns)])
    for head, cells in _lines(grid):
        writer.writerow([head, *cells])
    return out.getvalue()


def as_markdown(grid: Grid) -> str:
    """Return the table as a Markdown table, its sources as a list below."""
    head = [grid.corner, *(column.name for column in grid.columns)]
    lines = [_markdown_row(head), "|" + " --- |" * len(head)]
    lines += [_markdown_row([name, *cells]) for name, cells in _lines(grid)]
    sources = [f"- {_markdown(key)}: {dataset.cite(key).markdown()}" for key in _sources(grid)]
    return "\n".join([*lines, "", *sources]).rstrip() + "\n"


def as_latex(grid: Grid) -> str:
    """Return the table as LaTeX with booktabs; a source is cited by its key, as the course's BibTeX file has it."""
    width = f"{0.9 / (len(grid.columns) + 1):.3f}"
    columns = f">{{\\raggedright\\arraybackslash}}p{{{width}\\linewidth}}" * (len(grid.columns) + 1)
    head = " & ".join(_latex(name) for name in [grid.corner, *(column.name for column in grid.columns)])
    body = [
        " & ".join([_latex(row.name), *(_latex_cell(cell) for cell in cells)]) + r" \\"
        for row, cells in zip(grid.rows, grid.cells, strict=True)
    ]
    return "\n".join(
        [
            r"% needs \usepackage{array,booktabs,textcomp} and the bibliography of the course",
            rf"\begin{{tabular}}{{{columns}}}",
            r"\toprule",
            rf"{head} \\",
            r"\midrule",
            *body,
            r"\bottomrule",
            r"\end{tabular}",
            "",
        ]
    )


FORMS = {"csv": as_csv, "markdown": as_markdown, "latex": as_latex}


def _lines(grid: Grid) -> list[tuple[str, list[str]]]:
    return [(head.name, [_text(cell) for cell in cells]) for head, cells in zip(grid.rows, grid.cells, strict=True)]


def _text(cell: Cell | None) -> str:
    if cell is None:
        return ""
    return cell.whole + word(cell.verified) + (f" [{cell.source}]" if cell.source else "")


def _sources(grid: Grid) -> list[str]:
    return list(dict.fromkeys(cell.source for line in grid.cells for cell in line if cell is not None and cell.source))


def _markdown_row(cells: list[str]) -> str:
    return "| " + " | ".join(map(_markdown, cells)) + " |"


def _markdown(text: str) -> str:
    return _MARKDOWN_SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _latex(text: str) -> str:
    return _LATEX_SPECIAL.sub(lambda match: _LATEX[match.group()], " ".join(text.split()))


def _latex_cell(cell: Cell | None) -> str:
    if cell is None:
        return "---"
    citation = rf"~\cite{{{cell.source}}}" if cell.source else ""
    return _latex(cell.whole + word(cell.verified)) + citation
