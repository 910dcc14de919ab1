"""When the data of a meter do not suffice for an answer, and why: one reason code per meter.

Judged before the fit (readings, gaps, zeros, signs) here; the model's own quality is judged where it is fitted.
"""

from __future__ import annotations

import polars as pl

from pipelines.domain.meter_panel import in_order

LEAST_BASELINE_DAYS = 329  # of 365: CalTRACK's 37 missing days at most
LEAST_BASELINE_SHARE = 0.9
LONGEST_ZERO_RUN_DAYS = 30
TEMPERATURE_MARGIN_K = 5.0
LARGEST_UNCOVERED_SHARE = 0.2
LARGEST_CVRMSE = 1.0
LARGEST_NEGATIVE_SHARE = 0.01  # of an electricity meter's days: more means that production is netted in it

LEAST_BASELINE_MONTH_SHARE = 10 / 12
LEAST_WINTER_MONTHS = 3
LEAST_SUMMER_MONTHS = 2
WINTER_MONTHS = (11, 12, 1, 2, 3)
SUMMER_MONTHS = (6, 7, 8)
ELECTRICITY_USE_MONTHS = (9, 10, 11, 12, 1, 2, 3, 4, 5)

METER = "metering_point_id"


def _zero_matters(month: pl.Expr) -> pl.Expr:
    """Months in which a long row of exact zeros is a fault rather than use: not heat in summer, not cooling ever."""
    return (
        pl.when(pl.col("carrier") == "electricity")
        .then(month.is_in(ELECTRICITY_USE_MONTHS))
        .when(pl.col("carrier") == "district_cooling")
        .then(pl.lit(False))
        .otherwise(month.is_in(WINTER_MONTHS))
    )


def _longest_zero_run(periods: pl.DataFrame, period: str, length: pl.Expr) -> pl.DataFrame:
    """Days in the longest unbroken run of exact zeros that matters, per meter_index (`longest_zero_run`).

    A missing period neither breaks nor lengthens a run; a period closed by the building's calendar breaks it. `periods`
    come from meter_panel.in_order. Zeros in a run have the same difference between their number among all periods with
    a value and their number among the zeros, so only the zeros need be grouped.
    """
    zero = (pl.col("energy_kwh") == 0) & _zero_matters(pl.col(period).dt.month()) & ~pl.col("is_closed")
    return (
        periods.lazy()
        .filter(pl.col("is_baseline") & pl.col("energy_kwh").is_not_null())
        .with_row_index("number", offset=1)
        .with_columns(length=length)
        .filter(zero)
        .with_columns(run=pl.col("number") - pl.int_range(pl.len(), dtype=pl.UInt32))
        .group_by("meter_index", "run")
        .agg(run_days=pl.col("length").sum())
        .group_by("meter_index")
        .agg(longest_zero_run=pl.col("run_days").max())
        .collect()
    )


def _negative_counts() -> list[pl.Expr]:
    used = pl.col("is_baseline") & pl.col("energy_kwh").is_not_null()
    return [
        (used & (pl.col("energy_kwh") < 0)).sum().alias("negative_count"),
        used.sum().alias("energy_count"),
        pl.col("carrier").first(),
    ]


def _has_negatives() -> pl.Expr:
    return (
        pl.when(pl.col("carrier") == "electricity")
        .then(pl.col("negative_count") > LARGEST_NEGATIVE_SHARE * pl.col("energy_count"))
        .otherwise(pl.col("negative_count") > 0)
    )


def _reason(rules: list[tuple[pl.Expr, str]]) -> pl.Expr:
    """The code of the first rule that holds; null when none does."""
    reason = pl.lit(None, pl.String)
    for rule, code in reversed(rules):
        reason = pl.when(rule).then(pl.lit(code)).otherwise(reason)
    return reason.alias("reason")


