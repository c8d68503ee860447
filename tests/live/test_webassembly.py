"""What a WebAssembly module can compute, name and reach, in this process."""

from __future__ import annotations

import pytest
from wasmtime import WasmtimeError

from course.live.exhibits import webassembly


def test_a_module_computes():
    assert webassembly.add(2, 3) == 5


def test_what_was_not_handed_over_cannot_be_named():
    with pytest.raises(WasmtimeError, match="import"):
        webassembly.said(handed_over=False)
    assert webassembly.said(handed_over=True) == [1, 2]


def test_memory_ends_where_its_page_ends():
    assert webassembly.reached(65_532) == "0"
    assert "out of bounds" in webassembly.reached(65_533)


def test_an_endless_loop_is_stopped():
    assert "fuel" in webassembly.stopped(1_000)


def test_a_file_takes_its_folder(tmp_path):
    (tmp_path / "note").write_text("a note")
    assert webassembly.opened(folder=None).startswith("8")
    assert webassembly.opened(folder=str(tmp_path)).startswith("0")


def test_a_file_that_is_not_there_is_no_error_of_rights(tmp_path):
    assert webassembly.opened(folder=str(tmp_path)) not in webassembly.ERRORS.values()
