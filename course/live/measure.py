"""Measured values that know under what they were taken, and refuse to meet where that would mean nothing (lesson 07).

Seconds under emulation belong to one machine and one boot; counts and instructions carry over. So each series carries
its level, accelerator, clock, boot and warmth, and what may be said of two series is decided here, not by the reader.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from statistics import median
from typing import TYPE_CHECKING, Any, Final, Literal

from course.errors import CourseError, unknown
from course.live import folders, recordings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from course.live.recordings import Recording

__all__ = [
    "APART", "KINDS", "SUITES", "Comparison", "Effect", "Range", "Series", "Setting", "accepted", "compare",
    "emulation", "frame", "join", "measured", "own_folder", "panels", "series_of",
]  # fmt: skip

Warmth = Literal["cold", "warm"]
Order = Literal["more", "less", "too close"]

APART: Final = 3.0
"""Ranges this far apart, in times, have an order; nearer ones have none."""
PATIENT: Final = 1.5
"""A round whose wall time for its processor time is above this many times the usual is rejected."""
ENOUGH: Final = 15
"""How many repeats a series of cheap work should have."""

# Unit -> what it measures. Only time is read off a clock that an emulator bends.
KINDS: Final = {"ns": "time", "instructions": "instructions", "bytes": "size", "processes": "count", "calls": "count"}
_CLOCKS: Final = {"time": ("L0", "L1"), "instructions": ("icount",), "size": ("none",), "count": ("none",)}
_ACCELERATORS: Final = ("none", "tcg", "kvm")
_LEVELS: Final = ("L0", "L1")

SUITES: Final = {
    "work": "kinds of work, natively and in the guest",
    "startup": "from a command to its first line: process, containers, machines",
    "system_call": "one system call, with and without something in front of it",
    "instructions": "the same work, counted in instructions",
    "counts": "processes and system calls that a start takes",
    "memory": "what stays in memory for one that sleeps",
    "size": "what lies on disk",
}
"""What can be measured, by name; `python -m course measure` lists them."""


@dataclass(frozen=True)
class Setting:
    """Under what values were taken: two series meet only where these agree.

    `level` is the machine whose kernel did the work, L0 or L1. `accelerator` is none natively, else tcg or kvm.
    `clock` says by whose clock it was timed: L0, L1, icount for instructions, none for what is counted. `boot` names
    one boot or restore. `warmth` is cold for the first time after it, else warm.
    """

    level: str
    accelerator: str
    clock: str
    boot: str
    warmth: Warmth = "warm"
    vcpus: int = 1
    image: str = ""


@dataclass(frozen=True)
class Series:
    """Repeats of one thing: `what` was done, by which `subject`, in which `unit`; `ends` says where a time ends.

    Raises CourseError for a unit that nothing is measured in, a clock that does not go with it, and no samples.
    """

    what: str
    subject: str
    unit: str
    setting: Setting
    samples: tuple[float, ...]
    rejected: int = 0
    ends: str = ""

    def __post_init__(self) -> None:
        if self.unit not in KINDS:
            raise unknown("unit of a measured value", self.unit, KINDS)
        for name, given, known in (
            ("clock", self.setting.clock, _CLOCKS[self.kind]),
            ("accelerator", self.setting.accelerator, _ACCELERATORS),
            ("level", self.setting.level, _LEVELS),
        ):
            if given not in known:
                raise unknown(f"{name} for {self.kind}", given, known)
        if not self.samples:
            raise CourseError(f"{self.what} of {self.subject} has no repeats. Measure it at least once.")

    @property
    def kind(self) -> str:
        """What the unit measures: time, instructions, size or count."""
        return KINDS[self.unit]

    @property
    def carries_over(self) -> bool:
        """Whether the number means something on another machine: counts, sizes and instructions do, time does not."""
        return self.kind != "time"

    @property
    def middle(self) -> float:
        """The median of the repeats."""
        return median(self.samples)

    @property
    def low(self) -> float:
        """The smallest of the repeats."""
        return min(self.samples)

    @property
    def high(self) -> float:
        """The largest of the repeats."""
        return max(self.samples)


@dataclass(frozen=True)
class Range:
    """A ratio: from `low` to `high` with its `middle`, from the ranges of both sides."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Comparison:
    """What may be said of the first series against the second: an order, and where it means something, a ratio."""

    first: Series
    second: Series
    order: Order
    ratio: Range | None

    @property
    def sentence(self) -> str:
        """The finding in words, with the reason where there is no ratio."""
        names = f"{self.first.subject} against {self.second.subject}, {self.first.what}"
        order = "too close to order" if self.order == "too close" else f"{self.order}, the ranges are apart"
        if self.ratio is None:
            return f"{names}: {order}. No factor: these are times under emulation."
        return f"{names}: {order}. {self.ratio.middle:.3g} times, from {self.ratio.low:.3g} to {self.ratio.high:.3g}."


