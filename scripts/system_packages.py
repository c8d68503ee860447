"""Check the system packages that the course uses, print the one line that adds the missing ones, and add them.

Usage: `python3 scripts/system_packages.py apt.txt [apt-test.txt]`, before anything is installed: standard library only.

On a terminal it asks before it adds; as root or in CI (the variable `CI`) it adds without asking; otherwise it prints
the line and goes on. The exit status is 1 where the course cannot go on: Python is too old or cannot make a virtual
environment, or packages could not be added in CI.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

OLDEST_PYTHON = (3, 11)


class Group(NamedTuple):
    """Packages that serve one purpose; `purpose` is the comment above them in the list, so it names the fallback."""

    purpose: str
    packages: tuple[str, ...]


def main(lists: list[str]) -> int:
    """Check everything that the files in `lists` name; return the exit status."""
    if sys.version_info < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        print(f"The course needs Python {wanted} or newer. Name one: make start PYTHON=python{wanted}", file=sys.stderr)
        return 1
    groups = [group for name in lists for group in read(Path(name).read_text(encoding="utf-8"))]
    if find_spec("ensurepip") is None:
        groups.insert(0, Group("the course's own .venv; without it, nothing runs", ("python3-venv",)))
    missing = [group for group in map(_missing, groups) if group.packages]
    if missing:
        _report(missing)
        missing = _add(missing)
    return _status(missing)


def read(text: str) -> list[Group]:
    """Return the groups of a package list: a comment, then one package a line; a comment without packages is prose."""
    groups: list[Group] = []
    purpose, packages = "", []
    for line in [*text.splitlines(), "# end"]:
        if line.startswith("#"):
            if packages:
                groups.append(Group(purpose, tuple(packages)))
            purpose, packages = line.lstrip("# ").rstrip(), []
        elif line.strip():
            packages.append(line.partition("#")[0].strip())
    return groups


def install_line(groups: list[Group]) -> str:
    """Return the one line that adds the packages of all groups."""
    names = " ".join(package for group in groups for package in group.packages)
    return f"apt-get update && apt-get install --yes --no-install-recommends {names}"


def may_add(environment: dict[str, str], *, root: bool, terminal: bool) -> str:
    """Return "yes" (root, CI), "ask" (somebody is at a terminal) or "no"."""
    if root or environment.get("CI"):
        return "yes"
    return "ask" if terminal else "no"


def _missing(group: Group) -> Group:
    return Group(group.purpose, tuple(package for package in group.packages if not _installed(package)))


def _installed(package: str) -> bool:
    if shutil.which("dpkg-query") is None:
        return False
    answer = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${db:Status-Status}", package],
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.stdout == "installed"


def _report(missing: list[Group]) -> None:
    print("Missing system packages:")
    for group in missing:
        print(f"  {' '.join(group.packages)}\n      for {group.purpose}")
    if shutil.which("apt-get"):
        print(f"This line adds them:\n  sudo sh -c '{install_line(missing)}'", flush=True)
    else:
        print("This is not a Debian or Ubuntu system: add their counterparts with its own package manager.", flush=True)


def _add(missing: list[Group]) -> list[Group]:
    """Add the packages where that is allowed; return the groups that are still incomplete."""
    root = os.geteuid() == 0
    verdict = may_add(dict(os.environ), root=root, terminal=sys.stdin.isatty() and sys.stdout.isatty())
    if shutil.which("apt-get") is None or verdict == "no" or (verdict == "ask" and not _agreed()):
        return missing
    become = [] if root else ["sudo", *(["--non-interactive"] if verdict == "yes" else [])]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if become and shutil.which("sudo") is None:
        print("There is no sudo here: ask whoever administers this machine to run that line.", file=sys.stderr)
        return missing
    subprocess.run([*become, "sh", "-c", install_line(missing)], env=environment, check=False)
    return [group for group in map(_missing, missing) if group.packages]


def _agreed() -> bool:
    return input("Run it now? [Y/n] ").strip().lower() in {"", "y", "yes"}


def _status(missing: list[Group]) -> int:
    names = {package for group in missing for package in group.packages}
    if not names:
        return 0
    print(f"Going on without {', '.join(sorted(names))}.", flush=True)
    return 1 if os.environ.get("CI") or "python3-venv" in names else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
