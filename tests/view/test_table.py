"""The table as HTML, text, CSV, Markdown and LaTeX: whole, escaped, with its sources."""

import csv
import io
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course import dataset
from course.compare import Cell, Grid, Head, article, chosen, grid
from course.errors import CourseError
from course.view import table, table_export

SOURCE = dataset.records("sources")[0]["source"]
ODD = r"a|b & 50% of $x_1 #{~^} <i> \par “so” — 2 × 3 ≠ 7 µs `code` *star* [link]"  # noqa: RUF001


def shown(*cells: Cell | None, name: str = "A & B", differs: bool = False) -> Grid:
    columns = tuple(Head(f"c{index}", f"Column {index}") for index in range(len(cells)))
    return Grid("One row", "Property", columns, (Head("a", name, "What?", differs),), (cells,))


def plain(html: str) -> list[list[str]]:
    (found,) = re.findall(r"<table>.*?</table>", html, re.DOTALL)
    rows = ET.fromstring(found).iter("tr")
    return [["".join(each.itertext()) for each in row] for row in rows]


def test_the_static_table_needs_no_style_and_names_its_sources() -> None:
    html = table.static(shown(Cell("4", "4 ms", "warm", SOURCE), None))
    assert "style" not in html
    assert "class=" not in html.replace('class="condition"', "")
    assert plain(html) == [["Property", "Column 0", "Column 1"], ["A & B", "4 ms: warm [1]", "—"]]
    assert '<th scope="row">' in html
    assert "<ol><li>" in html
    assert dataset.cite(SOURCE).url.replace("&", "&amp;") in html


def test_differences_show_without_color() -> None:
    grid_ = shown(Cell("4", "4"), Cell("5", "5"), differs=True)
    assert plain(table.static(grid_))[1][0] == "◆ A & B"
    assert "◆ A & B" in table.text(grid_)
    assert "class=differs" in table.live(grid_)
    assert "◆ marks the 1 in which they differ" in table.summary(grid_)


def test_what_is_unverified_is_marked_everywhere() -> None:
    grid_ = shown(Cell("4", "4", source=SOURCE, verified=False))
    for text in (table.static(grid_), table.live(grid_), table.text(grid_), *map(_export(grid_), ("csv", "latex"))):
        assert "(unverified)" in text


def test_the_live_table_sorts_by_its_heads_and_scrolls_by_keyboard() -> None:
    html = table.live(grid(chosen(("docker", "kvm"), ("own_kernel",), sort="own_kernel", pivot=True)))
    assert 'data-key="own_kernel"' in html
    assert 'data-key="name"' in html
    assert 'aria-sort="ascending"' in html
    assert 'tabindex="0"' in html
    assert "Systems ordered by Has a kernel of its own, ascending." in html


def test_an_empty_table_says_so() -> None:
    assert "Nothing is left to show." in table.text(grid(chosen(("docker",), ("own_kernel",), search="zzz")))


def test_the_articles_table_shows_its_words_beside_the_verdict() -> None:
    rows = plain(table.static(article()))
    assert rows[0] == ["Row of the table", "The article says", "Verdict", "What is so", "Lesson"]
    assert "data-key" not in table.live(article())


def _export(grid_: Grid) -> object:
    return lambda form: table_export.export(grid_, form)


def test_csv_reads_back_as_it_was() -> None:
    text = table_export.export(shown(Cell("x", ODD, 'a "quoted", line'), None), "csv")
    assert list(csv.reader(io.StringIO(text))) == [
        ["Property", "Column 0", "Column 1"],
        ["A & B", f'{ODD}: a "quoted", line', ""],
    ]


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])))
def test_any_text_survives_csv(text: str) -> None:
    lines = list(csv.reader(io.StringIO(table_export.export(shown(Cell(text, text), name=text), "csv"))))
    assert lines[1] == [text, text]


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_text_stays_in_its_markdown_cell(text: str) -> None:
    lines = table_export.export(shown(Cell(text, text), Cell("x", "x")), "markdown").split("\n")
    assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", lines[2])) == 4


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_text_is_harmless_in_latex(text: str) -> None:
    row = table_export.export(shown(Cell(text, text)), "latex").split("\n")[5]
    inner = row.removeprefix(r"A \& B & ").removesuffix(r" \\")
    for command in (
        "textbackslash",
        "textasciicircum",
        "textasciitilde",
        "textless",
        "textgreater",
        "textbar",
        "textmu",
    ):
        inner = inner.replace(f"\\{command}{{}}", "")
    for math in (r"$\neq$", r"$\times$", r"$\rightarrow$"):
        inner = inner.replace(math, "")
    assert not re.search(r"(?<!\\)[{}$&#%_^~<>|]", inner)
    assert not re.search(r"\\(?![{}$&#%_])", inner)


def test_latex_cites_the_source_and_escapes_the_rest() -> None:
    text = table_export.export(shown(Cell("x", "50% of a_b", source=SOURCE)), "latex")
    assert rf"A \& B & 50\% of a\_b~\cite{{{SOURCE}}} \\" in text
    assert text.count(r"\begin{tabular}") == text.count(r"\end{tabular}") == 1


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(CourseError, match="no form of export 'excel'"):
        table_export.export(article(), "excel")


@pytest.mark.parametrize("form", list(table_export.FORMS))
def test_what_is_taken_away_can_be_saved_and_copied(form: str) -> None:
    html = table.taken_away(table_export.export(article(), form), form)
    assert 'download="comparison.' in html
    assert "<textarea readonly" in html
