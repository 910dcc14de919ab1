from datetime import date

import polars as pl
import pytest

from pipelines.domain.hour_sufficiency import judge_hours
from tests.domain.made_up_hours import energy_when, hour_calendar, hour_meter

HOURS = hour_meter(hour_calendar())
HEAT = hour_meter(hour_calendar(), carrier="district_heating", slope=1.0)


def reason(hours: pl.DataFrame) -> str | None:
    return judge_hours(hours)["reason"][0]


def first_hours(count: int) -> pl.Expr:
    return pl.int_range(pl.len()) < count


def test_whole_hours_may_be_tried_and_are_counted() -> None:
    assert judge_hours(HOURS).rows() == [("meter", None, 8760, 0)]
    assert judge_hours(energy_when(HOURS, first_hours(3), None)).rows() == [("meter", None, 8757, 3)]


def test_a_meter_with_production_only_says_so() -> None:
    assert judge_hours(HOURS.with_columns(direction=pl.lit("production"))).rows() == [
        ("meter", "production_meter", 0, 0)
    ]


@pytest.mark.parametrize(("hours", "expected"), [(87, None), (88, "negative_values")])
def test_electricity_may_have_a_hundredth_of_negative_hours(hours: int, expected: str | None) -> None:
    assert reason(energy_when(HOURS, first_hours(hours), -0.1)) == expected


def test_heat_may_have_none() -> None:
    assert reason(energy_when(HEAT, first_hours(1), -0.1)) == "negative_values"


def test_negative_hours_after_the_baseline_do_not_stop_its_model() -> None:
    solar_since_2022 = ~pl.col("is_baseline") & (pl.col("hour_local") == 12)
    assert reason(energy_when(HOURS, solar_since_2022, -1.0)) is None


@pytest.mark.parametrize(("last", "expected"), [(date(2021, 2, 5), None), (date(2021, 2, 6), "too_few_baseline_days")])
def test_days_with_under_twenty_hours_are_lost(last: date, expected: str | None) -> None:
    # 36 days may be missing, 37 not.
    torn = pl.col("day_local").is_between(date(2021, 1, 1), last) & (pl.col("hour_local") < 5)
    assert reason(energy_when(HOURS, torn, None)) == expected


def test_the_rules_of_days_hold_for_hours() -> None:
    winter = pl.col("day_local").is_between(date(2021, 1, 1), date(2021, 2, 5))
    no_weather = HOURS.with_columns(temperature_c=pl.lit(None, pl.Float64))

    assert reason(HOURS.with_columns(energy_kwh=pl.lit(None, pl.Float64))) == "no_readings"
    assert reason(energy_when(HEAT, winter, 0.0)) == "long_zero_run"
    assert reason(no_weather) == "no_temperature"
