import pytest

from course.errors import CourseError
from course.simulate.density import Workload, density
from course.simulate.migration import pre_copy
from course.simulate.packing import pack, requests
from course.simulate.scaling import burst

SIZES = [("small", 256.0, 0.25), ("large", 2048.0, 2.0)]


def test_sharing_saves_all_copies_but_one():
    one = Workload(private=50, shareable=100, cpus=0.01)
    alone, together = density(8192, 8, one, sharing=False), density(8192, 8, one, sharing=True)
    assert together.count > alone.count
    assert together.memory_saved == (together.count - 1) * 100
    assert together.memory_used <= 8192


def test_what_binds_first_is_named():
    assert density(1024, 64, Workload(private=512), sharing=False).binds == "memory"
    assert density(1 << 20, 1, Workload(private=1, cpus=0.5), sharing=False).binds == "CPU"


def test_a_quiet_guest_migrates_in_few_rounds_and_a_busy_one_never_converges():
    quiet = pre_copy(1024, dirty_rate=10, bandwidth=100)
    busy = pre_copy(1024, dirty_rate=150, bandwidth=100)
    assert quiet.converged and quiet.downtime <= 0.3 and len(quiet.rounds) < 6
    assert not busy.converged and busy.downtime > 0.3


def test_each_round_sends_what_the_round_before_dirtied():
    migration = pre_copy(1024, dirty_rate=40, bandwidth=100)
    for before, after in zip(migration.rounds, migration.rounds[1:], strict=False):
        assert after.sent == before.dirtied
    assert migration.sent >= 1024


def test_a_small_working_set_bounds_the_rest():
    migration = pre_copy(1024, dirty_rate=500, bandwidth=100, working_set=20)
    assert migration.converged


@pytest.mark.parametrize("strategy", ["first fit", "best fit", "spread"])
def test_nothing_is_lost_and_no_node_overflows(strategy):
    wanted = requests(3, 40, SIZES)
    packing = pack(wanted, 6, 4096, 4, strategy)
    placed = [one for node in packing.nodes for one in node.placed]
    assert sorted(map(str, [*placed, *packing.refused])) == sorted(map(str, wanted))
    assert all(node.free_memory >= 0 and node.free_cpus >= -1e-9 for node in packing.nodes)


def test_spreading_uses_more_nodes_than_packing():
    few = requests(1, 4, SIZES[:1])
    used = {
        name: sum(bool(node.placed) for node in pack(few, 4, 4096, 4, name).nodes) for name in ("best fit", "spread")
    }
    assert used == {"best fit": 1, "spread": 4}


def test_a_slower_start_makes_a_longer_line():
    fast, slow = burst(100, 10, start_up=0.2), burst(100, 10, start_up=20)
    assert slow.longest_line > 10 * fast.longest_line
    assert fast.cleared_after is not None and slow.cleared_after is not None
    assert fast.cleared_after < slow.cleared_after


def test_bad_numbers_are_refused():
    with pytest.raises(CourseError, match="did you mean 'best fit'"):
        pack([], 1, 1, 1, "best fitt")
    with pytest.raises(CourseError, match="bandwidth must be above 0"):
        pre_copy(1, 1, 0)
    with pytest.raises(CourseError, match="private must be above 0"):
        density(1, 1, Workload(private=0), sharing=True)
