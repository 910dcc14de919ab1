"""Long tables of meters and days as matrices: one row per meter, one column per calendar day.

Does not belong here: any model. Shapes: M meters, D days without gaps from `first_day`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.domain.calendar_features import DAY_TYPES
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
    day_type: NDArray[Any] | None  # codes in the order of DAY_TYPES

    @property
    def day_count(self) -> int:
        return int(self.present.shape[1])

    def days(self) -> NDArray[Any]:
        """The calendar days of the columns, datetime64[D], shape [D]."""
        return np.datetime64(self.first_day) + np.arange(self.day_count)


def meter_chunks(table: pl.DataFrame, meters: list[str], size: int) -> Iterator[pl.DataFrame]:
    """Parts of `table` with at most `size` meters each, rows in the order given; meters keep the order of the list."""
    order = pl.DataFrame({"metering_point_id": meters}, schema={"metering_point_id": pl.String()}).with_row_index(
        "meter_index"
    )
    coded = table.join(order, on="metering_point_id", how="inner").sort("meter_index", maintain_order=True)
    bounds = np.searchsorted(coded["meter_index"].to_numpy(), np.arange(0, len(meters) + size, size))
    for start, stop in pairwise(bounds):
        if stop > start:
            yield coded.slice(int(start), int(stop - start))


def panel(part: pl.DataFrame, values: list[str], flags: list[str], *, day_type: bool = False) -> MeterPanel:
    """Spread a part from `meter_chunks` (with meter_index) over matrices; raises ValueError when a day stands twice."""
    index = part["meter_index"].to_numpy().astype(np.int64)
    rows = index - index.min()
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

    def spread(column: str, empty: Any, dtype: Any) -> NDArray[Any]:
        matrix = np.full(shape, empty, dtype=dtype)
        matrix[rows, columns] = part[column].to_numpy().astype(dtype)
        return matrix

    codes = None
    if day_type:
        code = part["day_type"].replace_strict(list(DAY_TYPES), [0, 1, 2], return_dtype=pl.Int8).to_numpy()
        codes = np.zeros(shape, dtype=np.int8)
        codes[rows, columns] = code
    return MeterPanel(
        metering_point_id=part["metering_point_id"].unique(maintain_order=True).to_list(),
        first_day=first_day,
        present=present,
        values={name: spread(name, np.nan, np.float64) for name in values},
        flags={name: spread(name, False, bool) for name in flags},
        day_type=codes,
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
