"""The serial console of a live machine in the notebook: watch it boot, type into it, reset it (lessons 00 and 03)."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import anywidget
import traitlets

from course.errors import CourseError
from course.live import host, loop, recordings
from course.live.recordings import Recording
from course.live.session import describe_host, today
from course.view import live_result
from course.view.shown import Shown
from course.widgets.base import bundle
from course.widgets.live import badge_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from course.live import Machine

__all__ = ["ConsoleWidget", "console"]

_STATIC: Final = Path(__file__).with_name("static")
BOOTED: Final = "L1 root"
BOOT_SECONDS: Final = 120.0
# Output is sent in pieces this many seconds apart: a boot is a thousand small writes.
PIECE_SECONDS: Final = 0.03


def console(label: str = "console", image: str = "base") -> ConsoleWidget | Shown:
    """Return the serial console of a machine that boots now, or what it showed when it was recorded.

    The cell returns at once and the machine boots beside it; `.machine` is the machine. Keys reach it while no cell
    runs; for typing during a run there is `python -m course console` in a terminal.

    Raises CourseError where neither a machine nor a recording is there.
    """
    if recordings.mode() == "recorded":
        return _stored(label)
    from course.live import Machine, MachineSpec

    # Verbose: the boot is what there is to be seen.
    machine = Machine(spec=MachineSpec(image, verbose=True), state="boot")
    if recordings.recording_folder() is not None:
        return _recorded_now(label, machine)
    try:
        host.find_qemu()
        widget = ConsoleWidget(machine)
    except CourseError as reason:
        if recordings.mode() == "required" or label not in recordings.names():
            raise
        return _stored(label, f"not live here: {reason}")
    widget.begin()
    return widget


class ConsoleWidget(anywidget.AnyWidget):
    """A terminal on a machine's serial port, with a button to reset it and one to stop it."""

    _esm = _STATIC / "console.js"
    status = traitlets.Unicode("starting").tag(sync=True)

    def __init__(self, machine: Machine) -> None:
        """Show the console of `machine`; `begin` starts it."""
        super().__init__()
        self.machine = machine
        self._pending = bytearray()
        self._unsubscribe: Callable[[], None] = machine.console.subscribe(self._on_output)
        self.on_msg(self._on_message)

    def begin(self) -> None:
        """Start the machine beside the cell."""
        self._aside("boots", self.machine.start)

    def close(self) -> None:
        """Stop showing; the machine goes on."""
        self._unsubscribe()
        super().close()

    def __repr__(self) -> str:
        return "The serial console of a live machine (L1). It is shown where the notebook runs; type into it there."

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        return bundle(self, Shown(repr(self), f"<p>{self!r}</p>")), {}

    def _aside(self, doing: str, action: Callable[[], object]) -> None:
        """Do something slow on a thread of its own and say how it went."""

        def work() -> None:
            self.status = doing
            try:
                action()
            except CourseError as error:
                self.status = str(error)
            else:
                self.status = "runs" if self.machine.running else "stopped"

        threading.Thread(target=work, name="console", daemon=True).start()

    # What comes from the page

    def _on_message(self, _widget: object, message: dict[str, Any], _buffers: object) -> None:
        kind = message.get("kind")
        if kind == "ready":
            self._send_sources()
        elif kind == "keys":
            self.machine.console.write(str(message.get("data", "")))
        elif kind == "size":
            self._resize(int(message.get("columns", 80)), int(message.get("rows", 24)))
        elif kind == "reset":
            self._aside("starts afresh", self.machine.reset)
        elif kind == "stop":
            self._aside("stops", self.machine.stop)

    def _send_sources(self) -> None:
        read = {"terminal": "xterm.mjs", "fit": "addon-fit.mjs", "style": "xterm.css"}
        sources = {key: (_STATIC / "xterm" / name).read_text("utf-8") for key, name in read.items()}
        self.send({"kind": "sources", **sources})
        self.send({"kind": "output"}, [self.machine.console.read()])

    def _resize(self, columns: int, rows: int) -> None:
        """Tell the guest how large the terminal is: a serial line has no size of its own."""
        if not self.machine.running or not (1 < columns < 1000 and 1 < rows < 1000):
            return
        command = f"stty -F /dev/ttyS0 columns {columns} rows {rows}"

        def tell() -> None:
            # A machine that is being reset has no time for this; the next size comes with the next change.
            with contextlib.suppress(CourseError):
                self.machine.run(command, deadline=5)

        threading.Thread(target=tell, name="console size", daemon=True).start()

    # What comes from the machine, on the thread of the machines

    def _on_output(self, data: bytes) -> None:
        first = not self._pending
        self._pending += data
        if first:
            loop.event_loop().call_later(PIECE_SECONDS, self._flush)

    def _flush(self) -> None:
        piece, self._pending = bytes(self._pending), bytearray()
        self.send({"kind": "output"}, [piece])


def _recorded_now(label: str, machine: Machine) -> Shown:
    """Boot to the prompt, keep what the console showed, and show that."""
    with machine:
        machine.start()
        machine.console.wait_for(BOOTED, BOOT_SECONDS)
        recording = Recording(
            label,
            ":console",
            {"text": machine.console.text},
            today(),
            "L1",
            machine.accelerator,
            {"QEMU": host.find_qemu().version},
            machine.image_digest,
            describe_host(),
        )
    recordings.keep(recording)
    return _shown(recording, live=True)


def _stored(label: str, note: str = "") -> Shown:
    return _shown(recordings.load(label)[0], live=False, note=note)


def _shown(recording: Recording, *, live: bool, note: str = "") -> Shown:
    text = str(recording.result["text"])
    return live_result.transcript(badge_of(recording, live, note), "(the console, from power-on)", text, "", 0, 0.0)
