import json
import time
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from pipelines.domain.baseline_day import fit_and_expect
from pipelines.domain.baseline_result import MODEL_SCHEMA, expected_schema
from tests.domain.made_up_meters import calendar, meter

REPORTING_FROM = date(2022, 1, 1)


def model(days: pl.DataFrame) -> dict[str, Any]:
    row = fit_and_expect(days).models.row(0, named=True)
    assert row["answer"] == "ok", row["reason"]
    return {**row, **json.loads(row["model_text"])}


def saving(days: pl.DataFrame, since: date = REPORTING_FROM) -> tuple[float, float]:
    """Saved energy and half width of its 90 % interval, both as share of the expected energy."""
    compared = days.join(fit_and_expect(days).expected, on=["metering_point_id", "day_local"])
    compared = compared.filter((pl.col("day_local") >= since) & pl.col("energy_kwh").is_not_null())
    expected = compared["expected_energy_kwh"].sum()
    variance = compared["systematic_error_kwh"].sum() ** 2 + compared["noise_variance_kwh2"].sum()
    return (expected - compared["energy_kwh"].sum()) / expected, 1.645 * variance**0.5 / expected


def energy_when(days: pl.DataFrame, condition: pl.Expr, energy: pl.Expr | float | None) -> pl.DataFrame:
    return days.with_columns(energy_kwh=pl.when(condition).then(energy).otherwise(pl.col("energy_kwh")))


HEATED = meter(calendar(), carrier="district_heating", base=200, off_day_base=120, slope=20, change_point_c=14)


def test_the_change_point_the_slope_and_the_base_loads_are_found_again() -> None:
    found = model(HEATED)

    assert found["heating_change_point_c"] == pytest.approx(14, abs=1)
    assert found["heating_kwh_per_k_day"] == pytest.approx(20, rel=0.05)
    assert found["base_kwh_day"]["workday"] == pytest.approx(200, rel=0.05)
    assert found["base_kwh_day"]["sunday"] == pytest.approx(120, rel=0.08)
    assert found["cooling_change_point_c"] is None
    assert found["cvrmse"] == pytest.approx(0.05, abs=0.015)
    assert found["baseline_day_count"] == 365
    assert found["missing_day_count"] == 0


def test_electricity_that_does_not_feel_the_weather_has_base_loads_only() -> None:
    found = model(meter(calendar()))

    assert found["form"] == "base"
    assert found["heating_kwh_per_k_day"] is None
    assert found["base_kwh_day"]["workday"] == pytest.approx(200, rel=0.02)


def test_cooling_is_found_and_is_not_taken_for_heating() -> None:
    plain = meter(calendar(), base=100, off_day_base=100)
    cooled = plain.with_columns(energy_kwh=pl.col("energy_kwh") + 12 * (pl.col("temperature_c") - 14).clip(0))

    found = model(cooled)

    assert found["form"] == "cooling"
    assert found["cooling_kwh_per_k_day"] == pytest.approx(12, rel=0.1)


def test_a_weaker_slope_on_days_off_is_found() -> None:
    off = pl.col("day_type") != "workday"
    setback = HEATED.with_columns(
        energy_kwh=pl.col("energy_kwh") - pl.when(off).then(10 * (14 - pl.col("temperature_c")).clip(0)).otherwise(0)
    )

    found = model(setback)

    assert found["heating_kwh_per_k_day"] == pytest.approx(20, rel=0.06)
    assert found["heating_day_off_kwh_per_k_day"] == pytest.approx(10, rel=0.15)


def test_a_tenth_saved_from_a_date_is_inside_the_interval_and_near() -> None:
    since = date(2022, 4, 1)
    saved, half_width = saving(energy_when(HEATED, pl.col("day_local") >= since, pl.col("energy_kwh") * 0.9), since)

    assert saved == pytest.approx(0.10, abs=0.012)
    assert abs(saved - 0.10) < half_width < 0.25


def test_a_warmer_year_is_no_saving() -> None:
    warmer = calendar().with_columns(
        temperature_c=pl.col("temperature_c") + pl.when(pl.col("is_baseline")).then(0).otherwise(2)
    )
    heated = meter(warmer, carrier="district_heating", slope=20)

    assert saving(heated)[0] == pytest.approx(0.0, abs=0.012)


