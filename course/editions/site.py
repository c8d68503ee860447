"""`make site`: the whole course as pages that read offline, with search and navigation."""

from __future__ import annotations

import json
import re
from html import escape, unescape
from typing import TYPE_CHECKING, Final

from course import dataset, publish
from course.editions import conversion
from course.view import prose

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_STATIC: Final = ("site.css", "site.js")
_HEADING: Final = re.compile(r'<h[12] id="([^"]*)">(.*?)</h[12]>', re.DOTALL)
_PLACE: Final = re.compile(r'<h([12]) id="([^"]*)">(.*?)</h[12]>', re.DOTALL)
# Where the sections of the page itself are put into the list of lessons.
_CONTENTS: Final = "<!-- contents -->"
_TAG: Final = re.compile(r"<[^>]*>")
_HIDDEN: Final = re.compile(r"<(style|script)\b.*?</\1>", re.DOTALL)
_TITLE: Final = "Virtualization layers"
_INTRODUCTION: Final = (
    "A course on virtual machines and containers: every layer seen, every claim checked, every system run. These "
    "pages are "
    "the lessons as they are stored, with recorded results. To run them, and to answer the questions, open the "
    "notebooks."
)


def write(folder: Path) -> list[Path]:
    """Write every lesson, the course map and the glossary as pages into a folder; return the pages.

    Raises CourseError where the folder cannot be written or a lesson cannot be read.
    """
    conversion.copy([conversion.FOLDER / "static" / name for name in _STATIC], folder)
    pages = {"index.html": _index(), "glossary.html": _glossary()}
    for lesson in publish.lessons():
        pages[f"{lesson.stem}.html"] = _lesson(lesson)
    sections = [section for name, page in pages.items() for section in _sections(name, page)]
    (folder / "search.js").write_text(f"window.SECTIONS = {json.dumps(sections, ensure_ascii=False)};\n", "utf-8")
    for name, page in pages.items():
        (folder / name).write_text(page, "utf-8")
    return [folder / name for name in pages]


def _lesson(path: Path) -> str:
    notebook = conversion.read(path)
    name = conversion.title(notebook)
    values = {"head": _head(f"{path.stem[:2]} {name}", path.stem), "foot": _foot()}
    page = conversion.render(notebook, "site", values)
    return page.replace(_CONTENTS, _contents(page), 1)


def _contents(page: str) -> str:
    """Return links to the sections of a page, for the list of lessons."""
    found = ((place, title) for level, place, title in _PLACE.findall(page) if level == "2")
    items = "".join(f'<li><a href="#{place}">{escape(_text(title))}</a></li>' for place, title in found)
    return f"<ol>{items}</ol>" if items else ""


def _index() -> str:
    rows = "".join(
        f'<tr><td><a href="{row["file"]}.html">{row["lesson"]} {escape(row["title"])}</a></td>'
        f"<td>{escape(row['question'])}</td><td>{row['minutes']}</td></tr>"
        for row in _stored()
    )
    table = (
        "<table><thead><tr><th>Lesson</th><th>The question it answers</th><th>Minutes</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )
    return f"{_head(_TITLE, 'index')}<h1>{_TITLE}</h1><p>{_INTRODUCTION}</p>{table}{_foot()}"


def _glossary() -> str:
    terms = sorted(dataset.records("glossary"), key=lambda row: row["term"].casefold())
    items = "".join(
        f"<dt><strong>{escape(row['term'])}</strong></dt><dd>{prose.inline(row['definition'])} "
        f"<small>{prose.link(dataset.cite(row['source']))}</small></dd>"
        for row in terms
    )
    return f'{_head("Glossary", "glossary")}<h1 id="Glossary">Glossary</h1><dl>{items}</dl>{_foot()}'


def _head(title: str, current: str) -> str:
    links = [(row["file"], f"{row['lesson']} {row['title']}") for row in _stored()] + [("glossary", "Glossary")]
    items = "".join(
        f'<li><a href="{name}.html"{" aria-current=page" if name == current else ""}>{escape(text)}</a>'
        f"{_CONTENTS if name == current else ''}</li>"
        for name, text in links
    )
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="site.css"><script src="search.js" defer></script>'
        '<script src="site.js" defer></script></head><body><a class="skip" href="#content">To the content</a>'
        f'<header><a class="home" href="index.html">{_TITLE}</a><form role="search"><label>Search '
        '<input type="search"></label></form></header><div class="frame">'
        f'<nav class="lessons" aria-label="Lessons"><ol>{items}</ol></nav><main id="content">'
        '<div id="found" role="status" hidden></div>'
    )


def _foot() -> str:
    return (
        "</main></div><footer>Text and data: CC BY 4.0. Code: MIT. Every fact is looked up from the dataset and "
        "carries "
        "its source.</footer></body></html>\n"
    )


def _stored() -> list[dataset.Row]:
    """Return the rows of the lessons that have a notebook."""
    there = {path.stem for path in publish.lessons()}
    return [row for row in dataset.records("lessons") if row["file"] in there]


def _sections(name: str, page: str) -> Iterator[dict[str, str]]:
    """Yield what can be found on a page, a section for each heading: lesson, title, address and text."""
    content = page.partition('<main id="content">')[2].partition("</main>")[0]
    headings = list(_HEADING.finditer(content))
    lesson = _text(page.partition("<title>")[2].partition("</title>")[0])
    for number, heading in enumerate(headings):
        end = headings[number + 1].start() if number + 1 < len(headings) else len(content)
        anchor, title = heading.groups()
        text = _text(content[heading.end() : end])
        yield {"lesson": lesson, "title": _text(title), "page": f"{name}#{anchor}", "text": text}


def _text(html: str) -> str:
    return " ".join(unescape(_TAG.sub(" ", _HIDDEN.sub(" ", html))).split())
