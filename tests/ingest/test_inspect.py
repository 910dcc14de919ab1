"""The JSON object of `inspect`."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from pipelines.ingest.inspect import inspection
from tests.ingest.made_up_files import SCHOOL

ROWS = (
    f"{SCHOOL};2024-01-01T00:00:00Z;1,5;Uppmätt\n{SCHOOL};2024-01-01T01:00:00Z;;Saknas\n"
    f"{SCHOOL};2024-01-01T02:00:00Z;-2;Beräknat\n{SCHOOL};2024-01-01T02:00:00Z;3;Uppmätt\n{SCHOOL};x;3;Uppmätt\n"
)


def inspected(folder: Path, content: str, **known: dict[str, str]) -> dict:
    path = folder / "fil.csv"
    path.write_text(content, encoding="utf-8")
    found = inspection(path, "fil.csv", **known)
    assert json.loads(json.dumps(found)) == found
    assert found["sha256"] == hashlib.sha256(content.encode()).hexdigest()
    return found


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
            "rows": 3,
            "energy_kwh": 2.5,
            "missing": 1,
            "estimated": 1,
            "negative": 1,
        }
    ]
    assert found["time"]["basis"] == "utc"


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


def test_file_that_cannot_be_used_gives_reason_and_fix(tmp_path: Path) -> None:
    found = inspected(tmp_path, "")
    assert (found["readable"], found["reason"]) == (False, "Filen är tom.")
    assert found["fix"]
