"""The commands of live machines: `python -m course image ...`, `... preflight` and `... console`."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import argparse

    # The type of what add_subparsers returns has no public name.
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001

BAR_WIDTH: Final = 30


def add_commands(commands: Commands) -> None:
    """Add the commands of this module to the parser of `python -m course`; each sets `run`, called with the options."""
    parser = commands.add_parser("image", help="build, list, move and remove the guest images of live machines")
    actions = parser.add_subparsers(metavar="ACTION", required=True)

    build = actions.add_parser("build", help="build images from the distribution's signed packages, without root")
    build.add_argument(
        "--set", action="append", dest="sets", metavar="SET", help="base (the default), engines, xen or all"
    )
    build.add_argument("--mirror", metavar="URL", help="a mirror of the distribution")
    build.add_argument("--missing", action="store_true", help="only those that are not here yet")
    build.add_argument("--states", action="store_true", help="make the saved states too")
    build.set_defaults(run=_build)

    listing = actions.add_parser("list", help="print the images and saved states on this machine")
    listing.set_defaults(run=_list)

    importing = actions.add_parser("import", help="take over images that were built and exported elsewhere")
    importing.add_argument("file", type=Path)
    importing.set_defaults(run=_import)

    exporting = actions.add_parser("export", help="write an image, with the one it stands on, as one file")
    exporting.add_argument("--set", default="base", metavar="SET", dest="name")
    exporting.add_argument("file", type=Path)
    exporting.set_defaults(run=_export)

    removing = actions.add_parser("remove", help="delete an image")
    removing.add_argument("--set", default="base", metavar="SET", dest="name")
    removing.set_defaults(run=_remove)

    taking_home = commands.add_parser("export", help="write the course's machine for VirtualBox or VMware at home")
    taking_home.add_argument("format", metavar="FORMAT", help="ova (for both), vdi (VirtualBox), vmx (VMware) or all")
    taking_home.add_argument("folder", type=Path, metavar="FOLDER")
    taking_home.set_defaults(run=_take_home)

    preflight = commands.add_parser("preflight", help="say on one page whether this machine is ready for a class")
    preflight.add_argument(
        "--class", type=_at_least_one, default=1, metavar="N", dest="learners", help="how many work on it at once"
    )
    preflight.set_defaults(run=_preflight)

    console = commands.add_parser("console", help="boot a machine and join this terminal to its serial console")
    console.add_argument("--set", default="base", metavar="SET", dest="name", help="base (the default) or engines")
    console.set_defaults(run=_console)

    showing = commands.add_parser("exhibits", help="print all exhibits: of which system, of what kind, when recorded")
    showing.add_argument("names", nargs="*", metavar="NAME", help="exhibits to describe, instead of the table")
    showing.set_defaults(run=_exhibits)


def progress_bar(what: str, share: float) -> str:
    """Return a progress bar as text: `[#####.....]  50 %  what`."""
    done = round(BAR_WIDTH * min(1.0, max(0.0, share)))
    return f"[{'#' * done}{'.' * (BAR_WIDTH - done)}] {share:4.0%}  {what}"


def _build(options: argparse.Namespace) -> None:
    from course.errors import CourseError
    from course.live import image, image_build, state

    wanted = options.sets or ["base"]
    for name in image.SETS if "all" in wanted else wanted:
        if options.missing and name in {found.name for found in image.images()}:
            print(f"{name}: here already")
            continue
        built = image_build.build(name, options.mirror, _Progress())
        print(f"{name}: {built.size / 1_000_000:.0f} MB in {built.folder}, digest {built.digest[:12]}")
    if options.states:
        present = {found.name for found in image.images()}
        for recipe in state.RECIPES.values():
            if recipe.spec.image in present:
                try:
                    state.obtain(state.settle(recipe.spec), recipe, print)
                except CourseError as error:
                    # An image without its state still serves; the state is made when it is first asked for.
                    print(f"The saved state {recipe.name!r} was not made: {error}", file=sys.stderr)


class _Progress:
    """Draws the bar on a terminal; elsewhere a line for each thing done, so that logs stay short."""

    def __init__(self) -> None:
        self._what, self._drawn = "", 0.0

    def __call__(self, what: str, share: float) -> None:
        if not sys.stderr.isatty():
            if what != self._what:
                print(progress_bar(what, share), file=sys.stderr, flush=True)
        elif what != self._what or time.monotonic() - self._drawn > 0.1 or share == 1:
            self._drawn = time.monotonic()
            print(f"\r\x1b[K{progress_bar(what, share)}", end="\n" if share == 1 else "", file=sys.stderr, flush=True)
        self._what = what


def _list(_options: argparse.Namespace) -> None:
    from course.live import folders, image, state

    for name, chosen in image.SETS.items():
        found = next((present for present in image.images() if present.name == name), None)
        size = f"{found.size / 1_000_000:4.0f} MB  {found.digest[:12]}  {found.folder}" if found else "not here"
        print(f"{name:8} {size}\n         {chosen.what}")
    for note in state.states():
        print(f"state {note['name']}: {note['bytes'] / 1_000_000:.0f} MB, QEMU {note['qemu']}, {note['accelerator']}")
    print("Looked in:", ", ".join(map(str, folders.search_folders())))


def _import(options: argparse.Namespace) -> None:
    from course.live import image

    for imported in image.import_archive(options.file):
        print(f"{imported.name}: digest {imported.digest[:12]} in {imported.folder}")


def _export(options: argparse.Namespace) -> None:
    from course.live import image

    written = image.export(options.name, options.file)
    print(
        f"{written}: {written.stat().st_size / 1_000_000:.0f} MB. There: python -m course image import {written.name}"
    )


def _take_home(options: argparse.Namespace) -> None:
    from course.live import takehome

    for file in takehome.export(options.format, options.folder):
        print(f"{file}: {file.stat().st_size / 1_000_000:.0f} MB")
    print("The machine boots by EFI. In VirtualBox set that once, after the import:")
    print(f"  VBoxManage modifyvm {takehome.NAME} --firmware efi")


def _remove(options: argparse.Namespace) -> None:
    from course.live import image

    print(f"{options.name}: {image.remove(options.name) / 1_000_000:.0f} MB freed")


def _exhibits(options: argparse.Namespace) -> None:
    from course.live.exhibits import table

    print("\n\n".join(map(table.page, options.names)) or table.table())


def _preflight(options: argparse.Namespace) -> int:
    from course.live.preflight import preflight

    report = preflight(options.learners)
    print(report.text(color=sys.stdout.isatty()))
    return 0 if report.ready else 1


def _console(options: argparse.Namespace) -> None:
    from course.live import MachineSpec
    from course.live.machine import Machine
    from course.live.serial_terminal import join

    # Verbose: the boot is what there is to be seen.
    join(Machine(spec=MachineSpec(options.name, verbose=True), state="boot"))


def _at_least_one(word: str) -> int:
    """Return the number in `word`; argparse turns the ValueError of any other into its own sentence."""
    if int(word) < 1:
        raise ValueError
    return int(word)
