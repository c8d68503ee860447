"""Every diagram that goes step by step: complete, well formed, and nothing drawn across something else."""

import importlib
import pkgutil
import xml.etree.ElementTree as ET

import pytest

from course.errors import CourseError
from course.view import figures, theme
from course.view.figures import diagram as diagrams

NAMES = [
    module.name
    for module in pkgutil.iter_modules(figures.__path__)
    if hasattr(importlib.import_module(f"course.view.figures.{module.name}"), "DIAGRAM")
]


def load(name):
    return importlib.import_module(f"course.view.figures.{name}").DIAGRAM


def test_there_are_diagrams():
    assert len(NAMES) >= 11


@pytest.mark.parametrize("name", NAMES)
def test_each_step_is_a_named_and_described_drawing(name):
    one = load(name)
    for step in range(1, len(one.steps) + 1):
        drawing = diagrams.draw(one, step)
        root = ET.fromstring(drawing)
        assert root.attrib["role"] == "img"
        assert drawing == diagrams.draw(one, step)
        assert one.steps[step - 1].text in diagrams.describe(one, step)
        assert len(drawing) < 15_000


@pytest.mark.parametrize("name", NAMES)
def test_steps_speak_only_of_what_is_drawn_and_show_something(name):
    one = load(name)
    keys = [part.key for part in (*one.boxes, *one.regions, *one.arrows)]
    assert len(keys) == len(set(keys))
    for step in one.steps:
        assert step.active or step.details
        assert set(step.active) <= set(keys)
        assert set(step.details) <= {box.key for box in one.boxes}


@pytest.mark.parametrize("name", NAMES)
def test_every_arrow_takes_part_in_a_step_or_is_structure(name):
    one = load(name)
    used = {key for step in one.steps for key in step.active}
    assert used & {arrow.key for arrow in one.arrows} or not one.arrows


@pytest.mark.parametrize("name", NAMES)
def test_boxes_lie_inside_and_do_not_overlap(name):
    one = load(name)
    for box in one.boxes:
        assert box.x >= 0 and box.x + box.width <= one.width and box.y >= 0 and box.y + box.height <= one.height
        assert box.kind in theme.KINDS
    for index, first in enumerate(one.boxes):
        for second in one.boxes[index + 1 :]:
            apart = (
                first.x + first.width <= second.x
                or second.x + second.width <= first.x
                or first.y + first.height <= second.y
                or second.y + second.height <= first.y
            )
            assert apart, (first.key, second.key)


@pytest.mark.parametrize("name", NAMES)
def test_no_label_or_detail_is_cut(name):
    one = load(name)
    details = {box.key: [box.detail] for box in one.boxes}
    for step in one.steps:
        for key, text in step.details.items():
            details[key].append(text)
    for box in one.boxes:
        for detail in details[box.key]:
            single = diagrams.Diagram(
                "t", one.width, one.height, (box,), (), (diagrams.Step("t", "t", (), {box.key: detail}),)
            )
            drawn = diagrams.draw(single, 1)
            assert "…" not in drawn, (box.key, detail)
    for region in one.regions:
        assert "…" not in theme.fit(region.label, region.width - 20, size=diagrams.DETAIL_SIZE, bold=True)[0][0]


@pytest.mark.parametrize("name", NAMES)
def test_no_arrow_runs_through_a_box_that_it_does_not_join(name):
    one = load(name)
    for arrow in one.arrows:
        tail, tip = diagrams._ends(one, arrow)
        for box in one.boxes:
            if box.key in (arrow.start, arrow.end):
                continue
            for part in range(101):
                x = tail[0] + (tip[0] - tail[0]) * part / 100
                y = tail[1] + (tip[1] - tail[1]) * part / 100
                inside = box.x < x < box.x + box.width and box.y < y < box.y + box.height
                assert not inside, (arrow.key, box.key)


def test_a_step_that_does_not_exist_is_refused_in_one_sentence():
    with pytest.raises(CourseError, match="has the steps 1 to"):
        diagrams.draw(load("vm_exit"), 99)
