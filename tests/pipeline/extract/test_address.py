"""Names of places: one name per place, one place per name, and no secret in any name."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.extract.places.address import Address, canonical, location_of, place_of
from papersieve.pipeline.extract.places.masking import masked

WORD = st.text("abcXYZ0189", min_size=4, max_size=12)
SECRET = WORD.map(lambda word: f"s3cr3t{word}")
SECRET_NAMES = [
    "token", "access_token", "X-Amz-Signature", "X-Amz-Security-Token", "X-Goog-Signature", "sig", "Signature", "key",
    "api_key", "apiKey", "x-api-key", "password", "client_secret", "private-token", "jwt",
]  # fmt: skip
TOLD_APART = [
    "ftp://a/x", "ftp://b/x", "ftp://ann@a/x", "ftp://a:2121/x", "ftp://a/x/y", "http://a/x", "https://a/x",
    "http://a:8080/x",
    "http://a/x?page=1", "http://a/x?page=2", "http://a/x?page_token=1", "http://a/oai?resumptionToken=1",
    "http://a/oai?resumptionToken=2", "http://ann:x@a/x", "http://bob:x@a/x", "http://[::1]/x", "s3://a/x", "s3://b/x",
    "gs://a/x",
    "memory://a/x", "github://ann:one@main/x", "github://ann:two@main/x", "github://ann:one@other/x",
    "hf://datasets/a/b@main/x",
    "sftp://a/x", "hdfs:///a/x", "a/x", "/a/x",
]  # fmt: skip
ONE_PLACE = [
    ("http://HOST:80/a/../b", "HTTP://host/b"),
    ("https://host:443", "https://host/"),
    ("http://host/b#part", "http://host/b"),
    ("http://host/%7efile", "http://host/%7Efile"),
    ("https://ann:old@host/x", "https://ann:new@host/x"),
    ("https://one-token@host/x", "https://another@host/x"),
    ("https://host/x", "https://host/x?X-Amz-Date=1&X-Amz-Expires=9&X-Amz-Signature=a"),
    ("https://host/x?id=1&Expires=1&Signature=a&Key-Pair-Id=K", "https://host/x?id=1&Expires=2&Signature=b&Key-Pair-Id=L"),
    ("https://host/x?sv=1&se=monday&sr=b&sig=a", "https://host/x?sv=2&se=friday&sr=b&sig=b"),
    ("ftp://HOST:21/x", "ftp://host/x"),
    ("s3a://bucket/x/", "s3://bucket/x"),
    ("gcs://bucket/x", "gs://bucket/x"),
    ("ssh://host/x", "sftp://host:22/x"),
    ("file:///data/a%20b.txt", "/data/a b.txt"),
    ("file://localhost/data/x", "/data/x"),
    ("local:///data/x", "/data/x"),
]  # fmt: skip
NO_PLACES = ["",
    "http://", "https://", "http://[::bad/x", "http://:99999/", "http://host:99999/x", "http://host:abc/x", "http:///x",
    "s3://",
    "s3:///", "memory://", "ftp://", "ftp://:21", "ftp://host:99999/x", "ftp://host:abc/x", "nonsense://a/b",
    "zip://a::http://h/x.zip",
    "simplecache::s3://b/k", "data://x", "file://tmp/x", "http://host/a\0b", "http://host/a\nb",
]  # fmt: skip


def name(text: str) -> str:
    return location_of(place_of(text))


def test_other_places_have_other_names():
    assert len({name(text) for text in TOLD_APART}) == len(TOLD_APART)


@pytest.mark.parametrize(("one", "other"), ONE_PLACE)
def test_a_place_has_one_name_however_it_is_spelled(one, other):
    assert name(one) == name(other)


@pytest.mark.parametrize("text", [*TOLD_APART, *(text for pair in ONE_PLACE for text in pair)])
def test_the_name_of_a_name_is_the_name(text):
    assert canonical(name(text)) == name(text)
    assert canonical(f"{name(text)}!a/member.txt") == f"{name(text)}!a/member.txt"


@pytest.mark.parametrize("text", NO_PLACES)
def test_what_names_no_place_is_told_in_one_line_with_a_remedy(text):
    with pytest.raises(ValueError, match=r"\. (Check|Complete|Name|Or name|Write)[^\n]*\.$") as caught:
        place_of(text)
    assert str(caught.value).isprintable()


def test_what_only_looks_like_an_address_is_a_path():
    assert [place_of(text) for text in ("://x", "http:/a", "c:/x", "a::b")] == [Path(text) for text in ("://x", "http:/a", "c:/x", "a::b")]  # fmt: skip


@given(SECRET, SECRET, st.sampled_from(SECRET_NAMES), st.sampled_from(["http", "https", "ftp", "sftp", "abfs"]))
def test_no_secret_of_an_address_is_in_its_name_its_repr_or_a_text_that_quotes_it(password, value, parameter, scheme):
    text = f"{scheme}://ann:{password}@host/x?a=1&{parameter}={value}&b=2"
    place = place_of(text)
    for told in (place.location, repr(place), str(place), masked(f"GET {text} failed"), masked(f"Pool({password}): /x?{parameter}={value}", of=place.text)):  # fmt: skip
        assert password not in told
        assert value not in told
    assert "s3cr3t" in place.text
    assert re.search(r"a=1.*b=2", place.location)


@pytest.mark.parametrize("text", ["https://ann:s3cr3t/with@host/x", "https://ann:s3cr3t@host:no/x", "ftp://ann:s3cr3t@host:no/x", "zip://ann:s3cr3t@host::s3://b"])  # fmt: skip
def test_no_password_is_in_what_is_said_of_an_address_that_is_none(text):
    with pytest.raises(ValueError, match=r"\*\*\*@host") as caught:
        place_of(text)
    assert "s3cr3t" not in str(caught.value)


def test_a_token_that_stands_for_a_user_is_a_secret_on_the_web_and_a_user_elsewhere():
    assert name("https://ghp_token@host/x") == "https://***@host/x"
    assert name("ftp://ann@host/x") == "ftp://ann@host/x"


def test_a_folder_by_several_names_is_one_place_and_a_link_to_a_file_a_place_of_its_own(tmp_path, monkeypatch):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "x.txt").write_text("x")
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "real" / "latest.txt").symlink_to("x.txt")
    monkeypatch.chdir(tmp_path / "real")
    spelled = [
        "x.txt",
        "../link/x.txt",
        "../link/../real/./x.txt",
        str(tmp_path / "link" / "x.txt"),
        f"file://{tmp_path}/link/x.txt",
    ]
    assert {name(text) for text in spelled} == {str(tmp_path.resolve() / "real" / "x.txt")}
    assert name("latest.txt") == str(tmp_path.resolve() / "real" / "latest.txt")
    assert {name(text) for text in (".", "..", "../link/..")} == {str(tmp_path.resolve()), name("../real")}
    assert canonical(str(tmp_path / "link" / "x.txt") + "!a") == name("x.txt") + "!a"
    assert canonical(str(tmp_path / "link" / "gone.txt")) == str(tmp_path.resolve() / "real" / "gone.txt")


def test_names_that_no_file_can_have_are_told_as_they_are(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert name(f"{tmp_path}/a\0b").endswith("/a\\x00b")
    assert name(f"{tmp_path}/a/x").endswith("/x")
    assert location_of(Path(os.fsdecode(b"/\xe9/x"))) == "/\\xe9/x"


@given(
    st.text(max_size=30),
    st.sampled_from(["", "http://", "https://", "ftp://", "s3://", "file://", "memory://", "github://", "http://["]),
)
def test_any_text_is_a_place_with_one_name_or_is_refused(text, scheme):
    try:
        place = place_of(scheme + text)
    except ValueError:
        return
    location = location_of(place)
    assert location == location.encode().decode()
    if isinstance(place, Address):
        assert canonical(location) == location
