"""In CI a skipped test is a failed one, unless it says that hardware is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def outcome(folder: Path, source: str, **environment: str) -> str:
    """Return the last line that pytest prints for a test module beside the conftest of these tests."""
    shutil.copy(ROOT / "tests" / "conftest.py", folder / "conftest.py")
    (folder / "test_it.py").write_text(f"import pytest\n{source}\n")
    plain = {name: value for name, value in os.environ.items() if name != "CI"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={folder}", str(folder)],
        env={**plain, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.splitlines()[-1]


SKIPS = {
    "inside a test": "def test_it():\n    pytest.skip('{}')",
    "by a mark": "@pytest.mark.skip(reason='{}')\ndef test_it():\n    pass",
    "of a module": "pytest.skip('{}', allow_module_level=True)",
}


@pytest.mark.parametrize("skip", SKIPS.values(), ids=SKIPS)
@pytest.mark.parametrize(
    ("reason", "environment", "wanted"),
    [
        ("no QEMU here", {}, "1 skipped"),
        ("no QEMU here", {"CI": "true"}, "1 "),
        ("hardware: no KVM", {"CI": "true"}, "1 skipped"),
    ],
)
def test_a_skip_passes_in_ci_only_for_hardware(
    tmp_path: Path, skip: str, reason: str, environment: dict[str, str], wanted: str
) -> None:
    printed = outcome(tmp_path, skip.format(reason), **environment)
    assert printed.startswith(wanted)
    assert ("skipped" in printed) == (wanted == "1 skipped")
    assert ("failed" in printed or "error" in printed) == (wanted != "1 skipped")


def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    source = "@pytest.mark.xfail(reason='known')\ndef test_it():\n    assert False"
    assert outcome(tmp_path, source, CI="true").startswith("1 xfailed")
