"""Time across the columns: a day a row with its hours beside one another, a facility a row with its months, or stamps.

There is no place for the double hour of autumn among 24 columns, so the file itself often cannot tell its clock.
Does not belong here: which columns hold time (across_plan.py).
"""

from __future__ import annotations

import polars as pl

from pipelines.domain.local_time import day_start_utc, utc_to_local
from pipelines.ingest.across_plan import AcrossPlan
from pipelines.ingest.canonical import REJECTED_SCHEMA, MeterFile, Question
from pipelines.ingest.columns_profile import Column
from pipelines.ingest.headers import (
    carriers_of,
    directions_of,
    is_estimated,
    is_missing_word,
    is_total,
    says,
)
from pipelines.ingest.identity_columns import one_carrier_each
from pipelines.ingest.intervals import LABELLED_SCHEMA, Context
from pipelines.ingest.meter_file import meter_file
from pipelines.ingest.months import month_number
from pipelines.ingest.numbers import decimal_mark, read_numbers
from pipelines.ingest.stamps import LABEL
from pipelines.ingest.tables import SOURCE_ROW, CsvText, Table, read_table, usual_decimal
from pipelines.ingest.time_columns import labels

FORMAT_BY_KIND = {"slots": "day-hours-csv", "months": "monthly-sheet", "years": "monthly-sheet"}
ACROSS_FORMAT = "across-csv"
PLACE, CELL = "_place", "_cell"
NO_ID = ("Anläggnings-id saknas på en rad med värden.", "Fyll i anläggnings-id.")


def read(csv_text: CsvText, plan: AcrossPlan, context: Context) -> MeterFile:
    """Read a file by its plan; every cell is a value, an empty one is missing."""
    table = read_table(csv_text, plan.header_line, list(plan.header))
    frame, no_id = _without_notes(table, plan)
    names = {place: table.header[place] for place in plan.places}
    texts = [frame[name] for name in names.values()]
    usual = usual_decimal(csv_text, plan.header)
    mark, mark_question = decimal_mark([pl.concat(texts)], [], usual, context.assumptions)
    frame, day_questions = _with_row_times(frame, plan, table.header, context)
    cells = _cells(frame, plan, table.header, names, context.zone)
    numbers = read_numbers(cells[CELL], mark)
    said = cells["said"]
    estimated = [word for word in said.unique().drop_nulls() if is_estimated(word)]
    missing = [word for word in said.unique().drop_nulls() if is_missing_word(word)]
    labelled = cells.select(
        pl.col("metering_point_id"),
        pl.col("carrier"),
        pl.col("direction"),
        pl.col("unit"),
        pl.when(pl.col("said").is_in(missing).fill_null(value=False))
        .then(None)
        .otherwise(numbers.value)
        .alias("value"),
        (pl.lit(numbers.is_marked) | pl.col("said").is_in(estimated).fill_null(value=False)).alias("is_estimated"),
        pl.col(SOURCE_ROW),
        pl.col("label"),
        pl.col("end_label"),
        pl.col(PLACE)
        .replace_strict(
            {names[p]: one for p, one in plan.offsets.items() if p in names}, default=None, return_dtype=pl.Int32
        )
        .alias("offset_minutes"),
        pl.lit(None, pl.Int32).alias("stated_minutes"),
    ).select(list(LABELLED_SCHEMA))
    bad = cells.select(
        SOURCE_ROW,
        pl.format("Värdet för {} är inget tal: {}", pl.col(PLACE), pl.col(CELL).str.slice(0, 40)).alias("reason"),
        pl.lit("Rätta värdet, eller lämna cellen tom om det saknas.").alias("fix"),
    ).filter(numbers.is_bad)
    keep = ~numbers.is_bad
    if plan.is_elapsed:
        keep &= pl.select(labelled["value"].is_not_null() | cells["is_of_day"]).to_series()
    labelled = one_carrier_each(labelled.filter(keep)) if _column(plan, "carrier") else labelled.filter(keep)
    has_long_day = plan.is_elapsed and labelled["label"].null_count() < labelled.height
    questions = (*plan.identity.questions, *((mark_question,) if mark_question else ()), *day_questions)
    is_month = plan.grain == "month"
    return meter_file(
        labelled,
        file_format="monthly-sheet" if is_month else FORMAT_BY_KIND.get(plan.kind, ACROSS_FORMAT),
        layout=plan.layout,
        id_source="column" if plan.identity.place is not None else "metadata" if plan.preamble.identity else "unknown",
        context=context,
        stamp_hint=plan.hint,
        grain=plan.grain,
        basis="local" if has_long_day else plan.preamble.basis or (plan.time.basis if plan.time else None),
        rejected=[table.rejected, bad.cast(REJECTED_SCHEMA), no_id],  # type: ignore[arg-type]
        warnings=_warnings(plan),
        questions=questions,
        evidence=_evidence(plan),
    )


