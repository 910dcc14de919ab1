"""Day values with a column per meter: `Datum;735…;735…`, decimal comma, UTF-8 with byte order mark."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import timedelta

import numpy as np
import polars as pl

from pipelines.demo.axis import HourAxis
from pipelines.demo.deliveries import ExportFile, arrival_day, whole_years_then_months
from pipelines.demo.faults import Series, span


def day_column_files(axis: HourAxis, series: Sequence[Series], organisation_id: str) -> Iterator[ExportFile]:
    """The organisation's files, kWh by local day; a missing day is an empty cell, a day without any value no row."""
    for period in whole_years_then_months(axis.until):
        present = [s for s in series if not np.isnan(s.values[span(axis, s, True, period.first, period.end)]).all()]
        if not present:
            continue
        arrived = arrival_day(period.end, axis.until, 6)
        last = period.end - timedelta(days=1)
        columns = {"day": pl.date_range(period.first, last, eager=True).dt.to_string("%Y-%m-%d")}
        for one in present:
            values = one.values[span(axis, one, True, period.first, period.end)]
            columns[one.meter.metering_point_id] = pl.Series(values).fill_nan(None)
        rows = pl.DataFrame(columns).filter(~pl.all_horizontal(pl.exclude("day").is_null()))
        buffer = io.BytesIO()
        rows.write_csv(
            buffer, include_header=False, separator=";", float_precision=2, decimal_comma=True, quote_style="never"
        )
        header = ";".join(["Datum", *(s.meter.metering_point_id for s in present)])
        name = f"{arrived}_dygnsvarden_{period.label}.csv"
        yield ExportFile(organisation_id, name, f"\ufeff{header}\n".encode() + buffer.getvalue())
