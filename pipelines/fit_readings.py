"""The readings that `sparkraft fit` is given: days, hours or months of a range of meters, read and checked.

Hourly readings are brought to local days by the file scanner, never held whole: a county's years fit in memory as days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from pipelines.domain.local_time import clock_changes, day_start_utc
from pipelines.errors import BadInput
from pipelines.fit_input import STAMP_FIX, FitRequest, collected, day, instant, line_of, scan

NUMBER_FIX = "Skriv talet med decimalpunkt, eller lämna tomt där värdet saknas."


def is_month_rows(request: FitRequest) -> bool:
    """True when the readings are rows of whole months (meter_id, from, to, kwh) instead of hours."""
    names = scan(request.readings, ("meter_id", "kwh")).collect_schema().names()
    return "timestamp" not in names and {"from", "to"} <= set(names)


def meters(request: FitRequest) -> pl.DataFrame:
    """meter_id and carrier (`unknown` where the file does not tell), sorted by meter_id; one carrier for each."""
    frame = scan(request.readings, ("meter_id", "kwh"))
    has_carrier = "carrier" in frame.collect_schema().names()
    carrier = pl.col("carrier").cast(pl.String) if has_carrier else pl.lit(None, pl.String)
    by_meter = frame.group_by(pl.col("meter_id").cast(pl.String)).agg(carrier=carrier.min(), other=carrier.max())
    found = collected(request.readings, by_meter, streaming=True).sort("meter_id")
    if found.is_empty():
        raise BadInput(f"{request.readings.name} har inga rader.")
    if found["meter_id"].null_count():
        raise BadInput(
            f"{request.readings.name} har rader utan meter_id.", row=_row(frame, pl.col("meter_id").is_null())
        )
    mixed = found.filter(pl.col("carrier") != pl.col("other"))
    if not mixed.is_empty():
        raise BadInput(f"{request.readings.name}: mätaren {mixed['meter_id'][0]} har två energibärare (carrier).")
    return found.select("meter_id", pl.col("carrier").fill_null("unknown"))


@dataclass(frozen=True)
class _Hours:
    """The hourly rows of a file, and the expressions that read them."""

    path: Path
    source: pl.LazyFrame
    stamp: pl.Expr  # instant in UTC; null where it cannot be read
    seconds: pl.Expr  # since 1970
    day_local: pl.Expr
    kwh: pl.Expr  # null where missing or no number

    def faults(self) -> list[tuple[pl.Expr, str, str]]:
        """What can be wrong with a row: where, said how, to be mended how."""
        no_number = (pl.col("kwh").is_not_null() & self.kwh.is_null()) | self.kwh.is_nan()
        return [
            (self.stamp.is_null(), "tiden går inte att läsa.", STAMP_FIX),
            (self.seconds % 3600 != 0, "värdet är inget timvärde.", STAMP_FIX),
            (no_number.fill_null(False), "kwh är inget tal.", NUMBER_FIX),
        ]

    def refuse_row(self) -> None:
        """Raises BadInput for the first row that cannot be used."""
        for fault, message, fix in self.faults():
            row = _row(self.source, fault)
            if row is not None:
                row += self.path.suffix.lower() != ".parquet"
                raise BadInput(f"{self.path.name}: {message}", fix_sv=fix, row=row)

    def of_meters(self, request: FitRequest, first_meter: str, last_meter: str) -> pl.LazyFrame:
        """meter_id, stamp, seconds, day_local, kwh, bad of meters first … last: days of the request, and bad rows."""
        meter = pl.col("meter_id").cast(pl.String)
        day_local = pl.col("day_local")
        spans = (request.baseline, request.reporting)
        wanted = pl.any_horizontal([(day_local >= span.first) & (day_local < span.end) for span in spans])
        return (
            self.source.filter((meter >= first_meter) & (meter <= last_meter))
            .select(
                meter,
                stamp=self.stamp,
                seconds=self.seconds,
                day_local=self.day_local,
                kwh=self.kwh,
                bad=pl.any_horizontal([fault for fault, _, _ in self.faults()]).fill_null(True),
            )
            .filter(wanted | pl.col("bad"))
        )


def _hours(request: FitRequest) -> _Hours:
    source = scan(request.readings, ("meter_id", "timestamp", "kwh"))
    stamp = instant(source.collect_schema()["timestamp"], "timestamp")
    seconds = stamp.dt.epoch("s")
    day_local = (seconds + _offset_seconds(seconds, request)).floordiv(86_400).cast(pl.Int32).cast(pl.Date)
    return _Hours(request.readings, source, stamp, seconds, day_local, pl.col("kwh").cast(pl.Float64, strict=False))


def readings_by_day(request: FitRequest, first_meter: str, last_meter: str) -> pl.DataFrame:
    """meter_id, day_local, energy_kwh (null unless every hour of the local day is there) of meters first … last.

    Raises BadInput for a value or time that cannot be read, values that are not hourly, and hours that stand twice.
    """
    hours = _hours(request)
    hour_bit = pl.lit(2, pl.Int64).pow(pl.col("seconds").floordiv(3600) % 32).cast(pl.Int64)
    summed = (
        hours.of_meters(request, first_meter, last_meter)
        .group_by("meter_id", "day_local")
        .agg(
            pl.col("kwh").sum(),
            pl.col("bad").any(),
            hours=pl.col("kwh").count(),
            rows=pl.len(),
            different=hour_bit.bitwise_or().bitwise_count_ones(),
        )
    )
    days = collected(request.readings, summed, streaming=True)
    if days["bad"].any():
        hours.refuse_row()
    _refuse_repeated(request, days.filter(pl.col("rows") > pl.col("different")))
    return days.join(_day_hours(request), on="day_local").select(
        "meter_id", "day_local", energy_kwh=pl.when(pl.col("hours") == pl.col("day_hours")).then("kwh")
    )


def readings_by_hour(request: FitRequest, first_meter: str, last_meter: str) -> pl.DataFrame:
    """meter_id, hour_start_utc, energy_kwh (null where missing) of meters first … last; raises as readings_by_day."""
    hours = _hours(request)
    rows = collected(request.readings, hours.of_meters(request, first_meter, last_meter), streaming=True)
    if rows["bad"].any():
        hours.refuse_row()
    _refuse_repeated(request, rows.filter(rows.select("meter_id", "stamp").is_duplicated()))
    return rows.select("meter_id", hour_start_utc=pl.col("stamp").dt.cast_time_unit("us"), energy_kwh="kwh")


def _refuse_repeated(request: FitRequest, repeated: pl.DataFrame) -> None:
    if not repeated.is_empty():
        meter, day_local = repeated.select("meter_id", "day_local").row(0)
        raise BadInput(
            f"{request.readings.name}: mätaren {meter} har samma timme två gånger den {day_local}.",
            fix_sv="Behåll en av dem.",
        )


def readings_by_month(request: FitRequest) -> pl.DataFrame:
    """meter_id, month_local, energy_kwh from rows of whole months; raises BadInput for other periods and repeats."""
    source = scan(request.readings, ("meter_id", "from", "to", "kwh"))
    kwh = pl.col("kwh").cast(pl.Float64, strict=False)
    first, end = (day(source.collect_schema()[name], name) for name in ("from", "to"))
    chosen = source.select(
        pl.col("meter_id").cast(pl.String),
        month_local=first,
        energy_kwh=kwh,
        bad_value=pl.col("kwh").is_not_null() & kwh.is_null(),
        bad_month=~((first == first.dt.month_start()) & (end == first.dt.offset_by("1mo"))).fill_null(False),
    )
    rows = collected(request.readings, chosen)
    for column, message, fix in (
        ("bad_value", "kwh är inget tal.", NUMBER_FIX),
        ("bad_month", "raden är ingen hel månad.", "Skriv from som 2024-05-01 och to som 2024-06-01."),
    ):
        if rows[column].any():
            row = line_of(request.readings, rows[column])
            raise BadInput(f"{request.readings.name}: {message}", fix_sv=fix, row=row)
    twice = rows.select("meter_id", "month_local").is_duplicated()
    if twice.any():
        raise BadInput(
            f"{request.readings.name}: samma månad står två gånger för en mätare.",
            fix_sv="Behåll en av dem.",
            row=line_of(request.readings, twice),
        )
    return rows.select("meter_id", "month_local", "energy_kwh")


def _offset_seconds(seconds: pl.Expr, request: FitRequest) -> pl.Expr:
    """What local time lies ahead of UTC at each instant; a few comparisons, cheaper than a calendar for each row."""
    place = ZoneInfo(request.time_zone)
    first, last = request.days()[0].year - 1, request.days()[-1].year + 1
    changes = [change.instant_utc for change in clock_changes(request.time_zone, first, last)]
    offset: pl.Expr = pl.lit(_offset(datetime(first, 1, 1, tzinfo=UTC), place))
    for change in changes:
        offset = pl.when(seconds >= int(change.timestamp())).then(_offset(change, place)).otherwise(offset)
    return offset


def _offset(moment: datetime, place: ZoneInfo) -> int:
    found = moment.astimezone(place).utcoffset()
    return int(found.total_seconds()) if found else 0


def _day_hours(request: FitRequest) -> pl.DataFrame:
    days = pl.DataFrame({"day_local": request.days()})
    start, end = pl.col("day_local"), pl.col("day_local").dt.offset_by("1d")
    length = day_start_utc(end, request.time_zone) - day_start_utc(start, request.time_zone)
    return days.with_columns(day_hours=length.dt.total_hours().cast(pl.UInt32))


def _row(source: pl.LazyFrame, fault: pl.Expr) -> int | None:
    """Number of the first row that has the fault, counted from 1 below the header."""
    found = source.with_row_index("row_number").filter(fault).select("row_number").head(1).collect()
    return int(found.item()) + 1 if found.height else None
