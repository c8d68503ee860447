"""The package's front door: cheap to import, and its names are what they say."""

import importlib.util
import subprocess
import sys

import pytest

import course


def modules_after(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split())


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = {"pandas", "numpy", "plotly", "ipywidgets", "anywidget", "course.live", "course.dataset"}
    assert not heavy & modules_after("import course")


def test_dir_lists_the_public_names() -> None:
    assert dir(course) == course.__all__ == sorted(course._HOME)


def test_a_name_that_does_not_exist_says_which_do() -> None:
    with pytest.raises(AttributeError, match="no attribute 'comparee'; public names: CourseError"):
        _ = course.comparee


@pytest.mark.parametrize("name", course.__all__)
def test_every_public_name_loads(name: str) -> None:
    if importlib.util.find_spec(course._HOME[name]) is None:
        pytest.fail(f"{course._HOME[name]} does not exist")
    assert callable(getattr(course, name))


@pytest.mark.parametrize("name", ["compare", "decide"])
def test_a_function_keeps_its_name_after_its_model_is_imported(name: str) -> None:
    code = f"import course.{name}; import course; print(course.{name}.__class__.__name__)"
    answer = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert answer.strip() == "function"
