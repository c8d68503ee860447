"""One system on one page: what it is, its stack, its facts, its history, and what was not verified. Lesson 10."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from course import dataset
from course.errors import unknown
from course.history import RELATIONS, Event, events

KIND_NAMES: Final = {
    "baseline": "baseline",
    "hypervisor_type_1": "hypervisor (type 1)",
    "hypervisor_type_2": "hypervisor (type 2)",
    "hypervisor_in_kernel": "hypervisor in a kernel",
    "emulator_vmm": "emulator and monitor",
    "micro_vmm": "small monitor",
    "container_engine": "container engine",
    "high_level_runtime": "high-level runtime",
    "low_level_runtime": "low-level runtime",
    "system_container": "system containers",
    "cri_implementation": "engine for Kubernetes",
    "sandbox": "sandbox",
    "vm_container_runtime": "runtime with a machine for each pod",
    "container_host_os": "operating system for containers",
    "manager": "manager of containers and machines",
    "unikernel": "unikernel",
    "process_vm": "process virtual machine",
    "view_tool": "tool that changes the view",
    "user_kernel": "kernel as a process",
    "vm_product": "product with a virtual machine",
    "composition": "several together",
}
"""Kinds of system in words."""


@dataclass(frozen=True)
class Fact:
    """One line of a card; `verified` says whether its source was opened and confirms it."""

    label: str
    value: str
    verified: bool


@dataclass(frozen=True)
class Layer:
    """One layer of the stack, bottom first."""

    key: str
    name: str
    kind: str
    placement: str
    scope: str
    detail: str


@dataclass(frozen=True)
class Relative:
    """Another system and how this one is related to it, as a phrase."""

    phrase: str
    name: str


@dataclass(frozen=True)
class Portrait:
    """Everything that the dataset knows of one system and a card shows."""

    key: str
    name: str
    kind: str
    definition: str
    common_error: str
    exhibit: str
    facts: tuple[Fact, ...]
    layers: tuple[Layer, ...]
    properties: tuple[Fact, ...]
    history: tuple[Event, ...]
    relatives: tuple[Relative, ...]
    citations: tuple[dataset.Citation, ...]


def keys() -> tuple[str, ...]:
    """Return the keys of all systems, in the order of the dataset."""
    return tuple(row["platform"] for row in dataset.records("platforms"))


def portrait(platform: str) -> Portrait:
    """Return what is known of a system; raises CourseError for one that is not in the dataset."""
    known = {row["platform"]: row for row in dataset.records("platforms")}
    if platform not in known:
        raise unknown("platform", platform, known)
    row = known[platform]
    stack = _layers(platform)
    return Portrait(
        key=platform,
        name=row["name"],
        kind=KIND_NAMES[row["kind"]],
        definition=row["definition"],
        common_error=row["common_error"] or "",
        exhibit=row["exhibit"].replace("_", " "),
        facts=_facts(row),
        layers=tuple(
            Layer(item["layer"], item["name"], item["kind"], item["placement"], item["scope"], item["detail"])
            for item in stack
        ),
        properties=_properties(platform),
        history=events(platform=platform),
        relatives=_relatives(platform, {key: str(value["name"]) for key, value in known.items()}),
        citations=_citations([row, *stack, *_rows_of("platform_properties", platform)]),
    )


def _facts(row: dataset.Row) -> tuple[Fact, ...]:
    doubtful = (row["parts_unverified"] or "").replace(" ", "").split(",")
    read = row["verified_how"] != "unverified"
    status = f"{row['status']}. {row['status_note']}" if row["status_note"] else row["status"]
    lines = [
        ("Made by", "steward", row["steward"]),
        ("License", "license", row["license"]),
        ("First release", "first_release", row["first_release"]),
        ("Newest seen", "latest_seen", row["latest_seen"]),
        ("Status", "status", status),
        ("Home", "homepage", row["homepage"]),
    ]
    return tuple(Fact(label, value, read and column not in doubtful) for label, column, value in lines if value)


def _layers(platform: str) -> list[dataset.Row]:
    return sorted(_rows_of("layers", platform), key=lambda layer: layer["position"])


def _properties(platform: str) -> tuple[Fact, ...]:
    asked = {row["property"]: row for row in dataset.records("properties")}
    facts = []
    for row in _rows_of("platform_properties", platform):
        about = asked[row["property"]]
        unit = f" {about['unit']}" if about["unit"] not in {None, "", "count"} else ""
        condition = f" ({row['condition']})" if row["condition"] else ""
        facts.append(Fact(about["name"], f"{row['value']}{unit}{condition}", row["verified_how"] != "unverified"))
    return tuple(facts)


def _relatives(platform: str, names: dict[str, str]) -> tuple[Relative, ...]:
    relatives = []
    for row in dataset.records("lineage"):
        phrase = RELATIONS[row["relation"]]
        if row["child"] == platform:
            relatives.append(Relative(phrase, names[row["parent"]]))
        elif row["parent"] == platform:
            relatives.append(Relative(_INVERSE[row["relation"]], names[row["child"]]))
    return tuple(relatives)


_INVERSE: Final = {
    "fork": "has as a fork",
    "derived": "is the origin of",
    "successor": "is succeeded by",
    "uses": "is used by",
    "idea": "gave an idea to",
}


def _rows_of(name: str, platform: str) -> list[dataset.Row]:
    return [row for row in dataset.records(name) if row["platform"] == platform]


def _citations(rows: list[dataset.Row]) -> tuple[dataset.Citation, ...]:
    return tuple(dataset.cite(key) for key in dict.fromkeys(str(row["source"]) for row in rows))
