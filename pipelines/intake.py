"""From the inbox into the raw tables: one delivery, one transaction, then the bytes move to `deliveries/`.

A crash anywhere in between loses nothing: the file stays in the inbox until its rows are committed, and a file whose
bytes are known already is recognised by its hash. Does not belong here: how a format is read (pipelines/ingest).
"""

from __future__ import annotations

import hashlib
import json
import logging
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from pipelines import __version__
from pipelines.errors import BadInput
from pipelines.home import Home
from pipelines.inbox import Arrival
from pipelines.ingest.canonical import MeterFile, ReadFile, RegisterFile, StationFile, TimeBasis, WeatherFile
from pipelines.ingest.detect import read_file
from pipelines.warehouse import Warehouse

log = logging.getLogger(__name__)


def take(arrival: Arrival, warehouse: Warehouse) -> str:
    """Take one file from the inbox; returns its outcome: taken, waiting, refused or repeated."""
    sha256 = _sha256(arrival.path)
    known = warehouse.query(
        "select delivery_number, outcome, reader_version, answers_json from raw.delivery where delivery_sha256 = ?",
        [sha256],
    )
    if known.height and not _worth_reading_again(known.row(0, named=True), arrival):
        with warehouse.transaction():
            warehouse.append("raw.repeated_delivery", _repetition(sha256, arrival))
        outcome = "repeated"
    else:
        number = known["delivery_number"][0] if known.height else _next_number(warehouse)
        outcome = _store(warehouse, number, sha256, arrival)
    _move(warehouse.home, sha256, arrival)
    return outcome


def _worth_reading_again(known: dict, arrival: Arrival) -> bool:
    """A file that waited for an answer and now has one, or that an older reader could not understand."""
    answered = known["outcome"] == "waiting" and dict(arrival.sidecar.answers) != json.loads(known["answers_json"])
    return answered or (known["outcome"] == "refused" and known["reader_version"] != __version__)


def _store(warehouse: Warehouse, number: int, sha256: str, arrival: Arrival) -> str:
    sidecar = arrival.sidecar
    fact = {
        "delivery_number": number,
        "delivery_sha256": sha256,
        "file_name": sidecar.file_name,
        "organisation_id": sidecar.organisation,
        "sender": sidecar.sender,
        "received_utc": arrival.received_utc,
        "taken_utc": datetime.now(UTC),
        "kind": "unknown",
        "outcome": "refused",
        "reader_version": __version__,
        "byte_count": arrival.path.stat().st_size,
        "is_demonstration": sidecar.is_demonstration,
        "answers_json": json.dumps(dict(sidecar.answers)),
    }
    tables: dict[str, pl.DataFrame] = {}
    try:
        if sha256 != sidecar.sha256:
            raise BadInput("Filen är inte densamma som lämnades in.", fix_sv="Lämna in den en gång till.")
        read = read_file(
            arrival.path,
            sidecar.file_name,
            assumptions=sidecar.answers,
            profiles=_profiles(warehouse, sidecar.organisation),
        )
        facts, tables = _facts_and_tables(read)
        fact |= facts
    except BadInput as refusal:
        fact |= {"message_sv": _said(refusal), "fix_sv": refusal.fix_sv}
    except Exception:
        log.exception("reader failed on delivery %s", sha256)
        fact |= {
            "message_sv": "Filen kunde inte läsas på grund av ett fel i Sparkraft. Den är sparad.",
            "fix_sv": "Du behöver inte göra något: den läses igen när felet är rättat.",
        }
    with warehouse.transaction():
        for table in ("raw.delivery", "raw.rejected_row"):  # what an earlier reading of the same file left
            warehouse.connection.execute(f"delete from {table} where delivery_number = ?", [number])  # noqa: S608
        warehouse.append("raw.delivery", pl.DataFrame([fact], infer_schema_length=None))
        for table, frame in tables.items():
            if frame.height:
                warehouse.append(table, frame.with_columns(pl.lit(number, pl.Int32).alias("delivery_number")))
    return str(fact["outcome"])


