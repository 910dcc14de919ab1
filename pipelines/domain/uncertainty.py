"""How errors add up: over time within a meter, and over meters in a group.

Two kinds of error leave a baseline. The noise of single days falls away in a sum (variances add); the systematic error
(the building changes although nothing was done, the parameters are off) does not (standard deviations add).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

Z_90 = 1.645  # two-sided 90 % of the normal distribution
GROUP_CORRELATION = 0.1  # between two meters of a group: shared weather and calendar

DRIFT_SHARE_PER_SQRT_YEAR = {"electricity": 0.08}
"""Standard deviation as share of the expected energy, one year from the baseline. Provisional: see docs/method.md."""
OTHER_DRIFT_SHARE_PER_SQRT_YEAR = 0.07
FEWEST_METERS_FOR_DRIFT = 30
"""With fewer untouched meters of a carrier the constants above are used."""
SMALLEST_DRIFT_SHARE = 0.01


def drift_share(carrier: str) -> float:
    """Drift of a meter in which nothing was done [share per √year]; documented in docs/method.md."""
    return DRIFT_SHARE_PER_SQRT_YEAR.get(carrier, OTHER_DRIFT_SHARE_PER_SQRT_YEAR)


def population_drift(errors: pl.DataFrame, carriers: Sequence[str]) -> pl.DataFrame:
    """Drift of each carrier, estimated from meters of buildings in which nothing is known to have been done.

    The share that makes 90 % of their meter-years fall inside the 90 % interval: the 90 % quantile of
    |measured − expected| / (expected · √years), divided by 1.645. So heavy tails count. With fewer than 30 meters of a
    carrier the provisional constant stands.

    Parameters
    ----------
    errors: one row per untouched meter and year after its baseline: metering_point_id, carrier, years_from_baseline
        (mean over the year), expected_energy_kwh, energy_kwh.
    carriers: those that need a drift, also when no untouched meter has them.

    Returns
    -------
    carrier, drift_share [share per √year], meter_count, meter_year_count, is_estimated: a row for each carrier.
    """
    scaled = (pl.col("energy_kwh") - pl.col("expected_energy_kwh")).abs() / (
        pl.col("expected_energy_kwh") * pl.col("years_from_baseline").sqrt()
    )
    usable = (pl.col("expected_energy_kwh") > 0) & (pl.col("years_from_baseline") > 0)
    counted = (
        errors.filter(usable)
        .group_by("carrier")
        .agg(
            (scaled.quantile(0.9, "linear") / Z_90).alias("estimated"),
            pl.col("metering_point_id").n_unique().cast(pl.Int64).alias("meter_count"),
            pl.len().cast(pl.Int64).alias("meter_year_count"),
        )
    )
    wanted = pl.DataFrame({"carrier": sorted(set(carriers))}, schema={"carrier": pl.String})
    known = wanted.with_columns(
        pl.col("carrier").map_elements(drift_share, return_dtype=pl.Float64).alias("provisional")
    ).join(counted, on="carrier", how="left", maintain_order="left")
    enough = pl.col("meter_count").fill_null(0) >= FEWEST_METERS_FOR_DRIFT
    estimated = pl.max_horizontal("estimated", pl.lit(SMALLEST_DRIFT_SHARE))
    return known.select(
        "carrier",
        pl.when(enough).then(estimated).otherwise("provisional").alias("drift_share"),
        pl.col("meter_count", "meter_year_count").fill_null(0),
        enough.alias("is_estimated"),
    )


def with_drift(parts: pl.DataFrame, drift: pl.DataFrame) -> pl.DataFrame:
    """Add the systematic error and the 90 % interval of each day or month.

    Parameters
    ----------
    parts: metering_point_id and baseline_result.PART_COLUMNS (more columns stay).
    drift: metering_point_id, drift_share [share per √year].

    Returns
    -------
    `parts` with systematic_error_kwh = sqrt((drift·√|years|·Ê)² + parameter_error²) and expected_energy_low_kwh,
    expected_energy_high_kwh = Ê ± 1.645·sqrt(period_variance + systematic_error²), not below 0 [kWh].
    """
    drifted = pl.col("drift_share") * pl.col("years_from_baseline").abs().sqrt() * pl.col("expected_energy_kwh")
    half = Z_90 * (pl.col("period_variance_kwh2") + pl.col("systematic_error_kwh") ** 2).sqrt()
    return (
        parts.join(drift.select("metering_point_id", "drift_share"), on="metering_point_id", maintain_order="left")
        .with_columns((drifted**2 + pl.col("parameter_error_kwh") ** 2).sqrt().alias("systematic_error_kwh"))
        .with_columns(
            (pl.col("expected_energy_kwh") - half).clip(lower_bound=0.0).alias("expected_energy_low_kwh"),
            (pl.col("expected_energy_kwh") + half).alias("expected_energy_high_kwh"),
        )
        .drop("drift_share")
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
