"""Readings of meter registers in tables as the energy between them: steps, meter changes, registers that start over.

Does not belong here: registers of documents that state each reading's meter and period (register_readings.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipelines.ingest.canonical import REJECTED_SCHEMA, Question
from pipelines.ingest.tables import no_rejections

KIND_KEY = "value_kind"
KIND_QUESTION = Question(
    KIND_KEY,
    "Värdena i kolumnen {name} minskar aldrig. Är de mätarställningar eller förbrukning?",
    {"register": "Mätarställningar", "interval": "Förbrukning"},
)
POWER_QUESTION = Question(
    KIND_KEY,
    "Kolumnen {name} ser ut att vara effekt (kW). Är värdena medeleffekt under varje period?",
    {"power": "Ja, medeleffekt: räkna om till energi", "interval": "Nej, det är energi (kWh)"},
)
FALLS = "Mätarställningen är lägre än den förra."
FALLS_FIX = "Kontrollera om mätaren har bytts. Lämna då in slutställning och startställning för båda mätarna."
TWICE = "Två olika mätarställningar står vid samma tid."
TWICE_FIX = "Kontrollera vilken som gäller och ta bort den andra."
OVER = (
    "Mätaren för {ids} har slagit runt ({from_reading:g} till {to_reading:g}); förbrukningen har räknats över varvet."
)
CHANGED = "Mätaren för {ids} har bytts; förbrukningen räknas för varje mätare för sig."

SERIES = ("metering_point_id", "direction")
FEWEST_TO_SUSPECT = 6
FEWEST_TO_BE_SURE = 100
MOST_FALLS = 0.002
SMALL_STEP = 0.05
"""Of the level: consumption that never falls and moves by less than this is hardly consumption."""

DOUBLE_HOUR = 60
NEARLY_FULL = 0.9
TYPICAL_STEPS = 5.0


@dataclass(frozen=True)
class Steps:
    """The energy between readings that follow one another."""

    rows: pl.DataFrame  # the columns given, with value = step, label and end_label
    rejected: pl.DataFrame  # REJECTED_SCHEMA
    warnings: tuple[str, ...]


def likelihood(readings: pl.DataFrame) -> str:
    """How much a series of values behaves like a register: no, perhaps or surely.

    Parameters
    ----------
    readings: columns metering_point_id, direction, label, value, in any order.
    """
    ordered = readings.drop_nulls(["label", "value"]).sort(*SERIES, "label")
    step = pl.col("step")
    found = (
        ordered.with_columns(step=pl.col("value").diff().over(SERIES))
        .group_by(SERIES)
        .agg(
            (step < 0).sum().alias("falls"),
            (step > 0).sum().alias("rises"),
            step.filter(step > 0).median().alias("typical"),
            pl.col("value").median().abs().alias("level"),
            (pl.col("value") < 0).any().alias("negative"),
        )
    )
    rises, falls = int(found["rises"].sum()), int(found["falls"].sum())
    if found["negative"].any() or not rises or falls > MOST_FALLS * rises:
        return "no"
    longest = found.filter(pl.col("rises") >= FEWEST_TO_SUSPECT)
    if longest.is_empty():
        return "no"
    if int(found["rises"].max()) >= FEWEST_TO_BE_SURE:  # type: ignore[arg-type]
        return "surely"
    is_slow = (longest["typical"] <= SMALL_STEP * longest["level"]).any()
    return "perhaps" if is_slow else "no"


def never_falls(readings: pl.DataFrame) -> bool:
    """Whether the values of every series only rise, at least twice."""
    step = readings.drop_nulls(["label", "value"]).sort(*SERIES, "label").select(pl.col("value").diff().over(SERIES))
    return not (step.to_series() < 0).any() and int((step.to_series() > 0).sum()) >= 2


def falls_often(readings: pl.DataFrame) -> bool:
    """Whether values that are called readings fall too often to be such."""
    step = readings.drop_nulls(["label", "value"]).sort(*SERIES, "label").select(pl.col("value").diff().over(SERIES))
    falls, rises = int((step.to_series() < 0).sum()), int((step.to_series() > 0).sum())
    return len(step) >= FEWEST_TO_SUSPECT and falls > 0.2 * (falls + rises)


def steps(readings: pl.DataFrame) -> Steps:
    """The steps of each register.

    Parameters
    ----------
    readings: metering_point_id, direction, meter (null where unknown), label, value (the reading), constant (null
        means 1), is_estimated, source_row and whatever shall follow along.
    """
    register = [*SERIES, "meter"]
    known = _in_order(readings.drop_nulls(["label", "value"]), register)
    repeats = pl.struct("label", "value") == pl.struct("label", "value").shift().over(register)
    known = known.filter(~repeats.fill_null(value=False) | _may_be_double_hour())
    between = known.with_columns(
        first=pl.col("label").shift().over(register),
        before=pl.col("value").shift().over(register),
        first_offset=pl.col("offset_minutes").shift().over(register),
        was_estimated=pl.col("is_estimated").shift().over(register).fill_null(value=False),
    ).filter(pl.col("first").is_not_null())
    between = between.with_columns(step=pl.col("value") - pl.col("before"), is_over=pl.lit(value=False))
    is_same_time = (pl.col("label") == pl.col("first")) & ~_may_be_double_hour()
    twice = between.filter(is_same_time & (pl.col("step") > 0))
    swapped = between.filter(is_same_time & (pl.col("step") < 0))
    between = _with_roll_over(between.filter(~is_same_time))
    falls = between.filter(pl.col("step") < 0)
    good = between.filter(pl.col("step") >= 0)
    changed = known.group_by(SERIES).agg(pl.col("meter").n_unique().alias("meters")).filter(pl.col("meters") > 1)
    changed_ids = sorted({*changed["metering_point_id"].drop_nulls(), *swapped["metering_point_id"].drop_nulls()})
    warnings = [
        OVER.format(ids=row["metering_point_id"] or "anläggningen", from_reading=row["before"], to_reading=row["value"])
        for row in good.filter("is_over").head(5).iter_rows(named=True)
    ]
    if changed_ids or swapped.height:
        warnings.append(CHANGED.format(ids=", ".join(changed_ids[:5]) or "anläggningen"))
    rows = good.with_columns(
        value=pl.col("step") * pl.col("constant").fill_null(1.0),
        is_estimated=pl.col("is_estimated") | pl.col("was_estimated"),
        end_label=pl.col("label")
        - pl.duration(minutes=(pl.col("offset_minutes") - pl.col("first_offset")).fill_null(0)),
        label=pl.col("first"),
        offset_minutes=pl.col("first_offset"),
    ).drop("first", "first_offset", "before", "was_estimated", "step", "is_over")
    return Steps(
        rows, pl.concat([_rejected(falls, FALLS, FALLS_FIX), _rejected(twice, TWICE, TWICE_FIX)]), tuple(warnings)
    )


def _may_be_double_hour() -> pl.Expr:
    """Whether a stamp lies in the hours of the last Sunday of October that a local clock shows twice."""
    label = pl.col("label")
    is_sunday = (label.dt.month() == 10) & (label.dt.day() >= 25) & (label.dt.weekday() == 7)
    return is_sunday & label.dt.hour().is_between(1, 4)


def _in_order(readings: pl.DataFrame, register: list[str]) -> pl.DataFrame:
    """Readings of each register in order of time: that of the file where it runs one way, since it tells the passes of
    the double hour in autumn apart; else that of the labels."""
    by_file = readings.sort(*register, "source_row", nulls_last=True)
    minutes = by_file.select(pl.col("label").diff().over(register).dt.total_minutes()).to_series().drop_nulls()
    if len(minutes) and minutes.min() >= -DOUBLE_HOUR:  # type: ignore[operator]
        return by_file
    if len(minutes) and minutes.max() <= DOUBLE_HOUR:  # type: ignore[operator]
        return readings.sort(*register, "source_row", descending=[*(False for _ in register), True], nulls_last=True)
    return readings.sort(*register, "label", "source_row", nulls_last=True)


def _with_roll_over(between: pl.DataFrame) -> pl.DataFrame:
    """Falls that a register starting over explains: nearly full before, a step of the usual size across zero."""
    if not (between["step"] < 0).any():
        return between
    full = 10.0 ** pl.col("before").floor().cast(pl.Int64, strict=False).cast(pl.String).str.len_chars()
    across = full - pl.col("before") + pl.col("value")
    length = (pl.col("label") - pl.col("first")).dt.total_minutes()
    rate = (pl.col("step") / length).filter(pl.col("step") > 0).median().over(SERIES)
    is_over = (
        (pl.col("step") < 0)
        & (pl.col("before") >= NEARLY_FULL * full)
        & (across <= TYPICAL_STEPS * rate * length)
        & (pl.col("before") >= 99)
    )
    return (
        between.with_columns(full=full, across=across, is_over=is_over.fill_null(value=False))
        .with_columns(step=pl.when("is_over").then("across").otherwise("step"))
        .drop("full", "across")
    )


def _rejected(rows: pl.DataFrame, reason: str, fix: str) -> pl.DataFrame:
    if rows.is_empty():
        return no_rejections()
    return rows.select("source_row", pl.lit(reason).alias("reason"), pl.lit(fix).alias("fix")).cast(
        REJECTED_SCHEMA  # type: ignore[arg-type]
    )
