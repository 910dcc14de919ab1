import json
import time
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from pipelines.domain.baseline_hour import HOUR_EXPECTED_SCHEMA, HOUR_MODEL_SCHEMA, fit
from tests.domain.made_up_hours import NIGHT_KWH, WORK_KWH, energy_when, hour_calendar, hour_meter

HOURS = hour_calendar()
PLAIN = hour_meter(HOURS)
HEATED = hour_meter(HOURS, carrier="district_heating", slope=1.0)
REPORTING = ~pl.col("is_baseline")
ENERGY = pl.col("energy_kwh")
JULY = pl.col("day_local").dt.month() == 7
KEYS = ["metering_point_id", "hour_start_utc"]


def model(hours: pl.DataFrame) -> dict[str, Any]:
    row = fit(hours).models.row(0, named=True)
    assert row["answer"] == "ok", row["reason"]
    return {**row, **json.loads(row["model_text"])}


def compared(hours: pl.DataFrame) -> pl.DataFrame:
    return hours.join(fit(hours).expected, on=KEYS)


def saved(hours: pl.DataFrame, condition: pl.Expr = REPORTING) -> float:
    """Saved share of the expected energy of the reporting hours that fulfil the condition."""
    part = compared(hours).filter(REPORTING & condition & ENERGY.is_not_null())
    expected = part["expected_energy_kwh"].sum()
    return float((expected - part["energy_kwh"].sum()) / expected)


def test_the_profile_of_workdays_and_days_off_is_found_again() -> None:
    profile = model(PLAIN)["profile_kwh_hour"]

    assert profile["workday"][12] == pytest.approx(WORK_KWH, rel=0.02)
    assert profile["workday"][3] == pytest.approx(NIGHT_KWH, rel=0.02)
    assert profile["sunday"][12] == pytest.approx(NIGHT_KWH, rel=0.03)
    assert profile["closed"] is None


def test_heating_is_found_and_is_stronger_than_shrinkage() -> None:
    found = model(HEATED)

    assert found["heating_kwh_per_k_day"] == pytest.approx(24 * 1.0, rel=0.1)
    assert found["heating_day_off_kwh_per_k_day"] == pytest.approx(24 * 1.0, rel=0.1)
    assert saved(HEATED) == pytest.approx(0.0, abs=0.01)


def test_a_fifth_saved_in_working_hours_is_seen_there_and_not_at_night() -> None:
    at_work = pl.col("hour_local").is_between(7, 17)
    measured = energy_when(HEATED, REPORTING & at_work, ENERGY * 0.8)

    assert saved(measured, at_work) == pytest.approx(0.20, abs=0.01)
    assert saved(measured, ~at_work) == pytest.approx(0.0, abs=0.01)


def test_load_moved_to_the_night_saves_nothing_but_moves() -> None:
    moved = pl.when(pl.col("hour_local") == 9).then(ENERGY - 5).otherwise(ENERGY + 5)
    measured = energy_when(PLAIN, REPORTING & pl.col("hour_local").is_in([2, 9]), moved)

    assert saved(measured) == pytest.approx(0.0, abs=0.01)
    assert saved(measured, pl.col("hour_local") == 2) == pytest.approx(-5 / NIGHT_KWH, abs=0.03)


def test_a_holiday_is_expected_as_a_day_off() -> None:
    epiphany = compared(PLAIN).filter((pl.col("day_local") == date(2022, 1, 6)) & (pl.col("hour_local") == 10))

    assert epiphany["expected_energy_kwh"][0] == pytest.approx(NIGHT_KWH, rel=0.1)


def test_days_of_23_and_25_hours_have_an_expectation_for_each_hour() -> None:
    rows = compared(PLAIN)
    spring = rows.filter(pl.col("day_local") == date(2022, 3, 27))
    autumn = rows.filter(pl.col("day_local") == date(2022, 10, 30))

    assert (spring.height, autumn.height) == (23, 25)
    doubled = autumn.filter(pl.col("hour_local") == 2)["expected_energy_kwh"].to_list()
    assert len(doubled) == 2
    assert doubled[0] == doubled[1] == pytest.approx(NIGHT_KWH, rel=0.1)  # of one hour, not of both


def test_single_missing_hours_and_missing_weeks_are_no_zeros_and_get_an_expectation() -> None:
    gaps = ((pl.col("hour_local") == 10) & (pl.col("day_local").dt.day() <= 3)) | pl.col("day_local").is_between(
        date(2021, 2, 1), date(2021, 2, 25)
    )
    hours = energy_when(HEATED, gaps & pl.col("is_baseline"), None)
    found = model(hours)

    assert found["missing_hour_count"] == 25 * 24 + 3 * 11
    assert found["baseline_hour_count"] == 8760 - found["missing_hour_count"]
    assert saved(hours) == pytest.approx(0.0, abs=0.015)
    assert compared(hours).filter(gaps & pl.col("is_baseline")).height == found["missing_hour_count"]


