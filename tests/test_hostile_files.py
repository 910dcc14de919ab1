"""Files that are broken or meant to harm: a clear message, the bytes kept, and nothing else changed."""

from __future__ import annotations

import gzip
import hashlib
import shutil
from pathlib import Path

import duckdb
import pytest
import xlsxwriter

from pipelines.home import Home
from pipelines.inbox import arrivals, place
from pipelines.ingest.precheck import MAX_BYTES
from pipelines.ledger import ledger
from pipelines.publish import reading
from pipelines.run import run_job
from pipelines.settings import Settings
from tests.ingest.made_up_binary_workbooks import xlsb, zipped
from tests.ingest.test_hostile_files import with_sheet_xml

pytestmark = pytest.mark.slow


def _workbook_without_the_sheet(path: Path) -> bytes:
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Blad1").write(0, 0, "Hej")
    return path.read_bytes()


@pytest.fixture(scope="module")
def after(town: Home, tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Home, dict[str, bytes]]:
    """The town before, and a copy of it that has been sent hostile files and refreshed."""
    folder = tmp_path_factory.mktemp("hostile")
    home = Home(folder / "home")
    shutil.copytree(town.root, home.root, symlinks=True)
    files = {
        "tom.csv": b"",
        "bild.csv": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
        "okänd.csv": "Namn;Färg\nAnna;Blå\n".encode(),
        "utan blad.xlsx": _workbook_without_the_sheet(folder / "x.xlsx"),
        "avkortad.xlsx": _workbook_without_the_sheet(folder / "y.xlsx")[:900],
        "../../../etc/passwd": b"root:x:0:0",
        "lång rad.csv": b"Tid;kWh\n" + b"1;" * 5_000_000,
        "packad bomb.csv.gz": gzip.compress(bytes(MAX_BYTES + 1), 1),
        "vägar.zip": zipped(
            {"../../../tmp/utanför.csv": "namn;antal\nkatt;3\n", "/etc/cron.d/x": "namn;antal\nhund;4\n"}
        ),
        "arkiv i arkiv.zip": zipped({"inre.zip": zipped({"a.csv": "Tid;kWh\n"})}),
        "spänner över allt.xlsx": with_sheet_xml(
            '<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
            '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
        ),
        "spänner över allt.xlsb": xlsb([(0, [(0, 1.0)]), (1_048_575, [(16_383, 1.0)])]),
        "entiteter.xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><feed>&d;</feed>',
        "bottenlös.xls": b"<html><body>" + b"<table><tr><td>" * 50_000,
    }
    for name, data in files.items():
        place(home, name, data, organisation="kommun-2460", sender="test")
    assert run_job("refresh", Settings(home=home.root)).is_success
    return town, home, files


def _figures(home: Home) -> list[tuple]:
    """Rounded to a thousandth of a watt-hour: sums over threads differ in their last digits."""
    with reading(home.published, "staff.duckdb") as connection:
        assert isinstance(connection, duckdb.DuckDBPyConnection)
        return connection.execute(
            """select metering_point_id, month_local, round(energy_kwh, 6), round(expected_energy_kwh, 6),
                      round(systematic_error_kwh, 6), round(noise_variance_kwh2, 6), answer
               from marts.saving_month order by all"""
        ).fetchall()


def test_each_is_refused_with_a_reason_and_what_to_do(after: tuple[Home, Home, dict[str, bytes]]) -> None:
    _, home, files = after
    refused = {d["file"]: d["message"] for d in ledger(home)["deliveries"] if d["outcome"] == "refused"}
    assert set(refused) == set(files)
    for name, message in refused.items():
        assert len(message) > 20, name
        assert "Traceback" not in message
        assert "fel i Sparkraft" not in message, f"{name}: {message}"


def test_the_bytes_are_kept_and_the_inbox_is_empty(after: tuple[Home, Home, dict[str, bytes]]) -> None:
    _, home, files = after
    assert arrivals(home) == []
    for data in files.values():
        assert home.delivery_file(hashlib.sha256(data).hexdigest()).read_bytes() == data


def test_no_figure_changes(after: tuple[Home, Home, dict[str, bytes]]) -> None:
    town, home, _ = after
    assert _figures(home) == _figures(town)