def judge_days(days: pl.DataFrame) -> pl.DataFrame:
    """One row per meter: metering_point_id, reason (null: a model may be tried), baseline_day_count, missing_day_count.

    `days` as in baseline_day.fit_and_expect. Rules in order: no_readings, no_reporting_days (nothing measured outside
    the baseline), too_few_baseline_days, no_temperature, temperatures_not_covered, negative_values, long_zero_run.
    """
    days = days if "meter_index" in days.columns else in_order(days)
    has_energy, has_temperature = pl.col("energy_kwh").is_not_null(), pl.col("temperature_c").is_not_null()
    is_baseline, in_reporting = pl.col("is_baseline"), ~pl.col("is_baseline")
    valid_c = pl.when(is_baseline & has_energy).then("temperature_c")
    reporting_c = pl.when(in_reporting & has_energy).then("temperature_c")
    needed = pl.max_horizontal(
        pl.lit(LEAST_BASELINE_DAYS), (LEAST_BASELINE_SHARE * pl.col("baseline_rows")).floor().cast(pl.Int64)
    )
    flags = days.select(
        METER,
        "meter_index",
        "carrier",
        is_baseline=is_baseline,
        negative=is_baseline & (pl.col("energy_kwh") < 0),
        measured=is_baseline & has_energy,
        reported=in_reporting & has_energy,
        valid=is_baseline & has_energy & has_temperature,
        valid_c=valid_c,
        reporting_c=reporting_c,
    )
    counts = flags.group_by("meter_index", maintain_order=True).agg(
        pl.col(METER, "carrier").first(),
        pl.col("negative").sum().alias("negative_count"),
        pl.col("measured").sum().cast(pl.Int64).alias("energy_count"),
        pl.col("reported").sum().alias("reporting_count"),
        pl.col("is_baseline").sum().cast(pl.Int64).alias("baseline_rows"),
        pl.col("valid").sum().cast(pl.Int64).alias("baseline_day_count"),
        (pl.col("valid_c").min() - TEMPERATURE_MARGIN_K).alias("low_c"),
        (pl.col("valid_c").max() + TEMPERATURE_MARGIN_K).alias("high_c"),
        pl.col("reporting_c").min().alias("coldest_c"),
        pl.col("reporting_c").max().alias("warmest_c"),
    )
    counts = counts.join(_uncovered_share(flags, counts), on="meter_index", how="left", maintain_order="left")
    zero_runs = _longest_zero_run(days, "day_local", pl.lit(1))
    return (
        counts.join(zero_runs, on="meter_index", how="left", maintain_order="left")
        .with_columns(
            _reason(
                [
                    ((pl.col("energy_count") == 0) & (pl.col("reporting_count") == 0), "no_readings"),
                    (pl.col("reporting_count") == 0, "no_reporting_days"),
                    (pl.col("energy_count") < needed, "too_few_baseline_days"),
                    (pl.col("baseline_day_count") < needed, "no_temperature"),
                    (pl.col("uncovered_share") > LARGEST_UNCOVERED_SHARE, "temperatures_not_covered"),
                    (_has_negatives(), "negative_values"),
                    (pl.col("longest_zero_run") > LONGEST_ZERO_RUN_DAYS, "long_zero_run"),
                ]
            ),
            missing_day_count=(pl.col("baseline_rows") - pl.col("baseline_day_count")),
        )
        .select(METER, "reason", "baseline_day_count", "missing_day_count")
    )


def _uncovered_share(flags: pl.DataFrame, counts: pl.DataFrame) -> pl.DataFrame:
    """meter_index and uncovered_share of its reporting days, for meters that have any outside low_c … high_c."""
    beyond = counts.filter((pl.col("coldest_c") < pl.col("low_c")) | (pl.col("warmest_c") > pl.col("high_c"))).select(
        "meter_index", "low_c", "high_c"
    )
    reporting_c = pl.col("reporting_c")
    return (
        flags.lazy()
        .select("meter_index", "reporting_c")
        .join(beyond.lazy(), on="meter_index")
        .group_by("meter_index")
        .agg(uncovered_share=((reporting_c < pl.col("low_c")) | (reporting_c > pl.col("high_c"))).mean())
        .collect()
    )


def judge_months(months: pl.DataFrame) -> pl.DataFrame:
    """One row per meter, as judge_days, for meters that only have month values.

    `months`: metering_point_id, carrier, month_local, energy_kwh, is_baseline, is_closed (most of the month closed),
    day_count, has_temperature. Days are counted as the days of the months; needed are 10 months of 12 with at least
    three of November-March and two of June-August.
    """
    has_energy = pl.col("energy_kwh").is_not_null()
    valid = pl.col("is_baseline") & has_energy & pl.col("has_temperature")
    month = pl.col("month_local").dt.month()

    def too_few(prefix: str) -> pl.Expr:
        return (
            (pl.col(f"{prefix}_all") < LEAST_BASELINE_MONTH_SHARE * pl.max_horizontal(pl.col("baseline_rows"), 12))
            | (pl.col(f"{prefix}_winter") < LEAST_WINTER_MONTHS)
            | (pl.col(f"{prefix}_summer") < LEAST_SUMMER_MONTHS)
        )

    measured = pl.col("is_baseline") & has_energy
    months = in_order(months, "month_local")
    counts = months.group_by("meter_index", maintain_order=True).agg(
        pl.col(METER).first(),
        *_negative_counts(),
        any_energy=has_energy.any(),
        reporting_count=(~pl.col("is_baseline") & has_energy).sum(),
        baseline_rows=pl.col("is_baseline").sum().cast(pl.Int64),
        baseline_days=pl.col("day_count").filter(pl.col("is_baseline")).sum().cast(pl.Int64),
        baseline_day_count=pl.col("day_count").filter(valid).sum().cast(pl.Int64),
        measured_all=measured.sum(),
        measured_winter=(measured & month.is_in(WINTER_MONTHS)).sum(),
        measured_summer=(measured & month.is_in(SUMMER_MONTHS)).sum(),
        valid_all=valid.sum(),
        valid_winter=(valid & month.is_in(WINTER_MONTHS)).sum(),
        valid_summer=(valid & month.is_in(SUMMER_MONTHS)).sum(),
    )
    zero_runs = _longest_zero_run(months, "month_local", pl.col("day_count"))
    return (
        counts.join(zero_runs, on="meter_index", how="left", maintain_order="left")
        .with_columns(
            _reason(
                [
                    (~pl.col("any_energy"), "no_readings"),
                    (pl.col("reporting_count") == 0, "no_reporting_days"),
                    (too_few("measured"), "too_few_baseline_days"),
                    (too_few("valid"), "no_temperature"),
                    (_has_negatives(), "negative_values"),
                    (pl.col("longest_zero_run") > LONGEST_ZERO_RUN_DAYS, "long_zero_run"),
                ]
            ),
            missing_day_count=pl.col("baseline_days") - pl.col("baseline_day_count"),
        )
        .select(METER, "reason", "baseline_day_count", "missing_day_count")
    )
