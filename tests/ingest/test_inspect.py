"""The receipt: the JSON object of `inspect`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.errors import BadInput
from pipelines.ingest import inspect
from pipelines.ingest.detect import read_file
from tests.ingest.made_up_files import SCHOOL

ROWS = (
    f"{SCHOOL};2024-01-01T00:00:00Z;1,5;Uppmätt\n{SCHOOL};2024-01-01T01:00:00Z;;Saknas\n"
    f"{SCHOOL};2024-01-01T02:00:00Z;-2;Beräknat\n{SCHOOL};2024-01-01T02:00:00Z;3;Uppmätt\n{SCHOOL};x;3;Uppmätt\n"
)


def inspected(folder: Path, content: str, **known: dict[str, str]) -> dict[str, Any]:
    path = folder / "fil.csv"
    path.write_text(content, encoding="utf-8")
    found = inspect.description(read_file(path, "fil.csv", **known), "fil.csv", "abc", zone="Europe/Stockholm")
    assert json.loads(json.dumps(found)) == found
    return found


def assert_reconciled(found: dict[str, Any]) -> None:
    """Read is the sum of the four fates, in rows and in kWh, and months add up to what counts."""
    for sums in (found["rows"], found["energy_kwh"]):
        assert sums["read"] == pytest.approx(sums["used"] + sums["superseded"] + sums["held"] + sums["rejected"])
    counted = found["energy_kwh"]["used"] + found["energy_kwh"]["held"]
    assert sum(month["energy_kwh"] or 0 for month in found["months"]) == pytest.approx(counted)


def test_series_rows_and_rejections_are_told_and_reconcile(tmp_path: Path) -> None:
    found = inspected(tmp_path, "Anläggnings-id;Starttid;kWh;Kvalitet\n" + ROWS)
    assert found["rows"] == {"read": 4, "used": 2, "superseded": 1, "held": 0, "rejected": 1}
    assert found["rejected"][0]["row"] == 6
    assert found["series"] == [
        {
            "metering_point_id": SCHOOL,
            "id_source": "column",
            "carrier": None,
            "direction": "consumption",
            "resolution": "PT1H",
            "unit": "kWh",
            "kind": "interval",
            "first_utc": "2024-01-01T00:00:00Z",
            "last_utc": "2024-01-01T02:00:00Z",
            # The hour that is told twice counts once, with its measured value.
            "rows": 2,
            "energy_kwh": 4.5,
            "missing": 1,
            "estimated": 0,
            "negative": 0,
        }
    ]
    assert found["energy_kwh"] == {"read": 2.5, "used": 4.5, "superseded": -2.0, "held": 0.0, "rejected": 0.0}
    assert found["time"]["basis"] == "utc"
    assert_reconciled(found)


def test_months_tell_rows_energy_and_hours(tmp_path: Path) -> None:
    found = inspected(tmp_path, "Anläggnings-id;Starttid;kWh;Kvalitet\n" + ROWS)
    assert found["months"] == [
        {
            "metering_point_id": SCHOOL,
            "direction": "consumption",
            "month": "2024-01",
            "rows": 2,
            "energy_kwh": 4.5,
            "missing": 1,
            "estimated": 0,
            "hours": 2.0,
            "is_shared_out": False,
        }
    ]
    assert found["pictures"][0]["status"] == "p"


def test_a_second_account_is_superseded_and_stands_beside_the_series(tmp_path: Path) -> None:
    path = tmp_path / "fil.csv"
    path.write_text("Anläggnings-id;Starttid;kWh;Kvalitet\n" + ROWS, encoding="utf-8")
    read = read_file(path, "fil.csv")
    twice = read.readings.with_columns(is_second_account=pl.col("source_row") > 2)
    found = inspect.description(replace(read, readings=twice), "fil.csv", "abc", zone="Europe/Stockholm")
    assert (found["series"][0]["rows"], found["series"][0]["energy_kwh"]) == (1, 1.5)
    assert (found["second_accounts"][0]["rows"], found["rows"]["superseded"]) == (2, 2)
    assert_reconciled(found)


def test_questions_hold_the_rows_until_they_are_answered(tmp_path: Path) -> None:
    content = f"Anläggnings-id;Starttid;kWh\n{SCHOOL};2024-01-01 00:00;1\n{SCHOOL};2024-01-01 01:00;1\n"
    found = inspected(tmp_path, content)
    assert (found["rows"]["held"], found["rows"]["used"]) == (2, 0)
    assert [(q["key"], q["choices"]) for q in found["questions"]] == [("time_basis", ["normal_time", "local", "utc"])]
    answered = inspected(tmp_path, content, assumptions={"time_basis": "local"})
    assert (answered["rows"]["used"], answered["questions"]) == (2, [])


def test_register_weather_and_stations_are_told_by_kind(tmp_path: Path) -> None:
    meter = inspected(tmp_path, "metering_point_id,carrier,unit,role\nm1,gas,m3,main\nm2,kol,m3,main\n")
    assert (meter["kind"], meter["rows"], meter["rejected"][0]["sheet"]) == ("register", {"meter": 1}, "meter")
    weather = inspected(tmp_path, "station,timestamp,temp_c\na,2024-01-01 00:00,1\n")
    assert (weather["kind"], weather["rows"]["used"]) == ("weather", 1)
    stations = inspected(tmp_path, "station,name,lat,lon\na,A,63.8,20.3\n")
    assert stations["kind"] == "stations"


def test_file_that_cannot_be_used_gives_reason_and_fix() -> None:
    refusal = BadInput("Filen är tom.", fix_sv="Exportera den igen.", row=3)
    found = inspect.refused(refusal, "fil.csv", "abc")
    assert (found["readable"], found["reason"], found["fix"]) == (False, "Rad 3: Filen är tom.", "Exportera den igen.")


def test_answers_tell_whether_they_were_given_or_remembered() -> None:
    told = inspect.answers_of({"unit": "MWh"}, {"unit": "kWh", "stamp": "end"})
    assert told == [
        {"key": "unit", "value": "MWh", "source": "given"},
        {"key": "stamp", "value": "end", "source": "remembered"},
    ]
