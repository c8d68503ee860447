"""A page walk as a picture and in words."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from course.simulate.paging_walk import page_walk
from course.view import paging_walk as view


@pytest.mark.parametrize("paging", ["nested", "shadow"])
@pytest.mark.parametrize("levels", [2, 4])
def test_each_step_is_a_named_drawing_with_as_many_cells_as_steps(levels, paging):
    walk = page_walk(1, levels, levels, paging)
    for shown in range(len(walk.reads) + 2):
        drawing = view.draw(walk, shown)
        root = ET.fromstring(drawing)
        assert root.attrib["role"] == "img"
        assert drawing.count('class="box"') == shown
        assert drawing == view.draw(walk, shown)
        assert len(drawing) < 15_000


def test_no_label_is_cut():
    assert "…" not in view.draw(page_walk(1, 4, 4), 25)


def test_the_count_is_not_given_away_before_the_end():
    walk = page_walk(1)
    assert "Memory references" not in view.text(walk, 8)
    assert view.text(walk, 9).endswith("Memory references before the data itself: 8.")


def test_each_read_is_said_in_words():
    walk = page_walk(1)
    said = view.text(walk, 9)
    assert all(view.line(read) in said for read in walk.reads)
    assert view.summary(walk, 3) == view.line(walk.reads[2])
    assert view.summary(walk, 0) == view.task(walk)
