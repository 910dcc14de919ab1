from datetime import date, timedelta

import polars as pl
import pytest

from pipelines.domain.sufficiency import judge_days
from tests.domain.made_up_meters import calendar, meter

ELECTRICITY = meter(calendar())
HEAT = meter(calendar(), carrier="district_heating", slope=20)


def reason(days: pl.DataFrame) -> str | None:
    return judge_days(days)["reason"][0]


def change(days: pl.DataFrame, first: date, day_count: int, energy_kwh: float | None) -> pl.DataFrame:
    within = pl.col("day_local").is_between(first, first + timedelta(day_count - 1))
    return days.with_columns(energy_kwh=pl.when(within).then(energy_kwh).otherwise("energy_kwh"))


def test_whole_data_may_be_tried() -> None:
    assert judge_days(HEAT).rows() == [("meter", None, 365, 0)]


def test_a_meter_without_values_has_no_readings() -> None:
    assert reason(ELECTRICITY.with_columns(energy_kwh=pl.lit(None, pl.Float64))) == "no_readings"


def test_a_meter_that_stopped_with_the_baseline_has_nothing_to_compare() -> None:
    assert reason(change(ELECTRICITY, date(2022, 1, 1), 365, None)) == "no_reporting_days"


@pytest.mark.parametrize(("missing", "expected"), [(36, None), (37, "too_few_baseline_days")])
def test_a_baseline_year_needs_329_days(missing: int, expected: str | None) -> None:
    assert reason(change(ELECTRICITY, date(2021, 3, 1), missing, None)) == expected


def test_days_without_temperature_are_told_from_days_without_energy() -> None:
    summer = pl.col("day_local").is_between(date(2021, 6, 1), date(2021, 8, 1))
    days = ELECTRICITY.with_columns(temperature_c=pl.when(summer).then(None).otherwise("temperature_c"))

    assert reason(days) == "no_temperature"


def test_a_reporting_period_in_another_climate_is_not_covered() -> None:
    days = ELECTRICITY.with_columns(
        temperature_c=pl.col("temperature_c") + pl.when(pl.col("is_baseline")).then(0).otherwise(30)
    )

    assert reason(days) == "temperatures_not_covered"


def test_one_negative_day_stops_a_heat_meter_but_not_an_electricity_meter() -> None:
    assert reason(change(HEAT, date(2021, 3, 1), 1, -4.0)) == "negative_values"
    assert reason(change(ELECTRICITY, date(2021, 3, 1), 1, -4.0)) is None


def test_electricity_with_production_netted_in_it_is_not_judged() -> None:
    assert reason(change(ELECTRICITY, date(2021, 6, 1), 20, -4.0)) == "negative_values"


@pytest.mark.parametrize(("days_at_zero", "expected"), [(30, None), (31, "long_zero_run")])
def test_electricity_may_not_stand_at_zero_for_more_than_thirty_days_in_term_time(
    days_at_zero: int, expected: str | None
) -> None:
    assert reason(change(ELECTRICITY, date(2021, 10, 1), days_at_zero, 0.0)) == expected


def test_zeros_in_summer_are_no_fault() -> None:
    assert reason(change(ELECTRICITY, date(2021, 6, 1), 60, 0.0)) is None
    assert reason(change(HEAT, date(2021, 5, 1), 120, 0.0)) is None


def test_heat_may_not_stand_at_zero_in_winter() -> None:
    assert reason(change(HEAT, date(2021, 1, 10), 40, 0.0)) == "long_zero_run"


def test_a_missing_day_does_not_hide_a_row_of_zeros() -> None:
    zeros = change(ELECTRICITY, date(2021, 10, 1), 33, 0.0)

    assert reason(change(zeros, date(2021, 10, 15), 1, None)) == "long_zero_run"


def test_zeros_of_a_closed_building_are_use() -> None:
    autumn = pl.col("day_local").is_between(date(2021, 10, 1), date(2021, 11, 20))

    assert reason(change(ELECTRICITY, date(2021, 10, 1), 45, 0.0).with_columns(is_closed=autumn)) is None


def test_zeros_after_the_baseline_do_not_spoil_it() -> None:
    assert reason(change(ELECTRICITY, date(2022, 1, 10), 60, 0.0)) is None


def test_district_cooling_may_rest_in_winter() -> None:
    cooling = meter(calendar(), carrier="district_cooling")

    assert reason(change(cooling, date(2021, 1, 1), 100, 0.0)) is None
