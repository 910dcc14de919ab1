"""From labels to UTC intervals: the time rules of a file applied to its rows, with what was decided and why.

Readers give rows with naive labels; this module asks the evidence, the sender's profile and the answers, in that
order, and returns canonical readings, rejected rows, and the questions that are left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Literal, get_args

import polars as pl

from pipelines.domain.local_time import day_start_utc, local_to_utc, normal_to_utc, utc_to_local
from pipelines.domain.units import energy_kwh
from pipelines.ingest.canonical import READING_SCHEMA, Basis, Question, TimeBasis
from pipelines.ingest.tables import no_rejections
from pipelines.ingest.time_basis import (
    DAY_MINUTES,
    MONTH_MINUTES,
    SERIES,
    clock_evidence,
    double_hour_missing,
    finest_minutes,
    second_pass,
    stamp_evidence,
)

LABELLED_SCHEMA: dict[str, pl.DataType] = {
    "metering_point_id": pl.String(),
    "carrier": pl.String(),
    "direction": pl.String(),
    "unit": pl.String(),
    "value": pl.Float64(),  # null when missing
    "is_estimated": pl.Boolean(),
    "source_row": pl.Int64(),
    "label": pl.Datetime("us"),  # naive, as written; the start where the file gives both
    "end_label": pl.Datetime("us"),  # naive; null where the file does not give it
    "offset_minutes": pl.Int32(),  # as written with the stamp; null where it is not
    "stated_minutes": pl.Int32(),  # interval length where a column states it
}
"""What a reader hands over: one row per value, in the order of the file."""

MARKS: dict[str, pl.Expr] = {
    "kind": pl.lit("interval"),  # interval | register: the step between two readings, with both labels
    "is_second_account": pl.lit(value=False),  # the same energy stands elsewhere in the file, better told
}
"""Columns beside LABELLED_SCHEMA that a reader may add, with what holds where it does not."""
IRREGULAR = 0
"""Stands for an interval whose length is its own: between two readings of a register, say."""

RESOLUTION_BY_MINUTES = {15: "PT15M", 30: "PT30M", 60: "PT1H", DAY_MINUTES: "P1D", MONTH_MINUTES: "P1M"}
IRREGULAR_RESOLUTION = "irregular"
STATED_IN_FILE = "tidszonen står i filen"
FROM_EARLIER_FILES = "samma som i tidigare filer av samma slag från er"

TIME_QUESTION = Question(
    "time_basis",
    "Filen visar inte om tiderna är normaltid eller lokal tid. Vilken tid använder den som lämnade ut filen?",
    {
        "normal_time": "Normaltid (vintertid hela året)",
        "local": "Lokal tid (sommartid på sommaren)",
        "utc": "UTC",
    },
)
STAMP_QUESTION = Question(
    "stamp",
    "Filen visar inte om tiden anger periodens början eller slut. Vilket är det?",
    {"start": "Början: 10:00 gäller 10–11", "end": "Slut: 10:00 gäller 9–10"},
)


@dataclass(frozen=True)
class Context:
    """What is known about a file besides its bytes."""

    name: str
    assumptions: Mapping[str, str] = field(default_factory=dict)
    profiles: Mapping[str, TimeBasis] = field(default_factory=dict)
    zone: str = "Europe/Stockholm"


@dataclass(frozen=True)
class Placed:
    """Rows placed in time."""

    readings: pl.DataFrame  # READING_SCHEMA
    rejected: pl.DataFrame  # REJECTED_SCHEMA
    time: TimeBasis
    questions: tuple[Question, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class _Rule:
    basis: Basis
    stamp: Literal["start", "end", "unknown"]
    is_late_label: bool  # end labels written as start label plus the length
    evidence: str
    questions: tuple[Question, ...] = ()


def place(labelled: pl.DataFrame, *, file_format: str, stamp_hint: str, grain: str, context: Context) -> Placed:
    """Place labelled rows in UTC.

    Parameters
    ----------
    labelled: LABELLED_SCHEMA without null labels, in the order of the file.
    file_format: key of the profile.
    stamp_hint: what the header says of the stamp: start, end, both or unknown.
    grain: the finest that is written in the stamps: time, day or month.
    """
    # Register steps have both labels; where intervals stand beside them, these show how the file writes time.
    telling = labelled.filter(pl.col("kind") == "interval")
    series = finest_minutes(telling if telling.height else labelled)
    if grain == "month":
        series = series.with_columns(series_minutes=pl.lit(MONTH_MINUTES, pl.Int32))
    rows = _with_series_minutes(labelled, series)
    sub_daily = _sub_daily(rows, only_intervals=0 < telling.height < labelled.height)
    rule = _rule(sub_daily, rows["offset_minutes"], file_format, stamp_hint, context)
    rejected = no_rejections()
    warnings: tuple[str, ...] = ()
    if rule.basis in ("offset", "utc") and rows["offset_minutes"].null_count() < rows.height:
        without = rows.filter(pl.col("offset_minutes").is_null())
        rejected = _rejections(without, "Tiden saknar tidszon, men andra rader i filen har den.", "Ange tidszon.")
        rows = rows.filter(pl.col("offset_minutes").is_not_null())
    rows = rows.with_columns(_row_minutes(rows, rule.stamp))
    timed = _with_instants(rows, rule, context.zone)
    if rule.basis == "local":
        lost = timed.filter(pl.col("period_start_utc").is_null() & pl.col("value").is_not_null())
        reason = "Klockslaget finns inte: klockan ställs fram då."
        fix = "Kontrollera om filen har normaltid i stället för lokal tid."
        rejected = pl.concat([rejected, _rejections(lost, reason, fix)])
        for hour in double_hour_missing(sub_daily, context.zone):
            day = hour.date().isoformat()
            warnings += (f"Den dubbla timmen {day} finns bara en gång i filen; den andra räknas som saknad.",)
        timed = timed.filter(pl.col("period_start_utc").is_not_null())
    time = TimeBasis(rule.basis, context.zone, rule.stamp, rule.evidence)
    return Placed(_canonical(timed), rejected, time, rule.questions, warnings)


def _sub_daily(rows: pl.DataFrame, *, only_intervals: bool) -> pl.DataFrame:
    if only_intervals:
        rows = rows.filter(pl.col("kind") == "interval")
    minutes = rows["series_minutes"]
    if minutes.null_count() == 0 and minutes.max() < DAY_MINUTES and minutes.min() > IRREGULAR:  # type: ignore[operator]
        return rows
    return rows.filter(pl.col("series_minutes").is_between(1, DAY_MINUTES - 1))


def _with_series_minutes(labelled: pl.DataFrame, series: pl.DataFrame) -> pl.DataFrame:
    """Length of interval per series: stated by a column or by both stamps where given, else from the labels."""
    if (
        labelled["end_label"].null_count() == labelled.height
        and labelled["stated_minutes"].null_count() == labelled.height
    ):
        if series["series_minutes"].n_unique() == 1:
            return labelled.with_columns(series_minutes=pl.lit(series["series_minutes"][0], pl.Int32))
        return labelled.join(series, on=SERIES, how="left", nulls_equal=True, maintain_order="left")
    length = _labelled_minutes()
    known = pl.coalesce("stated_minutes", length).cast(pl.Int32)
    is_odd = pl.col("end_label").is_not_null() & (length > 0)
    rows = labelled.with_columns(
        stated_minutes=pl.when(known.is_in(list(RESOLUTION_BY_MINUTES))).then(known).when(is_odd).then(IRREGULAR)
    )
    usual = rows.group_by(SERIES).agg(pl.col("stated_minutes").drop_nulls().mode().min().alias("usual_minutes"))
    return (
        rows.join(
            series.join(usual, on=SERIES, nulls_equal=True),
            on=SERIES,
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
        .with_columns(series_minutes=pl.coalesce("usual_minutes", "series_minutes"))
        .drop("usual_minutes")
    )


def _labelled_minutes() -> pl.Expr:
    """Minutes between the two labels of a row; a whole calendar month and a day of 23 to 25 hours count as such.

    An end given as the last day of the month (`2024-01-31`) is included in the period. A period of about a month that
    begins on any other day is no calendar month: a reading on the fifth says nothing of the first.
    """
    start, end = pl.col("label").dt.offset_by("2h"), pl.col("end_label").dt.offset_by("2h")
    length = (pl.col("end_label") - pl.col("label")).dt.total_minutes().cast(pl.Int32)
    ends_month = (end.dt.day() == 1) | (end.dt.offset_by("1d").dt.day() == 1) & (pl.col("kind") == "interval")
    is_month = length.is_between(27 * DAY_MINUTES, 32 * DAY_MINUTES) & (start.dt.day() == 1) & ends_month
    is_day = length.is_between(1380, 1500) & (start.dt.hour() <= 4)
    return pl.when(is_month).then(MONTH_MINUTES).when(is_day).then(DAY_MINUTES).otherwise(length)


def _row_minutes(rows: pl.DataFrame, stamp: str) -> pl.Expr | pl.Series:
    """Length of each row's interval: stated, else that of its day where the series changes from hours to quarters."""
    by_series = pl.coalesce("stated_minutes", "series_minutes").alias("minutes")
    is_fine = rows.select(((pl.col("series_minutes") < 60) & pl.col("stated_minutes").is_null()).any()).item()
    if not is_fine:
        return by_series
    day = pl.col("label").dt.offset_by("-1m" if stamp == "end" else "0m").dt.date().alias("label_day")
    slots = (pl.col("label").dt.hour().cast(pl.Int32) * 60 + pl.col("label").dt.minute()).n_unique()
    whole_hours = (pl.col("label").dt.minute() == 0).all().over([*SERIES, day])
    enough = slots.over([*SERIES, day]) >= 20
    is_hour_day = (pl.col("series_minutes") < 60) & whole_hours & enough
    hourly = rows.select(pl.when(is_hour_day).then(60).otherwise(by_series).cast(pl.Int32).alias("minutes"))
    return hourly.to_series()


