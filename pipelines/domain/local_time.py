"""Local time and UTC: normal time, summer time, and where local days and months begin.

Swedish grid companies register meter values in normal time, UTC+1 all year (EIFS 2016:2, 1 ch. 2 §); portals often
show local time. Labels here are naive `Datetime` without zone; instants are `Datetime` in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import polars as pl

STOCKHOLM = "Europe/Stockholm"


@dataclass(frozen=True)
class ClockChange:
    """A change between normal and summer time; `hour_label` is the local label that is skipped or doubled."""

    kind: str  # spring | autumn
    hour_label: datetime  # naive local time where the missing (spring) or the double (autumn) hour begins
    instant_utc: datetime


def normal_offset_minutes(zone: str = STOCKHOLM) -> int:
    """Minutes that normal time (no summer time) lies ahead of UTC: 60 for Europe/Stockholm."""
    offsets = [datetime(2024, month, 1, tzinfo=ZoneInfo(zone)).utcoffset() or timedelta() for month in (1, 7)]
    return int(min(offsets).total_seconds() // 60)


@cache
def clock_changes(zone: str, first_year: int, last_year: int) -> tuple[ClockChange, ...]:
    """The changes to and from summer time in the years given, both included, in order of time."""
    place = ZoneInfo(zone)
    changes = []
    for year in range(first_year, last_year + 1):
        hour = datetime(year, 1, 1, tzinfo=UTC)
        before = hour.astimezone(place).utcoffset()
        while hour.year == year:
            day_after = hour + timedelta(days=1)
            if day_after.astimezone(place).utcoffset() != before:
                while hour.astimezone(place).utcoffset() == before:
                    hour += timedelta(hours=1)
                after = hour.astimezone(place).utcoffset() or timedelta()
                is_spring = after > (before or timedelta())
                offset = (before or timedelta()) if is_spring else after
                label = (hour + offset).replace(tzinfo=None)
                changes.append(ClockChange("spring" if is_spring else "autumn", label, hour))
                before = after
                hour = hour.replace(hour=0)
            hour += timedelta(days=1)
    return tuple(changes)


def normal_to_utc(label: pl.Expr, zone: str = STOCKHOLM) -> pl.Expr:
    """Naive normal-time labels as UTC instants."""
    return label.dt.offset_by(f"-{normal_offset_minutes(zone)}m").dt.replace_time_zone("UTC")


def local_to_utc(label: pl.Expr, is_second: pl.Expr | None = None, zone: str = STOCKHOLM) -> pl.Expr:
    """Naive local labels as UTC instants; null where the label does not exist (the skipped hour in spring).

    `is_second` tells, for the double hour in autumn, which rows are its second pass; without it the first is taken.
    """
    if is_second is None:
        ambiguous: pl.Expr = pl.lit("earliest")
    else:
        ambiguous = pl.when(is_second).then(pl.lit("latest")).otherwise(pl.lit("earliest"))
    return label.dt.replace_time_zone(zone, ambiguous=ambiguous, non_existent="null").dt.convert_time_zone("UTC")


def local_labels_to_utc(labels: pl.Series, is_second: pl.Series, zone: str = STOCKHOLM) -> pl.Series:
    """The same as `local_to_utc` for a whole column without null: arithmetic but for the hours around a clock change.

    `labels`: naive local Datetime in microseconds. `is_second`: as in `local_to_utc`, a Boolean of the same length.
    """
    years = labels.min().year if len(labels) else 1970, labels.max().year if len(labels) else 1970  # type: ignore[union-attr]
    place, label = ZoneInfo(zone), pl.col("label")
    offset = datetime(years[0], 1, 1, tzinfo=place).utcoffset() or timedelta()
    minutes, is_near = pl.lit(int(offset.total_seconds() // 60), pl.Int32), pl.lit(value=False)
    for change in clock_changes(zone, *years):
        after = change.instant_utc.astimezone(place).utcoffset() or timedelta()
        moved = int((after - offset).total_seconds() // 60)
        minutes = minutes + (label >= change.hour_label).cast(pl.Int32) * moved
        is_near = is_near | label.is_between(change.hour_label, change.hour_label + abs(after - offset), closed="left")
        offset = after
    frame = labels.alias("label").to_frame()
    instants = frame.select((label - pl.duration(minutes=minutes)).dt.replace_time_zone("UTC")).to_series()
    near = frame.select(is_near.alias("near")).to_series()
    near = near if len(near) == len(labels) else near.new_from_index(0, len(labels))
    if not near.any():
        return instants
    there = frame.with_columns(is_second.alias("is_second")).filter(near)
    exact = there.select(local_to_utc(label, pl.col("is_second"), zone)).to_series()
    return instants.scatter(near.arg_true(), exact)


def utc_to_local(instant: pl.Expr, zone: str = STOCKHOLM) -> pl.Expr:
    """UTC instants as naive local labels."""
    return instant.dt.convert_time_zone(zone).dt.replace_time_zone(None)


def utc_to_day_local(instant: pl.Expr, zone: str = STOCKHOLM) -> pl.Expr:
    """The local calendar day that an instant falls in."""
    return instant.dt.convert_time_zone(zone).dt.date()


def day_start_utc(day: pl.Expr, zone: str = STOCKHOLM) -> pl.Expr:
    """Where a local calendar day begins, as a UTC instant (22:00 or 23:00 the evening before in Sweden)."""
    return local_to_utc(day.cast(pl.Date).cast(pl.Datetime("us")), zone=zone)


def month_start_utc(day: pl.Expr, zone: str = STOCKHOLM) -> pl.Expr:
    """Where the local calendar month that holds `day` begins, as a UTC instant."""
    return day_start_utc(day.cast(pl.Date).dt.truncate("1mo"), zone)


def hours_in_day(day: date, zone: str = STOCKHOLM) -> int:
    """Hours in a local calendar day: 23, 24 or 25."""
    place = ZoneInfo(zone)
    start, end = (datetime(d.year, d.month, d.day, tzinfo=place) for d in (day, day + timedelta(days=1)))
    return round((end.astimezone(UTC) - start.astimezone(UTC)).total_seconds() / 3600)
