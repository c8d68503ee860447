"""What our own code adds around a runtime in the guest, and how long all exhibits take, cold and warm."""

from __future__ import annotations

import shlex
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from course.live import Machine, exhibits, image, measure_subjects
from course.live.exhibits import Stage
from tests.bench import Benchmark

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROUNDS = 5
_SLOW_ROUNDS = 3
_SLOW = {"Podman", "Docker"}
# What a reader waits for at most, for all of them: a class has ten minutes for a break.
_ALL_EXHIBITS = 600.0


def around_each_runtime() -> Iterator[Benchmark]:
    """Seconds from our call to its answer, against the same command typed in the guest, by the guest's own clock."""
    with Machine(state="docker") as machine:
        stage = Stage(machine, {})
        measure_subjects.prepare(stage, measure_subjects.GUEST)
        for name, start in measure_subjects.starting(measure_subjects.GUEST).items():
            ours, typed = [], []
            line = shlex.join(start)
            stage.quietly(line)  # the first is cold, on either side
            for _ in range(_SLOW_ROUNDS if name in _SLOW else _ROUNDS):  # in turns, so that noise meets both
                began = time.perf_counter()
                stage.quietly(line)
                ours.append(time.perf_counter() - began)
                typed.append(_typed(stage, line))
            yield Benchmark(f"run {name} in the guest, with our code around it", median(ours), median(typed), "s", 1.1)


def all_exhibits() -> Iterator[Benchmark]:
    """Seconds for every exhibit, one after the other: without any saved state, and again with those then made."""
    with _no_states():
        for warmth in ("cold", "warm"):
            began = time.perf_counter()
            for exhibit in exhibits.exhibits().values():
                exhibits.perform(exhibit)
            yield Benchmark(f"all exhibits, {warmth}", time.perf_counter() - began, _ALL_EXHIBITS, "s", 1.0)


@contextmanager
def _no_states() -> Iterator[None]:
    """Use the images of this machine and none of its saved states: those go into a folder that is removed."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        kept = Path(folder) / "images"
        kept.mkdir()
        for found in image.images():
            (kept / found.name).symlink_to(found.folder)
        for name in ("COURSE_IMAGES", "XDG_CACHE_HOME"):
            patch.setenv(name, folder)
        yield


def _typed(stage: Stage, line: str) -> float:
    """Return what a shell in the guest sees the command take, whoever asked the shell."""
    said = stage.quietly(f'began=$EPOCHREALTIME; {line} >/dev/null 2>&1; echo "$began $EPOCHREALTIME"')
    began, ended = map(float, said.split())
    return ended - began
