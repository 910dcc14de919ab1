from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from pipelines.domain.baseline_day import fit
from pipelines.domain.change_detection import CHANGE_SCHEMA, level_changes
from tests.domain.made_up_meters import calendar, meter

DAYS = pl.DataFrame({"day_local": pl.date_range(date(2021, 1, 1), date(2022, 12, 31), eager=True)})
NOTHING_KNOWN = pl.DataFrame(schema={"metering_point_id": pl.String, "from_day": pl.Date, "to_day": pl.Date})
Factor = pl.Expr | float


def _meter(factor: Factor = 1.0, name: str = "m", seed: int = 3, noise: float = 0.05) -> pl.DataFrame:
    """200 kWh expected every day; measured is that times `factor` and noise that lasts some days."""
    white = np.random.default_rng(seed).normal(0, noise, DAYS.height)
    lasting = np.convolve(white, [0.6, 0.5, 0.4, 0.3, 0.2], mode="same")
    return DAYS.with_columns(
        metering_point_id=pl.lit(name),
        carrier=pl.lit("electricity"),
        is_baseline=pl.col("day_local").dt.year() == 2021,
        steady_energy_kwh=pl.lit(200.0),
        energy_kwh=200.0 * factor * (1 + pl.Series(lasting)),
    )


def _from(day: date, factor: float) -> pl.Expr:
    return pl.when(pl.col("day_local") >= day).then(factor).otherwise(1.0)


def _changes(days: pl.DataFrame, known: pl.DataFrame = NOTHING_KNOWN) -> list[dict]:
    return level_changes(days, known).to_dicts()


def _found_kinds(days: pl.DataFrame) -> list[str]:
    return [change["kind"] for change in _changes(days)]


def test_a_step_is_found_with_its_day_and_size() -> None:
    (change,) = _changes(_meter(_from(date(2022, 4, 5), 1.12)))
    assert change["kind"] == "step_up"
    assert abs((change["started"] - date(2022, 4, 5)).days) <= 3
    assert change["ended"] is None
    assert change["change_share"] == pytest.approx(0.12, abs=0.02)
    assert change["change_kwh_day"] == pytest.approx(24, abs=4)  # 12 % of 200 kWh
    assert change["confidence_share"] > 0.99


def test_a_step_down_has_a_negative_size() -> None:
    (change,) = _changes(_meter(_from(date(2021, 9, 15), 0.8)))
    assert (change["kind"], round(change["change_share"], 1)) == ("step_down", -0.2)


def test_a_change_under_five_percent_is_not_worth_a_question() -> None:
    assert _changes(_meter(_from(date(2022, 1, 1), 1.03), noise=0.01)) == []


def test_a_building_that_stood_still_and_opened_again_is_one_stop() -> None:
    is_still = pl.col("day_local").is_between(date(2022, 2, 7), date(2022, 4, 24))
    (change,) = _changes(_meter(pl.when(is_still).then(0.05).otherwise(1.0)))
    assert change["kind"] == "stop"
    assert abs((change["started"] - date(2022, 2, 7)).days) <= 2
    assert abs((change["ended"] - date(2022, 4, 25)).days) <= 2
    assert change["change_share"] == pytest.approx(-0.95, abs=0.02)


def test_a_stop_that_has_not_ended_is_a_step() -> None:
    assert _found_kinds(_meter(_from(date(2022, 10, 3), 0.05))) == ["step_down"]


def test_a_stop_hides_no_change_between_its_sides() -> None:
    still = pl.col("day_local").is_between(date(2022, 2, 7), date(2022, 4, 24))
    later = pl.col("day_local") > date(2022, 4, 24)
    found = _found_kinds(_meter(pl.when(still).then(0.05).when(later).then(1.2).otherwise(1.0)))
    assert found == ["stop", "step_up"]


def test_a_slow_rise_is_a_drift_and_not_a_stair() -> None:
    progress = (pl.col("day_local") - date(2021, 1, 1)).dt.total_days() / DAYS.height
    (change,) = _changes(_meter(1 + 0.3 * progress))
    assert change["kind"] == "drift_up"
    assert change["change_share"] == pytest.approx(0.3, abs=0.04)
    assert (change["started"], change["ended"]) == (date(2020, 12, 28), date(2023, 1, 2))  # whole weeks


def test_two_steps_in_the_same_direction_stay_two() -> None:
    factor = pl.when(pl.col("day_local") >= date(2022, 9, 1)).then(1.9).otherwise(_from(date(2021, 4, 1), 1.3))
    assert _found_kinds(_meter(factor)) == ["step_up", "step_up"]


def test_meters_in_which_nothing_happens_are_seldom_asked_about() -> None:
    days = pl.concat([_meter(name=f"m{n:03}", seed=n) for n in range(200)])
    assert len(_changes(days)) <= 8  # 2 % of 400 meter-years


