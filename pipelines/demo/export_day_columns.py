"""Values with a column per meter: `Datum;735… (kWh);735… (kWh)`, semicolons and decimal comma.

Day values come as UTF-8 with a byte order mark or, from organisations that save through a spreadsheet, as Windows-1252
with a title line. Heat by the hour has the same form, in local time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import numpy as np
import polars as pl

from pipelines.demo.axis import HourAxis
from pipelines.demo.county import Organisation
from pipelines.demo.deliveries import ExportFile, Period, arrival_day, whole_years_then_months
from pipelines.demo.faults import Series, span

SPREADSHEET_ORGANISATIONS = {"kommun-2482", "kommun-2401", "kommun-2460", "region-24"}
"""Their day files were opened and saved again: Windows-1252, CRLF, a title above the header."""


def day_column_files(axis: HourAxis, series: Sequence[Series], organisation: Organisation) -> Iterator[ExportFile]:
    """The organisation's files, kWh by local day; a missing day is an empty cell, a day without any value no row."""
    for period in whole_years_then_months(axis.until):
        last = period.end - timedelta(days=1)
        stamps = pl.date_range(period.first, last, eager=True).dt.to_string("%Y-%m-%d")
        text = _table(axis, series, period, "Datum", stamps, decimals=2)
        if text is None:
            continue
        if organisation.organisation_id in SPREADSHEET_ORGANISATIONS:
            content = f"Dygnsvärden, {organisation.name}\n{text}".replace("\n", "\r\n").encode("cp1252")
        else:
            content = f"\ufeff{text}".encode()
        arrived = arrival_day(period.end, axis.until, 6)
        yield ExportFile(organisation.organisation_id, f"{arrived}_dygnsvarden_{period.label}.csv", content)


def heat_hour_files(axis: HourAxis, series: Sequence[Series], organisation_id: str) -> Iterator[ExportFile]:
    """Heat meters that are read every hour, kWh in local time: 23 rows on the last Sunday of March, 25 in October."""
    for period in whole_years_then_months(axis.until):
        where = axis.hours("local", period.first, period.end)
        stamps = pl.Series(axis.local[where].astype("datetime64[us]")).dt.to_string("%Y-%m-%d %H:%M")
        text = _table(axis, series, period, "Tidpunkt", stamps, decimals=3)
        if text is not None:
            arrived = arrival_day(period.end, axis.until, 8)
            name = f"{arrived}_timvarden-varme_{period.label}.csv"
            yield ExportFile(organisation_id, name, f"\ufeff{text}".encode())


def _table(
    axis: HourAxis, series: Sequence[Series], period: Period, first_header: str, stamps: pl.Series, decimals: int
) -> str | None:
    """Header and rows; None when no meter has a value in the period."""
    columns = {"stamp": stamps}
    for one in series:
        values = one.values[span(axis, one, True, period.first, period.end)]
        if not np.isnan(values).all():
            columns[one.meter.metering_point_id] = pl.Series(values).fill_nan(None)
    if len(columns) == 1:
        return None
    rows = pl.DataFrame(columns).filter(~pl.all_horizontal(pl.exclude("stamp").is_null()))
    header = ";".join([first_header, *(f"{identity} (kWh)" for identity in columns if identity != "stamp")])
    body = rows.write_csv(
        include_header=False, separator=";", float_precision=decimals, decimal_comma=True, quote_style="never"
    )
    return f"{header}\n{body}"
