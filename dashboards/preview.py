"""What an uploaded file holds, before anything is stored: its receipt, and that receipt beside what the home knows."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from dashboards import data
from pipelines.ingest.canonical import TimeBasis
from pipelines.ingest.receipt_register import USED_MONTHS_SCHEMA, Register, beside_register, period_of
from pipelines.reading_process import Known, Readers
from pipelines.settings import load_settings


@dataclass(frozen=True)
class Preview:
    """What was understood of one file (contracts: `inspect --json`)."""

    sha256: str
    name: str
    is_readable: bool
    reason: str = ""
    fix: str = ""
    kind: str = "unknown"
    found: Mapping[str, Any] = field(default_factory=dict)

    @property
    def questions(self) -> list[dict[str, Any]]:
        return list(self.found.get("questions", []))

    def row_count(self, what: str) -> int:
        """Rows that were read, used, superseded, held or rejected."""
        count = self.found.get("rows", {}).get(what, 0)
        return count if isinstance(count, int) else 0


def sha256_of(content: bytes) -> str:
    """The file's fingerprint."""
    return hashlib.sha256(content).hexdigest()


def of_receipt(receipt: Mapping[str, Any]) -> Preview:
    """A receipt as the pages use it."""
    if not receipt["readable"]:
        return Preview(
            receipt["sha256"], receipt["file"], is_readable=False, reason=receipt["reason"], fix=receipt["fix"]
        )
    return Preview(receipt["sha256"], receipt["file"], is_readable=True, kind=receipt["kind"], found=receipt)


def read(content: bytes, name: str, readers: Readers, known: Known) -> Preview:
    """Read a file in a limited process; one that ends the process is a file that cannot be used."""
    with tempfile.TemporaryDirectory(prefix="sparkraft-") as folder:
        path = Path(folder) / "file"
        path.write_bytes(content)
        return of_receipt(readers.read(path, name, known, with_rows=False).receipt)


def known_of(organisation_id: str, answers: Mapping[str, str]) -> Known:
    """What the home has learnt from earlier files of an organisation, with the answers given now."""
    zone = load_settings().time_zone
    remembered: dict[str, dict[str, str]] = {}
    profiles: dict[str, TimeBasis] = {}
    try:
        for row in data.query("profiles", organisation_id=organisation_id).iter_rows(named=True):
            profiles[row["format"]] = TimeBasis(row["time_basis"], row["zone"], row["stamp"], row["evidence"])
        for row in data.query("remembered_answers", organisation_id=organisation_id).iter_rows(named=True):
            remembered.setdefault(row["format"], {})[row["key"]] = row["answer"]
    except data.NothingPublished:
        pass
    return Known(answers=dict(answers), remembered=remembered, profiles=profiles, zone=zone)


def beside_home(preview: Preview, organisation_id: str) -> Preview:
    """The receipt with what is held because of the register, and compared with what was used before."""
    if preview.kind != "readings":
        return preview
    ids = sorted({one["metering_point_id"] for one in preview.found["series"] if one["metering_point_id"]})
    try:
        meters = data.query("known_meters")
        used = data.query("used_months", metering_point_ids="\n".join(ids)).select(list(USED_MONTHS_SCHEMA))
        register = Register(organisation_id, meters, used, _silent(preview, organisation_id))
    except data.NothingPublished:
        return preview
    return of_receipt(beside_register(preview.found, register))


def _silent(preview: Preview, organisation_id: str) -> pl.DataFrame:
    first, last = period_of(preview.found) or (date.max, date.min)
    return data.query("silent_meters", organisation_id=organisation_id, first_month=first, last_month=last)
