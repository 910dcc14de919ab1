"""Day types of the Swedish calendar, from a table of holidays given as data.

Does not belong here: which days are holidays (that table comes from outside) and a building's own calendar.
"""

from __future__ import annotations

import polars as pl

DAY_TYPES = ("workday", "saturday", "sunday")
"""The order is the code used in matrices: 0, 1, 2."""


def with_day_type(days: pl.DataFrame, holidays: pl.DataFrame, *, day_column: str = "day_local") -> pl.DataFrame:
    """Add `day_type` to a frame of days.

    A public holiday or a de-facto eve (midsummer eve, Christmas Eve, New Year's Eve: workplaces are closed) counts as a
    sunday whatever its weekday; other Saturdays are saturday, other Sundays sunday, the rest workday.

    Parameters: days with `day_column` Date; holidays with day_local Date, one row or more per holiday or eve.
    """
    weekday = pl.col(day_column).dt.weekday()
    is_holiday = pl.col(day_column).is_in(holidays["day_local"].unique().to_list())
    return days.with_columns(
        pl.when(is_holiday | (weekday == 7))
        .then(pl.lit("sunday"))
        .when(weekday == 6)
        .then(pl.lit("saturday"))
        .otherwise(pl.lit("workday"))
        .alias("day_type")
    )
