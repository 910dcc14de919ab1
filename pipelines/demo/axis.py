"""The hours of a demonstration world: one UTC axis, with its local and normal-time days and months.

Local time is Europe/Stockholm with summer time; normal time is UTC+1 all year (Swedish grid companies, EIFS 2016:2).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

Basis = Literal["local", "normal_time"]
FloatArray = npt.NDArray[np.float64]
FIRST_DAY = date(2021, 1, 1)
ZONE = "Europe/Stockholm"


def day_after(day: date) -> date:
    return day + timedelta(days=1)


def month_start(day: date, months: int = 0) -> date:
    """First day of the month `months` months from that of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


@dataclass(frozen=True)
class HourAxis:
    """Hours from the first local midnight of 2021 to the end of the day `until`, in local and in normal time."""

    until: date

    @cached_property
    def utc(self) -> npt.NDArray[np.datetime64]:
        """Start of each hour, UTC, shape (hours,)."""
        # The first day starts at 23:00 UTC by either clock; in summer the last local day ends an hour before the axis.
        return np.arange(
            np.datetime64(FIRST_DAY, "h") - np.timedelta64(1, "h"),
            np.datetime64(day_after(self.until), "h") - np.timedelta64(1, "h"),
            dtype="datetime64[h]",
        )

    @property
    def hour_count(self) -> int:
        return len(self.utc)

    @property
    def day_count(self) -> int:
        return (self.until - FIRST_DAY).days + 1

    @cached_property
    def local(self) -> npt.NDArray[np.datetime64]:
        """Local clock time at the start of each hour (02:00 comes twice in October), shape (hours,)."""
        instants = pl.Series(self.utc.astype("datetime64[us]")).dt.replace_time_zone("UTC")
        clock = instants.dt.convert_time_zone(ZONE).dt.replace_time_zone(None)
        return clock.to_numpy().astype("datetime64[h]")

    @cached_property
    def normal_time(self) -> npt.NDArray[np.datetime64]:
        """Clock time in normal time at the start of each hour, shape (hours,)."""
        return self.utc + np.timedelta64(1, "h")

    def clock(self, basis: Basis) -> npt.NDArray[np.datetime64]:
        return self.local if basis == "local" else self.normal_time

    @cached_property
    def local_day(self) -> npt.NDArray[np.int64]:
        """Days since 2021-01-01 by the local clock, shape (hours,)."""
        return (self.local.astype("datetime64[D]") - np.datetime64(FIRST_DAY, "D")).astype(np.int64)

    @cached_property
    def local_hour(self) -> npt.NDArray[np.int64]:
        return (self.local - self.local.astype("datetime64[D]")).astype(np.int64)

    def position(self, basis: Basis, day: date) -> int:
        """Index of the first hour of `day`."""
        # Both clocks only ever repeat an hour at night, never a midnight, so days rise along the axis.
        days = self.clock(basis).astype("datetime64[D]")
        return int(np.searchsorted(days, np.datetime64(day, "D")))

    def hours(self, basis: Basis, first: date, end: date) -> slice:
        """The hours of the days from `first` (included) to `end` (not included)."""
        return slice(self.position(basis, first), self.position(basis, end))

    @cached_property
    def _day_edges(self) -> npt.NDArray[np.int64]:
        return np.searchsorted(self.local_day, np.arange(self.day_count + 1))

    def day_sums(self, values: FloatArray) -> FloatArray:
        """Sum by local day from 2021-01-01 to `until`; NaN where an hour is missing, shape (days,)."""
        edges = self._day_edges
        return np.add.reduceat(values[: edges[-1]], edges[:-1])

    @cached_property
    def months(self) -> list[date]:
        """First day of each month that is whole on the axis."""
        found, month = [], FIRST_DAY
        while month_start(month, 1) <= day_after(self.until):
            found.append(month)
            month = month_start(month, 1)
        return found

    def month_sums(self, values: FloatArray, basis: Basis) -> FloatArray:
        """Sum by whole month; NaN where an hour is missing, shape (months,)."""
        edges = [self.position(basis, m) for m in [*self.months, month_start(self.months[-1], 1)]]
        return np.add.reduceat(values[: edges[-1]], np.array(edges[:-1], dtype=np.int64))
