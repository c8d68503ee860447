"""The probe reads a folder as it would read `/`: each fixture holds the files that such a machine shows."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from course.live.where import Place, cross_check, find_place

if TYPE_CHECKING:
    from pathlib import Path

DMI = "sys/class/dmi/id"
FIRST = {"cgroup": 4026531835, "ipc": 4026531839, "pid": 4026531836, "user": 4026531837, "uts": 4026531838}
OF_A_CONTAINER = FIRST | {"cgroup": 4026532500, "ipc": 4026532501, "pid": 4026532502, "uts": 4026532503}


@pytest.fixture
def machine(tmp_path: Path):
    def build(files: dict[str, str], namespaces: dict[str, int] = FIRST, flags: str = "fpu sse2") -> Path:
        described = {"proc/cpuinfo": f"processor : 0\nflags : {flags}\n"} | files
        for name, text in described.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        folder = tmp_path / "proc/self/ns"
        folder.mkdir(parents=True)
        for kind, number in namespaces.items():
            (folder / kind).symlink_to(f"{kind}:[{number}]")
        return tmp_path

    return build


def test_no_clue_of_a_hypervisor_is_bare_metal(machine):
    place = find_place(machine({f"{DMI}/sys_vendor": "LENOVO\n"}))
    assert (place.machine, place.hypervisor, place.container) == ("bare metal", "", "")
    assert place.sentence == "This process runs on bare metal and in no container."


@pytest.mark.parametrize(
    ("files", "hypervisor"),
    [
        ({f"{DMI}/product_name": "KVM"}, "KVM"),
        ({f"{DMI}/product_name": "Standard PC (Q35 + ICH9, 2009)", f"{DMI}/sys_vendor": "QEMU"}, "QEMU"),
        ({f"{DMI}/product_name": "VMware Virtual Platform"}, "VMware"),
        ({f"{DMI}/product_name": "VirtualBox", f"{DMI}/sys_vendor": "innotek GmbH"}, "VirtualBox"),
        ({f"{DMI}/sys_vendor": "Microsoft Corporation", f"{DMI}/product_name": "Virtual Machine"}, "Hyper-V"),
        ({f"{DMI}/sys_vendor": "Amazon EC2", f"{DMI}/product_name": "m5.large"}, "Amazon EC2"),
        ({"sys/hypervisor/type": "xen\n"}, "Xen"),
        ({"proc/device-tree/hypervisor/compatible": "linux,kvm\0"}, "KVM"),
        ({"proc/sys/kernel/osrelease": "5.15.153.1-microsoft-standard-WSL2"}, "Hyper-V"),
        ({"sys/devices/system/clocksource/clocksource0/available_clocksource": "tsc kvm-clock\n"}, "KVM"),
    ],
)  # fmt: skip
def test_each_hypervisor_is_known_by_what_it_leaves(machine, files, hypervisor):
    place = find_place(machine(files))
    assert (place.machine, place.hypervisor) == ("virtual machine", hypervisor)


def test_the_flag_of_the_cpu_alone_gives_a_virtual_machine_without_a_name(machine):
    place = find_place(machine({}, flags="fpu hypervisor"))
    assert (place.machine, place.hypervisor) == ("virtual machine", "")
    assert "hypervisor unnamed" in place.sentence


def test_firmware_names_the_hypervisor_before_a_clock_does(machine):
    files = {
        f"{DMI}/sys_vendor": "QEMU",
        "sys/devices/system/clocksource/clocksource0/available_clocksource": "kvm-clock",
    }
    assert find_place(machine(files)).hypervisor == "QEMU"


def test_a_bare_machine_of_amazon_is_not_taken_for_a_virtual_one(machine):
    files = {f"{DMI}/sys_vendor": "Amazon EC2", f"{DMI}/product_name": "m5.metal"}
    assert find_place(machine(files)).machine == "bare metal"


def test_dom0_has_the_hardware_in_hand(machine):
    files = {"proc/xen/capabilities": "control_d\n", "sys/hypervisor/type": "xen"}
    assert find_place(machine(files)).machine == "bare metal"


@pytest.mark.parametrize(
    ("files", "engine"),
    [
        ({".dockerenv": ""}, "Docker"),
        ({"run/.containerenv": 'engine="podman"'}, "Podman"),
        ({"proc/self/cgroup": "0::/kubepods.slice/pod1/cri"}, "Kubernetes"),
        ({"proc/self/mountinfo": "1 2 0:1 / / rw - overlay o rw,lowerdir=/var/lib/containerd/a"}, "containerd"),
        ({"run/systemd/container": "lxc\n"}, "lxc"),
        ({}, "unnamed"),
    ],
)
def test_a_container_is_known_by_its_namespaces_and_named_by_its_marks(machine, files, engine):
    assert find_place(machine(files, OF_A_CONTAINER)).container == engine


def test_a_left_over_marker_makes_no_container(machine):
    place = find_place(machine({".dockerenv": ""}))
    assert place.container == ""
    assert {clue.file for clue in place.clues} >= {"/.dockerenv", "/proc/self/ns"}


def test_the_mounts_of_other_containers_are_no_clue(machine):
    files = {"proc/self/mountinfo": "1 2 0:1 / /run/x rw - overlay o rw,lowerdir=/var/lib/docker/overlay2/a"}
    assert [clue.file for clue in find_place(machine(files)).clues] == ["/proc/cpuinfo", "/proc/self/ns"]


def test_a_user_namespace_alone_makes_no_container(machine):
    assert find_place(machine({}, FIRST | {"user": 4026532999})).container == ""


def test_without_proc_nothing_is_claimed(tmp_path):
    place = find_place(tmp_path)
    assert (place.machine, place.container, place.clues[0].found) == ("unknown", "", "missing")


def test_an_unreadable_file_is_no_clue(machine):
    root = machine({})
    (root / "sys/hypervisor/type").mkdir(parents=True)
    assert find_place(root).machine == "bare metal"


def test_a_place_survives_its_storage_as_json(machine):
    place = find_place(machine({".dockerenv": ""}, OF_A_CONTAINER))
    assert Place.from_json(json.loads(json.dumps(place.as_json()))) == place


@pytest.mark.skipif(sys.platform != "linux", reason="the probe reads Linux's /proc")
def test_the_running_machine_agrees_with_systemd_on_being_virtual():
    machine, _ = cross_check()
    if machine:
        assert (find_place().machine == "virtual machine") == (machine != "none")