def test_the_expected_total_of_the_baseline_is_the_measured_one_but_for_outliers() -> None:
    result = fit_and_expect(HEATED)
    joined = HEATED.filter("is_baseline").join(result.expected, on=["metering_point_id", "day_local"])

    assert joined["expected_energy_kwh"].sum() == pytest.approx(joined["energy_kwh"].sum(), rel=0.002)
    assert result.models["nmbe"][0] == pytest.approx(0, abs=0.002)


def test_a_july_known_to_be_closed_gives_an_unbiased_answer_in_both_directions() -> None:
    july = pl.col("day_local").dt.month() == 7
    school = energy_when(meter(calendar()).with_columns(is_closed=july), july, 40.0)

    assert saving(school)[0] == pytest.approx(0.0, abs=0.01)
    tenth_saved = energy_when(school, ~pl.col("is_baseline"), pl.col("energy_kwh") * 0.9)
    assert saving(tenth_saved)[0] == pytest.approx(0.10, abs=0.01)
    found = model(school)
    assert found["base_kwh_day"]["closed"] == pytest.approx(40, rel=0.03)
    assert found["closed_effect_kwh_day"] == pytest.approx(40 - 200, rel=0.03)


def test_closed_days_never_seen_in_the_baseline_count_as_sundays() -> None:
    later = meter(calendar()).with_columns(is_closed=pl.col("day_local") == date(2022, 3, 1))

    expected = fit_and_expect(later).expected.filter(pl.col("day_local") == date(2022, 3, 1))

    assert expected["expected_energy_kwh"][0] == pytest.approx(120, rel=0.05)


def test_a_holiday_is_expected_as_a_sunday() -> None:
    epiphany_thursday = fit_and_expect(meter(calendar())).expected.filter(pl.col("day_local") == date(2022, 1, 6))

    assert epiphany_thursday["expected_energy_kwh"][0] == pytest.approx(120, rel=0.05)


def test_missing_days_are_not_taken_for_zeros_and_get_an_expectation() -> None:
    gap = pl.col("day_local").is_between(date(2021, 2, 1), date(2021, 3, 2))  # 30 cold days
    days = energy_when(HEATED, gap, None)

    found = model(days)

    assert (found["baseline_day_count"], found["missing_day_count"]) == (335, 30)
    assert saving(days)[0] == pytest.approx(0.0, abs=0.015)
    assert fit_and_expect(days).expected.filter(gap).height == 30


def test_a_doubled_day_moves_the_year_by_less_than_its_own_energy() -> None:
    doubled = energy_when(HEATED, pl.col("day_local") == date(2021, 2, 10), pl.col("energy_kwh") * 2)

    moved = abs(saving(doubled)[0] - saving(HEATED)[0])

    assert moved < 0.005


def test_a_register_step_booked_on_one_day_is_left_out() -> None:
    step = energy_when(HEATED, pl.col("day_local") == date(2021, 8, 10), 90_000.0)

    assert abs(saving(step)[0] - saving(HEATED)[0]) < 0.002


def test_real_low_use_keeps_its_say() -> None:
    # A Christmas fortnight at a fifth of the use is 2 to 3 % of the year and is in the expected total.
    low = pl.col("day_local").dt.month().is_in([12]) & (pl.col("day_local").dt.day() >= 18)
    days = energy_when(meter(calendar()), low, pl.col("energy_kwh") * 0.2)

    assert saving(days)[0] == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.65])
def test_a_closed_july_that_no_calendar_tells_of_is_no_saving(share: float) -> None:
    july = pl.col("day_local").dt.month() == 7

    assert saving(energy_when(meter(calendar()), july, pl.col("energy_kwh") * share))[0] == pytest.approx(0, abs=0.01)
    assert saving(energy_when(meter(calendar()), july, 40.0))[0] == pytest.approx(0, abs=0.01)


def test_a_fifty_day_outage_is_refused_rather_than_filled() -> None:
    gap = pl.col("day_local").is_between(date(2021, 2, 1), date(2021, 3, 22))

    assert fit_and_expect(energy_when(HEATED, gap, None)).models["reason"][0] == "too_few_baseline_days"


