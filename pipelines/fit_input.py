"""What `sparkraft fit` is given beside the readings: periods, weather, calendar, groups and stations, read and checked.

Every fault names the file, the row where there is one, and what to do.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from pipelines.errors import BadInput

HOURS_FOR_TEMPERATURE = 20  # of a day; a mean of fewer would lean towards day or night
UTC_STAMP = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.0+)?)?(?:Z|[+-]00:?00)?$"
CALENDAR_KINDS = ("closed", "holiday", "open")
STAMP_FIX = "Skriv tiden i UTC som 2024-05-01T13:00:00Z, timmens början."


@dataclass(frozen=True)
class Span:
    """Local days from `first`, included, to `end`, not included."""

    first: date
    end: date

    def days(self) -> list[date]:
        return pl.date_range(self.first, self.end, closed="left", eager=True).to_list()


@dataclass(frozen=True)
class FitRequest:
    """The files and options of one `sparkraft fit`."""

    readings: Path
    weather: Path
    baseline: Span
    reporting: Span
    out: Path
    model: str = "daily"  # daily | monthly | hourly
    time_zone: str = "Europe/Stockholm"
    country: str = "SE"
    calendar: Path | None = None
    group: Path | None = None
    stations: Path | None = None

    def days(self) -> list[date]:
        """The days of both periods, in order of time."""
        return self.baseline.days() + self.reporting.days()


def check(request: FitRequest) -> None:
    """Raises BadInput when periods, time zone or model make no sense together."""
    for span, name in ((request.baseline, "--baseline"), (request.reporting, "--reporting")):
        if span.first >= span.end:
            raise BadInput(f"{name} slutar innan den börjar.", fix_sv="Skriv första dagen och dagen efter den sista.")
    if request.reporting.first < request.baseline.end:
        raise BadInput("Uppföljningen börjar innan basperioden är slut.", fix_sv="Låt --reporting börja efter den.")
    try:
        ZoneInfo(request.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise BadInput(f"{request.time_zone} är ingen tidszon.", fix_sv="Skriv den som Europe/Stockholm.") from None
    if request.model == "monthly" and any(
        day.day != 1 for span in (request.baseline, request.reporting) for day in (span.first, span.end)
    ):
        raise BadInput("Månadsmodellen räknar hela månader.", fix_sv="Låt perioderna börja och sluta den första.")


def scan(path: Path, columns: tuple[str, ...]) -> pl.LazyFrame:
    """A csv (all text) or parquet file, lazily; raises BadInput when it cannot be opened or lacks a column."""
    if not path.is_file():
        raise BadInput(f"{path} finns inte eller är ingen fil.")
    try:
        is_parquet = path.suffix.lower() == ".parquet"
        frame = pl.scan_parquet(path) if is_parquet else pl.scan_csv(path, infer_schema=False)
        names = frame.collect_schema().names()
    except (pl.exceptions.PolarsError, OSError) as problem:
        raise BadInput(f"{path.name} går inte att läsa: {problem}", fix_sv="Ge en csv- eller parquet-fil.") from None
    if lacking := [name for name in columns if name not in names]:
        raise BadInput(
            f"{path.name} saknar kolumnen {lacking[0]}.",
            fix_sv=f"Kolumnerna ska heta {', '.join(columns)}, åtskilda med komma.",
        )
    return frame


def collected(path: Path, frame: pl.LazyFrame, *, streaming: bool = False) -> pl.DataFrame:
    """The rows; a file that turns out to be broken becomes BadInput with the first row that is."""
    try:
        return frame.collect(engine="streaming" if streaming else "auto")
    except (pl.exceptions.PolarsError, OSError) as problem:
        raise BadInput(
            f"{path.name} går inte att läsa: {problem}",
            fix_sv="Alla rader ska ha lika många kolumner; tal skrivs med decimalpunkt.",
            row=_raggedline_of(path),
        ) from None


def _raggedline_of(path: Path) -> int | None:
    if path.suffix.lower() == ".parquet":
        return None
    with path.open(encoding="utf-8", errors="replace", newline="") as lines:
        reader = csv.reader(lines)
        width = len(next(reader, []))
        return next((reader.line_num for row in reader if row and len(row) != width), None)


def weather_hours(request: FitRequest) -> pl.DataFrame:
    """station (empty when there is only one), hour_start_utc, temperature_c (null where missing)."""
    columns = ("station", "timestamp", "temp_c") if request.stations else ("timestamp", "temp_c")
    source = scan(request.weather, columns)
    stamp = instant(source.collect_schema()["timestamp"], "timestamp")
    value = pl.col("temp_c").cast(pl.Float64, strict=False).fill_nan(None)
    chosen = source.select(
        station=pl.col("station").cast(pl.String) if request.stations else pl.lit(""),
        hour_start_utc=stamp.dt.cast_time_unit("us"),
        temperature_c=value,
        bad=stamp.is_null() | (pl.col("temp_c").is_not_null() & value.is_null()),
    )
    hours = collected(request.weather, chosen)
    if hours["bad"].any():
        raise BadInput(
            f"{request.weather.name}: tiden eller temperaturen går inte att läsa.",
            fix_sv=f"{STAMP_FIX} Temperaturen i °C med decimalpunkt.",
            row=line_of(request.weather, hours["bad"]),
        )
    twice = hours.select("station", "hour_start_utc").is_duplicated()
    if twice.any():
        raise BadInput(
            f"{request.weather.name}: samma timme står två gånger.",
            fix_sv="Behåll en av dem; flera stationer kräver kolumnen station och --stations.",
            row=line_of(request.weather, twice),
        )
    return hours.drop("bad")


def weather_days(hours: pl.DataFrame, time_zone: str) -> pl.DataFrame:
    """station, day_local, temperature_c: the means of local days that have 20 hours or more."""
    day_local = pl.col("hour_start_utc").dt.convert_time_zone(time_zone).dt.date().alias("day_local")
    return (
        hours.group_by("station", day_local)
        .agg(pl.col("temperature_c").mean(), hours=pl.col("temperature_c").count())
        .filter(pl.col("hours") >= HOURS_FOR_TEMPERATURE)
        .drop("hours")
    )


def closed_days(request: FitRequest) -> pl.DataFrame:
    """meter_id, day_local of days when the building is closed (`closed`, `holiday`; `open` overrules)."""
    schema = {"meter_id": pl.String, "day_local": pl.Date}
    if request.calendar is None:
        return pl.DataFrame(schema=schema)
    source = scan(request.calendar, ("meter_id", "from", "to", "kind"))
    first, end = (day(source.collect_schema()[name], name) for name in ("from", "to"))
    chosen = source.select(pl.col("meter_id").cast(pl.String), "kind", first=first, end=end)
    rows = collected(request.calendar, chosen)
    bad = rows.select((pl.col("first") < pl.col("end")).fill_null(False) & pl.col("kind").is_in(CALENDAR_KINDS))
    if not bad.to_series().all():
        raise BadInput(
            f"{request.calendar.name}: from, to eller kind går inte att använda.",
            fix_sv="from är första dagen, to dagen efter den sista; kind är closed, holiday eller open.",
            row=line_of(request.calendar, ~bad.to_series()),
        )
    days = rows.with_columns(day_local=pl.date_ranges("first", "end", closed="left")).explode("day_local")
    is_open = pl.col("kind") == "open"
    opened = days.filter(is_open).select("meter_id", "day_local").unique()
    return (
        days.filter(~is_open)
        .select("meter_id", "day_local")
        .unique()
        .join(opened, on=["meter_id", "day_local"], how="anti")
    )


def groups(request: FitRequest) -> pl.DataFrame:
    """meter_id, group_id of the comparison groups; empty when none were given."""
    if request.group is None:
        return pl.DataFrame(schema={"meter_id": pl.String, "group_id": pl.String})
    columns = ("meter_id", "group_id")
    rows = collected(request.group, scan(request.group, columns).select(pl.col(columns).cast(pl.String)))
    faulty = rows["meter_id"].is_duplicated() | rows["meter_id"].is_null() | rows["group_id"].is_null()
    if faulty.any():
        raise BadInput(
            f"{request.group.name}: en mätare står två gånger, eller fattas i raden.",
            fix_sv="Skriv varje mätare en gång, med sin grupp.",
            row=line_of(request.group, faulty),
        )
    return rows


def station_of(request: FitRequest, meter_ids: list[str], known: set[str]) -> dict[str, str]:
    """The station of each meter; raises BadInput for a meter without one that is known (has weather)."""
    if request.stations is None:
        return dict.fromkeys(meter_ids, "")
    columns = ("meter_id", "station")
    rows = collected(request.stations, scan(request.stations, columns).select(pl.col(columns).cast(pl.String)))
    found = dict(rows.iter_rows())
    for meter in meter_ids:
        if found.get(meter) not in known:
            raise BadInput(
                f"{request.stations.name}: mätaren {meter} har ingen station som finns i {request.weather.name}.",
                fix_sv="Skriv en rad meter_id,station för varje mätare.",
            )
    return found


def instant(dtype: pl.DataType, column: str) -> pl.Expr:
    """The column as an instant in UTC; null where it cannot be one."""
    value = pl.col(column)
    if isinstance(dtype, pl.Datetime):
        return value.dt.replace_time_zone("UTC") if dtype.time_zone is None else value.dt.convert_time_zone("UTC")
    text = value.cast(pl.String)
    minute = text.str.slice(0, 16).str.replace("T", " ", literal=True)
    parsed = minute.str.to_datetime("%Y-%m-%d %H:%M", strict=False, time_unit="ms").dt.replace_time_zone("UTC")
    return pl.when(text.str.contains(UTC_STAMP)).then(parsed)


def day(dtype: pl.DataType, column: str) -> pl.Expr:
    """The column as a calendar day; null where it cannot be one."""
    if dtype == pl.Date:
        return pl.col(column)
    return pl.col(column).cast(pl.String).str.to_date("%Y-%m-%d", strict=False)


def line_of(path: Path, fault: pl.Series) -> int:
    """The line of the file with the first fault; the header of a csv is line 1."""
    return int(fault.arg_max() or 0) + (1 if path.suffix.lower() == ".parquet" else 2)
