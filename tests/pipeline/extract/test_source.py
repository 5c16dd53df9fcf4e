"""From files to dumps: compression, archives, and hostile examples of both."""

import gzip
import io
import lzma
import os
import tarfile
import warnings
import zipfile
from functools import partial
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract import compression as packing
from papersieve.pipeline.extract.dump_files import find_dumps, read_dump
from papersieve.pipeline.extract.open_dump import HEAD_BYTES
from papersieve.pipeline.extract.raw_dump import BrokenDump
from papersieve.pipeline.extract.read import extract_dump
from papersieve.pipeline.reading_settings import Reading
from tests.support.archives import in_tar, in_zip
from tests.support.damaged_dumps import FIXTURES

TEXT = (FIXTURES / "ris.ris").read_bytes()
PACKINGS = {
    "plain": lambda data: data,
    "gzip": gzip.compress,
    "two gzip members": lambda data: gzip.compress(data[:100]) + gzip.compress(data[100:]),
    "xz": lzma.compress,
    "zstd": lambda data: pa.compress(data, codec="zstd", asbytes=True),
    "two zstd frames": lambda data: b"".join(pa.compress(d, codec="zstd", asbytes=True) for d in (data[:100], data[100:])),
}  # fmt: skip

#: The files that this process has open, on Linux.
OPENED = Path("/proc/self/fd")


def _alone(pack, data: bytes) -> bytes:
    return pack({"a": data})


def found(tmp_path, data: bytes, **reading) -> list:
    path = tmp_path / "file"
    path.write_bytes(data)
    return list(find_dumps(path, Reading(**reading)))


def faults(dumps: list) -> list[str]:
    return [d.error.reason_code for d in dumps if isinstance(d, BrokenDump)]


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_packed_dump_is_the_same_dump(tmp_path, packing):
    plain, packed = tmp_path / "plain", tmp_path / "packed"
    plain.write_bytes(TEXT)
    packed.write_bytes(PACKINGS[packing](TEXT))
    one, other = read_dump(plain), read_dump(packed)
    assert (one.dump_id, one.size_bytes) == (other.dump_id, other.size_bytes)
    assert extract_dump(one).records.equals(extract_dump(other).records)


@pytest.mark.parametrize(
    "pack",
    [in_zip, in_tar, lambda m: in_tar(m, "w"), lambda m: in_tar(m, "w:xz")],
    ids=["zip", "tar.gz", "tar", "tar.xz"],
)
def test_each_member_of_an_archive_is_a_dump_whatever_its_name_and_packing(tmp_path, pack):
    members = {
        "a/one.ris": TEXT,
        "../two.ris": TEXT + b"\n",
        "/etc/three.ris.gz": gzip.compress(TEXT),
        "a/.hidden": b"x",
        "__MACOSX/one": b"x",
        "empty": b"",
    }
    read = []
    path = tmp_path / "file"
    path.write_bytes(pack(members))
    for dump in find_dumps(path, Reading()):
        if isinstance(dump, BrokenDump):
            assert dump.error.reason_code == "empty"
        else:
            read.append((dump.location.removeprefix(f"{path}!"), extract_dump(dump).records.height))
    assert sorted(read) == [("../two.ris", 2), ("/etc/three.ris.gz", 2), ("a/one.ris", 2)]
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_member_without_a_name_is_read_too(tmp_path):
    # A name ends at its first NUL, which is the first character here.
    nameless = in_zip({"Zulu": TEXT}).replace(b"Zulu", b"\0ulu")
    (tmp_path / "file").write_bytes(nameless)
    read = [(dump.name, extract_dump(dump).records.height) for dump in find_dumps(tmp_path / "file", Reading())]
    assert read == [("(no name)", 2)]


def test_links_and_archives_inside_archives_are_told_and_not_followed(tmp_path):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE):
            info = tarfile.TarInfo("link")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    assert faults(found(tmp_path, out.getvalue())) == ["not_a_file"] * 3
    assert faults(found(tmp_path, in_zip({"inner.zip": in_zip({"a": TEXT})}))) == ["nested_archive"]


@pytest.mark.parametrize(
    "pack",
    [
        gzip.compress,
        lzma.compress,
        lambda d: in_zip({"a": d}),
        lambda d: in_zip({"a.gz": gzip.compress(d)}),
        lambda d: in_tar({"a": d}),
    ],
    ids=["gzip", "xz", "zip", "gzip in zip", "tar.gz"],
)
def test_a_bomb_is_refused_and_the_limit_named(tmp_path, pack):
    [bomb] = found(tmp_path, pack(b"a" * (20 << 20)), max_expansion=50)
    assert bomb.error.reason_code == "expands_too_much"
    assert "max_expansion = 50" in str(bomb.error)


def test_other_limits_are_named(tmp_path):
    many = in_zip({f"{n}.ris": TEXT for n in range(4)})
    for data, limit, code in (
        (many, {"max_members": 3}, "too_many_members"),
        (TEXT, {"max_file_bytes": 100}, "too_large"),
    ):
        [broken] = found(tmp_path, data, **limit)
        assert broken.error.reason_code == code
        assert f"{next(iter(limit))} = {next(iter(limit.values()))}" in str(broken.error)
    path = tmp_path / "page"
    path.write_text("Abstract: x" * 20)
    with pytest.raises(DumpError, match="max_page_bytes = 100"):
        extract_dump(read_dump(path), Reading(max_page_bytes=100))


