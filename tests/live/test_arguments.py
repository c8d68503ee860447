from __future__ import annotations

from pathlib import Path

from course.live import MachineSpec
from course.live.arguments import Boot, Lines, kernel_command_line, qemu_arguments

BOOT = Boot(Path("vmlinuz"), Path("initrd"), (Path("low.squashfs"), Path("high,er.squashfs")))


def arguments(spec: MachineSpec = MachineSpec(), accelerator: str = "tcg", incoming: int | None = None) -> list[str]:  # noqa: B008
    return qemu_arguments(spec, BOOT, accelerator, Lines(3, 4, 5, incoming))


def value(words: list[str], option: str) -> str:
    return words[words.index(option) + 1]


def test_the_sandbox_denies_all_four_things() -> None:
    sandbox = value(arguments(), "-sandbox").split(",")
    assert sandbox[0] == "on"
    assert set(sandbox[1:]) == {"obsolete=deny", "elevateprivileges=deny", "spawn=deny", "resourcecontrol=deny"}


def test_a_plain_machine_has_no_network_and_no_shared_folder() -> None:
    words = " ".join(arguments())
    assert "-nodefaults" in words
    assert not any(word in words for word in ("netdev", "-nic", "virtfs", "virtio-net", "fsdev"))


def test_every_layer_is_read_only_and_a_comma_in_a_path_is_safe() -> None:
    words = arguments()
    drives = [words[index + 1] for index, word in enumerate(words) if word == "-drive"]
    assert len(drives) == 2
    assert all("readonly=on" in drive for drive in drives)
    assert "file=high,,er.squashfs," in drives[1]


def test_the_translation_buffer_is_bounded_under_emulation() -> None:
    assert "tb-size=" in value(arguments(), "-accel")
    assert value(arguments(accelerator="kvm"), "-accel") == "kvm"


def test_a_saved_state_comes_in_by_descriptor() -> None:
    assert value(arguments(incoming=9), "-incoming") == "fd:9"


def test_a_microvm_has_devices_without_a_bus_and_no_firmware_identity() -> None:
    words = " ".join(arguments(MachineSpec(machine="microvm")))
    assert "virtio-blk-device" in words
    assert "virtio-serial-device" in words
    assert "-pci" not in words
    assert "vmgenid" not in words


def test_a_kernel_that_is_not_linux_gets_its_own_command_line() -> None:
    assert kernel_command_line(MachineSpec(command_line="dom0_mem=768M")) == "dom0_mem=768M"
    assert kernel_command_line(MachineSpec(kernel_arguments=("nosmp",))).endswith(" nosmp")


def test_devices_and_extra_arguments_are_passed_on() -> None:
    words = arguments(MachineSpec(devices=("vmxnet3",), extra=("-icount", "shift=0")))
    assert value(words, "-icount") == "shift=0"
    assert "vmxnet3" in words
