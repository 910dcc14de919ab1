"""Meters that share their days: the same dates, temperatures, calendar and baseline, so that only the energy differs.

Does not belong here: any model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.domain.calendar_features import DAY_TYPES
from pipelines.domain.least_squares import Bools, Floats

LEAST_CLOSED_DAYS = 5  # fewer closed days in the baseline say nothing: they count as sundays


@dataclass(frozen=True)
class DayGroup:
    """M meters with the same R rows."""

    metering_point_id: list[str]
    energy_kwh: Floats  # [M, R], nan where missing
    days: NDArray[Any]  # [R] datetime64[D], rising
    temperature_c: Floats  # [R], nan where missing
    day_type: NDArray[Any]  # [R] codes in the order of DAY_TYPES; closed days are sundays
    is_closed: Bools  # [R] closed days that are known well enough to be set apart from sundays
    is_baseline: Bools  # [R]
    is_electricity: bool
    latitude_deg: float

    def part(self, start: int, stop: int) -> DayGroup:
        """The meters from start to stop."""
        return DayGroup(
            self.metering_point_id[start:stop],
            self.energy_kwh[start:stop],
            self.days,
            self.temperature_c,
            self.day_type,
            self.is_closed,
            self.is_baseline,
            self.is_electricity,
            self.latitude_deg,
        )


def day_groups(days: pl.DataFrame) -> list[DayGroup]:
    """All meters of a frame as groups.

    Parameters: `days` from meter_panel.in_order: meter_index, metering_point_id, carrier, day_local, energy_kwh,
    temperature_c, day_type, is_closed, is_baseline, latitude_deg (of the meter's first row).

    Raises ValueError when a meter has two rows for a day, or a day_type is missing or unknown.
    """
    if not days.height:
        return []
    index = days["meter_index"].to_numpy()
    starts = np.flatnonzero(np.diff(index.astype(np.int64), prepend=-1))
    stops = np.append(starts[1:], days.height)
    date = days["day_local"].to_physical().to_numpy()
    if ((np.diff(date) == 0) & (np.diff(index) == 0)).any():
        raise ValueError("a meter has two rows for the same day")
    energy = days["energy_kwh"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    temperature = days["temperature_c"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    closed, baseline = days["is_closed"].to_numpy(), days["is_baseline"].to_numpy()
    codes = _day_type_codes(days["day_type"])
    is_electricity = days["carrier"].gather(starts).eq_missing("electricity").to_numpy()
    latitude = days["latitude_deg"].gather(starts).to_numpy()
    measured = closed & baseline & ~np.isnan(energy) & ~np.isnan(temperature)
    closed_known = np.add.reduceat(measured.astype(np.int64), starts) >= LEAST_CLOSED_DAYS

    shared = (date, temperature, codes, closed, baseline)
    found: dict[tuple[Any, ...], list[int]] = {}
    for m, (start, stop) in enumerate(zip(starts.tolist(), stops.tolist(), strict=True)):
        key = (is_electricity[m], latitude[m], closed_known[m], *(column[start:stop].tobytes() for column in shared))
        found.setdefault(key, []).append(m)
    ids = days["metering_point_id"].gather(starts)
    groups = []
    for members in found.values():
        first, stop = int(starts[members[0]]), int(stops[members[0]])
        is_closed = closed[first:stop]
        groups.append(
            DayGroup(
                metering_point_id=ids.gather(members).to_list(),
                energy_kwh=energy[starts[members][:, None] + np.arange(stop - first)],
                days=date[first:stop].astype("datetime64[D]"),
                temperature_c=temperature[first:stop],
                day_type=np.where(is_closed, DAY_TYPES.index("sunday"), codes[first:stop]),
                is_closed=is_closed & closed_known[members[0]],
                is_baseline=baseline[first:stop],
                is_electricity=bool(is_electricity[members[0]]),
                latitude_deg=float(latitude[members[0]]),
            )
        )
    return groups


def _day_type_codes(day_type: pl.Series) -> NDArray[Any]:
    try:
        codes = day_type.cast(pl.Enum(DAY_TYPES)).to_physical()
    except pl.exceptions.InvalidOperationError as error:
        raise ValueError(f"day_type must be one of {', '.join(DAY_TYPES)}") from error
    if codes.null_count():
        raise ValueError("day_type is missing")
    return codes.to_numpy()
