"""Files read in a limited child: what comes back, what a file that ends the child gets, and that the next is read."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from pipelines import reading_process, reading_worker
from pipelines.ingest import detect
from pipelines.ingest.canonical import (
    READING_SCHEMA,
    REJECTED_SCHEMA,
    MeterFile,
    RegisterFile,
    StationFile,
    WeatherFile,
)
from pipelines.reading_process import Readers

HOURS = "metering_point_id,start,kwh\na,2024-05-01T00:00:00Z,1.5\na,2024-05-01T01:00:00Z,2\na,x,3\n"
CHILD = """
import os, resource, sys, time
from pipelines import reading_worker
real = reading_worker.reply_to
def reply_to(request):
    what = open(request.path).read(20)
    if what.startswith("abort"):
        os.abort()
    if what.startswith("memory"):
        return {"receipt": {"bytes": len(bytearray(8_000_000_000))}}
    if what.startswith("sleep"):
        time.sleep(60)
    if what.startswith("fault"):
        raise KeyError("a cell")
    if what.startswith("print"):
        print("a library talks")
    if what.startswith("second") and hasattr(reading_worker, "seen"):
        os.abort()
    reading_worker.seen = True
    return real(request)
reading_worker.reply_to = reply_to
reading_worker.main()
"""


@pytest.fixture
def readers() -> Iterator[Readers]:
    with Readers() as opened:
        yield opened


@pytest.fixture
def ill_readers(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Readers, list[int]]]:
    """Readers whose children do what the file's first word says, and the number of children that were started."""
    started: list[int] = []
    popen = subprocess.Popen

    def start(_command: list[str], **options: object) -> subprocess.Popen:
        started.append(1)
        return popen([sys.executable, "-c", CHILD], **options)

    monkeypatch.setattr(reading_process.subprocess, "Popen", start)
    with Readers() as opened:
        yield opened, started


def _file(folder: Path, content: str, name: str = "fil.csv") -> Path:
    path = folder / name
    path.write_text(content, "utf-8")
    return path


def test_a_file_comes_back_whole_with_its_receipt(readers: Readers, tmp_path: Path) -> None:
    reading = readers.read(_file(tmp_path, HOURS), "maj.csv")
    assert isinstance(reading.file, MeterFile)
    assert reading.file.readings.schema == pl.Schema(READING_SCHEMA)
    assert reading.file.readings["energy_kwh"].to_list() == [1.5, 2.0]
    assert reading.file.rejected.schema == pl.Schema(REJECTED_SCHEMA)
    assert reading.file.rejected["source_row"].to_list() == [4]
    assert reading.file.time.basis == "utc"
    assert reading.receipt["rows"] == {"read": 3, "used": 2, "superseded": 0, "held": 0, "rejected": 1}
    assert reading.receipt["file"] == "maj.csv"


def test_a_file_in_which_every_text_differs_comes_back_too(readers: Readers, tmp_path: Path) -> None:
    text = "station,name,lat,lon\n140480,Umeå,63.8,20.3\n151380,Skellefteå,64.6,21.1\n"
    read = readers.read(_file(tmp_path, text), "stations.csv").file
    assert isinstance(read, StationFile)
    assert read.stations["station_name"].to_list() == ["Umeå", "Skellefteå"]


def test_registers_and_weather_come_back_too(readers: Readers, tmp_path: Path) -> None:
    meter = readers.read(
        _file(tmp_path, "metering_point_id,carrier,unit,role\nm1,gas,m3,main\nm2,kol,m3,main\n"), "m"
    ).file
    assert isinstance(meter, RegisterFile)
    assert (meter.sheets["meter"].height, meter.rejected["meter"].height) == (1, 1)
    weather = readers.read(_file(tmp_path, "station,timestamp,temp_c\na,2024-01-01 00:00,1\n"), "w").file
    assert isinstance(weather, WeatherFile)
    assert weather.temperatures["temperature_c"].to_list() == [1.0]


def test_where_only_the_receipt_is_wanted_no_rows_come(readers: Readers, tmp_path: Path) -> None:
    reading = readers.read(_file(tmp_path, HOURS), "maj.csv", with_rows=False)
    assert reading.file is None
    assert reading.receipt["readable"]


@pytest.mark.parametrize("word", ["abort", "memory"])
def test_a_file_that_ends_the_child_is_refused_and_the_next_is_read(
    ill_readers: tuple[Readers, list[int]], tmp_path: Path, word: str
) -> None:
    readers, _ = ill_readers
    refused = readers.read(_file(tmp_path, word), "elak.csv")
    assert refused.file is None
    assert refused.receipt["readable"] is False
    assert refused.receipt["reason"] == "Filen gick inte att läsa: den tog för mycket minne eller tid."
    assert readers.read(_file(tmp_path, HOURS), "maj.csv").receipt["readable"]


def test_a_child_that_does_not_answer_in_time_is_ended(
    ill_readers: tuple[Readers, list[int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers, started = ill_readers
    monkeypatch.setattr(reading_process, "processor_seconds", lambda _size: 1)
    readers.read(_file(tmp_path, HOURS), "maj.csv")
    assert "minne eller tid" in readers.read(_file(tmp_path, "sleep"), "seg.csv").receipt["reason"]
    assert len(started) == 1  # it is not given the same time once more


def test_a_child_is_kept_and_what_it_left_behind_is_not_blamed_on_the_next_file(
    ill_readers: tuple[Readers, list[int]], tmp_path: Path
) -> None:
    readers, started = ill_readers
    for _ in range(3):
        readers.read(_file(tmp_path, HOURS), "maj.csv")
    assert len(started) == 1
    # The child dies of this one only when it has read another before.
    assert "inte igen" in readers.read(_file(tmp_path, "second;file\n"), "b.csv").receipt["reason"]
    assert len(started) == 2


def test_a_fault_of_our_own_says_so_and_keeps_the_child(ill_readers: tuple[Readers, list[int]], tmp_path: Path) -> None:
    readers, started = ill_readers
    receipt = readers.read(_file(tmp_path, "fault"), "a.csv").receipt
    assert receipt["is_own_fault"]
    assert "fel i Sparkraft" in receipt["reason"]
    assert readers.read(_file(tmp_path, HOURS), "maj.csv").receipt["readable"]
    assert len(started) == 1


def test_what_a_library_prints_is_not_taken_for_a_reply(ill_readers: tuple[Readers, list[int]], tmp_path: Path) -> None:
    readers, _ = ill_readers
    assert readers.read(_file(tmp_path, "print;file\n"), "a.csv").receipt["readable"] is False


def test_no_frame_is_left_in_the_temporary_folder(
    readers: Readers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_process.tempfile, "tempdir", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    readers.read(_file(tmp_path, HOURS), "maj.csv")
    assert list((tmp_path / "t").iterdir()) == []


def test_a_text_that_all_rows_have_is_handed_over_once(tmp_path: Path) -> None:
    path = _file(tmp_path, HOURS)
    file = detect.read_file(path, path.name)
    packed = reading_worker.packed(file, tmp_path)
    assert packed["readings"]["same"].items() >= {"unit": "kWh", "carrier": None, "metering_point_id": "a"}.items()
    assert "unit" not in pl.read_ipc_stream(packed["readings"]["frame"]).columns
    back = reading_process._unpacked(packed)
    assert isinstance(back, MeterFile)
    assert back.readings.equals(file.readings)
    assert back.readings.schema == pl.Schema(READING_SCHEMA)
