"""What a baseline model hands back, the same for day and month meters.

Does not belong here: how any model is fitted (baseline_day, baseline_month).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from pipelines.domain import sufficiency
from pipelines.domain.least_squares import Floats

MODEL_SCHEMA: dict[str, pl.DataType] = {
    "metering_point_id": pl.String(),
    "answer": pl.String(),  # ok | cannot_tell
    "reason": pl.String(),  # why not; null when ok
    "model_text": pl.String(),  # JSON; null when nothing was fitted
    "cvrmse": pl.Float64(),  # share of the mean, over the baseline periods used
    "nmbe": pl.Float64(),  # share of the mean; measured minus expected
    "r2": pl.Float64(),
    "baseline_day_count": pl.Int64(),  # days with energy and temperature in the baseline
    "missing_day_count": pl.Int64(),  # the other days of the baseline
}
"""One row per meter."""

FITTED_COLUMNS = ("metering_point_id", "model_text", "cvrmse", "nmbe", "r2")

EXPECTED_COLUMNS: dict[str, pl.DataType] = {
    "expected_energy_kwh": pl.Float64(),
    "expected_energy_low_kwh": pl.Float64(),  # 90 % interval of the single day or month
    "expected_energy_high_kwh": pl.Float64(),
    "systematic_error_kwh": pl.Float64(),  # standard deviation that adds up linearly in time within a meter
    "noise_variance_kwh2": pl.Float64(),  # adds up as variances
}
"""What stands beside the keys (metering_point_id and day_local or month_local) of an expectation."""


def expected_schema(period_column: str) -> dict[str, pl.DataType]:
    """The columns of `expected` for day_local or month_local."""
    return {"metering_point_id": pl.String(), period_column: pl.Date(), **EXPECTED_COLUMNS}


@dataclass(frozen=True)
class BaselineResult:
    """Models (one row per meter, MODEL_SCHEMA) and expectations (one row per answered meter and period)."""

    models: pl.DataFrame
    expected: pl.DataFrame


def fitted_frame(metering_point_id: list[str], model_text: list[str], metrics: Mapping[str, Floats]) -> pl.DataFrame:
    """The columns of MODEL_SCHEMA that come from a fit; metrics as from least_squares.fit_metrics, each [M]."""
    return pl.DataFrame(
        {
            "metering_point_id": metering_point_id,
            "model_text": model_text,
            **{name: metrics[name] for name in ("cvrmse", "nmbe", "r2")},
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
        .with_columns(pl.col("cvrmse", "nmbe", "r2").fill_nan(None))
        .with_columns(reason=pl.when(poor).then(pl.lit("model_too_poor")).otherwise("reason"))
        .with_columns(answer=pl.when(pl.col("reason").is_null()).then(pl.lit("ok")).otherwise(pl.lit("cannot_tell")))
        .select([pl.col(name).cast(dtype) for name, dtype in MODEL_SCHEMA.items()])
    )
