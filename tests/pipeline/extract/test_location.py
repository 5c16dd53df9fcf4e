"""Locations: each place has one text, and the text leads back to the file."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.extract.places.location import archive_of, file_location, file_of, member_location, shown

#: Names made of parts that have a meaning in a location, in any order, as bytes of a file system.
parts = st.sampled_from(
    [b"a", b"!", b"#", b"2", b"\\", b"\\x", b"\\xe9", b"\\x21", b"\xe9", "\xe9".encode(), b"\n", b"x21", b"%"]
)
names = st.lists(parts, min_size=1, max_size=6).map(b"".join).map(os.fsdecode)
members = st.tuples(names | st.just(""), st.integers(1, 12))
places = st.tuples(names, st.none() | members)


def location(place) -> str:
    file, member = place
    there = file_location(shown(f"/dumps/{file}"))
    return member_location(there, *member) if member else there


@given(places, places)
def test_two_places_have_two_locations(one, other):
    assert (location(one) == location(other)) == (one == other)


@given(places)
def test_the_file_of_a_location_is_found_again_without_looking_for_it(place):
    assert file_of(location(place)) == Path("/dumps", place[0])
    assert archive_of(location(place)) == location((place[0], None))


@pytest.mark.parametrize("name", ["a.txt", "caf\xe9 #2.txt", "C:\\dumps\\new.txt", "a.zip!b/c.txt", "a.zip!b!c.txt"])
def test_usual_locations_are_written_as_they_always_were(name):
    file, _, member = name.partition("!")
    place = file_location(shown(file))
    assert (member_location(place, member) if member else place) == name
