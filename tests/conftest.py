"""What all tests share: nothing of the reader's is touched, and in CI nothing is skipped but for lack of hardware."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

ROOT = Path(__file__).resolve().parent.parent
# Files or folders that come first. The first builds the images, while another worker has no need of them in the second;
# the third takes the longest, and must not be left to one worker at the end.
FIRST = ("test_exhibits.py", "browser", "test_lessons.py")


@pytest.fixture(autouse=True, scope="session")
def readers_progress_is_left_alone(tmp_path_factory: pytest.TempPathFactory) -> Generator[None, None, None]:
    """Keep what tests answer in a file of their own; programs that a test starts inherit it."""
    patch = pytest.MonkeyPatch()
    patch.setenv("COURSE_PROGRESS", str(tmp_path_factory.mktemp("progress") / "progress.jsonl"))
    yield
    patch.undo()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no worker waits for another."""
    items.sort(key=lambda item: next((i for i, name in enumerate(FIRST) if name in item.path.parts), len(FIRST)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that was skipped in CI, unless it lacks hardware."""
    return _no_silent_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Fail a module that was skipped as a whole in CI, unless it lacks hardware."""
    return _no_silent_skip((yield))


def _no_silent_skip(report: Report) -> Report:
    if not os.environ.get("CI") or not report.skipped or hasattr(report, "wasxfail"):
        return report
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not reason.removeprefix("Skipped: ").startswith("hardware"):
        report.outcome = "failed"
        report.longrepr = f"In CI a skip is a failure, unless its reason starts with 'hardware': {reason}"
    return report
