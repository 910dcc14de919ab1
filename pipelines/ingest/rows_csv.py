"""Time down the rows: one row a value (long form), or one row a time and one column a facility.

Whole columns at a time: files of millions of rows pass here. Does not belong here: which columns are what (layouts.py,
time_columns.py, value_columns.py) and what clock the labels follow (intervals.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import polars as pl

from pipelines.domain.gsrn import ACTIVE_ENERGY_PRODUCT
from pipelines.domain.units import KWH_PER_UNIT, canonical_unit
from pipelines.ingest.blocks import Block, blocks
from pipelines.ingest.canonical import REJECTED_SCHEMA, MeterFile, Question
from pipelines.ingest.columns_profile import Column
from pipelines.ingest.headers import (
    carriers_of,
    directions_of,
    is_estimated,
    is_measured,
    is_missing_word,
    is_total,
    plain,
)
from pipelines.ingest.identity_columns import one_carrier_each
from pipelines.ingest.intervals import LABELLED_SCHEMA, MARKS, Context
from pipelines.ingest.meter_file import meter_file
from pipelines.ingest.numbers import UNIT_BESIDE, Numbers, decimal_mark, read_numbers
from pipelines.ingest.register_rows import Found, with_registers
from pipelines.ingest.repeated import as_text, distinct, spread
from pipelines.ingest.rows_plan import RowsPlan
from pipelines.ingest.tables import SOURCE_ROW, CsvText, Table, read_table, usual_decimal
from pipelines.ingest.time_columns import Labels, labels
from pipelines.ingest.value_columns import ValueColumn

FORMAT = "rows-csv"
FACILITIES_FORMAT = "columns-csv"
ELLEVIO_FORMAT = "se-ellevio-csv"
NATIONAL_FORMATS = (
    ("se-eon-csv", {"starttidpunkt", "sluttidpunkt", "energiriktning", "kvantitet"}),
    ("no-elhub-csv", {"fra", "til", "kwh 60 forbruk"}),
    ("no-elhub-csv", {"fra", "til", "kwh 15 forbruk"}),
    ("dk-eloverblik-csv", {"målepunktsid", "fra_dato", "til_dato"}),
    ("dk-eloverblik-csv", {"målepunkt id", "fra dato", "til dato"}),
    ("fi-datahub-csv", {"mittauspisteen tunnus", "resoluutio", "alkuaika"}),
    ("fi-datahub-csv", {"meteringpointgsrn", "resolution", "start time"}),
    ("fi-caruna-csv", {"ajankohta", "laskutettava kulutus"}),
)
"""Portals whose long form has its own name, since a time basis learnt from one says nothing about another."""

FINNISH_ZONE = "Europe/Helsinki"
SERIES_ROWS = "tidsserie"
_MINUTES = {"PT15M": 15, "PT30M": 30, "PT1H": 60, "PT60M": 60, "P1D": 1440, "P1M": 43_200, "15 MIN": 15, "60 MIN": 60}
SECOND_ACCOUNT = "{count} rader ({names}) gäller samma energi som filens tidsserie och räknas inte en gång till."
UNKNOWN_QUALITY = "Okända ord för kvalitet räknas som uppmätt: {words}."
OTHER_UNIT_ROWS = "{count} rader med enheten {units} lästes inte; energin för samma anläggning står på andra rader."


@dataclass(frozen=True)
class _Understood:
    """One table, its rows labelled."""

    label: Labels
    found: Found
    rejected: tuple[pl.DataFrame, ...]
    warnings: tuple[str, ...]
    questions: tuple[Question, ...]


def read(csv_text: CsvText, plan: RowsPlan, context: Context) -> MeterFile:
    """Read a file by its plan. Raises BadInput when no row can be read."""
    name, has_layout = _format(plan)
    if name.startswith("fi-"):
        context = replace(context, zone=FINNISH_ZONE)
    tables = [_understood(block, context) for block in blocks(csv_text, plan)]
    frames = [one.found.labelled for one in tables]
    label = tables[0].label
    has_ends = any(one.found.has_ends for one in tables)
    is_time = any(one.label.grain == "time" for one in tables)
    id_source = "header" if plan.values.are_facilities else "column" if plan.identity.place is not None else "unknown"
    if id_source == "unknown" and plan.preamble.identity:
        id_source = "metadata"
    return meter_file(
        frames[0] if len(frames) == 1 else pl.concat(frames, how="diagonal"),
        file_format=name,
        layout=plan.layout if has_layout else "",
        id_source=id_source,
        context=context,
        stamp_hint="both" if has_ends else label.hint,
        grain="time" if is_time else label.grain,
        basis=plan.time.basis or plan.preamble.basis,
        rejected=[frame for one in tables for frame in (*one.rejected, *one.found.rejected)],
        warnings=list(dict.fromkeys(said for one in tables for said in (*one.warnings, *one.found.warnings))),
        questions=[question for one in tables for question in (*one.questions, *one.found.questions)],
        evidence=(*plan.evidence(), *(said for one in tables[:1] for said in one.found.evidence)),
    )


def _understood(block: Block, context: Context) -> _Understood:
    """The rows of one table with their labels, and what had to be left, said or asked."""
    plan = block.plan
    table = read_table(block.csv_text, plan.header_line, list(plan.header), _repeating(plan))
    if block.lines_before:
        moved = pl.col(SOURCE_ROW) + block.lines_before
        table = Table(table.frame.with_columns(moved), table.header, table.rejected.with_columns(moved))
    table, label = _without_notes(table, plan, labels(table.frame, plan.time, table.header, context.assumptions))
    every = (*plan.values.columns, *plan.values.registers)
    texts = [table.frame[table.header[column.place]] for column in every]
    beside = [column for column in plan.columns if column.kind == "number" and column.name in plan.values.left_out]
    others = [table.frame[table.header[column.place]] for column in beside]
    usual = "." if _is_ellevio(plan) else usual_decimal(block.csv_text, plan.header)
    mark, mark_question = decimal_mark(texts, others, usual, context.assumptions)
    parts, rejected = [], [table.rejected]
    for column, text in zip(every, texts, strict=True):
        labelled, bad = _labelled(table, plan, column, text, label, read_numbers(text, mark))
        parts.append(labelled)
        rejected.append(bad)
    series, registers = parts[: len(plan.values.columns)], parts[len(plan.values.columns) :]
    found = with_registers(table, plan, series, registers, label, context)
    labelled, said = _one_unit_each(found.labelled)
    labelled, also_said = _second_accounts(table, plan, labelled)
    if plan.column("carrier", "carrier") is not None:
        labelled = one_carrier_each(labelled)
    asked = (*plan.identity.questions, *plan.values.questions, *((mark_question,) if mark_question else ()))
    return _Understood(
        label,
        replace(found, labelled=labelled),
        tuple(rejected),
        (*plan.warnings(), *_unknown_quality(table, plan), *said, *also_said),
        (*asked, *label.questions),
    )


def _repeating(plan: RowsPlan) -> list[int]:
    """The columns whose texts repeat in a long table: times, ids and words."""
    return [
        column.place
        for column in plan.columns
        if column.kind not in ("number", "empty")
        and column.place != plan.identity.meter_place
        and column.place not in {one.place for one in (*plan.values.columns, *plan.values.registers)}
    ]


def _format(plan: RowsPlan) -> tuple[str, bool]:
    """Name of the format and whether the layout belongs to its key."""
    names = {plain(name) for name in plan.header}
    national = next((name for name, columns in NATIONAL_FORMATS if columns <= names), None)
    if national:
        return national, False
    if _is_ellevio(plan):
        return ELLEVIO_FORMAT, False
    return (FACILITIES_FORMAT if plan.values.are_facilities else FORMAT), True


def _is_ellevio(plan: RowsPlan) -> bool:
    """Whether the columns are named as in Ellevio's long form, which is kWh of electricity."""
    return any(name.startswith("TS_") and name.endswith((".cons", ".prod")) for name in plan.header)


