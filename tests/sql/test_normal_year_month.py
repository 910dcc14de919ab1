"""Months in a normal year: from degree days and signature to the published row, through the assets that write them."""

from __future__ import annotations

from datetime import date

import dagster as dg
import polars as pl
import pytest

from pipelines.assets.intermediate.energy_signature import energy_signature
from pipelines.assets.intermediate.normal_year_month import normal_year_month
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse
from tests.sql.conftest import build

MONTHS = [date(2023, month, 1) for month in range(1, 13)]
TEMPERATURE_C = [-8.0, -8.0, -3.0, 2.0, 8.0, 13.0, 16.0, 14.0, 9.0, 4.0, -2.0, -6.0]
POWER_KW = [5 + 2 * max(0.0, 15 - t) for t in TEMPERATURE_C]


@pytest.fixture
def prepared(warehouse: Warehouse) -> Warehouse:
    """A heat meter of 5 kW and 2 kW/K below 15 °C; every month's normal has four fifths of its degree days."""
    meter = {"metering_point_id": ["m"], "carrier": ["district_heating"], "municipality_code": ["2460"]}
    warehouse.replace("intermediate.meter_basis", pl.DataFrame({**meter, "role": ["main"]}))
    months = pl.DataFrame({"month_local": MONTHS, "temperature_c": TEMPERATURE_C, "power_kw": POWER_KW})
    days = pl.col("month_local").dt.month_end().dt.day()
    months = months.with_columns(
        metering_point_id=pl.lit("m"),
        municipality_code=pl.lit("2460"),
        degree_days=(17 - pl.col("temperature_c")) * days,
        normal_degree_days=0.8 * (17 - pl.col("temperature_c")) * days,
        normal_temperature_c=pl.lit(10.0),
        normal_source=pl.lit("own"),
        normal_period=pl.lit("1991–2020"),
        energy_kwh=pl.col("power_kw") * 24 * days,
        year_local=pl.lit(2023, pl.Int32),
        grain=pl.lit("month"),
    )
    warehouse.replace("intermediate.degree_day_month", months.drop("metering_point_id", "energy_kwh", "power_kw"))
    warehouse.replace("intermediate.meter_month", months.select("metering_point_id", "month_local", "energy_kwh"))
    points = months.select("metering_point_id", "year_local", "grain", "power_kw", "temperature_c")
    warehouse.replace("intermediate.signature_period", points)
    attribution = {"metering_point_id": ["m"], "building_id": ["b"], "organisation_id": ["o"], "role": ["main"]}
    validity = {"valid_from": [date(1900, 1, 1)], "valid_to": [date(9999, 12, 31)]}
    warehouse.replace("staging.meter_attribution", pl.DataFrame({**attribution, **validity, "attributed_share": [0.5]}))
    energy_signature(dg.build_asset_context(resources={"warehouse": warehouse}))
    return warehouse


def _months(warehouse: Warehouse, **settings: object) -> dict[date, dict]:
    resources = {"warehouse": warehouse, "settings": Settings(**settings)}
    normal_year_month(dg.build_asset_context(resources=resources))
    return {row["month_local"]: row for row in build(warehouse, "marts.normal_year_month").iter_rows(named=True)}


def test_the_signature_is_published_with_the_energy_of_a_normal_year(prepared: Warehouse) -> None:
    (row,) = build(prepared, "marts.energy_signature").iter_rows(named=True)
    assert (row["base_power_kw"], row["loss_kw_per_k"], row["balance_temperature_c"]) == (
        pytest.approx(5),
        pytest.approx(2),
        15,
    )
    assert row["normal_year_energy_kwh"] == pytest.approx((5 + 2 * 5) * 8760)  # 10 °C in every normal month


def test_what_follows_the_weather_is_corrected_and_attributed(prepared: Warehouse) -> None:
    january = _months(prepared, weather_independent_part="signature")[MONTHS[0]]
    # 51 kW, of which 46 follow the weather: (5 + 0.8·46)·744 kWh, half of it the building's.
    assert january["energy_kwh"] == pytest.approx(0.5 * 51 * 744)
    assert january["weather_independent_kwh"] == pytest.approx(0.5 * 5 * 744)
    assert january["corrected_energy_kwh"] == pytest.approx(0.5 * 41.8 * 744)
    assert (january["correction"], january["weather_factor"]) == ("corrected", pytest.approx(0.8))


def test_the_setting_chooses_what_is_left_alone(prepared: Warehouse) -> None:
    summer = _months(prepared)[MONTHS[0]]
    share = _months(prepared, weather_independent_part="share", weather_independent_share=0.25)[MONTHS[0]]
    # June, July and August: 9 kW in 30 days, 5 and 7 kW in 31.
    assert summer["weather_independent_kwh"] == pytest.approx(0.5 * 744 * (9 * 30 + 5 * 31 + 7 * 31) / 92)
    assert share["weather_independent_kwh"] == pytest.approx(0.5 * 744 * 51 / 4)


def test_july_has_too_few_degree_days_to_be_corrected(prepared: Warehouse) -> None:
    july = _months(prepared)[MONTHS[6]]
    assert (july["correction"], july["corrected_energy_kwh"]) == ("few_degree_days", pytest.approx(0.5 * 5 * 744))
