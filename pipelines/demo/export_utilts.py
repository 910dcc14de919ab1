"""Swedish Ediel messages, UTILTS E66 (D.02B, E5SE5A): hour series, and month values with register readings.

All times are normal time, stated in the message (`DTM+735:?+0100:406`). Segment order as in `domain/formats.md` 1.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from pipelines.demo.axis import FloatArray, HourAxis, month_start
from pipelines.demo.deliveries import (
    ExportFile,
    Period,
    arrival_day,
    months,
    utilts_hours_from,
    whole_years_then_months,
)
from pipelines.demo.faults import WRONG_FACTOR, Series, span
from pipelines.demo.seeds import stream

SENDER, RECEIVER = "99240", "99241"
"""Made-up Ediel ids."""


def utilts_hour_files(axis: HourAxis, series: Sequence[Series], organisation_id: str) -> Iterator[ExportFile]:
    """A message a month with the organisation's hourly meters, from the day they went over to Ediel."""
    moved = [utilts_hours_from(s.meter, organisation_id, axis.until) for s in series]
    first = min((m for m in moved if m is not None), default=None)
    if first is None:
        return
    for period in months(first, month_start(axis.until, 1)):
        period = Period(period.first, min(period.end, axis.until.fromordinal(axis.until.toordinal() + 1)))
        where = axis.hours("normal_time", period.first, period.end)
        transactions = []
        for number, one in enumerate(series, start=1):
            values = one.values[where]
            if not np.isnan(values).any():
                lines = _opening(f"{period.label}-{number}", one, period, "60:806")
                for n, value in enumerate(values.tolist(), start=1):
                    lines += (f"SEQ++{n}", f"QTY+136:{value:.3f}")
                transactions.append(lines)
        if transactions:
            arrived = arrival_day(period.end, axis.until, 1)
            content = _message(transactions, arrived, f"T{period.first:%y%m}", "T")
            yield ExportFile(organisation_id, f"{arrived}_utilts-e66_timvarden_{period.label}.edi", content)


def utilts_month_files(
    seed: int, axis: HourAxis, series: Sequence[Series], owned: Sequence[FloatArray], organisation_id: str
) -> Iterator[ExportFile]:
    """Month values with readings: a file a year, then a file a month; a corrected month comes once more.

    `owned`: each series' kWh by month with NaN where another organisation owned the building.
    """
    registers = [_readings(seed, s) for s in series]
    after = month_start(axis.months[-1], 1)
    for period in whole_years_then_months(axis.until, last=after):
        transactions = []
        for one, values, readings in zip(series, owned, registers, strict=True):
            first_sent = _wrong_first(axis, one, values)
            for month in months(period.first, period.end):
                transactions += _month_transaction(axis, one, first_sent, readings, month)
        if transactions:
            arrived = arrival_day(period.end, axis.until, 3)
            content = _message(transactions, arrived, f"S{period.first:%y%m}", "S")
            yield ExportFile(organisation_id, f"{arrived}_utilts-e66_manadsvarden_{period.label}.edi", content)
    for number, (one, values, readings) in enumerate(zip(series, owned, registers, strict=True)):
        corrected = one.fault("corrected_month")
        if corrected is None:
            continue
        period = Period(corrected.first, corrected.end)
        transactions = _month_transaction(axis, one, values, readings, period)
        if transactions:
            arrived = date(corrected.first.year + 1, 2, 20)
            content = _message(transactions, arrived, f"R{period.first:%y%m}{number}", "S")
            name = f"{arrived}_utilts-e66_manadsvarden_{period.label}_{one.meter.metering_point_id}_rattad.edi"
            yield ExportFile(organisation_id, name, content)


def _wrong_first(axis: HourAxis, series: Series, values: FloatArray) -> FloatArray:
    corrected = series.fault("corrected_month")
    if corrected is None:
        return values
    wrong = values.copy()
    where = span(axis, series, False, corrected.first, corrected.end)
    wrong[where] = np.round(wrong[where] * WRONG_FACTOR)
    return wrong


def _readings(seed: int, series: Series) -> FloatArray:
    """Register at the start of each month, whole kWh, shape (months + 1,)."""
    start = float(stream(seed, "register", series.meter.metering_point_id).integers(10_000, 900_000))
    return start + np.concatenate([[0.0], np.cumsum(np.nan_to_num(series.values))])


def _month_transaction(
    axis: HourAxis, series: Series, values: FloatArray, readings: FloatArray, month: Period
) -> list[list[str]]:
    index = span(axis, series, False, month.first, month.end).start
    if np.isnan(values[index]):
        return []
    identity = series.meter.metering_point_id
    lines = _opening(f"{month.label}-{identity[-6:]}", series, month, "1:802")
    energy = values[index]
    start = readings[index]
    changed = series.fault("meter_change")
    meter_number = f"M{identity[9:17]}"
    if changed is not None and changed.first <= month.first:
        meter_number += "B"
    stands = [(meter_number, start, month.first), (meter_number, start + energy, month.end)]
    if changed is not None and changed.first == month.first:
        # The old meter is taken down in the middle of the month and the new one starts at zero.
        middle = month.first.replace(day=15)
        half = np.floor(energy / 2)
        stands = [
            (meter_number[:-1], start, month.first),
            (meter_number[:-1], start + half, middle),
            (meter_number, 0.0, middle),
            (meter_number, energy - half, month.end),
        ]
    for n, (number, reading, day) in enumerate(stands, start=1):
        lines += [f"SEQ++{n}", "RFF+AES:101", f"RFF+MG:{number}", f"QTY+220:{reading:.0f}"]
        lines += [f"DTM+597:{day:%Y%m%d}0000:203", "CCI+++E22::260", "CAV+E27::260"]
    lines += [f"SEQ++{len(stands) + 1}", f"QTY+136:{energy:.0f}"]
    return [lines]


def _opening(reference: str, series: Series, period: Period, resolution: str) -> list[str]:
    """One transaction up to its values."""
    return [
        f"IDE+24+{reference}",
        f"LOC+172+{series.meter.metering_point_id}::9",
        "LOC+239+VBT:SVK:260",
        "LIN+++8716867000030:::9",
        f"DTM+324:{period.first:%Y%m%d}0000{period.end:%Y%m%d}0000:719",
        f"DTM+597:{period.end:%Y%m%d}0000:203",
        f"DTM+354:{resolution}",
        "STS+7++E88::260",
        "MEA+AAZ++KWH",
        "CCI+++E12::260",
        "CAV+E17::260",
    ]


def _message(transactions: Sequence[Sequence[str]], arrived: date, reference: str, kind: str) -> bytes:
    """An interchange with one message; `kind` is T for series and S for readings."""
    head = [
        "UNH+1+UTILTS:D:02B:UN:E5SE5A",
        f"BGM+E66::260+SK{reference}+9+AB",
        f"DTM+137:{arrived:%Y%m%d}0030:203",
        "DTM+735:?+0100:406",
        "MKS+23+E02::260",
        f"NAD+MS+{SENDER}:SVK:260",
        f"NAD+MR+{RECEIVER}:SVK:260",
        "NAD+DDQ",
    ]
    body = [line for lines in transactions for line in lines]
    whole = [
        f"UNB+UNOC:3+{SENDER}:ZZ+{RECEIVER}:ZZ+{arrived:%y%m%d}:0030+{reference}++23-DDQ-E66-{kind}++1",
        *head,
        *body,
        f"UNT+{len(head) + len(body) + 1}+1",
        f"UNZ+1+{reference}",
    ]
    return ("UNA:+.? '\n" + "".join(f"{line}'\n" for line in whole)).encode("latin-1")
