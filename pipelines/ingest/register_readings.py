"""Register readings of documents as the energy between them, and whether the file tells that energy elsewhere.

Does not belong here: registers in tables, where columns have to be understood first.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipelines.ingest.canonical import REJECTED_SCHEMA, Question
from pipelines.ingest.intervals import LABELLED_SCHEMA, MARKS, Context
from pipelines.ingest.tables import no_rejections
from pipelines.ingest.time_basis import MONTH_MINUTES

READING_SCHEMA: dict[str, pl.DataType] = {
    "metering_point_id": pl.String(),
    "carrier": pl.String(),
    "direction": pl.String(),
    "unit": pl.String(),
    "meter": pl.String(),
    "register": pl.String(),
    "stamp": pl.Datetime("us"),  # naive, as written
    "offset_minutes": pl.Int32(),
    "reading": pl.Float64(),
    "constant": pl.Float64(),  # what the difference is multiplied with; null where the file does not say
    "is_estimated": pl.Boolean(),
    "place": pl.Int64(),  # row in the file
    "scope": pl.Int64(),  # readings of different scopes are never paired; null is the whole file
}
"""One row a reading, in any order."""

CONSTANT_KEY = "register_constant"
CONSTANT_QUESTION = Question(
    CONSTANT_KEY,
    "Filen har mätarställningar men ingen energi, och säger inte mätarens konstant. Vilken är den? "
    "Skriv 1 om skillnaden mellan två ställningar är förbrukningen.",
    {},
)
SERIES = ("metering_point_id", "direction")
REGISTER = (*SERIES, "scope", "meter", "register")
MOST_WARNINGS = 10
TOLD_TWICE = "{count} steg mellan mätarställningar räknas inte: energin för samma tid står som egna värden."


@dataclass(frozen=True)
class Steps:
    """The energy between readings."""

    labelled: pl.DataFrame  # LABELLED_SCHEMA and MARKS
    rejected: pl.DataFrame  # REJECTED_SCHEMA
    warnings: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()


def with_marks(labelled: pl.DataFrame) -> pl.DataFrame:
    """Labelled rows with the marks of ordinary intervals."""
    return labelled.select(*LABELLED_SCHEMA, *(mark.alias(name) for name, mark in MARKS.items()))


def scope(part: str, is_energy: pl.Expr) -> pl.Expr:
    """The scope of readings: the part of the file (a column of numbers) where it also tells energies, else null.

    A part with energies has the readings of its own period; two such parts with one missing between them say nothing
    of the time between.
    """
    return pl.when(is_energy.any().over(part)).then(part).cast(pl.Int64)


def steps(readings: pl.DataFrame, energy: pl.DataFrame, context: Context) -> Steps:
    """The steps between readings that follow one another in a register.

    Parameters
    ----------
    readings: READING_SCHEMA; columns that are missing are null.
    energy: labelled rows of the same file; a step whose time they cover is a second account of their energy.
    context: answers, where the constant of the meters is asked for.
    """
    missing = [
        pl.lit(None, dtype).alias(name) for name, dtype in READING_SCHEMA.items() if name not in readings.columns
    ]
    readings = readings.with_columns(missing).select(*READING_SCHEMA).cast(READING_SCHEMA)  # type: ignore[arg-type]
    if readings.is_empty():
        return Steps(with_marks(pl.DataFrame(schema=LABELLED_SCHEMA)), no_rejections())
    no_stamp = readings.filter(pl.col("stamp").is_null())
    readings = readings.filter(pl.col("stamp").is_not_null() & pl.col("reading").is_not_null())
    alone = readings.filter(pl.col("stamp").n_unique().over(REGISTER) == 1)
    between = _between(readings)
    falls = between.filter(pl.col("difference") < 0)
    between = _with_coverage(between.filter(pl.col("difference") >= 0), energy)
    partly = between.filter(pl.col("covered").is_between(0, 1, closed="none"))
    second, real = (between.filter(pl.col("covered") == whole) for whole in (1, 0))
    doubled = real.clear()
    if real.height:
        doubled = real.filter(_overlaps().any().over(SERIES))
        real = real.join(doubled.select("place"), on="place", how="anti")
    real, questions = _with_constant(real, context)
    warnings = _disagreements(second, energy)
    if second.height:
        warnings.insert(0, TOLD_TWICE.format(count=second.height))
    if alone.height:
        warnings.append(f"{alone.height} mätarställningar står ensamma: en tidigare behövs för att räkna förbrukning.")
    rejected = [
        _rejected(no_stamp, "Mätarställningen saknar tid.", "Be nätbolaget om en ny fil."),
        _rejected(falls, "Mätarställningen minskar.", "Kontrollera om mätaren har bytts eller slagit runt."),
        _rejected(
            partly, "Mätarställningarna täcks bara delvis av filens energivärden.", "Lämna in energi per period."
        ),
        _rejected(
            doubled,
            "Flera räkneverk gäller samma tid, och filen säger inte vilka som ska läggas ihop.",
            "Be nätbolaget om energi per period i stället för mätarställningar.",
        ),
    ]
    labelled = pl.concat([_labelled(real, is_second=False), _labelled(second, is_second=True)]).sort("source_row")
    return Steps(labelled, pl.concat(rejected), tuple(warnings), questions)


def _between(readings: pl.DataFrame) -> pl.DataFrame:
    """One row for each two readings of a register that follow one another at different times."""
    instant = pl.col("stamp") - pl.duration(minutes=pl.col("offset_minutes").fill_null(0))
    ordered = readings.with_columns(instant=instant).sort(*REGISTER, "instant", "place", nulls_last=True)
    return (
        ordered.with_columns(
            first_stamp=pl.col("stamp").shift().over(REGISTER),
            first_instant=pl.col("instant").shift().over(REGISTER),
            difference=(pl.col("reading") - pl.col("reading").shift().over(REGISTER)),
            is_estimated=pl.col("is_estimated") | pl.col("is_estimated").shift().over(REGISTER).fill_null(value=False),
        )
        # The reading of a meter taken down and that of its successor stand at the same time.
        .filter(pl.col("first_instant").is_not_null() & (pl.col("instant") > pl.col("first_instant")))
    )


def _intervals_of(energy: pl.DataFrame) -> pl.DataFrame:
    """Start and end instants of the energies that have a value."""
    offset = pl.duration(minutes=pl.col("offset_minutes").fill_null(0))
    end = (
        pl.when(pl.col("end_label").is_not_null())
        .then("end_label")
        .when(pl.col("stated_minutes") == MONTH_MINUTES)
        .then(pl.col("label").dt.offset_by("2h").dt.offset_by("1mo").dt.offset_by("-2h"))
        .otherwise(pl.col("label") + pl.duration(minutes=pl.col("stated_minutes")))
    )
    return energy.filter(pl.col("value").is_not_null()).select(
        *SERIES, "value", (pl.col("label") - offset).alias("start"), (end - offset).alias("end")
    )


def _with_coverage(between: pl.DataFrame, energy: pl.DataFrame) -> pl.DataFrame:
    """Add the share of each step (seen at three points) that energies of the same series cover."""
    told = _intervals_of(energy).sort("start")
    length = (pl.col("instant") - pl.col("first_instant")).dt.total_minutes()
    points = [
        between.select(
            *SERIES,
            "place",
            point=pl.col("first_instant") + pl.duration(minutes=(length * share).cast(pl.Int64)),
        )
        for share in (0.1, 0.5, 0.9)
    ]
    seen = (
        pl.concat(points)
        .sort("point")
        .join_asof(told, left_on="point", right_on="start", by=list(SERIES), check_sortedness=False)
    )
    covered = seen.group_by("place").agg(
        (pl.col("end") > pl.col("point")).fill_null(value=False).mean().alias("covered")
    )
    return between.join(covered, on="place", how="left").sort(*SERIES, "first_instant")


def _overlaps() -> pl.Expr:
    """Whether a step begins before an earlier one of its series has ended; the rows are in order of time."""
    return (pl.col("first_instant") < pl.col("instant").cum_max().shift()).over(SERIES).fill_null(value=False)


def _with_constant(real: pl.DataFrame, context: Context) -> tuple[pl.DataFrame, tuple[Question, ...]]:
    """The differences times the constant: that of the file, else the answer, else it is asked for."""
    if real["constant"].null_count() == 0:
        return real, ()
    answer = _positive(context.assumptions.get(CONSTANT_KEY))
    return (
        real.with_columns(pl.col("constant").fill_null(answer or 1.0)),
        () if answer else (CONSTANT_QUESTION,),
    )


def _positive(text: str | None) -> float | None:
    try:
        number = float((text or "").replace(",", "."))
    except ValueError:
        return None
    return number if 0 < number < 1e6 else None


def _disagreements(second: pl.DataFrame, energy: pl.DataFrame) -> list[str]:
    """A warning where the readings of an interval cannot give its energy with any whole constant."""
    by_interval = second.group_by(*SERIES, start="first_instant", end="instant").agg(pl.col("difference").sum())
    both = by_interval.join(_intervals_of(energy), on=[*SERIES, "start", "end"]).sort("start")
    # Readings are cut to whole numbers, so a difference may be one too small or too large, times the constant.
    constant = (pl.col("value") / pl.col("difference")).round().clip(lower_bound=1)
    off = (pl.col("value") - constant * pl.col("difference")).abs() > constant
    strange = both.filter((pl.col("difference") > 0) & off)
    return [
        f"Anläggning {row['metering_point_id']}: mätarställningarna ger {row['difference']:g} men energin för samma "
        f"tid är {row['value']:g}."
        for row in strange.head(MOST_WARNINGS).iter_rows(named=True)
    ]


def _labelled(between: pl.DataFrame, *, is_second: bool) -> pl.DataFrame:
    constant = pl.col("constant").fill_null(1.0)
    return between.select(
        "metering_point_id",
        "carrier",
        "direction",
        "unit",
        (pl.col("difference") * constant).alias("value"),
        "is_estimated",
        pl.col("place").alias("source_row"),
        pl.col("first_stamp").alias("label"),
        pl.col("stamp").alias("end_label"),
        "offset_minutes",
        pl.lit(None, pl.Int32).alias("stated_minutes"),
        pl.lit("register").alias("kind"),
        pl.lit(is_second).alias("is_second_account"),
    ).cast(LABELLED_SCHEMA)  # type: ignore[arg-type]


def _rejected(rows: pl.DataFrame, reason: str, fix: str) -> pl.DataFrame:
    columns = (pl.col("place").alias("source_row"), pl.lit(reason).alias("reason"), pl.lit(fix).alias("fix"))
    return rows.select(columns).cast(REJECTED_SCHEMA)  # type: ignore[arg-type]
