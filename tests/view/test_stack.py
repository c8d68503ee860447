"""Stacks as drawn and in words, for any system and any number of workloads."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course import stacks
from course.errors import CourseError
from course.view import shown, stack, stack_layout, stack_text, theme
from course.view.stack import State, parse

SVG = "{http://www.w3.org/2000/svg}"
PLATFORMS = sorted(stacks.platforms())
states = st.builds(
    State,
    platforms=st.lists(st.sampled_from(PLATFORMS), min_size=1, max_size=4, unique=True).map(tuple),
    workloads=st.integers(1, 8),
    access=st.sampled_from(["", *stacks.accesses()]),
    picture=st.sampled_from(["true", "usual"]),
    build=st.integers(0, 12),
)
any_state = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def boxes(state: State) -> list[stack_layout.Box]:
    return [box for column in stack_layout.layout(state).columns for box in (*column.boxes, *column.beside)]


@any_state
@given(states)
def test_a_drawing_is_well_formed_named_and_described(state: State) -> None:
    root = ET.fromstring(stack.draw(state))
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == stack_text.title(state)
    assert root.findtext(f"{SVG}desc")


@any_state
@given(states)
def test_boxes_do_not_overlap_and_stay_inside(state: State) -> None:
    plan = stack_layout.layout(state)
    for one, other in combinations(boxes(state), 2):
        apart = (
            one.x + one.width <= other.x + 0.01
            or other.x + other.width <= one.x + 0.01
            or one.y + one.height <= other.y + 0.01
            or other.y + other.height <= one.y + 0.01
        )
        assert apart, (one, other)
    for box in boxes(state):
        assert box.x >= 0
        assert box.x + box.width <= plan.width
        assert box.y >= 0
        assert box.y + box.height <= plan.height + 0.01


@any_state
@given(states)
def test_every_layer_that_is_drawn_is_reachable_and_named(state: State) -> None:
    root = ET.fromstring(stack.draw(state))
    items = {node.get("data-key"): node for node in root.iter(f"{SVG}g") if node.get("data-key")}
    assert len(items) == len(boxes(state))
    for node in items.values():
        assert node.get("tabindex") == "0"
        assert node.get("role") == "button"
        assert node.get("aria-label")


@any_state
@given(states)
def test_labels_fit_their_boxes_in_any_font(state: State) -> None:
    for node in ET.fromstring(stack.draw(state)).iter(f"{SVG}g"):
        if not node.get("data-key"):
            continue
        width = _width(node)
        for text in node.iter(f"{SVG}text"):
            bold = text.get("class") == "name"
            size = float((re.findall(r"font-size:([\d.]+)px", text.get("style") or "") or [13 if bold else 12])[0])
            assert size >= theme.SMALLEST
            assert theme.text_width(text.text or "", size, bold=bold) <= width + 0.2, (text.text, width)


def _width(node: ET.Element) -> float:
    """Return how wide an item is: its frame if it stands beside, else all parts of its shape."""
    frame = node.find(f"{SVG}rect[@class='edge']")
    if frame is not None:
        return float(frame.get("width") or 0)
    shape = node.find(f"{SVG}path[@class='box']")
    assert shape is not None
    starts = re.findall(r"M([\d.]+) [\d.]+h([\d.]+)", shape.get("d") or "")
    return max(float(x) + float(w) for x, w in starts) - min(float(x) for x, _ in starts)


@any_state
@given(states)
def test_the_same_state_gives_the_same_bytes_and_its_string_reads_back(state: State) -> None:
    assert stack.draw(state) == stack.draw(replace(state))
    assert parse(str(state)) == state


@any_state
@given(states)
def test_the_text_names_every_layer_that_is_drawn(state: State) -> None:
    text = stack_text.describe(state)
    for box in boxes(state):
        assert box.layer.name in text


@any_state
@given(states)
def test_steps_of_an_access_are_marked_apart_from_each_other(state: State) -> None:
    for column in stack_layout.layout(state).columns:
        for one, other in combinations(column.marks, 2):
            assert abs(one.x - other.x) >= 16 or abs(one.y - other.y) >= 16


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_access_that_is_recorded_is_drawn_step_by_step(platform: str) -> None:
    for path in stacks.stack(platform, 2).paths:
        state = State((platform,), 2, path.access)
        (column,) = stack_layout.layout(state).columns
        assert [mark.number for mark in column.marks] == [step.number for step in path.steps]
        assert f"{len(path.steps)} step" in stack_text.describe(state)


def test_equal_kinds_stand_at_equal_heights() -> None:
    plan = stack_layout.layout(parse("docker,qemu_kvm"))
    heights = [{box.layer.key: box.y for box in column.boxes} for column in plan.columns]
    for key in ("hardware", "host_kernel", "libraries", "application"):
        assert heights[0][key] == heights[1][key]


def test_what_is_shared_is_wide_and_what_is_repeated_is_narrow() -> None:
    (column,) = stack_layout.layout(parse("docker; workloads=3")).columns
    widths = {box.layer.key: box.width for box in column.boxes}
    assert widths["host_kernel"] == column.main_width
    assert widths["application"] < column.main_width / 3


def test_four_systems_stand_side_by_side_at_one_scale() -> None:
    columns = stack_layout.layout(parse("process,qemu_kvm,docker,container_in_vm; workloads=2")).columns
    assert len({column.y for column in columns}) == 1
    assert len({column.main_width for column in columns}) == 1


def test_the_usual_picture_puts_the_engine_in_the_path_and_says_that_it_is_not_there() -> None:
    usual, true = parse("docker; picture=usual"), parse("docker")
    assert "dockerd" in {box.layer.key for box in stack_layout.layout(usual).columns[0].boxes}
    assert "dockerd" not in {box.layer.key for box in stack_layout.layout(true).columns[0].boxes}
    assert "It is not" in stack_text.describe(usual)
    assert 'class="rule"' not in stack.draw(usual)


def test_building_up_ends_with_the_whole_picture() -> None:
    state = parse("docker,qemu_kvm")
    steps = stack.build_steps(state)
    counts = [len(boxes(replace(state, build=step))) for step in range(1, steps + 1)]
    assert counts == sorted(counts)
    assert counts[0] == 2
    assert counts[-1] == len(boxes(state))


def test_a_compromise_marks_what_falls_with_a_pattern_a_sign_and_words() -> None:
    state = parse("qemu_kvm; workloads=3; compromised=qemu_kvm/guest_kernel/2")
    drawing, text = stack.draw(state), stack_text.describe(state)
    assert drawing.count('class="doomed"') == 3
    assert drawing.count(". Compromised") == 1
    assert drawing.count(". Falls") == 2
    assert "of workload 2 fall. The other 2 workloads hold." in text


def test_only_one_copy_is_taken_though_all_fall() -> None:
    drawing = stack.draw(parse("vmware_esxi; workloads=3; compromised=vmware_esxi/vmm/2"))
    assert drawing.count(". Compromised") == 1
    assert drawing.count('class="doomed"') == 16


def test_a_selected_layer_is_framed_and_told_about() -> None:
    state = parse("docker; selected=docker/host_kernel")
    assert 'class="chosen"' in stack.draw(state)
    html = stack_text.detail_html(state)
    for word in ("What it is", "Who supplies it", "Who shares it", "Source", "https://"):
        assert word in html
    assert "What it is" in stack_text.describe(state)
    assert stack_text.detail_html(parse("docker")) == ""


def test_layers_beside_the_path_say_when_an_access_passes_them() -> None:
    assert "Yet it is passed by: A packet to a published port" in stack_text.detail_text(
        parse("docker; selected=docker/docker_proxy")
    )


def test_a_picture_of_one_or_two_systems_is_small_enough_for_a_notebook() -> None:
    for view, most in (("docker", 20_000), ("docker,qemu_kvm", 26_000)):
        assert len(shown.picture(stack.draw(parse(view)), "")) <= most


@pytest.mark.parametrize(
    ("view", "says"),
    [
        ("", "names no system"),
        ("workloads=3", "names no system"),
        ("dokcer", "did you mean 'docker'"),
        ("docker; worklods=3", "did you mean 'workloads'"),
        ("docker; workloads=0", "from 1 to 8"),
        ("docker; workloads=9", "from 1 to 8"),
        ("docker; workloads=many", "not a whole number"),
        ("docker; access=stdot", "did you mean 'stdout'"),
        ("docker; picture=usal", "did you mean 'usual'"),
        ("docker; build=-1", "below 0"),
        ("docker; selected=docker", "names no layer"),
        ("docker; selected=docker/hardwar", "did you mean 'hardware'"),
        ("docker; selected=docker/hardware/2", "There are not 2"),
        ("docker; compromised=xen/xen", "system in this picture"),
        ("docker,xen,kvm,qemu,lxc", "1 to 4"),
        (3, "written as text"),
    ],
)
def test_a_view_that_cannot_be_read_is_answered_in_one_sentence(view: str, says: str) -> None:
    with pytest.raises(CourseError, match=re.escape(says)):
        parse(view)
