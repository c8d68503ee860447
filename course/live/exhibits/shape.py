"""What an exhibit is and what comes out of it: plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from course.live.exhibits.stage import Stage

Kind = Literal["live", "reproduced", "taken_home"]
Level = Literal["L0", "L1", "L2"]


@dataclass(frozen=True)
class Observation:
    """One thing seen: where (L0, L1, L2), what was run, what came out, and what it says.

    `values` are counts and names taken from the output, for the reading and for later use; never seconds.
    """

    title: str
    level: Level
    command: str
    output: str
    reading: str
    exit_status: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """All that an exhibit showed, in order, and under what it ran."""

    name: str
    observations: tuple[Observation, ...]
    accelerator: str
    image_digest: str
    versions: Mapping[str, str]

    def value(self, name: str) -> Any:
        """Return a value that some observation took, the last one of that name; raises KeyError if none did."""
        for observation in reversed(self.observations):
            if name in observation.values:
                return observation.values[name]
        raise KeyError(name)


@dataclass(frozen=True)
class Provenance:
    """Of a reproduction: what is the original's, what is ours, and what of the original is lost."""

    original: str
    ours: str
    lost: str

    def __str__(self) -> str:
        """Return all three as sentences."""
        return f"A reproduction. Of the original: {self.original} Ours: {self.ours} Lost: {self.lost}"


@dataclass(frozen=True)
class Exhibit:
    """One system or idea, shown by running it.

    `platform` is a key of the platforms table, or empty for a demonstration. `image` is the set that it needs.
    `machine` are further arguments of the machine. `question` is answered before it runs, `reading` afterwards.
    `provenance` is there for what is reproduced.
    """

    name: str
    title: str
    shows: str
    question: str
    reading: str
    run: Callable[[Stage], None]
    platform: str = ""
    kind: Kind = "live"
    image: str = "base"
    machine: Mapping[str, Any] = field(default_factory=dict)
    provenance: Provenance | None = None

    @property
    def closing(self) -> str:
        """What is said after it ran: how to read it and, of a reproduction, what is not the original's."""
        return f"{self.reading} {self.provenance}" if self.provenance else self.reading
