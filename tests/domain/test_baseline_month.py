import json
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from pipelines.domain.baseline_month import fit_and_expect
from pipelines.domain.baseline_result import MODEL_SCHEMA, BaselineResult, expected_schema
from tests.domain.made_up_meters import by_month, calendar, meter

HEATED = meter(calendar(), carrier="district_heating", base=200, off_day_base=200, slope=20, change_point_c=14)


def fitted(days: pl.DataFrame, months: pl.DataFrame | None = None) -> BaselineResult:
    return fit_and_expect(by_month(days) if months is None else months, days)


def model(days: pl.DataFrame) -> dict[str, Any]:
    row = fitted(days).models.row(0, named=True)
    assert row["answer"] == "ok", row["reason"]
    return {**row, **json.loads(row["model_text"])}


def saving(days: pl.DataFrame) -> tuple[float, float]:
    joined = (
        by_month(days)
        .filter(~pl.col("is_baseline"))
        .join(fitted(days).expected, on=["metering_point_id", "month_local"])
    )
    expected = joined["expected_energy_kwh"].sum()
    variance = joined["systematic_error_kwh"].sum() ** 2 + joined["noise_variance_kwh2"].sum()
    return (expected - joined["energy_kwh"].sum()) / expected, 1.645 * variance**0.5 / expected


def reason(days: pl.DataFrame, months: pl.DataFrame | None = None) -> str | None:
    result = fitted(days, months)
    assert (result.models["answer"][0] == "ok") == (result.expected.height > 0)
    return result.models["reason"][0]


def without_months(lost: list[date]) -> pl.DataFrame:
    return by_month(HEATED).with_columns(
        energy_kwh=pl.when(pl.col("month_local").is_in(lost)).then(None).otherwise("energy_kwh")
    )


def test_change_point_slope_and_base_are_found_again_from_twelve_months() -> None:
    found = model(HEATED)

    assert found["heating_change_point_c"] == pytest.approx(14, abs=2)
    assert found["heating_kwh_per_k_day"] == pytest.approx(20, rel=0.06)
    assert found["base_kwh_day"] == pytest.approx(200, rel=0.12)
    assert (found["baseline_day_count"], found["missing_day_count"], found["n"]) == (365, 0, 12)


def test_electricity_without_weather_in_it_has_a_base_only() -> None:
    found = model(meter(calendar()))

    assert found["form"] == "month_base"
    assert found["heating_kwh_per_k_day"] is None


def test_a_tenth_saved_is_found_in_a_warmer_year() -> None:
    warmer = calendar().with_columns(
        temperature_c=pl.col("temperature_c") + pl.when(pl.col("is_baseline")).then(0).otherwise(1.5)
    )
    days = meter(warmer, carrier="district_heating", slope=20).with_columns(
        energy_kwh=pl.col("energy_kwh") * pl.when(pl.col("is_baseline")).then(1.0).otherwise(0.9)
    )

    saved, half_width = saving(days)

    assert saved == pytest.approx(0.10, abs=0.02)
    assert abs(saved - 0.10) < half_width < 0.25


def test_the_expected_total_of_the_baseline_is_the_measured_one() -> None:
    joined = (
        by_month(HEATED).filter("is_baseline").join(fitted(HEATED).expected, on=["metering_point_id", "month_local"])
    )

    assert joined["expected_energy_kwh"].sum() == pytest.approx(joined["energy_kwh"].sum(), rel=1e-9)


def test_a_summer_known_to_be_closed_is_part_of_the_model_when_it_clearly_helps() -> None:
    july = pl.col("day_local").dt.month() == 7
    school = meter(calendar(), off_day_base=200, noise_share=0.02).with_columns(
        is_closed=july, energy_kwh=pl.when(july).then(40.0).otherwise("energy_kwh")
    )

    found = model(school)

    assert found["closed_effect_kwh_day"] == pytest.approx(-160, rel=0.05)
    assert saving(school)[0] == pytest.approx(0.0, abs=0.01)


def test_two_missing_months_leave_an_answer_and_get_an_expectation() -> None:
    months = without_months([date(2021, 4, 1), date(2021, 10, 1)])

    result = fitted(HEATED, months)

    assert result.models["answer"][0] == "ok"
    assert result.models["missing_day_count"][0] == 61  # April and October
    assert result.expected.height == 24


def test_three_missing_months_are_too_many() -> None:
    lost = [date(2021, 4, 1), date(2021, 9, 1), date(2021, 10, 1)]

    assert reason(HEATED, without_months(lost)) == "too_few_baseline_days"


def test_a_baseline_with_one_summer_month_is_not_enough() -> None:
    assert reason(HEATED, without_months([date(2021, 6, 1), date(2021, 7, 1)])) == "too_few_baseline_days"


def test_a_month_without_temperatures_gets_no_expectation() -> None:
    gone = pl.col("day_local").is_between(date(2022, 5, 1), date(2022, 5, 10))
    days = HEATED.with_columns(temperature_c=pl.when(gone).then(None).otherwise("temperature_c"))

    assert date(2022, 5, 1) not in fitted(days).expected["month_local"].to_list()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (pl.lit(None, pl.Float64), "no_readings"),
        (pl.when("is_baseline").then("energy_kwh"), "no_reporting_days"),
        (pl.when(pl.col("month_local") == date(2021, 8, 1)).then(-5.0).otherwise("energy_kwh"), "negative_values"),
        (pl.when(pl.col("month_local") == date(2021, 1, 1)).then(0.0).otherwise("energy_kwh"), "long_zero_run"),
    ],
)
def test_a_meter_that_cannot_be_judged_says_why(change: pl.Expr, code: str) -> None:
    assert reason(HEATED, by_month(HEATED).with_columns(energy_kwh=change)) == code


def test_a_heat_meter_at_zero_in_summer_is_answered() -> None:
    summer = pl.col("month_local").dt.month().is_in([6, 7, 8])
    winter_only = by_month(meter(calendar(), carrier="district_heating", base=0, off_day_base=0, slope=20))

    months = winter_only.with_columns(energy_kwh=pl.when(summer).then(0.0).otherwise("energy_kwh"))

    assert reason(HEATED, months) is None


def test_no_temperature_is_said_when_the_weather_is_missing() -> None:
    assert reason(HEATED.with_columns(temperature_c=pl.lit(None, pl.Float64))) == "no_temperature"


def test_months_far_outside_what_the_baseline_saw_are_not_expected() -> None:
    tropics = pl.when(pl.col("is_baseline")).then(0).otherwise(25)

    assert reason(HEATED.with_columns(temperature_c=pl.col("temperature_c") + tropics)) == "temperatures_not_covered"


def test_the_same_month_twice_is_an_error() -> None:
    months = by_month(HEATED)

    with pytest.raises(ValueError, match="same month"):
        fit_and_expect(pl.concat([months, months.head(1)]), HEATED)


def test_meters_get_the_same_together_as_alone() -> None:
    other = meter(calendar(seed=4), name="other", slope=3)
    together = fitted(pl.concat([other, HEATED.select(other.columns)]))

    own = together.expected.filter(pl.col("metering_point_id") == "meter")["expected_energy_kwh"]
    np.testing.assert_allclose(own, fitted(HEATED).expected["expected_energy_kwh"], rtol=1e-9)


def test_no_meters_give_empty_frames_of_the_right_form() -> None:
    result = fitted(HEATED.clear())

    assert result.models.schema == pl.Schema(MODEL_SCHEMA)
    assert result.expected.schema == pl.Schema(expected_schema("month_local"))
