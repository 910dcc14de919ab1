"""The same year measured, in a normal year, and against the model: side by side, on months that both years have."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from pipelines.warehouse import Warehouse
from tests.sql.conftest import build

# month → measured and corrected kWh: a cold January 2021; February 2022 is missing; March 2022 cannot be corrected.
MONTHS = {
    date(2021, 1, 1): (2000.0, 1800.0),
    date(2021, 2, 1): (1500.0, 1500.0),
    date(2021, 3, 1): (1000.0, 1000.0),
    date(2022, 1, 1): (1600.0, 1620.0),
    date(2022, 3, 1): (900.0, None),
}


@pytest.fixture
def rows(warehouse: Warehouse) -> dict[tuple[str, int], dict]:
    months = pl.DataFrame(
        [(month, *values) for month, values in MONTHS.items()],
        schema={"month_local": pl.Date, "energy_kwh": pl.Float64, "corrected_energy_kwh": pl.Float64},
        orient="row",
    ).with_columns(
        metering_point_id=pl.lit("m"),
        carrier=pl.lit("district_heating"),
        degree_days=pl.lit(500.0),
        normal_degree_days=pl.lit(450.0),
        normal_source=pl.lit("own"),
        normal_period=pl.lit("1991–2020"),
    )
    warehouse.replace("intermediate.normal_year_month", months)
    basis = {"metering_point_id": ["m"], "baseline_from": [date(2021, 1, 1)], "baseline_to": [date(2022, 1, 1)]}
    warehouse.replace("intermediate.meter_basis", pl.DataFrame(basis))
    warehouse.replace(
        "staging.meter_attribution",
        pl.DataFrame(
            {
                "metering_point_id": ["m", "m"],
                "building_id": ["a", "b"],
                "organisation_id": ["o", "o"],
                "role": ["main", "main"],
                "attributed_share": [0.25, 0.75],
                "valid_from": [date(1900, 1, 1)] * 2,
                "valid_to": [date(9999, 12, 31)] * 2,
            }
        ),
    )
    warehouse.replace(
        "marts.saving_year",
        pl.DataFrame(
            {
                "metering_point_id": ["m"],
                "building_id": ["a"],
                "organisation_id": ["o"],
                "year_local": [2022],
                "is_baseline": [False],
                "compared_day_count": [59],
                "expected_energy_kwh": [700.0],
                "saved_energy_kwh": [70.0],
                "saved_energy_low_kwh": [10.0],
                "saved_energy_high_kwh": [130.0],
            }
        ),
    )
    metric = {"metering_point_id": ["m"], "year_local": [2022], "ashrae_fsu": [0.3], "caltrack_fsu": [0.25]}
    warehouse.replace("intermediate.reported_metric_year", pl.DataFrame(metric))
    found = build(warehouse, "marts.method_comparison_year")
    return {(row["building_id"], row["year_local"]): row for row in found.iter_rows(named=True)}


def test_measured_use_is_compared_on_the_months_of_both_years(rows: dict[tuple[str, int], dict]) -> None:
    # January 2000 − 1600 and March 1000 − 900 of 3000 kWh, a quarter of it the building's.
    row = rows["a", 2022]
    assert (row["month_count"], row["energy_kwh"]) == (2, pytest.approx(0.25 * 2500))
    assert (row["measured_month_count"], row["measured_saved_energy_kwh"]) == (2, pytest.approx(0.25 * 500))
    assert row["measured_saved_share"] == pytest.approx(500 / 3000)
    assert rows["b", 2022]["measured_saved_energy_kwh"] == pytest.approx(0.75 * 500)


def test_normal_years_are_compared_where_both_can_be_corrected(rows: dict[tuple[str, int], dict]) -> None:
    row = rows["a", 2022]
    assert row["corrected_energy_kwh"] is None  # March cannot be corrected
    assert (row["corrected_month_count"], row["corrected_saved_energy_kwh"]) == (1, pytest.approx(0.25 * 180))
    assert row["corrected_saved_share"] == pytest.approx(0.1)
    assert (row["degree_days"], row["normal_degree_days"]) == (1000, 900)


def test_the_models_saving_stands_beside_with_its_interval(rows: dict[tuple[str, int], dict]) -> None:
    row = rows["a", 2022]
    assert (row["saved_energy_kwh"], row["saved_energy_low_kwh"], row["saved_energy_high_kwh"]) == (70, 10, 130)
    assert row["saved_share"] == pytest.approx(0.1)
    assert (row["ashrae_fsu"], row["caltrack_fsu"]) == (0.3, 0.25)
    assert rows["b", 2022]["saved_share"] is None


def test_the_baseline_year_has_saved_nothing_against_itself(rows: dict[tuple[str, int], dict]) -> None:
    row = rows["a", 2021]
    assert (row["measured_saved_energy_kwh"], row["corrected_saved_energy_kwh"]) == (0.0, 0.0)
    assert row["corrected_energy_kwh"] == pytest.approx(0.25 * 4300)
