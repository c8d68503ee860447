"""Bin packing: placing workloads on nodes by what they request (lesson 11)."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.errors import unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True)
class Request:
    """What a workload asks for: memory in MiB and CPUs."""

    name: str
    memory: float
    cpus: float


@dataclass(frozen=True)
class Node:
    """A node of given size and what was placed on it."""

    memory: float
    cpus: float
    placed: tuple[Request, ...] = ()

    @property
    def free_memory(self) -> float:
        """Return the memory that no workload has asked for, in MiB."""
        return self.memory - sum(one.memory for one in self.placed)

    @property
    def free_cpus(self) -> float:
        """Return the CPUs that no workload has asked for."""
        return self.cpus - sum(one.cpus for one in self.placed)

    def fits(self, request: Request) -> bool:
        """Return whether the request fits beside what is placed."""
        return request.memory <= self.free_memory and request.cpus <= self.free_cpus + 1e-9

    def with_(self, request: Request) -> Node:
        """Return the node with one more workload."""
        return Node(self.memory, self.cpus, (*self.placed, request))


@dataclass(frozen=True)
class Packing:
    """Where everything went: the nodes in use and what fits on none."""

    nodes: tuple[Node, ...]
    refused: tuple[Request, ...]


def _slack(node: Node) -> float:
    return node.free_memory / node.memory + node.free_cpus / node.cpus


STRATEGIES: dict[str, Callable[[Node], float]] = {
    "first fit": lambda _node: 0.0,
    "best fit": _slack,
    "spread": lambda node: -_slack(node),
}


def pack(requests: Sequence[Request], nodes: int, memory: float, cpus: float, strategy: str = "first fit") -> Packing:
    """Return the placement of requests, in their order, on equal nodes.

    `first fit` takes the first node with room, `best fit` the fullest, `spread` the emptiest.

    Raises CourseError for an unknown strategy.
    """
    if strategy not in STRATEGIES:
        raise unknown("strategy", strategy, STRATEGIES)
    rank = STRATEGIES[strategy]
    state = [Node(memory, cpus) for _ in range(nodes)]
    refused = []
    for request in requests:
        room = [index for index, node in enumerate(state) if node.fits(request)]
        if not room:
            refused.append(request)
            continue
        best = min(room, key=lambda index: (rank(state[index]), index))
        state[best] = state[best].with_(request)
    return Packing(tuple(state), tuple(refused))


def requests(seed: int, count: int, sizes: Sequence[tuple[str, float, float]]) -> tuple[Request, ...]:
    """Return `count` requests drawn from `sizes` (name, memory in MiB, CPUs): the same seed gives the same draw."""
    dice = random.Random(seed)  # noqa: S311 - an exercise, not a secret
    return tuple(Request(*dice.choice(list(sizes))) for _ in range(count))
