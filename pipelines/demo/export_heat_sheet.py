"""Month values of heat and fuel in a workbook per year: facilities down, months across, MWh, a sum row.

A star after the number marks a value that the supplier calculated; a cell is empty where a month is missing.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

import numpy as np
import xlsxwriter

from pipelines.demo.axis import FIRST_DAY, FloatArray, HourAxis, month_start
from pipelines.demo.county import Organisation
from pipelines.demo.deliveries import ExportFile, arrival_day
from pipelines.demo.faults import WRONG_FACTOR, Series, span

TITLES = {"district_heating": "Fjärrvärme", "pellets": "Pellets", "gas": "Gas"}
FILE_NAMES = {"district_heating": "fjarrvarme", "pellets": "pellets", "gas": "gas"}
CREATED = datetime(2021, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""A fixed date in the workbook's properties, so that the same year gives the same bytes."""


def heat_sheet_files(
    axis: HourAxis, series: Sequence[Series], owned: Sequence[FloatArray], organisation: Organisation, carrier: str
) -> Iterator[ExportFile]:
    """One workbook per year, and a second one for a year in which a month was corrected.

    `owned`: each series' kWh by month with NaN where another organisation owned the building.
    """
    for year in range(FIRST_DAY.year, axis.until.year + 1):
        first_sent = [_wrong_first(axis, s, v, year) for s, v in zip(series, owned, strict=True)]
        months = [i for i, m in enumerate(axis.months) if m.year == year]
        present = [i for i, v in enumerate(owned) if months and not np.isnan(v[months]).all()]
        if not present:
            continue
        rows = [(series[i], first_sent[i]) for i in present]
        end = month_start(axis.months[months[-1]], 1)
        stem = f"{FILE_NAMES[carrier]}_{year}"
        arrived = arrival_day(end, axis.until, 11)
        content = _workbook(axis, rows, months, organisation, carrier, year)
        yield ExportFile(organisation.organisation_id, f"{arrived}_{stem}.xlsx", content)
        if any(first_sent[i] is not owned[i] for i in present):
            rows = [(series[i], owned[i]) for i in present]
            content = _workbook(axis, rows, months, organisation, carrier, year)
            day = date(year + 1, 2, 20)
            yield ExportFile(organisation.organisation_id, f"{day}_{stem}_rattad.xlsx", content)


def _wrong_first(axis: HourAxis, series: Series, values: FloatArray, year: int) -> FloatArray:
    corrected = series.fault("corrected_month")
    if corrected is None or corrected.first.year != year:
        return values
    where = span(axis, series, True, corrected.first, corrected.end)
    if np.isnan(values[where]).all():
        return values
    wrong = values.copy()
    wrong[where] = np.round(wrong[where] * WRONG_FACTOR)
    return wrong


def _workbook(
    axis: HourAxis,
    rows: Sequence[tuple[Series, FloatArray]],
    months: Sequence[int],
    organisation: Organisation,
    carrier: str,
    year: int,
) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": CREATED})
    sheet = book.add_worksheet(f"{TITLES[carrier]} {year}")
    bold = book.add_format({"bold": True})
    number = book.add_format({"num_format": "#,##0.000"})
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 38)
    sheet.write_string(0, 0, f"{TITLES[carrier]}, månadsvärden {year}", bold)
    sheet.write_string(1, 0, f"Kund: {organisation.name}")
    sheet.write_string(2, 0, "Enhet: MWh")
    labels = [f"{axis.months[m]:%Y-%m}" for m in months]
    for column, label in enumerate(["Anläggnings-id", "Anläggning", *labels, "Summa"]):
        sheet.write_string(4, column, label, bold)
    for line, (series, values) in enumerate(rows, start=5):
        sheet.write_string(line, 0, series.meter.metering_point_id)
        sheet.write_string(line, 1, series.meter.building.name)
        for column, month in enumerate(months, start=2):
            mwh = values[month] / 1000.0
            if np.isnan(mwh):
                continue
            if series.estimated[month]:
                sheet.write_string(line, column, f"{mwh:.3f}".replace(".", ",") + " *")
            else:
                sheet.write_number(line, column, round(float(mwh), 3), number)
        sheet.write_number(line, len(months) + 2, round(float(np.nansum(values[list(months)])) / 1000.0, 3), number)
    below = 5 + len(rows)
    sheet.write_string(below, 0, "Summa", bold)
    for column, month in enumerate(months, start=2):
        total = float(np.nansum([v[month] for _, v in rows])) / 1000.0
        sheet.write_number(below, column, round(total, 3), number)
    sheet.write_string(below + 2, 0, "* = beräknat värde")
    book.close()
    return buffer.getvalue()
