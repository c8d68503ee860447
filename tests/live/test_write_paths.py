"""Demonstration 14, on a machine: the guest's counts agree with those of the program that plays the disk."""

from __future__ import annotations

import pytest

from course.live import Machine
from course.live.exhibits import load
from course.live.exhibits.stage import Stage
from course.live.exhibits.write_paths import WAYS, WRITES


@pytest.mark.live
def test_each_way_asks_the_disk_as_often_as_it_must():
    exhibit = load("write_paths")
    with Machine(exhibit.image, **exhibit.machine) as machine:
        stage = Stage(machine, {})
        exhibit.run(stage)
        played = next(
            device["stats"] for device in machine.qmp("query-blockstats") if device.get("node-name") == "scratch"
        )
    seen = stage.observations[0].values
    assert seen["page_cache_writes"] == seen["page_cache_flushes"] == 0
    assert 1 <= seen["then_fsync_writes"] < WRITES
    assert seen["fsync_writes"] == seen["fsync_flushes"] == seen["o_direct_writes"] == WRITES
    assert seen["pipe_writes"] == seen["pipe_flushes"] == 0
    assert played["wr_operations"] == sum(seen[f"{way}_writes"] for way in WAYS)
    assert played["flush_operations"] == sum(seen[f"{way}_flushes"] for way in WAYS)
