"""Savings by month: shares of attribution, adjustments and the common change of similar meters."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from pipelines.warehouse import Warehouse
from tests.sql.conftest import build

MONTHS = [date(2021, 12, 1), date(2022, 1, 1), date(2023, 1, 1)]


def _months(warehouse: Warehouse, shifts: dict[int, float], attributed_share: float = 1.0) -> dict[date, dict]:
    """A meter that uses 90 kWh a month where 100 are expected, 5 of them an adjustment; baseline 2021."""
    expected = pl.DataFrame({"month_local": MONTHS}).with_columns(
        metering_point_id=pl.lit("m"), temperature_c=pl.lit(0.0), energy_kwh=pl.lit(90.0),
        compared_energy_kwh=pl.lit(90.0),
        expected_energy_kwh=pl.lit(100.0), adjustment_energy_kwh=pl.lit(5.0), systematic_error_kwh=pl.lit(3.0),
        noise_variance_kwh2=pl.lit(4.0), day_count=pl.lit(31), measured_day_count=pl.lit(31),
        compared_day_count=pl.lit(31), estimated_share=pl.lit(0.0), is_baseline=pl.col("month_local").dt.year() == 2021,
    )  # fmt: skip
    warehouse.replace("intermediate.expected_month", expected)
    meter = {"metering_point_id": "m", "answer": "ok", "role": "main", "baseline_from": date(2021, 1, 1)}
    warehouse.replace("marts.meter", pl.DataFrame([meter]))
    place = {"metering_point_id": "m", "building_id": "b", "organisation_id": "o", "sector": "region", "use": "school"}
    place |= {"municipality_code": "2480", "carrier": "electricity", "attributed_share": attributed_share}
    place |= {"valid_from": date(1900, 1, 1), "valid_to": date(9999, 12, 31)}
    warehouse.replace("staging.meter_attribution", pl.DataFrame([place]))
    warehouse.replace("staging.setting", pl.DataFrame({"data_through_day": [date(2023, 6, 1)]}))
    rows = [{"metering_point_id": "m", "year_local": year, "shift_share": share} for year, share in shifts.items()]
    schema = {"metering_point_id": pl.String, "year_local": pl.Int32, "shift_share": pl.Float64}
    warehouse.replace("intermediate.comparison_shift", pl.DataFrame(rows, schema=schema))
    found = build(warehouse, "marts.saving_month")
    return {row["month_local"]: row for row in found.iter_rows(named=True)}


def test_the_common_change_of_similar_meters_is_taken_from_a_saving_of_its_own(warehouse: Warehouse) -> None:
    # 4 % less would have been used anyway: 96 − 90 = 6 kWh of the 10 are the meter's own.
    found = _months(warehouse, {2022: -0.04})[date(2022, 1, 1)]
    assert found["saved_energy_kwh"] == pytest.approx(10)
    assert found["saved_energy_compared_kwh"] == pytest.approx(6)


def test_a_year_without_comparison_has_no_compared_saving(warehouse: Warehouse) -> None:
    found = _months(warehouse, {2022: -0.04})
    assert found[date(2023, 1, 1)]["saved_energy_compared_kwh"] is None


def test_within_the_baseline_nothing_is_compared(warehouse: Warehouse) -> None:
    assert _months(warehouse, {2021: 0.0})[date(2021, 12, 1)]["saved_energy_compared_kwh"] is None


def test_an_owners_part_of_the_adjustment_is_as_large_as_of_the_saving(warehouse: Warehouse) -> None:
    found = _months(warehouse, {2022: 0.0}, attributed_share=0.6)[date(2022, 1, 1)]
    assert found["adjustment_energy_kwh"] == pytest.approx(3)
    assert found["saved_energy_kwh"] == pytest.approx(6)
    assert found["saved_energy_compared_kwh"] == pytest.approx(6)


def test_a_year_has_a_compared_saving_only_when_all_its_months_have(warehouse: Warehouse) -> None:
    _months(warehouse, {2022: -0.04})
    years = build(warehouse, "marts.saving_year")
    found = dict(years.select("year_local", "saved_energy_compared_kwh").iter_rows())
    assert found == {2021: None, 2022: pytest.approx(6), 2023: None}
    assert years["adjustment_energy_kwh"].to_list() == [5.0, 5.0, 5.0]