def _evidence(plan: AcrossPlan) -> tuple[str, ...]:
    places = plan.places
    first, last = plan.header[places[0]].strip(), plan.header[places[-1]].strip()
    said = [f"Tid i rubrikraden: {len(places)} kolumner, ”{first}” till ”{last}”."]
    if plan.identity.place is not None:
        said.append(f"Anläggning i kolumnen ”{plan.header[plan.identity.place].strip()}”.")
    elif plan.preamble.identity:
        said.append("Anläggnings-id står ovanför tabellen.")
    return tuple(said)


def _warnings(plan: AcrossPlan) -> tuple[str, ...]:
    if not plan.left_out:
        return ()
    return (
        f"Kolumnerna ”{plan.left_out[0].strip()}” till ”{plan.left_out[-1].strip()}” lästes inte: de är ingen energi.",
    )


def _without_notes(table: Table, plan: AcrossPlan) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Leave out sums, units and notes; values on a row without a facility are rejected where other rows have one."""
    frame = table.frame
    stub = [table.header[column.place] for column in plan.columns if column.kind not in ("number", "empty")]
    values = [table.header[place] for place in plan.places]
    if stub:
        said = [any(cell and is_total(cell) for cell in row) for row in frame.select(stub).iter_rows()]
        frame = frame.filter(~pl.Series(said, dtype=pl.Boolean))
    has_value = pl.any_horizontal(pl.col(name).str.contains(r"\d") for name in values)
    no_id = pl.DataFrame(schema=REJECTED_SCHEMA)
    if plan.identity.place is not None:
        identity = pl.col(table.header[plan.identity.place]).str.strip_chars().fill_null("")
        is_note = ~identity.str.contains(r"\d") & ~has_value.fill_null(value=False)
        frame = frame.filter(~is_note)
        if plan.preamble.identity is None:
            lost = frame.filter((identity == "") & has_value.fill_null(value=False))
            count = pl.sum_horizontal((pl.col(name).fill_null("") != "").cast(pl.Int32) for name in values)
            no_id = lost.select(
                SOURCE_ROW, pl.lit(NO_ID[0]).alias("reason"), pl.lit(NO_ID[1]).alias("fix"), count.alias("count")
            )
            no_id = (
                no_id.select(pl.exclude("count").repeat_by("count").explode()) if no_id.height else no_id.drop("count")
            )
            frame = frame.filter(identity != "")
    else:
        names = [table.header[place] for place in (plan.time.places if plan.time else ())]
        has_time = pl.any_horizontal(pl.col(name).is_not_null() for name in names) if names else pl.lit(value=True)
        frame = frame.filter(has_time & (has_value.fill_null(value=False) | pl.lit(bool(names))))
    return frame, no_id.cast(REJECTED_SCHEMA)  # type: ignore[arg-type]


def _with_row_times(
    frame: pl.DataFrame, plan: AcrossPlan, header: list[str], context: Context
) -> tuple[pl.DataFrame, tuple[Question, ...]]:
    """Add `_day` (slots), `_year` or `_month`: what each row says of the time of its cells."""
    if plan.time is None:
        return frame, ()
    if plan.kind == "months":
        return frame.with_columns(
            _row=pl.col(header[plan.time.start.places[0]]).str.strip_chars().cast(pl.Int32, strict=False)
        ), ()
    if plan.kind == "years":
        text = frame[header[plan.time.start.places[0]]]
        known = {one: month_number(one) for one in text.unique().drop_nulls()}
        return frame.with_columns(_row=text.replace_strict(known, default=None, return_dtype=pl.Int32)), ()
    found = labels(frame, plan.time, header, context.assumptions)
    return frame.with_columns(_day=found.label.dt.truncate("1d")), found.questions


def _cells(frame: pl.DataFrame, plan: AcrossPlan, header: list[str], names: dict[int, str], zone: str) -> pl.DataFrame:
    """One row a cell, in the order of the file, with what its row and its column say."""
    rows = frame.with_columns(
        _of_row(plan, header).alias("metering_point_id"),
        _said(frame, header, _column(plan, "carrier"), carriers_of, plan.preamble.carrier).alias("carrier"),
        _said(frame, header, _column(plan, "direction"), directions_of, plan.preamble.direction or "consumption").alias(
            "direction"
        ),
        _unit_of_row(plan, header).alias("_unit"),
    )
    index = [SOURCE_ROW, "metering_point_id", "carrier", "direction", "_unit"]
    index += [name for name in ("_day", "_row") if name in rows.columns]
    cells = rows.unpivot(list(names.values()), index=index, variable_name=PLACE, value_name=CELL)
    cells = cells.with_columns(_statuses(frame, plan, header, names))
    unit_by_name = {name: unit for place, name in names.items() if (unit := says(header[place]).unit)}
    by_header = pl.col(PLACE).replace_strict(unit_by_name, default=None, return_dtype=pl.String)
    day_unit = says(header[plan.time.start.places[0]]).unit if plan.time else None
    preamble_unit = pl.lit(plan.preamble.unit or day_unit, pl.String)
    cells = cells.with_columns(pl.coalesce("_unit", by_header, preamble_unit).alias("unit"), *_labels_of(plan, names))
    if plan.is_elapsed:
        cells = _elapsed(cells, zone)
    order = {name: number for number, name in enumerate(names.values())}
    return (
        cells.with_columns(_order=pl.col(PLACE).replace_strict(order, return_dtype=pl.Int32))
        .sort(SOURCE_ROW, "_order", maintain_order=True)
        .drop("_order")
    )


def _labels_of(plan: AcrossPlan, names: dict[int, str]) -> list[pl.Expr]:
    """The label of each cell, and its end where the header gives it."""
    nothing = pl.lit(None, LABEL).alias("end_label")

    def by_name(values: dict[int, object], dtype: object) -> pl.Expr:
        known = {names[place]: value for place, value in values.items()}
        return pl.col(PLACE).replace_strict(known, default=None, return_dtype=dtype)  # type: ignore[arg-type]

    if plan.kind == "labels":
        end = by_name(dict(plan.end_labels), LABEL).alias("end_label") if plan.end_labels else nothing
        return [by_name(dict(plan.labels), LABEL).alias("label"), end]
    if plan.kind == "slots":
        minute = by_name({place: clock.minute for place, clock in plan.slots.items()}, pl.Int32)
        return [(pl.col("_day") + pl.duration(minutes=minute)).alias("label"), nothing]
    number = by_name(dict(plan.numbers), pl.Int32)
    year, month = (pl.col("_row"), number) if plan.kind == "months" else (number, pl.col("_row"))
    return [pl.datetime(year, month, 1).cast(LABEL).alias("label"), nothing]


def _elapsed(cells: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Labels of intervals that are counted from local midnight: the clock is put forward and back among them."""
    minutes = (pl.col("label") - pl.col("_day")).dt.total_minutes()
    instant = day_start_utc(pl.col("_day").dt.date(), zone) + pl.duration(minutes=minutes)
    wall = utc_to_local(instant, zone)
    return cells.with_columns(label=wall, is_of_day=wall.dt.date() == pl.col("_day").dt.date())


