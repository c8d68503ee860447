"""The kernel on paper keeps to the rules of the real one where a runtime can trip over them."""

from __future__ import annotations

import pytest

from course.errors import CourseError
from course.simulate.paper_kernel import ExecutedError, PaperKernel


def test_a_pid_namespace_begins_with_the_next_child():
    kernel = PaperKernel()
    kernel.unshare("pid")
    assert not kernel.is_first
    kernel.fork()
    assert kernel.is_first


def test_proc_shows_the_numbers_of_whoever_mounts_it():
    kernel = PaperKernel()
    kernel.unshare("mount")
    kernel.unshare("pid")
    kernel.mount_proc()
    assert kernel.proc == "the machine's"
    kernel.fork()
    kernel.mount_proc()
    assert kernel.proc == "own"


def test_a_proc_of_the_old_root_is_left_with_it():
    kernel = PaperKernel()
    kernel.unshare("mount")
    kernel.mount_proc()
    kernel.enter_root("rootfs")
    assert kernel.proc == ""


def test_without_the_capability_the_kernel_refuses():
    kernel = PaperKernel()
    kernel.keep_capabilities(["CAP_KILL"])
    with pytest.raises(PermissionError):
        kernel.unshare("uts")


def test_the_groups_are_left_with_the_old_root():
    kernel = PaperKernel()
    kernel.unshare("mount")
    kernel.enter_root("rootfs")
    with pytest.raises(FileNotFoundError):
        kernel.join_group(1, 1)


def test_what_spoils_the_machine_is_noted_the_first_time():
    kernel = PaperKernel()
    kernel.set_host_name("box")
    kernel.enter_root("rootfs")
    assert "host name of the whole machine" in kernel.damage


def test_nothing_comes_after_becoming_another_program():
    kernel = PaperKernel()
    with pytest.raises(ExecutedError):
        kernel.execute(["sh"])
    assert kernel.command == ("sh",)


def test_an_unknown_kind_of_namespace_is_named():
    with pytest.raises(CourseError, match="did you mean 'mount'"):
        PaperKernel().unshare("mounts")
