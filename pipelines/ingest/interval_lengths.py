"""How long the interval of each row is: stated by a column or by both stamps, else shown by the labels of its series.

Does not belong here: what clock the labels follow (time_basis.py), and placing them in UTC (intervals.py).
"""

from __future__ import annotations

import polars as pl

from pipelines.ingest.time_basis import DAY_MINUTES, MONTH_MINUTES, SERIES, SUB_DAILY_MINUTES, day_number, steps

IRREGULAR = 0
"""Stands for an interval whose length is its own: between two readings of a register, say."""

RESOLUTION_BY_MINUTES = {15: "PT15M", 30: "PT30M", 60: "PT1H", DAY_MINUTES: "P1D", MONTH_MINUTES: "P1M"}
FEWEST_HOURS = 4
"""Of a day, for hours in a series of quarters to be hours and not quarters among missing ones."""

LONG_RUN_OF_HALF_HOURS, LONG_RUN_OF_QUARTERS = 6, 3
NO_CALENDAR_LENGTH = DAY_MINUTES + 1
"""Stands for a day or more that is no calendar day or month: 30 days from the fifth of a month are no month."""

SAMPLE_ROWS = 1_000
HOUR_MINUTES = 60


def with_series_minutes(labelled: pl.DataFrame, series: pl.DataFrame) -> pl.DataFrame:
    """Add `series_minutes`, the usual length in each series, and leave in `stated_minutes` what each row states.

    Parameters
    ----------
    labelled: intervals.LABELLED_SCHEMA with `kind`.
    series: as time_basis.finest_minutes gives it.
    """
    if (
        labelled["end_label"].null_count() == labelled.height
        and labelled["stated_minutes"].null_count() == labelled.height
    ):
        if series["series_minutes"].n_unique() == 1:
            return labelled.with_columns(series_minutes=pl.lit(series["series_minutes"][0], pl.Int32))
        return labelled.join(series, on=SERIES, how="left", nulls_equal=True, maintain_order="left")
    rows = labelled.with_columns(_stated(labelled).alias("stated_minutes"))
    if (usual := _usual_everywhere(rows)) is not None:
        return rows.with_columns(series_minutes=pl.lit(usual, pl.Int32))
    by_series = rows.group_by(SERIES).agg(pl.col("stated_minutes").drop_nulls().mode().min().alias("usual_minutes"))
    return (
        rows.join(
            series.join(by_series, on=SERIES, nulls_equal=True),
            on=SERIES,
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
        .with_columns(series_minutes=pl.coalesce("usual_minutes", "series_minutes"))
        .drop("usual_minutes")
    )


def _stated(labelled: pl.DataFrame) -> pl.Series:
    """Minutes that each row states; null where it states none that can be."""
    has_ends = labelled["end_label"].null_count() < labelled.height
    length = _labelled_minutes() if has_ends else pl.lit(None, pl.Int32)
    known = pl.coalesce("stated_minutes", length).cast(pl.Int32)
    is_odd = pl.col("end_label").is_not_null() & (length > 0)  # across the double hour labels run backwards
    stated = pl.when(known.is_in(list(RESOLUTION_BY_MINUTES))).then(known).when(is_odd).then(IRREGULAR).cast(pl.Int32)
    between = labelled.select((pl.col("end_label") - pl.col("label")).dt.total_minutes()).to_series()
    usual = between.head(SAMPLE_ROWS).drop_nulls().mode().min()
    if usual not in SUB_DAILY_MINUTES or labelled["stated_minutes"].null_count() < labelled.height:
        return labelled.select(stated.alias("stated_minutes")).to_series()
    # Nearly all rows have the usual length; the calendar is asked only about the rest.
    others = between.ne_missing(usual)
    minutes = pl.Series([usual], dtype=pl.Int32).new_from_index(0, labelled.height)
    if not others.any():
        return minutes
    return minutes.scatter(others.arg_true(), labelled.filter(others).select(stated.alias("minutes")).to_series())


def _usual_everywhere(rows: pl.DataFrame) -> int | None:
    """The length that most rows of each series state, where it is the same in all series."""
    usual = rows["stated_minutes"].head(SAMPLE_ROWS).drop_nulls().mode().min()
    if not isinstance(usual, int):
        return None
    is_usual = pl.col("stated_minutes") == usual
    if rows.select(is_usual.fill_null(value=False).all()).item():
        return usual
    most = rows.group_by(SERIES).agg((2 * is_usual.sum() > pl.len()).alias("most"))
    return usual if most["most"].all() else None


def _labelled_minutes() -> pl.Expr:
    """Minutes between the two labels of a row; a whole calendar month and a day of 23 to 25 hours count as such.

    An end given as the last day of the month (`2024-01-31`) is included in the period. A period of about a month that
    begins on any other day is no calendar month: a reading on the fifth says nothing of the first.
    """
    start, end = pl.col("label").dt.offset_by("2h"), pl.col("end_label").dt.offset_by("2h")
    length = (pl.col("end_label") - pl.col("label")).dt.total_minutes().cast(pl.Int32)
    ends_month = (end.dt.day() == 1) | (end.dt.offset_by("1d").dt.day() == 1) & (pl.col("kind") == "interval")
    at_midnight = (start.dt.hour() <= 4) & (end.dt.hour() <= 4)
    is_month = length.is_between(27 * DAY_MINUTES, 32 * DAY_MINUTES) & (start.dt.day() == 1) & ends_month & at_midnight
    is_day = length.is_between(1380, 1500) & (start.dt.hour() <= 4)
    calendar = pl.when(is_month).then(MONTH_MINUTES).when(is_day).then(DAY_MINUTES)
    return calendar.when(length >= DAY_MINUTES).then(NO_CALENDAR_LENGTH).otherwise(length)


def row_minutes(rows: pl.DataFrame, stamp: str) -> pl.Expr | pl.Series:
    """Length of each row's interval: stated, else that of its day where the series changes from hours to quarters.

    Parameters
    ----------
    rows: intervals.LABELLED_SCHEMA with `series_minutes`.
    stamp: whether labels are the start or the end of their intervals.
    """
    by_series = pl.coalesce("stated_minutes", "series_minutes").cast(pl.Int32).alias("minutes")
    is_fine = (pl.col("series_minutes") < HOUR_MINUTES) & pl.col("stated_minutes").is_null()
    if not rows.select(is_fine.any()).item():
        return by_series
    step = steps(rows)
    is_gap = (step.abs() >= HOUR_MINUTES) | (step == 0)
    if not is_gap.any():  # nowhere do two stamps stand an hour apart
        return by_series
    day = day_number(pl.col("label") - pl.duration(minutes=1 if stamp == "end" else 0))
    stepped = rows.with_columns(step.alias("step"), day.alias("label_day"))
    last = pl.col("label") - pl.duration(minutes=pl.col("step"))
    gaps = stepped.filter(is_gap)
    days = gaps["label_day"].append(gaps.with_columns(label=last).select(day.alias("label_day")).to_series())
    is_near = stepped["label_day"].is_in(days.unique().implode())
    minutes = rows.select(by_series).to_series()
    hourly = _hourly_where_hours(stepped.filter(is_near), stamp, is_backwards=int(step.sign().sum()) < 0)
    return minutes.scatter(is_near.arg_true(), hourly)


def _hourly_where_hours(rows: pl.DataFrame, stamp: str, *, is_backwards: bool) -> pl.Series:
    """Minutes of rows on days with stamps an hour apart; `step` and `label_day` are of the whole file."""
    of_day = [*SERIES, "label_day"]
    on_hour = pl.col("label").dt.minute() == 0
    hours_only = on_hour.all().over(of_day) & (pl.len().over(of_day) >= FEWEST_HOURS)
    # Elsewhere hours are told by a run of stamps an hour apart: a few such steps may be shorter ones that are missing.
    next_step = pl.col("step").shift(-1).over(SERIES)
    is_neighbour = (pl.col("label").shift(-1).over(SERIES) - pl.col("label")).dt.total_minutes() == next_step
    to_next = is_neighbour & (next_step.abs() == HOUR_MINUTES)
    from_last = pl.col("step").abs() == HOUR_MINUTES
    ahead, behind = (to_next, from_last) if (stamp != "end") != is_backwards else (from_last, to_next)
    is_step = pl.coalesce(ahead, behind).fill_null(value=False)
    run = is_step.rle_id().over(SERIES)
    longest = pl.when(pl.col("series_minutes") == 30).then(LONG_RUN_OF_HALF_HOURS).otherwise(LONG_RUN_OF_QUARTERS)
    in_run = is_step & (pl.len().over([*SERIES, run.alias("hour_run")]) >= longest)
    is_open = pl.col("stated_minutes").is_null() & (pl.col("series_minutes") < HOUR_MINUTES)
    is_hour = is_open & on_hour & (hours_only | in_run)
    by_series = pl.coalesce("stated_minutes", "series_minutes")
    return rows.select(pl.when(is_hour).then(HOUR_MINUTES).otherwise(by_series).cast(pl.Int32)).to_series()
