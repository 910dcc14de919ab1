"""What every reader returns: one canonical frame, with what was understood beside it.

Does not belong here: how any one format is read (a module each) and which reader is chosen (detect.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

UTC_INSTANT = pl.Datetime("us", "UTC")

READING_SCHEMA: dict[str, pl.DataType] = {
    "metering_point_id": pl.String(),
    "carrier": pl.String(),  # electricity, district_heating, district_cooling, gas, … ; null when the file does not say
    "direction": pl.String(),  # consumption | production
    "kind": pl.String(),  # interval | register: the energy of an interval, or the step between two register readings
    "resolution": pl.String(),  # PT15M, PT30M, PT1H, P1D, P1M; irregular where the interval has a length of its own
    "period_start_utc": UTC_INSTANT,  # included
    "period_end_utc": UTC_INSTANT,  # not included
    "value": pl.Float64(),  # as the file gives it, in `unit`; null when missing
    "unit": pl.String(),
    "energy_kwh": pl.Float64(),  # null where the quantity is not energy, or missing
    "quality": pl.String(),  # measured | estimated | missing
    "source_row": pl.Int64(),  # line or sheet row in the file, from 1
    "is_second_account": pl.Boolean(),  # the file tells the same energy a second time: superseded from the start
}
"""The canonical frame of meter readings: one row per value in the file."""

REJECTED_SCHEMA: dict[str, pl.DataType] = {
    "source_row": pl.Int64(),
    "reason": pl.String(),  # Swedish, shown as it is
    "fix": pl.String(),  # Swedish, what to do
}

TEMPERATURE_SCHEMA: dict[str, pl.DataType] = {
    "station_id": pl.String(),
    "hour_start_utc": UTC_INSTANT,
    "temperature_c": pl.Float64(),
}

STATION_SCHEMA: dict[str, pl.DataType] = {
    "station_id": pl.String(),
    "station_name": pl.String(),
    "latitude_deg": pl.Float64(),
    "longitude_deg": pl.Float64(),
}

Basis = Literal["normal_time", "local", "utc", "offset", "unknown"]


@dataclass(frozen=True)
class TimeBasis:
    """How the stamps of a file were understood, and why."""

    basis: Basis
    zone: str  # IANA name of the local zone
    stamp: Literal["start", "end", "unknown"]
    evidence: str  # Swedish sentence, shown on the receipt


@dataclass(frozen=True)
class Question:
    """What only the sender can tell; `key` is answered by an assumption of the same name."""

    key: str
    text_sv: str
    choices: Mapping[str, str]  # value -> Swedish label


@dataclass(frozen=True)
class MeterFile:
    """Meter readings from one file. While `questions` is not empty the readings are provisional and must be held."""

    format: str
    readings: pl.DataFrame  # READING_SCHEMA
    rejected: pl.DataFrame  # REJECTED_SCHEMA
    time: TimeBasis
    id_source: str  # column | header | metadata | file_name | unknown
    questions: tuple[Question, ...] = ()
    warnings: tuple[str, ...] = ()  # Swedish
    evidence: tuple[str, ...] = ()  # Swedish sentences: what was taken for time, value, unit and id, and why


@dataclass(frozen=True)
class RegisterFile:
    """Rows of one or more register sheets; every frame has text columns as in contracts and `source_row`."""

    sheets: Mapping[str, pl.DataFrame]  # organisation, property, building, meter, …
    rejected: Mapping[str, pl.DataFrame] = field(default_factory=dict)  # sheet -> REJECTED_SCHEMA
    format: str = "register"
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class WeatherFile:
    """Outdoor temperature by station and hour."""

    temperatures: pl.DataFrame  # TEMPERATURE_SCHEMA
    rejected: pl.DataFrame  # REJECTED_SCHEMA
    format: str = "weather"


@dataclass(frozen=True)
class StationFile:
    """Weather stations with their places."""

    stations: pl.DataFrame  # STATION_SCHEMA
    rejected: pl.DataFrame  # REJECTED_SCHEMA
    format: str = "stations"


ReadFile = MeterFile | RegisterFile | WeatherFile | StationFile