def _without_notes(table: Table, plan: RowsPlan, label: Labels) -> tuple[Table, Labels]:
    """Leave out sums, headings and notes; a row with values but no time stays, to be rejected."""
    if not label.label.null_count():
        return table, label
    unlabelled = label.label.is_null()
    times = [table.header[place] for place in plan.time.places]
    first = [name for name in table.header[:3] if name not in times]
    suspects = table.frame.select(*times, *first).filter(unlabelled)
    if suspects.is_empty():
        return table, label
    places = [column.place for column in (*plan.values.columns, *plan.values.registers)]
    numeric = [
        read_numbers(table.frame[table.header[place]].filter(unlabelled)).value.is_not_null() for place in places
    ]
    has_value = pl.select(pl.any_horizontal([pl.lit(one) for one in numeric])).to_series()
    said = pl.Series([any(cell and is_total(cell) for cell in row) for row in suspects.iter_rows()], dtype=pl.Boolean)
    goes = ~has_value | said
    keep = ~pl.zeros(len(unlabelled), pl.Boolean, eager=True).scatter(unlabelled.arg_true(), goes)
    kept = Labels(
        label.label.filter(keep),
        label.end_label.filter(keep) if label.end_label is not None else None,
        label.offset_minutes.filter(keep),
        label.grain,
        label.hint,
        label.questions,
    )
    return Table(table.frame.filter(keep), table.header, table.rejected), kept


