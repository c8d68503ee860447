"""The environment check: what a host has passes, what it lacks comes with what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from course.live.environment import needs
from course.live.host import Host, KvmVerdict, QemuProgram
from course.live.where import Place

EVERYTHING = Host(
    system="Debian",
    kernel="6.1",
    architecture="x86_64",
    processors=4,
    memory=16_000,
    available_memory=8_000,
    qemu=QemuProgram("/usr/bin/qemu-system-x86_64", "8.2"),
    qemu_missing="",
    kvm=KvmVerdict(True, "our kernel booted under it"),
    user_namespaces=True,
    can_build=True,
    images=("base",),
    place=Place("bare metal"),
)


def answers(host):
    return {need.name.split(",")[0]: need for need in needs(host)}


def test_what_is_there_passes_and_needs_no_advice():
    found = answers(EVERYTHING)
    assert found["QEMU"].found == "8.2"
    assert all(need.passed and not need.advice for name, need in found.items() if name != "strace")


@pytest.mark.parametrize(
    ("change", "name", "advice"),
    [
        ({"qemu": None, "qemu_missing": "Install it."}, "QEMU", "Install it."),
        ({"images": ()}, "an image for the machines", "image build"),
        ({"images": (), "can_build": False}, "an image for the machines", "image import"),
        ({"kvm": KvmVerdict(False, "there is no /dev/kvm")}, "KVM", "emulated"),
        ({"user_namespaces": False}, "user namespaces", "inside the live machine"),
        ({"user_namespaces": None}, "user namespaces", "inside the live machine"),
        ({"available_memory": 300}, "memory for several machines at once", "one machine at a time"),
        ({"memory": 0, "available_memory": 0}, "memory for several machines at once", "one machine at a time"),
    ],
)
def test_what_is_missing_says_what_to_do(change, name, advice):
    need = answers(replace(EVERYTHING, **change))[name]
    assert not need.passed
    assert advice in need.advice
    assert not need.required


def test_only_what_every_lesson_needs_is_required():
    assert {name for name, need in answers(EVERYTHING).items() if need.required} == {"Python", "JupyterLab"}
