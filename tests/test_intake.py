"""From the inbox into the raw tables: outcomes, what is remembered of a sender, and files that end their reader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines import inbox
from pipelines.demo.kit import write_kit
from pipelines.home import Home, create_home
from pipelines.inbox import arrivals, place
from pipelines.intake import take_all
from pipelines.kit import load as load_kit
from pipelines.reading_process import TOO_MUCH, Known, Readers, Reading
from pipelines.warehouse import SQL_FOLDER, Warehouse, writing

METER = "735999000000000028"


def _hours(month: int, *, meter: str = METER, header: str = "Anläggnings-id;Starttid;Förbrukning (kWh)") -> bytes:
    """Two days of hours in a month without change of clocks: the file cannot tell its time basis."""
    rows = [f"{meter};2024-{month:02d}-{day:02d} {hour:02d}:00;1,5" for day in (1, 2) for hour in range(24)]
    return "\n".join([header, *rows]).encode()


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with writing(create_home(tmp_path, county_code="24"), time_zone="Europe/Stockholm") as opened:
        yield opened


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    with Readers() as opened:
        yield opened


def _put(home: Home, name: str, data: bytes, *, organisation: str = "k", **answers: str) -> None:
    place(home, name, data, organisation=organisation, sender="test", answers=answers)


def _take(warehouse: Warehouse, readers: Readers) -> list[str]:
    return list(take_all(arrivals(warehouse.home), warehouse, readers))


def _delivery(warehouse: Warehouse, name: str) -> dict[str, Any]:
    return warehouse.query("select * from raw.delivery where file_name = ?", [name]).row(0, named=True)


def test_an_answered_file_teaches_the_next_of_the_same_form_from_the_same_sender(
    warehouse: Warehouse, readers: Readers
) -> None:
    _put(warehouse.home, "maj.csv", _hours(5), time_basis="local")
    _put(warehouse.home, "juni.csv", _hours(6))
    _put(warehouse.home, "annans.csv", _hours(6, meter="b"), organisation="other")
    assert _take(warehouse, readers) == ["taken", "taken", "waiting"]
    assert _delivery(warehouse, "juni.csv")["time_basis"] == "local"


def test_an_answer_about_the_unit_is_remembered_and_the_receipt_says_so(warehouse: Warehouse, readers: Readers) -> None:
    header = "Anläggnings-id;Starttid;Förbrukning"
    _put(warehouse.home, "maj.csv", _hours(5, header=header), time_basis="local", unit="MWh")
    assert _take(warehouse, readers) == ["taken"]
    _put(warehouse.home, "juni.csv", _hours(6, header=header))
    assert _take(warehouse, readers) == ["taken"]
    june = _delivery(warehouse, "juni.csv")
    assert june["file_energy_kwh"] == pytest.approx(48 * 1500)
    answers = {one["key"]: one for one in json.loads(june["receipt_json"])["answers"]}
    assert answers["unit"] == {"key": "unit", "value": "MWh", "source": "remembered"}


def test_which_meter_a_file_is_about_is_never_remembered(warehouse: Warehouse, readers: Readers) -> None:
    header = "Starttid;Förbrukning (kWh)"
    without = [b"\n".join([header.encode(), *(row[19:] for row in _hours(m).split(b"\n")[1:])]) for m in (5, 6)]
    _put(warehouse.home, "maj.csv", without[0], time_basis="local", metering_point_id="m1")
    _put(warehouse.home, "juni.csv", without[1])
    assert _take(warehouse, readers) == ["taken", "waiting"]
    remembered = warehouse.query((SQL_FOLDER / "status" / "remembered_answer.sql").read_text("utf-8"))
    assert remembered["key"].to_list() == ["time_basis"]


def test_a_file_that_waited_is_read_again_with_its_answer_under_the_same_number(
    warehouse: Warehouse, readers: Readers
) -> None:
    _put(warehouse.home, "maj.csv", _hours(5))
    assert _take(warehouse, readers) == ["waiting"]
    _put(warehouse.home, "maj.csv", _hours(5), time_basis="normal_time")
    assert _take(warehouse, readers) == ["taken"]
    assert _delivery(warehouse, "maj.csv")["delivery_number"] == 1
    assert warehouse.value("select count(*) from raw.meter_reading") == 48


def test_the_same_bytes_twice_in_one_inbox_are_taken_once(warehouse: Warehouse, readers: Readers) -> None:
    _put(warehouse.home, "a.csv", _hours(5), time_basis="local")
    _put(warehouse.home, "b.csv", _hours(5), time_basis="local")
    assert _take(warehouse, readers) == ["taken", "repeated"]
    assert arrivals(warehouse.home) == []


class _DyingReaders(Readers):
    """Readers of which the child dies of every file named so."""

    def read(self, path: Path, name: str, known: Known = Known(), *, with_rows: bool = True) -> Reading:
        if name.startswith("dödlig"):
            return Reading({"readable": False, "is_own_fault": False} | TOO_MUCH, None)
        return super().read(path, name, known, with_rows=with_rows)


def test_a_file_that_ends_its_reader_is_refused_kept_and_the_next_is_taken(warehouse: Warehouse) -> None:
    _put(warehouse.home, "dödlig.csv", b"elak")
    _put(warehouse.home, "maj.csv", _hours(5), time_basis="local")
    with _DyingReaders() as readers:
        assert _take(warehouse, readers) == ["refused", "taken"]
    refused = _delivery(warehouse, "dödlig.csv")
    assert refused["message_sv"] == "Filen gick inte att läsa: den tog för mycket minne eller tid."
    assert warehouse.home.delivery_file(refused["delivery_sha256"]).read_bytes() == b"elak"


def test_a_file_whose_bytes_are_not_those_of_its_sidecar_is_refused(warehouse: Warehouse, readers: Readers) -> None:
    _put(warehouse.home, "maj.csv", _hours(5))
    (arrival,) = arrivals(warehouse.home)
    arrival.path.write_bytes(_hours(6))
    assert _take(warehouse, readers) == ["refused"]
    assert "inte densamma" in _delivery(warehouse, "maj.csv")["message_sv"]


def test_a_home_from_before_gets_the_columns_that_came_later(tmp_path: Path) -> None:
    home = create_home(tmp_path, county_code="24")
    with writing(home, time_zone="Europe/Stockholm") as warehouse:
        for column in ("kind", "is_second_account"):
            warehouse.connection.execute(f"alter table raw.meter_reading drop column {column}")
        warehouse.connection.execute("alter table raw.delivery drop column receipt_json")
    with writing(home, time_zone="Europe/Stockholm") as warehouse, Readers() as readers:
        _put(home, "maj.csv", _hours(5), time_basis="local")
        assert _take(warehouse, readers) == ["taken"]
        assert warehouse.value("select count(kind) from raw.meter_reading") == 48


def test_the_county_is_an_organisation_like_any_other_here(warehouse: Warehouse, readers: Readers) -> None:
    _put(
        warehouse.home,
        "register.csv",
        b"metering_point_id,carrier,unit,role\nm1,gas,m3,main\n",
        organisation=inbox.COUNTY,
    )
    assert _take(warehouse, readers) == ["taken"]
    assert warehouse.value("select count(*) from raw.register_row") == 1


@pytest.mark.slow
def test_no_file_of_a_demonstration_county_is_refused_or_left_waiting(
    warehouse: Warehouse, readers: Readers, tmp_path: Path
) -> None:
    write_kit(tmp_path / "kit", seed=5, meters=24, until=date(2022, 3, 31))
    load_kit(warehouse.home, tmp_path / "kit")
    list(take_all(arrivals(warehouse.home), warehouse, readers))
    outcomes = warehouse.query("select kind, outcome, count(*) as files from raw.delivery group by all order by all")
    assert set(outcomes["outcome"]) == {"taken"}
    assert set(outcomes["kind"]) == {"readings", "register", "stations", "weather"}
