"""Exercises of lesson 12: tell a must from a wish, rank and defend, find the weight that decides, sort the evidence."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from course import dataset
from course.cases import ROLES, cases
from course.checks import Exercise, Feedback, Wrong, right, wrong
from course.compare import facts
from course.decide import Constraint, Decision, Preference, Requirements, rank
from course.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.cases import Sentence


def _tell_the_musts(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    case = list(cases().values())[seed % len(cases())]
    sentences = chance.sample(case.sentences, len(case.sentences))
    letters = "ABCDEFGH"[: len(sentences)]
    answer = {letter: sentence.role for letter, sentence in zip(letters, sentences, strict=True)}
    return Exercise(
        id="12.1",
        objective="12.1",
        title=f"Must, wish, or neither: {case.title}",
        prompt=(
            "Say of each sentence what it is: `hard`, without which the result is of no use; `preference`, better at "
            "some price; or `background`, which changes nothing.\n\n"
            + "\n\n".join(f"{letter}: {each.text}" for letter, each in zip(letters, sentences, strict=True))
        ),
        starter=f"answer = {{{', '.join(f'{letter!r}: ...' for letter in letters)}}}",
        expects=f"a dictionary from each letter to one of {', '.join(ROLES)}",
        check=lambda given: _check_roles(dict(zip(letters, sentences, strict=True)), given),
        hints=(
            "Ask of each sentence: if it is not met, is the result still of use to somebody?",
            "Then ask of what is left: could it make one system better for this job than another?",
        ),
        solution=f"answer = {answer!r}",
        explanation=" ".join(
            f"{letter}: {each.role}. {each.why}" for letter, each in zip(letters, sentences, strict=True)
        ),
        wrong=(
            Wrong(dict.fromkeys(answer, "hard"), "everything a must"),
            Wrong(_changed(answer, "hard", "preference"), "of no use"),
            Wrong(_changed(answer, "background", "preference"), "tells no system apart"),
        ),
        variant=_tell_the_musts,
    )


def _changed(answer: Mapping[str, str], old: str, new: str) -> dict[str, str]:
    return {letter: new if role == old else role for letter, role in answer.items()}


def _check_roles(sentences: Mapping[str, Sentence], given: Any) -> Feedback:
    if not isinstance(given, dict) or set(given) != set(sentences) or not all(role in ROLES for role in given.values()):
        raise CourseError(f"give each letter one of {', '.join(ROLES)}")
    if set(given.values()) == {"hard"}:
        return wrong(
            "Whoever makes everything a must gets an empty list. Which of them could be paid for with another?"
        )
    missed = [letter for letter, each in sentences.items() if given[letter] != each.role]
    if not missed:
        return right("You asked what happens if it is missed, and not how loudly it was said.")
    letter = missed[0]
    return wrong(f"{letter}: {_ABOUT[sentences[letter].role]} {sentences[letter].why}")


_ABOUT = {
    "hard": "if this is missed, the result is of no use.",
    "preference": "without this the result is worse, and still a result.",
    "background": "this tells no system apart from another.",
}

_POOL = (
    "docker",
    "podman",
    "lxc",
    "firecracker",
    "qemu_kvm",
    "qemu_tcg",
    "virtualbox",
    "xen",
    "cloud_hypervisor",
    "runc",
    "wasmtime",
)
_ASKED = (
    "runs_without_root",
    "own_kernel",
    "hostile_tenants",
    "checkpoint",
    "live_migration",
    "full_init",
    "builds_images",
    "layered_images",
    "needs_hardware_virtualization",
    "loads_kernel_modules",
    "daemon",
)
_AGAINST = {"needs_hardware_virtualization", "daemon"}
"""Properties of which people want the opposite: preferred "no"."""


def _rank_and_defend(seed: int) -> Exercise:
    requirements = _drawn_job(seed)
    decision = rank(requirements)
    free = rank(Requirements(requirements.systems, (), requirements.prefer))
    order = [each.system.name for each in decision.ranked]
    tempting = free.ranked[0].system.name
    ahead = _ahead(decision)
    answer = {"ranking": order, "because": ahead[0]}
    not_ahead = next(each.property for each in requirements.prefer if each.property not in ahead)
    return Exercise(
        id="12.2",
        objective="12.2",
        title="Rank, and defend it",
        prompt=(
            f"{_job_in_words(requirements)} Leave out what does not meet the constraint; *depends* does not meet it. "
            "Of a preference, the value that is preferred earns the whole weight, *depends* half of it, the other "
            "value nothing. Rank what is left, best first, and name one preference that puts the first in front of the "
            f"second.\n\n{_facts_in_words(requirements)}"
        ),
        starter='answer = {"ranking": [...], "because": "..."}',
        expects='a dictionary with "ranking", a list of names, best first, and "because", the key of one preference',
        check=lambda given: _check_ranking(decision, tempting, given),
        hints=(
            "Constraint first: who falls out? Nothing that these earn counts any more.",
            "Write the weight, half of it or nothing into a small table, and add up the rows.",
        ),
        solution=f"answer = {answer!r}",
        explanation=_scores_in_words(decision),
        wrong=(
            Wrong({"ranking": [tempting, *order], "because": ahead[0]}, "does not meet"),
            Wrong({"ranking": order[::-1], "because": ahead[0]}, "worst first"),
            Wrong({"ranking": order, "because": not_ahead}, "does not put"),
        ),
        variant=_rank_and_defend,
    )


def _drawn_job(seed: int) -> Requirements:
    """Draw a job in which the constraint takes out what would come first, and no two of the rest are level."""
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    while True:
        systems = tuple(chance.sample(_POOL, 5))
        demanded, *preferred = chance.sample(_ASKED, 4)
        if not _all_known(systems, (demanded, *preferred)):
            continue
        prefer = tuple(Preference(key, _liked(key), float(chance.randint(1, 4))) for key in preferred)
        requirements = Requirements(systems, (Constraint(demanded, _liked(demanded)),), prefer)
        if _is_telling(requirements):
            return requirements


def _liked(key: str) -> str:
    return "no" if key in _AGAINST else "yes"


def _all_known(systems: Sequence[str], properties: Sequence[str]) -> bool:
    cells = facts().cells
    return all((system, key) in cells for system in systems for key in properties)


def _is_telling(requirements: Requirements) -> bool:
    decision = rank(requirements)
    free = rank(Requirements(requirements.systems, (), requirements.prefer))
    scores = [each.score for each in decision.ranked]
    out = {each.system.key for each in decision.excluded}
    if len(scores) < 3 or len(set(scores)) < len(scores) or not out or free.ranked[0].system.key not in out:
        return False
    return free.ranked[0].score > free.ranked[1].score and 0 < len(_ahead(decision)) < len(requirements.prefer)


def _ahead(decision: Decision) -> list[str]:
    """Return the preferences in which the first earns more than the second."""
    first, second = decision.ranked[:2]
    pairs = zip(first.reasons, second.reasons, strict=True)
    return [mine.property.key for mine, theirs in pairs if mine.earned > theirs.earned]


def _job_in_words(requirements: Requirements) -> str:
    demands = ", ".join(f"`{each.property}` is {each.value}" for each in requirements.must)
    wishes = ", ".join(f"`{each.property}` = {each.wanted} (weight {each.weight:g})" for each in requirements.prefer)
    return f"{f'Constraint: {demands}. ' if demands else ''}Preferences: {wishes}."


def _facts_in_words(requirements: Requirements) -> str:
    known = facts()
    keys = [*(each.property for each in requirements.must), *(each.property for each in requirements.prefer)]
    return "\n\n".join(
        f"{known.systems[system].name}: " + ", ".join(f"{key} {known.cells[system, key].value}" for key in keys) + "."
        for system in requirements.systems
    )


def _scores_in_words(decision: Decision) -> str:
    lines = []
    for each in decision.ranked:
        earned = [reason.weight * reason.earned for reason in each.reasons]
        lines.append(f"{each.system.name}: {' + '.join(f'{part:g}' for part in earned)} = {sum(earned):g}.")
    out = ", ".join(excluded.system.name for excluded in decision.excluded)
    return " ".join([*lines, f"Taken out by the constraint: {out}." if out else ""]).strip()


def _check_ranking(decision: Decision, tempting: str, given: Any) -> Feedback:
    order = [each.system.name for each in decision.ranked]
    out = [each.system.name for each in decision.excluded]
    keys = [each.property for each in decision.requirements.prefer]
    if not isinstance(given, dict) or set(given) != {"ranking", "because"} or given["because"] not in keys:
        raise CourseError(f'give "ranking" and "because", which is one of {", ".join(keys)}')
    ranking = given["ranking"]
    if not isinstance(ranking, (list, tuple)) or not all(name in (*order, *out) for name in ranking):
        raise CourseError("the ranking is a list of names of the exercise")
    for name in ranking:
        if name in out:
            more = ", however much it would earn" if name == tempting else ""
            return wrong(f"{name} does not meet the constraint, so it is not ranked{more}.")
    if list(ranking) == order[::-1] and len(order) > 1:
        return wrong("This is the worst first.")
    if list(ranking) != order:
        return wrong("Add up again what each of them earns; somebody is in the wrong place, or missing.")
    if given["because"] not in _ahead(decision):
        return wrong(f"The ranking is right. But {given['because']} does not put {order[0]} in front of {order[1]}.")
    return right(_scores_in_words(decision))


def _find_the_weight(seed: int) -> Exercise:
    requirements = _drawn_weights(seed)
    decision = rank(requirements)
    nearest = _nearest(decision)
    answer = (nearest.property.key, _direction(nearest.weight, nearest.at))
    other = next(each.property for each in requirements.prefer if each.property != answer[0])
    turned = "lower" if answer[1] == "raise" else "raise"
    return Exercise(
        id="12.3",
        objective="12.3",
        title="Which weight decides?",
        prompt=(
            f"{_job_in_words(requirements)} Weights go from 0 to 5, and one is changed while the others stay. Earned "
            "is as before: the whole weight, half of it for *depends*, or nothing. Which weight has to be moved the "
            "least until another system takes the first place, and must you raise or lower it?"
            f"\n\n{_facts_in_words(requirements)}"
        ),
        starter='answer = ("...", "raise")  # a property and "raise" or "lower"',
        expects='a pair: the key of a preference, and "raise" or "lower"',
        check=lambda given: _check_weight(decision, given),
        hints=(
            "Add up who leads, and by how much. A preference in which two earn the same cannot change their order.",
            "Divide the lead by the difference of what the two earn for one unit of weight: so far it has to move.",
        ),
        solution=f"answer = {answer!r}",
        explanation=f"{_scores_in_words(decision)} {_turns_in_words(decision)}",
        wrong=(
            Wrong((answer[0], turned), "other direction"),
            Wrong((other, "raise"), f"{other} upward"),
            Wrong((other, "lower"), f"{other} downward"),
        ),
        variant=_find_the_weight,
    )


def _drawn_weights(seed: int) -> Requirements:
    """Draw a job with one leader whose place hangs on one weight more than on all others."""
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    while True:
        systems = tuple(chance.sample(_POOL, 3))
        keys = chance.sample(_ASKED, 3)
        if not _all_known(systems, keys):
            continue
        prefer = tuple(Preference(key, _liked(key), float(chance.randint(1, 4))) for key in keys)
        requirements = Requirements(systems, (), prefer)
        decision = rank(requirements)
        moves = sorted(abs(turn.at - turn.weight) for turn in decision.turns)
        leads = decision.ranked[0].score > decision.ranked[1].score
        if leads and len(moves) >= 2 and moves[1] - moves[0] > 0.2:
            return requirements


def _nearest(decision: Decision) -> Any:
    return min(decision.turns, key=lambda turn: abs(turn.at - turn.weight))


def _direction(weight: float, at: float) -> str:
    return "raise" if at > weight else "lower"


def _turns_in_words(decision: Decision) -> str:
    return " ".join(
        f"{turn.property.key}: {_direction(turn.weight, turn.at)} it from {turn.weight:g} past {turn.at:.4g}, and "
        f"{turn.system.name} leads."
        for turn in sorted(decision.turns, key=lambda turn: abs(turn.at - turn.weight))
    )


def _check_weight(decision: Decision, given: Any) -> Feedback:
    keys = [each.property for each in decision.requirements.prefer]
    if not isinstance(given, (list, tuple)) or len(given) != 2 or given[0] not in keys:
        raise CourseError(f"give a pair, the first of it one of {', '.join(keys)}")
    key, way = given
    if way not in ("raise", "lower"):
        raise CourseError('the second of the pair is "raise" or "lower"')
    nearest = _nearest(decision)
    if (key, way) == (nearest.property.key, _direction(nearest.weight, nearest.at)):
        return right(_turns_in_words(decision))
    if key == nearest.property.key:
        return wrong(f"{key} it is, in the other direction: for whom does a larger weight speak?")
    toward = "upward" if way == "raise" else "downward"
    return wrong(f"Moving {key} {toward} is not the shortest way: the first place stays longer, or for good.")


SIDES = ("replace", "stay", "together")


@dataclass(frozen=True)
class _Evidence:
    """A fact with look-ups, the side of the debate for which it speaks, and why."""

    fact: str
    side: str
    why: str


_EVIDENCE = (
    _Evidence(
        "A thousand containers took {measurements:M080}, a thousand machines with a distribution {measurements:M079}.",
        "replace",
        "the same work in a fraction of the memory, in that study",
    ),
    _Evidence(
        "A system of equations was solved at {measurements:M002} in a container and at {measurements:M001} without.",
        "replace",
        "nothing is lost at computing",
    ),
    _Evidence("{timeline:T34:title}. {timeline:T34:why}", "replace", "a way of delivering that machines did not have"),
    _Evidence(
        "Docker Engine, other operating system: {platform_properties:docker/other_operating_system:value}.",
        "stay",
        "a workload that needs another kernel needs a machine",
    ),
    _Evidence(
        "{escapes:E34:cve}, {escapes:E34:component}: {escapes:E34:what_happened}",
        "stay",
        "one flaw of the shared kernel concerns every container on it",
    ),
    _Evidence(
        "A loaded web server moved to another computer with a pause of {measurements:M204}.",
        "stay",
        "whole machines move while they run, unnoticed",
    ),
    _Evidence("{platforms:kata:name}: {platforms:kata:definition}", "together", "a machine around each pod"),
    _Evidence(
        "{platforms:container_in_vm:name}: {platforms:container_in_vm:definition}",
        "together",
        "machines keep tenants apart, containers deliver",
    ),
    _Evidence("{platforms:wsl2:name}: {platforms:wsl2:definition}", "together", "one machine, and containers in it"),
)


def _sort_the_evidence(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    pairs = [
        list(chance.choice(list(combinations([each for each in _EVIDENCE if each.side == side], 2)))) for side in SIDES
    ]
    drawn = [each for pair in pairs for each in pair]
    chance.shuffle(drawn)
    answer = [each.side for each in drawn]
    facts_listed = "\n\n".join(
        f"{letter}: {dataset.fill(each.fact).text}" for letter, each in zip("ABCDEF", drawn, strict=True)
    )
    return Exercise(
        id="12.4",
        objective="12.4",
        title="Do containers replace machines? Sort the evidence",
        prompt=(
            "For which side of the debate does each of these facts speak: that containers `replace` machines, that "
            f"machines `stay`, or that the two go `together`?\n\n{facts_listed}"
        ),
        starter="answer = ...  # six sides, for A to F",
        expects=f"a list of six of {', '.join(SIDES)}, for A to F",
        check=lambda given: _check_sides(drawn, given),
        hints=(
            "Does the fact show what containers do as well or better, what they cannot do, or both at work at once?",
            "A fact that has a machine and a container in it, one inside the other, takes neither side.",
        ),
        solution=f"answer = {answer!r}",
        explanation=" ".join(
            f"{letter}: {each.side}, {each.why}." for letter, each in zip("ABCDEF", drawn, strict=True)
        ),
        wrong=(
            Wrong([{"replace": "stay", "stay": "replace"}.get(side, side) for side in answer], "the other side"),
            Wrong(["together"] * 6, "cannot all be"),
            Wrong([{"together": "stay"}.get(side, side) for side in answer], "one inside the other"),
        ),
        variant=_sort_the_evidence,
    )


def _check_sides(drawn: Sequence[_Evidence], given: Any) -> Feedback:
    if not isinstance(given, (list, tuple)) or len(given) != len(drawn) or not all(side in SIDES for side in given):
        raise CourseError(f"give six of {', '.join(SIDES)}")
    if len(set(given)) == 1:
        return wrong("They cannot all be on one side: the draw has two of each.")
    for letter, each, side in zip("ABCDEF", drawn, given, strict=True):
        if side == each.side:
            continue
        if each.side == "together":
            return wrong(f"{letter}: here are a machine and a container, one inside the other ({each.why}).")
        if side == "together":
            return wrong(f"{letter}: only one of the two is at work here ({each.why}).")
        return wrong(f"{letter}: it speaks for the other side ({each.why}).")
    return right("Each side has facts. Whoever knows only one side's has an opinion.")


EXERCISES = (_tell_the_musts(0), _rank_and_defend(0), _find_the_weight(0), _sort_the_evidence(0))
