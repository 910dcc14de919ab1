"""Non-routine adjustments: known changes of the building, as energy added to what is expected.

Source: IPMVP Core Concepts 2022, equation "savings = adjusted baseline − reporting energy ± non-routine adjustments";
here the adjustment stands on the side of the expectation, so a new kitchen is positive and a new solar plant negative.
"""

from __future__ import annotations

import polars as pl

ADJUSTED = ("expected_energy_kwh", "expected_energy_low_kwh", "expected_energy_high_kwh")


def adjusted(expected: pl.DataFrame, adjustments: pl.DataFrame, period_column: str) -> pl.DataFrame:
    """The expectation and both ends of its interval, moved by the adjustment of the day or month.

    Parameters
    ----------
    expected: metering_point_id, `period_column`, ADJUSTED [kWh] (more columns stay as they are: an adjustment is taken
        as known, so it does not widen the interval).
    adjustments: metering_point_id, `period_column`, adjustment_energy_kwh; at most one row each.

    Returns
    -------
    `expected` with adjustment_energy_kwh [kWh], 0 where nothing is adjusted: ADJUSTED less it is what the model says.
    """
    moved = expected.join(
        adjustments.select("metering_point_id", period_column, "adjustment_energy_kwh"),
        on=["metering_point_id", period_column],
        how="left",
        maintain_order="left",
    ).with_columns(pl.col("adjustment_energy_kwh").fill_null(0.0))
    return moved.with_columns(pl.col(name) + pl.col("adjustment_energy_kwh") for name in ADJUSTED)
