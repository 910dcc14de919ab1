"""Files in the real forms with made-up meters, and the shortest way to read them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import xlsxwriter

from pipelines.errors import BadInput
from pipelines.ingest.canonical import MeterFile, ReadFile
from pipelines.ingest.detect import read_bytes
from pipelines.ingest.intervals import Context

STOCKHOLM = ZoneInfo("Europe/Stockholm")
SCHOOL, LIBRARY = "735999000000000013", "735999000000000020"
"""Made-up ids with right check digits."""

EON_METADATA = "Anläggnings-id;Tidpunkt för export;Energiprodukt;Starttidpunkt;Sluttidpunkt;Måttenhet"
EON_VALUES = "Starttidpunkt;Sluttidpunkt;Energiriktning;Kvalitet;Kvantitet"


def read(content: str | bytes, name: str = "export.csv", **known: Any) -> ReadFile:
    """Read a file's content; `known`: assumptions, profiles, zone."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    return read_bytes(data, Context(name, **known))


def refusal_of(content: str | bytes) -> BadInput | None:
    """The refusal of a file, or None when it could be read; any other error is a fault of the reader."""
    try:
        read(content, "fil")
    except BadInput as refused:
        return refused
    return None


def read_meter(content: str | bytes, name: str = "export.csv", **known: Any) -> MeterFile:
    """Read a file that must hold meter readings."""
    result = read(content, name, **known)
    assert isinstance(result, MeterFile)
    return result


def starts(file: MeterFile) -> list[str]:
    """Starts of the intervals in UTC, as text, in the order of the file."""
    return file.readings["period_start_utc"].dt.strftime("%Y-%m-%d %H:%M").to_list()


def intervals(start: datetime, count: int, minutes: int = 60) -> list[datetime]:
    """Starts of intervals that follow one another, in UTC."""
    return [start.astimezone(UTC) + timedelta(minutes=minutes * n) for n in range(count)]


def label(instant: datetime, basis: str) -> datetime:
    """What a clock in normal time, local time or UTC shows at an instant."""
    if basis == "local":
        return instant.astimezone(STOCKHOLM).replace(tzinfo=None)
    hours = {"normal_time": 1, "utc": 0}[basis]
    return (instant + timedelta(hours=hours)).replace(tzinfo=None)


def swedish(value: float | None) -> str:
    """A number with decimal comma; nothing where it is missing."""
    return "" if value is None else f"{value:.3f}".replace(".", ",")


def eon(
    points: Sequence[datetime], values: Sequence[float | None], *, basis: str, minutes: int = 60, identity: str = SCHOOL
) -> str:
    """An E.ON export; midnight lacks its seconds, as in the real ones."""

    def written(instant: datetime) -> str:
        shown = label(instant, basis)
        return f"{shown:%Y-%m-%d %H:%M}" if (shown.hour, shown.minute) == (0, 0) else f"{shown:%Y-%m-%d %H:%M:%S}"

    rows = [
        f"{written(start)};{written(start + timedelta(minutes=minutes))};Förbrukning;Uppmätt;{swedish(value)}"
        for start, value in zip(points, values, strict=True)
    ]
    metadata = f"{identity};2024-12-01 08:00:00;Aktiv energi;2024-01-01 00:00;2024-12-01 00:00;kWh"
    return "\ufeff" + "\n".join([EON_METADATA, metadata, "", EON_VALUES, *rows]) + "\n"


def ellevio(points: Sequence[datetime], columns: dict[str, Sequence[float | None]], *, basis: str) -> str:
    """Ellevio's long form: one column a facility and a comma at the end of each line."""
    head = "date," + "".join(f"TS_{identity}.cons," for identity in columns)
    rows = [
        f"{label(start, basis):%Y-%m-%d %H:%M},"
        + "".join("," if (v := c[n]) is None else f"{v}," for c in columns.values())
        for n, start in enumerate(points)
    ]
    return "\n".join(["#Created: 2024-12-01 08:00:00", head, *rows]) + "\n"


def long_rows(points: Sequence[datetime], values: Sequence[float | None], *, basis: str, minutes: int = 60) -> str:
    """A long file with one column of starts."""
    rows = [f"{SCHOOL};{label(p, basis):%Y-%m-%d %H:%M};{swedish(v)}" for p, v in zip(points, values, strict=True)]
    return "\n".join(["Anläggnings-id;Tid;Förbrukning (kWh)", *rows]) + "\n"


def utilts(start: datetime, values: Sequence[float], *, minutes: int = 60, offset_hours: int = 1) -> str:
    """One UTILTS E66 message in normal time, on a single line."""
    first = start + timedelta(hours=offset_hours)
    last = first + timedelta(minutes=minutes * len(values))
    body = [
        "UNH+1+UTILTS:D:02B:UN:E5SE5A",
        "BGM+E66::260+DOC+9+AB",
        "DTM+137:202412010030:203",
        f"DTM+735:?+0{offset_hours}00:406",
        "IDE+24+TX-1",
        f"LOC+172+{SCHOOL}::9",
        "LIN+++8716867000030:::9",
        f"DTM+324:{first:%Y%m%d%H%M}{last:%Y%m%d%H%M}:719",
        f"DTM+354:{minutes}:806",
        "STS+7++E88::260",
        "MEA+AAZ++KWH",
        "CCI+++E12::260",
        "CAV+E17::260",
    ]
    for number, value in enumerate(values, 1):
        body += [f"SEQ++{number}", f"QTY+136:{value:.3f}"]
    body.append(f"UNT+{len(body) + 1}+1")
    return "'".join(
        ["UNA:+.? ", "UNB+UNOC:3+91100:ZZ+99621:ZZ+241201:0000+REF++23-DDQ-E66-T++1", *body, "UNZ+1+REF", ""]
    )


def workbook(sheets: dict[str, list[list[Any]]]) -> bytes:
    """An XLSX with the cells given; datetimes are written as Excel dates."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for row_number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(row_number, column, cell)
    book.close()
    return out.getvalue()


def by_start(file: MeterFile) -> dict[datetime, float | None]:
    """Energy in kWh by start of interval."""
    return dict(file.readings.sort("period_start_utc").select("period_start_utc", "energy_kwh").iter_rows())


def total_kwh(file: MeterFile) -> float:
    """All energy in the file."""
    return float(file.readings.select(pl.col("energy_kwh").sum()).item())