def _of_row(plan: AcrossPlan, header: list[str]) -> pl.Expr:
    if plan.identity.place is not None:
        return pl.col(header[plan.identity.place]).fill_null(pl.lit(plan.preamble.identity, pl.String))
    return pl.lit(plan.preamble.identity, pl.String)


def _column(plan: AcrossPlan, role: str) -> Column | None:
    taken = {plan.identity.place, *(plan.time.places if plan.time else ())}
    return next((column for column in plan.columns if column.kind == role and column.place not in taken), None)


def _unit_of_row(plan: AcrossPlan, header: list[str]) -> pl.Expr:
    column = _column(plan, "unit")
    if column is None:
        return pl.lit(None, pl.String)
    text = pl.col(header[column.place]).str.strip_chars()
    return pl.when(text == "").then(None).otherwise(text)


def _said(frame: pl.DataFrame, header: list[str], column: Column | None, translate, otherwise: str | None) -> pl.Expr:  # type: ignore[no-untyped-def]
    if column is None:
        return pl.lit(otherwise, pl.String)
    words = translate(frame[header[column.place]].unique().drop_nulls().to_list())
    return pl.col(header[column.place]).replace_strict(words, default=otherwise, return_dtype=pl.String)


def _statuses(frame: pl.DataFrame, plan: AcrossPlan, header: list[str], names: dict[int, str]) -> pl.Series:
    """The word of quality for each cell: from the column beside it, or from the one for the whole row."""
    found = [
        c.place
        for c in plan.columns
        if (c.says.role == "quality" or c.kind == "quality") and c.kind not in ("number", "empty")
    ]
    if not found:
        return pl.Series("said", [None], dtype=pl.String).new_from_index(0, frame.height * len(names)).alias("said")
    nothing = pl.Series("said", [None], dtype=pl.String).new_from_index(0, frame.height)
    if len(found) == 1 and len(names) > 1:
        return pl.concat([frame[header[found[0]]].alias("said")] * len(names))
    beside = [frame[header[place + 1]].alias("said") if place + 1 in found else nothing for place in names]
    return pl.concat(beside)