@dataclass(frozen=True)
class Effect:
    """What an emulator did to one kind of work: the same machine code, in the guest over natively."""

    what: str
    factor: Range

    @property
    def order(self) -> str:
        """What the factor allows to say: slower, faster, or no more than that it is near."""
        if self.factor.low >= APART:
            return "slower"
        return "faster" if self.factor.high <= 1 / APART else "near"


def join(series: Sequence[Series]) -> tuple[Series, ...]:
    """Return series that may stand on one axis; raises CourseError that names what differs where they may not.

    One axis holds one unit, level, accelerator, clock and warmth.
    """
    first = series[0]
    for other in series[1:]:
        _refuse(_differences(first, other), "share an axis", "Put them into panels of their own.")
    return tuple(series)


def panels(series: Iterable[Series]) -> tuple[tuple[Series, ...], ...]:
    """Return series grouped by what may share an axis, in the order in which they came."""
    groups: dict[tuple[str, ...], list[Series]] = {}
    for one in series:
        groups.setdefault((one.what, *_axis(one).values()), []).append(one)
    return tuple(join(group) for group in groups.values())


def compare(first: Series, second: Series) -> Comparison:
    """Compare two series of the same work: their order, and a ratio where a factor means something.

    Times have an order where their ranges are 3 times apart, what carries over where they do not overlap. A ratio is
    given of counts, sizes, instructions and native times, never of times under an emulator. Raises CourseError, naming
    what differs, for another kind of work, level, accelerator, clock, warmth or boot.
    """
    differing = _differences(first, second)
    if first.what != second.what:
        differing["kind of work"] = (first.what, second.what)
    if first.kind == "time" and first.setting.boot != second.setting.boot:
        differing["boot"] = (first.setting.boot, second.setting.boot)
    _refuse(differing, "be compared", "Take both in one series, in turns.")
    native = first.setting.accelerator == "none"
    ratio = _over(first, second) if first.carries_over or native else None
    return Comparison(first, second, _order(first, second), ratio)


def emulation(series: Iterable[Series]) -> tuple[Effect, ...]:
    """Return what the emulator did to each kind of work that was timed natively and in the guest, the worst first.

    This is the one place where two levels are divided, because the machine code is the same and the emulator is what
    is measured. It holds for this emulator on this machine, and not for any other pair of levels.
    """
    timed = [one for one in series if one.kind == "time" and one.setting.warmth == "warm"]
    native = {one.what: one for one in timed if one.setting.accelerator == "none"}
    effects = [
        Effect(one.what, _over(one, native[one.what]))
        for one in timed
        if one.setting.accelerator == "tcg" and one.what in native
    ]
    return tuple(sorted(effects, key=lambda effect: -effect.factor.middle))


