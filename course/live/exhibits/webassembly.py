"""A WebAssembly module run in this Python process: what it can compute, name and reach (lesson 09)."""

from __future__ import annotations

import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from wasmtime import Instance

    from course.live.exhibits.stage import Stage

ADD = """
(module
  (func (export "add") (param i32 i32) (result i32)
    local.get 0
    local.get 1
    i32.add))
"""
SAY = """
(module
  (import "lesson" "say" (func $say (param i32)))
  (func (export "count")
    (call $say (i32.const 1))
    (call $say (i32.const 2))))
"""
REACH = """
(module
  (memory (export "memory") 1)
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "forever") (loop (br 0))))
"""
# Opens "note" below file descriptor 3, which is the first folder that a module is given, for reading.
OPEN = """
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "note")
  (func (export "open") (result i32)
    (call $path_open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 4)
      (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 16))))
"""
ERRORS = {0: "0 (opened)", 8: "8 (no such descriptor)"}


def add(first: int, second: int) -> int:
    """Return the sum of two numbers as a WebAssembly module computes it."""
    return int(_call(ADD, "add", first, second))


def said(*, handed_over: bool) -> list[int]:
    """Return what a module says through a function of ours, if it is given one.

    Raises wasmtime.WasmtimeError where it is not: a module that names what it was not given does not start.
    """
    from wasmtime import Engine, Func, FuncType, Instance, Module, Store, ValType

    heard: list[int] = []
    store = Store(Engine())
    say = Func(store, FuncType([ValType.i32()], []), heard.append)
    instance = Instance(store, Module(store.engine, SAY), [say] if handed_over else [])
    instance.exports(store)["count"](store)  # type: ignore[operator]  # an export may also be a memory
    return heard


def reached(address: int) -> str:
    """Return what a module reads at an address of its one page of memory, or why the runtime stopped it."""
    from wasmtime import Trap

    try:
        return str(_call(REACH, "load", address))
    except Trap as trap:
        return _reason(trap)


def stopped(fuel: int) -> str:
    """Return why an endless loop ends that may spend so much fuel, about one for each instruction."""
    from wasmtime import Trap

    try:
        _call(REACH, "forever", fuel=fuel)
    except Trap as trap:
        return _reason(trap)
    return "it ended by itself"


def opened(*, folder: str | None) -> str:
    """Return what a module is answered that opens the file `note` in the first folder that it was given, if any."""
    from wasmtime import Engine, Linker, Module, Store, WasiConfig

    store = Store(Engine())
    rights = WasiConfig()
    if folder:
        rights.preopen_dir(folder, "/", fs_mutable=False)
    store.set_wasi(rights)
    linker = Linker(store.engine)
    linker.define_wasi()
    instance = linker.instantiate(store, Module(store.engine, OPEN))
    answer = int(instance.exports(store)["open"](store))  # type: ignore[operator]  # an export may also be a memory
    return ERRORS.get(answer, str(answer))


def run(stage: Stage) -> None:
    """Run five small modules in this process, on L0."""
    from wasmtime import WasmtimeError, wat2wasm

    stage.versions["wasmtime"] = version("wasmtime")
    code = bytes(wat2wasm(ADD))
    stage.seen(
        "A module",
        "L0",
        "wat2wasm(ADD)",
        f"{ADD.strip()}\n{len(code)} bytes: {code.hex(' ')}",
        "Instructions for a machine that was never built: a stack instead of registers, and no instruction for a system call.",
        bytes=len(code),
    )
    stage.seen(
        "Run it",
        "L0",
        "add(2, 3)",
        str(add(2, 3)),
        "Compiled to this processor's instructions, then called like a function.",
    )
    try:
        said(handed_over=False)
        refused = "it started"
    except WasmtimeError as error:
        refused = str(error).splitlines()[0]
    stage.seen(
        "It names what it was not given",
        "L0",
        "said(handed_over=False)",
        refused,
        "A module lists all that it wants from outside. What is not handed to it does not exist; it does not even start.",
        started=refused == "it started",
    )
    stage.seen(
        "It is given one function",
        "L0",
        "said(handed_over=True)",
        str(said(handed_over=True)),
        "Now it can say numbers, and nothing else.",
    )
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "note").write_text("a note")
        answers = [opened(folder=None), opened(folder=folder)]
    stage.seen(
        "A file, without and with its folder",
        "L0",
        "opened(folder=None), opened(folder=...)",
        "\n".join(answers),
        "WASI is a set of such functions. Files are named below a folder that was given, not from the root: no folder, no file.",
    )
    stage.seen(
        "Inside and outside of its memory",
        "L0",
        "reached(0), reached(65536)",
        f"{reached(0)}\n{reached(65536)}",
        "Each access is checked against the module's own memory. Here is the boundary, and a compiler made it.",
    )
    stage.seen(
        "An endless loop",
        "L0",
        "stopped(fuel=10_000)",
        stopped(10_000),
        "The runtime counts and takes the processor back, without a timer and without a kernel.",
    )


def _call(text: str, name: str, *arguments: int, fuel: int | None = None) -> int:
    from wasmtime import Config, Engine, Instance, Module, Store

    config = Config()
    config.consume_fuel = fuel is not None
    store = Store(Engine(config))
    if fuel is not None:
        store.set_fuel(fuel)
    instance: Instance = Instance(store, Module(store.engine, text), [])
    return instance.exports(store)[name](store, *arguments)  # type: ignore[operator,no-any-return]


def _reason(trap: Exception) -> str:
    lines = str(trap).splitlines()
    return next((line.split("wasm trap: ")[1] for line in lines if "wasm trap: " in line), lines[0])


EXHIBIT = Exhibit(
    name="webassembly",
    title="A machine that was never built",
    shows="Small WebAssembly modules run inside this very Python process: what they compute, name and reach.",
    question="A module wants to open a file. What decides whether it can?",
    reading="What was handed to it. A module has no system calls and no names of its own; the runtime checks each access to its memory.",
    run=run,
    platform="wasmtime",
)
