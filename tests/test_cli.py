"""`python -m course`: each command does its work or says in one sentence why not."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from course import cli, dataset
from tests.conftest import ROOT

if TYPE_CHECKING:
    import pytest


def test_the_dictionary_is_the_page_that_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["dictionary"]) == 0
    assert capsys.readouterr().out == (ROOT / "docs" / "data_dictionary.md").read_text(encoding="utf-8")


def test_the_map_has_a_line_for_every_objective_and_concept(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["map"]) == 0
    first = [line.split(" | ")[0].removeprefix("| ") for line in capsys.readouterr().out.splitlines()]
    wanted = [row["objective"] for row in dataset.records("objectives")]
    wanted += [row["concept"] for row in dataset.records("concepts")]
    assert [cell for cell in first if cell in wanted] == wanted


def test_a_mistake_is_one_sentence_on_standard_error_and_status_2() -> None:
    command = [sys.executable, "-m", "course", "notebooks", "nowhere.ipynb"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("There is no notebook 'nowhere.ipynb'")
    assert "Traceback" not in done.stderr


def test_without_a_command_the_usage_is_shown() -> None:
    done = subprocess.run([sys.executable, "-m", "course"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "usage: python -m course" in done.stderr


def test_a_reader_that_has_read_enough_is_no_error() -> None:
    command = [sys.executable, "-m", "course", "dictionary"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()  # as `head` does
        assert (running.wait(60), running.stderr.read()) == (0, b"")
