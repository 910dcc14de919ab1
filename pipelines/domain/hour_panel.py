"""Long tables of meters and hours as matrices: meters × calendar days × 24 clock hours.

A day has a place for each clock hour of local time. The hour that is skipped in spring stays missing; the two hours
that share a label in autumn become their mean, and both are given the expectation of that clock hour.

Does not belong here: any model. Shapes: M meters, D days without gaps, counted from each meter's own first day, so that
meters measured in different years lie close together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.domain.calendar_features import DAY_TYPES
from pipelines.domain.least_squares import Bools, Floats

HOURS = 24
LEAST_HOURS_OF_A_DAY = 20  # a day with fewer hours measured, or fewer temperatures, is left out
PANEL_COLUMNS = (
    "metering_point_id", "hour_start_utc", "day_local", "hour_local", "energy_kwh", "temperature_c", "day_type",
    "is_closed", "is_baseline",
)  # fmt: skip


@dataclass(frozen=True)
class HourPanel:
    """Matrices [M, D] and [M, D, 24]; nan where a value is missing. The last three place each row of the table."""

    metering_point_id: list[str]
    first_day: NDArray[np.int64]  # [M] days since 1970-01-01
    energy_kwh: Floats  # [M, D, 24]
    temperature_c: Floats  # [M, D] mean of the day, nan with fewer than LEAST_HOURS_OF_A_DAY hours
    day_type: NDArray[np.int8]  # codes in the order of DAY_TYPES
    is_closed: Bools
    is_baseline: Bools
    row_meter: NDArray[np.int64]
    row_day: NDArray[np.int64]
    row_hour: NDArray[np.int64]

    def days(self) -> NDArray[Any]:
        """The calendar days, datetime64[D], shape [M, D]."""
        return (self.first_day[:, None] + np.arange(self.energy_kwh.shape[1])).astype("datetime64[D]")

    def whole_days(self) -> Bools:
        """[M, D] where enough hours are measured and the day has a temperature."""
        measured = (~np.isnan(self.energy_kwh)).sum(axis=2) >= LEAST_HOURS_OF_A_DAY
        return np.asarray(measured & ~np.isnan(self.temperature_c), dtype=np.bool_)


def hour_panel(part: pl.DataFrame) -> HourPanel:
    """Spread a part from meter_panel.meter_chunks over matrices.

    Parameters: PANEL_COLUMNS and meter_index. Raises ValueError when a meter has two rows for the
    same hour, an hour_local outside 0 … 23, or an unknown day_type.
    """
    index = part["meter_index"].to_numpy().astype(np.int64)
    meter = np.cumsum(np.diff(index, prepend=-1) != 0) - 1  # meters that were refused leave gaps in the index
    days = part["day_local"].to_numpy().astype("datetime64[D]").astype(np.int64)
    hour = part["hour_local"].to_numpy().astype(np.int64)
    if hour.min() < 0 or hour.max() >= HOURS:
        raise ValueError("hour_local must be 0 to 23")
    meters = int(meter.max()) + 1
    first_day = np.full(meters, np.iinfo(np.int64).max)
    np.minimum.at(first_day, meter, days)
    day = days - first_day[meter]
    day_count = int(day.max()) + 1
    cell = (meter * day_count + day) * HOURS + hour

    _refuse_doubles(part, cell)

    def hourly(column: str) -> Floats:
        value = part[column].to_numpy().astype(np.float64)
        there = ~np.isnan(value)
        size = meters * day_count * HOURS
        total = np.bincount(cell[there], weights=value[there], minlength=size)
        count = np.bincount(cell[there], minlength=size)
        mean = np.divide(total, count, out=np.full(size, np.nan), where=count > 0)
        return mean.reshape(meters, day_count, HOURS)

    def daily(values: NDArray[Any], dtype: Any) -> NDArray[Any]:
        matrix = np.zeros((meters, day_count), dtype=dtype)
        matrix[meter, day] = values
        return matrix

    return HourPanel(
        metering_point_id=part["metering_point_id"].unique(maintain_order=True).to_list(),
        first_day=first_day,
        energy_kwh=hourly("energy_kwh"),
        temperature_c=_day_mean(hourly("temperature_c")),
        day_type=daily(_day_type_codes(part["day_type"]), np.int8),
        is_closed=daily(part["is_closed"].to_numpy(), bool),
        is_baseline=daily(part["is_baseline"].to_numpy(), bool),
        row_meter=meter,
        row_day=day,
        row_hour=hour,
    )


def _day_type_codes(day_type: pl.Series) -> NDArray[Any]:
    try:
        return day_type.cast(pl.Enum(DAY_TYPES)).to_physical().to_numpy()
    except pl.exceptions.InvalidOperationError as error:
        raise ValueError(f"day_type must be one of {', '.join(DAY_TYPES)}") from error


def _refuse_doubles(part: pl.DataFrame, cell: NDArray[np.int64]) -> None:
    shared = np.flatnonzero(np.bincount(cell)[cell] > 1)  # as a rule only the doubled hour in autumn
    if part[shared].select("meter_index", "hour_start_utc").is_duplicated().any():
        raise ValueError("a meter has two rows for the same hour")


def _day_mean(hourly: Floats) -> Floats:
    there = ~np.isnan(hourly)
    count = there.sum(axis=2)
    total = np.where(there, hourly, 0.0).sum(axis=2)
    return np.divide(total, count, out=np.full(count.shape, np.nan), where=count >= LEAST_HOURS_OF_A_DAY)
