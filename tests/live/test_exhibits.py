"""Each exhibit runs for real and shows what its recording shows; what keeps one from running is said."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from course import CourseError, cli, dataset
from course.live import exhibits, image, image_build, recordings
from course.live.exhibits import table
from course.live.performance import tape_of

if TYPE_CHECKING:
    from course.live.exhibits import Exhibit, Stage
    from course.live.image import Image

# The exhibits of container engines; those of machines have tests of their own beside what they show.
CONTAINERS = (
    *("docker", "who_is_in_the_path", "crun", "runc", "podman", "lxc", "systemd_nspawn", "gvisor", "containerd"),
    *("crio", "rkt", "rancheros"),
)


def an_exhibit(**changes: Any) -> Exhibit:
    return replace(exhibits.load("crun"), **changes)


@pytest.fixture(scope="session")
def built_images(base_image: Image) -> None:
    """Every set that an exhibit needs, built where it is not here: nothing is skipped for want of it."""
    here = {found.name for found in image.images()}
    for name in sorted({exhibits.load(one).image for one in CONTAINERS} - here):
        image_build.build(name)


@pytest.mark.live
@pytest.mark.parametrize("name", CONTAINERS)
def test_it_shows_for_real_what_its_recording_shows(name: str, built_images: None) -> None:
    seen = exhibits.perform(exhibits.load(name)).observations
    recorded = recordings.load(tape_of(name))[0].result["observations"]
    assert [(one.title, one.exit_status) for one in seen] == [(one["title"], one["exit_status"]) for one in recorded]
    assert [dict(one.values) for one in seen] == [one["values"] for one in recorded]


def test_every_recording_of_an_exhibit_belongs_to_one_that_is_there() -> None:
    tapes = {tape for tape in recordings.names() if tape.startswith("exhibit-")}
    assert tapes <= {tape_of(name) for name in exhibits.exhibits()}


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
def test_what_is_shown_to_fail_is_kept_with_its_status(base_image: Image) -> None:
    def run(stage: Stage) -> None:
        stage.show("It fails", "ls /nowhere", expect=None, tried=1)

    outcome = exhibits.perform(an_exhibit(run=run))
    assert [one.exit_status for one in outcome.observations] == [2]
    assert outcome.value("tried") == 1
