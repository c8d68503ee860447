"""One list of versions and one list of system packages: pip, conda, Binder and CI are given the same ones."""

from __future__ import annotations

import ast
import json
import re
import stat
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from packaging.requirements import Requirement

from course import publish
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(name: str) -> dict[str, set[str]]:
    """Return the pinned versions of every package in a lock: one, or one for each platform or Python."""
    lines = (line.strip() for line in (ROOT / name).read_text().splitlines())
    required = [Requirement(line) for line in lines if line and not line.startswith("#")]
    versions: dict[str, set[str]] = {}
    for item in required:
        operator, version = str(item.specifier)[:2], str(item.specifier)[2:]
        assert operator == "==", f"{name}: {item} is not pinned"
        versions.setdefault(normal(item.name), set()).add(version)
    return versions


def environment() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "environment.yml").read_text()))


def system_packages(name: str = "apt.txt") -> list[str]:
    lines = (line.partition("#")[0].strip() for line in (ROOT / name).read_text().splitlines())
    return [line for line in lines if line]


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.txt", PROJECT["dependencies"]),
        ("requirements-test.txt", PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"]),
    ],
)
def test_the_lock_holds_what_the_project_asks_for(lock: str, wanted: list[str]) -> None:
    missing = {normal(Requirement(item).name) for item in wanted} - set(pins(lock))
    assert not missing, "run: make lock"


def test_the_test_lock_agrees_with_the_lock() -> None:
    ours, theirs = pins("requirements.txt"), pins("requirements-test.txt")
    assert {name: version for name, version in theirs.items() if name in ours} == ours


def test_the_lock_has_no_hashes() -> None:
    """Pip refuses hashes together with an editable install in one call, and Binder's environment makes that call."""
    assert "--hash" not in (ROOT / "requirements.txt").read_text()


def test_installed_versions_are_those_of_the_lock_and_agree() -> None:
    command = [sys.executable, "-m", "pip"]
    agreed = subprocess.run([*command, "check"], capture_output=True, text=True, check=False)
    assert agreed.returncode == 0, agreed.stdout
    listed = subprocess.run([*command, "list", "--format=json"], capture_output=True, text=True, check=True).stdout
    installed = {normal(item["name"]): item["version"] for item in json.loads(listed)}
    locked = pins("requirements-test.txt")
    differing = {name: version for name, version in installed.items() if version not in locked.get(name, {version})}
    assert not differing


def test_conda_takes_python_and_pip_takes_the_lock() -> None:
    *conda, pip = environment()["dependencies"]
    # Two equals signs or ">=" make Binder take the Python of its base environment instead, without a word.
    assert conda == ["python=3.12", "pip"]
    assert pip == {"pip": ["-r requirements.txt"]}


def test_no_folder_takes_the_place_of_the_binder_files() -> None:
    assert not (ROOT / "binder").exists()
    assert not (ROOT / ".binder").exists()
    assert (ROOT / "postBuild").stat().st_mode & stat.S_IXUSR


def test_post_build_installs_the_course_without_touching_the_lock() -> None:
    script = (ROOT / "postBuild").read_text()
    assert script.startswith("#!/bin/bash\n")
    assert "pip install --quiet --no-deps --editable ." in script
    assert "python -m course image build" in script


def test_system_package_names_are_ones_that_binder_takes() -> None:
    names = system_packages() + system_packages("apt-test.txt")
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9.+-]+", name) for name in names)
    assert len(names) == len(set(names))


def test_binder_gets_by_name_what_it_would_not_get_as_a_recommendation() -> None:
    needed = (
        "gpg fakechroot libdpkg-perl qemu-utils squashfs-tools zstd cpio kmod debian-archive-keyring mmdebstrap "
        "qemu-system-x86"
    )
    assert not set(needed.split()) - set(system_packages())


def test_everything_that_lessons_and_the_course_import_is_a_requirement() -> None:
    homes = packages_distributions()
    direct = {normal(Requirement(item).name) for item in PROJECT["dependencies"]}
    known = direct | set(pins("requirements.txt"))
    imported = {name: path for path, source in _sources() for name in _imports(source)}
    foreign = {
        name: path for name, path in imported.items() if name not in sys.stdlib_module_names and name != "course"
    }
    homeless = {
        f"{path} imports {name}"
        for name, path in foreign.items()
        if not {normal(home) for home in homes.get(name, [])} & known
    }
    assert not homeless, "add it to pyproject.toml and run: make lock"


def test_lessons_import_nothing_but_the_course() -> None:
    """A lesson calls public names of the course; a library of the lesson's own would hide a missing one."""
    allowed = {"course"}
    found = {
        f"{path.name}: {name}"
        for path in publish.lessons()
        for source in _cells(path)
        for name in _imports(source)
        if name not in allowed and name not in sys.stdlib_module_names
    }
    assert not found


def _sources() -> list[tuple[str, str]]:
    """Return (name, Python source) of every module of the course that this Python runs, and of every lesson's cell."""
    guest = ROOT / "course" / "live"
    modules = [
        path
        for path in sorted((ROOT / "course").rglob("*.py"))
        if not {guest / "guest", guest / "programs"} & set(path.parents)
    ]
    cells = [(path.name, source) for path in publish.lessons() for source in _cells(path)]
    return [(path.name, path.read_text()) for path in modules] + cells


def _cells(path: Path) -> list[str]:
    cells = json.loads(path.read_text())["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def _imports(source: str) -> set[str]:
    nodes = list(ast.walk(ast.parse(source)))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return {name.partition(".")[0] for name in plain} | {
        str(node.module).partition(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)
    }
