"""Degree days (graddagar) from daily mean temperatures, by month, and those of a normal year.

GD = Σ over days of max(0, base − T). The definition is SMHI's (base 17 °C, no heating limits since 2015), the figures
come from open observations: SMHI's own Graddagar and Energi-Index may not be passed on, so none are kept here.
Does not belong here: what degree days are used for (normal_year).
"""

from __future__ import annotations

import polars as pl

BASE_C = 17.0
LEAST_DAY_SHARE = 0.9  # of a month's days with a temperature, else the month has no degree days
FEWEST_NORMAL_YEARS = 10
NORMAL_PERIOD = (1991, 2020)
"""The standard period of the World Meteorological Organization, SMHI's since 2022."""

PLACE = "municipality_code"


def degree_day_months(days: pl.DataFrame, base_c: float = BASE_C) -> pl.DataFrame:
    """Degree days and mean temperature of each place and month.

    A month with temperatures on nine tenths of its days is scaled up to all of them; with fewer it has no degree days
    (null), since a missing day is not a warm day.

    Parameters: municipality_code, day_local Date, temperature_c [°C] (null = missing); base_c [°C].
    Returns: municipality_code, month_local Date, degree_days [K·days], temperature_c [°C]; in order of place and month.
    """
    day_count = pl.col("month_local").dt.month_end().dt.day()
    is_known = pl.col("known_count") >= LEAST_DAY_SHARE * day_count
    return (
        days.with_columns(pl.col("temperature_c").cast(pl.Float64).fill_nan(None))
        .group_by(PLACE, pl.col("day_local").dt.truncate("1mo").alias("month_local"))
        .agg(
            known_count=pl.col("temperature_c").count(),
            mean_degrees=(base_c - pl.col("temperature_c")).clip(lower_bound=0.0).mean(),
            temperature_c=pl.col("temperature_c").mean(),
        )
        .select(
            PLACE,
            "month_local",
            degree_days=pl.when(is_known).then(pl.col("mean_degrees") * day_count),
            temperature_c=pl.when(is_known).then("temperature_c"),
        )
        .sort(PLACE, "month_local")
    )


def normal_months(months: pl.DataFrame, period: tuple[int, int] = NORMAL_PERIOD) -> pl.DataFrame:
    """What a normal January … December is like at each place that has at least ten whole years of temperatures.

    The mean over the whole years within `period` (first and last year) when there are ten of them, else over all whole
    years; a place with fewer than ten is left out. Degree days are given per day, so that a February of 29 days has its
    own normal.

    Parameters: as degree_day_months returns.
    Returns: municipality_code, month (1–12), normal_degree_days_per_day [K], normal_temperature_c [°C],
        normal_first_year, normal_last_year, normal_year_count.
    """
    year = pl.col("month_local").dt.year()
    day_count = pl.col("month_local").dt.month_end().dt.day()
    inside = pl.col("year_local").is_between(*period)
    whole = (
        months.drop_nulls("degree_days")
        .with_columns(year_local=year, day_count=day_count)
        .filter(pl.len().over(PLACE, "year_local") == 12)
        .with_columns(standard_count=pl.col("year_local").filter(inside).n_unique().over(PLACE))
        .filter(inside | (pl.col("standard_count") < FEWEST_NORMAL_YEARS))
        .filter(pl.col("year_local").n_unique().over(PLACE) >= FEWEST_NORMAL_YEARS)
    )
    return (
        whole.group_by(PLACE, month=pl.col("month_local").dt.month().cast(pl.Int32))
        .agg(
            normal_degree_days_per_day=pl.col("degree_days").sum() / pl.col("day_count").sum(),
            normal_temperature_c=(pl.col("temperature_c") * pl.col("day_count")).sum() / pl.col("day_count").sum(),
            normal_first_year=pl.col("year_local").min(),
            normal_last_year=pl.col("year_local").max(),
            normal_year_count=pl.col("year_local").n_unique().cast(pl.Int32),
        )
        .sort(PLACE, "month")
    )


def with_normal(months: pl.DataFrame, own: pl.DataFrame, entered: pl.DataFrame) -> pl.DataFrame:
    """Add the normal degree days of each month: from own temperatures where there are enough, else as entered.

    Parameters
    ----------
    months: as degree_day_months returns; own: as normal_months returns.
    entered: municipality_code, month (1–12), normal_degree_days [K·days of the whole month] and normal_period (text),
        figures that an organisation has the right to use. They must have the base of `months`.

    Returns
    -------
    `months` with normal_degree_days [K·days] (null: cannot tell), normal_temperature_c [°C] (own only), normal_source
    (own | entered | null) and normal_period (such as 1991–2020).
    """
    day_count = pl.col("month_local").dt.month_end().dt.day()
    from_own = pl.col("normal_degree_days_per_day") * day_count
    own_period = pl.format("{}–{}", "normal_first_year", "normal_last_year")
    has_own = from_own.is_not_null()
    has_entered = pl.col("entered_degree_days").is_not_null()
    written = entered.select(
        PLACE,
        pl.col("month").cast(pl.Int32),
        entered_degree_days=pl.col("normal_degree_days"),
        entered_period=pl.col("normal_period"),
    )
    return (
        months.with_columns(month=pl.col("month_local").dt.month().cast(pl.Int32))
        .join(own, on=[PLACE, "month"], how="left")
        .join(written, on=[PLACE, "month"], how="left")
        .select(
            *months.columns,
            normal_degree_days=pl.coalesce(from_own, "entered_degree_days"),
            normal_temperature_c=pl.col("normal_temperature_c"),
            normal_source=pl.when(has_own).then(pl.lit("own")).when(has_entered).then(pl.lit("entered")),
            normal_period=pl.when(has_own).then(own_period).otherwise("entered_period"),
        )
        .sort(PLACE, "month_local")
    )
