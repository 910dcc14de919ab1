"""How errors add up: over time within a meter, and over meters in a group; and how much a building changes by itself.

Two kinds of error leave a baseline. The noise of single days falls away in a sum (variances add); the systematic error
(the building changes although nothing was done, the parameters are off) does not (standard deviations add).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

Z_90 = 1.645  # two-sided 90 % of the normal distribution
GROUP_CORRELATION = 0.15  # between the errors of two meters: they share weather, calendar and times
SEASON_NOISE_FACTOR = 3.5
"""Variance of a sum of days over what the autocorrelation of neighbours tells: errors of a season hang together."""

HOUR_PARAMETER_SHARE = 0.16
"""The part of an hour's parameter error that is left in sums: errors of the clock's hours partly cancel."""


@dataclass(frozen=True)
class Drift:
    """How wide the systematic error of a meter is: sqrt((share·a^growth·Ê)² + (parameter_weight·max(a, 1)^growth·e)²).

    a: distance from the baseline's centre [years]. share: standard deviation one year away, as share of the expected
    energy Ê. parameter_weight: how many times the model's own standard error e counts, since meters that are restless
    within the baseline are restless after it too.
    """

    share: float
    growth: float
    parameter_weight: float


DRIFT = {
    "electricity": Drift(share=0.07, growth=0.9, parameter_weight=1.75),
    "gas": Drift(share=0.035, growth=1.9, parameter_weight=1.75),
}
"""Calibrated on measured buildings in which nothing is known to have been done: docs/method.md, "Intervals"."""
OTHER_DRIFT = Drift(share=0.035, growth=0.9, parameter_weight=1.75)
"""Of carriers without a measured population: gas near the baseline; its growth is boilers taken out of use."""
FEWEST_METERS_FOR_DRIFT = 30
"""With fewer untouched meters of a carrier the constants above are used."""
CONSTANTS_COUNT_AS_METER_YEARS = 30
"""How many meter-years of the home's own the constants weigh as much as."""
GROWTHS = tuple(n / 10 for n in range(21))
LEAST_DISTANCE_RATIO = 1.5  # between the farthest and the nearest year, for a growth to be seen
SMALLEST_DRIFT_SHARE = 0.01
FEWEST_METERS_FOR_COMPARISON = 10
COVERED_SHARE = 0.9

DRIFT_COLUMNS = ("drift_share", "drift_growth", "parameter_weight")


def drift_of(carrier: str | None) -> Drift:
    """The constants that stand for a carrier until its population is known; documented in docs/method.md."""
    return DRIFT.get(carrier or "", OTHER_DRIFT)


def provisional_drift(carriers: Sequence[str | None]) -> pl.DataFrame:
    """The constants of each carrier: carrier and DRIFT_COLUMNS, a row for each different carrier."""
    wanted = sorted(set(carriers), key=str)
    found = [drift_of(carrier) for carrier in wanted]
    return pl.DataFrame(
        {
            "carrier": wanted,
            "drift_share": [drift.share for drift in found],
            "drift_growth": [drift.growth for drift in found],
            "parameter_weight": [drift.parameter_weight for drift in found],
        },
        schema={"carrier": pl.String, **dict.fromkeys(DRIFT_COLUMNS, pl.Float64)},
    )


