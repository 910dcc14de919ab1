"""What the stamps of a file show about their own meaning: local time or a fixed offset, start or end of the interval.

The rules are evidence inside the file, strongest first; what the file cannot tell is left for the sender's profile or
a question. Does not belong here: turning labels into UTC intervals (intervals.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import polars as pl

from pipelines.domain.local_time import ClockChange, clock_changes

SERIES = ("metering_point_id", "direction")
"""What tells one series in a file from another."""

SUB_DAILY_MINUTES = (15, 30, 60)
DAY_MINUTES = 1440
MICROSECONDS_A_MINUTE = 60_000_000
MONTH_MINUTES = 43_200
"""Stands for a calendar month, whatever its length."""


@dataclass(frozen=True)
class ClockEvidence:
    """What the days of clock change in a file show."""

    basis: Literal["local", "normal_time", "unknown"]
    ends_after_label_gap: bool  # end labels written as start label plus the length: the gap is one step late
    text_sv: str


@dataclass(frozen=True)
class StampEvidence:
    """Whether the labels are starts or ends of their intervals."""

    stamp: Literal["start", "end", "unknown"]
    text_sv: str


def finest_minutes(labelled: pl.DataFrame) -> pl.DataFrame:
    """The finest interval length of each series, from the minutes that its labels use.

    Parameters
    ----------
    labelled: columns metering_point_id, direction, label (naive).

    Returns
    -------
    One row a series: metering_point_id, direction, series_minutes (15, 30, 60, 1440, or 43200 for months).
    """
    used = (
        labelled.select(*SERIES, "label", minute=minute_of_day(pl.col("label")))
        .group_by(SERIES)
        .agg(
            ((pl.col("minute") % 30).max() == 0).alias("half_hours"),
            ((pl.col("minute") % 60).max() == 0).alias("hours"),
            (pl.col("minute").min() == pl.col("minute").max()).alias("one_minute"),
            (pl.col("label").min().dt.date() != pl.col("label").max().dt.date()).alias("several_days"),
        )
    )
    if used.select((pl.col("hours") & pl.col("one_minute")).any()).item():
        months = labelled.group_by(SERIES).agg((pl.col("label").dt.day() == 1).all().alias("months"))
        used = used.join(months, on=SERIES, how="left", nulls_equal=True)
    else:
        used = used.with_columns(months=pl.lit(value=False))
    return used.select(
        *SERIES,
        pl.when(~pl.col("half_hours"))
        .then(15)
        .when(~pl.col("hours"))
        .then(30)
        .when(~pl.col("one_minute"))
        .then(60)
        .when(pl.col("months") & pl.col("several_days"))
        .then(MONTH_MINUTES)
        .otherwise(DAY_MINUTES)
        .cast(pl.Int32)
        .alias("series_minutes"),
    )


def minute_of_day(label: pl.Expr) -> pl.Expr:
    """Minutes from midnight: arithmetic, since calendars cost much over millions of rows."""
    return (label.to_physical() // MICROSECONDS_A_MINUTE).cast(pl.Int32) % DAY_MINUTES


def day_number(label: pl.Expr) -> pl.Expr:
    """Days from 1970-01-01 to the day of a label."""
    return (label.to_physical() // (MICROSECONDS_A_MINUTE * DAY_MINUTES)).cast(pl.Int32)


def steps(labels: pl.DataFrame) -> pl.Series:
    """Minutes from the label before in the same series, in the order of the file; null at the first of each series.

    `labels`: columns metering_point_id, direction, label.
    """
    minutes = pl.col("label").diff().dt.total_minutes().cast(pl.Int32)
    told_by = [name for name in SERIES if labels.select(pl.col(name).n_unique()).item() > 1]
    if not told_by:
        return labels.select(minutes).to_series()
    changes = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in told_by)
    is_new = labels.select(changes).to_series().scatter(0, True)
    # Nearly every file has each series in one piece.
    if labels.filter(is_new).select(told_by).is_duplicated().any():
        return labels.select(minutes.over(SERIES)).to_series()
    return labels.select(pl.when(~pl.lit(is_new)).then(minutes)).to_series()


def stamp_evidence(labelled: pl.DataFrame) -> StampEvidence:
    """Start or end, from the edges of each series' first and last day.

    A series that covers whole days begins 00:00 and ends one interval before midnight when its labels are starts; it
    begins one interval after midnight and ends 00:00 when they are ends.

    Parameters
    ----------
    labelled: columns metering_point_id, direction, label (naive), series_minutes below a day.
    """
    one, varies = pl.col("series_minutes"), labelled["series_minutes"].n_unique() > 1
    edges = (
        labelled.group_by(SERIES)
        .agg(
            pl.col("label").min().alias("first"),
            pl.col("label").max().alias("last"),
            (one.get(pl.col("label").arg_min()) if varies else one.first()).alias("step"),
            (one.get(pl.col("label").arg_max()) if varies else one.first()).alias("last_step"),
        )
        .with_columns(minute_of_day(pl.col("first")), minute_of_day(pl.col("last")))
    )
    first, last, step, last_step = pl.col("first"), pl.col("last"), pl.col("step"), pl.col("last_step")
    votes = edges.select(
        # One edge alone proves nothing: an export from midnight on may leave out what ends at midnight.
        ((first == 0) & (last == DAY_MINUTES - last_step)).sum().alias("start"),
        ((first == step) & (last == 0)).sum().alias("end"),
    ).row(0, named=True)
    if votes["start"] > 4 * votes["end"]:
        return StampEvidence("start", "första och sista värdet visar att stämpeln är periodens början")
    if votes["end"] > 4 * votes["start"]:
        return StampEvidence("end", "första och sista värdet visar att stämpeln är periodens slut")
    return StampEvidence("unknown", "")


def clock_evidence(labelled: pl.DataFrame, zone: str) -> ClockEvidence:
    """Local time or fixed offset, from the days when the clock changes.

    Spring: nothing between 02 and 03 means local time, everything there means a fixed offset. Autumn: that hour twice
    means local time; once means a fixed offset, or a portal that added the double hour up (then nothing is said).

    Parameters
    ----------
    labelled: columns metering_point_id, direction, label (naive), value, series_minutes below a day.
    """
    years = labelled.select(pl.col("label").min().dt.year().alias("first"), pl.col("label").max().dt.year()).row(0)
    if years[0] is None:
        return ClockEvidence("unknown", False, "")
    changes = clock_changes(zone, max(years[0], 1970), min(years[1], 2100))
    near = _rows_near(labelled, changes)
    if near.is_empty():
        return ClockEvidence("unknown", False, "")
    votes = dict.fromkeys(("gap", "late_gap", "full", "twice", "late_twice", "once", "summed"), 0)
    for vote in _votes(near):
        votes[vote] += 1
    return _judged(votes, changes)


def _judged(votes: dict[str, int], changes: Sequence[ClockChange]) -> ClockEvidence:
    """Weigh the votes: a repeated or an impossible hour proves; a gap may also be lost data; once is weak."""
    is_late = votes["late_gap"] + votes["late_twice"] > votes["gap"] + votes["twice"]
    twice, gap = votes["twice"] + votes["late_twice"], votes["gap"] + votes["late_gap"]
    if twice > votes["full"]:
        return ClockEvidence("local", is_late, "den dubbla timmen i oktober finns med: lokal tid med sommartid")
    if votes["full"] > max(twice, gap):
        return ClockEvidence(
            "normal_time", False, "24 timmar den dag i mars då klockan ställs fram: normaltid hela året"
        )
    if gap > votes["full"]:
        return ClockEvidence("local", is_late, "timmen som hoppas över i mars saknas: lokal tid med sommartid")
    if votes["once"] > 2 * votes["summed"] and not gap and not votes["full"]:
        return ClockEvidence("normal_time", False, "24 timmar den dag i oktober då klockan ställs tillbaka: normaltid")
    return ClockEvidence("unknown", False, "")


def _rows_near(labelled: pl.DataFrame, changes: Sequence[ClockChange]) -> pl.DataFrame:
    """Rows within a few hours of a clock change, with minutes from the skipped or doubled hour's beginning."""
    by_day = pl.DataFrame(
        {
            "day": [change.hour_label.date() for change in changes],
            "hour_label": [change.hour_label for change in changes],
            "change_kind": [change.kind for change in changes],
        },
        schema={"day": pl.Date(), "hour_label": pl.Datetime("us"), "change_kind": pl.String()},
    )
    days = by_day.select(pl.col("day").to_physical()).to_series()
    on_day = labelled.filter(day_number(pl.col("label")).is_in(days.implode()))
    in_season = on_day.filter(pl.col("label").dt.month().is_in([3, 4, 9, 10, 11]))
    return (
        in_season.with_columns(day=pl.col("label").dt.date())
        .join(by_day, on="day", how="inner")
        .with_columns(minute=(pl.col("label") - pl.col("hour_label")).dt.total_minutes())
        .filter(pl.col("minute").is_between(-120, 240))
        .join(_holes(labelled), on=SERIES, how="left", nulls_equal=True)
        .with_columns(pl.col("series_nulls", "series_noughts").fill_null(0))
    )


