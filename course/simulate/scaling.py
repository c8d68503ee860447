"""What start-up time costs when load jumps (lesson 11)."""

from __future__ import annotations

from dataclasses import dataclass

from course.errors import CourseError


@dataclass(frozen=True)
class Moment:
    """One time step: requests that wait, and workers that serve."""

    second: float
    waiting: float
    workers: int


@dataclass(frozen=True)
class Burst:
    """How a jump in load was served."""

    moments: tuple[Moment, ...]

    @property
    def longest_line(self) -> float:
        """Return the most requests that waited at one time."""
        return max(moment.waiting for moment in self.moments)

    @property
    def cleared_after(self) -> float | None:
        """Return the seconds until no request waits any more, or None where the line is not cleared."""
        last = max((index for index, moment in enumerate(self.moments) if moment.waiting > 1e-9), default=-1)
        return self.moments[last + 1].second if last + 1 < len(self.moments) else None


def burst(
    rate: float,
    per_worker: float,
    start_up: float,
    *,
    workers: int = 1,
    target: int | None = None,
    seconds: float = 60.0,
    step: float = 0.1,
) -> Burst:
    """Return what happens after the load jumps to `rate` requests a second.

    `per_worker` is what one worker serves a second, `start_up` the seconds until a new worker serves. All workers
    that are missing are ordered at once; `target` defaults to half as many again as the rate needs.

    Raises CourseError where a number is not positive.
    """
    for name, value in {"rate": rate, "per_worker": per_worker, "step": step, "seconds": seconds}.items():
        if not value > 0:
            raise CourseError(f"{name} must be above 0, not {value!r}: give a positive number.")
    wanted = target if target is not None else int(rate / per_worker * 1.5) + 1
    waiting, moments = 0.0, []
    for index in range(round(seconds / step) + 1):
        now = index * step
        serving = max(workers, wanted) if now + 1e-9 >= start_up else workers
        moments.append(Moment(round(now, 6), waiting, serving))
        waiting = max(0.0, waiting + (rate - serving * per_worker) * step)
    return Burst(tuple(moments))
