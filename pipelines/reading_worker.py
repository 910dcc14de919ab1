"""The child that reads files from outside: limited in memory and processor time, one request and one reply a line.

A file can end the process that parses it (memory, an abort in a library), so nothing else lives here.
Started by pipelines/reading_process.py:

    python -m pipelines.reading_worker   < a Request a line   > a reply a line, frames as Arrow files beside
"""

from __future__ import annotations

import itertools
import json
import os
import resource
import sys
import traceback
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.errors import BadInput
from pipelines.ingest import detect, inspect
from pipelines.ingest.canonical import REJECTED_SCHEMA, MeterFile, ReadFile, TimeBasis

SMALLEST_MEMORY_BYTES = 2_000_000_000
LARGEST_MEMORY_BYTES = 6_000_000_000
MEMORY_PER_FILE_BYTE = 100
MEMORY_STEP_BYTES = 500_000_000
PROCESSOR_SECONDS = 60
PROCESSOR_SECONDS_PER_MEGABYTE = 1
NOT_REMEMBERED = frozenset({"metering_point_id"})
"""Answers that hold for one file only: which meter it is about."""
OF_A_METER = frozenset({"register_constant"})
"""Answers that are facts of a meter: remembered as `key:meter` (sql/status/remembered_answer.sql)."""


@dataclass(frozen=True)
class Request:
    """A file to read, what is known besides its bytes, and where the frames are to be put."""

    path: str
    name: str
    sha256: str
    zone: str
    frame_folder: str | None  # None: only the receipt is wanted
    answers: Mapping[str, str] = field(default_factory=dict)
    remembered: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # format -> key -> answer
    profiles: Mapping[str, TimeBasis] = field(default_factory=dict)

    def as_line(self) -> str:
        """The request as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=True) + "\n"

    @classmethod
    def of_line(cls, line: str) -> Request:
        """The request that a line holds."""
        fields = json.loads(line)
        return cls(**fields | {"profiles": {key: TimeBasis(**basis) for key, basis in fields["profiles"].items()}})


def processor_seconds(byte_count: int) -> int:
    """How long a file of this size may be computed on."""
    return PROCESSOR_SECONDS + PROCESSOR_SECONDS_PER_MEGABYTE * byte_count // 1_000_000


def memory_bytes(byte_count: int) -> int:
    """How much address space a file of this size may take."""
    steps = MEMORY_PER_FILE_BYTE * byte_count // MEMORY_STEP_BYTES
    return min(LARGEST_MEMORY_BYTES, SMALLEST_MEMORY_BYTES + steps * MEMORY_STEP_BYTES)


def read_with_memory(request: Request) -> tuple[ReadFile, dict[str, str]]:
    """The file and the answers that earlier files of the same form and sender gave to its questions.

    The form is known only when the file has been read, so a file with questions is read again with what is remembered.
    """
    recalled: dict[str, str] = {}
    while True:
        file = detect.read_file(
            Path(request.path),
            request.name,
            assumptions={**recalled, **request.answers},
            profiles=request.profiles,
            zone=request.zone,
        )
        new = _remembered(file, request.remembered.get(file.format, {}))
        if not new.keys() - recalled.keys():
            return file, recalled
        recalled = new | recalled


def _remembered(file: ReadFile, known: Mapping[str, str]) -> dict[str, str]:
    """Remembered answers to the questions of a file; a fact of a meter only where it is the same for all."""
    if not isinstance(file, MeterFile) or not file.questions or not known:
        return {}
    meters = file.readings["metering_point_id"].unique().to_list()
    found: dict[str, str] = {}
    for key in {question.key for question in file.questions} - NOT_REMEMBERED:
        of_meters = {known.get(f"{key}:{meter}") for meter in meters} if key in OF_A_METER else {known.get(key)}
        if len(of_meters) == 1 and (answer := of_meters.pop()) is not None:
            found[key] = answer
    return found


def reply_to(request: Request) -> dict[str, Any]:
    """`receipt` (contracts: `inspect --json`) and, where frames are wanted, `file`: what `unpacked` makes a file of."""
    try:
        file, recalled = read_with_memory(request)
    except BadInput as refusal:
        return {"receipt": inspect.refused(refusal, request.name, request.sha256)}
    receipt = inspect.description(file, request.name, request.sha256, zone=request.zone) | {
        "answers": inspect.answers_of(request.answers, recalled)
    }
    if request.frame_folder is None:
        return {"receipt": receipt}
    return {"receipt": receipt, "file": packed(file, Path(request.frame_folder))}


def packed(file: ReadFile, folder: Path) -> dict[str, Any]:
    """A file as JSON, with each of its frames as an Arrow stream in `folder`; nearly always no row was rejected."""

    numbers = itertools.count()

    def put(value: Any) -> Any:
        if isinstance(value, pl.DataFrame):
            if value.is_empty() and value.columns == list(REJECTED_SCHEMA):
                return {"frame": None}
            place = folder / f"{next(numbers)}.arrow"
            same = _same_texts(value)
            value.drop(same).write_ipc_stream(place)
            return {"frame": str(place), "columns": value.columns, "same": same}
        if isinstance(value, Mapping):
            return {key: put(one) for key, one in value.items()}
        if isinstance(value, tuple):
            return [put(one) for one in value]
        return asdict(value) if hasattr(value, "__dataclass_fields__") else value

    return {"type": type(file).__name__} | {name: put(getattr(file, name)) for name in file.__dataclass_fields__}


def _same_texts(frame: pl.DataFrame) -> dict[str, str | None]:
    """Columns of texts with one text in all rows: said once, they are not written a million times."""
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String and frame.height]
    if not texts or len(texts) == frame.width:
        return {}
    counts = frame.select(pl.col(texts).n_unique()).row(0, named=True)
    return {name: frame[name][0] for name in texts if counts[name] == 1}


def fault(error: BaseException) -> dict[str, Any]:
    """A fault of our own: its kind and place, never its message, which may quote the file."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    place = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    return {"fault": f"{type(error).__name__} at {place}"}


def limit_for(byte_count: int) -> None:
    """Bound what the next file may take; what the process has used so far is not counted against it.

    Limits that hold already are left, since changing one takes longer than reading a small file.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    used_seconds = int(used.ru_utime + used.ru_stime)
    wanted_seconds = processor_seconds(byte_count)
    left_seconds = resource.getrlimit(resource.RLIMIT_CPU)[0] - used_seconds
    if not wanted_seconds <= left_seconds <= 2 * wanted_seconds:
        _limit(resource.RLIMIT_CPU, used_seconds + 2 * wanted_seconds)
    if resource.getrlimit(resource.RLIMIT_AS)[0] != memory_bytes(byte_count):
        _limit(resource.RLIMIT_AS, memory_bytes(byte_count))


def _limit(what: int, amount: int) -> None:
    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (amount if hard == resource.RLIM_INFINITY else min(amount, hard), hard))


def main() -> None:
    """Answer requests until the parent is gone."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not be taken for a reply
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin:
        request = Request.of_line(line)
        limit_for(Path(request.path).stat().st_size)
        try:
            reply = reply_to(request)
        except MemoryError:
            os._exit(1)  # the parent takes it as any other death
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic in a library is not an Exception
            reply = fault(error)
        replies.write(json.dumps(reply, ensure_ascii=True) + "\n")
        replies.flush()


if __name__ == "__main__":
    main()
