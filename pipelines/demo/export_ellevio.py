"""Ellevio's long form: a comment line, then a row per hour with a column per meter, and a comma at the end."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
import polars as pl

from pipelines.demo.axis import Basis, HourAxis
from pipelines.demo.deliveries import (
    ExportFile,
    arrival_day,
    time_basis,
    utilts_hours_from,
    whole_years_then_months,
)
from pipelines.demo.faults import Series


def ellevio_files(axis: HourAxis, series: Sequence[Series], organisation_id: str) -> Iterator[ExportFile]:
    """The organisation's files, all its meters side by side; a missing hour is an empty cell.

    Meters whose hours come as Ediel messages later on are only in the files before that.
    """
    basis = time_basis(organisation_id)
    for period in whole_years_then_months(axis.until):
        present = [s for s in series if _is_here(axis, s, organisation_id, period.first.year)]
        where = axis.hours(basis, period.first, period.end)
        present = [s for s in present if not np.isnan(s.values[where]).all()]
        if not present:
            continue
        arrived = arrival_day(period.end, axis.until, 2)
        columns = {"date": _stamps(axis, basis)[where]}
        columns |= {s.meter.metering_point_id: pl.Series(s.values[where]).fill_nan(None) for s in present}
        rows = pl.DataFrame(columns).with_columns(pl.lit("").alias("last"))
        buffer = io.BytesIO()
        rows.write_csv(buffer, include_header=False, float_precision=3, quote_style="never")
        header = ",".join(["date", *(f"TS_{s.meter.metering_point_id}.cons" for s in present), ""])
        head = f"#Created: {arrived} 05:40:12\n{header}\n"
        name = f"{arrived}_ellevio-export_{period.label}.csv"
        yield ExportFile(organisation_id, name, head.encode() + buffer.getvalue())


def _is_here(axis: HourAxis, series: Series, organisation_id: str, year: int) -> bool:
    moved = utilts_hours_from(series.meter, organisation_id, axis.until)
    return moved is None or year < moved.year


@cache
def _stamps(axis: HourAxis, basis: Basis) -> pl.Series:
    return pl.Series(axis.clock(basis).astype("datetime64[us]")).dt.to_string("%Y-%m-%d %H:%M")