def _rule(sub_daily: pl.DataFrame, offsets: pl.Series, file_format: str, stamp_hint: str, context: Context) -> _Rule:
    """Decide basis and stamp: the file's evidence, then the sender's answer, then earlier files, then a question."""
    profile = _telling_profile(context.profiles.get(file_format))
    has_offset = offsets.null_count() < len(offsets)
    if sub_daily.is_empty():
        if has_offset:
            return _Rule("offset", "start", False, STATED_IN_FILE)
        return _Rule("local", "start", False, "dygns- och månadsvärden gäller hela lokala kalenderdygn och månader")
    clock = clock_evidence(sub_daily, context.zone) if not has_offset else None
    evidence: list[str] = []
    questions: list[Question] = []
    basis: Basis
    if has_offset:
        basis = "utc" if (offsets.drop_nulls() == 0).all() else "offset"
        evidence.append(STATED_IN_FILE)
    elif clock is not None and clock.basis != "unknown":
        basis = clock.basis
        evidence.append(clock.text_sv)
    elif context.assumptions.get("time_basis") in ("normal_time", "local", "utc"):
        basis = context.assumptions["time_basis"]  # type: ignore[assignment]
        evidence.append("tiden är angiven av den som lämnade in filen")
    elif profile is not None and profile.basis in get_args(Basis) and profile.basis in ("normal_time", "local", "utc"):
        basis = profile.basis
        evidence.append(FROM_EARLIER_FILES)
    else:
        basis = "unknown"
        evidence.append("filen har ingen dag då klockan ställs om och säger inte vilken tid som gäller")
        questions.append(TIME_QUESTION)
    is_late = clock is not None and clock.basis == "local" and clock.ends_after_label_gap
    stamp, text = _stamp(sub_daily, stamp_hint, is_late, profile, context)
    if text:
        evidence.append(text)
    if stamp == "unknown":
        questions.append(STAMP_QUESTION)
    return _Rule(basis, stamp, is_late and stamp == "end", "; ".join(evidence), tuple(questions))


