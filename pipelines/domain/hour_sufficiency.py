"""When the hours of a meter do not suffice for an answer, and why: one reason code per meter.

Does not belong here: the rules for whole days, which are those of day meters (sufficiency.judge_days).
"""

from __future__ import annotations

import polars as pl

from pipelines.domain.hour_panel import LEAST_HOURS_OF_A_DAY
from pipelines.domain.sufficiency import LARGEST_NEGATIVE_SHARE, METER, judge_days

PRODUCTION = "production_meter"


def judge_hours(hours: pl.DataFrame) -> pl.DataFrame:
    """metering_point_id, reason (null: a model may be tried), baseline_hour_count, missing_hour_count; a row per meter.

    `hours` as in baseline_hour.fit. A meter that only has production is `production_meter`. The others are judged by
    their consumption: first as day meters (a day counts with 20 hours or more), then for negative hours: on an
    electricity meter over 1 % of the baseline's hours, on others any, means `negative_values`, since production is
    netted in it and neither use nor production can be told apart.
    """
    meters = hours.select(METER).unique(maintain_order=True)
    days = _days(hours.filter(pl.col("direction") == "consumption"))
    return (
        meters.join(judge_days(days), on=METER, how="left", maintain_order="left")
        .join(_hour_counts(days), on=METER, how="left")
        .select(
            METER,
            reason=pl.when(pl.col("hour_count").is_null())
            .then(pl.lit(PRODUCTION))
            .when(pl.col("reason").is_null() & pl.col("has_negatives"))
            .then(pl.lit("negative_values"))
            .otherwise("reason"),
            baseline_hour_count=pl.col("measured_count").fill_null(0),
            missing_hour_count=(pl.col("hour_count") - pl.col("measured_count")).fill_null(0),
        )
    )


def _days(hours: pl.DataFrame) -> pl.DataFrame:
    """The frame of sufficiency.judge_days, with each day's hours counted."""

    def whole(column: str, value: pl.Expr) -> pl.Expr:
        return pl.when(pl.col(column).count() >= LEAST_HOURS_OF_A_DAY).then(value).alias(column)

    return hours.group_by(METER, "day_local", maintain_order=True).agg(
        pl.col("carrier", "is_closed", "is_baseline").first(),
        whole("energy_kwh", pl.col("energy_kwh").sum()),
        whole("temperature_c", pl.col("temperature_c").mean()),
        hours=pl.len().cast(pl.Int64),
        measured_hours=pl.col("energy_kwh").count().cast(pl.Int64),
        negative_hours=(pl.col("energy_kwh") < 0).sum().cast(pl.Int64),
    )


def _hour_counts(days: pl.DataFrame) -> pl.DataFrame:
    """Baseline hours there and measured, and whether the negative ones are too many."""
    of_baseline = pl.col("hours", "measured_hours", "negative_hours").filter("is_baseline").sum()
    most = pl.when(pl.col("carrier") == "electricity").then(LARGEST_NEGATIVE_SHARE * pl.col("measured_hours"))
    return (
        days.group_by(METER)
        .agg(pl.col("carrier").first(), of_baseline)
        .select(
            METER,
            hour_count="hours",
            measured_count="measured_hours",
            has_negatives=pl.col("negative_hours") > most.otherwise(0),
        )
    )
