"""Who may import whom: the table in docs/architecture.md, held to its word by reading the source."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import course

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(course.__file__).parent
BASE = {"errors", "dataset"}
NOT_MODELS = {
    "live",
    "view",
    "widgets",
    "exercises",
    "publish",
    "reference",
    "editions",
    "cli",
    "__main__",
    "__init__",
    *BASE,
}
PARTS = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
# Everything else directly under course/ is a model: plain data and functions, no display.
MODELS = PARTS - NOT_MODELS
# Each part of the package, and the parts that it may import.
MAY_IMPORT: dict[str, set[str]] = {
    "__init__": set(),
    "errors": set(),
    "dataset": {"errors"},
    **dict.fromkeys(MODELS, MODELS | BASE),
    "live": BASE,
    "view": MODELS | BASE,
    "widgets": {"view", "live"} | MODELS | BASE,
    "exercises": {"widgets", "view", "live"} | MODELS | BASE,
    "publish": BASE,
    "reference": {"publish", "exercises"} | MODELS | BASE,
    "editions": {"publish", "exercises", "widgets", "view", "live"} | MODELS | BASE,
    "cli": {"publish", "reference", "editions", "exercises", "widgets", "view", "live"} | MODELS | BASE,
    "__main__": {"cli"},
}
# Programs that run inside the guest see nothing of the course.
GUEST = {PACKAGE / "live" / "guest", PACKAGE / "live" / "programs"}
ONLY_IN = {"ipywidgets": {"widgets"}, "anywidget": {"widgets"}, "plotly": {"view"}, "qemu": {"live"}}
MODULES = sorted(
    path for path in PACKAGE.rglob("*.py") if not GUEST & set(path.parents) and "__pycache__" not in path.parts
)


def part_of(path: Path) -> str:
    """Return the part of the package that a file belongs to: the name below course/."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line, full module name) for every import in a file, wherever it stands, type checking included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}:{node.lineno} imports relatively: write the full name"
            if node.module == "course":
                yield from ((node.lineno, _home(alias.name)) for alias in node.names)
            else:
                yield node.lineno, str(node.module)


def _home(name: str) -> str:
    """Return the module behind `from course import name`: a submodule, or where the public name lives."""
    is_module = (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").is_file()
    return f"course.{name}" if is_module else course._HOME[name]


def violations(path: Path) -> list[str]:
    """Return what a file imports and may not, one line each."""
    here = part_of(path)
    found = []
    for line, module in imported(path):
        first, _, rest = module.partition(".")
        if first == "course":
            there = rest.partition(".")[0]
            wrong = there not in MAY_IMPORT[here] | {here}
        else:
            wrong = first in ONLY_IN and here not in ONLY_IN[first]
        found += [f"course/{path.relative_to(PACKAGE)}:{line} imports {module}"] if wrong else []
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_its_place_allows(path: Path) -> None:
    assert violations(path) == []


def test_the_rule_catches_a_violation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    (tmp_path / "view").mkdir()
    bad = tmp_path / "dataset.py"
    bad.write_text("def late():\n    import ipywidgets\n    from course.view import stack\n")
    assert violations(bad) == ["course/dataset.py:2 imports ipywidgets", "course/dataset.py:3 imports course.view"]


@pytest.mark.parametrize("module", ["course.live", "course.dataset"])
def test_the_lower_layers_load_without_the_upper_ones(module: str) -> None:
    code = f"import sys, {module}\nprint(*(set(sys.modules) & {{'ipywidgets', 'anywidget', 'plotly', 'course.view'}}))"
    answer = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert answer.strip() == ""
