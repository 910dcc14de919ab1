"""Monthly sheets, one row a facility and one column a month, as district-heating companies send them (XLSX or CSV).

Title rows above the header, a sum row below, marks for calculated values. The transposed form, with months down and
facilities across, is read by columns_csv.py.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime

import polars as pl

from pipelines.ingest.canonical import REJECTED_SCHEMA, MeterFile
from pipelines.ingest.headers import carrier_of, is_estimated, plain, role_of, roles, unit_of
from pipelines.ingest.intervals import LABELLED_SCHEMA, Context
from pipelines.ingest.meter_file import meter_file
from pipelines.ingest.numbers import read_numbers
from pipelines.ingest.tables import CsvText

FORMAT = "monthly-sheet"
TOTAL = re.compile(r"^(summa|totalt?|sum|medel(värde)?|snitt)\b", re.IGNORECASE)
MONTH_NAMES = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
ENGLISH_MONTHS = {"may": "maj", "oct": "okt"}

_NUMERIC_MONTH = re.compile(r"^(\d{4})[-/ ]?(\d{2})(?:-01)?(?:[ T]00:00(?::00)?)?$")
_NAMED_MONTH = re.compile(r"^([a-zåäö]{3,9})\.?[\s\-']*(\d{4}|\d{2})?$", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"^(\d{4})[\s\-]+([a-zåäö]{3,9})\.?$", re.IGNORECASE)
_CARRIER_WORD = re.compile(r"fjärrvärme|fjärrkyla|naturgas|biogas|elförbrukning|elenergi|elanvändning", re.IGNORECASE)
_CARRIER_BY_WORD = {"elförbrukning": "electricity", "elenergi": "electricity", "elanvändning": "electricity"}


def header_line_of(csv_text: CsvText) -> int | None:
    """The line with an id column and at least one month as a column; None when there is none."""
    for line, header in enumerate(csv_text.head):
        if "metering_point_id" in roles(header) and _months(header, None):
            return line
        year = _year_above(csv_text, line)
        if year and "metering_point_id" in roles(header) and len(_months(header, year)) >= 2:
            return line
    return None


def read(csv_text: CsvText, header_line: int, context: Context) -> MeterFile:
    """Read the table below the header on `header_line` (from 0); empty cells are missing, never zero."""
    rows = list(csv.reader(io.StringIO(csv_text.text), delimiter=csv_text.separator))
    header = rows[header_line]
    column = roles(header)
    months = _months(header, None) or _months(header, _year_above(csv_text, header_line))
    statuses = _status_columns(header, months)
    title = title_text(csv_text, header_line)
    title_carrier, title_unit = carrier_in(title), unit_in(title)
    cells: list[tuple] = []
    rejected: list[tuple[int, str, str]] = []
    for number, row in enumerate(rows[header_line + 1 :], header_line + 2):
        row = [cell.strip() for cell in row] + [""] * (len(header) - len(row))
        filled = [place for place in months if row[place]]
        if any(TOTAL.match(row[place]) for place in range(len(header)) if place not in months) or not any(row):
            continue
        identity = row[column["metering_point_id"]]
        if not identity:
            reason = "Anläggnings-id saknas på en rad med värden."
            rejected += [(number, reason, "Fyll i anläggnings-id.") for _ in filled]
            continue
        if not re.search(r"\d", identity) and not filled:
            continue  # a note below the table
        unit = row[column["unit"]] if "unit" in column else None
        carrier = carrier_of(row[column["carrier"]]) if "carrier" in column else None
        for place, month in months.items():
            said = row[statuses[place]] if place in statuses else ""
            cells.append(
                (
                    identity,
                    carrier or title_carrier,
                    unit or unit_of(header[place]) or title_unit,
                    row[place],
                    is_estimated(said),
                    number,
                    datetime(month.year, month.month, 1),
                )
            )
    frame = pl.DataFrame(
        cells,
        schema={
            "metering_point_id": pl.String,
            "carrier": pl.String,
            "unit": pl.String,
            "text": pl.String,
            "is_said_estimated": pl.Boolean,
            "source_row": pl.Int64,
            "label": pl.Datetime("us"),
        },
        orient="row",
    )
    return _meter_file(frame, rejected, context)


def _meter_file(frame: pl.DataFrame, rejected: list[tuple[int, str, str]], context: Context) -> MeterFile:
    numbers = read_numbers(frame["text"])
    labelled = frame.select(
        "metering_point_id",
        "carrier",
        pl.lit("consumption").alias("direction"),
        "unit",
        numbers.value.alias("value"),
        (pl.col("is_said_estimated") | numbers.is_marked).alias("is_estimated"),
        "source_row",
        "label",
        pl.lit(None, pl.Datetime("us")).alias("end_label"),
        pl.lit(None, pl.Int32).alias("offset_minutes"),
        pl.lit(None, pl.Int32).alias("stated_minutes"),
    ).select(list(LABELLED_SCHEMA))
    bad = frame.select(
        "source_row",
        pl.format("Värdet är inget tal: {}", pl.col("text").str.slice(0, 40)).alias("reason"),
        pl.lit("Rätta värdet, eller lämna cellen tom om det saknas.").alias("fix"),
    ).filter(numbers.is_bad)
    return meter_file(
        labelled.filter(~numbers.is_bad),
        file_format=FORMAT,
        id_source="column",
        context=context,
        stamp_hint="start",
        grain="month",
        rejected=[bad, pl.DataFrame(rejected, schema=REJECTED_SCHEMA, orient="row")],
    )


def month_of(text: str, year: int | None = None) -> date | None:
    """The month that a header names: `2023-01`, `202301`, `jan 2023`, `2023 januari`, or `jan` with a year given."""
    text = text.strip()
    if (found := _NUMERIC_MONTH.match(text)) is not None:
        return _date(int(found.group(1)), int(found.group(2)))
    if (found := _YEAR_FIRST.match(text)) is not None:
        return _date(int(found.group(1)), _month_number(found.group(2)))
    if (found := _NAMED_MONTH.match(text)) is not None:
        written = found.group(2)
        number = (int(written) + (2000 if len(written) == 2 else 0)) if written else year
        return _date(number, _month_number(found.group(1))) if number else None
    return None


def title_text(csv_text: CsvText, header_line: int) -> str:
    """What stands above the header, and the name of the sheet."""
    return " ".join([csv_text.title, *[cell for row in csv_text.head[:header_line] for cell in row]])


def carrier_in(title: str) -> str | None:
    """The carrier that a title names; None when it names none or several."""
    words = {word.lower() for word in _CARRIER_WORD.findall(title)}
    return carrier_of(word := words.pop()) or _CARRIER_BY_WORD.get(word) if len(words) == 1 else None


def unit_in(title: str) -> str | None:
    """The energy unit that a title names; None when it names none or several."""
    found = {unit_of(word) for word in re.findall(r"\b(?:k|M|G)Wh\b", title)}
    return found.pop() if len(found) == 1 else None


def _months(header: list[str], year: int | None) -> dict[int, date]:
    """Column → month, for the columns that are months."""
    found = {}
    for place, name in enumerate(header):
        bare = re.sub(r"[\s(\[]*(kwh|mwh)[)\]]?$", "", name.strip(), flags=re.IGNORECASE)
        if (month := month_of(bare, year)) is not None:
            found[place] = month
    return found


def _status_columns(header: list[str], months: dict[int, date]) -> dict[int, int]:
    """Month column → the column with its status: the one beside it, or one for the whole row."""
    status = [place for place, name in enumerate(header) if role_of(name) == "quality"]
    if len(status) == 1 and len(months) > 1:
        return dict.fromkeys(months, status[0])
    return {place: place + 1 for place in months if place + 1 in status}


def _year_above(csv_text: CsvText, line: int) -> int | None:
    years = set(re.findall(r"(?<!\d)20\d{2}(?![\d-])", title_text(csv_text, line)))
    return int(years.pop()) if len(years) == 1 else None


def _month_number(word: str) -> int:
    short = plain(word)[:3]
    short = ENGLISH_MONTHS.get(short, short)
    return MONTH_NAMES.index(short) + 1 if short in MONTH_NAMES else 0


def _date(year: int, month: int) -> date | None:
    return date(year, month, 1) if 1 <= month <= 12 and 1980 <= year <= 2100 else None
