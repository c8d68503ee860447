"""The stack explorer: controls, clicks and keys change what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets
import pytest

import course
from course.view import stack

if TYPE_CHECKING:
    from course.widgets.explorer import Explorer


def press(widget: Explorer, key: str) -> None:
    """Do what the browser does when a layer is clicked or chosen by Enter."""
    widget.picture.selected = key
    widget.picture.presses += 1


def control(widget: Explorer, description: str) -> ipywidgets.Widget:
    for line in widget.children[:-1]:
        for child in line.children:
            if getattr(child, "description", "") == description:
                return child
    raise AssertionError(description)


def test_it_shows_a_prepared_view_and_carries_it_as_picture_and_text() -> None:
    widget = course.explore("docker,qemu_kvm; workloads=2; access=direct_write")
    assert widget.view == "docker,qemu_kvm; workloads=2; access=direct_write"
    assert widget.picture.content == stack.draw(stack.parse(widget.view))
    data = widget._repr_mimebundle_()
    assert data["text/html"].startswith("<img alt=")
    assert "A direct write (O_DIRECT): 8 steps" in data["text/plain"]


def test_every_control_has_a_name_for_a_screen_reader() -> None:
    widget = course.explore("docker")
    for line in widget.children[:-1]:
        for child in line.children:
            assert isinstance(child, ipywidgets.Label) or child.description


def test_controls_change_the_view() -> None:
    widget = course.explore("docker")
    control(widget, "Workloads").value = 5
    control(widget, "Follow").value = "stdout"
    control(widget, "Picture").value = "usual"
    control(widget, "System 2").value = "xen"
    assert widget.view == "docker,xen; workloads=5; access=stdout; picture=usual"
    assert "the usual picture" in widget.picture.content


def test_setting_the_view_sets_the_controls() -> None:
    widget = course.explore("docker")
    widget.view = "xen,kvm; workloads=8; access=stdout"
    assert control(widget, "System 1").value == "xen"
    assert control(widget, "System 3").value == ""
    assert control(widget, "Workloads").value == 8
    assert widget.view == "xen,kvm; workloads=8; access=stdout"


def test_a_click_tells_about_a_layer_and_a_second_one_closes_it() -> None:
    widget = course.explore("docker")
    press(widget, "docker/host_kernel")
    assert "Who supplies it" in widget.picture.content
    assert widget.picture.announcement.startswith("Linux kernel")
    assert widget.picture.still.html.endswith('">')
    press(widget, "docker/host_kernel")
    assert "Who supplies it" not in widget.picture.content


def test_with_compromise_pressed_a_click_takes_a_layer_and_a_second_one_gives_it_back() -> None:
    widget = course.explore("docker; workloads=2")
    control(widget, "Compromise").value = True
    press(widget, "docker/application/2")
    assert widget.view.endswith("compromised=docker/application/2")
    assert "The other workload holds." in widget.picture.announcement
    press(widget, "docker/application/2")
    assert "compromised" not in widget.view


def test_fewer_workloads_or_other_systems_forget_what_was_chosen_there() -> None:
    widget = course.explore("docker; workloads=3; selected=docker/application/3; compromised=docker/application/3")
    control(widget, "Workloads").value = 2
    assert widget.view == "docker; workloads=2"
    widget.view = "docker; selected=docker/hardware"
    control(widget, "System 1").value = "xen"
    assert widget.view == "xen; workloads=3"


def test_it_builds_up_from_the_hardware_to_the_whole() -> None:
    widget = course.explore("docker")
    steps = stack.build_steps(stack.parse("docker"))
    seen = []
    for _ in range(steps):
        control(widget, "Build up").click()
        seen.append(widget.view)
    assert seen[0] == "docker; workloads=3; build=1"
    assert seen[-1] == "docker; workloads=3"
    control(widget, "Take one off").click()
    assert widget.view == f"docker; workloads=3; build={steps - 1}"


def test_clearing_forgets_what_was_chosen() -> None:
    widget = course.explore("docker; selected=docker/hardware; compromised=docker/hardware")
    control(widget, "Clear choices").click()
    assert widget.view == "docker; workloads=3"


def test_the_same_view_is_the_same_text_and_picture() -> None:
    first, second = (course.explore("docker,xen")._repr_mimebundle_() for _ in range(2))
    assert first["text/plain"] == second["text/plain"]
    assert first["text/html"] == second["text/html"]


def test_a_view_that_cannot_be_read_is_refused_and_nothing_is_lost() -> None:
    widget = course.explore("docker")
    with pytest.raises(course.CourseError, match="did you mean 'docker'"):
        widget.view = "dokcer"
    assert widget.view == "docker; workloads=3"
