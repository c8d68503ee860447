"""Each exhibit runs for real and shows what its recording shows; what keeps one from running is said."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from course import CourseError, cli, dataset, publish
from course.live import exhibits, image, performance, recordings
from course.live.exhibits import table
from tests.live.observed import assert_alike

if TYPE_CHECKING:
    from course.live.exhibits import Exhibit, Stage
    from course.live.image import Image

# Exhibits that a lesson shows run with it, in test_lessons.py; the others run here.
SHOWN = {
    name
    for lesson in publish.lessons()
    for cell in json.loads(lesson.read_text("utf-8"))["cells"]
    if cell["cell_type"] == "code"
    for name in re.findall(r'course\.exhibit\("(\w+)"\)', "".join(cell["source"]))
}
ELSEWHERE = tuple(name for name in exhibits.exhibits() if name not in SHOWN)


def an_exhibit(**changes: Any) -> Exhibit:
    return replace(exhibits.load("crun"), **changes)


@pytest.mark.live
@pytest.mark.parametrize("name", ELSEWHERE)
def test_it_shows_for_real_what_its_recording_shows(name: str, every_image: None) -> None:
    (stored,) = recordings.load(performance.tape_of(name))
    assert_alike(performance.record(exhibits.load(name)), stored)


def test_every_exhibit_has_its_recording_and_no_other_is_left() -> None:
    tapes = {tape for tape in recordings.names() if tape.startswith("exhibit-")}
    assert tapes == {performance.tape_of(name) for name in exhibits.exhibits()}


def test_each_system_of_the_article_has_an_exhibit() -> None:
    shown = {one.platform for one in exhibits.exhibits().values()}
    named = [row for row in dataset.records("platforms") if row["article_name"]]
    # VMware is one name of the article and two systems.
    assert {row["article_name"] for row in named if row["platform"] in shown} == {row["article_name"] for row in named}
    assert len(named) >= 11


def test_the_dataset_says_of_each_system_what_its_exhibit_is() -> None:
    said = {row["platform"]: row["exhibit"] for row in dataset.records("platforms")}
    shown = [one for one in exhibits.exhibits().values() if one.platform]
    assert [(one.platform, one.kind) for one in shown] == [(one.platform, said[one.platform]) for one in shown]


@pytest.mark.parametrize("name", sorted(exhibits.exhibits()))
def test_an_exhibit_says_what_it_is(name: str) -> None:
    one = exhibits.load(name)
    assert one.title
    assert one.shows.endswith(".")
    assert one.question.endswith("?")
    assert one.reading.endswith(".")
    assert one.image in image.SETS
    assert not one.platform or dataset.fact("platforms", one.platform, "name")
    # A reproduction says what is not the original's; what is the original needs no such words.
    assert (one.provenance is not None) == (one.kind == "reproduced")


def test_the_table_has_a_line_for_each_exhibit(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["exhibits"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("*")]
    assert len(lines) == len(exhibits.exhibits()) + 1
    found = {cells[1]: cells for line in lines if (cells := re.split(r"  +", line))}
    assert found["rkt"][0::2][:2] == ["rkt", "reproduced"]
    assert found["docker"][:3] == ["Docker Engine", "docker", "live"]


def test_a_reproduction_says_what_is_lost(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["exhibits", "rkt"]) == 0
    page = capsys.readouterr().out
    assert [line.partition(":")[0] for line in page.splitlines()[-3:]] == ["Of the original", "Ours", "Lost"]


def test_an_unknown_name_lists_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["exhibits", "dokcer"]) == 2
    said = capsys.readouterr().err
    assert "did you mean 'docker'" in said
    assert "podman" in said


def test_a_set_that_is_not_built_is_named_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image, "images", list)
    with pytest.raises(CourseError, match=r"image build --set engines, which downloads about \d+ MB"):
        exhibits.perform(exhibits.load("docker"))
    assert "python -m course image build --set engines" in table.table().splitlines()[-2]


@pytest.mark.live
def test_a_command_that_fails_shows_the_guests_own_message(base_image: Image) -> None:
    def run(stage: Stage) -> None:
        stage.show("It fails", "ls /nowhere")

    with pytest.raises(CourseError, match=r"`ls /nowhere` ended with status 2 .* No such file or directory"):
        exhibits.perform(an_exhibit(run=run))


@pytest.mark.live
def test_what_breaks_a_machine_refuses_where_no_marker_says_that_it_is_a_guest(base_image: Image) -> None:
    def run(stage: Stage) -> None:
        stage.quietly("rm /run/course/marker")
        exhibits.load("blast_radius").run(stage)

    with pytest.raises(CourseError, match="No such file or directory"):
        exhibits.perform(an_exhibit(run=run))


@pytest.mark.live
def test_what_is_shown_to_fail_is_kept_with_its_status(base_image: Image) -> None:
    def run(stage: Stage) -> None:
        stage.show("It fails", "ls /nowhere", expect=None, tried=1)

    outcome = exhibits.perform(an_exhibit(run=run))
    assert [one.exit_status for one in outcome.observations] == [2]
    assert outcome.value("tried") == 1
