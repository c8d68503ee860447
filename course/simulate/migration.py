"""Live migration by pre-copy: rounds, dirty pages, downtime (lesson 11)."""

from __future__ import annotations

from dataclasses import dataclass

from course.errors import CourseError


@dataclass(frozen=True)
class Round:
    """One round: what is sent, in MiB, how long that takes, in seconds, and what the guest dirties meanwhile."""

    number: int
    sent: float
    seconds: float
    dirtied: float
    stopped: bool


@dataclass(frozen=True)
class Migration:
    """The rounds of a migration; the last one runs while the guest stands still."""

    rounds: tuple[Round, ...]
    converged: bool

    @property
    def downtime(self) -> float:
        """Return the seconds for which the guest stands still."""
        return self.rounds[-1].seconds

    @property
    def seconds(self) -> float:
        """Return the seconds from the first page sent to the last."""
        return sum(one.seconds for one in self.rounds)

    @property
    def sent(self) -> float:
        """Return how much was sent in all, in MiB."""
        return sum(one.sent for one in self.rounds)


def pre_copy(
    memory: float,
    dirty_rate: float,
    bandwidth: float,
    *,
    allowed_downtime: float = 0.3,
    working_set: float | None = None,
    most_rounds: int = 30,
) -> Migration:
    """Return the rounds of a pre-copy migration.

    `memory` and `working_set` in MiB, `dirty_rate` and `bandwidth` in MiB/s, `allowed_downtime` in seconds. A round
    sends what was dirtied during the round before; no more than the working set can be dirty. The guest is stopped
    as soon as the rest fits into the allowed downtime, or after `most_rounds`.

    Raises CourseError where a number is not positive (a dirty rate of 0 is fine).
    """
    for name, value in {"memory": memory, "bandwidth": bandwidth, "allowed_downtime": allowed_downtime}.items():
        if not value > 0:
            raise CourseError(f"{name} must be above 0, not {value!r}: give a positive number.")
    if dirty_rate < 0:
        raise CourseError(f"dirty_rate must not be below 0, not {dirty_rate!r}: give the MiB written a second.")
    ceiling = memory if working_set is None else min(memory, working_set)
    rounds: list[Round] = []
    rest = memory
    while rest / bandwidth > allowed_downtime and len(rounds) < most_rounds:
        seconds = rest / bandwidth
        dirtied = min(ceiling, dirty_rate * seconds)
        rounds.append(Round(len(rounds) + 1, rest, seconds, dirtied, stopped=False))
        rest = dirtied
    converged = rest / bandwidth <= allowed_downtime
    rounds.append(Round(len(rounds) + 1, rest, rest / bandwidth, 0.0, stopped=True))
    return Migration(tuple(rounds), converged)