def _telling_profile(profile: TimeBasis | None) -> TimeBasis | None:
    """Earlier files with the zone beside each stamp say nothing of what stamps without one mean."""
    return None if profile is None or profile.evidence.startswith(STATED_IN_FILE) else profile


def _stamp(
    sub_daily: pl.DataFrame, hint: str, is_late: bool, profile: TimeBasis | None, context: Context
) -> tuple[Literal["start", "end", "unknown"], str]:
    if hint == "both":
        return "start", "början och slut står i filen"
    if hint == "start":
        return "start", "rubriken säger att tiden är periodens början"
    if hint == "end":
        return "end", "rubriken säger att tiden är periodens slut"
    if is_late:
        return "end", "luckan vid omställningen visar att stämpeln är periodens slut"
    edges = stamp_evidence(sub_daily)
    if edges.stamp != "unknown":
        return edges.stamp, edges.text_sv
    if (answer := context.assumptions.get("stamp")) in ("start", "end"):
        return answer, "början eller slut är angivet av den som lämnade in filen"  # type: ignore[return-value]
    if profile is not None and profile.stamp != "unknown":
        return profile.stamp, "" if profile.stamp == "unknown" else f"periodens början eller slut: {FROM_EARLIER_FILES}"
    return "unknown", ""


def _with_instants(rows: pl.DataFrame, rule: _Rule, zone: str) -> pl.DataFrame:
    """Add period_start_utc and period_end_utc; null where a local label does not exist."""
    is_odd, is_calendar = pl.col("minutes") == IRREGULAR, pl.col("minutes") >= DAY_MINUTES
    parts = [
        place_part(rows.filter(which), rule, zone)
        for which, place_part in (
            (~is_odd & ~is_calendar, _sub_daily_instants),
            (is_calendar, _calendar_instants),
            (is_odd, _irregular_instants),
        )
        if rows.select(which.any()).item()
    ]
    return parts[0] if len(parts) == 1 else pl.concat(parts).sort("source_row", maintain_order=True)


