"""Spoiled files over all readers: `python -m bench.fuzz_readers --count 100000 --seed 1 --failures FOLDER`.

Valid exports of every form are flipped, cut, doubled and spliced; readers run in a long-lived worker with limited
memory. Counted as failures: a worker that dies, a file that takes more than five seconds, more than a gigabyte of
memory, and any exception but BadInput. The file of each failure is kept with its traceback.
"""

from __future__ import annotations

import argparse
import gzip
import io
import multiprocessing
import os
import resource
import sys
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

SECONDS = 5.0
PATIENCE_SECONDS = 120.0
MEMORY_MB = 1024
FILES_PER_WORKER = 2000
HUGE = (b"9" * 400, b"1e308", b"-1e999", b"99999999999999999999", b"0" * 5000, b"2024-99-99 99:99", b"9999-12-31 23:59")
ODD = (
    b"\x00",
    b"\r",
    b'"',
    b"\xff\xfe",
    b"\xc3",
    b";" * 3000,
    b"=1+1",
    b"'",
    b"<!ENTITY a 'b'>",
    b"]" * 500,
    b"{" * 500,
)


@dataclass
class Outcome:
    """What became of the files."""

    counts: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, str, str]] = field(default_factory=list)  # kind, name of the file, words
    slowest_seconds: float = 0.0
    most_memory_mb: int = 0


def corpus(seed: int) -> list[tuple[str, bytes]]:
    """Valid exports of every form, with their names."""
    # Imported late: the worker imports this module and has no use for the writers.
    from tests.ingest.document_writers import WRITERS
    from tests.mutation.maker import made_file

    tables = [(made.name, made.data) for made in (made_file(seed, n) for n in range(200)) if len(made.data) < 25_000]
    start = datetime(2024, 3, 30, 23, tzinfo=UTC)
    hours = [start + timedelta(hours=n) for n in range(49)]
    values = [0.5 + n for n in range(48)]
    documents = [(name, write(hours[:-1], hours[1:], values, "735999000000000013")) for name, write in WRITERS.items()]
    return tables + documents * 6


