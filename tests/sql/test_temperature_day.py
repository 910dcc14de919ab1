"""A day's mean temperature, and which station it comes from."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from pipelines.warehouse import Warehouse
from tests.sql.conftest import build

MAY_1 = datetime(2024, 4, 30, 22, tzinfo=UTC)  # 1 May 00:00 in Sweden


def _hours(warehouse: Warehouse, station: str, hours: range, temperature_c: float, delivery: int = 1) -> None:
    rows = pl.DataFrame({"hour_start_utc": [MAY_1 + timedelta(hours=h) for h in hours]}).with_columns(
        delivery_number=pl.lit(delivery), station_id=pl.lit(station), temperature_c=pl.lit(temperature_c)
    )
    warehouse.append("raw.temperature_hour", rows)


def test_a_day_is_cut_in_swedish_time_and_averaged(warehouse: Warehouse) -> None:
    _hours(warehouse, "s", range(12), 4.0)
    _hours(warehouse, "s", range(12, 24), 8.0)
    (row,) = build(warehouse, "staging.temperature_day").iter_rows(named=True)
    assert (row["day_local"], row["temperature_c"], row["hour_count"]) == (date(2024, 5, 1), 6.0, 24)


def test_a_day_with_under_twenty_hours_is_no_day(warehouse: Warehouse) -> None:
    _hours(warehouse, "s", range(19), 4.0)
    assert build(warehouse, "staging.temperature_day").is_empty()


def test_a_corrected_hour_counts_once_and_last(warehouse: Warehouse) -> None:
    _hours(warehouse, "s", range(24), 4.0, delivery=1)
    _hours(warehouse, "s", range(24), 5.0, delivery=2)
    (row,) = build(warehouse, "staging.temperature_day").iter_rows(named=True)
    assert (row["temperature_c"], row["hour_count"]) == (5.0, 24)


def test_when_the_nearest_station_falls_silent_the_next_one_speaks(warehouse: Warehouse) -> None:
    place = {"municipality_code": ["2460"], "latitude_deg": [63.9], "longitude_deg": [19.8]}
    warehouse.replace("staging.reference_municipality", pl.DataFrame(place))
    warehouse.replace("staging.building", pl.DataFrame({"municipality_code": ["2460"]}))
    stations = {"station_id": ["far", "near"], "latitude_deg": [66.0, 64.0], "longitude_deg": [19.8, 19.8]}
    warehouse.replace("staging.weather_station", pl.DataFrame(stations))
    _hours(warehouse, "near", range(24), 10.0)
    _hours(warehouse, "far", range(48), 2.0)
    build(warehouse, "staging.temperature_day")
    rows = build(warehouse, "intermediate.temperature_day")
    assert rows["temperature_c"].to_list() == [10.0, 2.0]
    assert rows["station_km"].to_list() == pytest.approx([11.1, 233.5], abs=0.1)
