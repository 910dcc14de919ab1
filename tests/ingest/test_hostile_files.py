"""Files that nobody should have to explain: each is refused in plain Swedish and nothing breaks."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import BadInput
from tests.ingest.made_up_files import EON_METADATA, EON_VALUES, SCHOOL, read, refusal_of, workbook

NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def with_sheet_xml(xml: str | bytes) -> bytes:
    """A sound workbook whose first sheet is replaced by other XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook({"Blad1": [["a"]]}))) as source, zipfile.ZipFile(out, "w", 8) as target:
        for entry in source.infolist():
            is_sheet = entry.filename == "xl/worksheets/sheet1.xml"
            target.writestr(entry.filename, xml if is_sheet else source.read(entry))
    return out.getvalue()


def refusal(content: str | bytes) -> BadInput:
    with pytest.raises(BadInput) as refused:
        read(content, "fil")
    assert refused.value.message_sv.endswith((".", "…")) or ":" in refused.value.message_sv
    assert refused.value.fix_sv
    return refused.value


def test_binary_file_is_refused() -> None:
    assert "inte en textfil" in refusal(bytes(range(256)) * 40).message_sv
    assert "inte en textfil" in refusal(b"Tid;kWh\n2024-01-01;\x00\x01\x02\n" + b"2024-01-02;1\n" * 9).message_sv


def test_endless_line_is_refused() -> None:
    assert "orimligt lång" in refusal(b"Tid;kWh\n" + b"1;" * 1_500_000).message_sv


def test_table_of_a_hundred_thousand_columns_is_refused() -> None:
    assert "fler än 5000 kolumner" in refusal((";".join(["1"] * 100_000) + "\n") * 3).message_sv


def test_csv_without_a_known_column_names_those_found() -> None:
    message = refusal("namn;färg;antal\nkatt;svart;3\n").message_sv
    assert "Kolumner i filen: namn, färg, antal" in message


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"Rar!\x1a\x07", "rar"),
        (b"x" * 257 + b"ustar" + b"\x00" * 300, "tar"),
        (gzip.compress(b"x" * 257 + b"ustar" + b"\x00" * 300, mtime=0), "tar"),
        (gzip.compress(b"  \n", mtime=0), "tom"),
        (b"%PDF-1.7\n...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "skadad"),
        (b'{"a": 1}', "JSON"),
        (b"<html><table></table></html>", "webbsida utan någon tabell"),
        (b"<?xml version='1.0'?><a><b>1</b></a>", "XML av ett slag"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "dokumenttypsdeklaration"),
        (b"UNB+UNOC:3'", "EDIFACT|känns inte igen"),
    ],
)
def test_other_kinds_of_file_are_named(content: bytes, word: str) -> None:
    assert any(one in refusal(content).message_sv for one in word.split("|"))


def test_office_document_of_another_kind_is_named() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("word/document.xml", "")
    assert "ingen Excelarbetsbok" in refusal(out.getvalue()).message_sv


def test_zip_bomb_is_refused() -> None:
    assert "orimligt mycket" in refusal(with_sheet_xml(b" " * 60_000_000)).message_sv


def test_workbook_with_too_many_parts_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "")
        for number in range(2_100):
            archive.writestr(f"xl/{number}.xml", "")
    assert "orimligt mycket" in refusal(out.getvalue()).message_sv


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c t='n' r='XFD1048576'><v>1</v></c></row>",
        '<row r="1"><c s="1" r = "a1"><v>1</v></c></row><row r="1048576"><c r="xfd1048576"><v>1</v></c></row>',
        '<row r="1">' + "<c><v>1</v></c>" * 16_384 + '</row><row r="1048576"><c><v>1</v></c></row>',
    ],
)
def test_sheet_that_spans_everything_is_refused_before_it_is_opened(cells: str) -> None:
    sheet = f"<worksheet {NAMESPACE}><sheetData>{cells}</sheetData></worksheet>"
    assert "orimligt många rader" in refusal(with_sheet_xml(sheet)).message_sv


def test_entities_in_a_sheet_are_refused() -> None:
    sheet = f'<!DOCTYPE x [<!ENTITY a "b">]><worksheet {NAMESPACE}><sheetData></sheetData></worksheet>'
    assert "dokumenttypsdeklaration" in refusal(with_sheet_xml(sheet)).message_sv


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_truncated_workbook_is_refused(share: float) -> None:
    content = workbook({"Blad1": [["Datum", f"{SCHOOL} kWh"], ["2024-01-01", 1]]})
    assert "skadad" in refusal(content[: int(len(content) * share)]).message_sv


def test_workbook_with_broken_parts_is_refused() -> None:
    assert refusal(with_sheet_xml("<worksheet><sheetData><row><c")).fix_sv


def test_only_headers_is_refused() -> None:
    assert "Inga mätvärden" in refusal("Anläggnings-id;Starttid;kWh\n").message_sv


def test_quotes_that_never_end_do_not_break_the_reader() -> None:
    content = 'Anläggnings-id;Starttid;kWh\n"M1;2024-01-01T00:00Z;1\nM1;2024-01-01T01:00Z;2\n'
    assert refusal(content).fix_sv


@settings(max_examples=150, deadline=None)
@given(st.binary(min_size=1, max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    refused = refusal_of(content)
    assert refused is None or refused.message_sv


SOUND = (
    f"{EON_METADATA}\n{SCHOOL};2024-01-02 08:00:00;Aktiv energi;2024-01-01 00:00;2024-01-02 00:00;kWh\n\n{EON_VALUES}\n"
    "2024-01-01 00:00;2024-01-01 01:00:00;Förbrukning;Uppmätt;1,5\n",
    f"Anläggnings-id;Starttid;kWh;Kvalitet\n{SCHOOL};2024-01-01T00:00:00Z;1,5;Uppmätt\n{SCHOOL};2024-01-01;2;\n",
    f"#Created: 2024\ndate,TS_{SCHOOL}.cons,\n2024-01-01 00:00,1.5,\n",
    f"Fjärrvärme\nAnläggnings-id;Enhet;2024-01;2024-02\n{SCHOOL};MWh;1;2*\nSumma;;1;2\n",
    "UNB+UNOC:3+A+B+1:1+R'UNH+1+UTILTS:D:02B'DTM+735:?+0100:406'IDE+24+T'LOC+172+M::9'LIN+++8716867000030:::9'"
    "DTM+324:202401010000202401010200:719'DTM+354:60:806'MEA+AAZ++KWH'SEQ++1'QTY+136:1'SEQ++2'QTY+136:2'UNT+11+1'UNZ+1+R'",
    "station,timestamp,temp_c\na,2024-01-01 00:00,1\n",
    "metering_point_id,carrier,unit,role\nm1,gas,m3,main\n",
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SOUND), st.lists(st.tuples(st.integers(0, 400), st.sampled_from(list(";,\n\"'+:-0129aÅT \t")))))
def test_damaged_files_are_read_or_refused(content: str, changes: list[tuple[int, str]]) -> None:
    signs = list(content)
    for place, sign in changes:
        signs[place % len(signs)] = sign
    refused = refusal_of("".join(signs))
    assert refused is None or refused.message_sv
