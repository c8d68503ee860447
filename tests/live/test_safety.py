"""What protects L0, and what a broken guest leaves behind: tried from inside and from outside."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from course.errors import CourseError
from course.live import Machine, MachineEndedError

if TYPE_CHECKING:
    from course.live.image import Image

pytestmark = pytest.mark.live

START = """
import sys, time
from course.live import Machine
machine = Machine().start()
print(machine.process_id, flush=True)
time.sleep(300)
"""


def state_of(process: int) -> str:
    """Return the state letter of a process; Z, or nothing, where it is dead."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    return ""


def gone(process: int, patience: float = 10) -> bool:
    end = time.monotonic() + patience
    while state_of(process) not in ("", "Z"):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def children(process: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True, check=False)
    return [int(word) for word in listed.stdout.split()]


def start_elsewhere(environment: dict[str, str]) -> tuple[subprocess.Popen[bytes], int]:
    holder = subprocess.Popen([sys.executable, "-c", START], stdout=subprocess.PIPE, env={**os.environ, **environment})
    assert holder.stdout is not None
    return holder, int(holder.stdout.readline())


def test_killing_the_notebooks_process_leaves_no_qemu(base_image: Image) -> None:
    holder, qemu = start_elsewhere({})
    with holder:
        assert state_of(qemu) not in ("", "Z")
        holder.kill()
    assert gone(qemu)


def test_without_setpriv_a_shell_sees_to_it(base_image: Image, tmp_path: Path) -> None:
    import shutil

    for program in ("qemu-system-x86_64", "zstd", "nice", "sh", "ps"):
        found = shutil.which(program)
        assert found
        (tmp_path / program).symlink_to(found)
    holder, shell = start_elsewhere({"PATH": str(tmp_path)})
    with holder:
        processes = [shell, *children(shell)]
        assert len(processes) >= 2
        holder.kill()
    assert all(gone(process) for process in processes)


def test_the_end_of_the_process_ends_its_machines(base_image: Image) -> None:
    code = "from course.live import Machine\nprint(Machine().start().process_id)"
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    assert gone(int(ended.stdout))
    assert ended.stderr == ""


def test_qemu_runs_in_its_seccomp_sandbox_and_cannot_gain_rights(shared_machine: Machine) -> None:
    status = Path(f"/proc/{shared_machine.process_id}/status").read_text()
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert fields["Seccomp"] == "2"
    assert fields["NoNewPrivs"] == "1"


def test_qemu_stays_below_the_notebook(shared_machine: Machine) -> None:
    assert shared_machine.process_id
    assert os.getpriority(os.PRIO_PROCESS, shared_machine.process_id) > os.getpriority(os.PRIO_PROCESS, 0)


def test_qemu_may_not_start_programs(machine: Machine, tmp_path: Path) -> None:
    # The monitor can be asked to start one: the sandbox ends QEMU rather than let it.
    with pytest.raises(CourseError):
        machine.qmp("migrate", uri=f"exec:touch {tmp_path}/made")
        machine.run("true", deadline=5)
    assert not (tmp_path / "made").exists()
    machine.reset()


def test_the_guest_has_no_network_but_its_own(shared_machine: Machine) -> None:
    assert shared_machine.run("ls /sys/class/net").stdout == "lo\n"
    assert shared_machine.run("ip route").stdout == ""
    tried = shared_machine.run("ping -c 1 -W 2 192.0.2.1; ping -c 1 -W 2 10.0.2.2")
    assert "unreachable" in tried.stderr
    assert shared_machine.run("ls /sys/bus/pci/devices | wc -l; lspci | grep -ci ethernet").stdout.split()[1] == "0"


def test_the_guest_sees_no_file_of_the_host(shared_machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("L0 only")
    mounts = shared_machine.run("cut -d' ' -f3 /proc/mounts | sort -u").stdout.split()
    assert not {"9p", "virtiofs", "nfs", "cifs", "fuse"} & set(mounts)
    assert shared_machine.run(["/bin/cat", str(tmp_path / "secret")]).exit_status != 0


def test_the_guest_cannot_write_to_its_disk(shared_machine: Machine) -> None:
    tried = shared_machine.run("for disk in /dev/vd?; do echo spoilt > $disk; done; cat /sys/block/vda/ro")
    assert tried.stdout == "1\n"
    assert "not permitted" in tried.stderr
    shared_machine.reset()


def test_a_fork_bomb_is_stopped_and_a_reset_mends_it(machine: Machine) -> None:
    result = machine.run("bomb() { bomb | bomb & }; bomb; sleep 60", deadline=4)
    assert result.stopped
    assert machine.process_id
    machine.reset()
    assert machine.run("echo well").stdout == "well\n"


def test_full_memory_kills_the_eater_and_not_the_machine(machine: Machine) -> None:
    result = machine.run("python3 -c 'held = [bytes([1]) * (1 << 20) for _ in range(2000)]'", deadline=300)
    assert (result.exit_status, result.stopped) == (-signal.SIGKILL, "")
    assert "Out of memory: Killed process" in machine.run("dmesg").stdout
    assert machine.run("echo well").stdout == "well\n"


def test_a_full_disk_says_so_and_the_machine_goes_on(machine: Machine) -> None:
    result = machine.run("dd if=/dev/zero of=/root/full bs=1M 2>&1", deadline=300)
    assert "No space left on device" in result.stdout
    with pytest.raises(CourseError, match="No space left on device"):
        machine.put("/root/more", bytes(1_000_000))
    assert machine.run("rm /root/full; echo well").stdout == "well\n"


def test_deleting_everything_is_survived_and_a_reset_brings_it_back(machine: Machine) -> None:
    machine.run("rm -rf --no-preserve-root / 2>/dev/null", deadline=300)
    result = machine.run("uname -r")
    assert result.exit_status == 126
    assert "could not start the command" in result.stderr
    machine.reset()
    assert machine.run("uname -r").exit_status == 0


def test_killing_everything_leaves_the_agent(machine: Machine) -> None:
    machine.run("kill -9 -1; kill -9 1")
    assert machine.run("echo well").stdout == "well\n"


def test_a_kernel_panic_is_named_and_a_reset_mends_it(machine: Machine) -> None:
    with pytest.raises(
        MachineEndedError, match=r"its kernel panicked \('Kernel panic - not syncing: sysrq triggered crash"
    ):
        machine.run("echo c > /proc/sysrq-trigger", deadline=30)
    with pytest.raises(MachineEndedError, match=r"reset\(\)"):
        machine.run("true")
    assert machine.reset().run("echo well").stdout == "well\n"


def test_switching_it_off_from_inside_is_named(machine: Machine) -> None:
    with pytest.raises(MachineEndedError, match="switched off from inside"):
        machine.run("echo o > /proc/sysrq-trigger; sleep 20", deadline=30)


def test_a_qemu_that_is_killed_is_noticed(machine: Machine) -> None:
    assert machine.process_id
    os.kill(machine.process_id, signal.SIGKILL)
    time.sleep(0.5)
    with pytest.raises(MachineEndedError, match="QEMU was killed"):
        machine.run("true")


def test_an_interrupted_cell_stops_its_command(machine: Machine) -> None:
    import threading

    threading.Timer(1.5, lambda: signal.raise_signal(signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        machine.run("sleep 50")
    assert machine.run("sleep 0.5; pgrep -c sleep").stdout == "0\n"


def test_another_machine_does_not_notice(machine: Machine) -> None:
    with Machine() as other:
        with pytest.raises(MachineEndedError):
            other.run("echo c > /proc/sysrq-trigger", deadline=30)
        assert machine.run("echo well").stdout == "well\n"
