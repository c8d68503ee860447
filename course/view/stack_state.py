"""What a picture of stacks shows, as a value and as the short string that an instructor can write."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from course import stacks
from course.errors import CourseError, unknown

MOST_SYSTEMS = 4
PICTURES = ("true", "usual")


@dataclass(frozen=True)
class State:
    """What a picture of stacks shows.

    `platforms` are 1 to 4 systems, `workloads` 1 to 8 on each. `access` is followed down every stack, "" for none.
    `picture` is "true" or "usual". `build` shows only that many steps from the bottom, 0 shows all. `selected` is one
    layer, `compromised` at most one for each system; both are written `platform/layer`, or `platform/layer/copy`.
    """

    platforms: tuple[str, ...] = ("docker", "qemu_kvm")
    workloads: int = 3
    access: str = ""
    picture: str = "true"
    build: int = 0
    selected: str = ""
    compromised: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise CourseError for anything that cannot be shown."""
        if not 1 <= len(self.platforms) <= MOST_SYSTEMS:
            raise CourseError(f"{len(self.platforms)} systems cannot stand side by side; name 1 to {MOST_SYSTEMS}.")
        for platform in self.platforms:
            stacks.check_platform(platform)
        stacks.check_workloads(self.workloads)
        if self.access:
            stacks.check_access(self.access)
        if self.picture not in PICTURES:
            raise unknown("picture", self.picture, PICTURES)
        if self.build < 0:
            raise CourseError(f"build={self.build} is below 0; give a step from 1 up, or 0 for all.")
        for reference in (self.selected, *self.compromised):
            if reference:
                self._check(reference)

    def __str__(self) -> str:
        """Write it as a string that `parse` reads; what is as usual is left out."""
        parts = [",".join(self.platforms), f"workloads={self.workloads}"]
        parts += [f"access={self.access}"] if self.access else []
        parts += [f"picture={self.picture}"] if self.picture != "true" else []
        parts += [f"build={self.build}"] if self.build else []
        parts += [f"selected={self.selected}"] if self.selected else []
        parts += [f"compromised={','.join(self.compromised)}"] if self.compromised else []
        return "; ".join(parts)

    def stacks(self) -> tuple[stacks.Stack, ...]:
        """Return the stack of each system."""
        return tuple(stacks.stack(platform, self.workloads) for platform in self.platforms)

    def with_systems(self, *platforms: str) -> State:
        """Return the state for other systems, without what was chosen on a system that is no longer shown."""
        kept = tuple(reference for reference in self.compromised if reference.split("/")[0] in platforms)
        selected = self.selected if self.selected.split("/")[0] in platforms else ""
        return replace(self, platforms=tuple(dict.fromkeys(platforms)), compromised=kept, selected=selected)

    def with_workloads(self, workloads: int) -> State:
        """Return the state for another number of workloads, without what was chosen on a copy that is gone."""
        compromised = tuple(reference for reference in self.compromised if split(reference)[2] <= workloads)
        selected = self.selected if not self.selected or split(self.selected)[2] <= workloads else ""
        return replace(self, workloads=workloads, compromised=compromised, selected=selected)

    def _check(self, reference: str) -> None:
        platform, layer, copy = split(reference)
        if platform not in self.platforms:
            raise unknown("system in this picture", platform, self.platforms)
        stack = stacks.stack(platform, self.workloads)
        if copy > stack.copies(stack.layer(layer)):
            raise CourseError(
                f"There are not {copy} of {layer!r} here; {stack.name} carries {self.workloads} workloads."
            )


def parse(text: str) -> State:
    """Return the state that a string describes, such as `docker,qemu_kvm; workloads=3; access=direct_write`.

    The systems come first; the other parts are `key=value`. Raises CourseError for what it cannot read.
    """
    if not isinstance(text, str):
        raise CourseError(f"A view is written as text, not {text!r}; for example 'docker,qemu_kvm; workloads=3'.")
    first, *rest = [part.strip() for part in text.split(";")] or [""]
    if "=" in first or not first:
        raise CourseError(f"The view {text!r} names no system; start with one, such as 'docker; workloads=3'.")
    given: dict[str, str] = {}
    for part in rest:
        key, _, value = (piece.strip() for piece in part.partition("="))
        if part and key not in _SETTINGS:
            raise unknown("setting of a view", key, _SETTINGS)
        given[key] = value
    return State(
        platforms=_listed(first),
        workloads=_number("workloads", given.get("workloads", "3")),
        access=given.get("access", ""),
        picture=given.get("picture", "true"),
        build=_number("build", given.get("build", "0")),
        selected=given.get("selected", ""),
        compromised=_listed(given.get("compromised", "")),
    )


def split(reference: str) -> tuple[str, str, int]:
    """Return system, layer and copy (1 if it names none) of `platform/layer` or `platform/layer/copy`."""
    platform, _, rest = reference.partition("/")
    layer, _, copy = rest.partition("/")
    if not layer or (copy and not (copy.isdecimal() and int(copy) > 0)):
        raise CourseError(f"{reference!r} names no layer; write system/layer, such as 'docker/host_kernel'.")
    return platform, layer, int(copy or 1)


_SETTINGS = tuple(field.name for field in fields(State) if field.name != "platforms")


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _number(key: str, value: str) -> int:
    if not value.removeprefix("-").isdecimal():
        raise CourseError(f"{key}={value!r} is not a whole number; write for example {key}=3.")
    return int(value)
