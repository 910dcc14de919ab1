"""The streams of a compound file, also of one that has been tampered with."""

from __future__ import annotations

import struct

import pytest

from pipelines.errors import BadInput
from pipelines.ingest.compound_file import CompoundFile
from tests.ingest.made_up_binary_workbooks import SECTOR, compound_file


def test_streams_are_found_by_name_and_read_whole() -> None:
    long = bytes(range(256)) * 300  # over several sectors of the allocation table
    file = CompoundFile(compound_file({"Workbook": long, "Annat": b"hej"}))
    assert file.names == {"Workbook", "Annat"}
    assert file.read("Workbook") == long
    assert file.read("Annat").rstrip(b"\0") == b"hej"


def test_a_chain_that_bites_its_tail_is_refused() -> None:
    content = bytearray(compound_file({"Workbook": b"x" * 4096}))
    table = struct.unpack_from("<I", content, 76)[0]
    struct.pack_into("<I", content, SECTOR * (table + 1), 0)  # the first sector is followed by itself
    with pytest.raises(BadInput, match="skadad"):
        CompoundFile(bytes(content)).read("Workbook")


@pytest.mark.parametrize(("place", "claim"), [(44, b"\xff\xff\xff\x0f"), (64, b"\xff\xff\x00\x01")])
def test_header_that_claims_more_than_there_is_is_refused(place: int, claim: bytes) -> None:
    content = bytearray(compound_file({"Workbook": b"x"}))
    content[place : place + 4] = claim
    with pytest.raises(BadInput, match="skadad"):
        CompoundFile(bytes(content))


def test_stream_that_claims_more_than_there_is_is_refused() -> None:
    content = bytearray(compound_file({"Workbook": b"x"}))
    content[content.index("Workbook".encode("utf-16-le")) + 124] = 1  # 4 GiB more
    with pytest.raises(BadInput, match="skadad"):
        CompoundFile(bytes(content))


@pytest.mark.parametrize("content", [b"", b"\xd0\xcf\x11\xe0" + bytes(20), b"\xd0\xcf\x11\xe0" + b"\xff" * 2000])
def test_damaged_file_is_refused(content: bytes) -> None:
    with pytest.raises(BadInput, match="skadad"):
        CompoundFile(content)
