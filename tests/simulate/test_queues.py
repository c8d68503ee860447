import math

import pytest

from course.errors import CourseError
from course.simulate.queues import quota_latencies, shares, single_server, throttled


def test_mean_and_tail_of_a_single_server_are_those_of_theory():
    for load in (0.3, 0.6, 0.8):
        assert single_server(load).mean == pytest.approx(1 / (1 - load), rel=0.001)
        assert single_server(load).percentile(99) == pytest.approx(math.log(100) / (1 - load), rel=0.01)


def test_the_tail_grows_faster_than_the_mean():
    calm, busy = single_server(0.5), single_server(0.9)
    assert busy.percentile(99) - calm.percentile(99) > busy.mean - calm.mean > 0


def test_a_quota_stretches_work_by_whole_periods():
    assert throttled(work=10, quota=20, period=100) == 10
    assert throttled(work=20, quota=20, period=100) == 20
    assert throttled(work=21, quota=20, period=100) == 101
    assert throttled(work=50, quota=20, period=100) == 210


def test_a_quota_shows_in_the_tail_before_it_shows_in_the_median():
    free = quota_latencies(work=10, quota=100, period=100, interval=120)
    tight = quota_latencies(work=10, quota=20, period=100, interval=120)
    assert tight.percentile(50) < 2 * free.percentile(50)
    assert tight.percentile(99) > 3 * free.percentile(99)


def test_no_request_is_faster_than_its_own_work():
    assert quota_latencies(work=10, quota=20, period=100, interval=60).values[0] >= 10 - 1e-9


def test_unused_shares_go_to_those_who_want_them():
    assert shares({"a": 100, "b": 400}) == {"a": 0.2, "b": 0.8}
    assert shares({"a": 100, "b": 400}, busy={"a"}) == {"a": 1.0, "b": 0.0}


def test_numbers_outside_their_range_are_refused_in_one_sentence():
    with pytest.raises(CourseError, match="between 0 and 1"):
        single_server(1.0)
    with pytest.raises(CourseError, match="1 to 10000"):
        shares({"a": 0})
    with pytest.raises(CourseError, match="limits nothing"):
        throttled(1, 200, 100)
    with pytest.raises(CourseError, match="percentile"):
        single_server(0.5, points=10).percentile(0)
