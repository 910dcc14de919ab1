"""The last step of every meter reader: identity, unit and time, and what has to be asked or said about them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from pipelines.domain.gsrn import has_valid_check_digit, is_spreadsheet_damaged, looks_like_gsrn, without_spaces
from pipelines.domain.units import KWH_PER_UNIT, canonical_unit
from pipelines.errors import BadInput
from pipelines.ingest.canonical import MeterFile, Question
from pipelines.ingest.intervals import LABELLED_SCHEMA, MARKS, Context, place
from pipelines.ingest.tables import no_rejections
from pipelines.ingest.time_basis import DAY_MINUTES, SERIES, finest_minutes

LARGEST_KWH = 1e9
"""Of one value: more than a whole county uses in a month is no reading of a building."""

SHORTEST_DAY_MINUTES = 23 * 60

UNIT_QUESTION = Question(
    "unit", "Filen säger inte vilken enhet värdena har. Vilken är det?", {"kWh": "kWh", "MWh": "MWh"}
)
ID_QUESTION = Question(
    "metering_point_id", "Filen säger inte vilken anläggning värdena gäller. Vilket anläggnings-id är det?", {}
)
EXCEL_WARNING = (
    "Anläggnings-id {ids} har förvanskats: filen ser ut att ha sparats om av Excel. "
    "Lämna in originalfilen utan att spara om den."
)
CHECK_DIGIT_WARNING = "Kontrollsiffran stämmer inte i anläggnings-id {ids}. Kontrollera att id:t är rätt."


def meter_file(
    labelled: pl.DataFrame,
    *,
    file_format: str,
    id_source: str,
    context: Context,
    stamp_hint: str = "unknown",
    grain: str = "time",
    rejected: Sequence[pl.DataFrame] = (),
    warnings: Sequence[str] = (),
) -> MeterFile:
    """Turn a reader's labelled rows into what the pipeline takes.

    Parameters
    ----------
    labelled: LABELLED_SCHEMA and any of MARKS in file order; rows without a label are rejected here; a null unit or id is asked for.
    stamp_hint, grain: see intervals.place.
    rejected: frames of rows that the reader could not use.

    Raises
    ------
    BadInput when the file holds no value at all.
    """
    marks = [pl.col(name) if name in labelled.columns else mark.alias(name) for name, mark in MARKS.items()]
    labelled = labelled.select(*(pl.col(name).cast(dtype) for name, dtype in LABELLED_SCHEMA.items()), *marks)
    bad = [frame for frame in rejected if frame.height]
    labelled, no_label = _without_bad_labels(labelled)
    labelled, impossible = _without_impossible_values(labelled)
    bad += [frame for frame in (no_label, impossible) if frame.height]
    if labelled.is_empty():
        first = pl.concat(bad).sort("source_row").row(0, named=True) if bad else None
        raise BadInput(
            "Inga mätvärden kunde läsas i filen." + (f" {first['reason']}" if first else ""),
            fix_sv=first["fix"] if first else "Kontrollera att filen innehåller värden och exportera den på nytt.",
            row=first["source_row"] if first else None,
        )
    labelled, id_source, questions, said = _identified(labelled, id_source, context)
    _refuse_crowded_labels(labelled, grain)
    labelled, unit_questions = _with_unit(labelled, context)
    file_format += _calendar_suffix(labelled, grain, file_format.startswith("monthly"))
    placed = place(labelled, file_format=file_format, stamp_hint=stamp_hint, grain=grain, context=context)
    return MeterFile(
        format=file_format,
        readings=placed.readings,
        rejected=pl.concat([*bad, placed.rejected]).sort("source_row") if bad else placed.rejected,
        time=placed.time,
        id_source=id_source,
        questions=(*questions, *unit_questions, *placed.questions),
        warnings=(*warnings, *said, *placed.warnings),
    )


def _calendar_suffix(labelled: pl.DataFrame, grain: str, has_month_form: bool) -> str:
    """Day and month values have a format of their own: their time basis says nothing about the hours of a sender."""
    if labelled["offset_minutes"].null_count() == 0 or has_month_form:
        return ""
    if grain == "month":
        return "-month"
    length = (labelled["end_label"] - labelled["label"]).dt.total_minutes().min()
    if length is not None:
        return "-day" if length >= SHORTEST_DAY_MINUTES else ""  # type: ignore[operator]
    minutes = finest_minutes(labelled)["series_minutes"]
    return "-day" if minutes.min() >= DAY_MINUTES else ""  # type: ignore[operator]


def _refuse_crowded_labels(labelled: pl.DataFrame, grain: str) -> None:
    """Refuse many values at one label: the hour, or the facility, stands where no reader looked for it."""
    has_ids = labelled["metering_point_id"].null_count() == 0
    is_midnight = (pl.col("label").dt.hour() == 0) & (pl.col("label").dt.minute() == 0)
    if has_ids and grain == "time" and not labelled.select(is_midnight.all()).item():
        return
    label_count = labelled.select(pl.struct([*SERIES, "label"]).n_unique()).item()
    if labelled.height >= (4 if has_ids else 1.5) * label_count and labelled.height > 3:
        raise BadInput(
            "Många värden har samma tid: filens kolumn för klockslag eller anläggning känns inte igen.",
            fix_sv="Kolumnerna ska heta till exempel Anläggnings-id, Tid (datum och klockslag) och Förbrukning (kWh).",
        )


def _without_bad_labels(labelled: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows with a label; a row without one is rejected where it has a value, and is nothing where it has none."""
    if labelled["label"].null_count() == 0:
        year = labelled.select(pl.col("label").min().dt.year().alias("a"), pl.col("label").max().dt.year()).row(0)
        if year == (None, None) or (year[0] >= 1980 and year[1] <= 2100):
            return labelled, no_rejections()
    is_good = pl.col("label").is_not_null() & pl.col("label").dt.year().is_between(1980, 2100)
    bad = labelled.filter(~is_good.fill_null(value=False) & pl.col("value").is_not_null())
    reason, fix = "Tiden kan inte läsas.", "Skriv tider som 2024-03-31 14:00."
    return labelled.filter(is_good), _rejection(bad, reason, fix)


