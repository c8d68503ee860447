"""The frame of every lesson: header, wrap-up, course map, prose with looked-up numbers, glossary, sources."""

from __future__ import annotations

from typing import Any

from course import dataset, progress
from course.errors import CourseError, unknown
from course.view import lesson_frame as view
from course.view import prose
from course.view.shown import Shown
from course.widgets.base import Picture

_PRIMARY = frozenset(
    {"paper", "book", "standard", "specification", "documentation", "man_page", "repository", "dataset", "advisory"}
)


def lesson(number: str) -> Shown:
    """Show the header of a lesson, "01": question, minutes, what to do first, objectives, links to its neighbors."""
    found = _lesson(number)
    return Shown(view.header_text(found), view.header(found))


def wrapup(number: str) -> Shown:
    """Show the end of a lesson, "01": objectives as statements, key terms, primary sources, where next."""
    found = _lesson(number)
    terms = tuple(_term(row) for row in dataset.records("glossary") if row["lesson"] == number)
    behind_terms = {term.citation.key for term in terms}
    closing = view.Closing(found, terms, _citations((_source_keys(number) & _primary_keys()) | behind_terms))
    return Shown(view.wrapup_text(closing), view.wrapup(closing))


def course_map() -> CourseMap:
    """Show all lessons with links; the live view adds your own progress, which is never stored in a notebook."""
    return CourseMap(progress.own())


def say(template: str) -> Shown:
    """Show a paragraph whose numbers are looked up, with the sources they rest on.

    `{measurements:M082}` becomes a quantity with its unit, `{platforms:docker:name}` a cell of the dataset; `code`,
    **bold** and *emphasis* are marked up, and an empty line starts a paragraph. Raises CourseError for a look-up that
    finds nothing.
    """
    filled = dataset.fill(template)
    citations = [dataset.cite(key) for key in filled.sources]
    return Shown(prose.prose_text(filled.text, citations), prose.prose(filled.text, citations))


def glossary(*terms: str) -> Shown:
    """Show terms of the glossary, by name or by another name of theirs; all of them, in order, without arguments.

    Raises CourseError with the nearest match for a term that is not in it.
    """
    rows = dataset.records("glossary")
    found = [_term(row) for row in (map(_glossary_row, terms) if terms else rows)]
    return Shown(prose.definitions_text(found), prose.definitions(found))


def sources(number: str) -> Shown:
    """Show every source that a lesson's terms, claims, misconceptions and concepts rest on."""
    _lesson(number)
    citations = _citations(_source_keys(number))
    return Shown(prose.source_list_text(citations), prose.source_list(citations))


class CourseMap(Picture):
    """The map of the course: text and static picture are the same for every reader, the live view shows progress."""

    def __init__(self, kept: progress.Progress) -> None:
        """Read the reader's progress once; `refresh` reads it again."""
        self._kept = kept
        self._lessons = tuple(_lesson(row["lesson"]) for row in dataset.records("lessons"))
        super().__init__(self._live(), view.course_map_text(self._lessons), static=view.course_map(self._lessons))

    def refresh(self) -> None:
        """Show the answers that were given since."""
        self.show(self._live(), self.text, static=self._static, announcement="Progress is up to date.")

    def _live(self) -> str:
        answers = self._kept.answers()
        before, after = progress.gain(answers)
        record = view.Record(progress.scores(answers, by="lesson"), before, after, self._kept.notice)
        return view.course_map_live(self._lessons, record)


def _lesson(number: str) -> view.Lesson:
    """Return a lesson with its objectives and its neighbors."""
    rows = {row["lesson"]: row for row in dataset.records("lessons")}
    if not isinstance(number, str):
        raise CourseError(f"A lesson is named by its two digits as text, such as '01', not {number!r}.")
    if number not in rows:
        raise unknown("lesson", number, rows)
    order = list(rows)
    place = order.index(number)
    row = rows[number]
    return view.Lesson(
        **_plain(row),
        objectives=tuple(each["text"] for each in dataset.records("objectives") if each["lesson"] == number),
        prerequisites=tuple(view.Lesson(**_plain(rows[key])) for key in _listed(row["prerequisite"])),
        previous=view.Lesson(**_plain(rows[order[place - 1]])) if place > 0 else None,
        next=view.Lesson(**_plain(rows[order[place + 1]])) if place + 1 < len(order) else None,
    )


def _plain(row: dataset.Row) -> dict[str, Any]:
    fields = ("file", "title", "question", "minutes")
    return {"number": row["lesson"], "live": row["live"] or "", **{field: row[field] for field in fields}}


def _listed(cell: str | None) -> list[str]:
    return [part.strip() for part in (cell or "").split(",") if part.strip()]


def _term(row: dataset.Row) -> prose.Term:
    return prose.Term(row["term"], row["definition"], row["also"] or "", row["see"] or "", dataset.cite(row["source"]))


def _glossary_row(name: str) -> dataset.Row:
    """Return the row of a term under any of its names, upper or lower case."""
    names: dict[str, dataset.Row] = {}
    for row in dataset.records("glossary"):
        for other in (row["term"], *(row["also"] or "").split(";")):
            names.setdefault(other.strip().casefold(), row)
    if str(name).casefold() not in names:
        raise unknown("term in the glossary", name, sorted(row["term"] for row in dataset.records("glossary")))
    return names[str(name).casefold()]


def _source_keys(number: str) -> frozenset[str]:
    concepts = {row["concept"] for row in dataset.records("concept_lessons") if row["lesson"] == number}
    keys = {row["source"] for row in dataset.records("concepts") if row["concept"] in concepts}
    for name in ("claims", "misconceptions", "glossary"):
        keys |= {row["source"] for row in dataset.records(name) if row["lesson"] == number}
    return frozenset(keys)


def _primary_keys() -> frozenset[str]:
    return frozenset(row["source"] for row in dataset.records("sources") if row["kind"] in _PRIMARY)


def _citations(keys: frozenset[str]) -> tuple[dataset.Citation, ...]:
    return tuple(sorted(map(dataset.cite, keys), key=lambda citation: citation.text.casefold()))