@pytest.mark.parametrize("name", ["gzip", "xz", "zstd"])
def test_data_cut_short_or_damaged_says_so(tmp_path, name):
    packed = PACKINGS[name](TEXT)
    assert set(faults(found(tmp_path, packed[: len(packed) // 2]))) <= {"truncated", "damaged"}
    assert faults(found(tmp_path, packed[: len(packed) // 2]))
    assert faults(found(tmp_path, packed[:20] + b"\x00" * 20 + packed[40:]))


@given(st.binary(max_size=300), st.sampled_from([in_zip({"a": TEXT, "b": TEXT}), in_tar({"a": TEXT, "b": TEXT}), in_tar({"a": TEXT}, "w")]), st.integers(0, 600))  # fmt: skip
@settings(max_examples=60)
def test_no_archive_raises_or_yields_anything_but_dumps_and_faults(tmp_path_factory, noise, archive, at):
    path = tmp_path_factory.getbasetemp() / "archive"
    path.write_bytes(archive[:at] + noise + archive[at + len(noise) :])
    for dump in find_dumps(path, Reading()):
        if not isinstance(dump, BrokenDump):
            with dump.open() as stream:
                assert len(stream.read()) == dump.size_bytes


@pytest.mark.skipif(not OPENED.is_dir(), reason="there is no list of opened files")
@pytest.mark.parametrize("keep", [1, 0.7, 0.3])
@pytest.mark.parametrize("pack", [*PACKINGS.values(), *(partial(_alone, pack) for pack in (in_zip, in_tar, partial(in_tar, mode="w")))])  # fmt: skip
def test_no_file_stays_open_whole_or_damaged_as_long_as_somebody_holds_what_was_found(tmp_path, pack, keep):
    packed = pack(TEXT * 99)
    dumps = found(tmp_path, packed[: int(keep * len(packed))])
    assert dumps
    assert str(tmp_path / "file") not in [os.readlink(file) for file in OPENED.iterdir() if os.path.lexists(file)]


# --- names


@pytest.mark.parametrize("pack", ["zip", "tar"])
def test_members_of_one_name_are_as_many_places(tmp_path, pack):
    members = [("m", TEXT), ("a/m", TEXT), ("m", TEXT + b"\n"), ("m#2", TEXT), ("m", b"")]
    path = tmp_path / "file"
    path.write_bytes(packed(pack, members))
    dumps = list(find_dumps(path, Reading()))
    assert [dump.location.removeprefix(f"{path}!") for dump in dumps] == ["m", "a/m", "m#2", "m\\x232", "m#3"]
    assert faults(dumps) == ["empty"]
    again = list(find_dumps(path, Reading()))
    assert [dump.location for dump in again] == [dump.location for dump in dumps]


def packed(pack: str, members: list[tuple[str, bytes]]) -> bytes:
    """An archive whose members may share names."""
    out = io.BytesIO()
    if pack == "zip":
        with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as archive:
            warnings.simplefilter("ignore")  # about a name that occurs twice
            for name, data in members:
                archive.writestr(name, data)
        return out.getvalue()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


# --- changes while a dump is read


#: Longer than the head that is kept of a dump.
LONG = TEXT * (HEAD_BYTES // len(TEXT) + 1)


@pytest.mark.parametrize("later", [LONG + b"more\n", LONG[:-9], LONG.replace(b"1", b"2", 1), b""])
def test_a_file_that_was_changed_between_two_readings_is_no_dump(tmp_path, later):
    assert later != LONG
    path = tmp_path / "file"
    path.write_bytes(LONG)
    dump = read_dump(path)
    extract_dump(dump)
    path.write_bytes(later)
    with pytest.raises(DumpError, match="changed while it was being read") as error:
        extract_dump(dump)
    assert error.value.reason_code == "changed"


def test_a_file_that_grows_as_fast_as_it_is_read_is_not_followed(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_bytes(LONG)
    read = packing.Bounded.readinto

    def growing(self, buffer):
        with path.open("ab") as file:
            file.write(TEXT)
        return read(self, buffer)

    monkeypatch.setattr(packing.Bounded, "readinto", growing)
    [broken] = find_dumps(path, Reading())
    assert broken.error.reason_code == "changed"


def test_a_file_that_is_gone_when_its_turn_comes_is_missing(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(LONG)
    dump = read_dump(path)
    path.unlink()
    with pytest.raises(DumpError) as error:
        extract_dump(dump)
    assert error.value.reason_code == "missing"


def test_a_small_file_is_read_once(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(TEXT)
    dump = read_dump(path)
    expected = extract_dump(dump).records
    path.unlink()
    assert extract_dump(dump).records.equals(expected)


# --- private


SECRET = b"root:$6$secret:19000:0:99999:7:::\nlogin,password\n"


@pytest.mark.parametrize(
    "data",
    [
        SECRET,
        SECRET + b"\xff",
        SECRET + b"\0",
        b"<!DOCTYPE a [<!ENTITY secret 'secret'>]><PubmedArticleSet>&secret;</PubmedArticleSet>",
        b"PAR1" + SECRET + b"PAR1",
        b"ARROW1\0\0" + SECRET,
        b"PK\x03\x04" + SECRET,
        b"\x1f\x8b" + SECRET,
        in_zip({"a": SECRET}).replace(b"secret", b"SECRET"),
    ],
)
def test_nothing_of_a_file_that_is_no_dump_is_told(tmp_path, data):
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(DumpError) as error:
        extract_dump(read_dump(path))
    for word in ("secret", "login", "root", "0xff"):
        assert word not in str(error.value).replace(str(path), "")
