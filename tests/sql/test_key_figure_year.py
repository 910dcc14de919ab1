"""Energy per area, only for years in which every main meter has every month."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from pipelines.warehouse import Warehouse
from tests.sql.conftest import build

EVER = (date(1900, 1, 1), date(9999, 12, 31))


def _figures(warehouse: Warehouse, months_of_second_meter: int) -> list[dict]:
    months = [date(2023, month, 1) for month in range(1, 13)]
    rows = [("m1", month, 100.0, 90.0) for month in months]
    rows += [("m2", month, 50.0, 45.0) for month in months[:months_of_second_meter]]
    schema = ["metering_point_id", "month_local", "energy_kwh", "corrected_energy_kwh"]
    warehouse.replace("intermediate.normal_year_month", pl.DataFrame(rows, schema=schema, orient="row"))
    attribution = pl.DataFrame(
        [(meter, "b", "district_heating", "main", share, *EVER) for meter, share in (("m1", 1.0), ("m2", 0.5))],
        schema=[
            "metering_point_id",
            "building_id",
            "carrier",
            "role",
            "attributed_share",
            "valid_from",
            "valid_to",
        ],
        orient="row",
    )
    warehouse.replace("staging.meter_attribution", attribution)
    # The building grew in the middle of the year; the area at its end counts.
    building = [
        ("b", 400.0, "Atemp", date(1900, 1, 1), date(2023, 7, 1)),
        ("b", 500.0, "Atemp", date(2023, 7, 1), EVER[1]),
    ]
    schema = ["building_id", "area_m2", "area_type", "valid_from", "valid_to"]
    warehouse.replace("staging.building", pl.DataFrame(building, schema=schema, orient="row"))
    return build(warehouse, "marts.key_figure_year").to_dicts()


def test_the_energy_of_all_meters_is_divided_by_the_area_at_the_end_of_the_year(warehouse: Warehouse) -> None:
    (row,) = _figures(warehouse, 12)
    # 12·(100 + 0.5·50) = 1 500 kWh on 500 m²; corrected 12·(90 + 22.5) = 1 350.
    assert (row["energy_kwh"], row["energy_kwh_m2"]) == (pytest.approx(1500), pytest.approx(3.0))
    assert row["corrected_energy_kwh_m2"] == pytest.approx(2.7)
    assert (row["meter_count"], row["area_m2"], row["area_type"]) == (2, 500, "Atemp")


def test_a_missing_month_of_one_meter_leaves_the_building_without_a_figure(warehouse: Warehouse) -> None:
    assert _figures(warehouse, 11) == []