def _labelled(
    table: Table, plan: RowsPlan, column: ValueColumn, text: pl.Series, label: Labels, numbers: Numbers
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of one column of values, and those that cannot be values."""
    frame, header = table.frame, table.header
    value, estimated = _with_quality(frame, header, plan, column, numbers)
    nothing = pl.lit(None, pl.String)
    unit_column = plan.column("unit", "unit")
    unit = canonical_unit(column.unit) or plan.preamble.unit or ("kWh" if _is_ellevio(plan) else None)
    cells = frame[header[unit_column.place]] if unit_column is not None else None
    if cells is not None and not cells.null_count() and len(distinct(cells)) == 1:
        unit, cells = distinct(cells)[0], None
    elif cells is not None:
        cells = as_text(cells)
    elif text.head(50).str.contains(UNIT_BESIDE).any():
        cells = text.str.extract(UNIT_BESIDE, 1)
    labelled = frame.select(
        _identity(plan, column, header),
        _words(
            frame, header, plan.column("carrier", "carrier"), carriers_of, column.carrier or _carrier(plan, frame)
        ).alias("carrier"),
        _words(frame, header, plan.column("direction", "direction"), directions_of, _direction(plan, column)).alias(
            "direction"
        ),
        pl.coalesce(pl.lit(cells) if cells is not None else nothing, pl.lit(unit, pl.String)).alias("unit"),
        value.alias("value"),
        estimated.alias("is_estimated"),
        pl.col(SOURCE_ROW),
        label.label.alias("label"),
        (label.end_label if label.end_label is not None else pl.lit(None, pl.Datetime("us"))).alias("end_label"),
        label.offset_minutes.alias("offset_minutes"),
        _stated_minutes(frame, header, plan, column),
    ).select(list(LABELLED_SCHEMA))
    is_bad = numbers.is_bad
    if label.label.null_count():
        is_bad = is_bad | (label.label.is_null() & value.is_not_null())
    if not is_bad.any():
        return labelled, pl.DataFrame(schema=REJECTED_SCHEMA)
    no_time = label.label.is_null()
    name = "Värdet" if not plan.values.are_facilities else f"Värdet för {column.identity}"
    bad = frame.select(
        pl.col(SOURCE_ROW),
        pl.when(no_time)
        .then(pl.lit("Tiden kan inte läsas."))
        .otherwise(pl.format("{} är inget tal: {}", pl.lit(name), text.str.slice(0, 40)))
        .alias("reason"),
        pl.when(no_time)
        .then(pl.lit("Skriv tider som 2024-03-31 14:00."))
        .otherwise(pl.lit("Rätta värdet, eller lämna fältet tomt om det saknas."))
        .alias("fix"),
    ).filter(is_bad)
    return labelled.filter(~is_bad), bad


def _identity(plan: RowsPlan, column: ValueColumn, header: Sequence[str]) -> pl.Expr:
    if column.identity:
        return pl.lit(column.identity).alias("metering_point_id")
    if plan.identity.place is not None:
        return pl.col(header[plan.identity.place]).alias("metering_point_id")
    return pl.lit(plan.preamble.identity, pl.String).alias("metering_point_id")


def _carrier(plan: RowsPlan, frame: pl.DataFrame) -> str | None:
    product = plan.column("product")
    if product is not None and set(distinct(frame[plan.header[product.place]])) == {ACTIVE_ENERGY_PRODUCT}:
        return "electricity"
    return "electricity" if _is_ellevio(plan) else plan.preamble.carrier


def _direction(plan: RowsPlan, column: ValueColumn) -> str:
    return plan.preamble.direction or column.direction if column.direction == "consumption" else column.direction


def _words(
    frame: pl.DataFrame,
    header: Sequence[str],
    column: Column | None,
    translate: Callable[[Iterable[str]], dict[str, str]],
    otherwise: str | None,
) -> pl.Expr:
    """A column's words as our words, or one word for all rows where there is no such column."""
    if column is None:
        return pl.lit(otherwise, pl.String)
    text = frame[header[column.place]]
    words = translate(distinct(text).to_list())
    meant = {words.get(one, otherwise) for one in distinct(text)}
    if len(meant) == 1 and (meant == {otherwise} or not text.null_count()):
        return pl.lit(meant.pop(), pl.String)
    return pl.lit(
        spread(text, lambda texts: texts.replace_strict(words, default=otherwise, return_dtype=pl.String))
    ).fill_null(pl.lit(otherwise, pl.String))


def _quality_column(plan: RowsPlan, column: ValueColumn) -> Column | None:
    """The column beside the values that says their quality, or the one for the whole row."""
    found = [
        c
        for c in plan.columns
        if (c.says.role == "quality" or c.kind == "quality") and c.kind not in ("number", "empty")
    ]
    beside = next((one for one in found if one.place == column.place + 1), None)
    return beside or (found[0] if len(found) == 1 or not plan.values.are_facilities else None) if found else None


def _with_quality(
    frame: pl.DataFrame, header: Sequence[str], plan: RowsPlan, column: ValueColumn, numbers: Numbers
) -> tuple[pl.Series, pl.Series]:
    """Values without those that are said to be missing, and which are estimated."""
    value, estimated = numbers.value, numbers.is_marked
    quality = _quality_column(plan, column)
    if quality is None:
        return value, estimated
    said = frame[header[quality.place]]
    words = distinct(said).to_list()
    if guessed := [word for word in words if is_estimated(word)]:
        estimated = estimated | spread(said, lambda texts: texts.is_in(guessed)).fill_null(value=False)
    if missing := [word for word in words if is_missing_word(word)]:
        is_said_missing = spread(said, lambda texts: texts.is_in(missing)).fill_null(value=False)
        value = pl.select(pl.when(is_said_missing).then(None).otherwise(value)).to_series()
    return value, estimated


def _unknown_quality(table: Table, plan: RowsPlan) -> list[str]:
    quality = next((c for c in plan.columns if c.says.role == "quality" and c.kind not in ("number", "empty")), None)
    if quality is None:
        return []
    words = sorted(distinct(table.frame[table.header[quality.place]]))
    odd = [one for one in words if one.strip() and not (is_estimated(one) or is_missing_word(one) or is_measured(one))]
    return [UNKNOWN_QUALITY.format(words=", ".join(odd[:6]))] if odd else []


def _stated_minutes(frame: pl.DataFrame, header: Sequence[str], plan: RowsPlan, column: ValueColumn) -> pl.Expr:
    stated = plan.column("resolution")
    if stated is not None:
        minutes = spread(frame[header[stated.place]], _minutes_of)
        return pl.lit(minutes).alias("stated_minutes")
    return pl.lit(column.minutes, pl.Int32).alias("stated_minutes")


def _minutes_of(text: pl.Series) -> pl.Series:
    names = text.str.strip_chars().str.to_uppercase()
    return names.replace_strict(_MINUTES, default=None, return_dtype=pl.Int32)


def _one_unit_each(labelled: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Rows of volume beside rows of energy of the same facility are left out: they tell no more energy."""
    units = labelled.select(pl.col("unit").unique().drop_nulls()).to_series()
    kinds = {unit: canonical_unit(unit) in KWH_PER_UNIT for unit in units}
    if all(kinds.values()) or not any(kinds.values()):
        return labelled, []
    is_energy = pl.col("unit").replace_strict(kinds, default=None, return_dtype=pl.Boolean)
    goes = (~is_energy).fill_null(value=False) & is_energy.any().over("metering_point_id")
    out = labelled.filter(goes & pl.col("value").is_not_null())
    if out.is_empty():
        return labelled.filter(~goes), []
    said = OTHER_UNIT_ROWS.format(count=out.height, units=", ".join(sorted(out["unit"].unique())))
    return labelled.filter(~goes), [said]


def _second_accounts(table: Table, plan: RowsPlan, labelled: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Danish files repeat the energy as register rows below the series; what the series covers is not counted."""
    typed = next(
        (
            c
            for c in plan.columns
            if c.kind in ("text", "quality") and any(w.lower().startswith(SERIES_ROWS) for w in c.words)
        ),
        None,
    )
    if typed is None:
        return labelled, []
    types = table.frame[table.header[typed.place]]
    if all(word.lower().startswith(SERIES_ROWS) for word in distinct(types)):
        return labelled, []
    kinds = table.frame.select(SOURCE_ROW, as_text(types).alias("type"))
    rows = labelled.join(kinds, on=SOURCE_ROW, how="left", maintain_order="left")
    is_series = pl.col("type").is_null() | pl.col("type").str.to_lowercase().str.starts_with(SERIES_ROWS)
    if rows.select(is_series.all()).item():
        return labelled, []
    span = (
        rows.filter(is_series)
        .group_by("metering_point_id")
        .agg(pl.col("label").min().alias("first"), pl.coalesce("end_label", "label").max().alias("last"))
    )
    rows = rows.join(span, on="metering_point_id", how="left", maintain_order="left", nulls_equal=True)
    end = pl.coalesce("end_label", "label")
    overlaps = (~is_series) & ((pl.col("label") < pl.col("last")) & (end > pl.col("first"))).fill_null(value=False)
    marks = {name: mark for name, mark in MARKS.items() if name not in rows.columns}
    rows = rows.with_columns(mark.alias(name) for name, mark in marks.items()).with_columns(
        kind=pl.when(is_series).then("kind").otherwise(pl.lit("register")), is_second_account=overlaps
    )
    names = ", ".join(rows.filter("is_second_account")["type"].unique().sort())
    count = rows["is_second_account"].sum()
    said = [SECOND_ACCOUNT.format(count=count, names=names)] if count else []
    return rows.drop("type", "first", "last"), said
