"""The model of a stack: what the tables say about a system, asked as a reader would."""

from __future__ import annotations

import pytest

from course import stacks
from course.errors import CourseError

EVERY = sorted(stacks.platforms())


def names(layers: tuple[stacks.Layer, ...]) -> list[str]:
    return [layer.key for layer in layers]


@pytest.mark.parametrize("platform", EVERY)
@pytest.mark.parametrize("workloads", [1, 8])
def test_every_layer_in_the_path_is_shared_or_repeated_and_the_application_trusts_the_hardware(
    platform: str, workloads: int
) -> None:
    stack = stacks.stack(platform, workloads)
    assert {*stack.shared(), *stack.duplicated()} == set(stack.in_path())
    assert not set(stack.beside()) & set(stack.in_path())
    assert stack.layers[0].kind == "hardware"
    assert stack.layers[0] in stack.trusted(workloads)
    assert names(stack.layers) == names(tuple(sorted(stack.layers, key=lambda layer: layer.position)))


@pytest.mark.parametrize("platform", EVERY)
def test_what_falls_contains_the_layer_itself_and_hardware_takes_all(platform: str) -> None:
    stack = stacks.stack(platform, 3)
    assert all(layer in stack.falls(layer.key) for layer in stack.layers)
    assert stack.falls("hardware") == stack.layers
    assert stack.falls_for_all("hardware")


@pytest.mark.parametrize("platform", EVERY)
def test_paths_pass_layers_of_their_own_system_and_count_their_crossings(platform: str) -> None:
    stack = stacks.stack(platform)
    for path in stack.paths:
        assert [step.number for step in path.steps] == list(range(1, len(path.steps) + 1))
        assert all(step.layer in stack.layers for step in path.steps)
        assert path.crossings == len([step for step in path.steps if step.crossing])


def test_containers_share_one_kernel_and_machines_bring_their_own() -> None:
    docker, machines = stacks.stack("docker", 5), stacks.stack("qemu_kvm", 5)
    assert docker.guest_kernels() == 0
    assert machines.guest_kernels() == 5
    assert "host_kernel" in names(docker.shared())
    assert "guest_kernel" in names(machines.duplicated())


def test_the_boundary_of_a_container_is_the_system_call_and_that_of_a_machine_the_exit() -> None:
    container, machine = stacks.stack("docker").boundary, stacks.stack("qemu_kvm").boundary
    assert container is not None
    assert "ystem call" in container.interface
    assert machine is not None
    assert "VM exits" in machine.interface
    assert stacks.stack("process").boundary is None


def test_an_engine_stands_beside_the_path_and_its_proxy_is_passed_only_through_a_published_port() -> None:
    docker = stacks.stack("docker", 2)
    assert "dockerd" in names(docker.beside())
    passed = {path.access for path in docker.paths if any(step.layer.key == "docker_proxy" for step in path.steps)}
    assert passed == {"packet_to_published_port"}


def test_a_guest_kernel_that_falls_takes_one_workload_and_a_shared_kernel_takes_all() -> None:
    machine, container = stacks.stack("qemu_kvm", 4), stacks.stack("docker", 4)
    assert not machine.falls_for_all("guest_kernel")
    assert "application" in names(machine.falls("guest_kernel"))
    assert "qemu" not in names(machine.falls("guest_kernel"))
    assert container.falls_for_all("host_kernel")


def test_a_module_of_the_kernel_that_falls_takes_the_kernel() -> None:
    assert "host_kernel" in names(stacks.stack("qemu_kvm").falls("kvm"))


def test_helpers_of_one_workload_behind_boundaries_of_their_own_do_not_take_each_other() -> None:
    assert "vmm" not in names(stacks.stack("kata").falls("virtiofsd"))


def test_emulation_is_found_in_a_machine_and_not_in_a_container() -> None:
    assert stacks.stack("qemu_tcg").emulated()
    assert not stacks.stack("docker").emulated()


@pytest.mark.parametrize("workloads", [0, 9, -1, True, 2.0, "3"])
def test_a_number_of_workloads_that_cannot_be_drawn_is_refused(workloads: object) -> None:
    with pytest.raises(CourseError, match="whole number from 1 to 8"):
        stacks.stack("docker", workloads)  # type: ignore[arg-type]


def test_a_misspelled_name_is_answered_with_the_nearest() -> None:
    docker = stacks.stack("docker")
    with pytest.raises(CourseError, match="did you mean 'docker'"):
        stacks.stack("dokcer")
    with pytest.raises(CourseError, match="did you mean 'host_kernel'"):
        docker.layer("hostkernel")
    with pytest.raises(CourseError, match="did you mean 'stdout'"):
        docker.path("stdot")
    with pytest.raises(CourseError, match="did you mean 'direct_write'"):
        stacks.check_access("directwrite")
    with pytest.raises(CourseError, match="from 1 to 1"):
        docker.trusted(2)