def accepted(rounds: Sequence[tuple[float, float | None]]) -> tuple[bool, ...]:
    """Return which rounds count, given wall time and processor time of each; where that is unknown, all do.

    Work that waits has more wall time than processor time in every round, so a round is judged against the usual one:
    far above it, something else had the processor.
    """
    patience = [wall / used for wall, used in rounds if used]
    usual = median(patience) if patience else math.inf
    return tuple(not used or wall / used <= PATIENT * usual for wall, used in rounds)


def frame(series: Iterable[Series]) -> pd.DataFrame:
    """Return series as a tidy table, a row each.

    Columns: what, subject, unit, level, accelerator, clock, warmth, boot, vcpus, image, repeats, rejected, median, low,
    high, ends.
    """
    import pandas as pd

    return pd.DataFrame([_row(one) for one in series], columns=_COLUMNS)


def measured(suite: str, *, own: bool = False) -> tuple[Recording, ...]:
    """Return the recordings of a suite, those of the course or this machine's own, a recording for each place.

    Raises CourseError for an unknown suite, and where nothing of one's own was measured yet.
    """
    if suite not in SUITES:
        raise unknown("suite", suite, SUITES)
    if not own:
        return recordings.load(tape_of(suite))
    if not (own_folder() / f"{tape_of(suite)}.json").is_file():
        raise CourseError(f"Nothing of your own was measured for {suite!r} yet. Run: python -m course measure {suite}")
    return recordings.load(tape_of(suite), own_folder())


def series_of(recording: Recording) -> tuple[Series, ...]:
    """Return the series that a recording holds."""
    return tuple(_from_json(entry) for entry in recording.result["series"])


def as_json(series: Series) -> dict[str, Any]:
    """Return a series as JSON values, its samples with five digits."""
    return {**asdict(series), "samples": [float(f"{sample:.5g}") for sample in series.samples]}


def own_folder() -> Path:
    """Return where this machine's own measurements are kept: beside its images, not in the checkout."""
    return folders.writable_folder() / "measured"


def tape_of(suite: str) -> str:
    """Return the name of the tape that a suite is stored under."""
    return f"measure-{suite}"


_COLUMNS: Final = (
    "what", "subject", "unit", "level", "accelerator", "clock", "warmth", "boot", "vcpus", "image",
    "repeats", "rejected", "median", "low", "high", "ends",
)  # fmt: skip


def _row(one: Series) -> dict[str, Any]:
    return {
        **{key: getattr(one, key) for key in ("what", "subject", "unit", "rejected", "low", "high", "ends")},
        **{field.name: getattr(one.setting, field.name) for field in fields(Setting)},
        "median": one.middle,
        "repeats": len(one.samples),
    }


def _from_json(entry: Mapping[str, Any]) -> Series:
    return Series(**{**entry, "setting": Setting(**entry["setting"]), "samples": tuple(entry["samples"])})


def _axis(one: Series) -> dict[str, str]:
    setting = one.setting
    return {
        "unit": one.unit,
        "level": setting.level,
        "accelerator": setting.accelerator,
        "clock": setting.clock,
        "warmth": setting.warmth,
    }


def _differences(first: Series, second: Series) -> dict[str, tuple[str, str]]:
    pairs = zip(_axis(first).items(), _axis(second).values(), strict=True)
    return {name: (one, other) for (name, one), other in pairs if one != other}


def _refuse(differing: Mapping[str, tuple[str, str]], what: str, advice: str) -> None:
    if differing:
        listed = "; ".join(f"{name} {one} and {other}" for name, (one, other) in differing.items())
        raise CourseError(f"These values must not {what}: they differ in {listed}. {advice}")


def _over(first: Series, second: Series) -> Range:
    return Range(first.low / second.high, first.middle / second.middle, first.high / second.low)


def _order(first: Series, second: Series) -> Order:
    """Return the order of two ranges that are apart: by far where they are times, by anything where they carry over."""
    if first.carries_over:
        further = (first.low > second.high, second.low > first.high)
    else:
        further = (first.low >= APART * second.high, second.low >= APART * first.high)
    return "more" if further[0] else "less" if further[1] else "too close"
