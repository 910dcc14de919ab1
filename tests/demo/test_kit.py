from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipelines.demo.kit import write_kit
from pipelines.demo.register import COLUMNS
from pipelines.errors import BadInput

UNTIL = date(2022, 3, 31)


def fingerprints(kit: Path) -> dict[str, str]:
    files = sorted(p for p in kit.rglob("*") if p.is_file())
    return {str(p.relative_to(kit)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    summary = write_kit(tmp_path / "a", meters=24, until=UNTIL)
    write_kit(tmp_path / "b", meters=24, until=UNTIL)
    first = fingerprints(tmp_path / "a")
    assert first == fingerprints(tmp_path / "b")
    assert len(first) == summary.file_count


def test_another_seed_gives_another_world(tmp_path: Path) -> None:
    write_kit(tmp_path / "a", meters=12, until=UNTIL)
    write_kit(tmp_path / "b", meters=12, until=UNTIL, seed=25)
    a, b = fingerprints(tmp_path / "a"), fingerprints(tmp_path / "b")
    assert a["weather/140480.csv"] != b["weather/140480.csv"]
    assert a["register/building.csv"] != b["register/building.csv"]


def test_a_new_kit_replaces_an_older_one_whole(tmp_path: Path) -> None:
    write_kit(tmp_path / "a", meters=24, until=UNTIL)
    write_kit(tmp_path / "a", meters=12, until=UNTIL)
    write_kit(tmp_path / "b", meters=12, until=UNTIL)
    assert fingerprints(tmp_path / "a") == fingerprints(tmp_path / "b")


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(BadInput, match="annat än"):
        write_kit(tmp_path, meters=12, until=UNTIL)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(("meters", "until"), [(11, UNTIL), (2001, UNTIL), (24, date(2021, 12, 30))])
def test_arguments_out_of_bounds_are_explained(tmp_path: Path, meters: int, until: date) -> None:
    with pytest.raises(BadInput):
        write_kit(tmp_path / "kit", meters=meters, until=until)


def test_every_register_sheet_has_its_columns_and_dates(small_kit: Path) -> None:
    for sheet, columns in COLUMNS.items():
        frame = pl.read_csv(small_kit / f"register/{sheet}.csv", infer_schema=False)
        assert frame.columns == [*columns, "valid_from", "valid_to"]
        assert sheet == "measure" or frame.height > 0


def test_the_register_holds_together(small_kit: Path) -> None:
    read = {s: pl.read_csv(small_kit / f"register/{s}.csv", infer_schema=False) for s in COLUMNS}
    organisations = set(read["organisation"]["organisation_id"])
    buildings = set(read["building"]["building_id"])
    meters = set(read["meter"]["metering_point_id"])
    assert set(read["ownership"]["organisation_id"]) <= organisations
    assert set(read["building"]["property_id"]) == set(read["ownership"]["property_id"])
    assert set(read["meter_building"]["building_id"]) <= buildings
    assert set(read["meter_building"]["metering_point_id"]) == meters
    assert set(read["meter"]["parent_id"].drop_nulls()) <= meters
    assert set(read["calendar"]["building_id"]) <= buildings


def test_exports_come_in_all_forms_and_names_begin_with_the_day_of_arrival(small_kit: Path) -> None:
    names = [p.name for p in (small_kit / "exports").rglob("*.*")]
    for form in ("Matvardesexport", "ellevio-export", "fjarrvarme", "utilts-e66_manadsvarden", "dygnsvarden"):
        assert any(form in name for name in names), form
    arrived = [date.fromisoformat(name[:10]) for name in names]
    assert max(arrived) <= date(2022, 10, 16)


def test_faults_name_meters_of_the_register(small_kit: Path) -> None:
    faults = json.loads((small_kit / "truth.json").read_text("utf-8"))["faults"]
    meters = set(pl.read_csv(small_kit / "register/meter.csv", infer_schema=False)["metering_point_id"])
    of_meters = [f for f in faults if f["kind"] != "local_time"]
    assert {f["metering_point_id"] for f in of_meters} <= meters
    assert all(f["from"] < f["to"] for f in of_meters)
    assert {"gap", "local_time"} <= {f["kind"] for f in faults}
