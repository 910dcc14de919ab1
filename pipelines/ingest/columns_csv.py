"""Time × facilities: the first column is the time, every other column one facility.

Covers Ellevio's long form (`#Created: …`, `date,TS_<id>.cons,`) and `Datum;735…;735…` with rows of hours or days.
"""

from __future__ import annotations

import re

import polars as pl

from pipelines.errors import BadInput
from pipelines.ingest.canonical import REJECTED_SCHEMA, MeterFile
from pipelines.ingest.headers import direction_of, is_estimated, plain, role_of, unit_of
from pipelines.ingest.heat_sheet import carrier_in, month_of, title_text, unit_in
from pipelines.ingest.intervals import LABELLED_SCHEMA, Context
from pipelines.ingest.meter_file import meter_file
from pipelines.ingest.numbers import read_numbers
from pipelines.ingest.stamps import read_stamps
from pipelines.ingest.tables import SOURCE_ROW, CsvText, read_table

FORMAT = "columns-csv"
ELLEVIO_FORMAT = "se-ellevio-csv"
TOTAL_WORDS = ("summa", "totalt", "total", "sum", "sum:", "summa:", "medel", "max", "min")
UNIT_WORDS = ("enhet", "unit", "måttenhet")
HEADING_WORDS = (*UNIT_WORDS, "anläggning", "adress", "namn", "byggnad", "fastighet", "ort", "name", "address")
"""First cells of rows between the header and the values that describe the columns."""

_ELLEVIO_COLUMN = re.compile(r"^TS_(\d+)\.(cons|prod)$")
_ID = r"\d(?:[\s\u00a0]?\d){5,33}|\d[.,]\d+E\+?\d+"
_ID_COLUMN = re.compile(rf"^({_ID})(?:\s*[\s(\[_-]\s*(.*?)[)\]]?)?$", re.IGNORECASE)


def header_line_of(csv_text: CsvText) -> int | None:
    """The first line with a time column first and facility ids in the others; None when there is none."""
    for line, header in enumerate(csv_text.head):
        filled = [name for name in header[1:] if name and not _is_total(name) and role_of(name) != "quality"]
        can_be_time = len(header) > 1 and role_of(header[0]) in ("stamp", "start", "end", "metering_point_id")
        if can_be_time and filled and all(_facility(name) is not None for name in filled):
            return line
    return None


def read(csv_text: CsvText, header_line: int, context: Context) -> MeterFile:
    """Read a file whose header stands on `header_line` (from 0). Raises BadInput for dates in American order."""
    header = csv_text.head[header_line]
    is_ellevio = any(_ELLEVIO_COLUMN.match(name) for name in header)
    table = read_table(csv_text, header_line)
    first_word = table.frame[table.header[0]].str.strip_chars().str.to_lowercase()
    is_total = first_word.is_in(TOTAL_WORDS).fill_null(value=False)
    is_heading = first_word.is_in(HEADING_WORDS).fill_null(value=False)
    units = _units_below(table.frame.filter(first_word.is_in(UNIT_WORDS).fill_null(value=False)))
    frame = table.frame.filter(~is_total & ~is_heading)
    stamps = read_stamps(_months_in_figures(frame[table.header[0]]))
    if stamps.is_american:
        raise BadInput(
            "Datumen står i amerikansk ordning (månad/dag/år) och kan misstolkas.",
            fix_sv="Exportera filen med datum som 2024-03-31.",
        )
    title = title_text(csv_text, header_line)
    title_carrier, title_unit = carrier_in(title), unit_in(title)
    statuses = _status_columns(header)
    parts, rejected = [], [table.rejected]
    for place, name in enumerate(table.header[1:], 1):
        facility = _facility(header[place])
        if facility is None:
            continue
        identity, direction, unit = facility
        numbers = read_numbers(frame[name])
        keep = ~numbers.is_bad
        said = frame[table.header[statuses[place]]] if place in statuses else pl.Series([None], dtype=pl.String)
        estimated = [word for word in said.unique().drop_nulls() if is_estimated(word)]
        is_marked = numbers.is_marked | said.is_in(estimated).fill_null(value=False)
        parts.append(
            frame.select(
                pl.lit(identity).alias("metering_point_id"),
                pl.lit("electricity" if is_ellevio else title_carrier, pl.String).alias("carrier"),
                pl.lit(direction).alias("direction"),
                pl.lit(unit or units.get(name) or unit_of(header[0]) or title_unit, pl.String).alias("unit"),
                numbers.value.alias("value"),
                is_marked.alias("is_estimated"),
                pl.col(SOURCE_ROW),
                stamps.label.alias("label"),
                pl.lit(None, pl.Datetime("us")).alias("end_label"),
                stamps.offset_minutes.alias("offset_minutes"),
                pl.lit(None, pl.Int32).alias("stated_minutes"),
            )
            .filter(keep)
            .select(list(LABELLED_SCHEMA))
        )
        rejected.append(_bad_values(frame, frame[name], numbers.is_bad, identity))
    stamp_role = role_of(header[0])
    return meter_file(
        pl.concat(parts),
        file_format=ELLEVIO_FORMAT if is_ellevio else FORMAT,
        id_source="header",
        context=context,
        stamp_hint=stamp_role if stamp_role in ("start", "end") else "unknown",
        grain=stamps.grain,
        rejected=rejected,
    )