def spoiled(rng: Random, files: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    """One file with one to four faults; of a packed one, now and then what is inside."""
    name, data = rng.choice(files)
    other = rng.choice(files)[1]
    if data.startswith(b"PK") and rng.random() < 0.6:
        return name, _spoiled_archive(rng, data, other)
    if data.startswith(b"\x1f\x8b") and rng.random() < 0.6:
        return name, gzip.compress(_faults(rng, gzip.decompress(data), other), 1, mtime=0)
    return name, _faults(rng, data, other)


def _spoiled_archive(rng: Random, data: bytes, other: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        names = source.namelist()
        chosen = rng.choice(names)
        for member in names:
            content = source.read(member)
            target.writestr(member, _faults(rng, content, other) if member == chosen else content)
    return out.getvalue()


def _faults(rng: Random, data: bytes, other: bytes) -> bytes:
    for _ in range(rng.randrange(1, 5)):
        data = _fault(rng, data, other)
    return data[:2_000_000]


def _fault(rng: Random, data: bytes, other: bytes) -> bytes:
    if not data:
        return other[:100]
    kind = rng.randrange(9)
    at, end = sorted((rng.randrange(len(data)), rng.randrange(len(data))))
    if kind == 0:
        spoilt = bytearray(data)
        for _ in range(rng.randrange(1, 20)):
            spoilt[rng.randrange(len(spoilt))] = rng.randrange(256)
        return bytes(spoilt)
    if kind == 1:
        return data[:at]
    if kind == 2:
        return data[:at] + data[at:end] * rng.choice([2, 3, 30 if end - at < 2000 else 2]) + data[end:]
    if kind == 3:
        return data[:at] + other[rng.randrange(len(other) or 1) :]
    if kind == 4:
        return data[:at] + rng.choice(HUGE) + data[at:]
    if kind == 5:
        return data[:at] + rng.choice(ODD) + data[at:]
    if kind == 6:
        return data[:at] + data[end:]
    lines = data.split(b"\n")
    first, second = rng.randrange(len(lines)), rng.randrange(len(lines))
    if kind == 7:
        lines[first], lines[second] = lines[second], lines[first]
        return b"\n".join(lines)
    return data.replace(
        rng.choice([b";", b",", b".", b":", b"0", b"'", b"+", b">"]), rng.choice([b"", b";", b"-", b" ", b"9"])
    )


def work(connection: Connection, folder: str) -> None:
    """The worker: read each file that arrives, tell what became of it and how much memory was used at most."""
    os.nice(5)
    from pipelines.errors import BadInput
    from pipelines.ingest.detect import read_file

    in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    limit = in_use + MEMORY_MB * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    path = Path(folder) / f"worker-{os.getpid()}"
    while True:
        name, data = connection.recv()
        path.write_bytes(data)
        words = ""
        try:
            read_file(path, name)
            kind = "read"
        except BadInput:
            kind = "refused"
        except MemoryError:
            kind, words = "memory", traceback.format_exc()
        except BaseException:  # a Rust panic is no Exception, and just as much a fault of a reader
            kind, words = "exception", traceback.format_exc()
        connection.send((kind, words, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))


class Worker:
    """A process that reads files, replaced when it dies, hangs or has read many."""

    def __init__(self, folder: Path) -> None:
        # A fresh interpreter: a fork would share the threads of polars.
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=work, args=(theirs, str(folder)), daemon=True)
        self.process.start()
        theirs.close()
        self.count = 0

    def judge(self, name: str, data: bytes) -> tuple[str, str, int]:
        """What became of one file: kind, words, most memory so far in MB."""
        self.count += 1
        try:
            self.connection.send((name, data))
        except OSError:
            return "death", "the worker was gone before the file came", 0
        if not self._answers():
            return "hang", f"no answer within {SECONDS:.0f} seconds of work, or {PATIENCE_SECONDS:.0f} of waiting", 0
        try:
            kind, words, memory = self.connection.recv()
        except EOFError:
            self.process.join(5)
            return "death", f"the worker died with exit code {self.process.exitcode}", 0
        if memory > MEMORY_MB:
            return "memory", f"{memory} MB", memory
        return kind, words, memory

    def _answers(self) -> bool:
        """Whether the answer comes in time: seconds of work count, since others may be using the machine."""
        begun, worked = time.monotonic(), self._work_seconds()
        # The first file waits for the worker's imports too.
        allowed = SECONDS + (60 if self.count == 1 else 0)
        while not self.connection.poll(0.5):
            if self._work_seconds() - worked > allowed or time.monotonic() - begun > PATIENCE_SECONDS:
                return False
        return True

    def _work_seconds(self) -> float:
        """Processor time of the worker so far; nothing more when it is gone."""
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """Stop the process, whatever it does."""
        self.process.kill()
        self.process.join()
        self.connection.close()


def run(count: int, seed: int, folder: Path, failures: Path | None = None) -> Outcome:
    """Spoil and read so many files; the same seed spoils the same files in the same way."""
    files = corpus(seed)
    outcome = Outcome()
    worker = Worker(folder)
    try:
        for number in range(count):
            name, data = spoiled(Random(f"{seed}:{number}"), files)
            begun = time.perf_counter()
            kind, words, memory = worker.judge(name, data)
            outcome.counts[kind] += 1
            outcome.most_memory_mb = max(outcome.most_memory_mb, memory)
            if worker.count > 1:
                outcome.slowest_seconds = max(outcome.slowest_seconds, time.perf_counter() - begun)
            if kind not in ("read", "refused"):
                outcome.failures.append((kind, f"{seed}-{number}-{name}", words))
                _keep(failures, outcome.failures[-1], data)
            if kind in ("hang", "death", "memory") or worker.count >= FILES_PER_WORKER:
                worker.close()
                worker = Worker(folder)
            if number % 1000 == 999:
                print(f"{number + 1} files: {dict(outcome.counts)}", file=sys.stderr, flush=True)
    finally:
        worker.close()
    return outcome


def _keep(folder: Path | None, failure: tuple[str, str, str], data: bytes) -> None:
    if folder is None:
        return
    kind, name, words = failure
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{kind}-{name}").write_bytes(data)
    (folder / f"{kind}-{name}.txt").write_text(words, "utf-8")


def classes(outcome: Outcome) -> Iterator[tuple[str, int, str]]:
    """Failures by kind and place: words, how many, the first file."""
    grouped: dict[str, list[str]] = {}
    for kind, name, words in outcome.failures:
        lines = [line.strip() for line in words.strip().splitlines()]
        places = [line for line in lines if line.startswith("File ") and "pipelines" in line]
        where = places[-1].split("pipelines/", 1)[-1] if places else ""
        grouped.setdefault(f"{kind}: {where} {lines[-1][:120] if lines else ''}", []).append(name)
    for words, names in sorted(grouped.items(), key=lambda item: -len(item[1])):
        yield words, len(names), names[0]


def main() -> None:
    """Fuzz, and print what happened; exit 1 when anything failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, help="files (100000)")
    parser.add_argument("--seed", type=int, default=1, help="another seed spoils other files (1)")
    parser.add_argument("--failures", type=Path, help="folder for the files that failed")
    parser.add_argument("--folder", type=Path, default=Path("/dev/shm"), help="where files lie while read (/dev/shm)")
    chosen = parser.parse_args()
    begun = time.perf_counter()
    outcome = run(chosen.count, chosen.seed, chosen.folder, chosen.failures)
    print(
        f"{chosen.count} files in {time.perf_counter() - begun:.0f} s: {dict(outcome.counts)}; "
        f"slowest {outcome.slowest_seconds:.2f} s, most memory {outcome.most_memory_mb} MB"
    )
    for words, count, name in classes(outcome):
        print(f"  {count:5d}  {words}  e.g. {name}")
    sys.exit(1 if outcome.failures else 0)


if __name__ == "__main__":
    main()
