"""From the inbox into the raw tables: one delivery, one transaction, then the bytes move to `deliveries/`.

A crash anywhere in between loses nothing: the file stays in the inbox until its rows are committed, and a file whose
bytes are known already is recognised by its hash. Does not belong here: how a format is read (pipelines/ingest).
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import polars as pl

from pipelines import __version__
from pipelines.home import Home
from pipelines.inbox import Arrival
from pipelines.ingest.canonical import Basis, MeterFile, ReadFile, RegisterFile, StationFile, TimeBasis, WeatherFile
from pipelines.ingest.intervals import STATED_IN_FILE
from pipelines.reading_process import Known, Readers, Reading
from pipelines.warehouse import SQL_FOLDER, Warehouse

log = logging.getLogger(__name__)

NOT_IN_THE_RECORD = ("months", "rejected")
"""Parts of a receipt that are worked out from the rows themselves wherever they are shown."""


@dataclass(frozen=True)
class _Started:
    """A file that is being read, and what was known when its reading began."""

    known: Known
    reading: Future[Reading]


def take_all(waiting: Sequence[Arrival], warehouse: Warehouse, readers: Readers) -> Iterator[str]:
    """Take files from the inbox in the order given; gives the outcome of each: taken, waiting, refused or repeated.

    While the rows of one file are stored, the next is read.
    """
    if not waiting:
        return
    intake = _Intake(waiting, warehouse, readers)
    with ThreadPoolExecutor(max_workers=1) as pool:
        following = intake.start(waiting[0], pool)
        for place, arrival in enumerate(waiting):
            started = following
            following = intake.start(waiting[place + 1], pool) if place + 1 < len(waiting) else None
            yield intake.take(arrival, started)


class _Intake:
    """One emptying of the inbox. Nobody else writes meanwhile, so what was taken before is looked up once."""

    def __init__(self, waiting: Sequence[Arrival], warehouse: Warehouse, readers: Readers) -> None:
        self.warehouse = warehouse
        self.readers = readers
        self._zone = str(warehouse.value("select current_setting('TimeZone')"))
        self._sha256 = {arrival.path: _sha256(arrival.path) for arrival in waiting}
        taken = warehouse.query(
            """select delivery_sha256, delivery_number, outcome, reader_version, answers_json from raw.delivery
               where delivery_sha256 in (select unnest(?))""",
            [list(self._sha256.values())],
        )
        self._taken = {row["delivery_sha256"]: row for row in taken.iter_rows(named=True)}
        self._next_number = _next_number(warehouse)
        self._learnt: dict[str, Known] = {}

    def start(self, arrival: Arrival, pool: ThreadPoolExecutor) -> _Started | None:
        """Begin to read a file, unless its bytes are known already."""
        if _is_repetition(self._taken.get(self._sha256[arrival.path]), arrival):
            return None
        known = self._known(arrival)
        return _Started(known, pool.submit(self._read, arrival, known))

    def take(self, arrival: Arrival, started: _Started | None) -> str:
        """Store a file's rows, or note that it came again, and move its bytes out of the inbox."""
        sha256 = self._sha256[arrival.path]
        before = self._taken.get(sha256)
        if _is_repetition(before, arrival):
            with self.warehouse.transaction():
                self.warehouse.append("raw.repeated_delivery", _repetition(sha256, arrival))
            outcome = "repeated"
        else:
            # The file before may have taught what this one means: then it is read anew.
            known = self._known(arrival)
            is_current = started is not None and started.known == known
            reading = started.reading.result() if started and is_current else self._read(arrival, known)
            fact = _store(
                self.warehouse, before["delivery_number"] if before else self._number(), sha256, arrival, reading
            )
            self._taken[sha256] = fact
            outcome = str(fact["outcome"])
            self._learn(arrival, fact, is_new=before is None)
        _move(self.warehouse.home, sha256, arrival)
        return outcome

    def _read(self, arrival: Arrival, known: Known) -> Reading:
        return self.readers.read(arrival.path, arrival.sidecar.file_name, known)

    def _number(self) -> int:
        self._next_number += 1
        return self._next_number - 1

    def _known(self, arrival: Arrival) -> Known:
        organisation = arrival.sidecar.organisation
        if organisation not in self._learnt:
            self._learnt[organisation] = _learnt(self.warehouse, organisation, self._zone)
        return replace(self._learnt[organisation], answers=dict(arrival.sidecar.answers))

    def _learn(self, arrival: Arrival, fact: Mapping[str, Any], *, is_new: bool) -> None:
        """Know what a file has taught; what is not the newest, or has answers, is looked up again when it is needed."""
        organisation = arrival.sidecar.organisation
        if arrival.sidecar.answers or not is_new:
            self._learnt.pop(organisation, None)
        elif fact["kind"] == "readings" and fact["outcome"] == "taken" and fact["time_basis"] != "unknown":
            learnt = self._learnt[organisation]
            profile = _profile(fact["time_basis"], fact["time_zone"], fact["time_stamp"], fact["time_evidence"])
            self._learnt[organisation] = replace(learnt, profiles={**learnt.profiles, fact["format"]: profile})


