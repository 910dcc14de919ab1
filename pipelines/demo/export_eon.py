"""E.ON's "Mätvärdesexport": one meter in a file, a metadata table and a value table, hours with start and end."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import numpy as np
import polars as pl

from pipelines.demo.axis import Basis, FloatArray, HourAxis
from pipelines.demo.deliveries import ExportFile, Period, arrival_day, time_basis, whole_years_then_months
from pipelines.demo.faults import WRONG_FACTOR, Fault, Series

META_HEADER = "Anläggnings-id;Tidpunkt för export;Energiprodukt;Starttidpunkt;Sluttidpunkt;Måttenhet"
VALUE_HEADER = "Starttidpunkt;Sluttidpunkt;Energiriktning;Kvalitet;Kvantitet"


def eon_files(axis: HourAxis, series: Series, organisation_id: str) -> Iterator[ExportFile]:
    """All files of one meter, wrong and repeated ones included."""
    basis = time_basis(organisation_id)
    late, twice, corrected = (series.fault(k) for k in ("late_file", "sent_twice", "corrected_month"))
    for period in whole_years_then_months(axis.until):
        arrived = arrival_day(period.end, axis.until, 4)
        if late is not None and late.first == period.first and late.end == period.end:
            arrived = date(period.end.year, 6, 18)
        values = series.values
        if corrected is not None:
            values = wrong_first(axis, values, corrected, basis)
        yield from _file(axis, series, values, organisation_id, basis, period, arrived)
        if twice is not None and twice.first == period.first and twice.end == period.end:
            for again in _file(axis, series, values, organisation_id, basis, period, arrived):
                day = arrived + timedelta(days=9)
                yield ExportFile(organisation_id, f"{day}{again.name[10:]}", again.content)
    if corrected is not None:
        period = Period(corrected.first, corrected.end)
        day = date(corrected.first.year + 1, 2, 20)
        yield from _file(axis, series, series.values, organisation_id, basis, period, day, tail="_rattad")


def wrong_first(axis: HourAxis, values: FloatArray, corrected: Fault, basis: Basis) -> FloatArray:
    """The hours as they were first sent, before the month was corrected."""
    wrong = values.copy()
    where = axis.hours(basis, corrected.first, corrected.end)
    wrong[where] = np.round(wrong[where] * WRONG_FACTOR, 3)
    return wrong


@cache
def _stamps(axis: HourAxis, basis: Basis) -> tuple[pl.Series, pl.Series]:
    """Start and end of each hour as E.ON writes them: midnight without seconds."""
    clock = axis.clock(basis)
    # The hour after the last starts a day, where the clock never changes.
    following = np.append(clock[1:], clock[-1] + np.timedelta64(1, "h"))
    return _written(clock), _written(following)


def _written(clock: np.ndarray) -> pl.Series:
    stamps = pl.Series(clock.astype("datetime64[us]"))
    texts = pl.DataFrame({"stamp": stamps}).select(
        pl.when(pl.col("stamp").dt.hour() == 0)
        .then(pl.col("stamp").dt.to_string("%Y-%m-%d %H:%M"))
        .otherwise(pl.col("stamp").dt.to_string("%Y-%m-%d %H:%M:%S"))
    )
    return texts.to_series()


def _file(
    axis: HourAxis,
    series: Series,
    values: FloatArray,
    organisation_id: str,
    basis: Basis,
    period: Period,
    arrived: date,
    tail: str = "",
) -> Iterator[ExportFile]:
    where = axis.hours(basis, period.first, period.end)
    starts, ends = _stamps(axis, basis)
    direction = "Produktion" if series.meter.is_production else "Förbrukning"
    rows = pl.DataFrame(
        {
            "start": starts[where],
            "end": ends[where],
            "direction": pl.repeat(direction, where.stop - where.start, eager=True),
            "quality": np.where(series.estimated[where], "Beräknad", "Uppmätt"),
            "kwh": values[where],
        }
    ).filter(pl.col("kwh").is_not_nan())
    if rows.is_empty():
        return
    identity = series.meter.metering_point_id
    meta = f"{identity};{arrived} 06:15:00;Aktiv energi;{period.first} 00:00;{period.end} 00:00;kWh"
    buffer = io.BytesIO()
    rows.write_csv(
        buffer, include_header=False, separator=";", float_precision=3, decimal_comma=True, quote_style="never"
    )
    head = f"\ufeff{META_HEADER}\n{meta}\n\n{VALUE_HEADER}\n"
    name = f"{arrived}_Matvardesexport_{identity}_{period.label}{tail}.csv"
    yield ExportFile(organisation_id, name, head.encode() + buffer.getvalue())
