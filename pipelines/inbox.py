"""The one door for data from outside: a file and, last, its sidecar (`NAME.delivery.json`), both by atomic rename.

Does not belong here: what is in the file (pipelines/ingest) and what becomes of it (pipelines/assets/raw).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pipelines.home import Home, write_atomically

SIDECAR_SUFFIX = ".delivery.json"
LONGEST_NAME = 120
COUNTY = "county"
"""Organisation id of the county board's own deliveries: registers, weather, and files for any organisation."""


@dataclass(frozen=True)
class Sidecar:
    """Who sent a file, for whom, and when (contracts: `NAME.delivery.json`)."""

    organisation: str
    sender: str
    received_utc: str
    sha256: str
    file_name: str
    answers: Mapping[str, str] = field(default_factory=dict)
    is_demonstration: bool = False


@dataclass(frozen=True)
class Arrival:
    """A file in the inbox with its sidecar."""

    path: Path
    sidecar_path: Path
    sidecar: Sidecar

    @property
    def received_utc(self) -> datetime:
        return datetime.fromisoformat(self.sidecar.received_utc)


def place(
    home: Home,
    name: str,
    data: bytes,
    *,
    organisation: str,
    sender: str,
    answers: Mapping[str, str] | None = None,
    received_utc: datetime | None = None,
    is_demonstration: bool = False,
) -> str:
    """Put a file into the inbox and return the sha256 of its bytes.

    The sender's file name is kept as data in the sidecar; the name on disk is made of the hash, the time and a
    cleaned tail, since names from outside may hold path parts, control characters or 300 letters.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    received = received_utc or datetime.now(UTC)
    stored = f"{received:%Y%m%dT%H%M%S%f}_{sha256[:12]}_{_clean(name)}"
    home.inbox.mkdir(parents=True, exist_ok=True)
    sidecar = Sidecar(
        organisation, sender, received.isoformat(), sha256, name[:300], dict(answers or {}), is_demonstration
    )
    write_atomically(home.inbox / stored, data)
    write_atomically(home.inbox / (stored + SIDECAR_SUFFIX), json.dumps(asdict(sidecar), ensure_ascii=False).encode())
    return sha256


def arrivals(home: Home) -> list[Arrival]:
    """Files that are complete with a readable sidecar, oldest first (time received, then name)."""
    found = []
    for sidecar_path in sorted(home.inbox.glob(f"*{SIDECAR_SUFFIX}")):
        path = sidecar_path.with_name(sidecar_path.name.removesuffix(SIDECAR_SUFFIX))
        if path.is_file() and not path.is_symlink():
            sidecar = _read_sidecar(sidecar_path, path.name)
            if sidecar is not None:
                found.append(Arrival(path, sidecar_path, sidecar))
    return sorted(found, key=lambda a: (a.received_utc, a.path.name))


def without_sidecar(home: Home) -> list[Path]:
    """Files that nobody can vouch for: no sidecar, or one that cannot be read. They stay where they are."""
    taken = {a.path for a in arrivals(home)} | {a.sidecar_path for a in arrivals(home)}
    return [p for p in sorted(home.inbox.iterdir()) if p.is_file() and p not in taken and not p.name.startswith(".")]


def fingerprint(home: Home) -> str | None:
    """A name for what waits in the inbox now; None when nothing does. The same files give the same name."""
    names = [f"{a.path.name}:{a.sidecar_path.stat().st_mtime_ns}" for a in arrivals(home)]
    return hashlib.sha256("\n".join(names).encode()).hexdigest() if names else None


def _read_sidecar(path: Path, stored_name: str) -> Sidecar | None:
    try:
        fields = json.loads(path.read_text("utf-8"))
        sidecar = Sidecar(
            organisation=str(fields["organisation"]),
            sender=str(fields["sender"]),
            received_utc=str(fields["received_utc"]),
            sha256=str(fields["sha256"]),
            file_name=str(fields.get("file_name") or stored_name),
            answers={str(k): str(v) for k, v in dict(fields.get("answers") or {}).items()},
            is_demonstration=bool(fields.get("is_demonstration", False)),
        )
        if datetime.fromisoformat(sidecar.received_utc).tzinfo is None:
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return sidecar


def _clean(name: str) -> str:
    tail = re.sub(r"[^A-Za-z0-9._-]+", "_", name.replace("\\", "/").rsplit("/", 1)[-1])
    return tail.lstrip(".")[-LONGEST_NAME:] or "file"
