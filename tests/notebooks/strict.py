"""Strict nbval over notebooks: every stored output is compared with what a fresh kernel gives, without the network."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

GUARD = ROOT / "tests" / "notebooks" / "guard"


class Verdict(NamedTuple):
    """How a run ended: whether all outputs were as stored, what was printed, and what was refused by the guard."""

    passed: bool
    printed: str
    network: str


def run(notebooks: Iterable[Path], folder: Path) -> Verdict:
    """Compare the notebooks in one run of pytest; `folder` is a temporary one for the run's own files."""
    settings, log = folder / "pytest.ini", folder / "network.log"
    settings.write_text("[pytest]\n")
    log.touch()
    options = ["-c", str(settings), f"--rootdir={ROOT}", "-p", "no:cacheprovider", "-q", "--tb=short"]
    compare = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=300"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *compare, *map(str, notebooks)],
        env=guarded(log),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return Verdict(done.returncode == 0, done.stdout + done.stderr, log.read_text())


def guarded(log: Path) -> dict[str, str]:
    """Return an environment in which kernels show recordings and cannot reach the network."""
    return {
        **os.environ,
        "COURSE_LIVE": "recorded",
        "COURSE_TEST_NETWORK_LOG": str(log),
        "PYTHONPATH": str(GUARD),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
