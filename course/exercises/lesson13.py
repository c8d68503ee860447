"""Exercises of lesson 13: draw a stack from memory, report a measurement, choose a system and defend it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from course import dataset, stacks
from course.checks import Exercise, Feedback, Wrong, right, wrong
from course.decide import Constraint, rank, required
from course.errors import CourseError, unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.stacks import Stack

_DRAWN = ("gvisor", "xen", "kata", "podman", "virtualbox", "lxc", "firecracker")
_WORKLOADS = 2


def _draw_and_count(seed: int) -> Exercise:
    stack = stacks.stack(_DRAWN[seed % len(_DRAWN)], _WORKLOADS)
    answer = [(layer.name, stack.copies(layer)) for layer in stack.in_path()]
    names = sorted(name for name, _ in answer)
    everything_twice = [(name, _WORKLOADS) for name, _ in answer]
    lowest = answer[0][0]
    return Exercise(
        id="13.1",
        objective="13.1",
        title=f"Draw two workloads on: {stack.name}",
        prompt=(
            f"Draw two workloads, each in an environment of its own, on {stack.name}. Then write the layers in the "
            "path "
            "down from the bottom up, each with how many of it there are: 1 if both workloads share it, 2 if each has "
            f"its own. In alphabetical order, the layers are {', '.join(f'`{name}`' for name in names)}."
        ),
        starter="answer = ...  # a list of (name, 1 or 2), bottom first",
        expects="a list of pairs, a layer's name and 1 or 2, bottom first",
        check=lambda drawn: _check_drawing(stack, drawn),
        hints=(
            "First the order: for each pair of layers ask which of them needs the other one to exist.",
            "Then the boundary: what lies below it is there once, what lies above it is there for each workload.",
        ),
        solution=f"answer = {answer!r}",
        explanation=" ".join(f"{layer.name}: {layer.detail}" for layer in stack.in_path()),
        wrong=(
            Wrong(answer[::-1], "from the top down"),
            Wrong(everything_twice, f"{lowest} exists once"),
            Wrong([(name, 1) for name, _ in answer], "of its own"),
        ),
        variant=_draw_and_count,
    )


def _check_drawing(stack: Stack, drawn: Any) -> Feedback:
    given = [(str(name), int(copies)) for name, copies in drawn]
    answer = [(layer.name, stack.copies(layer)) for layer in stack.in_path()]
    names, right_names = [name for name, _ in given], [name for name, _ in answer]
    if not given or not set(names) <= set(right_names):
        raise CourseError("give the names of the exercise, each with 1 or 2")
    if names == right_names[::-1]:
        return wrong("All of them, but from the top down. Begin with what everything else stands on.")
    if names != right_names:
        return wrong("The order is not right yet. For each pair of neighbors: does the upper one need the lower one?")
    for (name, copies), (_, needed) in zip(given, answer, strict=True):
        if copies > needed:
            return wrong(f"{name} exists once: both workloads stand on the same one.")
        if copies < needed:
            return wrong(f"{name} is not shared: each of the two workloads has one of its own.")
    return right("The order holds, and the line between one and two is the line between shared and separate.")


_FIELDS = ("cold", "median", "low", "high", "repeats", "level", "accelerator")
_FACTS = ("level", "accelerator")
_FEWEST = 6


def _report(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    warm = [chance.randint(180, 260) for _ in range(15)]
    runs = [chance.randint(900, 1300), *warm]
    answer = _summary(runs)
    with_cold = {**answer, "median": median(runs), "high": max(runs), "repeats": len(runs)}
    mean = {**answer, "median": sum(warm) / len(warm)}
    return Exercise(
        id="13.2",
        objective="13.2",
        title="Report a measurement",
        prompt=(
            "On the live machine, which runs under TCG, a program was started sixteen times after a restore, timed "
            "inside "
            f"the machine in milliseconds: {', '.join(map(str, runs))}. Report it so that it can be repeated and "
            "doubted: "
            f"a dictionary with {', '.join(f'`{field}`' for field in _FIELDS)}. The first run is reported apart, as "
            "`cold`. To report runs of your own, add them as `runs`, in their order; your report is then held "
            "against those."
        ),
        starter="answer = ...  # a dictionary with the seven entries",
        expects=f"a dictionary with {', '.join(_FIELDS)}",
        check=lambda report: _check_report(_own_runs(report) or runs, report),
        hints=(
            (
                "After a restore the code has not been translated yet. Which run pays for that, and does it belong to "
                "the rest?"
            ),
            "Sort the warm runs: the one in the middle is the median, the ends are the range.",
        ),
        solution=f"answer = {answer!r}",
        explanation=(
            "The first run pays for translation, so it is cold and stands apart. Of the fifteen others the median is "
            "the one "
            "in the middle, and the range shows how much they differ. L1 and tcg say what the numbers may be compared "
            "with: "
            "with others of the same level, clock and boot, and with nothing native."
        ),
        wrong=(
            Wrong(with_cold, "is counted among the warm ones"),
            Wrong(mean, "is the mean"),
            Wrong({**answer, "level": "L0"}, "which machine"),
        ),
        variant=_report,
    )


def _summary(runs: Sequence[float]) -> dict[str, Any]:
    cold, *warm = runs
    return {
        "cold": cold,
        "median": median(warm),
        "low": min(warm),
        "high": max(warm),
        "repeats": len(warm),
        "level": "L1",
        "accelerator": "tcg",
    }


def _own_runs(report: Any) -> list[float]:
    """Return the runs that a report brings along, none for a report on the runs of the task."""
    own = [float(run) for run in report.get("runs", ())]
    if own and (len(own) < _FEWEST or min(own) < 0):
        raise CourseError(f"give at least {_FEWEST} runs, each with its duration")
    return own


def _check_report(runs: Sequence[float], report: Any) -> Feedback:
    missing = [field for field in _FIELDS if field not in report]
    if missing:
        return wrong(
            f"The report leaves out {missing[0]}: without it nobody can say what the number may be compared with."
        )
    answer = _summary(runs)
    if report["repeats"] == len(runs):
        return wrong(
            "The first run is counted among the warm ones. It pays for the translation of the code: report it apart."
        )
    if report["median"] != answer["median"] and abs(report["median"] - sum(runs[1:]) / len(runs[1:])) < 0.5:
        return wrong("What you give as the median is the mean, which a single slow run moves.")
    if any(str(report[field]).casefold() != str(answer[field]).casefold() for field in _FACTS):
        return wrong(
            "Say which machine it was, by its level, and what carried out its instructions: read the task again."
        )
    for field in ("cold", "median", "low", "high", "repeats"):
        if report[field] != answer[field]:
            return wrong(f"The value of {field} does not follow from the runs. Sort the warm ones and look again.")
    return right("Whoever reads this can repeat it, and knows what it must not be compared with.")


@dataclass(frozen=True)
class _Job:
    what: str
    must: tuple[Constraint, ...]
    tempting: str
    preferred: str


_JOBS = (
    _Job(
        "A hosting company runs programs that strangers upload, thousands of them, on its own servers. Each program "
        "brings "
        "kernel modules of its own",
        (Constraint("hostile_tenants", "yes"), Constraint("loads_kernel_modules", "yes")),
        "docker",
        "layered_images",
    ),
    _Job(
        "A laboratory has one Linux server and must keep an instrument's software alive that runs on Windows only, "
        "with its "
        "desktop on a screen",
        (Constraint("other_operating_system", "yes"), Constraint("graphical_desktop", "yes")),
        "podman",
        "runs_without_root",
    ),
    _Job(
        "Students build images and run them on a shared Linux machine on which none of them is root, and no daemon of "
        "root "
        "may run on their behalf",
        (Constraint("runs_without_root", "possible"), Constraint("builds_images", "possible")),
        "virtualbox",
        "graphical_desktop",
    ),
)


def _choose(seed: int) -> Exercise:
    job = _JOBS[seed % len(_JOBS)]
    fitting = [ranked.system.key for ranked in rank(required(must=job.must)).ranked]
    choice, constraint = fitting[0], job.must[0].property
    answer = {
        "choice": choice,
        "against": job.tempting,
        "constraint": constraint,
        "evidence": [f"{choice}/{constraint}", f"{job.tempting}/{constraint}"],
    }
    return Exercise(
        id="13.3",
        objective="13.3",
        title="Choose, and defend it",
        prompt=(
            f"{job.what}. Choose one system and defend it against an alternative. Give a dictionary: `choice` and "
            "`against`, "
            "two keys of platforms; `constraint`, the key of the property that decides first; `evidence`, at least "
            "two rows "
            'of the table of properties, such as "docker/own_kernel", about your two systems.'
        ),
        starter="answer = ...  # a dictionary with choice, against, constraint, evidence",
        expects="a dictionary with choice, against, constraint and evidence",
        check=lambda defense: _check_defense(job, defense),
        hints=(
            (
                "Read the job for words that leave no choice: must, only, none. Each is a hard constraint; look for "
                "its property."
            ),
            (
                '`course.decide("...; must=property:yes")` shows which systems are left, and the row that speaks '
                "against each other one."
            ),
        ),
        solution=f"answer = {answer!r}",
        explanation=(
            f"The job leaves no choice about {' and '.join(each.property for each in job.must)}. Of all systems "
            f"{len(fitting)} meet both: {', '.join(fitting)}. A defense names the constraint that the alternative "
            "fails and "
            "the row that says so; what is merely liked comes after that."
        ),
        wrong=(
            Wrong({**answer, "choice": job.tempting, "against": choice}, "is ruled out"),
            Wrong({**answer, "constraint": job.preferred}, "a preference"),
            Wrong({**answer, "evidence": [answer["evidence"][0]]}, "both sides"),
        ),
        variant=_choose,
    )


def _check_defense(job: _Job, defense: Any) -> Feedback:
    choice, against = defense["choice"], defense["against"]
    for platform in (choice, against):
        stacks.check_platform(platform)
    if choice == against:
        return wrong("A defense needs an alternative that a colleague could prefer; yours is the choice itself.")
    decision = rank(required(must=job.must))
    failing = next((each for each in decision.excluded if each.system.key == choice), None)
    if failing:
        return wrong(
            f"{failing.system.name} is ruled out by the row {failing.reasons[0].row}: read it, and the job again."
        )
    musts = [each.property for each in job.must]
    if defense["constraint"] not in musts:
        return wrong(
            f"For this job {defense['constraint']} is a preference at most. Which word of the task leaves no choice?"
        )
    return _check_evidence(choice, against, defense["constraint"], list(defense["evidence"]))


def _check_evidence(choice: str, against: str, constraint: str, evidence: list[str]) -> Feedback:
    known = {f"{row['platform']}/{row['property']}" for row in dataset.records("platform_properties")}
    for row in evidence:
        if row not in known:
            raise unknown("row of evidence", row, known)
    if not {choice, against} <= {row.split("/")[0] for row in evidence}:
        return wrong("Evidence must speak about both sides: one row for the choice, one against the alternative.")
    if f"{choice}/{constraint}" not in evidence:
        return wrong(f"You name {constraint} as what decides; show the row that says how your choice meets it.")
    return right("The constraint decides, the rows carry it, and a colleague who disagrees knows what to attack.")


EXERCISES = (_draw_and_count(0), _report(0), _choose(0))
