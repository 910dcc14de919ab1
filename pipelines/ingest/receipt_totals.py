"""Sums for the receipt of a file: which of its values count, kWh by meter and month, and the series as small pictures.

Does not belong here: what becomes of a value beside other files (sql/staging/meter_reading.sql).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from pipelines.domain.local_time import day_start_utc

VALUE_KEY = ["metering_point_id", "direction", "resolution", "period_start_utc", "period_end_utc"]
SERIES_KEY = ["metering_point_id", "direction"]
MOST_RUNS = 100_000
PICTURED_SERIES_COUNT = 12
USED = (*VALUE_KEY, "value", "energy_kwh", "quality")
DAY_RESOLUTIONS = ("PT15M", "PT30M", "PT1H", "P1D")
WHOLE_SHARE = 0.999
DAY_SCHEMA = {
    "metering_point_id": pl.String,
    "direction": pl.String,
    "day": pl.Date,
    "day_hours": pl.Float64,
    "row_count": pl.UInt32,
    "energy_kwh": pl.Float64,
    "missing_count": pl.UInt32,
    "estimated_count": pl.UInt32,
    "hours": pl.Float64,
    "is_day": pl.Boolean,
    "is_shared_out": pl.Boolean,
}


def superseded_rows(readings: pl.DataFrame) -> pl.Series:
    """Values that the file itself tells again: a second account, or one of several for the same meter and interval.

    Of several the one that counts is as in the ledger: measured before estimated, else the last in the file.

    Returns
    -------
    Boolean, one for each row of `readings` (canonical.READING_SCHEMA).
    """
    second = readings["is_second_account"]
    if not _may_repeat(readings):
        return second & readings["value"].is_not_null()
    places = (
        readings.lazy()
        .with_row_index("place")
        .filter(pl.col("value").is_not_null() & ~pl.col("is_second_account"))
        .with_columns(is_measured=pl.col("quality") == "measured")
        .sort("is_measured", "source_row", "place", descending=True)
        .unique(VALUE_KEY, keep="first")
        .select("place")
        .collect()["place"]
    )
    counts = pl.repeat(False, readings.height, eager=True).scatter(places, True)
    return readings["value"].is_not_null() & ~counts


def _may_repeat(readings: pl.DataFrame) -> bool:
    """Cheap: False where each series stands in one piece and in order of time, as in nearly every file."""
    is_new = readings.select(
        is_new=pl.any_horizontal(
            pl.int_range(pl.len()) == 0,
            *(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in varying(readings, SERIES_KEY)),
        )
    )["is_new"]
    if readings.is_empty() or is_new.sum() > MOST_RUNS:
        return not readings.is_empty()
    runs = readings.filter(is_new).select(SERIES_KEY)
    forward = readings["period_start_utc"].diff().dt.total_microseconds() > 0
    return runs.is_duplicated().any() or not (forward.fill_null(value=False) | is_new).all()


def day_totals(counted: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Values and energy by meter, direction and local day; a value longer than a day stands at the day it begins.

    A value that reaches over the end of a month (between two readings) is shared out over its months by time; it is
    counted as a row where it begins.

    Parameters
    ----------
    counted: READING_SCHEMA without superseded rows.

    Returns
    -------
    metering_point_id, direction, day, day_hours, row_count, energy_kwh (null where it is not energy), missing_count,
    estimated_count, hours (covered by values), is_day (the values are of a day or shorter), is_shared_out.
    """
    if counted.is_empty():
        return pl.DataFrame(schema=DAY_SCHEMA)
    starts = _day_starts(counted, zone)
    whole = counted.select(
        *(pl.col(name) for name in USED),
        _place(starts["start_utc"], counted["period_start_utc"]).alias("place"),
        minutes=(pl.col("period_end_utc") - pl.col("period_start_utc")).dt.total_minutes(),
        share=1.0,
        is_first=True,
    )
    has_only_days = counted["resolution"].is_in(DAY_RESOLUTIONS).all()
    return _by_day(whole if has_only_days else _with_shares(whole, starts), starts)


