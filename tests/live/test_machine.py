from __future__ import annotations

import re
import threading
import time
from typing import TYPE_CHECKING

import pytest

from course.errors import CourseError
from course.live import Machine, MachineSpec, machines
from course.live.exhibits.qemu import known_clock

if TYPE_CHECKING:
    from course.live.image import Image

pytestmark = pytest.mark.live


def test_it_answers_from_another_kernel(shared_machine: Machine) -> None:
    import platform

    result = shared_machine.run("uname -r")
    assert result.exit_status == 0
    assert re.fullmatch(r"\d+\.\d+\.\S+-cloud-amd64\n", result.stdout)
    assert result.stdout.strip() != platform.release()
    assert str(result) == result.stdout.strip()


def test_it_is_root_on_a_real_system_with_real_tools(shared_machine: Machine) -> None:
    assert shared_machine.run("id -u").stdout == "0\n"
    tools = "bash crun dash ip kmod mount nft nsenter ps python3 setpriv strace unshare capsh lspci"
    assert shared_machine.run(f"for tool in {tools}; do command -v $tool >/dev/null || echo $tool; done").stdout == ""
    # An applet of busybox would answer to these names too, and lack half of the options.
    assert "util-linux" in shared_machine.run("unshare --version").stdout
    assert (
        shared_machine.run("modprobe kvm-amd 2>&1; modprobe -a overlay veth bridge nf_nat nf_tables").exit_status == 0
    )
    assert shared_machine.run("cat /sys/fs/cgroup/cgroup.subtree_control").stdout.split() >= ["cpuset", "cpu", "io"]


def test_streams_and_exit_status_are_kept_apart(shared_machine: Machine) -> None:
    result = shared_machine.run("echo out; echo err >&2; exit 3")
    assert (result.stdout, result.stderr, result.exit_status, result.stopped) == ("out\n", "err\n", 3, "")
    assert str(result) == "out\nerr\n[exit status 3]"


def test_a_signal_shows_in_the_exit_status(shared_machine: Machine) -> None:
    assert shared_machine.run(["/bin/sh", "-c", "kill -TERM $$"]).exit_status == -15


def test_a_program_that_is_not_there_says_so(shared_machine: Machine) -> None:
    result = shared_machine.run(["/bin/nothing"])
    assert result.exit_status == 126
    assert "No such file or directory" in result.stderr


def test_output_without_a_newline_and_binary_output_arrive_whole(shared_machine: Machine) -> None:
    assert shared_machine.run("printf abc").stdout == "abc"
    assert shared_machine.run(r"printf 'a\0b\377c\303\244'").stdout == "a\0b\\xffcä"


def test_input_and_environment_reach_the_command(shared_machine: Machine) -> None:
    data = bytes(range(256)) * 1000
    result = shared_machine.run("sha256sum", stdin=data)
    import hashlib

    assert result.stdout.split()[0] == hashlib.sha256(data).hexdigest()
    assert shared_machine.run("echo $GREETING", environment={"GREETING": "hello"}).stdout == "hello\n"
    assert shared_machine.run("cat").stdout == ""


def test_output_is_streamed_while_the_command_runs(shared_machine: Machine) -> None:
    seen: list[tuple[str, str, float]] = []
    result = shared_machine.run(
        "echo first; sleep 1.5; echo second; echo third >&2",
        on_output=lambda stream, text: seen.append((stream, text, time.monotonic())),
    )
    assert "".join(text for stream, text, _ in seen if stream == "stdout") == result.stdout == "first\nsecond\n"
    assert seen[-1][2] - seen[0][2] > 0.5


def test_a_command_past_its_deadline_is_stopped_and_says_so(shared_machine: Machine) -> None:
    result = shared_machine.run("echo before; sleep 60 & sleep 60", deadline=1)
    assert result.exit_status == 124
    assert "past its deadline of 1 s" in result.stopped
    assert result.stdout == "before\n"
    assert result.seconds < 30
    assert "deadline" in str(result)
    assert shared_machine.run("pgrep -c sleep").stdout == "0\n"


def test_what_is_left_in_the_background_runs_on(shared_machine: Machine) -> None:
    result = shared_machine.run("(while :; do echo more; sleep 0.1; done) & echo started", deadline=20)
    assert result.stopped == ""
    assert "started" in result.stdout
    assert shared_machine.run("pkill -f '[e]cho more'").exit_status == 0


def test_a_flood_of_output_is_cut_and_stopped_at_the_deadline(shared_machine: Machine) -> None:
    pieces = []
    result = shared_machine.run("yes 0123456789", deadline=3, on_output=lambda _stream, text: pieces.append(len(text)))
    assert "deadline" in result.stopped
    # A megabyte a second at least goes through, and no more than the limit is kept.
    assert sum(pieces) > 3_000_000
    assert len(result.stdout) < 9_000_000
    assert shared_machine.run("echo well").stdout == "well\n"


