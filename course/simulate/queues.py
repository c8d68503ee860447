"""Waiting lines and quotas: where tail latency comes from (lessons 07 and 11)."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from course.errors import CourseError


@dataclass(frozen=True)
class Latencies:
    """Times from arrival to completion, in the unit in which the service time was given, sorted."""

    values: tuple[float, ...]

    def percentile(self, percent: float) -> float:
        """Return the smallest value that at least `percent` of the requests do not exceed."""
        if not 0 < percent <= 100:
            raise CourseError(f"A percentile lies above 0 and at most at 100, not at {percent!r}: try 50, 95 or 99.")
        rank = -(-len(self.values) * percent // 100)
        return self.values[int(rank) - 1]

    @property
    def mean(self) -> float:
        """Return the arithmetic mean."""
        return sum(self.values) / len(self.values)


def _positive(**numbers: float) -> None:
    for name, value in numbers.items():
        if not value > 0:
            raise CourseError(f"{name} must be above 0, not {value!r}: give a positive number.")


def single_server(load: float, service_time: float = 1.0, points: int = 2_000) -> Latencies:
    """Return the latencies of requests that arrive at random at one server which serves them in order.

    `load` is the share of the server's time that is asked for. Both the time between arrivals and the time of
    service are exponentially distributed (the M/M/1 queue). Its times from arrival to completion are exponential too,
    with the mean service_time / (1 - load); what is returned are that many points of it at equal shares. Drawing
    requests instead would need hundreds of thousands of them near a load of 1.

    Raises CourseError for a load outside 0 to 1, or a number that is not positive.
    """
    if not 0 < load < 1:
        raise CourseError(f"load must lie between 0 and 1, not {load!r}: at 1 or above the line never ends.")
    _positive(service_time=service_time, points=points)
    mean = service_time / (1 - load)
    return Latencies(tuple(-mean * math.log(1 - (index + 0.5) / points) for index in range(points)))


def throttled(work: float, quota: float, period: float) -> float:
    """Return the wall time of `work` units of CPU time under a quota per period, from the start of a period.

    This is `cpu.max`: when the quota of a period is used up, the group stands still until the next one.

    Raises CourseError for a number that is not positive, or a quota above the period (that is no limit on one CPU).
    """
    _positive(work=work, quota=quota, period=period)
    if quota > period:
        raise CourseError(f"quota {quota!r} is above the period {period!r}: on one CPU that limits nothing; lower it.")
    full_periods = -(-work // quota) - 1
    return full_periods * period + (work - full_periods * quota)


def quota_latencies(
    work: float, quota: float, period: float, interval: float, requests: int = 1_000, seed: int = 1
) -> Latencies:
    """Return the latencies of requests of equal work that arrive at random under a CPU quota.

    `interval` is the mean time between arrivals. Requests are served in order.

    Raises CourseError for a number that is not positive, or a quota above the period.
    """
    _positive(interval=interval, requests=requests)
    throttled(work, quota, period)
    dice = random.Random(seed)  # noqa: S311 - a simulation, not a secret
    arrival = clock = 0.0
    left, current = quota, 0
    latencies = []
    for _ in range(requests):
        arrival += dice.expovariate(1 / interval)
        clock, todo = max(clock, arrival), work
        while todo > 0:
            if int(clock // period) != current:
                left, current = quota, int(clock // period)
            slice_ = min(todo, left, (current + 1) * period - clock)
            clock, todo, left = clock + slice_, todo - slice_, left - slice_
            if todo > 0:
                clock = (current + 1) * period
                left, current = quota, current + 1
        latencies.append(clock - arrival)
    return Latencies(tuple(sorted(latencies)))


def shares(weights: dict[str, int], busy: set[str] | None = None) -> dict[str, float]:
    """Return the share of one CPU that each busy group gets by its weight: unused shares go to the others.

    Raises CourseError for a weight outside 1 to 10000, the range of `cpu.weight`.
    """
    for name, weight in weights.items():
        if not 1 <= weight <= 10_000:
            raise CourseError(f"The weight of {name!r} must lie from 1 to 10000, not at {weight!r}: choose one there.")
    wanting = {name: weight for name, weight in weights.items() if busy is None or name in busy}
    total = sum(wanting.values())
    return {name: (weight / total if name in wanting else 0.0) for name, weight in weights.items()}
