"""Benchmarks: each module has functions that return a `Benchmark`; `make bench` runs them all and prints one table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Benchmark:
    """A measured `value` beside its `floor`, both in `unit`, and the ratio that is aimed at.

    `floor` is what the same work costs without us. Where there is none, it is the budget, and `aim` is 1.
    """

    name: str
    value: float
    floor: float
    unit: str
    aim: float

    @property
    def ratio(self) -> float:
        """How many times the floor the value is."""
        return self.value / self.floor