def population_drift(errors: pl.DataFrame, carriers: Sequence[str]) -> pl.DataFrame:
    """Drift of each carrier, estimated from meters of buildings in which nothing is known to have been done.

    The constants are widened or narrowed by one factor: that which makes 90 % of these meter-years fall inside their
    own 90 % interval, whatever their distribution is, so heavy tails count. Where the years lie at different distances
    the growth is estimated too. Both go n/(n+30) of the way from the constants for n meter-years, since what a few of
    them show is uncertain itself. With fewer than 30 meters the constants stand.

    Parameters
    ----------
    errors: one row per untouched meter and year (or other period) after its baseline: metering_point_id, carrier,
        years_from_baseline (mean); sums over the period of energy_kwh, expected_energy_kwh, parameter_error_kwh and
        noise_variance_kwh2.
    carriers: those that need a drift, also when no untouched meter has them.

    Returns
    -------
    carrier, drift_share [share at one year], drift_growth, parameter_weight, meter_count, meter_year_count,
    is_estimated: a row for each carrier.
    """
    usable = errors.filter((pl.col("expected_energy_kwh") > 0) & (pl.col("years_from_baseline") != 0))
    rows = []
    for carrier in sorted(set(carriers), key=str):
        own = usable.filter(pl.col("carrier").eq_missing(carrier))
        meter_count = own["metering_point_id"].n_unique()
        is_estimated = meter_count >= FEWEST_METERS_FOR_DRIFT
        drift = _own_drift(own, drift_of(carrier)) if is_estimated else drift_of(carrier)
        values = (drift.share, drift.growth, drift.parameter_weight)
        rows.append((carrier, *values, meter_count, own.height, is_estimated))
    counts = {"meter_count": pl.Int64, "meter_year_count": pl.Int64, "is_estimated": pl.Boolean}
    schema = {"carrier": pl.String, **dict.fromkeys(DRIFT_COLUMNS, pl.Float64), **counts}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _own_drift(errors: pl.DataFrame, constants: Drift) -> Drift:
    """The constants of one carrier moved towards what its own meter-years show."""
    expected = errors["expected_energy_kwh"].to_numpy()
    distance = errors["years_from_baseline"].abs().to_numpy()
    parameter = constants.parameter_weight * errors["parameter_error_kwh"].to_numpy() / expected
    square = (errors["energy_kwh"].to_numpy() - expected) ** 2 / Z_90**2
    deviation = np.sqrt(np.maximum(square - errors["noise_variance_kwh2"].to_numpy(), 0.0)) / expected

    def scale(growth: float) -> NDArray[np.float64]:
        return np.hypot(constants.share * distance**growth, np.maximum(distance, 1.0) ** growth * parameter)

    def loss(growth: float) -> float:
        over = deviation - np.quantile(deviation / scale(growth), COVERED_SHARE) * scale(growth)
        return float(np.mean(np.where(over > 0, COVERED_SHARE, COVERED_SHARE - 1) * over))

    growth, weight = constants.growth, len(expected) / (len(expected) + CONSTANTS_COUNT_AS_METER_YEARS)
    if distance.max() > LEAST_DISTANCE_RATIO * distance.min():
        growth += weight * (min(GROWTHS, key=loss) - growth)
    factor = float(np.quantile(deviation / scale(growth), COVERED_SHARE)) ** weight
    share = max(constants.share * factor, SMALLEST_DRIFT_SHARE)
    return Drift(share, growth, constants.parameter_weight * factor)


def _systematic_error() -> pl.Expr:
    """[kWh] from expected_energy_kwh, years_from_baseline, parameter_error_kwh and DRIFT_COLUMNS."""
    distance = pl.col("years_from_baseline").abs()
    drifted = pl.col("drift_share") * distance.pow(pl.col("drift_growth")) * pl.col("expected_energy_kwh")
    widened = pl.col("parameter_weight") * distance.clip(1.0).pow(pl.col("drift_growth"))
    return (drifted**2 + (widened * pl.col("parameter_error_kwh")) ** 2).sqrt()


def with_drift(parts: pl.DataFrame, drift: pl.DataFrame) -> pl.DataFrame:
    """Add the systematic error and the 90 % interval of each day or month.

    Parameters
    ----------
    parts: metering_point_id and baseline_result.PART_COLUMNS (more columns stay).
    drift: metering_point_id and DRIFT_COLUMNS.

    Returns
    -------
    `parts` with systematic_error_kwh (class Drift) and expected_energy_low_kwh, expected_energy_high_kwh =
    Ê ± 1.645·sqrt(period_variance + systematic_error²), not below 0 [kWh].
    """
    half = Z_90 * (pl.col("period_variance_kwh2") + pl.col("systematic_error_kwh") ** 2).sqrt()
    return (
        parts.join(drift.select("metering_point_id", *DRIFT_COLUMNS), on="metering_point_id", maintain_order="left")
        .with_columns(_systematic_error().alias("systematic_error_kwh"))
        .with_columns(
            (pl.col("expected_energy_kwh") - half).clip(lower_bound=0.0).alias("expected_energy_low_kwh"),
            (pl.col("expected_energy_kwh") + half).alias("expected_energy_high_kwh"),
        )
        .drop(DRIFT_COLUMNS)
    )


