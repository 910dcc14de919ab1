"""Hard meters with a tenth saved: the saving is found without bias, or refused with a reason, never wrong.

Each meter is made up with ten seeds: size, weekly pattern, weather response and three different weathers, day errors
that resemble their neighbours. No calendar tells the model of closures. After the baseline year a tenth is saved.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache

import numpy as np
import polars as pl
import pytest

from pipelines.domain.baseline_day import fit_and_expect
from pipelines.domain.uncertainty import Z_90
from tests.domain.made_up_meters import calendar, meter

SEEDS = range(10)
WEATHERS = 3
SAVED_SHARE = 0.10
REPORTING_FROM = date(2022, 1, 1)
LARGEST_BIAS = 0.015  # of the median over the seeds, as share of the expected energy
DAY = pl.col("day_local")
ENERGY = pl.col("energy_kwh")


def ordinary(seed: int, carrier: str = "electricity") -> pl.DataFrame:
    """A building in ordinary use, a tenth saved after the baseline."""
    draw = np.random.default_rng(1000 + seed)
    base = draw.uniform(80, 800)
    is_heat = carrier == "district_heating"
    days = meter(
        calendar(seed=seed % WEATHERS),
        name=f"m{seed}",
        carrier=carrier,
        base=base * (0.3 if is_heat else 1.0),
        off_day_base=base * (0.2 if is_heat else draw.uniform(0.4, 0.8)),
        slope=base * (draw.uniform(0.05, 0.15) if is_heat else draw.uniform(0.0, 0.02)),
        noise_share=0.0,
    )
    return with_saving(days.with_columns(energy_kwh=ENERGY * pl.Series(_noise(draw, days.height))))


def with_saving(days: pl.DataFrame) -> pl.DataFrame:
    return days.with_columns(energy_kwh=pl.when(DAY >= REPORTING_FROM).then(1 - SAVED_SHARE).otherwise(1.0) * ENERGY)


def _noise(draw: np.random.Generator, count: int) -> np.ndarray:
    """1 with errors of 5 % that resemble the day before (autocorrelation 0.5)."""
    error = np.zeros(count)
    for n in range(1, count):
        error[n] = 0.5 * error[n - 1] + draw.normal(0, 0.05 * np.sqrt(0.75))
    return 1 + error


def closed_july(seed: int) -> pl.DataFrame:
    """A school that all but stands still in July of both years."""
    days = ordinary(seed)
    level = np.random.default_rng(seed).uniform(0.1, 0.35)
    return days.with_columns(energy_kwh=pl.when(DAY.dt.month() == 7).then(level).otherwise(1.0) * ENERGY)


def outage_of_50_days(seed: int) -> pl.DataFrame:
    """Nothing arrived for 50 days of the baseline, at another time of the year for each seed."""
    first = np.random.default_rng(seed).integers(0, 315)
    number = (DAY - date(2021, 1, 1)).dt.total_days()
    return ordinary(seed).with_columns(energy_kwh=pl.when(~number.is_between(first, first + 49)).then(ENERGY))


def outage_written_as_zeros(seed: int) -> pl.DataFrame:
    """The same in the heating season, with zeros written where nothing was measured."""
    first = np.random.default_rng(seed).integers(0, 100)
    number = (DAY - date(2021, 1, 1)).dt.total_days()
    is_out = number.is_between(first, first + 49)
    return ordinary(seed).with_columns(energy_kwh=pl.when(is_out).then(0.0).otherwise(ENERGY))


def stuck_at_a_value(seed: int) -> pl.DataFrame:
    """The meter repeats one day's value for 10 to 45 days of the baseline."""
    draw = np.random.default_rng(seed)
    first, length = int(draw.integers(0, 315)), int(draw.integers(10, 46))
    days = ordinary(seed)
    is_stuck = (DAY - date(2021, 1, 1)).dt.total_days().is_between(first, first + length - 1)
    return days.with_columns(energy_kwh=pl.when(is_stuck).then(days["energy_kwh"][first]).otherwise(ENERGY))


def doubled_day(seed: int) -> pl.DataFrame:
    """One day of the baseline was sent twice and added up."""
    number = int(np.random.default_rng(seed).integers(0, 365))
    when = (DAY - date(2021, 1, 1)).dt.total_days() == number
    return ordinary(seed).with_columns(energy_kwh=pl.when(when).then(2.0).otherwise(1.0) * ENERGY)


