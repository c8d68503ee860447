"""The stage on which an exhibit runs: a machine, and the record of all that was seen on it."""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from course.errors import CourseError
from course.live.exhibits.shape import Exhibit, Level, Observation, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from course.live import CommandResult, Machine

# What a command may take at most: an emulated machine on a busy L0 may be ten times slower than yours.
SECONDS = 300.0
MARKER = "/run/course/marker"

# The root file system of a container: busybox under the names that the exhibits use.
APPLETS = "sh ash true false cat echo ls ps id hostname uname mount umount ip mkdir rm cp ln sleep kill head tail grep wc dd nc httpd wget env stat date free touch chown mknod top sync pidof"


class Stage:
    """Runs commands for an exhibit and keeps what was seen.

    `machine` is the L1 guest. Everything that `show` runs becomes an observation; `quietly` prepares and keeps nothing.
    """

    def __init__(self, machine: Machine, versions: Mapping[str, str]) -> None:
        self.machine = machine
        self.versions = dict(versions)
        self.observations: list[Observation] = []

    def show(
        self,
        title: str,
        command: str,
        reading: str = "",
        *,
        level: Level = "L1",
        expect: int | None = 0,
        deadline: float = SECONDS,
        **values: Any,
    ) -> str:
        """Run a command in the guest, keep it as an observation, and return its output.

        `expect` is the exit status that it must have; None allows any, for what is shown to fail. `level` is L2 where
        the command starts a container or a machine in the guest and what is printed comes from there.

        Raises CourseError with the guest's own message where the status is another.
        """
        result = self._run(command, expect, deadline)
        output = _text(result)
        self.observations.append(Observation(title, level, command, output, reading, result.exit_status, values))
        return output

    def quietly(self, command: str, *, expect: int | None = 0, deadline: float = SECONDS) -> str:
        """Run a command in the guest that only prepares, and return its output; raises CourseError as `show` does."""
        return _text(self._run(command, expect, deadline))

    def require_marker(self) -> None:
        """Refuse to go on where the guest's marker is missing: what is broken on purpose is broken in a guest only."""
        self.quietly(f"grep -q 'guest of the virtualization course' {MARKER}")

    def here(self, title: str, command: list[str], reading: str = "", **values: Any) -> str:
        """Run a command on L0, beside the machine, keep it as an observation, and return its output."""
        result = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        if result.returncode:
            raise CourseError(f"{command[0]} failed on L0 with status {result.returncode}: {result.stderr.strip()}")
        self.seen(title, "L0", " ".join(command), result.stdout, reading, **values)
        return result.stdout

    def seen(self, title: str, level: Level, command: str, output: str, reading: str = "", **values: Any) -> None:
        """Keep an observation that was made in another way, such as through the machine protocol."""
        self.observations.append(Observation(title, level, command, output.rstrip("\n"), reading, 0, values))

    def value(self, **values: Any) -> None:
        """Attach values to the last observation."""
        last = self.observations[-1]
        self.observations[-1] = Observation(
            last.title, last.level, last.command, last.output, last.reading, last.exit_status, {**last.values, **values}
        )

    def uses(self, *packages: str) -> None:
        """Note the versions of what the exhibit is about, from the list of packages in the guest's image."""
        from course.live import image

        installed = image.find(str(self.machine.spec.image)).packages
        self.versions.update({package: installed[package] for package in packages})

    def program(self, name: str) -> str:
        """Put one of the course's programs into the guest and return its path there."""
        path = f"/root/{name}"
        self.machine.put(path, files("course.live").joinpath("programs", name).read_bytes())
        return path

    def busybox_root(self, folder: str) -> str:
        """Make a root file system of one program, busybox, in a folder of the guest, and return the folder."""
        self.quietly(
            f"mkdir -p {folder}/bin {folder}/proc {folder}/sys {folder}/dev {folder}/tmp {folder}/etc {folder}/root && "
            f"cp /bin/busybox {folder}/bin/ && cd {folder}/bin && for name in {APPLETS}; do ln -sf busybox $name; done"
        )
        return folder

    def _run(self, command: str, expect: int | None, deadline: float) -> CommandResult:
        result = self.machine.run(command, deadline=deadline)
        if expect is not None and result.exit_status != expect:
            message = _text(result) or "it printed nothing"
            raise CourseError(
                f"In the guest, `{command}` ended with status {result.exit_status} where {expect} was expected: {message}"
            )
        return result


def _require_image(exhibit: Exhibit) -> None:
    from course.live import image

    if exhibit.image not in {found.name for found in image.images()}:
        wanted = image.SETS[exhibit.image]
        raise CourseError(
            f"The exhibit {exhibit.name!r} needs the image {wanted.name!r}, which is not here. Run: python -m course "
            f"image build --set {wanted.name}, which downloads about {wanted.megabytes} MB and takes a few minutes."
        )


def _text(result: CommandResult) -> str:
    return (result.stdout + result.stderr).rstrip("\n")


def perform(exhibit: Exhibit) -> Outcome:
    """Run an exhibit on a machine of its own and return what was seen.

    Raises CourseError where no machine can run here, where the image set is not built (it names the command that
    builds it), or with the guest's own message where a command failed.
    """
    from course.live import Machine

    _require_image(exhibit)
    with Machine(exhibit.image, **exhibit.machine) as machine:
        versions = {"Python": ".".join(map(str, sys.version_info[:3]))}
        stage = Stage(machine, versions)
        exhibit.run(stage)
        return Outcome(
            exhibit.name, tuple(stage.observations), machine.accelerator, machine.image_digest, stage.versions
        )