def _without_impossible_values(labelled: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    is_possible = pl.col("value").is_null() | (pl.col("value").abs() < LARGEST_KWH)
    if labelled.select(is_possible.all()).item():
        return labelled, no_rejections()
    bad = labelled.filter(~is_possible)
    reason, fix = "Värdet är orimligt stort.", "Kontrollera värdet; kanske har två fält hamnat i ett."
    return labelled.filter(is_possible), _rejection(bad, reason, fix)


def _rejection(rows: pl.DataFrame, reason: str, fix: str) -> pl.DataFrame:
    return rows.select("source_row", pl.lit(reason).alias("reason"), pl.lit(fix).alias("fix"))


def _identified(
    labelled: pl.DataFrame, id_source: str, context: Context
) -> tuple[pl.DataFrame, str, tuple[Question, ...], tuple[str, ...]]:
    """Ids without blanks; a file without id takes it from the answer or the file name, else a question is asked."""
    identity = labelled["metering_point_id"]
    present = identity.drop_nulls().unique()
    clean = {one: without_spaces(one) or None for one in present}
    clean = {one: None if (to or "").strip("0") == "" else to for one, to in clean.items()}
    if any(one != to for one, to in clean.items()):
        identity = identity.replace_strict(clean, default=None, return_dtype=pl.String)
        labelled = labelled.with_columns(identity.alias("metering_point_id"))
    questions: tuple[Question, ...] = ()
    if identity.null_count():
        answer = context.assumptions.get("metering_point_id")
        in_name = re.findall(r"(?<!\d)\d{18}(?!\d)", context.name)
        if answer:
            given, id_source = without_spaces(answer), id_source if len(identity.drop_nulls()) else "unknown"
            labelled = labelled.with_columns(pl.col("metering_point_id").fill_null(given))
        elif len(set(in_name)) == 1 and identity.null_count() == len(identity):
            labelled = labelled.with_columns(pl.lit(in_name[0]).alias("metering_point_id"))
            id_source = "file_name"
        else:
            questions = (ID_QUESTION,)
            id_source = id_source if identity.null_count() < len(identity) else "unknown"
    ids = sorted(labelled["metering_point_id"].drop_nulls().unique())
    return labelled, id_source, questions, _id_warnings(ids)


def _id_warnings(ids: list[str]) -> tuple[str, ...]:
    damaged = [one for one in ids if is_spreadsheet_damaged(one)]
    doubtful = [one for one in ids if looks_like_gsrn(one) and not has_valid_check_digit(one) and one not in damaged]
    warnings = []
    if damaged:
        warnings.append(EXCEL_WARNING.format(ids=_listed(damaged)))
    if doubtful:
        warnings.append(CHECK_DIGIT_WARNING.format(ids=_listed(doubtful)))
    return tuple(warnings)


def _listed(ids: list[str]) -> str:
    return ", ".join(ids[:5]) + (f" och {len(ids) - 5} till" if len(ids) > 5 else "")


def _with_unit(labelled: pl.DataFrame, context: Context) -> tuple[pl.DataFrame, tuple[Question, ...]]:
    """Canonical units; where none is stated the answer is used, else kWh until somebody answers."""
    unit = labelled["unit"]
    spelled = {one: canonical_unit(one) or one for one in unit.drop_nulls().unique()}
    if any(one != to for one, to in spelled.items()):
        labelled = labelled.with_columns(unit.replace(spelled))
    if unit.null_count() == 0:
        return labelled, ()
    answer = canonical_unit(context.assumptions.get("unit"))
    if answer in KWH_PER_UNIT:
        return labelled.with_columns(pl.col("unit").fill_null(answer)), ()
    return labelled.with_columns(pl.col("unit").fill_null("kWh")), (UNIT_QUESTION,)