def _irregular_instants(rows: pl.DataFrame, rule: _Rule, zone: str) -> pl.DataFrame:
    """Both labels as they stand; dates without a clock are local midnights."""
    has_clock = ((pl.col("label").dt.time() != time(0)) | (pl.col("end_label").dt.time() != time(0))).any()
    if not rows.select(has_clock).item() and rows["offset_minutes"].null_count() == rows.height:
        return rows.with_columns(
            period_start_utc=day_start_utc(pl.col("label").dt.date(), zone),
            period_end_utc=day_start_utc(pl.col("end_label").dt.date(), zone),
        )
    start, end = (_instant(pl.col(name), rows, rule, zone) for name in ("label", "end_label"))
    rows = rows.with_columns(period_start_utc=start, period_end_utc=end)
    # 01:45 to 03:00 on the day when the clock is put forward is a quarter like any other.
    length = (pl.col("period_end_utc") - pl.col("period_start_utc")).dt.total_minutes().cast(pl.Int32)
    return rows.with_columns(
        minutes=pl.when(length.is_in(list(RESOLUTION_BY_MINUTES))).then(length).otherwise(IRREGULAR)
    )


def _sub_daily_instants(rows: pl.DataFrame, rule: _Rule, zone: str) -> pl.DataFrame:
    length = pl.duration(minutes=pl.col("minutes"))
    if rule.is_late_label:
        rows = rows.with_columns(pl.col("label") - length)
    instant = _instant(pl.col("label"), rows, rule, zone)
    if rule.stamp == "end" and not rule.is_late_label:
        instant = instant - length
    rows = rows.with_columns(period_start_utc=instant)
    return rows.with_columns(period_end_utc=pl.col("period_start_utc") + length)


def _instant(label: pl.Expr, rows: pl.DataFrame, rule: _Rule, zone: str) -> pl.Expr:
    """The UTC instant that a label names by the file's rule."""
    if rule.basis == "local":
        is_second = second_pass(rows, zone)
        return local_to_utc(label, is_second if is_second.any() else None, zone)  # type: ignore[arg-type]
    if rule.basis in ("offset", "utc") and rows["offset_minutes"].null_count() == 0:
        return (label - pl.duration(minutes=pl.col("offset_minutes"))).dt.replace_time_zone("UTC")
    if rule.basis == "utc":
        return label.dt.replace_time_zone("UTC")
    return normal_to_utc(label, zone)


def _calendar_instants(rows: pl.DataFrame, rule: _Rule, zone: str) -> pl.DataFrame:
    """Days and months are local calendar days and months, whatever hour or offset marks them."""
    label = pl.col("label")
    if rows["offset_minutes"].null_count() < rows.height:
        instant = (label - pl.duration(minutes=pl.col("offset_minutes").fill_null(0))).dt.replace_time_zone("UTC")
        label = utc_to_local(instant, zone)
    # 23:00 the evening before and 01:00 are the same midnight written in another time basis.
    day = label.dt.offset_by("2h").dt.date()
    first = pl.when(pl.col("minutes") == MONTH_MINUTES).then(day.dt.truncate("1mo")).otherwise(day)
    beyond = (
        pl.when(pl.col("minutes") == MONTH_MINUTES).then(first.dt.offset_by("1mo")).otherwise(first.dt.offset_by("1d"))
    )
    return rows.with_columns(period_start_utc=day_start_utc(first, zone), period_end_utc=day_start_utc(beyond, zone))


def _canonical(timed: pl.DataFrame) -> pl.DataFrame:
    quality = (
        pl.when(pl.col("value").is_null()).then(pl.lit("missing")).when("is_estimated").then(pl.lit("estimated"))
    ).otherwise(pl.lit("measured"))
    resolution = pl.col("minutes").replace_strict(
        RESOLUTION_BY_MINUTES, default=IRREGULAR_RESOLUTION, return_dtype=pl.String
    )
    return timed.with_columns(quality=quality, resolution=resolution, energy_kwh=energy_kwh()).select(
        pl.col(name).cast(dtype) for name, dtype in READING_SCHEMA.items()
    )


def _rejections(rows: pl.DataFrame, reason: str, fix: str) -> pl.DataFrame:
    return rows.select("source_row", pl.lit(reason).alias("reason"), pl.lit(fix).alias("fix"))
