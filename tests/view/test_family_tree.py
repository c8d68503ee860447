"""The family tree: every system and relation in drawing, text and table."""

import re

from course.dataset import Citation
from course.history import RELATIONS, Descent, Family, Member
from course.view import family_tree as view

CITATION = Citation("a", "A source", "https://example.org")
RELATION = next(iter(RELATIONS))
FAMILY = Family(
    (
        Member("a", "Old <one>", "container_engine", "2008", 0),
        Member("b", "Young", "container_engine", "2013", 1),
        Member("c", "Youngest", "container_engine", "2020", 2),
    ),
    (
        Descent("a", "b", RELATION, "By the same people.", verified=True, citation=CITATION),
        Descent("b", "c", RELATION, "", verified=False, citation=CITATION),
    ),
)


def test_the_same_family_is_always_the_same_drawing() -> None:
    assert view.draw(FAMILY, "b") == view.draw(FAMILY, "b")


def test_every_system_is_an_item_that_a_screen_reader_can_name() -> None:
    items = dict(re.findall(r'data-key="(\w+)" role="button" aria-label="([^"]+)"', view.draw(FAMILY)))
    assert set(items) == {"a", "b", "c"}
    assert items["a"].startswith("Old &lt;one&gt;")


def test_text_and_table_hold_every_relation_and_mark_the_unverified() -> None:
    text, table = view.describe(FAMILY), view.listing(FAMILY)
    assert f"Young {RELATIONS[RELATION]} Old <one>. By the same people." in text
    assert f"Youngest {RELATIONS[RELATION]} Young. (unverified)" in text
    assert "Old &lt;one&gt;" in table
    assert "<em>(unverified)</em>" in table
    assert "<style" not in table


def test_the_detail_of_a_system_names_its_relations_only() -> None:
    assert "Youngest" not in view.detail(FAMILY, "a")
    assert "https://example.org" in view.detail(FAMILY, "a")


def test_a_family_without_members_is_still_a_drawing() -> None:
    assert view.draw(Family((), ())).startswith("<svg")


def test_a_relation_back_to_an_older_system_is_drawn_backwards() -> None:
    back = Descent("c", "a", "uses", "", verified=True, citation=CITATION)
    drawn = view.draw(Family(FAMILY.members, (*FAMILY.descents, back)))
    start, end = re.findall(r'class="edge uses"[^>]* d="M([\d.]+) [^"]* ([\d.]+) [\d.]+"/>', drawn)[-1]
    assert float(start) > float(end)
