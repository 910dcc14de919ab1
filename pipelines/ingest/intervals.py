"""From labels to UTC intervals: the time rules of a file applied to its rows, with what was decided and why.

Readers give rows with naive labels; this module asks the evidence, the sender's profile and the answers, in that
order, and returns canonical readings, rejected rows, and the questions that are left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Literal, get_args

import polars as pl

from pipelines.domain.local_time import day_start_utc, local_labels_to_utc, normal_to_utc, utc_to_local
from pipelines.domain.units import energy_kwh, kwh_factor
from pipelines.ingest.canonical import READING_SCHEMA, Basis, Question, TimeBasis
from pipelines.ingest.interval_lengths import IRREGULAR, RESOLUTION_BY_MINUTES, row_minutes, with_series_minutes
from pipelines.ingest.repeated import as_text
from pipelines.ingest.tables import no_rejections
from pipelines.ingest.time_basis import (
    DAY_MINUTES,
    MONTH_MINUTES,
    SERIES,
    clock_evidence,
    double_hour_missing,
    finest_minutes,
    minute_of_day,
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
IRREGULAR_RESOLUTION = "irregular"
STATED_IN_FILE = "tidszonen står i filen"
NO_CLOCK_CHANGE = "filen har ingen dag då klockan ställs om och säger inte vilken tid som gäller"
FIXED_CLOCK = "klockan ställs inte om i filen, men inget dygn visar om det är normaltid eller UTC"
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


def place(
    labelled: pl.DataFrame,
    *,
    file_format: str,
    stamp_hint: str,
    grain: str,
    context: Context,
    basis: str | None = None,
) -> Placed:
    """Place labelled rows in UTC.

    Parameters
    ----------
    labelled: LABELLED_SCHEMA without null labels, in the order of the file.
    file_format: key of the profile.
    stamp_hint: what the header says of the stamp: start, end, both or unknown.
    grain: the finest that is written in the stamps: time, day or month.
    basis: the clock that a header or a title names: utc, normal_time or local.
    """
    # Register steps have both labels; where intervals stand beside them, these show how the file writes time.
    has_steps = labelled.select((pl.col("kind") != "interval").any()).item()
    telling = labelled.filter(pl.col("kind") == "interval") if has_steps else labelled
    series = finest_minutes(telling if telling.height else labelled)
    if grain == "month":
        series = series.with_columns(series_minutes=pl.lit(MONTH_MINUTES, pl.Int32))
    rows = with_series_minutes(labelled, series)
    sub_daily = _sub_daily(rows, only_intervals=0 < telling.height < labelled.height)
    sub_daily = sub_daily.with_columns(row_minutes(sub_daily, "start").alias("series_minutes"))
    rule = _rule(sub_daily, rows["offset_minutes"], file_format, stamp_hint, basis, context)
    rejected = no_rejections()
    warnings: tuple[str, ...] = ()
    if rule.basis in ("offset", "utc") and 0 < rows["offset_minutes"].null_count() < rows.height:
        without = rows.filter(pl.col("offset_minutes").is_null())
        rejected = _rejections(without, "Tiden saknar tidszon, men andra rader i filen har den.", "Ange tidszon.")
        rows = rows.filter(pl.col("offset_minutes").is_not_null())
    rows = rows.with_columns(row_minutes(rows, rule.stamp))
    timed = _with_instants(rows, rule, context.zone)
    if rule.basis == "local":
        has_lost = timed["period_start_utc"].null_count() > 0
        lost = timed.filter(pl.col("period_start_utc").is_null() & pl.col("value").is_not_null())
        reason = "Klockslaget finns inte: klockan ställs fram då."
        fix = "Kontrollera om filen har normaltid i stället för lokal tid."
        rejected = pl.concat([rejected, _rejections(lost, reason, fix)])
        for hour in double_hour_missing(sub_daily, context.zone):
            day = hour.date().isoformat()
            warnings += (f"Den dubbla timmen {day} finns bara en gång i filen; den andra räknas som saknad.",)
        timed = timed.filter(pl.col("period_start_utc").is_not_null()) if has_lost else timed
    time = TimeBasis(rule.basis, context.zone, rule.stamp, rule.evidence)
    return Placed(_canonical(timed), rejected, time, rule.questions, warnings)


def _sub_daily(rows: pl.DataFrame, *, only_intervals: bool) -> pl.DataFrame:
    if only_intervals:
        rows = rows.filter(pl.col("kind") == "interval")
    minutes = rows["series_minutes"]
    if minutes.null_count() == 0 and minutes.max() < DAY_MINUTES and minutes.min() > IRREGULAR:  # type: ignore[operator]
        return rows
    return rows.filter(pl.col("series_minutes").is_between(1, DAY_MINUTES - 1))


def _rule(
    sub_daily: pl.DataFrame, offsets: pl.Series, file_format: str, stamp_hint: str, named: str | None, context: Context
) -> _Rule:
    """Decide basis and stamp: the file's evidence, then the sender's answer, then earlier files, then a question."""
    profile = _telling_profile(context.profiles.get(file_format))
    has_offset = offsets.null_count() < len(offsets)
    if sub_daily.is_empty():
        if has_offset:
            return _Rule("offset", "start", False, STATED_IN_FILE)
        return _Rule("local", "start", False, "dygns- och månadsvärden gäller hela lokala kalenderdygn och månader")
    clock = clock_evidence(sub_daily, context.zone) if not has_offset else None
    shown: Basis = clock.basis if clock is not None else "unknown"
    is_fixed = shown == "normal_time"
    evidence: list[str] = []
    questions: list[Question] = []
    basis: Basis
    if has_offset:
        basis = "utc" if (offsets.drop_nulls() == 0).all() else "offset"
        evidence.append(STATED_IN_FILE)
    elif named is not None:
        basis = named  # type: ignore[assignment]
        evidence.append("filen säger vilken tid som gäller")
    elif clock is not None and shown != "unknown" and not (is_fixed and _may_be_utc(sub_daily, stamp_hint)):
        basis = shown
        evidence.append(clock.text_sv)
    elif context.assumptions.get("time_basis") in ("normal_time", "local", "utc"):
        basis = context.assumptions["time_basis"]  # type: ignore[assignment]
        evidence.append("tiden är angiven av den som lämnade in filen")
    elif profile is not None and profile.basis in get_args(Basis) and profile.basis in ("normal_time", "local", "utc"):
        basis = profile.basis
        evidence.append(FROM_EARLIER_FILES)
    else:
        basis = "unknown"
        evidence.append(FIXED_CLOCK if is_fixed else NO_CLOCK_CHANGE)
        questions.append(TIME_QUESTION)
    is_late = clock is not None and clock.basis == "local" and clock.ends_after_label_gap
    stamp, text = _stamp(sub_daily, stamp_hint, is_late, profile, context)
    if text:
        evidence.append(text)
    if stamp == "unknown":
        questions.append(STAMP_QUESTION)
    return _Rule(basis, stamp, is_late and stamp == "end", "; ".join(evidence), tuple(questions))


def _may_be_utc(sub_daily: pl.DataFrame, hint: str) -> bool:
    """Whether stamps of a fixed clock show no midnight: then the clock may as well be UTC as normal time."""
    step = pl.col("series_minutes")
    edges = sub_daily.group_by(SERIES).agg(
        minute_of_day(pl.col("label").min()).alias("first"),
        minute_of_day(pl.col("label").max()).alias("last"),
        step.min(),
    )
    first, last = pl.col("first"), pl.col("last")
    is_start, is_end = ((first == 0) | (last == DAY_MINUTES - step)), ((first == step) | (last == 0))
    if hint == "unknown":
        is_start, is_end = ((first == 0) & (last == DAY_MINUTES - step)), ((first == step) & (last == 0))
    shows = is_end if hint == "end" else is_start if hint in ("start", "both") else is_start | is_end
    return not edges.select(shows.any()).item()


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
    kinds = (
        (~is_odd & ~is_calendar, _sub_daily_instants),
        (is_calendar, _calendar_instants),
        (is_odd, _irregular_instants),
    )
    for which, place_all in kinds:
        if rows.select(which.all()).item():
            return place_all(rows, rule, zone)
    parts = [
        place_part(rows.filter(which), rule, zone) for which, place_part in kinds if rows.select(which.any()).item()
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
    length = _duration(rows, "minutes")
    if rule.is_late_label:
        rows = rows.with_columns(pl.col("label") - length)
    instant = _instant(pl.col("label"), rows, rule, zone)
    if rule.stamp == "end" and not rule.is_late_label:
        instant = instant - length
    rows = rows.with_columns(period_start_utc=instant)
    return rows.with_columns(period_end_utc=pl.col("period_start_utc") + length)


def _duration(rows: pl.DataFrame, name: str) -> pl.Expr:
    """Minutes in a column without null as a duration: one for all rows, where it is."""
    shortest, longest = rows[name].min(), rows[name].max()
    if shortest == longest and isinstance(shortest, int):
        return pl.lit(timedelta(minutes=shortest))
    return pl.duration(minutes=pl.col(name))


def _instant(label: pl.Expr, rows: pl.DataFrame, rule: _Rule, zone: str) -> pl.Expr:
    """The UTC instant that a label names by the file's rule."""
    if rule.basis == "local":
        is_second = second_pass(rows, zone)
        return pl.lit(local_labels_to_utc(rows.select(label.alias("label")).to_series(), is_second, zone))
    if rule.basis in ("offset", "utc") and rows["offset_minutes"].null_count() == 0:
        return (label - _duration(rows, "offset_minutes")).dt.replace_time_zone("UTC")
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
    """READING_SCHEMA; what is the same in all rows is said once, since millions of equal texts take their time."""
    named = timed.with_columns(
        as_text(timed["metering_point_id"]),
        quality=_quality(timed),
        resolution=_resolution(timed),
        energy_kwh=_energy(timed),
    )
    return named.select(pl.col(name).cast(dtype) for name, dtype in READING_SCHEMA.items())