def _is_repetition(delivery: Mapping[str, Any] | None, arrival: Arrival) -> bool:
    """Whether the same bytes were taken before and it is not worth reading them again.

    It is for a file that waited for an answer and now has one, or that an older reader could not understand.
    """
    if delivery is None:
        return False
    is_waiting = delivery["outcome"] == "waiting"
    is_answered = is_waiting and dict(arrival.sidecar.answers) != json.loads(delivery["answers_json"])
    return not (is_answered or (delivery["outcome"] == "refused" and delivery["reader_version"] != __version__))


def _store(warehouse: Warehouse, number: int, sha256: str, arrival: Arrival, reading: Reading) -> dict[str, Any]:
    """Put a delivery and its rows into the raw tables; returns the delivery's row."""
    sidecar = arrival.sidecar
    fact: dict[str, Any] = {
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
    if sha256 != sidecar.sha256:
        message, fix = "Filen är inte densamma som lämnades in.", "Lämna in den en gång till."
        fact |= {"message_sv": message, "fix_sv": fix}
    elif reading.file is None:
        fact |= {"message_sv": reading.receipt["reason"], "fix_sv": reading.receipt["fix"]}
    else:
        facts, tables = _facts_and_tables(reading.file)
        record = {key: part for key, part in reading.receipt.items() if key not in NOT_IN_THE_RECORD}
        fact |= facts | {"receipt_json": json.dumps(record, ensure_ascii=False)}
    with warehouse.transaction():
        for table in ("raw.delivery", "raw.rejected_row"):  # what an earlier reading of the same file left
            warehouse.connection.execute(f"delete from {table} where delivery_number = ?", [number])  # noqa: S608
        warehouse.append("raw.delivery", pl.DataFrame([fact], infer_schema_length=None))
        for table, frame in tables.items():
            if frame.height:
                warehouse.append(table, frame.with_columns(pl.lit(number, pl.Int32).alias("delivery_number")))
    return fact


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


def _learnt(warehouse: Warehouse, organisation: str, zone: str) -> Known:
    """What earlier files of the same sender showed, or were said to mean, by format."""
    profiles = {
        row["format"]: _profile(row["time_basis"], row["zone"], row["stamp"], row["evidence"])
        for row in _of_sender(warehouse, "profile", organisation)
    }
    remembered: dict[str, dict[str, str]] = {}
    for row in _of_sender(warehouse, "remembered_answer", organisation):
        remembered.setdefault(row["format"], {})[row["key"]] = row["answer"]
    return Known(remembered=remembered, profiles=profiles, zone=zone)


def _profile(basis: Basis, zone: str, stamp: Literal["start", "end", "unknown"], evidence: str) -> TimeBasis:
    """All that a reader asks of earlier evidence is whether it was stated; the rest differs from file to file."""
    return TimeBasis(basis, zone, stamp, STATED_IN_FILE if evidence.startswith(STATED_IN_FILE) else "")


def _of_sender(warehouse: Warehouse, table: str, organisation: str) -> Iterator[dict[str, Any]]:
    """Rows of a status table as they are now, also before it has been built."""
    query = (SQL_FOLDER / "status" / f"{table}.sql").read_text("utf-8")
    return warehouse.query(
        f"select * from ({query}) where organisation_id = ?",  # noqa: S608 query from the repository
        [organisation],
    ).iter_rows(named=True)


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


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