def winter_only_heat(seed: int) -> pl.DataFrame:
    """District heating that is turned off from the middle of May to the middle of September."""
    off = (DAY.dt.month() * 100 + DAY.dt.day()).is_between(515, 914)
    return ordinary(seed, "district_heating").with_columns(energy_kwh=pl.when(off).then(0.0).otherwise(ENERGY))


def flat_night_load(seed: int) -> pl.DataFrame:
    """The same energy every day but for the meter's last digit, such as a server room or street lights on a clock."""
    draw = np.random.default_rng(seed)
    days = meter(calendar(seed=seed % WEATHERS), name=f"m{seed}", noise_share=0.0)
    flat = np.round(draw.uniform(20, 200) + draw.normal(0, 0.02, days.height), 1)
    return with_saving(days.with_columns(energy_kwh=pl.Series(flat)))


def lamps_follow_the_dark(seed: int) -> pl.DataFrame:
    """Electricity in the north, of which a fifth to a third follows the dark season, whatever the temperature."""
    swing = np.random.default_rng(seed).uniform(0.1, 0.15)
    days = ordinary(seed)
    darkness = np.cos(2 * np.pi * (days["day_local"].dt.ordinal_day().to_numpy() + 10) / 365.25)
    return days.with_columns(energy_kwh=ENERGY * pl.Series(1 + swing * darkness), latitude_deg=pl.lit(64.0))


CASES: dict[str, Callable[[int], pl.DataFrame]] = {
    case.__name__: case
    for case in (
        closed_july,
        outage_of_50_days,
        outage_written_as_zeros,
        stuck_at_a_value,
        doubled_day,
        winter_only_heat,
        flat_night_load,
        lamps_follow_the_dark,
    )
}


@cache
def outcomes() -> pl.DataFrame:
    """case, answer, reason, saved_share and half_share (90 %) of each case and seed."""
    meters = [
        CASES[case](seed).with_columns(case=pl.lit(case), metering_point_id=pl.lit(f"{case}-{seed}"))
        for case in CASES
        for seed in SEEDS
    ]
    days = pl.concat(meters, how="diagonal")
    result = fit_and_expect(days)
    expected, systematic = pl.col("expected_energy_kwh").sum(), pl.col("systematic_error_kwh").sum()
    sums = (
        days.filter(DAY >= REPORTING_FROM, ENERGY.is_not_null())
        .join(result.expected, on=["metering_point_id", "day_local"])
        .group_by("metering_point_id")
        .agg(
            saved_share=1 - ENERGY.sum() / expected,
            half_share=Z_90 * (systematic**2 + pl.col("noise_variance_kwh2").sum()).sqrt() / expected,
        )
    )
    cases = days.group_by("metering_point_id").agg(pl.col("case").first())
    return result.models.join(cases, on="metering_point_id").join(sums, on="metering_point_id", how="left")


def outcome(case: str) -> pl.DataFrame:
    return outcomes().filter(pl.col("case") == case)


def answered(case: str) -> pl.DataFrame:
    return outcome(case).filter(pl.col("answer") == "ok")


@pytest.mark.parametrize("case", CASES)
def test_the_saving_put_in_is_found_without_bias_or_refused_with_a_reason(case: str) -> None:
    refused = outcome(case).filter(pl.col("answer") == "cannot_tell")
    assert refused["reason"].null_count() == 0
    found = answered(case)
    if found.height:
        bias = found["saved_share"].to_numpy() - SAVED_SHARE
        assert abs(np.median(bias)) < LARGEST_BIAS
        assert (np.abs(bias) < found["half_share"].to_numpy()).mean() >= 0.9


def test_a_july_in_which_nobody_was_there_is_never_refused() -> None:
    assert outcome("closed_july")["answer"].to_list() == ["ok"] * len(SEEDS)


def test_at_least_half_of_the_hard_meters_are_answered() -> None:
    shares = {case: answered(case).height / len(SEEDS) for case in CASES}
    assert sum(share >= 0.5 for share in shares.values()) >= len(CASES) / 2, shares
    assert sum(shares.values()) >= len(CASES) / 2, shares
