from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from pipelines.domain.hour_figures import (
    WINTER_WORKDAYS,
    PeakHours,
    duration_curve,
    empty_building_load,
    is_peak_hour,
    night_load,
    peak_energy,
    peak_power,
)
from pipelines.domain.local_time import STOCKHOLM, utc_to_local


def week(first: date, energy_kwh: float = 2.0) -> pl.DataFrame:
    """Seven days from a Monday, every hour; expected 3 kWh an hour."""
    start = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(hours=1)
    hours = pl.DataFrame({"hour_start_utc": [start + timedelta(hours=h) for h in range(7 * 24)]})
    local = utc_to_local(pl.col("hour_start_utc"), STOCKHOLM)
    weekday = pl.col("day_local").dt.weekday()
    return hours.with_columns(day_local=local.dt.date(), hour_local=local.dt.hour()).with_columns(
        metering_point_id=pl.lit("m"),
        day_type=pl.when(weekday == 7)
        .then(pl.lit("sunday"))
        .when(weekday == 6)
        .then(pl.lit("saturday"))
        .otherwise(pl.lit("workday")),
        is_closed=pl.lit(False),
        energy_kwh=pl.lit(energy_kwh),
        expected_energy_kwh=pl.lit(3.0),
        noise_variance_kwh2=pl.lit(0.5),
        parameter_error_kwh=pl.lit(0.1),
    )


JANUARY = week(date(2022, 1, 10))


def test_the_peak_of_a_winter_week_is_thirteen_hours_on_five_days() -> None:
    row = peak_energy(JANUARY, WINTER_WORKDAYS, STOCKHOLM).row(0, named=True)

    assert (row["month_local"], row["hour_count"]) == (date(2022, 1, 1), 65)
    assert row["energy_kwh"] == pytest.approx(130)
    assert row["expected_energy_kwh"] == pytest.approx(195)
    assert row["noise_variance_kwh2"] == pytest.approx(32.5)
    assert row["parameter_error_kwh"] == pytest.approx(6.5)
    sd = (row["noise_variance_kwh2"] + row["parameter_error_kwh"] ** 2) ** 0.5
    assert 1.645 * sd == pytest.approx(14.2, abs=0.05)  # the worked example of docs/method.md


def test_a_summer_week_has_no_winter_peak() -> None:
    assert peak_energy(week(date(2022, 7, 11)), WINTER_WORKDAYS, STOCKHOLM).height == 0


def test_peak_hours_are_in_normal_time_also_in_summer() -> None:
    july = PeakHours(months=(7,), first_hour=7, end_hour=8)
    hours = week(date(2022, 7, 11)).filter(is_peak_hour(july, STOCKHOLM))

    assert hours["hour_local"].unique().to_list() == [8]  # 07 in normal time is 08 in summer time
    assert hours.height == 5


def test_a_holiday_is_no_peak() -> None:
    holiday = JANUARY.with_columns(
        day_type=pl.when(pl.col("day_local") == date(2022, 1, 12)).then(pl.lit("sunday")).otherwise("day_type")
    )

    assert peak_energy(holiday, WINTER_WORKDAYS, STOCKHOLM)["hour_count"].to_list() == [52]


def test_hours_that_are_not_measured_or_not_expected_are_in_neither_sum() -> None:
    gone = (pl.col("day_local") == date(2022, 1, 12)) & (pl.col("hour_local") == 10)
    unexpected = (pl.col("day_local") == date(2022, 1, 13)) & (pl.col("hour_local") == 10)
    hours = JANUARY.with_columns(
        energy_kwh=pl.when(gone).then(None).otherwise("energy_kwh"),
        expected_energy_kwh=pl.when(unexpected).then(None).otherwise("expected_energy_kwh"),
    )

    row = peak_energy(hours, WINTER_WORKDAYS, STOCKHOLM).row(0, named=True)

    assert (row["hour_count"], row["energy_kwh"], row["expected_energy_kwh"]) == (63, 126.0, 189.0)


def test_night_load_is_the_mean_power_of_the_first_five_hours() -> None:
    quiet = JANUARY.with_columns(energy_kwh=pl.when(pl.col("hour_local") < 5).then(1.0).otherwise("energy_kwh"))
    row = night_load(quiet).row(0, named=True)

    assert (row["hour_count"], row["power_kw"], row["expected_power_kw"]) == (35, 1.0, 3.0)


def test_an_empty_building_is_one_at_night_on_days_off_and_on_closed_days() -> None:
    closed = JANUARY.with_columns(is_closed=pl.col("day_local") == date(2022, 1, 12))

    assert empty_building_load(JANUARY)["hour_count"].to_list() == [5 * 5 + 2 * 24]
    assert empty_building_load(closed)["hour_count"].to_list() == [4 * 5 + 3 * 24]


def test_the_duration_curve_falls_from_the_highest_hour_to_the_lowest() -> None:
    hours = pl.DataFrame({"metering_point_id": "m", "energy_kwh": [4.0, 1.0, 3.0, None, 2.0, 5.0]})
    curve = duration_curve(hours, [0.0, 0.25, 1.0])

    assert curve.rows() == [("m", 0.0, 5.0), ("m", 0.25, 4.0), ("m", 1.0, 1.0)]


def test_the_peak_is_the_mean_of_the_highest_hours_of_different_days() -> None:
    hours = pl.DataFrame(
        {
            "metering_point_id": "m",
            "day_local": [date(2022, 1, 1)] * 2 + [date(2022, 1, 2)] * 2 + [date(2022, 1, 3)],
            "energy_kwh": [10.0, 9.0, 4.0, 1.0, 6.0],
        }
    )

    assert peak_power(hours, days=1).rows() == [("m", 10.0, 3.0)]  # 30 kWh / 10 kW
    assert peak_power(hours, days=2).rows() == [("m", 8.0, 3.75)]


def test_a_meter_that_used_nothing_has_no_utilisation() -> None:
    hours = pl.DataFrame({"metering_point_id": "m", "day_local": [date(2022, 1, 1)], "energy_kwh": [0.0]})

    assert peak_power(hours, days=1).rows() == [("m", 0.0, None)]