def _quality(timed: pl.DataFrame) -> pl.Expr:
    if not timed["value"].null_count() and not timed["is_estimated"].any():
        return pl.lit("measured")
    is_missing, is_estimated = pl.col("value").is_null(), pl.col("is_estimated")
    code = pl.when(is_missing).then(0).when(is_estimated).then(1).otherwise(2).cast(pl.UInt32)
    return pl.lit(pl.Series(["missing", "estimated", "measured"])).gather(code)


def _resolution(timed: pl.DataFrame) -> pl.Expr:
    shortest, longest = timed["minutes"].min(), timed["minutes"].max()
    if shortest == longest and isinstance(shortest, int):
        return pl.lit(RESOLUTION_BY_MINUTES.get(shortest, IRREGULAR_RESOLUTION))
    return pl.col("minutes").replace_strict(RESOLUTION_BY_MINUTES, default=IRREGULAR_RESOLUTION, return_dtype=pl.String)


def _energy(timed: pl.DataFrame) -> pl.Expr:
    units = timed.select(pl.col("unit").unique()).to_series()
    if len(units) != 1:
        return energy_kwh()
    factor = kwh_factor(units[0])
    return pl.lit(None, pl.Float64) if factor is None else pl.col("value") * factor


def _rejections(rows: pl.DataFrame, reason: str, fix: str) -> pl.DataFrame:
    return rows.select("source_row", pl.lit(reason).alias("reason"), pl.lit(fix).alias("fix"))