def test_a_july_known_to_be_closed_is_expected_closed() -> None:
    closed = energy_when(PLAIN.with_columns(is_closed=JULY), JULY, 4.0)

    assert model(closed)["profile_kwh_hour"]["closed"][12] == pytest.approx(4.0, rel=0.05)
    assert saved(closed) == pytest.approx(0.0, abs=0.01)
    assert saved(closed, JULY) == pytest.approx(0.0, abs=0.05)


def test_a_july_that_rests_without_anyone_having_said_so_is_learnt_and_leaves_the_peak_alone() -> None:
    resting = energy_when(PLAIN, JULY, 4.0)
    found = model(resting)

    assert found["season"] == "strong"
    assert saved(resting) == pytest.approx(0.0, abs=0.01)
    assert saved(resting, pl.col("day_local").dt.month().is_in([11, 12, 1, 2, 3])) == pytest.approx(0.0, abs=0.01)


def test_a_level_that_rose_in_the_autumn_is_expected_to_stay() -> None:
    risen = energy_when(PLAIN, pl.col("day_local") >= date(2021, 9, 1), ENERGY * 1.2)
    mean_of_the_year = 1 - (1 + 0.2 * 122 / 365) / 1.2  # what a plain mean of 2021 would call an increase

    assert abs(saved(risen)) < 0.6 * mean_of_the_year


def test_a_flat_night_load_and_a_meter_that_never_varies_have_answers() -> None:
    flat_night = energy_when(PLAIN, pl.col("hour_local") < 5, 10.0)
    constant = PLAIN.with_columns(energy_kwh=pl.lit(7.0))

    assert saved(flat_night, pl.col("hour_local") < 5) == pytest.approx(0.0, abs=0.01)
    assert saved(constant) == pytest.approx(0.0, abs=0.002)


def test_a_heat_meter_that_rests_in_summer_is_expected_to_rest() -> None:
    resting = hour_meter(HOURS, carrier="district_heating", night_kwh=0, work_kwh=0, slope=1.0)
    rows = compared(resting)

    assert rows["expected_energy_kwh"].min() >= 0
    july = rows.filter(JULY & REPORTING)
    assert july["expected_energy_kwh"].sum() == pytest.approx(july["energy_kwh"].sum(), rel=0.2)
    assert saved(resting) == pytest.approx(0.0, abs=0.02)


def test_a_doubled_day_moves_the_year_by_less_than_half_its_own_energy() -> None:
    doubled = energy_when(PLAIN, pl.col("day_local") == date(2021, 11, 10), ENERGY * 2)

    assert abs(saved(doubled) - saved(PLAIN)) < 0.5 / 365


def test_pulses_of_a_coarse_meter_are_judged_by_their_days() -> None:
    # A pulse of 50 kWh whenever so much has passed: most hours are zero, the days are right.
    through = PLAIN["energy_kwh"].fill_null(0.0).cum_sum() // 50 * 50
    pulses = PLAIN.with_columns(energy_kwh=through.diff().fill_null(0.0))

    assert model(pulses)["cvrmse"] > 0.5
    assert saved(pulses) == pytest.approx(0.0, abs=0.01)


def test_days_that_miss_by_more_than_the_mean_are_no_answer() -> None:
    day = (HOURS["day_local"] - date(2021, 1, 1)).dt.total_days().to_numpy()
    burst = np.random.default_rng(0).uniform(size=day.max() + 1)[day] < 0.05
    result = fit(PLAIN.with_columns(energy_kwh=pl.Series(np.where(burst, 900.0, 1.0))))

    assert result.models["reason"].to_list() == ["model_too_poor"]
    assert result.expected.height == 0


def test_the_metrics_are_those_of_the_hours_that_are_expected() -> None:
    found = model(HEATED)
    baseline = compared(HEATED).filter("is_baseline")
    residual = (baseline["energy_kwh"] - baseline["expected_energy_kwh"]).to_numpy()
    mean = baseline["energy_kwh"].mean()

    assert np.sqrt((residual**2).mean()) / mean == pytest.approx(found["cvrmse"], rel=0.08)  # degrees of freedom differ
    assert found["cvrmse"] < found["cvrmse_out"] < 1.2 * found["cvrmse"]
    assert found["r2"] == pytest.approx(
        1 - (residual**2).sum() / ((baseline["energy_kwh"] - mean) ** 2).sum(), abs=1e-6
    )


def test_the_interval_of_single_hours_holds_nine_hours_of_ten() -> None:
    rows = compared(PLAIN).filter(REPORTING)
    reach = 1.645 * (rows["period_variance_kwh2"] + rows["parameter_error_kwh"] ** 2).sqrt()

    assert 0.85 < ((rows["energy_kwh"] - rows["expected_energy_kwh"]).abs() <= reach).mean() < 0.96


