"""Several parts of one delivery, the files of an archive or the sheets of a workbook, as one file of meter values.

Does not belong here: how a part is read (a module per form) and how parts are found (archives.py, sheets.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import polars as pl

from pipelines.errors import BadInput
from pipelines.ingest import told_twice
from pipelines.ingest.canonical import REJECTED_SCHEMA, MeterFile, Question, ReadFile, RegisterFile, TimeBasis

TIME_KEYS = frozenset({"time_basis", "stamp"})
NAMES_SHOWN = 5
PART = "part"
ID_SOURCES = ("unknown", "file_name", "metadata", "header", "column")
"""From the weakest to the strongest."""


@dataclass(frozen=True)
class Kind:
    """The format of unlike parts, what several and one are called, and how to hand them in apart."""

    format: str
    several: str
    one: str
    apart: str = "Lämna in dem var för sig."


FILES = Kind("archive", "Filerna", "Filen", "Packa upp zip-filen och lämna in filerna var för sig.")
SHEETS = Kind("workbook", "Bladen", "Bladet", "Lämna in ett blad i taget, som egna filer.")


def combined(
    parts: Mapping[str, ReadFile], kind: Kind, *, again: Callable[[str, Mapping[str, TimeBasis]], ReadFile]
) -> ReadFile:
    """One part as it is; several as one file: all of one form and time, or each of its own and sure of it.

    Parameters
    ----------
    parts: name → what was read, at least one.
    again: reads the part of that name with time bases, by format, that other parts have proven.

    Raises
    ------
    BadInput, naming the parts, when some are no meter values, or when they would need an answer each.
    """
    if len(parts) == 1:
        return next(iter(parts.values()))
    learnt = _proven_times(parts)
    parts = {
        name: again(name, learnt) if isinstance(one, MeterFile) and _asks_time(one) and one.format in learnt else one
        for name, one in parts.items()
    }
    files = {name: part for name, part in parts.items() if isinstance(part, MeterFile)}
    if len(files) < len(parts):
        raise BadInput(
            f"{kind.several} {_listed(parts)} är av olika slag: bara en del av dem är mätvärden.",
            fix_sv=kind.apart,
        )
    _refuse_shared_questions(files, kind)
    first = next(iter(files.values()))
    is_alike = len({(one.format, one.time.basis, one.time.stamp) for one in files.values()}) == 1
    time = learnt.get(first.format, first.time) if is_alike else _time_of_unlike(files)
    readings, unusable, warnings = _each_energy_once({name: one.readings for name, one in files.items()}, kind)
    return MeterFile(
        format=first.format if is_alike else kind.format,
        readings=readings,
        rejected=pl.concat([*(_named(one.rejected, kind, name) for name, one in files.items()), unusable]),
        time=time,
        id_source=min((one.id_source for one in files.values()), key=ID_SOURCES.index),
        questions=tuple({question.key: question for one in files.values() for question in one.questions}.values()),
        warnings=(*_each_once(files, lambda one: one.warnings), *warnings),
        evidence=_each_once(files, lambda one: one.evidence),
    )


def with_warnings(file: ReadFile, warnings: tuple[str, ...]) -> ReadFile:
    """The file with warnings (Swedish) added, where its kind has any."""
    if isinstance(file, MeterFile | RegisterFile) and warnings:
        return replace(file, warnings=(*file.warnings, *warnings))
    return file


def _proven_times(parts: Mapping[str, ReadFile]) -> dict[str, TimeBasis]:
    """By format, the time basis that some of the parts prove and none contradicts."""
    proven: dict[str, list[TimeBasis]] = {}
    for part in parts.values():
        if isinstance(part, MeterFile) and part.time.basis != "unknown" and not _asks_time(part):
            proven.setdefault(part.format, []).append(part.time)
    return {
        form: times[0]
        for form, times in proven.items()
        if len({(time.basis, time.zone, time.stamp) for time in times}) == 1
    }


def _asks_time(part: MeterFile) -> bool:
    return any(question.key in TIME_KEYS for question in part.questions)


def _refuse_shared_questions(files: Mapping[str, MeterFile], kind: Kind) -> None:
    """One answer is given to all parts, so parts may ask only what has one answer."""
    asking = {name: one for name, one in files.items() if one.questions}
    if not asking:
        return
    asked: dict[str, list[tuple[str, Question]]] = {}
    for one in asking.values():
        for question in one.questions:
            asked.setdefault(question.key, []).append((one.format, question))
    is_unlike = any(
        len({form for form, _ in each}) > 1 or any(question != each[0][1] for _, question in each)
        for each in asked.values()
    )
    without_id = [name for name, one in asking.items() if any(q.key == "metering_point_id" for q in one.questions)]
    if is_unlike or _overlap([files[name].readings for name in without_id]):
        raise BadInput(
            f"{kind.several} {_listed(asking)} behöver var sitt svar på frågor.",
            fix_sv=kind.apart,
        )


def _overlap(frames: list[pl.DataFrame]) -> bool:
    """Whether two of the frames have values for the same time."""
    spans = sorted(
        frame.select(pl.col("period_start_utc").min(), pl.col("period_end_utc").max()).row(0)
        for frame in frames
        if frame.height
    )
    return any(later[0] < earlier[1] for earlier, later in pairwise(spans))


def _each_energy_once(
    frames: Mapping[str, pl.DataFrame], kind: Kind
) -> tuple[pl.DataFrame, pl.DataFrame, tuple[str, ...]]:
    """All readings with what several parts tell marked as second account; what contradicts another part is rejected."""
    readings = pl.concat([frame.with_columns(pl.lit(name).alias(PART)) for name, frame in frames.items()])
    shared = _told_by_several(readings)
    if not shared:
        return readings.drop(PART), pl.DataFrame(schema=REJECTED_SCHEMA), ()
    is_shared = pl.col("metering_point_id").is_in(shared)
    alone, together = readings.filter(~is_shared.fill_null(value=False)), readings.filter(is_shared)
    told = told_twice.accounts(
        together.select(
            "metering_point_id",
            "direction",
            # In kWh where it is energy: the parts may give it in different units.
            pl.when(pl.col("energy_kwh").is_null() & pl.col("value").is_not_null())
            .then("unit")
            .alias("unit")
            .fill_null(""),
            pl.col("period_start_utc").alias("start"),
            pl.col("period_end_utc").alias("end"),
            pl.coalesce("energy_kwh", "value").alias("value"),
        )
    )
    together = together.with_columns(told)
    second = together.with_columns(pl.col("is_second_account") | (pl.col("account") == "second"))
    bad = pl.concat(
        _named(told_twice.rejected(rows), kind, str(name))
        for (name,), rows in together.partition_by(PART, as_dict=True, maintain_order=True).items()
    )
    used = second.filter(pl.col("account").is_in(["first", "second"]) | pl.col("value").is_null()).select(
        readings.columns
    )
    warnings = told_twice.disagreements(together.with_columns(value=pl.coalesce("energy_kwh", "value")))
    return pl.concat([alone, used]).drop(PART), bad, tuple(warnings)


def _told_by_several(readings: pl.DataFrame) -> list[str]:
    """Meters of which several parts have values for the same time."""
    spans = (
        readings.drop_nulls("metering_point_id")
        .group_by("metering_point_id", "direction", PART)
        .agg(pl.col("period_start_utc").min().alias("first"), pl.col("period_end_utc").max().alias("beyond"))
        .sort("metering_point_id", "direction", "first")
        .with_columns(before=pl.col("beyond").cum_max().shift(1).over("metering_point_id", "direction"))
    )
    return spans.filter(pl.col("before") > pl.col("first"))["metering_point_id"].unique().to_list()


def _time_of_unlike(files: Mapping[str, MeterFile]) -> TimeBasis:
    """What holds for all parts, with the evidence of each."""
    times = {name: one.time for name, one in files.items()}
    every = list(times.values())
    return TimeBasis(
        basis=every[0].basis if len({time.basis for time in every}) == 1 else "unknown",
        zone=every[0].zone,
        stamp=every[0].stamp if len({time.stamp for time in every}) == 1 else "unknown",
        evidence="; ".join(f"{name}: {time.evidence}" for name, time in list(times.items())[:NAMES_SHOWN]),
    )


def _named(rejected: pl.DataFrame, kind: Kind, name: str) -> pl.DataFrame:
    """Rejected rows with the part that they stand in: their row number counts from its top."""
    return rejected.with_columns(pl.concat_str(pl.lit(f"{kind.one} {name}: "), pl.col("reason")).alias("reason"))


def _each_once(files: Mapping[str, MeterFile], said: Callable[[MeterFile], tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for one in files.values() for text in said(one)))


def _listed(names: Mapping[str, object]) -> str:
    every = list(names)
    return ", ".join(every[:NAMES_SHOWN]) + (
        f" och {len(every) - NAMES_SHOWN} till" if len(every) > NAMES_SHOWN else ""
    )
