"""The stack explorer: up to four systems side by side, taken apart with controls, clicks and keys."""

from __future__ import annotations

from dataclasses import replace

import ipywidgets

from course import stacks
from course.view import stack, stack_text
from course.view.stack_state import MOST_SYSTEMS, State, parse, split
from course.widgets.base import Controlled, Picture, row

_WIDE = {"description_width": "initial"}


def explore(view: str = "docker,qemu_kvm") -> Explorer:
    """Show stacks of up to four systems side by side and take them apart.

    `view` prepares it: systems first, then any of `workloads=`, `access=`, `picture=usual`, `build=`, `selected=` and
    `compromised=`, such as "docker,qemu_kvm; workloads=3; access=packet_to_published_port".
    Raises CourseError for what it cannot read, with the nearest match.
    """
    return Explorer(parse(view))


class Explorer(Controlled):
    """Controls above a picture of stacks. `view` is what it shows as a string, to read and to set."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._is_setting = False
        svg, detail, text = _content(state)
        picture = Picture(svg + detail, text, static=svg)
        self._make_controls()
        super().__init__(
            picture,
            row(*self._systems),
            row(self._workloads, self._access, self._picture_kind),
            row(self._down, self._up, self._place, self._compromise, self._clear),
        )
        self._set_controls()
        self._watch()

    @property
    def view(self) -> str:
        """What is shown, as the string that `explore` takes."""
        return str(self._state)

    @view.setter
    def view(self, view: str) -> None:
        self._show(parse(view))

    def choose(self, key: str) -> None:
        """Choose a layer by its key, `system/layer` or `system/layer/copy`, as a click on it does."""
        if self._compromise.value:
            self._show(_with_compromise(self._state, key))
        else:
            self._show(replace(self._state, selected="" if key == self._state.selected else key))

    def _make_controls(self) -> None:
        names = [(name, key) for key, name in stacks.platforms().items()]
        self._systems = [
            ipywidgets.Dropdown(
                options=names if number == 1 else [("(none)", ""), *names],
                description=f"System {number}",
                style=_WIDE,
                layout={"width": "268px"},
            )
            for number in range(1, MOST_SYSTEMS + 1)
        ]
        self._workloads = ipywidgets.IntSlider(min=1, max=stacks.MOST_WORKLOADS, description="Workloads", style=_WIDE)
        self._access = ipywidgets.Dropdown(
            options=[("(none)", ""), *((name, key) for key, name in stacks.accesses().items())],
            description="Follow",
            style=_WIDE,
        )
        self._picture_kind = ipywidgets.Dropdown(
            options=[("the true one", "true"), ("the usual one", "usual")], description="Picture", style=_WIDE
        )
        self._down = ipywidgets.Button(description="Take one off", icon="arrow-down")
        self._up = ipywidgets.Button(description="Build up", icon="arrow-up")
        self._place = ipywidgets.Label()
        self._compromise = ipywidgets.ToggleButton(
            description="Compromise", tooltip="While this is pressed, a click on a layer compromises it", icon="bolt"
        )
        self._clear = ipywidgets.Button(description="Clear choices", icon="eraser")

    def _watch(self) -> None:
        for control in (*self._systems, self._workloads, self._access, self._picture_kind):
            control.observe(self._read_controls, "value")
        self._down.on_click(lambda _: self._build(-1))
        self._up.on_click(lambda _: self._build(1))
        self._clear.on_click(lambda _: self._show(replace(self._state, selected="", compromised=())))
        self.picture.observe(lambda _: self.choose(self.picture.selected), "presses")

    def _read_controls(self, _: object) -> None:
        if self._is_setting:
            return
        systems = [control.value for control in self._systems if control.value]
        state = self._state.with_systems(*systems).with_workloads(self._workloads.value)
        self._show(replace(state, access=self._access.value, picture=self._picture_kind.value))

    def _build(self, by: int) -> None:
        steps = stack.build_steps(self._state)
        now = min(self._state.build or steps, steps)
        step = now % steps + 1 if by > 0 else max(1, now - 1)
        self._show(replace(self._state, build=0 if step == steps else step))

    def _show(self, state: State) -> None:
        before, self._state = self._state, state
        svg, detail, text = _content(state)
        self.picture.show(svg + detail, text, static=svg, announcement=_change(before, state))
        self._set_controls()

    def _set_controls(self) -> None:
        """Bring the controls in line with the state, without hearing them answer."""
        self._is_setting = True
        try:
            state = self._state
            missing = MOST_SYSTEMS - len(state.platforms)
            for place, platform in enumerate((*state.platforms, *[""] * missing)):
                self._systems[place].value = platform
                # One more than there are: whoever adds a second system is then offered a third.
                self._systems[place].layout.display = None if place <= len(state.platforms) else "none"
            self._workloads.value = state.workloads
            self._access.value = state.access
            self._picture_kind.value = state.picture
            steps = stack.build_steps(state)
            self._place.value = f"{min(state.build or steps, steps)} of {steps}"
        finally:
            self._is_setting = False


def _content(state: State) -> tuple[str, str, str]:
    """Return the picture, what is told about the selected layer below it, and both in words."""
    return stack.draw(state), stack_text.detail_html(state), stack_text.describe(state)


def _with_compromise(state: State, key: str) -> State:
    platform, _, _ = split(key)
    others = tuple(reference for reference in state.compromised if split(reference)[0] != platform)
    return replace(state, compromised=others if key in state.compromised else (*others, key))


def _change(before: State, after: State) -> str:
    """Return what a screen reader says about a change."""
    if after.selected and after.selected != before.selected:
        return stack_text.detail_text(after)
    remarks = " ".join(remark for one in after.stacks() for remark in stack_text.remarks(after, one))
    return f"{stack_text.summary(after)} {remarks}".strip()
