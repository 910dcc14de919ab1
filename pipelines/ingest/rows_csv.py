"""Long form: one row a value, columns found by their header words in Swedish, English, Norwegian, Danish or Finnish.

Whole columns at a time: files of millions of rows pass here. Does not belong here: time rules (intervals.py).
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from pipelines.domain.gsrn import ACTIVE_ENERGY_PRODUCT
from pipelines.errors import BadInput
from pipelines.ingest.canonical import REJECTED_SCHEMA, MeterFile
from pipelines.ingest.headers import (
    carrier_of,
    direction_of,
    is_estimated,
    is_missing_word,
    minutes_of,
    plain,
    role_of,
    roles,
    unit_of,
)
from pipelines.ingest.intervals import LABELLED_SCHEMA, Context
from pipelines.ingest.meter_file import meter_file
from pipelines.ingest.numbers import read_numbers
from pipelines.ingest.stamps import Stamps, read_stamps
from pipelines.ingest.tables import SOURCE_ROW, CsvText, Table, read_table

FORMAT = "rows-csv"
NATIONAL_FORMATS = (
    ("no-elhub-csv", {"fra", "til", "kwh 60 forbruk"}),
    ("no-elhub-csv", {"fra", "til", "kwh 15 forbruk"}),
    ("dk-eloverblik-csv", {"målepunktsid", "fra_dato", "til_dato"}),
    ("fi-datahub-csv", {"mittauspisteen tunnus", "resoluutio", "alkuaika"}),
    ("fi-datahub-csv", {"meteringpointgsrn", "resolution", "start time"}),
    ("fi-caruna-csv", {"ajankohta", "laskutettava kulutus"}),
)
"""Portals whose long form has its own name, since a time basis learnt from one says nothing about another."""

FINNISH_ZONE = "Europe/Helsinki"
OTHER_VALUES_WARNING = "Kolumnen {names} lästes inte; värdena togs ur {read}."

_MINUTES = {"PT15M": 15, "PT30M": 30, "PT1H": 60, "PT60M": 60, "P1D": 1440, "P1M": 43_200}
REGISTER_SERIES_WARNING = (
    "{count} rader med mätarställningar ({names}) räknas inte: de gäller samma energi som filens tidsserier."
)


def header_line_of(csv_text: CsvText) -> int | None:
    """The first line that has a column for time and one for the value; None when there is none."""
    for line, header in enumerate(csv_text.head):
        if len(header) > 1 and _is_header(header):
            return line
    return None


def _is_header(header: list[str]) -> bool:
    found = roles(header)
    has_time = "stamp" in found or "start" in found or "end" in found
    return has_time and "value" in found


def read(csv_text: CsvText, header_line: int, context: Context) -> MeterFile:
    """Read a long-form file whose header stands on `header_line` (from 0).

    Raises BadInput when dates are in American order, or no row can be read.
    """
    table = read_table(csv_text, header_line)
    found = roles(table.header)
    names = {plain(name) for name in table.header}
    file_format = next((name for name, columns in NATIONAL_FORMATS if columns <= names), FORMAT)
    table, warnings = _without_register_series(table, found)
    unread = [name for place, name in enumerate(table.header) if role_of(name) == "value" and place != found["value"]]
    if unread:
        warnings += (OTHER_VALUES_WARNING.format(names=", ".join(unread), read=table.header[found["value"]]),)
    if file_format.startswith("fi-"):
        context = replace(context, zone=FINNISH_ZONE)
    labelled, bad, grain = label_rows(table)
    start_hint = "both" if "start" in found and "end" in found else "start" if "start" in found else "unknown"
    stamp_hint = "end" if "end" in found and "start" not in found and "stamp" not in found else start_hint
    return meter_file(
        labelled,
        file_format=file_format,
        id_source="column" if "metering_point_id" in found else "unknown",
        context=context,
        stamp_hint=stamp_hint,
        grain=grain,
        rejected=[table.rejected, bad],
        warnings=warnings,
    )


def label_rows(
    table: Table,
    *,
    unit: str | None = None,
    metering_point_id: str | None = None,
    carrier: str | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame, str]:
    """The rows of a long table with their labels, the rows that cannot be values, and the grain of the stamps.

    `unit`, `metering_point_id` and `carrier` are used where the table has no column for them.
    """
    frame, header = table.frame, table.header
    column = {role: frame[header[place]] for role, place in _roles_with_clock(table).items()}
    value_header = header[roles(header)["value"]]
    stamps = _stamps(column)
    end = read_stamps(column["end"]).label if "start" in column and "end" in column else None
    numbers = read_numbers(column["value"])
    is_estimated_row, value = numbers.is_marked, numbers.value
    if "quality" in column:
        words = column["quality"].unique().drop_nulls().to_list()
        estimated = [word for word in words if is_estimated(word)]
        missing = [word for word in words if is_missing_word(word)]
        if estimated:
            is_estimated_row = is_estimated_row | column["quality"].is_in(estimated).fill_null(value=False)
        if missing:
            said_missing = column["quality"].is_in(missing).fill_null(value=False)
            value = pl.select(pl.when(said_missing).then(None).otherwise(value)).to_series()
    nothing = pl.lit(None, pl.String)
    labelled = frame.select(
        column["metering_point_id"].alias("metering_point_id")
        if "metering_point_id" in column
        else pl.lit(metering_point_id, pl.String).alias("metering_point_id"),
        _translated(column, "carrier", carrier_of, carrier or _product_carrier(column)).alias("carrier"),
        _translated(column, "direction", direction_of, direction_of(_last_word(value_header)) or "consumption").alias(
            "direction"
        ),
        pl.coalesce(
            pl.lit(column["unit"]) if "unit" in column else nothing, pl.lit(unit or unit_of(value_header))
        ).alias("unit"),
        value.alias("value"),
        is_estimated_row.alias("is_estimated"),
        pl.col(SOURCE_ROW),
        stamps.label.alias("label"),
        (end if end is not None else pl.lit(None, pl.Datetime("us"))).alias("end_label"),
        stamps.offset_minutes.alias("offset_minutes"),
        _stated_minutes(column, value_header).alias("stated_minutes"),
    )
    is_bad = numbers.is_bad | (stamps.label.is_null() & column["value"].is_not_null())
    if not is_bad.any():
        return labelled.select(list(LABELLED_SCHEMA)), pl.DataFrame(schema=REJECTED_SCHEMA), stamps.grain
    bad = frame.select(
        pl.col(SOURCE_ROW),
        pl.when(stamps.label.is_null())
        .then(pl.lit("Tiden kan inte läsas."))
        .otherwise(pl.format("Värdet är inget tal: {}", column["value"].str.slice(0, 40)))
        .alias("reason"),
        pl.when(stamps.label.is_null())
        .then(pl.lit("Skriv tider som 2024-03-31 14:00."))
        .otherwise(pl.lit("Rätta värdet, eller lämna fältet tomt om det saknas."))
        .alias("fix"),
    ).filter(is_bad)
    return labelled.filter(~is_bad).select(list(LABELLED_SCHEMA)), bad, stamps.grain


def _roles_with_clock(table: Table) -> dict[str, int]:
    """Roles of the columns; a second column for time that holds only times of day is the clock of the first."""
    found = roles(table.header)
    if "clock" in found or "stamp" not in found:
        return found
    others = [p for p, name in enumerate(table.header) if role_of(name) == "stamp" and p != found["stamp"]]
    for place in others:
        sample = table.frame[table.header[place]].drop_nulls().head(100)
        if len(sample) and sample.str.contains(r"^\s*\d{1,2}([:.]\d{2}){0,2}\s*$").all():
            return found | {"clock": place}
    return found


def _stamps(column: dict[str, pl.Series]) -> Stamps:
    """The label column: start where given, else the single stamp, else the end; a clock column is added to a date."""
    text = column["start"] if "start" in column else column["stamp"] if "stamp" in column else column["end"]
    stamps = read_stamps(_with_clock(text, column["clock"]) if "clock" in column else text)
    if stamps.is_american:
        raise BadInput(
            "Datumen står i amerikansk ordning (månad/dag/år) och kan misstolkas.",
            fix_sv="Exportera filen med datum som 2024-03-31.",
        )
    return stamps


def _with_clock(day: pl.Series, clock: pl.Series) -> pl.Series:
    """Date and clock columns as one: `13`, `13:00` or `13.00` after the date."""
    hour = clock.str.strip_chars().str.replace(r"^(\d{1,2})\.(\d{2})$", "$1:$2").str.replace(r"^(\d{1,2})$", "$1:00")
    bare_day = day.str.strip_chars().str.replace(r"[ T]00:00(:00)?$", "")
    return bare_day + " " + hour.str.replace(r"^(\d):", "0$1:")


def _translated(column: dict[str, pl.Series], role: str, translate, otherwise: str | None) -> pl.Expr:  # type: ignore[no-untyped-def]
    """A column's words as our words, or one word for all rows where there is no such column."""
    if role not in column:
        return pl.lit(otherwise, pl.String)
    words = {word: translate(word) or otherwise for word in column[role].unique().drop_nulls()}
    return pl.lit(column[role]).replace_strict(words, default=otherwise, return_dtype=pl.String)


