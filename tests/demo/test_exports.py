"""Every value that a file gives is the value that was registered; days have the hours of their clock."""

from __future__ import annotations

import io
import re
from collections import Counter
from datetime import date
from pathlib import Path

import fastexcel
import numpy as np
import polars as pl
import pytest

from pipelines.demo.county import Meter
from pipelines.demo.deliveries import Period, time_basis, whole_years_then_months
from pipelines.demo.world import World


def meter_of(world: World, identity: str) -> Meter:
    return next(m for m in world.county.meters if m.metering_point_id == identity)


def eon_values(path: Path) -> pl.DataFrame:
    table = path.read_text("utf-8-sig").split("\n\n")[1]
    return pl.read_csv(
        io.StringIO(table), separator=";", decimal_comma=True, schema_overrides={"Kvantitet": pl.Float64}
    )


def test_eon_files_hold_the_energy_of_their_meter(small_kit: Path, small_world: World) -> None:
    files = sorted((small_kit / "exports").rglob("*Matvardesexport*_2021.csv"))
    assert len(files) >= 3
    checked = 0
    for path in files:
        series = small_world.series(meter_of(small_world, path.name.split("_")[2]))
        if series.fault("corrected_month") is None:
            where = small_world.axis.hours(time_basis(path.parent.name), date(2021, 1, 1), date(2022, 1, 1))
            assert eon_values(path)["Kvantitet"].sum() == pytest.approx(np.nansum(series.values[where]), abs=1e-6)
            checked += 1
    assert checked >= 2


def test_eon_days_have_the_hours_of_their_clock(small_kit: Path) -> None:
    seen = set()
    for path in sorted((small_kit / "exports").rglob("*Matvardesexport*_2021.csv")):
        basis = time_basis(path.parent.name)
        rows = Counter(eon_values(path)["Starttidpunkt"].str.slice(0, 10).to_list())
        march, october = rows["2021-03-28"], rows["2021-10-31"]
        if (march, october) == ((23, 25) if basis == "local" else (24, 24)):
            seen.add(basis)
    assert seen == {"local", "normal_time"}


def test_ellevio_files_hold_the_energy_of_their_meters(small_kit: Path, small_world: World) -> None:
    files = sorted((small_kit / "exports").rglob("*ellevio-export_2021.csv"))
    assert files
    for path in files:
        lines = path.read_text("utf-8").splitlines()
        assert lines[0].startswith("#Created: ")
        header = lines[1].split(",")
        assert header[0] == "date"
        assert header[-1] == ""
        where = small_world.axis.hours(time_basis(path.parent.name), date(2021, 1, 1), date(2022, 1, 1))
        assert len(lines) == 2 + 8760
        for column, name in enumerate(header[1:-1], start=1):
            series = small_world.series(meter_of(small_world, name[3:21]))
            total = sum(float(line.split(",")[column] or 0) for line in lines[2:])
            assert total == pytest.approx(np.nansum(series.values[where]), abs=1e-6)


def test_day_files_hold_the_energy_of_their_meters(small_kit: Path, small_world: World) -> None:
    for path in sorted((small_kit / "exports").rglob("*dygnsvarden_2021.csv")):
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig") if raw.startswith(b"\xef\xbb\xbf") else raw.decode("cp1252")
        lines = [line for line in text.splitlines() if ";" in line]
        for column, name in enumerate(lines[0].split(";")[1:], start=1):
            series = small_world.series(meter_of(small_world, name[:18]))
            total = sum(float(line.split(";")[column].replace(",", ".") or 0) for line in lines[1:])
            assert total == pytest.approx(np.nansum(series.values[:365]), abs=1e-6)


def test_heat_by_the_hour_has_23_and_25_rows_when_the_clock_changes(small_kit: Path) -> None:
    path = next(iter(sorted((small_kit / "exports").rglob("*timvarden-varme_2021.csv"))))
    rows = Counter(line[:10] for line in path.read_text("utf-8-sig").splitlines()[1:])
    assert (rows["2021-03-28"], rows["2021-10-31"], rows["2021-06-01"]) == (23, 25, 24)


def test_the_heat_sheet_has_title_rows_months_and_a_sum_row(small_kit: Path, small_world: World) -> None:
    path = next(iter(sorted((small_kit / "exports").rglob("*fjarrvarme_2021.xlsx"))))
    sheet = fastexcel.read_excel(path).load_sheet(0, header_row=None, dtypes="string").to_polars()
    rows = sheet.rows()
    header = next(i for i, row in enumerate(rows) if row[0] == "Anläggnings-id")
    assert rows[header][2:14] == tuple(f"2021-{m:02d}" for m in range(1, 13))
    facilities = [row for row in rows[header + 1 :] if re.fullmatch(r"\d{18}", row[0] or "")]
    assert facilities
    assert rows[header + 1 + len(facilities)][0] == "Summa"
    for row in facilities:
        series = small_world.series(meter_of(small_world, row[0]))
        if series.fault("corrected_month") is None:
            mwh = sum(float((cell or "0").replace(" *", "").replace(",", ".")) for cell in row[2:14])
            assert mwh * 1000 == pytest.approx(np.nansum(series.values[:12]), abs=1e-3)


def test_ediel_messages_hold_the_energy_of_their_meters(small_kit: Path, small_world: World) -> None:
    path = next(iter(sorted((small_kit / "exports").rglob("*utilts-e66_manadsvarden_2021.edi"))))
    segments = path.read_text("latin-1").replace("\n", "").split("'")[1:-1]
    inside = segments[1:-1]  # UNH to UNT
    assert inside[0].startswith("UNH+")
    assert inside[-1] == f"UNT+{len(inside)}+1"
    sums: Counter[str] = Counter()
    identity = ""
    for segment in inside:
        if segment.startswith("LOC+172+"):
            identity = segment[8:26]
        elif segment.startswith("QTY+136:"):
            sums[identity] += float(segment[8:])
    assert sums
    for meter, total in sums.items():
        series = small_world.series(meter_of(small_world, meter))
        if series.fault("corrected_month") is None:
            assert total == np.nansum(series.values[:12])


def test_years_come_first_and_the_last_months_one_by_one() -> None:
    periods = whole_years_then_months(date(2022, 11, 21))
    assert [p.label for p in periods] == ["2021", "2022-01--2022-08", "2022-09", "2022-10", "2022-11"]
    assert periods[-1] == Period(date(2022, 11, 1), date(2022, 11, 22))
    assert [p.label for p in whole_years_then_months(date(2022, 12, 31))] == ["2021", "2022"]
