"""Packed files: what is in them is read, and nothing that an archive says of itself is trusted."""

from __future__ import annotations

import bz2
import gzip
import io
import zipfile

import pytest

from pipelines.errors import BadInput
from pipelines.ingest import archives
from tests.ingest.made_up_binary_workbooks import xls, xlsb, zipped
from tests.ingest.made_up_files import workbook

TABLE = b"Tid;kWh\n2024-01-01 00:00;1\n"


@pytest.mark.parametrize(
    "packed", [gzip.compress(TABLE), bz2.compress(TABLE), gzip.compress(TABLE[:9]) + gzip.compress(TABLE[9:])]
)
def test_one_packed_file_comes_out_as_it_was(packed: bytes) -> None:
    assert archives.is_one_packed(packed)
    assert archives.unpacked(packed) == TABLE


@pytest.mark.parametrize(
    "packed", [gzip.compress(TABLE)[:-9], bz2.compress(TABLE)[:-4], b"\x1f\x8b\x08rubbish", gzip.compress(TABLE)[:12]]
)
def test_damaged_packed_file_is_refused(packed: bytes) -> None:
    with pytest.raises(BadInput, match="skadad"):
        archives.unpacked(packed)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_what_unpacks_to_too_much_is_refused_on_the_way(pack) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(BadInput, match="packas upp till mer än"):
        archives.unpacked(pack(bytes(5_000_000)), max_bytes=1_000_000)


@pytest.mark.parametrize("inner", [gzip.compress(TABLE), zipped({"a.csv": TABLE})])
def test_archive_in_an_archive_is_refused(inner: bytes) -> None:
    with pytest.raises(BadInput, match="själv packad"):
        archives.unpacked(gzip.compress(inner))
    with pytest.raises(BadInput, match=r"Filen inre\.zip i zip-filen är själv packad"):
        archives.members(zipped({"inre.zip": inner}))


def test_workbooks_are_no_archives_also_inside_one() -> None:
    book = workbook({"Blad1": [["a"]]})
    assert not archives.is_archive(book)
    assert not archives.is_archive(xlsb([(0, [(0, 1.0)])]))
    assert not archives.is_archive(xls({"Blad1": [["a"]]}))
    assert archives.members(zipped({"bok.xlsx": book})) == {"bok.xlsx": book}


def test_what_systems_add_is_left_out_and_names_are_never_paths() -> None:
    content = zipped(
        {
            "__MACOSX/._a.csv": b"x",
            ".DS_Store": b"x",
            "mapp/.dold/b.csv": b"x",
            "../../etc/a.csv": TABLE,
            "mapp\\c\x07.csv": TABLE,
            "d/a.csv": TABLE,
            "mapp/": b"",
        }
    )
    assert list(archives.members(content)) == ["a.csv", "c.csv", "a.csv (3)"]


def test_members_together_are_bounded() -> None:
    content = zipped({f"{n}.csv": bytes(600_000) for n in range(2)})
    with pytest.raises(BadInput, match="packas upp till mer än"):
        archives.members(content, max_bytes=1_000_000)


def test_declared_size_is_not_trusted() -> None:
    content = zipped({"a.csv": b"0" * 3_000_000})
    lying = content.replace((3_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises(BadInput, match="skadad"):
        archives.members(lying)


def test_too_many_members_are_refused_with_their_number() -> None:
    with pytest.raises(BadInput, match="600 filer"):
        archives.members(zipped({f"{n}.csv": b"" for n in range(600)}))


def test_protected_member_is_refused_by_name() -> None:
    content = bytearray(zipped({"hemlig.csv": TABLE}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + place] |= 1
    with pytest.raises(BadInput, match=r"hemlig\.csv i zip-filen är skyddad med lösenord"):
        archives.members(bytes(content))


def test_empty_and_truncated_archives_are_refused() -> None:
    out = io.BytesIO()
    zipfile.ZipFile(out, "w").close()
    with pytest.raises(BadInput, match="tom"):
        archives.members(out.getvalue())
    with pytest.raises(BadInput, match="skadad"):
        archives.is_archive(zipped({"a.csv": TABLE})[:-30])
