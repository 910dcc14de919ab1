"""Long tables of meters and days as matrices: one row per meter, one column per calendar day.

Does not belong here: any model. Shapes: M meters, D days without gaps from `first_day`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.domain.least_squares import Bools, Floats

SMOOTHING_HALF_LIFE_DAYS = 1.0


@dataclass(frozen=True)
class MeterPanel:
    """Matrices [M, D]; nan where a value is missing, `present` False where the table had no row."""

    metering_point_id: list[str]
    first_day: date
    present: Bools
    values: dict[str, Floats]
    flags: dict[str, Bools]

    @property
    def day_count(self) -> int:
        return int(self.present.shape[1])

    def days(self) -> NDArray[Any]:
        """The calendar days of the columns, datetime64[D], shape [D]."""
        return np.datetime64(self.first_day) + np.arange(self.day_count)


def in_order(table: pl.DataFrame, period_column: str = "day_local") -> pl.DataFrame:
    """The table with meter_index (0, 1, … in the order of the meters' first rows), rows by meter and period.

    Nothing is sorted when the rows already stand so.
    """
    run = table["metering_point_id"].rle_id()
    heads = table["metering_point_id"].gather(run.arg_unique())
    if heads.is_duplicated().any():
        first = heads.unique(maintain_order=True)
        order = pl.DataFrame({"id": first, "index": pl.int_range(len(first), dtype=pl.UInt32, eager=True)})
        run = pl.DataFrame({"id": heads}).join(order, on="id", maintain_order="left")["index"].gather(run)
    table = table.with_columns(run.alias("meter_index"))
    period = pl.col(period_column)
    turned = (pl.col("meter_index").diff() < 0) | ((pl.col("meter_index").diff() == 0) & (period.diff() < timedelta()))
    unsigned = table.lazy().select(pl.col("meter_index").cast(pl.Int64), period)
    if unsigned.select(turned.any()).collect().item():
        table = table.sort("meter_index", period_column, maintain_order=True)
    return table.with_columns(pl.col("meter_index").set_sorted())


def meter_chunks(table: pl.DataFrame, meters: list[str], size: int) -> Iterator[pl.DataFrame]:
    """Parts of `table` with at most `size` of the meters named each, in the order of the table, with meter_index."""
    if "meter_index" not in table.columns:
        table = in_order(table)
    starts = np.flatnonzero(np.diff(table["meter_index"].to_numpy().astype(np.int64), prepend=-1))
    ids = table["metering_point_id"].gather(starts)
    wanted = ids.is_in(meters).to_numpy()
    if not wanted.all():
        table = table.filter(pl.Series(np.repeat(wanted, np.diff(starts, append=table.height))))
        starts = np.flatnonzero(np.diff(table["meter_index"].to_numpy().astype(np.int64), prepend=-1))
    bounds = [*starts[::size].tolist(), table.height]
    for start, stop in pairwise(bounds):
        yield table.slice(start, stop - start)


def panel(part: pl.DataFrame, values: list[str], flags: list[str]) -> MeterPanel:
    """Spread a part from `meter_chunks` (with meter_index) over matrices; raises ValueError when a day stands twice."""
    index = part["meter_index"].to_numpy().astype(np.int64)
    is_first = np.diff(index, prepend=-1) != 0
    first_row = np.flatnonzero(is_first)
    rows = np.cumsum(is_first) - 1
    first_day = part["day_local"].min()
    if not isinstance(first_day, date):
        raise ValueError("day_local must be dates")
    columns = part["day_local"].to_numpy().astype("datetime64[D]") - np.datetime64(first_day)
    columns = columns.astype(np.int64)
    shape = (int(rows.max()) + 1, int(columns.max()) + 1)
    present = np.zeros(shape, dtype=bool)
    present[rows, columns] = True
    if int(present.sum()) != part.height:
        raise ValueError("a meter has two rows for the same day")
    is_whole = part.height == present.size and bool((columns.reshape(shape) == np.arange(shape[1])).all())

    def spread(column: str, empty: Any, dtype: Any) -> NDArray[Any]:
        values = part[column].to_numpy().astype(dtype, copy=False)
        if is_whole:
            return values.reshape(shape)
        matrix = np.full(shape, empty, dtype=dtype)
        matrix[rows, columns] = values
        return matrix

    return MeterPanel(
        metering_point_id=part["metering_point_id"].gather(first_row).to_list(),
        first_day=first_day,
        present=present,
        values={name: spread(name, np.nan, np.float64) for name in values},
        flags={name: spread(name, False, bool) for name in flags},
    )


def smoothed_temperature(temperature_c: Floats) -> Floats:
    """Exponentially weighted mean of this day and those before it, half-life one day [°C]; shape [M, D].

    A heavy building answers to yesterday's cold too. A missing day stays missing and the mean starts anew after it.
    """
    keep = 0.5 ** (1.0 / SMOOTHING_HALF_LIFE_DAYS)
    smoothed = np.array(temperature_c, copy=True)
    for day in range(1, smoothed.shape[1]):
        before = smoothed[:, day - 1]
        today = temperature_c[:, day]
        smoothed[:, day] = np.where(np.isnan(before), today, keep * before + (1 - keep) * today)
    return smoothed


def month_starts(first_day: date, day_count: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Column numbers where calendar months begin and the months themselves (datetime64[M]).

    The first part may be cut if first_day is not the first of a month.
    """
    months = (np.datetime64(first_day) + np.arange(day_count)).astype("datetime64[M]")
    starts = np.flatnonzero(np.r_[True, months[1:] != months[:-1]])
    return starts, months[starts]


def dates_of(first_day: date, offsets: NDArray[Any]) -> pl.Series:
    """Calendar days as a Polars Date column from day offsets."""
    start = (first_day - date(1970, 1, 1)).days
    return pl.Series((offsets + start).astype(np.int32)).cast(pl.Date)
