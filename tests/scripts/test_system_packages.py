"""The check of system packages: what it says, when it asks, when it adds, and when the course cannot go on."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = ROOT / "scripts" / "system_packages.py"


def module() -> Any:
    spec = importlib.util.spec_from_file_location("system_packages", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def as_ordinary_user(package_list: Path, programs: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script with no terminal, as somebody who is not root, with the programs in a folder of our own."""
    pretend = f"import os, runpy, sys; os.geteuid = lambda: 1000; sys.argv[1:] = [{str(package_list)!r}]; "
    code = pretend + f"runpy.run_path({str(SCRIPT)!r}, run_name='__main__')"
    plain = {name: value for name, value in os.environ.items() if name != "CI"}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**plain, "PATH": str(programs), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def package_list(tmp_path: Path) -> Path:
    path = tmp_path / "apt.txt"
    path.write_text("# prose\n\n# machines; without them, recordings\nqemu-x\nzstd  # why\n")
    return path


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """Return a folder with a dpkg-query that knows zstd alone, and an apt-get that only says what it was asked."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, body in {
        "dpkg-query": 'case "$3" in zstd) printf installed;; *) exit 1;; esac',
        "apt-get": 'echo "apt-get $*"',
        "sudo": 'while [ "${1#-}" != "$1" ]; do shift; done; exec "$@"',
    }.items():
        (folder / name).write_text(f"#!/bin/sh\n{body}\n")
        (folder / name).chmod(0o755)
    (folder / "sh").symlink_to("/bin/sh")
    return folder


def test_groups_carry_what_falls_back_without_them(package_list: Path) -> None:
    assert module().read(package_list.read_text()) == [("machines; without them, recordings", ("qemu-x", "zstd"))]


def test_every_group_of_the_real_lists_says_what_falls_back() -> None:
    for name in ("apt.txt", "apt-test.txt"):
        groups = module().read((ROOT / name).read_text())
        assert groups
        assert all("without" in group.purpose for group in groups)


def test_without_a_terminal_it_prints_one_line_and_goes_on(package_list: Path, programs: Path) -> None:
    done = as_ordinary_user(package_list, programs)
    assert done.returncode == 0
    assert "machines; without them, recordings" in done.stdout
    assert "sudo sh -c 'apt-get update && apt-get install --yes --no-install-recommends qemu-x'" in done.stdout
    assert "Going on without qemu-x." in done.stdout
    assert "\napt-get install" not in done.stdout


def test_in_ci_it_adds_without_asking_and_fails_if_that_did_not_help(package_list: Path, programs: Path) -> None:
    done = as_ordinary_user(package_list, programs, CI="true")
    assert "\napt-get install --yes --no-install-recommends qemu-x\n" in done.stdout
    assert done.returncode == 1


def test_nothing_is_said_when_nothing_is_missing(tmp_path: Path, programs: Path) -> None:
    (tmp_path / "list").write_text("# compression; without it, nothing\nzstd\n")
    done = as_ordinary_user(tmp_path / "list", programs)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_another_system_is_told_to_use_its_own_package_manager(package_list: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    done = as_ordinary_user(package_list, empty)
    assert done.returncode == 0
    assert "not a Debian or Ubuntu system" in done.stdout


@pytest.mark.parametrize(
    ("environment", "root", "terminal", "verdict"),
    [
        ({}, False, True, "ask"),
        ({}, False, False, "no"),
        ({}, True, False, "yes"),
        ({"CI": "true"}, False, True, "yes"),
    ],
)
def test_it_asks_on_a_terminal_only(environment: dict[str, str], root: bool, terminal: bool, verdict: str) -> None:
    assert module().may_add(environment, root=root, terminal=terminal) == verdict