def test_a_meter_that_stood_still_for_a_month_is_unbiased_and_for_longer_refused() -> None:
    month = pl.col("day_local").is_between(date(2021, 1, 20), date(2021, 2, 18))
    longer = pl.col("day_local").is_between(date(2021, 1, 20), date(2021, 3, 5))
    value = HEATED["energy_kwh"][18]

    found = model(energy_when(HEATED, month, value))
    assert found["missing_day_count"] == 31  # the day whose value stayed is one of the equal days
    assert saving(energy_when(HEATED, month, value))[0] == pytest.approx(0, abs=0.015)
    assert fit_and_expect(energy_when(HEATED, longer, value)).models["reason"][0] == "too_few_baseline_days"


def test_days_on_which_the_meter_stood_still_are_not_compared() -> None:
    still = pl.col("day_local").is_between(date(2022, 2, 2), date(2022, 3, 10))
    days = energy_when(HEATED, still, HEATED["energy_kwh"][396])

    assert fit_and_expect(days).expected.filter(still).height == 0
    assert saving(days)[0] == pytest.approx(0, abs=0.015)


def test_a_flat_load_is_expected_to_stay_flat() -> None:
    result = fit_and_expect(meter(calendar()).with_columns(energy_kwh=pl.lit(24.0)))

    assert result.models["answer"][0] == "ok"
    np.testing.assert_allclose(result.expected["expected_energy_kwh"], 24.0, rtol=1e-3)


def test_a_heat_meter_that_rests_in_summer_is_expected_to_rest() -> None:
    winter_only = meter(calendar(), carrier="district_heating", base=0, off_day_base=0, slope=20, change_point_c=12)

    result = fit_and_expect(winter_only)

    assert result.models["answer"][0] == "ok"
    july = result.expected.filter(pl.col("day_local").dt.month() == 7)
    assert july["expected_energy_kwh"].min() >= 0
    assert july["expected_energy_kwh"].mean() < 0.02 * result.expected["expected_energy_kwh"].mean()
    assert saving(winter_only)[0] == pytest.approx(0.0, abs=0.015)


def test_a_heavy_building_is_expected_by_the_weather_of_the_days_before() -> None:
    days = calendar()
    smoothed = days["temperature_c"].ewm_mean(half_life=3, adjust=False)
    heavy = meter(days.with_columns(temperature_c=smoothed), slope=20).with_columns(temperature_c=days["temperature_c"])
    reporting = heavy.join(fit_and_expect(heavy).expected, on=["metering_point_id", "day_local"]).filter(
        ~pl.col("is_baseline")
    )

    miss = (reporting["energy_kwh"] - reporting["expected_energy_kwh"]) / reporting["energy_kwh"].mean()

    assert miss.std() < 0.08  # the noise is 0.05; the day's own temperature alone leaves 0.13


def test_the_interval_of_single_days_holds_nine_days_of_ten() -> None:
    days = pl.concat([meter(calendar(seed=n), name=f"m{n}", slope=15, seed=100 + n) for n in range(10)])
    joined = days.join(fit_and_expect(days).expected, on=["metering_point_id", "day_local"]).filter("is_baseline")

    inside = joined["energy_kwh"].is_between(joined["expected_energy_low_kwh"], joined["expected_energy_high_kwh"])

    assert 0.88 < inside.mean() <= 0.99  # wider than the noise alone, since drift is in the interval


def test_the_systematic_error_grows_with_the_distance_from_the_baseline() -> None:
    days = meter(calendar(until=date(2023, 12, 31)))
    errors = fit_and_expect(days).expected.filter(pl.col("day_local").dt.month() == 7)
    by_year = (
        errors.group_by(pl.col("day_local").dt.year()).agg(pl.col("systematic_error_kwh").mean()).sort("day_local")
    )

    near, one_year, two_years = by_year["systematic_error_kwh"]
    assert near < one_year < two_years
    assert one_year == pytest.approx(0.08 * 175, rel=0.12)  # the drift of electricity, one year out, on the mean day


def test_neighbouring_errors_that_resemble_each_other_widen_the_noise() -> None:
    rng = np.random.default_rng(5)
    days = calendar()
    wander = np.zeros(days.height)
    for n in range(1, days.height):
        wander[n] = 0.7 * wander[n - 1] + rng.normal(0, 8)
    plain = meter(days, noise_share=0.0)

    found = model(plain.with_columns(energy_kwh=pl.col("energy_kwh") + pl.Series(wander)))

    assert found["autocorrelation"] == pytest.approx(0.7, abs=0.12)