def _bad_values(frame: pl.DataFrame, text: pl.Series, is_bad: pl.Series, identity: str) -> pl.DataFrame:
    """One rejection per cell that is no number."""
    if not is_bad.any():
        return pl.DataFrame(schema=REJECTED_SCHEMA)
    return frame.select(
        pl.col(SOURCE_ROW),
        pl.format("Värdet för {} är inget tal: {}", pl.lit(identity), text.str.slice(0, 40)).alias("reason"),
        pl.lit("Rätta värdet, eller lämna fältet tomt om det saknas.").alias("fix"),
    ).filter(is_bad)


def _facility(header: str) -> tuple[str, str, str | None] | None:
    """Id, direction and unit that a column header states; None when it is no facility."""
    if (ellevio := _ELLEVIO_COLUMN.match(header.strip())) is not None:
        return ellevio.group(1), "production" if ellevio.group(2) == "prod" else "consumption", "kWh"
    found = _ID_COLUMN.match(header.strip())
    if found is None:
        return None
    words = re.split(r"[\s,()\[\]]+", found.group(2) or "")
    direction = next((one for word in words if (one := direction_of(word)) is not None), "consumption")
    unit = next((one for word in words if (one := unit_of(word)) is not None), None)
    return found.group(1), direction, unit


def _units_below(rows: pl.DataFrame) -> dict[str, str]:
    """Column → unit, from a row of units below the header."""
    if rows.is_empty():
        return {}
    return {name: unit for name, text in rows.row(0, named=True).items() if (unit := unit_of(str(text or "")))}


def _months_in_figures(text: pl.Series) -> pl.Series:
    """Month names (`jan 2023`) as `2023-01`; other stamps as they are."""
    if not text.str.contains(r"^\s*(\d{4}\s)?[A-Za-zÅÄÖåäö]{3,}").any():
        return text
    named = {one: month for one in text.unique().drop_nulls() if (month := month_of(one)) is not None}
    return text.replace({one: f"{month:%Y-%m}" for one, month in named.items()})


def _status_columns(header: list[str]) -> dict[int, int]:
    """Value column → the column with its status: the one beside it, or one for the whole row."""
    status = [place for place, name in enumerate(header) if role_of(name) == "quality"]
    values = [place for place, name in enumerate(header) if place and _facility(name) is not None]
    if len(status) == 1 and len(values) > 1:
        return dict.fromkeys(values, status[0])
    return {place: place + 1 for place in values if place + 1 in status}


def _is_total(header: str) -> bool:
    return plain(header) in TOTAL_WORDS
