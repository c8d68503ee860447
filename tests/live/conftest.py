"""What the tests of live machines share: images built once, and a machine that each test gets fresh."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from course.errors import CourseError
from course.live import Machine, image, image_build

if TYPE_CHECKING:
    from collections.abc import Iterator

    from course.live.image import Image


@pytest.fixture(scope="session")
def base_image() -> Image:
    """The base image of this machine, built if it is not here: nothing is skipped for want of it."""
    try:
        return image.find("base")
    except CourseError:
        return image_build.build("base")


@pytest.fixture(scope="session")
def every_image(base_image: Image) -> None:
    """Every set of this machine, built where it is not here."""
    for name in sorted(set(image.SETS) - {found.name for found in image.images()}):
        image_build.build(name)


@pytest.fixture(scope="session")
def shared_machine(base_image: Image) -> Iterator[Machine]:
    """A machine that tests only ask something: whoever breaks one takes the other."""
    with Machine() as machine:
        yield machine


@pytest.fixture(scope="session")
def broken_machine(base_image: Image) -> Iterator[Machine]:
    machine = Machine()
    yield machine
    machine.stop()


@pytest.fixture
def machine(broken_machine: Machine) -> Machine:
    """A machine in its saved state, whatever an earlier test did to it."""
    return broken_machine.reset()