def _facts_and_tables(read: ReadFile) -> tuple[dict, dict[str, pl.DataFrame]]:
    """What the delivery's row says, and the raw rows that it brings, by table."""
    if isinstance(read, MeterFile):
        return _meter_facts(read), _meter_tables(read)
    facts: dict = {"format": read.format, "outcome": "taken", "file_energy_kwh": None}
    if isinstance(read, RegisterFile):
        tables = {"raw.register_row": _register_rows(read)}
        rejected = [f.with_columns(pl.lit(sheet).alias("sheet")) for sheet, f in read.rejected.items()]
        facts |= {"kind": "register", "warnings_json": json.dumps(list(read.warnings))}
    elif isinstance(read, WeatherFile):
        tables, rejected = {"raw.temperature_hour": read.temperatures}, [read.rejected]
        facts["kind"] = "weather"
    elif isinstance(read, StationFile):
        tables, rejected = {"raw.weather_station": read.stations}, [read.rejected]
        facts["kind"] = "stations"
    tables["raw.rejected_row"] = pl.concat(rejected, how="diagonal") if rejected else pl.DataFrame()
    rejected_count = tables["raw.rejected_row"].height
    good_count = sum(f.height for name, f in tables.items() if name != "raw.rejected_row")
    return facts | {"row_read_count": good_count + rejected_count, "row_rejected_count": rejected_count}, tables


def _meter_facts(read: MeterFile) -> dict:
    values = read.readings.filter(pl.col("value").is_not_null())
    energy_kwh = float(values["energy_kwh"].sum())
    waiting = bool(read.questions)
    return {
        "kind": "readings",
        "format": read.format,
        "outcome": "waiting" if waiting else "taken",
        "time_basis": read.time.basis,
        "time_zone": read.time.zone,
        "time_stamp": read.time.stamp,
        "time_evidence": read.time.evidence,
        "id_source": read.id_source,
        "warnings_json": json.dumps(list(read.warnings), ensure_ascii=False),
        "questions_json": json.dumps(
            [{"key": q.key, "text_sv": q.text_sv, "choices": dict(q.choices)} for q in read.questions],
            ensure_ascii=False,
        ),
        "row_read_count": values.height + read.rejected.height,
        "row_rejected_count": read.rejected.height,
        "row_waiting_count": values.height if waiting else 0,
        "missing_count": read.readings.height - values.height,
        "file_energy_kwh": energy_kwh,
        "waiting_energy_kwh": energy_kwh if waiting else 0.0,
    }


def _meter_tables(read: MeterFile) -> dict[str, pl.DataFrame]:
    tables = {"raw.rejected_row": read.rejected}
    if not read.questions:
        tables["raw.meter_reading"] = read.readings.filter(pl.col("value").is_not_null())
    return tables


def _register_rows(read: RegisterFile) -> pl.DataFrame:
    frames = [
        frame.select(
            pl.lit(sheet).alias("sheet"),
            "source_row",
            pl.struct(pl.exclude("source_row")).struct.json_encode().alias("row_json"),
        )
        for sheet, frame in read.sheets.items()
        if frame.height
    ]
    return pl.concat(frames) if frames else pl.DataFrame()


def _profiles(warehouse: Warehouse, organisation: str) -> dict[str, TimeBasis]:
    """What earlier files of the same sender showed or were said to mean, newest last, by format."""
    learnt = warehouse.query(
        """select format, time_basis, time_zone, time_stamp, time_evidence from raw.delivery
           where organisation_id = ? and kind = 'readings' and outcome = 'taken' and time_basis <> 'unknown'
           order by delivery_number""",
        [organisation],
    )
    return {
        row["format"]: TimeBasis(row["time_basis"], row["time_zone"], row["time_stamp"], row["time_evidence"])
        for row in learnt.iter_rows(named=True)
    }


def _repetition(sha256: str, arrival: Arrival) -> pl.DataFrame:
    sidecar = arrival.sidecar
    return pl.DataFrame(
        {
            "delivery_sha256": [sha256],
            "file_name": [sidecar.file_name],
            "organisation_id": [sidecar.organisation],
            "sender": [sidecar.sender],
            "received_utc": [arrival.received_utc],
        }
    )


def _next_number(warehouse: Warehouse) -> int:
    return int(warehouse.value("select coalesce(max(delivery_number), 0) + 1 from raw.delivery"))


def _move(home: Home, sha256: str, arrival: Arrival) -> None:
    kept = home.delivery_file(sha256)
    kept.parent.mkdir(parents=True, exist_ok=True)
    arrival.path.rename(kept)
    arrival.sidecar_path.unlink()


def _said(refusal: BadInput) -> str:
    return f"Rad {refusal.row}: {refusal.message_sv}" if refusal.row is not None else refusal.message_sv


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