def test_a_change_that_a_reported_measure_explains_is_left_out() -> None:
    days = pl.concat([_meter(_from(date(2022, 4, 5), 0.85), name=name) for name in ("told", "untold")])
    known = pl.DataFrame({"metering_point_id": ["told"], "from_day": [date(2022, 3, 1)], "to_day": [date(2022, 3, 20)]})
    assert [change["metering_point_id"] for change in _changes(days, known)] == ["untold"]


def test_a_change_long_after_a_reported_measure_is_not_its() -> None:
    known = pl.DataFrame({"metering_point_id": ["m"], "from_day": [date(2021, 3, 1)], "to_day": [date(2021, 3, 20)]})
    assert len(_changes(_meter(_from(date(2022, 4, 5), 0.85)), known)) == 1


def test_what_all_meters_show_is_the_weather_and_not_a_change() -> None:
    cold = pl.when(pl.col("day_local").is_between(date(2022, 1, 3), date(2022, 3, 6))).then(1.15).otherwise(1.0)
    # One meter's own 10 % is still seen among them.
    days = [_meter(cold, name=f"m{n:02}", seed=n) for n in range(60)]
    days.append(_meter(cold * _from(date(2022, 6, 6), 0.85), name="own", seed=99))
    assert {change["metering_point_id"] for change in _changes(pl.concat(days))} == {"own"}


def test_days_that_are_missing_are_no_change() -> None:
    gone = pl.col("day_local").is_between(date(2022, 2, 7), date(2022, 4, 24))
    days = _meter().with_columns(energy_kwh=pl.when(~gone).then("energy_kwh"))
    assert _changes(days) == []


def test_a_change_behind_a_gap_begins_with_the_first_day_after_it() -> None:
    gone = pl.col("day_local").is_between(date(2022, 2, 7), date(2022, 4, 24))
    days = _meter(_from(date(2022, 2, 7), 1.3)).with_columns(energy_kwh=pl.when(~gone).then("energy_kwh"))
    (change,) = _changes(days)
    assert date(2022, 2, 6) <= change["started"] <= date(2022, 4, 25) + timedelta(days=3)


def test_half_a_year_is_needed() -> None:
    days = _meter(_from(date(2021, 4, 1), 1.5)).filter(pl.col("day_local") < date(2021, 6, 1))
    assert _changes(days) == []


def test_a_heat_meter_is_not_judged_by_its_summer() -> None:
    # In summer next to nothing is expected, so a few kWh are several times the expected energy.
    summer = pl.col("day_local").dt.month().is_between(6, 8)
    days = _meter().with_columns(
        steady_energy_kwh=pl.when(summer).then(4.0).otherwise(300.0),
        energy_kwh=pl.when(summer & (pl.col("day_local").dt.year() == 2022)).then(12.0).otherwise(
            pl.when(summer).then(4.0).otherwise(pl.col("energy_kwh") * 1.5)
        ),
    )  # fmt: skip
    assert _changes(days) == []


def test_a_step_within_the_baseline_is_found_although_the_model_follows_it() -> None:
    raised = pl.when(pl.col("day_local") >= date(2021, 6, 7)).then(pl.col("energy_kwh") * 1.25).otherwise("energy_kwh")
    days = meter(calendar()).with_columns(energy_kwh=raised)
    expected = fit(days).expected
    inside = expected.filter(pl.col("day_local") < date(2021, 6, 1))
    # Before the step the model follows what was used; the steady expectation is that of the baseline's end, less what
    # can be taken for season in a single year.
    assert 1.1 < inside["steady_energy_kwh"].sum() / inside["expected_energy_kwh"].sum() < 1.3

    found = _changes(days.join(expected, on=["metering_point_id", "day_local"]))

    (change,) = found  # and not its echo in the next year
    # Found in the first half of the year; a step in autumn looks like a season of light in a single year, and is told
    # of as a slow change (docs/method.md).
    assert (change["kind"], change["started"]) == ("step_up", date(2021, 6, 7))
    assert change["change_share"] == pytest.approx(0.15, abs=0.03)  # 1 − 1/1.25 of the later level, less that part


def test_a_larger_change_after_one_within_the_baseline_is_told_of() -> None:
    factor = pl.when(pl.col("day_local") >= date(2022, 6, 1)).then(0.7).otherwise(_from(date(2021, 8, 2), 1.15))
    assert _found_kinds(_meter(factor)) == ["step_up", "step_down"]


def test_a_smaller_change_after_one_within_the_baseline_may_be_its_echo() -> None:
    factor = pl.when(pl.col("day_local") >= date(2022, 6, 1)).then(1.2).otherwise(_from(date(2021, 8, 2), 1.3))
    assert _found_kinds(_meter(factor)) == ["step_up"]


def test_without_days_there_is_nothing_to_find() -> None:
    assert level_changes(_meter().clear(), NOTHING_KNOWN).schema == CHANGE_SCHEMA
