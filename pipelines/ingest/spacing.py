"""Stamps that lie further apart than a day: weeks, bills, readings on the fifth. The period is what lies between them.

A date alone is no day value when the next is a month away. Does not belong here: what clock the labels follow.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipelines.errors import BadInput
from pipelines.ingest.canonical import REJECTED_SCHEMA, Question
from pipelines.ingest.intervals import STAMP_QUESTION, Context
from pipelines.ingest.tables import no_rejections
from pipelines.ingest.time_basis import DAY_MINUTES, SERIES

SAMPLE_ROWS = 20_000
SHORTEST_MONTH_MINUTES, LONGEST_MONTH_MINUTES = 27 * DAY_MINUTES, 32 * DAY_MINUTES
KNOWN_STEPS = (15, 30, 60, DAY_MINUTES)
ALONE = "Perioden är okänd: det finns inget värde före eller efter som visar hur lång den är."
ALONE_FIX = "Lämna in en fil där perioden innan också finns, eller med både start och slut."
PERIOD_QUESTION = (
    "Filens datum ligger {length} isär. Gäller varje värde tiden fram till sitt datum, eller tiden från det till nästa?"
)


@dataclass(frozen=True)
class Spaced:
    """Labelled rows with the ends that their neighbours show."""

    labelled: pl.DataFrame
    grain: str
    hint: str
    rejected: pl.DataFrame
    questions: tuple[Question, ...] = ()


def with_spacing(labelled: pl.DataFrame, grain: str, hint: str, context: Context) -> Spaced:
    """Give rows whose stamps lie more than a day apart the period between them.

    Parameters
    ----------
    labelled: LABELLED_SCHEMA, without null labels. grain, hint: see intervals.place.

    Raises
    ------
    BadInput for values more often than every quarter of an hour.
    """
    same = Spaced(labelled, grain, hint, no_rejections())
    if hint == "both" or labelled["end_label"].null_count() < labelled.height:
        return same
    if labelled["stated_minutes"].null_count() < labelled.height:
        return same
    step = _usual_step(labelled)
    if step is None or step in KNOWN_STEPS:
        return same
    if step < min(KNOWN_STEPS):
        raise BadInput(
            f"Filens värden gäller {step} minuter var. Kortare tid än en kvart kan inte läsas.",
            fix_sv="Exportera kvarts-, tim-, dygns- eller månadsvärden.",
        )
    if SHORTEST_MONTH_MINUTES <= step <= LONGEST_MONTH_MINUTES:
        if grain == "month" or (labelled["label"].dt.day() == 1).all():
            return same
        if (labelled["label"].dt.offset_by("1d").dt.day() == 1).all():  # the last day of the month stands for the month
            return Spaced(labelled.with_columns(pl.col("label").dt.truncate("1mo")), "month", "start", no_rejections())
    elif grain == "month" or (step < DAY_MINUTES and (step % 60 or DAY_MINUTES % step)):
        return same
    return _between_stamps(labelled, grain, hint, step, context)


def _usual_step(labelled: pl.DataFrame) -> int | None:
    """Minutes between neighbouring stamps of a series: the usual, or the shortest where days or hours are missing."""
    some = labelled.head(SAMPLE_ROWS).select(*SERIES, "label").unique().sort(*SERIES, "label")
    steps = some.select(pl.col("label").diff().over(SERIES).dt.total_minutes()).to_series().drop_nulls()
    if steps.is_empty():
        return None
    usual, shortest = int(steps.median()), int(steps.min())  # type: ignore[arg-type]
    if usual in KNOWN_STEPS or usual < min(KNOWN_STEPS):
        return usual
    return shortest if shortest >= 2 * DAY_MINUTES or (len(steps) > 2 and shortest < DAY_MINUTES) else None


def _between_stamps(labelled: pl.DataFrame, grain: str, hint: str, step: int, context: Context) -> Spaced:
    """Periods from stamp to stamp, the way that the header, an answer or nobody tells."""
    answer = context.assumptions.get("stamp")
    way = hint if hint in ("start", "end") else answer if answer in ("start", "end") else None
    questions: tuple[Question, ...] = ()
    if way is None:
        length = f"ungefär {step // DAY_MINUTES} dygn" if step >= DAY_MINUTES else f"{step // 60} timmar"
        text = PERIOD_QUESTION.format(length=length)
        choices = {"start": "Från datumet till nästa", "end": "Fram till datumet"}
        questions = (Question(STAMP_QUESTION.key, text, choices),)
    stamps = labelled.select(*SERIES, "label").unique().sort(*SERIES, "label")
    shift = -1 if way == "start" else 1
    stamps = stamps.with_columns(other=pl.col("label").shift(shift).over(SERIES))
    key = [*SERIES, "label"]
    rows = labelled.drop("end_label").join(stamps, on=key, how="left", nulls_equal=True, maintain_order="left")
    if way == "start":
        rows = rows.rename({"other": "end_label"})
    else:
        rows = rows.rename({"label": "end_label", "other": "label"})
    is_alone = pl.col("label").is_null() | pl.col("end_label").is_null()
    alone = rows.filter(is_alone & pl.col("value").is_not_null())
    rejected = alone.select("source_row", pl.lit(ALONE).alias("reason"), pl.lit(ALONE_FIX).alias("fix"))
    kept = rows.filter(~is_alone).select(labelled.columns)
    return Spaced(kept, grain, "both", rejected.cast(REJECTED_SCHEMA), questions)  # type: ignore[arg-type]