def test_hours_that_err_together_widen_the_sum_and_hours_that_do_not_leave_it() -> None:
    day = (HOURS["day_local"] - date(2021, 1, 1)).dt.total_days().to_numpy()
    whole_days = 1 + np.random.default_rng(3).normal(0, 0.05, day.max() + 1)[day]
    together = hour_meter(HOURS, noise_share=0.0).with_columns(energy_kwh=ENERGY * pl.Series(whole_days))

    def inflation(hours: pl.DataFrame) -> float:
        first = fit(hours).expected.row(0, named=True)
        return float(first["noise_variance_kwh2"] / first["period_variance_kwh2"])

    assert inflation(PLAIN) == pytest.approx(1.0, abs=0.5)
    # Errors in proportion to the profile p of the day: (Σp)²/Σp² = 22.6 of 24 on days off, 19 on workdays.
    assert 15 < inflation(together) < 26


def test_the_distance_from_the_baseline_is_told_in_years() -> None:
    rows = fit(PLAIN).expected.sort("hour_start_utc")

    assert rows["years_from_baseline"][0] == pytest.approx(-182 / 365.25)
    assert rows["years_from_baseline"][-1] == pytest.approx((729 - 182) / 365.25)


def test_days_without_temperature_or_far_colder_than_the_baseline_get_no_expectation() -> None:
    gone = pl.col("day_local") == date(2022, 5, 3)
    bitter = pl.col("day_local") == date(2022, 1, 20)
    temperature = pl.when(gone).then(None).when(bitter).then(-45.0).otherwise("temperature_c")
    rows = compared(HEATED.with_columns(temperature_c=temperature))

    assert rows.filter(gone | bitter).height == 0
    assert rows.height == HEATED.height - 48


def test_production_is_never_mixed_with_use() -> None:
    production = PLAIN.with_columns(direction=pl.lit("production"), energy_kwh=ENERGY * 100)
    alone = fit(PLAIN).expected
    beside = fit(pl.concat([PLAIN, production])).expected
    only = fit(production).models

    np.testing.assert_allclose(beside["expected_energy_kwh"], alone["expected_energy_kwh"], rtol=1e-12)
    assert (only["answer"][0], only["reason"][0]) == ("cannot_tell", "production_meter")


def test_a_net_meter_cannot_be_told_although_its_days_are_positive() -> None:
    sunny = JULY & pl.col("hour_local").is_between(10, 14)
    net = fit(energy_when(PLAIN, sunny, -3.0))

    assert net.models["reason"].to_list() == ["negative_values"]
    assert net.expected.height == 0


def test_meters_keep_their_answers_whatever_company_they_are_fitted_in() -> None:
    other = hour_meter(hour_calendar(seed=9), name="other", slope=0.4)
    longer = HEATED.with_columns(metering_point_id=pl.lit("longer"), is_baseline=pl.col("day_local") < date(2022, 3, 1))
    silent = PLAIN.with_columns(metering_point_id=pl.lit("silent"), energy_kwh=pl.lit(None, pl.Float64))
    together = fit(pl.concat([silent, other, longer, HEATED]))

    assert together.models["metering_point_id"].to_list() == ["silent", "other", "longer", "meter"]
    assert together.models["reason"].to_list() == ["no_readings", None, None, None]
    own = together.expected.filter(pl.col("metering_point_id") == "meter")
    alone = fit(HEATED).expected
    for column in ("expected_energy_kwh", "noise_variance_kwh2", "parameter_error_kwh"):
        np.testing.assert_allclose(own[column], alone[column], rtol=1e-9)


def test_meters_may_have_baselines_in_different_years() -> None:
    later = HEATED.with_columns(metering_point_id=pl.lit("later"), is_baseline=pl.col("day_local").dt.year() == 2022)
    later = energy_when(later, pl.col("day_local").dt.year() == 2021, ENERGY * 1.2)
    rows = compared(pl.concat([HEATED, later])).filter((pl.col("metering_point_id") == "later") & REPORTING)

    assert rows["energy_kwh"].sum() / rows["expected_energy_kwh"].sum() == pytest.approx(1.2, abs=0.02)


def test_no_meters_give_empty_frames_of_the_right_form() -> None:
    result = fit(PLAIN.clear())

    assert result.models.schema == pl.Schema(HOUR_MODEL_SCHEMA)
    assert result.expected.schema == pl.Schema(HOUR_EXPECTED_SCHEMA)


def test_twenty_meters_are_fitted_in_three_seconds() -> None:
    meters = pl.concat([hour_meter(HOURS, name=f"m{n}", slope=n % 5 / 5, seed=n) for n in range(20)])

    started = time.perf_counter()
    result = fit(meters)

    assert result.models["answer"].unique().to_list() == ["ok"]
    assert time.perf_counter() - started < 3
