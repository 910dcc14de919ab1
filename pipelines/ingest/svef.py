"""SVEF/24: the text form of Svenska Elverksföreningen, in MWh, that energy systems exchange series in.

First line `SVEF/24:1/<time of export>`; then a row a value: measurand, time, status and value between tabs, `//` before
comments. Stamps are the start of the hour, 24 a day. Source: Vitec Aiolos, "Filformat".
"""

from __future__ import annotations

import polars as pl

from pipelines.errors import BadInput
from pipelines.ingest.canonical import REJECTED_SCHEMA, MeterFile
from pipelines.ingest.intervals import LABELLED_SCHEMA, Context
from pipelines.ingest.meter_file import meter_file
from pipelines.ingest.numbers import read_numbers
from pipelines.ingest.stamps import read_stamps

FORMAT = "se-svef24"
HEADER = "SVEF/24"
FIELDS = 4
MEASURED, ESTIMATED, MISSING = ("0", "2"), ("3", "5", "6"), ("7", "9")
"""Status codes: manual, normal; temporary, estimated, uncertain; missing, invalid."""

EXPORT_AGAIN = "Exportera filen på nytt."


def recognises(text: str) -> bool:
    """Whether the first line that is no comment says SVEF/24."""
    lines = (line.strip() for line in text[:5000].lstrip("\ufeff").splitlines())
    return next((line for line in lines if line and not line.startswith("//")), "").upper().startswith(HEADER)


def read(text: str, context: Context) -> MeterFile:
    """Read a SVEF/24 text. Raises BadInput when it holds no values."""
    lines = pl.Series("line", text.lstrip("\ufeff").split("\n"), dtype=pl.String).str.strip_chars(" \r")
    rows = (
        lines.to_frame()
        .with_row_index("source_row", offset=1)
        .filter(
            (pl.col("line") != "")
            & ~pl.col("line").str.starts_with("//")
            & ~pl.col("line").str.to_uppercase().str.starts_with(HEADER)
        )
        .with_columns(fields=pl.col("line").str.split("\t"))
    )
    is_row = pl.col("fields").list.len() == FIELDS
    bad = [
        _rejected(rows.filter(~is_row), "Raden har inte fyra fält med tabb emellan: mätstorhet, tid, status, värde.")
    ]
    names = ("metering_point_id", "stamp", "status", "text")
    rows = rows.filter(is_row).select(
        pl.col("source_row").cast(pl.Int64),
        *(_field(place).alias(name) for place, name in enumerate(names)),
    )
    if rows.is_empty():
        raise BadInput("SVEF-filen har inga värden.", fix_sv=EXPORT_AGAIN)
    stamps, numbers = read_stamps(rows["stamp"]), read_numbers(rows["text"])
    rows = rows.with_columns(label=stamps.label, offset_minutes=stamps.offset_minutes, value=numbers.value)
    bad.append(_rejected(rows.filter(numbers.is_bad), "Värdet är inget tal."))
    rows = rows.filter(~numbers.is_bad)
    labelled = rows.select(
        "metering_point_id",
        pl.lit(None, pl.String).alias("carrier"),
        pl.lit("consumption").alias("direction"),
        pl.lit("MWh").alias("unit"),
        pl.when(~pl.col("status").is_in(list(MISSING)).fill_null(value=False)).then("value").alias("value"),
        pl.col("status").is_in(list(ESTIMATED)).fill_null(value=False).alias("is_estimated"),
        "source_row",
        "label",
        pl.lit(None, pl.Datetime("us")).alias("end_label"),
        "offset_minutes",
        pl.lit(None, pl.Int32).alias("stated_minutes"),
    ).cast(LABELLED_SCHEMA)  # type: ignore[arg-type]
    unknown = sorted(set(rows["status"].drop_nulls()) - {*MEASURED, *ESTIMATED, *MISSING})
    warnings = [f"Statuskoderna {', '.join(unknown[:10])} är okända; värdena räknas som uppmätta."] if unknown else []
    return meter_file(
        labelled,
        file_format=FORMAT,
        id_source="column",
        context=context,
        stamp_hint="start",
        rejected=bad,
        warnings=warnings,
    )


def _field(place: int) -> pl.Expr:
    text = pl.col("fields").list.get(place).str.strip_chars()
    return pl.when(text != "").then(text)


def _rejected(rows: pl.DataFrame, reason: str) -> pl.DataFrame:
    columns = (pl.col("source_row"), pl.lit(reason).alias("reason"), pl.lit(EXPORT_AGAIN).alias("fix"))
    return rows.select(columns).cast(REJECTED_SCHEMA)  # type: ignore[arg-type]
