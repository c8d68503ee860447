"""Layers that are stored once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.errors import CourseError
from course.simulate.sharing import stored

LAYERS = st.dictionaries(st.sampled_from("abcdef"), st.just(7), max_size=6)


def test_a_base_is_stored_once_however_many_images_stand_on_it():
    images = {name: {"base": 30, name: 2} for name in ("one", "two", "three")}
    assert (stored(images).apart, stored(images).shared, stored(images).saved) == (96, 36, 60)


@given(st.dictionaries(st.text(max_size=3), LAYERS, max_size=5))
def test_sharing_never_costs_and_never_loses_a_layer(images):
    found = stored(images)
    assert 0 <= found.shared <= found.apart
    assert found.shared == 7 * len({digest for layers in images.values() for digest in layers})


def test_one_digest_with_two_sizes_is_refused():
    with pytest.raises(CourseError, match="two sizes, 3 and 4"):
        stored({"one": {"a": 3}, "two": {"a": 4}})
    with pytest.raises(CourseError, match="has the size -1"):
        stored({"one": {"a": -1}})
