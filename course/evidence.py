"""What the article claims, what is true, and the rows that the verdict rests on. Introduced in lesson 10."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from course import dataset
from course.errors import unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

VERDICTS: Final = ("right", "too simple", "outdated", "wrong")


@dataclass(frozen=True)
class Exhibit:
    """One row that a verdict rests on: what it says, what that shows, and where it can be read."""

    table: str
    row: str
    says: str
    shows: str
    verified: bool
    citation: dataset.Citation


@dataclass(frozen=True)
class Claim:
    """One claim of the article: where it stands, its verdict, what is true, and the evidence."""

    key: str
    place: str
    quote: str
    verdict: str
    correction: str
    lesson: str
    lesson_title: str
    verified: bool
    citation: dataset.Citation
    exhibits: tuple[Exhibit, ...]


def claims(verdicts: Sequence[str] = ()) -> tuple[Claim, ...]:
    """Return the article's claims, in its own numbering, all or those with the given verdicts.

    Raises CourseError for a verdict that does not exist.
    """
    for verdict in verdicts:
        if verdict not in VERDICTS:
            raise unknown("verdict", verdict, VERDICTS)
    exhibits: dict[str, list[Exhibit]] = {}
    for row in dataset.records("claim_evidence"):
        exhibits.setdefault(row["claim"], []).append(_exhibit(row))
    titles = {row["lesson"]: row["title"] for row in dataset.records("lessons")}
    found = [_claim(row, titles, exhibits.get(row["claim"], ())) for row in dataset.records("claims")]
    return tuple(claim for claim in found if not verdicts or claim.verdict in verdicts)


def _claim(row: dataset.Row, titles: dict[str, str], exhibits: Sequence[Exhibit]) -> Claim:
    return Claim(
        key=row["claim"],
        place=row["place"],
        quote=row["quote"],
        verdict=row["verdict"],
        correction=row["correction"],
        lesson=row["lesson"],
        lesson_title=titles[row["lesson"]],
        verified=row["verified_how"] != "unverified",
        citation=dataset.cite(row["source"]),
        exhibits=tuple(exhibits),
    )


def _exhibit(row: dataset.Row) -> Exhibit:
    found = dataset.default().row(row["table"], row["row"])
    return Exhibit(
        table=row["table"],
        row=row["row"],
        says=_SAYINGS[row["table"]](found),
        shows=row["shows"],
        verified=found.get("verified_how", "opened") != "unverified",
        citation=dataset.cite(found["source"]),
    )


def _measurement(row: dataset.Row) -> str:
    metric = dataset.fact("metrics", row["metric"], "name")
    quantity = dataset.format_quantity(row["value"], row["unit"], row["qualifier"], row["value_to"])
    workload = f", {row['workload']}" if row["workload"] else ""
    year = dataset.fact("setups", row["setup"], "year")
    return f"{row['system']}: {metric}{workload}: {quantity} ({row['study']}, measured {year})"


def _escape(row: dataset.Row) -> str:
    name = f"{row['cve']} ({row['nickname']})" if row["nickname"] else row["cve"]
    return f"{name}, {row['component']}: {row['what_happened']}"


def _property(row: dataset.Row) -> str:
    condition = f" ({row['condition']})" if row["condition"] else ""
    name = dataset.fact("properties", row["property"], "name")
    return f"{dataset.fact('platforms', row['platform'], 'name')}, {name}: {row['value']}{condition}"


_SAYINGS: Final[dict[str, Callable[[dataset.Row], str]]] = {
    "platforms": lambda row: f"{row['name']}: {row['definition']}",
    "layers": lambda row: f"{row['platform']}, {row['name']}: {row['detail']}",
    "paths": lambda row: f"{row['platform']}, {row['access']}, step {row['step']}: {row['layer']}",
    "platform_properties": _property,
    "measurements": _measurement,
    "escapes": _escape,
    "timeline": lambda row: f"{row['date']}: {row['title']}",
    "glossary": lambda row: f"{row['term']}: {row['definition']}",
    "sources": lambda row: str(row["title"]),
}
