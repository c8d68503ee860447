"""Prose: markup is marked up, everything else is escaped, citations are links."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.dataset import Citation
from course.view import prose

BOOK = Citation("book", "A. Author (2000), On <layers>", "doi:10.1/x&y")
RUN = Citation("run", "A run of the course", "data/recordings/run.json")


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self.seen.append(tag)

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain", "plain"),
        ("a `b < c` d", "a <code>b &lt; c</code> d"),
        ("**bold** and *slanted*", "<strong>bold</strong> and <em>slanted</em>"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("`*not* **this**`", "<code>*not* **this**</code>"),
        ("<script>", "&lt;script&gt;"),
    ],
)
def test_inline_markup(text: str, html: str) -> None:
    assert prose.inline(text) == html


@settings(deadline=None)
@given(st.text())
def test_nothing_but_our_markup_becomes_a_tag(text: str) -> None:
    assert set(Tags(prose.inline(text)).seen) <= {"code", "strong", "em"}


def test_citations_follow_the_paragraphs_as_links() -> None:
    html = prose.prose("One.\n\nTwo\nlines.", [BOOK, RUN])
    assert html.startswith("<p>One.</p><p>Two lines.</p>")
    assert '<a href="https://doi.org/10.1/x&amp;y">A. Author (2000), On &lt;layers&gt;</a>' in html
    assert "A run of the course (data/recordings/run.json)" in html
    assert prose.prose_text("One.\n\nTwo\nlines.", [RUN]).splitlines() == [
        "One.",
        "",
        "Two lines.",
        "Source: A run of the course, data/recordings/run.json.",
    ]


def test_prose_without_sources_names_none() -> None:
    assert prose.prose("One.", []) == "<p>One.</p>"
    assert prose.prose_text("One.", []) == "One."


def test_a_definition_names_other_names_relations_and_source() -> None:
    term = prose.Term("ACI", "The format of `rkt`.", "App Container Image", "OCI image", BOOK)
    assert (
        prose.definitions_text([term], cited=False)
        == "ACI (App Container Image): The format of `rkt`. See also: OCI image."
    )
    html = prose.definitions([term])
    assert "<li><strong>ACI</strong> (App Container Image): The format of <code>rkt</code>." in html
    assert "https://doi.org/10.1/x&amp;y" in html
    assert "doi.org" not in prose.definitions([term], cited=False)