def test_days_far_colder_than_the_baseline_saw_get_no_expectation() -> None:
    coldest = HEATED.filter("is_baseline")["temperature_c"].min()
    bitter = pl.col("day_local") == date(2022, 1, 20)
    days = HEATED.with_columns(temperature_c=pl.when(bitter).then(coldest - 5.5).otherwise("temperature_c"))

    result = fit_and_expect(days)

    assert result.models["answer"][0] == "ok"
    assert result.expected.height == 729
    assert result.expected.filter(bitter).height == 0


def test_days_without_temperature_get_no_expectation() -> None:
    gone = pl.col("day_local").is_between(date(2022, 5, 1), date(2022, 5, 10))
    days = HEATED.with_columns(temperature_c=pl.when(gone).then(None).otherwise("temperature_c"))

    assert fit_and_expect(days).expected.filter(gone).height == 0


def test_a_model_that_misses_by_more_than_the_mean_is_no_answer() -> None:
    rng = np.random.default_rng(0)
    bursts = meter(calendar()).with_columns(energy_kwh=pl.Series(np.where(rng.uniform(size=730) < 0.1, 900.0, 1.0)))

    result = fit_and_expect(bursts)

    assert result.models["reason"][0] == "model_too_poor"
    assert result.models["cvrmse"][0] > 1
    assert result.expected.height == 0


def test_meters_keep_their_answers_whatever_company_they_are_fitted_in() -> None:
    gap = pl.col("day_local").is_between(date(2021, 5, 1), date(2021, 5, 20))
    twin = energy_when(meter(calendar(), name="twin", carrier="district_heating", slope=9, seed=4), gap, None)
    few = pl.concat([HEATED, twin.select(HEATED.columns), meter(calendar(seed=9), name="other", slope=5)])
    silent = meter(calendar(), name="silent").with_columns(energy_kwh=pl.lit(None, pl.Float64))
    company = pl.concat([silent.select(few.columns), few])

    together, alone = fit_and_expect(company), fit_and_expect(HEATED)

    assert together.models["metering_point_id"].to_list() == ["silent", "meter", "twin", "other"]
    assert together.models["reason"].to_list() == ["no_readings", None, None, None]
    own = together.expected.filter(pl.col("metering_point_id") == "meter")
    np.testing.assert_allclose(own["expected_energy_kwh"], alone.expected["expected_energy_kwh"], rtol=1e-9)


def test_meters_may_have_baselines_in_different_years() -> None:
    later = meter(calendar(), name="later", carrier="district_heating", slope=20).with_columns(
        is_baseline=pl.col("day_local").dt.year() == 2022,
        energy_kwh=pl.when(pl.col("day_local").dt.year() == 2021).then(1.2).otherwise(1.0) * pl.col("energy_kwh"),
    )
    result = fit_and_expect(pl.concat([HEATED, later.select(HEATED.columns)]))
    joined = later.join(result.expected, on=["metering_point_id", "day_local"]).filter(~pl.col("is_baseline"))

    assert result.models["answer"].to_list() == ["ok", "ok"]
    assert joined["energy_kwh"].sum() / joined["expected_energy_kwh"].sum() == pytest.approx(1.2, abs=0.015)


def test_a_year_left_out_between_two_baseline_years_does_not_touch_the_answer() -> None:
    # 40 % less was used in 2022, which is left out; 10 % was saved in 2024.
    year = pl.col("day_local").dt.year()
    factor = pl.when(year == 2022).then(0.6).when(year == 2024).then(0.9).otherwise(1.0)
    heated = meter(calendar(until=date(2024, 12, 31)), carrier="district_heating", slope=20, change_point_c=14)
    days = heated.with_columns(is_baseline=year.is_in([2021, 2023]), energy_kwh=pl.col("energy_kwh") * factor)

    saved, _ = saving(days, date(2024, 1, 1))

    assert saved == pytest.approx(0.10, abs=0.012)


def test_no_meters_give_empty_frames_of_the_right_form() -> None:
    result = fit_and_expect(HEATED.clear())

    assert result.models.schema == pl.Schema(MODEL_SCHEMA)
    assert result.expected.schema == pl.Schema(expected_schema("day_local"))


def test_a_hundred_meters_are_fitted_in_three_seconds() -> None:
    days = calendar()
    meters = pl.concat([meter(days, name=f"m{n}", slope=n % 5, seed=n) for n in range(100)])

    started = time.perf_counter()
    result = fit_and_expect(meters)

    assert result.models["answer"].unique().to_list() == ["ok"]
    assert time.perf_counter() - started < 3
