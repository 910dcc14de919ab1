"""Days on which a meter stood still at a value: the same energy to the last digit, day after day.

Such days are no measurement. Does not belong here: zeros, which may be real (sufficiency judges long runs of them).
"""

from __future__ import annotations

import polars as pl

LEAST_STUCK_DAYS = 7
LARGEST_ORDINARY_REPEAT_SHARE = 0.02  # of a meter's days: more, and equal days are in its nature (coarse steps)
SMALLEST_STUCK_LEVEL = 0.5  # of the meter's median: a closed building may well stand still at a low value
LARGEST_STUCK_SHARE = 0.9  # more, and the load is flat


def stuck_days(days: pl.DataFrame) -> pl.Series:
    """For each row whether it belongs to seven or more days in a row with the same energy, at an ordinary level.

    `days` come from meter_panel.in_order and have energy_kwh and is_closed; days without a value are passed over. A
    meter whose energy often repeats, or hardly ever changes, is never stuck.
    """
    energy = pl.col("energy_kwh")
    measured = (
        days.lazy()
        .select("meter_index", "energy_kwh", "is_closed")
        .with_row_index("row")
        .filter(energy.is_not_null())
        .with_row_index("number")
    )
    repeats = measured.filter(
        (energy == energy.shift(1)) & (pl.col("meter_index") == pl.col("meter_index").shift(1)) & (energy != 0)
    ).filter(~pl.col("is_closed"))
    runs = (
        repeats.with_columns(run=pl.col("number") - pl.int_range(pl.len(), dtype=pl.UInt32))
        .with_columns(repeat_count=pl.len().over("run"))
        .with_columns(long=pl.col("repeat_count") >= LEAST_STUCK_DAYS - 1)
    ).collect()
    is_stuck = pl.repeat(False, days.height, dtype=pl.Boolean, eager=True).alias("is_stuck")
    if not runs["long"].any():
        return is_stuck
    meters = measured.group_by("meter_index").agg(day_count=pl.len(), median_kwh=energy.median()).collect()
    runs = runs.join(meters, on="meter_index", maintain_order="left").with_columns(
        pl.col("long") & (energy >= SMALLEST_STUCK_LEVEL * pl.col("median_kwh"))
    )
    believed = (
        runs.group_by("meter_index")
        .agg(stuck_count=pl.col("long").sum(), ordinary_count=(pl.col("repeat_count") < LEAST_STUCK_DAYS - 1).sum())
        .join(meters, on="meter_index")
        .filter(
            (pl.col("ordinary_count") < LARGEST_ORDINARY_REPEAT_SHARE * pl.col("day_count"))
            & (pl.col("stuck_count") < LARGEST_STUCK_SHARE * pl.col("day_count"))
        )
    )
    long = runs.filter("long").join(believed, on="meter_index", how="semi")
    rows = measured.select("row").collect()["row"]
    positions = pl.concat([long["number"], long["number"] - 1]).unique()
    return is_stuck.scatter(rows.gather(positions), True)
