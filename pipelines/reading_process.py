"""Every file from outside is read in a limited child process (pipelines/reading_worker.py), which may die of it.

The children are kept for many files, since starting one costs more than reading a small file; one that dies is
replaced, and the file that it died of is refused.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.ingest.canonical import (
    MeterFile,
    Question,
    ReadFile,
    RegisterFile,
    StationFile,
    TimeBasis,
    WeatherFile,
)
from pipelines.ingest.tables import no_rejections
from pipelines.reading_worker import Request, processor_seconds

ROOT = Path(__file__).resolve().parent.parent
LARGEST_FILE_OF_A_KEPT_WORKER_BYTES = 50_000_000
"""A worker that has read more has grown; the next file would be blamed for it."""

ENDING_SECONDS = 10

TOO_MUCH = {
    "reason": "Filen gick inte att läsa: den tog för mycket minne eller tid.",
    "fix": "Dela upp den på kortare perioder, eller exportera den på nytt som CSV.",
}
OWN_FAULT = {
    "reason": "Filen kunde inte läsas på grund av ett fel i Sparkraft.",
    "fix": "Lämna in den ändå: den sparas och läses igen när felet är rättat.",
}
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Known:
    """What is known about a file besides its bytes: the sender's answers, and what earlier files of theirs meant."""

    answers: Mapping[str, str] = field(default_factory=dict)
    remembered: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # format -> key -> answer
    profiles: Mapping[str, TimeBasis] = field(default_factory=dict)  # format -> time basis
    zone: str = "Europe/Stockholm"


@dataclass(frozen=True)
class Reading:
    """A receipt (contracts: `inspect --json`) and the file itself: None when it was refused or not asked for."""

    receipt: dict[str, Any]
    file: ReadFile | None


class Readers:
    """Limited processes that read files, at most `limit` at a time; safe to share between threads."""

    def __init__(self, limit: int = 2) -> None:
        self._idle: list[_Worker] = []
        self._lock = threading.Lock()
        self._free = threading.Semaphore(limit)

    def __enter__(self) -> Readers:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the processes that wait for work."""
        with self._lock:
            while self._idle:
                self._idle.pop().end()

    def read(self, path: Path, name: str, known: Known = Known(), *, with_rows: bool = True) -> Reading:
        """Read a file as `name`. A file that cannot be used, or ends the process, has a receipt that says so."""
        byte_count = path.stat().st_size
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        with tempfile.TemporaryDirectory(prefix="sparkraft-") as folder:
            request = Request(
                str(path.absolute()),
                name,
                sha256,
                known.zone,
                folder if with_rows else None,
                dict(known.answers),
                known.remembered,
                known.profiles,
            )
            reply = self._reply(request, byte_count)
            if "receipt" in reply:
                return Reading(reply["receipt"], _unpacked(reply["file"]) if "file" in reply else None)
        if "fault" in reply:
            log.error("reader failed on %s: %s", sha256, reply["fault"])
        said = OWN_FAULT if "fault" in reply else TOO_MUCH
        refusal = {"file": name, "sha256": sha256, "format": None, "readable": False} | said
        return Reading(refusal | {"is_own_fault": "fault" in reply}, None)

    def _reply(self, request: Request, byte_count: int) -> dict[str, Any]:
        """The worker's reply; empty when a worker of its own died or ran out of time over the file."""
        with self._free:
            while True:
                worker = self._taken()
                is_used = worker.file_count > 0
                reply = worker.ask(request, 2 * processor_seconds(byte_count))
                if reply is not None:
                    self._put_back(worker, byte_count)
                    return reply
                status = worker.end()
                # A worker that has read other files may have died of what they left behind: ask a fresh one.
                if not is_used or worker.is_out_of_time or status == -signal.SIGXCPU:
                    return {}

    def _taken(self) -> _Worker:
        with self._lock:
            return self._idle.pop() if self._idle else _Worker()

    def _put_back(self, worker: _Worker, byte_count: int) -> None:
        if byte_count > LARGEST_FILE_OF_A_KEPT_WORKER_BYTES:
            worker.end()
            return
        with self._lock:
            self._idle.append(worker)


class _Worker:
    """One child; after `ask` has given None it is of no more use."""

    def __init__(self) -> None:
        self.file_count = 0
        self.is_out_of_time = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pipelines.reading_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a library's last words may quote the file
            cwd=ROOT,
        )

    def ask(self, request: Request, seconds: float) -> dict[str, Any] | None:
        """The reply, or None when the child died or did not answer in time."""
        assert self._process.stdin is not None
        self.file_count += 1
        try:
            self._process.stdin.write(request.as_line().encode())
            self._process.stdin.flush()
        except BrokenPipeError:
            return None
        line = b"".join(self._arriving(time.monotonic() + seconds))
        return json.loads(line) if line.endswith(b"\n") else None

    def _arriving(self, deadline: float) -> Iterator[bytes]:
        """What the child writes, up to the end of the line, of the child, or of the time."""
        assert self._process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while selector.select(max(0.0, deadline - time.monotonic())):
                chunk = os.read(self._process.stdout.fileno(), 1 << 20)
                yield chunk
                if not chunk or chunk.endswith(b"\n"):
                    return
        self.is_out_of_time = True

    def end(self) -> int:
        """End the child and return its exit status; one that waits for work ends by itself when it is told so."""
        if self.is_out_of_time:
            self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        try:
            return self._process.wait(ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


def _frame(packed: Mapping[str, Any]) -> pl.DataFrame:
    """A frame that reading_worker.packed wrote, with the columns of one text that it said once."""
    frame = pl.read_ipc_stream(packed["frame"])
    same = (pl.lit(text, pl.String).alias(name) for name, text in packed["same"].items())
    return frame.with_columns(same).select(packed["columns"])


def _unpacked(packed: Mapping[str, Any]) -> ReadFile:
    """The file that reading_worker.packed laid down; its frames are read before their folder goes."""

    def got(value: Any) -> Any:
        if isinstance(value, Mapping):
            if "frame" in value:
                return _frame(value) if value["frame"] else no_rejections()
            return {key: got(one) for key, one in value.items()}
        return tuple(got(one) for one in value) if isinstance(value, list) else value

    fields = {name: got(value) for name, value in packed.items() if name != "type"}
    if packed["type"] == "MeterFile":
        questions = tuple(Question(**question) for question in fields["questions"])
        return MeterFile(**fields | {"time": TimeBasis(**fields["time"]), "questions": questions})
    return {"RegisterFile": RegisterFile, "WeatherFile": WeatherFile, "StationFile": StationFile}[packed["type"]](
        **fields
    )