def comparison_shift(errors: pl.DataFrame) -> pl.DataFrame:
    """The change that a meter's comparison group shows and the meter itself cannot explain [share of the expected].

    For each meter the median error share m of the other meters in its group, as far as it stands out from chance:
    m·max(0, 1 − 4·s²/m²), s the standard error of a median, 1.2533·1.4826·MAD/√n. With fewer than ten others 0.

    Parameters: one row per meter: metering_point_id, group_id, error_share = measured / expected − 1.
    Returns: metering_point_id, shift_share, comparison_meter_count (the others), in the order given.
    """
    shifts, counts = np.zeros(errors.height), np.zeros(errors.height, dtype=np.int64)
    group = errors["group_id"].to_numpy()
    share = errors["error_share"].to_numpy().astype(np.float64)
    for name in np.unique(group):
        members = np.flatnonzero(group == name)
        counts[members] = len(members) - 1
        if len(members) > FEWEST_METERS_FOR_COMPARISON:
            shifts[members] = _shrunk(_medians_of_others(share[members]), share[members])
    return errors.select("metering_point_id").with_columns(
        pl.Series("shift_share", shifts), pl.Series("comparison_meter_count", counts)
    )


def _medians_of_others(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each value the median of all the other ones."""
    ordered = np.sort(values)
    rank = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    last = len(values) - 2  # place of the last of the others
    low, high = last // 2, (last + 1) // 2
    return (ordered[low + (low >= rank)] + ordered[high + (high >= rank)]) / 2


def _shrunk(median: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = 1.4826 * np.median(np.abs(share - np.median(share)))
    error = 1.2533 * spread / np.sqrt(len(share) - 1)
    square = median**2
    kept = 1.0 - np.divide(4.0 * error**2, square, out=np.ones_like(square), where=square > 0)
    return median * np.maximum(kept, 0.0)


def hours_as_days(parts: pl.DataFrame) -> pl.DataFrame:
    """Parts of the hourly model brought to what the constants mean for days, so that with_drift holds for sums of them.

    The parameter error counts by HOUR_PARAMETER_SHARE: what a year's sum of it is for the daily model, over what it is
    for the hourly one (median of measured meters); the noise is widened by SEASON_NOISE_FACTOR.
    """
    return parts.with_columns(
        pl.col("parameter_error_kwh") * HOUR_PARAMETER_SHARE, pl.col("noise_variance_kwh2") * SEASON_NOISE_FACTOR
    )


def autocorrelation_inflation(autocorrelation: ArrayLike) -> NDArray[np.float64]:
    """(1+ρ)/(1−ρ): how much wider the variance of a sum gets when neighbouring errors resemble each other."""
    rho = np.asarray(autocorrelation, dtype=np.float64)
    return (1.0 + rho) / (1.0 - rho)


def period_variance_kwh2(systematic_error_kwh: ArrayLike, noise_variance_kwh2: ArrayLike) -> float:
    """Variance of one meter's sum over the periods given: (Σ systematic)² + Σ noise [kWh²]."""
    return float(np.sum(systematic_error_kwh) ** 2 + np.sum(noise_variance_kwh2))


def group_half_width_kwh(sum_variance: float, sum_sd: float) -> float:
    """Half width of the 90 % interval of a group [kWh]: 1.645·sqrt((1−ρ)·Σ sd² + ρ·(Σ sd)²).

    Parameters: Σ of the meters' variances [kWh²] and Σ of their standard deviations [kWh] over the same period. The
    same formula as the SQL macro of that name.
    """
    return float(Z_90 * np.sqrt((1 - GROUP_CORRELATION) * sum_variance + GROUP_CORRELATION * sum_sd**2))


def t_90(freedom: ArrayLike) -> NDArray[np.float64]:
    """Two-sided 90 % point of Student's t, by the Cornish-Fisher series (Abramowitz & Stegun 26.7.5).

    Within 0.2 % for 4 degrees of freedom or more; fewer are treated as 3.
    """
    nu = np.maximum(np.asarray(freedom, dtype=np.float64), 3.0)
    z = 1.6448536
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / nu + second / nu**2 + third / nu**3
