"""How many workloads fit on a host, and what runs out first (lessons 07 and 11)."""

from __future__ import annotations

from dataclasses import dataclass

from course.errors import CourseError


@dataclass(frozen=True)
class Workload:
    """What one workload needs: memory of its own and memory that all can share, in MiB, and CPUs."""

    private: float
    shareable: float = 0.0
    overhead: float = 0.0
    cpus: float = 0.1


@dataclass(frozen=True)
class Density:
    """How many workloads fit, what binds first, what is then used, in MiB, and how many each resource would allow."""

    count: int
    binds: str
    memory_used: float
    memory_saved: float
    cpus_used: float
    by_memory: int
    by_cpu: int


def density(
    host_memory: float, host_cpus: float, workload: Workload, *, sharing: bool, overcommit: float = 1.0
) -> Density:
    """Return how many equal workloads a host holds.

    With `sharing` the shareable part is held once for all (one page cache, one base layer, or merged pages), else
    once for each. `overcommit` is how many times the host's CPUs are promised.

    Raises CourseError where a size is not positive.
    """
    sizes = {"host_memory": host_memory, "host_cpus": host_cpus, "cpus": workload.cpus, "overcommit": overcommit}
    for name, value in (sizes | {"private": workload.private + workload.overhead}).items():
        if not value > 0:
            raise CourseError(f"{name} must be above 0, not {value!r}: give a positive number.")
    each = workload.private + workload.overhead + (0 if sharing else workload.shareable)
    once = workload.shareable if sharing else 0.0
    by_memory = max(0, int((host_memory - once) // each))
    by_cpu = int(host_cpus * overcommit / workload.cpus + 1e-9)
    count = min(by_memory, by_cpu)
    used = count * each + (once if count else 0)
    saved = max(0, count - 1) * once
    binds = "memory" if by_memory <= by_cpu else "CPU"
    return Density(count, binds, used, saved, count * workload.cpus, by_memory, by_cpu)