def test_many_commands_at_once_do_not_mix(shared_machine: Machine) -> None:
    results: dict[int, str] = {}
    threads = [
        threading.Thread(
            target=lambda number=number: results.update(
                {number: shared_machine.run(f"for i in 1 2 3; do echo {number}; sleep 0.1; done").stdout}
            )
        )
        for number in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {number: f"{number}\n" * 3 for number in range(5)}


def test_files_go_in_and_out_unchanged(shared_machine: Machine) -> None:
    content = bytes(range(256)) * 8000
    shared_machine.put("/tmp/file", content, mode=0o750)
    assert shared_machine.get("/tmp/file") == content
    assert shared_machine.run("stat -c %a /tmp/file").stdout == "750\n"
    shared_machine.put("/tmp/empty", "")
    assert shared_machine.get("/tmp/empty") == b""


def test_files_that_cannot_be_written_or_read_say_why(shared_machine: Machine) -> None:
    with pytest.raises(CourseError, match="No such file or directory"):
        shared_machine.get("/nothing/here")
    with pytest.raises(CourseError, match="No such file or directory"):
        shared_machine.put("/nothing/here", b"content")
    assert shared_machine.run("true").exit_status == 0


def test_the_clock_is_right_after_a_restore(machine: Machine) -> None:
    assert abs(float(machine.run("date +%s.%N").stdout) - time.time()) < 10


def test_two_machines_of_one_state_differ_in_their_random_numbers(machine: Machine) -> None:
    with Machine() as other:
        uuids = {one.run("cat /proc/sys/kernel/random/uuid").stdout for one in (machine, other)}
        assert len(uuids) == 2
        assert {machine, other} <= set(machines())
    assert other not in machines()


def test_the_console_shows_a_root_shell_and_takes_keys(machine: Machine) -> None:
    seen = bytearray()
    end = machine.console.subscribe(seen.extend)
    assert "L1 root" in machine.console.text
    machine.console.write("echo sum$((40 + 2))\n")
    assert machine.console.wait_for("sum42", timeout=30)
    assert b"sum42" in seen
    end()
    machine.console.write("echo other\n")
    machine.console.wait_for("other\r\n", timeout=10)
    assert b"other\r\n" not in seen


def test_a_shell_that_is_left_comes_back(machine: Machine) -> None:
    before = len(machine.console.read())
    machine.console.write("exit\n")
    assert machine.console.wait_for("L1 root", timeout=30, start=before + 20)


def test_reset_throws_away_what_was_done(machine: Machine) -> None:
    machine.run("touch /root/mine; rm /etc/hosts")
    machine.reset()
    assert machine.run("ls /root/mine /etc/hosts").stdout == "/etc/hosts\n"


def test_qemu_answers_over_its_own_protocol(machine: Machine) -> None:
    assert machine.qmp("query-status")["status"] == "running"
    with pytest.raises(CourseError, match="QEMU refused 'no-such-command'"):
        machine.qmp("no-such-command")


def test_a_machine_that_was_stopped_starts_again_when_it_is_used(base_image: Image) -> None:
    machine = Machine()
    assert not machine.running
    assert machine.run("true").exit_status == 0
    machine.stop()
    assert not machine.running
    assert "not running" in repr(machine)
    assert machine.run("true").exit_status == 0
    machine.stop()
    machine.stop()


def test_a_machine_that_nothing_refers_to_ends(base_image: Image) -> None:
    import gc

    machine = Machine().start()
    process = machine._qemu
    assert process is not None
    del machine
    gc.collect()
    assert process.process.wait(timeout=10) is not None


def test_another_machine_can_be_described_and_booted_cold(base_image: Image) -> None:
    spec = MachineSpec(memory=384, cpu="max,+svm", devices=("virtio-rng-pci",), verbose=True)
    with Machine(state="boot", spec=spec) as machine:
        assert "Linux version" in machine.console.text
        assert machine.run("grep -c -w svm /proc/cpuinfo").stdout == "1\n"
        assert machine.run("lspci | grep -c RNG").stdout == "1\n"
        assert int(machine.run("awk '/MemTotal/ {print $2}' /proc/meminfo").stdout) < 384 * 1024


def test_a_microvm_has_no_bus(base_image: Image) -> None:
    with Machine() as board:
        clock = known_clock(board)
    with Machine(state="boot", spec=MachineSpec(machine="microvm", kernel_arguments=clock)) as machine:
        assert machine.run("ls /sys/bus/pci/devices 2>/dev/null").stdout == ""


def test_a_machine_without_an_agent_is_seen_on_its_console(base_image: Image) -> None:
    spec = MachineSpec(agent=False, kernel_arguments=("rdinit=/bin/busybox", "--", "echo", "no agent here"))
    with Machine(spec=spec) as machine:
        assert machine.console.wait_for("no agent here", timeout=60)


def test_a_device_that_qemu_does_not_know_is_said_in_qemus_words(base_image: Image) -> None:
    with pytest.raises(CourseError, match="no-such-device"):
        Machine(state="boot", devices=("no-such-device",)).start()


def test_a_state_that_does_not_exist_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(CourseError, match="did you mean 'docker'"):
        Machine(state="dokcer")


def test_a_machine_that_does_not_fit_into_memory_is_refused(base_image: Image) -> None:
    with pytest.raises(CourseError, match=r"MB of memory free, and one with 99999999 MiB needs"):
        Machine(state="boot", memory=99_999_999).start()