def _day_starts(counted: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Where each local day begins, from the month of the first value to beyond the last: `day`, `start_utc`."""
    first, last = counted["period_start_utc"].min(), counted["period_end_utc"].max()
    assert isinstance(first, datetime)
    assert isinstance(last, datetime)
    begin = (first - timedelta(days=1)).date().replace(day=1)
    days = pl.date_range(begin, (last + timedelta(days=32)).date(), "1d", eager=True)
    return pl.DataFrame({"day": days}).with_columns(start_utc=day_start_utc(pl.col("day"), zone))


def _place(starts: pl.Series, instants: pl.Series) -> pl.Series:
    found = starts.to_physical().search_sorted(instants.to_physical(), side="right")
    return found.cast(pl.Int64) - 1


def _with_shares(whole: pl.DataFrame, starts: pl.DataFrame) -> pl.DataFrame:
    """Values that reach over the end of a month as a row for each month, with its share of the value."""
    months = (
        starts.with_row_index("place")
        .filter(pl.col("day").dt.day() == 1)
        .select(
            pl.col("place").cast(pl.Int64).alias("month_place"),
            pl.col("start_utc").alias("month_utc"),
            pl.col("start_utc").shift(-1).alias("next_utc"),
        )
        .drop_nulls()
    )
    last = _place(months["month_utc"], whole["period_end_utc"] - timedelta(microseconds=1))
    is_over = last > _place(months["month_utc"], whole["period_start_utc"])
    if not is_over.any():
        return whole
    begin, end = pl.max_horizontal("month_utc", "period_start_utc"), pl.min_horizontal("next_utc", "period_end_utc")
    is_within = (pl.col("month_utc") < pl.col("period_end_utc")) & (pl.col("next_utc") > pl.col("period_start_utc"))
    shared = (
        whole.filter(is_over)
        .join_where(months, is_within)
        .with_columns(
            share=(end - begin).dt.total_minutes() / pl.col("minutes"),
            is_first=pl.col("month_utc") <= pl.col("period_start_utc"),
        )
        .with_columns(place=pl.when("is_first").then("place").otherwise("month_place"))
    )
    return pl.concat([whole.filter(~is_over), shared.select(whole.columns)])


def _by_day(parts: pl.DataFrame, starts: pl.DataFrame) -> pl.DataFrame:
    has_value = pl.col("value").is_not_null()
    lengths = (starts["start_utc"].shift(-1) - starts["start_utc"]).dt.total_minutes() / 60
    # Numbers are grouped much faster than names: first within runs of rows of the same series, then across these.
    counted = parts.select(
        *SERIES_KEY,
        "place",
        key=_runs(parts) * starts.height + pl.col("place"),
        row_count=has_value & pl.col("is_first"),
        energy_kwh=pl.col("energy_kwh") * pl.col("share"),
        energy_count=pl.col("energy_kwh").is_not_null(),
        missing_count=~has_value & pl.col("is_first"),
        estimated_count=(pl.col("quality") == "estimated") & pl.col("is_first"),
        minutes=pl.when(has_value).then(pl.col("minutes") * pl.col("share")),
        is_day=pl.col("resolution").is_in(DAY_RESOLUTIONS),
        is_shared_out=pl.col("share") < 1,
    )
    sums = pl.col("row_count", "energy_kwh", "energy_count", "missing_count", "estimated_count", "minutes").sum()
    marks = pl.col("is_day").min(), pl.col("is_shared_out").max()
    days = (
        counted.group_by("key")
        .agg(pl.col(*SERIES_KEY, "place").first(), sums, *marks)
        .group_by(*SERIES_KEY, "place")
        .agg(sums, *marks)
        .with_columns(hours=pl.col("minutes") / 60)
    )
    return days.with_columns(
        starts["day"].gather(days["place"]),
        lengths.gather(days["place"]).alias("day_hours"),
        energy_kwh=pl.when(pl.col("energy_count") > 0).then("energy_kwh"),
    ).select(*DAY_SCHEMA)


def _runs(readings: pl.DataFrame) -> pl.Expr:
    """A number for each run of rows of the same series."""
    names = varying(readings, SERIES_KEY)
    changes = pl.any_horizontal(pl.lit(value=False), *(pl.col(one).ne_missing(pl.col(one).shift()) for one in names))
    return changes.cum_sum().cast(pl.Int64)


def varying(readings: pl.DataFrame, names: Sequence[str]) -> list[str]:
    """Those of the columns that are not the same in all rows."""
    counts = readings.select(pl.col(name).n_unique() for name in names).row(0)
    return [name for name, count in zip(names, counts, strict=True) if count > 1]


def month_totals(days: pl.DataFrame) -> pl.DataFrame:
    """The same by local month (`month`, its first day), in order of meter and month."""
    return (
        days.group_by(*SERIES_KEY, pl.col("day").dt.truncate("1mo").alias("month"))
        .agg(
            pl.col("row_count", "missing_count", "estimated_count", "hours").sum(),
            pl.col("is_shared_out").any(),
            energy_kwh=pl.when(pl.col("energy_kwh").count() > 0).then(pl.col("energy_kwh").sum()),
        )
        .sort(*SERIES_KEY, "month", nulls_last=True)
    )


def pictures(days: pl.DataFrame, zone: str) -> list[dict[str, Any]]:
    """The first series as energy by day, or by month where they have no shorter values, with their holes.

    Parameters
    ----------
    days: as day_totals gives them.

    Returns
    -------
    One object a series: metering_point_id, direction, step (day | month), first (date), energy_kwh (a value a step,
    null where it is missing) and status (a letter a step: m measured, e estimated, p partly there, x missing).
    """
    shown = days.select(SERIES_KEY).unique().sort(SERIES_KEY, nulls_last=True).head(PICTURED_SERIES_COUNT)
    pictured = days.join(shown, on=SERIES_KEY, how="semi", nulls_equal=True)
    with_days = pictured.filter("is_day")
    found = _pictures(with_days.with_columns(step_hours="day_hours"), "day")
    if with_days.height < pictured.height:
        months = month_totals(pictured.join(with_days, on=SERIES_KEY, how="anti", nulls_equal=True))
        length = day_start_utc(pl.col("month").dt.offset_by("1mo"), zone) - day_start_utc(pl.col("month"), zone)
        steps = months.rename({"month": "day"}).with_columns(
            step_hours=months.select(length.dt.total_minutes() / 60).to_series()
        )
        found += _pictures(steps, "month")
    return sorted(found, key=lambda picture: (picture["metering_point_id"] or "", picture["direction"]))


def _pictures(steps: pl.DataFrame, step: str) -> list[dict[str, Any]]:
    """One picture a series, with a letter and a value for each step from its first to its last."""
    status = (
        pl.when(pl.col("hours") == 0)
        .then(pl.lit("x"))
        .when(pl.col("hours") < WHOLE_SHARE * pl.col("step_hours"))
        .then(pl.lit("p"))
        .when(pl.col("estimated_count") > 0)
        .then(pl.lit("e"))
        .otherwise(pl.lit("m"))
    )
    number = pl.col("day").cast(pl.Int32) if step == "day" else pl.col("day").dt.year() * 12 + pl.col("day").dt.month()
    drawn = steps.sort("day").select(*SERIES_KEY, "day", number.alias("number"), "energy_kwh", status.alias("status"))
    by_series: dict[tuple[str | None, str], list[tuple[date, int, float | None, str]]] = {}
    for meter, direction, *cell in drawn.iter_rows():
        by_series.setdefault((meter, direction), []).append(tuple(cell))
    found = []
    for key, cells in by_series.items():
        first = cells[0][1]
        energies: list[float | None] = [None] * (cells[-1][1] - first + 1)
        letters = ["x"] * len(energies)
        for _day, at, energy, letter in cells:
            letters[at - first] = letter
            energies[at - first] = None if letter == "x" or energy is None else round(energy, 3)
        picture = {"step": step, "first": cells[0][0].isoformat(), "energy_kwh": energies, "status": "".join(letters)}
        found.append(dict(zip(SERIES_KEY, key, strict=True)) | picture)
    return found
