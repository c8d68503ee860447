"""What Binder does, done here without Docker: an ordinary user, a clean environment, `postBuild`, a lesson executed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import ROOT
from tests.memory_limit import memory_group

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

pytestmark = pytest.mark.live

# What repo2docker puts into the environment before it adds ours (its buildpacks/conda/environment.yml).
BASE = ["jupyter-offlinenotebook==0.3.*", "jupyter-resource-usage==1.*", "jupyterhub==5.*", "jupyterlab==4.*"]
NOBODY = 65534
MEMORY = 2 * 1024**3
WITHOUT_NAMESPACES = [sys.executable, str(ROOT / "tests" / "without_namespaces.py")]


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """Return the repository as Binder has it: the user's home folder, owned by them, with an environment beside it.

    It lies directly below the folder for temporary files, where an ordinary user can reach it.
    """
    folder = Path(tempfile.mkdtemp(prefix="binder-"))
    folder.chmod(0o755)
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / "home" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / "home" / name)
    _install(folder / "environment", folder / "home")
    if os.geteuid() == 0:
        subprocess.run(["chown", "--recursive", f"{NOBODY}:{NOBODY}", str(folder)], check=True)
    yield folder / "home"
    shutil.rmtree(folder)


def _install(environment: Path, home: Path) -> None:
    """Make the environment as conda and pip do from environment.yml; the test's own cache of packages serves it."""
    subprocess.run([_python_of_everybody(), "-m", "venv", str(environment)], check=True)
    pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-compile"]
    subprocess.run([*pip, *BASE, "--requirement", str(home / "requirements.txt")], check=True)


def _python_of_everybody() -> str:
    """Return a Python that an ordinary user may run: root's own may lie in a folder that is closed to others."""
    # The shell looks for the program as that user; setpriv still does so with the rights of root.
    attempt = ["sh", "-c", 'exec "$0" -c "import ensurepip"']
    own = str(Path(sys.executable).resolve())
    return next(path for path in (own, "/usr/bin/python3") if _as_ordinary_user([*attempt, path]).returncode == 0)


def as_user(home: Path, *command: str, through: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    """Run a command as an ordinary user in their home folder, with the environment's programs first.

    `through` are the words of a program that first takes something away from it.
    """
    kept = {name: value for name, value in os.environ.items() if name.startswith("PIP_") or name.endswith("_proxy")}
    path = f"{home.parent / 'environment' / 'bin'}:{os.environ['PATH']}"
    environment = {**kept, "HOME": str(home), "PATH": path, "LANG": "C.UTF-8"}
    return _as_ordinary_user(command, through, cwd=home, env=environment)


def _as_ordinary_user(
    command: Sequence[str], through: Sequence[str] = (), **options: Any
) -> subprocess.CompletedProcess[str]:
    become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs"]
    as_root = os.geteuid() == 0
    return subprocess.run(
        [*through, *(become if as_root else []), *command], capture_output=True, text=True, check=False, **options
    )


@pytest.fixture(scope="module")
def built(home: Path) -> Path:
    """Return the home folder after postBuild ran in it, where no namespace can be made: Binder builds with Docker."""
    assert as_user(home, "unshare", "--user", "true", through=WITHOUT_NAMESPACES).returncode == 1
    done = as_user(home, "./postBuild", through=WITHOUT_NAMESPACES)
    assert done.returncode == 0, done.stdout + done.stderr
    return home


def test_the_lock_agrees_with_what_binder_brings(built: Path) -> None:
    done = as_user(built, "python", "-m", "pip", "check")
    assert done.returncode == 0, done.stdout


def test_settings_and_image_lie_where_a_mounted_home_does_not_hide_them(built: Path) -> None:
    share = built.parent / "environment" / "share"
    assert (share / "jupyter/lab/settings/overrides.json").is_file()
    assert any(path.stat().st_size > 10_000_000 for path in (share / "virtualization-course").rglob("*"))


def test_lesson_01_gives_what_is_stored_in_it(built: Path) -> None:
    done = as_user(built, "python", "-m", "course", "notebooks", "notebooks/01_layers.ipynb")
    assert (done.returncode, done.stdout) == (0, "notebooks/01_layers.ipynb: as it was\n"), done.stderr


def test_lesson_01_runs_live_as_an_ordinary_user_beside_jupyterlab_in_the_memory_of_binder(built: Path) -> None:
    lesson = "jupyter execute notebooks/01_layers.ipynb --output=executed.ipynb --timeout=300"
    beside = f"jupyter lab --no-browser --port-retries=50 & lab=$!; {lesson}; status=$?; kill $lab; wait; exit $status"
    with memory_group(MEMORY) as group:
        done = as_user(built, "sh", "-c", beside, through=group.joining)
        assert group.killed == 0
    assert done.returncode == 0, done.stderr
    assert "LIVE" in (built / "notebooks" / "executed.ipynb").read_text()
