"""What a baseline model hands back, the same for day and month meters.

Does not belong here: how any model is fitted (baseline_day, baseline_month).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from pipelines.domain import sufficiency, uncertainty
from pipelines.domain.least_squares import Floats

MODEL_SCHEMA: dict[str, pl.DataType] = {
    "metering_point_id": pl.String(),
    "answer": pl.String(),  # ok | cannot_tell
    "reason": pl.String(),  # why not; null when ok
    "model_text": pl.String(),  # JSON; null when nothing was fitted
    "cvrmse": pl.Float64(),  # share of the mean, over the baseline periods used
    "cvrmse_out": pl.Float64(),  # the same on calendar months left out of the fit; null for month meters
    "nmbe": pl.Float64(),  # share of the mean; measured minus expected
    "r2": pl.Float64(),
    "baseline_day_count": pl.Int64(),  # days with energy and temperature in the baseline
    "missing_day_count": pl.Int64(),  # the other days of the baseline
}
"""One row per meter."""

METRICS = ("cvrmse", "cvrmse_out", "nmbe", "r2")
FITTED_COLUMNS = ("metering_point_id", "model_text", *METRICS)

EXPECTED_COLUMNS: dict[str, pl.DataType] = {
    "expected_energy_kwh": pl.Float64(),
    "expected_energy_low_kwh": pl.Float64(),  # 90 % interval of the single day or month
    "expected_energy_high_kwh": pl.Float64(),
    "systematic_error_kwh": pl.Float64(),  # standard deviation that adds up linearly in time within a meter
    "noise_variance_kwh2": pl.Float64(),  # adds up as variances
    "parameter_error_kwh": pl.Float64(),  # the part of the systematic error that the fit itself leaves
    "period_variance_kwh2": pl.Float64(),  # noise of the single day or month
    "years_from_baseline": pl.Float64(),  # distance from the baseline's centre [years], negative before it
}
"""What stands beside the keys (metering_point_id and day_local or month_local) of an expectation."""

PART_COLUMNS = (
    "expected_energy_kwh",
    "noise_variance_kwh2",
    "parameter_error_kwh",
    "period_variance_kwh2",
    "years_from_baseline",
)
"""What a fit gives; drift, and with it the intervals, are added by uncertainty.with_drift."""


def expected_schema(period_column: str) -> dict[str, pl.DataType]:
    """The columns of `expected` for day_local or month_local."""
    return {"metering_point_id": pl.String(), period_column: pl.Date(), **EXPECTED_COLUMNS}


def part_schema(period_column: str) -> dict[str, pl.DataType]:
    """The columns of an expectation before drift is added."""
    return {
        "metering_point_id": pl.String(),
        period_column: pl.Date(),
        **{n: EXPECTED_COLUMNS[n] for n in PART_COLUMNS},
    }


@dataclass(frozen=True)
class BaselineResult:
    """Models (one row per meter, MODEL_SCHEMA) and expectations (one row per answered meter and period)."""

    models: pl.DataFrame
    expected: pl.DataFrame


def fitted_frame(metering_point_id: list[str], model_text: list[str], metrics: Mapping[str, Floats]) -> pl.DataFrame:
    """The columns of MODEL_SCHEMA that come from a fit; metrics as from least_squares.fit_metrics, each [M].

    A metric that is not given (cvrmse_out of month meters) is null.
    """
    return pl.DataFrame(
        {
            "metering_point_id": metering_point_id,
            "model_text": model_text,
            **{name: metrics.get(name) for name in METRICS},
        },
        schema={name: MODEL_SCHEMA[name] for name in FITTED_COLUMNS},
    )


def joined_models(judged: pl.DataFrame, fitted: list[pl.DataFrame]) -> pl.DataFrame:
    """MODEL_SCHEMA from what was judged before the fit (sufficiency) and what was fitted; a poor model is no answer."""
    tried = pl.concat(fitted) if fitted else pl.DataFrame(schema={name: MODEL_SCHEMA[name] for name in FITTED_COLUMNS})
    good = (pl.col("cvrmse") <= sufficiency.LARGEST_CVRMSE).fill_null(False)
    poor = pl.col("reason").is_null() & ~good
    return (
        judged.join(tried, on="metering_point_id", how="left", maintain_order="left")
        .with_columns(pl.col(*METRICS).fill_nan(None))
        .with_columns(reason=pl.when(poor).then(pl.lit("model_too_poor")).otherwise("reason"))
        .with_columns(answer=pl.when(pl.col("reason").is_null()).then(pl.lit("ok")).otherwise(pl.lit("cannot_tell")))
        .select([pl.col(name).cast(dtype) for name, dtype in MODEL_SCHEMA.items()])
    )


def with_provisional_drift(parts: pl.DataFrame, periods: pl.DataFrame, period_column: str) -> pl.DataFrame:
    """Expectations with the drift that stands for a meter's carrier until its population is known.

    Parameters: a frame of part_schema(period_column); periods with metering_point_id and carrier.
    """
    carrier = periods.group_by("metering_point_id").agg(pl.col("carrier").first())
    constants = uncertainty.provisional_drift(carrier["carrier"].to_list())
    drift = carrier.join(constants, on="carrier", nulls_equal=True)
    return uncertainty.with_drift(parts, drift).select(list(expected_schema(period_column)))
