"""Exercises of lesson 07: choose a measurement, sort what carries over, report a ratio or refuse it, predict a tail."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from course.checks import Exercise, Feedback, Wrong, right, wrong
from course.errors import CourseError
from course.live.measure import Series, Setting, compare
from course.simulate import queues

if TYPE_CHECKING:
    from collections.abc import Sequence

METRICS = ("latency", "throughput", "start-up", "density")
BASELINES = ("before the change", "the same program natively", "the other candidate", "one instance more")
STATISTICS = ("median", "99th percentile", "maximum", "sum")


@dataclass(frozen=True)
class _Case:
    story: str
    answer: tuple[str, str, str]
    why: str


_CASES = (
    _Case(
        "Since the database moved into a virtual machine, a report that used to be there at once is late now and then. "
        "How bad is it, compared with what users were used to?",
        ("latency", "before the change", "99th percentile"),
        "late now and then is a tail, and what users were used to is the state before the move",
    ),
    _Case(
        "You may run a batch of video conversions in containers or in machines. Nobody waits for a single one. Which "
        "finishes more of them in a typical hour?",
        ("throughput", "the other candidate", "median"),
        "conversions an hour is throughput, the candidates are each other's baseline, and a typical hour is a median",
    ),
    _Case(
        "A colleague says that containers cost nothing. How much longer does a typical request take in a container "
        "than without one?",
        ("latency", "the same program natively", "median"),
        "the claim is about the difference to no container at all, and about a typical request",
    ),
    _Case(
        "A function is started for each event and thrown away. A contract says that no start may take longer than a "
        "second. Two engines are offered. Which one keeps the contract?",
        ("start-up", "the other candidate", "maximum"),
        "each event waits for a start, two engines are compared, and no start may is a maximum",
    ),
    _Case(
        "A host runs forty equal containers, its memory is nearly used up, and the provider sells more of them. What "
        "does each sold one cost in memory, all of its processes together?",
        ("density", "one instance more", "sum"),
        "what one more of them adds, over all processes that come with it",
    ),
    _Case(
        "After an update of the container engine, starting a test suite's containers feels slower. How much slower is "
        "a typical start?",
        ("start-up", "before the change", "median"),
        "a start, against the engine before the update, and a typical one",
    ),
    _Case(
        "A service has been tested with one request after the other. How many requests a second does it answer inside "
        "a machine, against what the hardware can do, in a typical second?",
        ("throughput", "the same program natively", "median"),
        "requests a second, and what the hardware can do is the program without the machine",
    ),
)


def _choose_the_measurement(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    cases = chance.sample(_CASES, 3)
    answer = [case.answer for case in cases]
    first = cases[0].answer
    other_metric = METRICS[(METRICS.index(first[0]) + 1) % len(METRICS)]
    other_baseline = BASELINES[(BASELINES.index(first[1]) + 1) % len(BASELINES)]
    other_statistic = STATISTICS[(STATISTICS.index(first[2]) + 1) % len(STATISTICS)]
    return Exercise(
        id="07.1",
        objective="07.1",
        title="Metric, baseline, statistic",
        prompt=(
            "For each question, choose what to measure, against what, and which number of the repeats to report.\n\n"
            f"{_listing([case.story for case in cases])}\n\n"
            f"Metrics: {_choices(METRICS)}. Baselines: {_choices(BASELINES)}. Statistics: {_choices(STATISTICS)}."
        ),
        starter="answer = [('latency', 'before the change', 'median'), ..., ...]  # for A to C",
        expects="a list of three triples for A to C: a metric, a baseline and a statistic, spelled as above",
        check=lambda given: _check_measurements(cases, given),
        hints=(
            "Each of the three has its words in the question: what is felt, against what, and about which cases.",
            "A mean or a median hides what happens now and then. A maximum answers a question about never.",
        ),
        solution=f"answer = {answer!r}",
        explanation=" ".join(f"{name}: {case.why}." for name, case in zip("ABC", cases, strict=True)),
        wrong=(
            Wrong([(other_metric, *first[1:]), *answer[1:]], "what was asked"),
            Wrong([(first[0], other_baseline, first[2]), *answer[1:]], "Against what"),
            Wrong([(*first[:2], other_statistic), *answer[1:]], "Which of the repeats"),
        ),
        variant=_choose_the_measurement,
    )


def _check_measurements(cases: Sequence[_Case], given: Any) -> Feedback:
    _expect_triples(given, len(cases))
    for name, case, one in zip("ABC", cases, given, strict=True):
        for told, word, expected in zip(_TOLD, one, case.answer, strict=True):
            if word != expected:
                return wrong(f"{name}: `{word}`? {told}")
    return right("Each part of the answer was in the question. If it is not there, ask before you measure.")


_TOLD = (
    "Something else is what was asked. What do the people in the story feel or pay?",
    "Against what? The story names another baseline.",
    "Which of the repeats answers it? Ask whether it is about the typical case, the rare one, or every one.",
)


def _expect_triples(given: Any, count: int) -> None:
    if not isinstance(given, (list, tuple)) or len(given) != count:
        raise CourseError(f"give {count} triples")
    for one in given:
        if not isinstance(one, (list, tuple)) or len(one) != len(_TOLD):
            raise CourseError("each answer is a metric, a baseline and a statistic")
        for word, known in zip(one, (METRICS, BASELINES, STATISTICS), strict=True):
            if word not in known:
                raise CourseError(f"{word!r} is none of {', '.join(known)}")


YES, ORDER, NO = "carries over", "order only", "never"
VERDICTS = (YES, ORDER, NO)


@dataclass(frozen=True)
class _Result:
    what: str
    verdict: str
    why: str


_CARRIES = (
    _Result("with nested paging, switching the page table makes no exits", YES, "an exit is a rule carried out"),
    _Result(
        "two groups with weights of one to four get CPU time of one to four", YES, "a share is a policy of the kernel"
    ),
    _Result("`docker run` starts dozens of processes and threads, `crun run` two", YES, "processes can be counted"),
    _Result("a filter with a hundred rules adds instructions to each system call", YES, "instructions can be counted"),
    _Result("a group above `memory.max` loses a process, the machine none", YES, "who is killed is a policy"),
    _Result("a write with O_DIRECT is one request to the disk, each time", YES, "requests can be counted"),
)
_ORDERS = (
    _Result(
        "in one boot of L1, warm, `docker run` took many times what `crun run` took",
        ORDER,
        "one level, one boot, one kind of work, and the ranges are far apart; the factor is the emulator's",
    ),
    _Result(
        "in one boot of L1, warm, a system call under gVisor took several hundred times what it takes without",
        ORDER,
        "one level, one boot, one kind of work, far apart; how many hundred is the emulator's",
    ),
    _Result(
        "timed from L0 in one series, booting a machine took more than ten times as long as restoring it",
        ORDER,
        "both timed from L0 in turns and far apart; the factor depends on this machine",
    ),
)
_NEVERS = (
    _Result("an exit costs three microseconds", NO, "the cost of an exit is the emulator's own"),
    _Result("copying memory in L1 reaches two gigabytes a second", NO, "bandwidth of an emulator is none of memory"),
    _Result(
        "a machine, timed from L0, starts twenty times slower than a container, timed in L1",
        NO,
        "two levels and two clocks, and one side is emulated",
    ),
    _Result("arithmetic with fractions is thirteen times slower in a virtual machine", NO, "the emulator computes it"),
    _Result("nested paging makes a memory access in L2 slower by a third", NO, "the walk is software here"),
    _Result("a disk of L1 writes a gigabyte in half a second", NO, "the disk of L1 is memory of a process on L0"),
)


def _sort_the_results(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    results = [*chance.sample(_CARRIES, 2), *chance.sample(_ORDERS, 2), *chance.sample(_NEVERS, 2)]
    chance.shuffle(results)
    answer = [one.verdict for one in results]
    return Exercise(
        id="07.2",
        objective="07.2",
        title="What carries over?",
        prompt=(
            "All of this was measured on emulated machines. What may be said of real hardware? Either it `carries "
            "over` as it is, or the `order only` holds and not the factor, or it is `never` to be said.\n\n"
            f"{_listing([f'{one.what[0].upper()}{one.what[1:]}.' for one in results])}"
        ),
        starter="answer = [..., ..., ..., ..., ..., ...]  # for A to F",
        expects=f"a list of six of these, for A to F: {', '.join(map(repr, VERDICTS))}",
        check=lambda given: _check_results(results, given),
        hints=(
            "First: is it a count, or something that the kernel decides by a rule? Neither knows a clock.",
            "Then: with one level, one boot and one kind of work on both sides, an order of times may remain.",
        ),
        solution=f"answer = {answer!r}",
        explanation=" ".join(f"{name}, {one.verdict}: {one.why}." for name, one in zip("ABCDEF", results, strict=True)),
        wrong=(
            Wrong([NO if verdict == YES else verdict for verdict in answer], "no clock"),
            Wrong([YES if verdict == ORDER else verdict for verdict in answer], "the factor"),
            Wrong([ORDER if verdict == NO else verdict for verdict in answer], "nothing to order"),
        ),
        variant=_sort_the_results,
    )


def _check_results(results: Sequence[_Result], given: Any) -> Feedback:
    if not isinstance(given, (list, tuple)) or len(given) != len(results) or not set(given) <= set(VERDICTS):
        raise CourseError(f"give {len(results)} of {', '.join(VERDICTS)}")
    told = {
        YES: "this is a count or a policy, and no clock took part in it",
        ORDER: "this is a time, so the factor stays here; the conditions for an order are met",
        NO: "this is a time or a rate that only the emulator knows, and there is nothing to order it by",
    }
    for name, one, verdict in zip("ABCDEF", results, given, strict=True):
        if verdict != one.verdict:
            return wrong(f"{name}: {told[one.verdict]}; {one.why}.")
    return right("Counts and policies lead, orders follow, and the rest waits for hardware.")


_WARM = Setting("L1", "tcg", "icount", "boot 1")
_REFUSALS = {
    "level": (replace(_WARM, level="L0", accelerator="tcg"), "one was taken on L1, the other on L0"),
    "warmth": (replace(_WARM, warmth="cold"), "one is warm, the other cold"),
    "unit": (replace(_WARM, clock="none"), "one counts instructions, the other system calls"),
}


def _report_the_ratio(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    reason = sorted(_REFUSALS)[seed % len(_REFUSALS)]
    base = _samples(chance, chance.randrange(300, 400, 10))
    more = _samples(chance, chance.randrange(900, 1_500, 20))
    cold = [chance.randrange(3_000, 4_000, 10)]
    valid = (_series("runc", cold + more), _series("crun", base))
    found = compare(_series("runc", more), _series("crun", base)).ratio
    assert found is not None  # noqa: S101 - instructions always have one
    answer = (round(found.low, 2), round(found.middle, 2), round(found.high, 2))
    careless = compare(*valid).ratio
    assert careless is not None  # noqa: S101 - as above
    medians = round(found.middle, 2)
    return Exercise(
        id="07.3",
        objective="07.5",
        title="A ratio with its range, or none",
        prompt=(
            "In one boot, a runtime's start was counted in thousands of instructions, in turns. "
            f"runc, in the order in which they were taken: {_numbers(cold + more)}. The first was the first after the "
            f"boot. crun, warm: {_numbers(base)}. Report runc against crun by the rules: the ratio of the medians, and "
            "the range from lowest over highest to highest over lowest, each to two digits behind the point.\n\n"
            f"Then a second pair: runc again, and crun in another series. It {_SECOND[reason]}. Report it too, "
            "or name what forbids it."
        ),
        starter="answer = ((..., ..., ...), ...)  # low, median, high; then three numbers again, or a word",
        expects=f"a triple of numbers, and a triple or one of these words: {', '.join(map(repr, sorted(_REFUSALS)))}",
        check=lambda given: _check_ratio(answer, reason, (cold, more, base), given),
        hints=(
            "What was the first after the boot? It is reported by itself, not with the others.",
            "`statistics.median` for the middle. The smallest possible ratio is the smallest over the largest.",
        ),
        solution=f"answer = ({answer!r}, {reason!r})",
        explanation=(
            f"The first of runc is cold and stands alone. The medians of the rest give {answer[1]}, the ranges "
            f"{answer[0]} to {answer[2]}. The second pair has no ratio: {_REFUSALS[reason][1]}."
        ),
        wrong=(
            Wrong(((round(careless.low, 2), round(careless.middle, 2), round(careless.high, 2)), reason), "cold"),
            Wrong(((medians, medians, medians), reason), "range"),
            Wrong((answer, answer), "must not be compared"),
        ),
        variant=_report_the_ratio,
    )


_SECOND = {
    "level": "was counted on L0, while runc was counted on L1",
    "warmth": "is the first start after a boot, while runc was warm",
    "unit": "counts system calls, while runc was counted in instructions",
}


def _check_ratio(
    answer: tuple[float, float, float], reason: str, samples: tuple[list[int], list[int], list[int]], given: Any
) -> Feedback:
    first, second = _pair(given)
    cold, more, base = samples
    if second != reason:
        if isinstance(second, str):
            return wrong(f"The second pair has no ratio, but not because of the {second}. Compare how they were taken.")
        return wrong(f"The second pair must not be compared: {_REFUSALS[reason][1]}.")
    if _near(first, answer):
        return right("A median, its range, under what it was taken, and a refusal with its reason.")
    if abs(first[2] - max(cold + more) / min(base)) < 0.02:
        return wrong("The first start after a boot is cold. It is reported by itself and not mixed with warm ones.")
    if len(set(first)) == 1:
        return wrong("A ratio without its range looks like a fact of nature. Give lowest, median and highest.")
    if _near(tuple(sorted(first)), answer):
        return wrong("The numbers are right, their order is not: lowest, median, highest.")
    return wrong("Take the medians of the warm starts, and for the range the extremes against each other.")


def _pair(given: Any) -> tuple[tuple[float, float, float], Any]:
    if not isinstance(given, (list, tuple)) or len(given) != 2:
        raise CourseError("give two values: a triple, and a triple or a word")
    first, second = given
    if not _is_triple(first):
        raise CourseError("the first value is three numbers: lowest, median, highest")
    if not (_is_triple(second) or second in _REFUSALS):
        raise CourseError(f"the second value is three numbers or one of {', '.join(sorted(_REFUSALS))}")
    low, middle, high = first
    return (float(low), float(middle), float(high)), second


def _is_triple(value: Any) -> bool:
    return (
        isinstance(value, (list, tuple))
        and len(value) == 3
        and all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in value)
    )


def _near(given: Sequence[float], answer: Sequence[float]) -> bool:
    return all(abs(one - other) <= 0.011 for one, other in zip(given, answer, strict=True))


def _series(subject: str, samples: Sequence[int]) -> Series:
    return Series("start a container", subject, "instructions", _WARM, tuple(float(one) for one in samples))


def _samples(chance: random.Random, middle: int) -> list[int]:
    return [middle + chance.randrange(-20, 21) for _ in range(5)]


def _numbers(values: Sequence[int]) -> str:
    return ", ".join(map(str, values))


def _predict_the_wait(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    quota = chance.choice((10, 20, 25, 40))
    work = quota * chance.randint(2, 4) + chance.randint(1, quota - 1)
    light, heavy = chance.choice(((100, 300), (100, 400), (50, 150), (200, 600)))
    period = 100
    wait = queues.throttled(work, quota, period)
    share = queues.shares({"yours": light, "neighbor": heavy})["yours"]
    answer = (round(wait), round(100 * share))
    return Exercise(
        id="07.4",
        objective="07.4",
        title="How long under a quota, how much beside a neighbor?",
        prompt=(
            f"A request needs {work} ms of CPU and arrives at the start of a period. The quota is {quota} ms in each "
            f"period of {period} ms, and nothing else runs. After how many ms is the request done? Then the quota goes "
            f"away, and a neighbor with weight {heavy} arrives, always busy. Your group has weight {light} and is "
            "always busy too. What percentage of the CPU does your group get, and what when the neighbor sleeps?"
        ),
        starter="answer = (..., ..., ...)  # ms until done; percent with the neighbor; percent without",
        expects="three whole numbers: milliseconds, percent, percent",
        check=lambda given: _check_wait(work, quota, period, answer, given),
        hints=(
            "Lay the periods side by side and fill in how long the request runs in each. When does the last piece end?",
            "A weight divides among those who want to run. `course.queue('load=10; quota=20')` shows the other one.",
        ),
        solution=f"answer = {(*answer, 100)!r}",
        explanation=(
            f"It runs {quota} ms in each of {(answer[0] // period)} periods, stands still for the rest of each, and "
            f"ends in the next, after {answer[0]} ms. Of the weights {light} and {heavy} yours is {answer[1]} percent; "
            "with nobody else it is all."
        ),
        wrong=(
            Wrong((work, answer[1], 100), "stands still"),
            Wrong((round(work * period / quota), answer[1], 100), "slower processor"),
            Wrong((answer[0], answer[1], answer[1]), "takes a weight for a quota"),
        ),
        variant=_predict_the_wait,
    )


def _check_wait(work: int, quota: int, period: int, answer: tuple[int, int], given: Any) -> Feedback:
    if not isinstance(given, (list, tuple)) or len(given) != 3 or not all(type(one) is int for one in given):
        raise CourseError("give three whole numbers")
    wait, beside, alone = given
    if wait == work:
        return wrong("That is its CPU time. When the quota of a period is used up, it stands still until the next.")
    if wait == round(work * period / quota) != answer[0]:
        return wrong("A quota is not a slower processor: it runs at full speed, then not at all. Where does it end?")
    if wait != answer[0]:
        return wrong("Count the periods that it fills, and add what it needs of the one in which it ends.")
    if alone != 100 and alone == beside:
        return wrong("This takes a weight for a quota. When nobody else wants the CPU, what does a weight hold back?")
    if alone != 100:
        return wrong("With nobody else who wants the CPU, there is nobody to share it with.")
    if abs(beside - answer[1]) > 1:
        return wrong("Your share is your weight over the sum of the weights of all who want to run.")
    return right("You kept them apart: a quota makes gaps, a weight makes shares, and only among those who want.")


def _listing(stories: Sequence[str]) -> str:
    return "\n\n".join(f"{name}: {story}" for name, story in zip("ABCDEF", stories, strict=False))


def _choices(words: Sequence[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


EXERCISES = (_choose_the_measurement(0), _sort_the_results(0), _report_the_ratio(0), _predict_the_wait(0))
