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
from pipelines.ingest.repeated import as_text, distinct, is_repeated, spread
from pipelines.ingest.spacing import with_spacing
from pipelines.ingest.tables import no_rejections
from pipelines.ingest.time_basis import DAY_MINUTES, SERIES, finest_minutes

LARGEST_KWH = 1e9
"""Of one value: more than a whole county uses in a month is no reading of a building."""

SHORTEST_DAY_MINUTES = 23 * 60

UNIT_QUESTION = Question(
    "unit",
    "Filen säger inte vilken enhet värdena har. Vilken är det?",
    {"kWh": "kWh", "MWh": "MWh", "Wh": "Wh", "kW": "kW, medeleffekt under varje period"},
)
ID_QUESTION = Question(
    "metering_point_id", "Filen säger inte vilken anläggning värdena gäller. Vilket anläggnings-id är det?", {}
)
EXCEL_WARNING = (
    "Anläggnings-id {ids} har förvanskats: filen ser ut att ha sparats om av Excel. "
    "Lämna in originalfilen utan att spara om den."
)
FIRST_QUARTER_WARNING = (
    "I kvartsserien står nästan all energi i timmens första kvart: timvärdena verkar inte vara delade. "
    "Timmarnas summor stämmer, men inte effekten per kvart."
)
CROWDING_SAMPLE = 20_000
MOST_DIFFERING = 0.4
CROWDED_LABELS = BadInput(
    "Många värden har samma tid och är olika: antingen står samma dag flera gånger, eller så känns kolumnen för "
    "klockslag, anläggning eller enhet inte igen.",
    fix_sv="Kolumnerna ska heta till exempel Anläggnings-id, Tid (datum och klockslag) och Förbrukning (kWh).",
)
MOST_QUESTIONS = 3
QUESTION_ORDER = (
    *("value_column", "id_column", "value_kind", "decimal_mark", "day_first", "unit", "metering_point_id"),
    *("time_basis", "stamp"),
)
"""What decides most is asked first, where a file has more questions than one page holds."""

CHECK_DIGIT_WARNING = "Kontrollsiffran stämmer inte i anläggnings-id {ids}. Kontrollera att id:t är rätt."


def meter_file(
    labelled: pl.DataFrame,
    *,
    file_format: str,
    id_source: str,
    context: Context,
    stamp_hint: str = "unknown",
    grain: str = "time",
    layout: str = "",
    basis: str | None = None,
    rejected: Sequence[pl.DataFrame] = (),
    warnings: Sequence[str] = (),
    questions: Sequence[Question] = (),
    evidence: Sequence[str] = (),
) -> MeterFile:
    """Turn a reader's labelled rows into what the pipeline takes.

    Parameters
    ----------
    labelled: LABELLED_SCHEMA and any of MARKS in file order; rows without a label are rejected here; a null unit or id
        is asked for.
    stamp_hint, grain, basis: see intervals.place.
    layout: fingerprint of the columns, where the format has many forms; it becomes part of the format's key.
    rejected: frames of rows that the reader could not use.
    questions, evidence: what the reader has to ask, and what it took for what.

    Raises
    ------
    BadInput when the file holds no value at all.
    """
    marks = [pl.col(name) if name in labelled.columns else mark.alias(name) for name, mark in MARKS.items()]
    types = {**LABELLED_SCHEMA, "metering_point_id": _id_type(labelled)}
    labelled = labelled.select(*(pl.col(name).cast(dtype) for name, dtype in types.items()), *marks)
    bad = [frame for frame in rejected if frame.height]
    labelled, no_label = _without_bad_labels(labelled)
    labelled, impossible = _without_impossible_values(labelled)
    bad += [frame for frame in (no_label, impossible) if frame.height]
    _refuse_empty(labelled, bad)
    labelled, id_source, id_questions, said = _identified(labelled, id_source, context)
    spaced = with_spacing(labelled, grain, stamp_hint, context)
    labelled, grain, stamp_hint = spaced.labelled, spaced.grain, spaced.hint
    bad += [spaced.rejected] if spaced.rejected.height else []
    _refuse_empty(labelled, bad)
    _refuse_crowded_labels(labelled, grain)
    labelled, unit_questions = _with_unit(labelled, context)
    file_format += _calendar_suffix(labelled, grain, file_format.startswith("monthly"))
    file_format += f":{layout}" if layout else ""
    placed = place(labelled, file_format=file_format, stamp_hint=stamp_hint, grain=grain, basis=basis, context=context)
    readings = _with_power(placed.readings, context)
    said += (FIRST_QUARTER_WARNING,) if _has_hours_in_first_quarters(readings) else ()
    return MeterFile(
        format=file_format,
        readings=readings,
        rejected=pl.concat([*bad, placed.rejected]).sort("source_row") if bad else placed.rejected,
        time=placed.time,
        id_source=id_source,
        questions=_first_questions((*questions, *id_questions, *unit_questions, *spaced.questions, *placed.questions)),
        warnings=(*warnings, *said, *placed.warnings),
        evidence=tuple(evidence),
    )


def _id_type(labelled: pl.DataFrame) -> pl.DataType:
    """Ids of a long file stay as they are, each kept once, until the last step."""
    identity = labelled["metering_point_id"]
    return identity.dtype if is_repeated(identity) else pl.String()


def _refuse_empty(labelled: pl.DataFrame, bad: Sequence[pl.DataFrame]) -> None:
    """Refuse a file without a single value, with the reason of its first bad row."""
    if not labelled.is_empty():
        return
    first = pl.concat(bad).sort("source_row").row(0, named=True) if bad else None
    raise BadInput(
        "Inga mätvärden kunde läsas i filen." + (f" {first['reason']}" if first else ""),
        fix_sv=first["fix"] if first else "Kontrollera att filen innehåller värden och exportera den på nytt.",
        row=first["source_row"] if first else None,
    )