def _holes(labelled: pl.DataFrame) -> pl.DataFrame:
    """How many values of each series with such are missing or nought: where many are, one such hour says nothing."""
    holes = labelled.filter(pl.col("value").is_null() | (pl.col("value") == 0))
    return holes.group_by(SERIES).agg(
        pl.col("value").null_count().alias("series_nulls"), (pl.col("value") == 0).sum().alias("series_noughts")
    )


def _votes(near: pl.DataFrame) -> list[str]:
    """One vote for each series and clock change that has data around it."""
    step = pl.col("series_minutes").first()

    def rows_between(first: int, beyond: int, shift: pl.Expr | int) -> pl.Expr:
        """Rows whose minute, less `shift`, lies in [first, beyond)."""
        # In spring an empty hour is a skipped one; in autumn an empty row is one of the two all the same.
        counts_here = pl.col("value").is_not_null() | (pl.col("change_kind") == "autumn")
        return (pl.col("minute") - shift).is_between(first, beyond, closed="left") & counts_here

    def counts(name: str, shift: pl.Expr | int) -> list[pl.Expr]:
        return [
            rows_between(-60, 0, shift).sum().alias(f"{name}_before"),
            rows_between(0, 60, shift).sum().alias(f"{name}_hour"),
            rows_between(60, 120, shift).sum().alias(f"{name}_after"),
            pl.col("minute").filter(rows_between(0, 60, shift)).n_unique().alias(f"{name}_distinct"),
        ]

    summed = near.group_by([*SERIES, "day", "change_kind"]).agg(
        (60 // step).alias("per_hour"),
        pl.col("series_nulls").first(),
        pl.col("series_noughts").first(),
        pl.col("value").null_count().alias("near_nulls"),
        *counts("plain", 0),
        *counts("late", pl.col("series_minutes")),
        pl.col("value").filter(rows_between(0, 60, 0)).sum().abs().alias("hour_value"),
        ((pl.col("value").filter(rows_between(-60, 0, 0)).sum()).abs()).alias("before_value"),
        ((pl.col("value").filter(rows_between(60, 120, 0)).sum()).abs()).alias("after_value"),
    )
    return [vote for row in summed.iter_rows(named=True) if (vote := _vote(row)) is not None]


def _vote(row: dict) -> str | None:
    per_hour = row["per_hour"]
    whole = {view: min(row[f"{view}_before"], row[f"{view}_after"]) >= per_hour for view in ("plain", "late")}
    neighbours = row["before_value"] + row["after_value"]
    if row["change_kind"] == "spring":
        if row["near_nulls"] and row["series_nulls"] > 2 * row["near_nulls"] + per_hour:
            return None
        if whole["plain"] and row["plain_hour"] == 0:
            return "gap"
        if whole["late"] and row["late_hour"] == 0:
            return "late_gap"
        # A portal may write zeros into the hour that does not exist.
        if whole["plain"] and row["plain_distinct"] == per_hour:
            is_nought = row["hour_value"] == 0 and neighbours > 0
            if is_nought and row["series_noughts"] > 2 * per_hour:
                return None
            return "gap" if is_nought else "full"
        return None
    for view in ("plain", "late"):
        once_around = row[f"{view}_before"] == per_hour == row[f"{view}_after"]
        if once_around and row[f"{view}_hour"] == 2 * per_hour and row[f"{view}_distinct"] == per_hour:
            return "twice" if view == "plain" else "late_twice"
    if whole["plain"] and row["plain_hour"] == per_hour == row["plain_distinct"]:
        return "summed" if neighbours > 0 and row["hour_value"] > 0.8 * neighbours else "once"
    return None


def second_pass(labels: pl.DataFrame, zone: str) -> pl.Series:
    """For local labels: which rows are the second pass of autumn's double hour, by the order of rows in a series.

    Parameters
    ----------
    labels: columns metering_point_id, direction, label (naive local), in the order of the file.

    Returns
    -------
    Boolean series of the frame's length. Files that run backwards in time have the second pass first.
    """
    years = labels.select(pl.col("label").min().dt.year().alias("first"), pl.col("label").max().dt.year()).row(0)
    is_second = pl.zeros(labels.height, pl.Boolean, eager=True).alias("is_second")
    if years[0] is None:
        return is_second
    autumn = [c.hour_label for c in clock_changes(zone, max(years[0], 1970), min(years[1], 2100)) if c.kind == "autumn"]
    hour = timedelta(hours=1)
    in_double_hour = labels.select(
        pl.any_horizontal(
            pl.lit(value=False), *[pl.col("label").is_between(start, start + hour, closed="left") for start in autumn]
        )
    ).to_series()
    places = in_double_hour.arg_true()
    if len(places) == 0:
        return is_second
    turn = (
        labels.filter(in_double_hour).select(pl.col("label").cum_count().over([*SERIES, "label"]) % 2 == 0).to_series()
    )
    pairs = labels.filter(in_double_hour).select((pl.len() > 1).over([*SERIES, "label"])).to_series()
    if runs_backwards(labels):
        turn = ~turn & pairs
    return is_second.scatter(places, turn)


def runs_backwards(labels: pl.DataFrame) -> bool:
    """Whether the file lists its newest values first."""
    return int(steps(labels).sign().sum()) < 0


def double_hour_missing(labels: pl.DataFrame, zone: str) -> list[datetime]:
    """Autumn hours that a local-time file holds only once although they happened twice, for a warning."""
    years = labels.select(pl.col("label").min().dt.year().alias("first"), pl.col("label").max().dt.year()).row(0)
    if years[0] is None:
        return []
    once = []
    for change in clock_changes(zone, max(years[0], 1970), min(years[1], 2100)):
        if change.kind == "autumn":
            count = labels.filter(pl.col("label") == change.hour_label).group_by(SERIES).len()["len"]
            if len(count) and count.max() == 1:
                once.append(change.hour_label)
    return once
