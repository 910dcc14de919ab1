"""The energy signature as it is drawn in Swedish follow-up: mean power against outdoor temperature, with a knee.

P = P0 + k·max(0, Tb − T), from weeks or months (docs/method.md, "Energy signature"). For reading and reconciling; the
saving itself comes from the finer baselines (baseline_day, baseline_month).
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.domain.least_squares import Floats

BALANCE_TEMPERATURES_C = np.arange(5.0, 20.01, 0.5)
LEAST_PERIODS = {"month": 9, "week": 39}  # three quarters of a year
LEAST_HEATING_PERIODS = 3  # periods colder than the knee, else the slope is one point's
PARAMETER_COUNT = 3  # base, loss, knee
TIE = 1e-9  # share by which a warmer knee must be better
NEGLIGIBLE_GAIN = 1e-9  # of the spread: a slope that explains no more is none

KEY = ["metering_point_id", "year_local", "grain"]
SIGNATURE_SCHEMA: dict[str, pl.DataType] = {
    "metering_point_id": pl.String(),
    "year_local": pl.Int32(),
    "grain": pl.String(),  # week | month
    "base_power_kw": pl.Float64(),  # P0
    "loss_kw_per_k": pl.Float64(),  # k, never negative
    "balance_temperature_c": pl.Float64(),  # Tb; null when k is 0
    "r2": pl.Float64(),
    "cvrmse": pl.Float64(),  # share of the mean power, n − 3 degrees of freedom
    "period_count": pl.Int32(),
}
"""One row for each meter, year and grain that has periods enough."""


def fit_signatures(periods: pl.DataFrame) -> pl.DataFrame:
    """Least squares for P0 and k ≥ 0 at each knee Tb of 5, 5.5, …, 20 °C, the best knee kept.

    Parameters: metering_point_id, year_local, grain (week | month), power_kw (mean power of the period), temperature_c
        (its mean outdoor temperature); rows without either are passed over.
    Returns: SIGNATURE_SCHEMA; a meter and year with under 9 months (39 weeks) is left out. Where no slope helps, k is
        0, P0 the mean power and the knee null.
    """
    used = (
        periods.drop_nulls(["power_kw", "temperature_c"])
        .filter(pl.len().over(KEY) >= pl.col("grain").replace_strict(LEAST_PERIODS, return_dtype=pl.Int64))
        .sort(KEY)
    )
    if used.is_empty():
        return pl.DataFrame(schema=SIGNATURE_SCHEMA)
    keys = used.select(KEY).unique(maintain_order=True)
    starts = np.flatnonzero(used.select(pl.struct(KEY).rle_id().diff().fill_null(1) != 0).to_series().to_numpy())
    power = used["power_kw"].to_numpy().astype(np.float64)
    return keys.with_columns(**_fitted(power, used["temperature_c"].to_numpy().astype(np.float64), starts)).select(
        pl.col(name).cast(dtype) for name, dtype in SIGNATURE_SCHEMA.items()
    )


def _fitted(power: Floats, temperature_c: Floats, starts: NDArray[np.int64]) -> dict[str, pl.Series]:
    """Best P0, k and Tb of G groups in flat arrays [N] that begin at `starts` [G]."""

    def total(values: Floats) -> Floats:
        return np.asarray(np.add.reduceat(values, starts), dtype=np.float64)

    count = np.diff(starts, append=len(power)).astype(np.float64)
    mean = total(power) / count
    centred = power - np.repeat(mean, count.astype(np.int64))
    spread = total(centred**2)
    best_gain = NEGLIGIBLE_GAIN * spread
    slope, knee, hinge_mean = np.zeros_like(mean), np.full_like(mean, np.nan), np.zeros_like(mean)
    for balance_c in BALANCE_TEMPERATURES_C:
        hinge = np.maximum(balance_c - temperature_c, 0.0)
        own_mean = total(hinge) / count
        variation = total(hinge**2) - count * own_mean**2
        joint = total(hinge * centred)
        enough = (total((hinge > 0).astype(np.float64)) >= LEAST_HEATING_PERIODS) & (variation > 1e-9 * count)
        k = np.divide(joint, variation, out=np.zeros_like(joint), where=enough)
        gain = k * joint  # what the slope takes from the squared error
        better = (k > 0) & (gain > best_gain * (1 + TIE))
        best_gain = np.where(better, gain, best_gain)
        slope, hinge_mean = np.where(better, k, slope), np.where(better, own_mean, hinge_mean)
        knee = np.where(better, balance_c, knee)
    error = np.maximum(spread - np.where(slope > 0, best_gain, 0.0), 0.0)
    rmse = np.sqrt(error / (count - PARAMETER_COUNT))
    return {
        "base_power_kw": pl.Series(mean - slope * hinge_mean),
        "loss_kw_per_k": pl.Series(slope),
        "balance_temperature_c": pl.Series(knee).fill_nan(None),
        "r2": pl.Series(1 - np.divide(error, spread, out=np.full_like(error, np.nan), where=spread > 0)).fill_nan(None),
        "cvrmse": pl.Series(np.divide(rmse, mean, out=np.full_like(rmse, np.nan), where=mean > 0)).fill_nan(None),
        "period_count": pl.Series(count),
    }


def normal_year_energy(signatures: pl.DataFrame, normal_temperatures: pl.DataFrame) -> pl.DataFrame:
    """Σ over the months of a normal year of h·(P0 + k·max(0, Tb − T)), h the month's hours, for signatures of months.

    A signature of weeks bends at week means; put into month means it would read too low, so it gets none.

    Parameters: SIGNATURE_SCHEMA; normal_temperatures with metering_point_id, month (1–12), normal_temperature_c [°C].
    Returns: KEY and normal_year_energy_kwh, for those whose twelve normal temperatures are known.
    """
    hours = pl.col("month").replace_strict({m: 24.0 * d for m, d in _DAYS.items()}, return_dtype=pl.Float64)
    hinge = (pl.col("balance_temperature_c") - pl.col("normal_temperature_c")).clip(lower_bound=0.0).fill_null(0.0)
    power = pl.col("base_power_kw") + pl.col("loss_kw_per_k") * hinge
    return (
        signatures.filter(pl.col("grain") == "month")
        .join(normal_temperatures.drop_nulls("normal_temperature_c"), on="metering_point_id")
        .group_by(KEY, maintain_order=True)
        .agg(month_count=pl.len(), normal_year_energy_kwh=(hours * power).sum())
        .filter(pl.col("month_count") == 12)
        .drop("month_count")
    )


_DAYS = {1: 31, 2: 28, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}