def _first_questions(questions: Sequence[Question]) -> tuple[Question, ...]:
    """At most one page of questions, those that decide most first; none twice."""
    by_key = {question.key: question for question in questions}
    if "value_kind" in by_key:
        by_key.pop("stamp", None)  # readings have both ends: asked again where the answer is another
    known = sorted(by_key, key=lambda key: QUESTION_ORDER.index(key) if key in QUESTION_ORDER else len(QUESTION_ORDER))
    return tuple(by_key[key] for key in known[:MOST_QUESTIONS])


def _with_power(readings: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Mean power times the hours of its interval, where the sender has said that it is mean power."""
    is_said = context.assumptions.get("unit") == "kW" or context.assumptions.get("value_kind") == "power"
    if not is_said or not (readings["unit"] == "kW").any():
        return readings
    hours = (pl.col("period_end_utc") - pl.col("period_start_utc")).dt.total_minutes() / 60
    energy = pl.when(pl.col("unit") == "kW").then(pl.col("value") * hours).otherwise("energy_kwh")
    return readings.with_columns(energy_kwh=energy)


def _has_hours_in_first_quarters(readings: pl.DataFrame) -> bool:
    """Whether a quarter series holds whole hours in the first quarter and nothing in the other three."""
    quarters = readings.head(20_000).filter((pl.col("resolution") == "PT15M") & (pl.col("value") != 0))
    if quarters.height < 12:
        return False
    is_first = pl.col("period_start_utc").dt.minute() == 0
    zeros = readings.head(20_000).filter((pl.col("resolution") == "PT15M") & (pl.col("value") == 0)).height
    return quarters.select(is_first.mean()).item() > 0.98 and zeros >= 2 * quarters.height


def _calendar_suffix(labelled: pl.DataFrame, grain: str, has_month_form: bool) -> str:
    """Day and month values have a format of their own: their time basis says nothing about the hours of a sender."""
    if labelled["offset_minutes"].null_count() == 0 or has_month_form:
        return ""
    if grain == "month":
        return "-month"
    length = (labelled["end_label"] - labelled["label"]).dt.total_minutes().min()
    if length is not None:
        return "-day" if length >= SHORTEST_DAY_MINUTES else ""  # type: ignore[operator]
    for rows in (labelled.head(CROWDING_SAMPLE), labelled):  # more rows can only show shorter intervals
        if finest_minutes(rows)["series_minutes"].min() < DAY_MINUTES:  # type: ignore[operator]
            return ""
    return "-day"


def _refuse_crowded_labels(labelled: pl.DataFrame, grain: str) -> None:
    """Refuse many values at one label: the hour, or the facility, stands where no reader looked for it."""
    some = labelled.head(CROWDING_SAMPLE).filter(~pl.col("is_second_account") & pl.col("value").is_not_null())
    differing = some.group_by(*SERIES, "label", "end_label").agg((pl.col("value").n_unique() > 1).alias("differ"))
    if differing.height > 3 and differing["differ"].mean() > MOST_DIFFERING:  # type: ignore[operator]
        raise CROWDED_LABELS
    has_ids = labelled["metering_point_id"].null_count() == 0
    is_midnight = (pl.col("label").dt.hour() == 0) & (pl.col("label").dt.minute() == 0)
    for rows in (some, labelled):
        if has_ids and grain == "time" and not rows.select(is_midnight.all()).item():
            return
    label_count = labelled.select(pl.struct([*SERIES, "label"]).n_unique()).item()
    if labelled.height >= (4 if has_ids else 1.5) * label_count and labelled.height > 3:
        raise CROWDED_LABELS


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
    present = distinct(identity)
    clean = {one: without_spaces(one) or None for one in present}
    clean = {one: None if (to or "").strip("0") == "" else to for one, to in clean.items()}
    damaged = sorted({one for one in clean.values() if one and is_spreadsheet_damaged(one)})
    if len(damaged) == 1 and len(set(clean.values())) == 1:
        clean = dict.fromkeys(clean)  # nobody can tell which id it was but the sender
    if any(one != to for one, to in clean.items()):
        identity = spread(identity, lambda ids: ids.replace_strict(clean, default=None, return_dtype=pl.String))
        labelled = labelled.with_columns(identity.alias("metering_point_id"))
    questions: tuple[Question, ...] = ()
    if identity.null_count():
        labelled = labelled.with_columns(as_text(identity).alias("metering_point_id"))
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
    ids = sorted({*distinct(labelled["metering_point_id"]), *damaged})
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
    unit = pl.col("unit")
    spelled = {one: canonical_unit(one) or one for one in labelled.select(unit.unique().drop_nulls()).to_series()}
    is_everywhere = labelled.select(unit.null_count()).item() == 0
    if any(one != to for one, to in spelled.items()):
        has_one = is_everywhere and len(spelled) == 1
        canonical = pl.lit(next(iter(spelled.values()))) if has_one else unit.replace(spelled)
        labelled = labelled.with_columns(canonical.alias("unit"))
    if is_everywhere:
        return labelled, ()
    answer = canonical_unit(context.assumptions.get("unit"))
    if answer in KWH_PER_UNIT or answer == "kW":
        return labelled.with_columns(pl.col("unit").fill_null(answer)), ()
    return labelled.with_columns(pl.col("unit").fill_null("kWh")), (UNIT_QUESTION,)
