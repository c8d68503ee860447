"""The museum's catalog: who is in it, and which exhibit belongs to whom."""

import pytest

from course import dataset
from course.collection import Piece, entries
from course.errors import CourseError

PIECE = Piece("engine", "An engine", "docker", "live", stored=True)


def names(*systems: str) -> list[str]:
    return [entry.portrait.key for entry in entries(systems)]


def test_nothing_named_means_every_system() -> None:
    assert names() == names("all") == [row["platform"] for row in dataset.records("platforms")]


def test_the_article_means_what_it_names() -> None:
    named = [row["platform"] for row in dataset.records("platforms") if row["article_name"]]
    assert names("article") == named
    assert {"kvm", "rkt", "photon_os"} <= set(named)


def test_kinds_and_keys_add_up_without_repeating() -> None:
    assert names("xen", "hypervisor_type_1", "xen").count("xen") == 1
    assert "hyper_v" in names("xen", "hypervisor_type_1")


def test_an_exhibit_stands_with_its_system_only() -> None:
    found = {entry.portrait.key: entry.pieces for entry in entries(["docker", "podman"], [PIECE])}
    assert found == {"docker": (PIECE,), "podman": ()}


def test_a_system_that_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(CourseError, match="did you mean 'podman'"):
        entries(["podmann"])