def _product_carrier(column: dict[str, pl.Series]) -> str | None:
    products = set(column["product"].unique().drop_nulls()) if "product" in column else set()
    return "electricity" if products == {ACTIVE_ENERGY_PRODUCT} else None


def _stated_minutes(column: dict[str, pl.Series], value_header: str) -> pl.Expr:
    if "resolution" in column:
        return pl.lit(column["resolution"].str.to_uppercase()).replace_strict(
            _MINUTES, default=None, return_dtype=pl.Int32
        )
    return pl.lit(minutes_of(value_header), pl.Int32)


def _last_word(header: str) -> str:
    return plain(header).split(" ")[-1]


def _without_register_series(table: Table, found: dict[str, int]) -> tuple[Table, tuple[str, ...]]:
    """Danish files repeat the energy as register rows below the series; adding both would count it twice."""
    if "series_type" not in found:
        return table, ()
    kind = pl.col(table.header[found["series_type"]]).str.to_lowercase()
    is_series = kind.is_null() | kind.str.starts_with("tidsserie")
    others = table.frame.filter(~is_series)
    if others.is_empty() or others.height == table.frame.height:
        return table, ()
    names = ", ".join(others[table.header[found["series_type"]]].unique().sort())
    warning = REGISTER_SERIES_WARNING.format(count=others.height, names=names)
    return Table(table.frame.filter(is_series), table.header, table.rejected), (warning,)
