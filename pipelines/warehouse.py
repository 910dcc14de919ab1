"""The only module that writes DuckDB: one lock, one connection, tables replaced or appended to.

Measured: an open connection blocks a writer in another process, so a run holds the lock and the connection together.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.errors import SourceUnavailable
from pipelines.home import Home

LAYERS = ("raw", "staging", "intermediate", "marts", "status")
SQL_FOLDER = Path(__file__).resolve().parent.parent / "sql"


class Warehouse:
    """An open warehouse; made by `writing`, which holds the lock as long as it lives."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, home: Home) -> None:
        self.connection = connection
        self.home = home

    def query(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None) -> pl.DataFrame:
        """Rows of a query as a frame; values only as parameters."""
        relation = self.connection.sql(sql, params=parameters) if parameters else self.connection.sql(sql)
        return pl.DataFrame() if relation is None else _frame(relation)

    def value(self, sql: str, parameters: Sequence[Any] | None = None) -> Any:
        """The single value that a query gives, None when it gives no row."""
        rows = self.connection.execute(sql, parameters or []).fetchall()  # all: an unfinished result blocks the next
        return rows[0][0] if rows else None

    def create_table_as(self, table: str, query: str) -> int:
        """Build `layer.table` anew from a query, whole or not at all; returns its row count."""
        name = _quoted(table)
        self.connection.execute(f"create or replace table {name} as {query}")
        return int(self.value(f"select count(*) from {name}"))  # noqa: S608 quoted name

    def replace(self, table: str, frame: pl.DataFrame) -> int:
        """Build `layer.table` anew from a frame; returns its row count."""
        name = _quoted(table)
        with self._registered(frame) as source:
            self.connection.execute(f"create or replace table {name} as select * from {source}")  # noqa: S608
        return frame.height

    def append(self, table: str, frame: pl.DataFrame) -> None:
        """Add rows to an existing table, columns matched by name."""
        with self._registered(frame) as source:
            self.connection.execute(f"insert into {_quoted(table)} by name select * from {source}")  # noqa: S608

    def comment(self, table: str, description: str, columns: Mapping[str, str]) -> None:
        """Put the meaning of a table and its columns into the database itself."""
        self.connection.execute(f"comment on table {_quoted(table)} is {text_literal(description)}")
        for column, meaning in columns.items():
            self.connection.execute(f'comment on column {_quoted(table)}."{column}" is {text_literal(meaning)}')

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the statements within, or none of them."""
        self.connection.execute("begin transaction")
        try:
            yield
        except BaseException:
            self.connection.execute("rollback")
            raise
        self.connection.execute("commit")

    @contextmanager
    def _registered(self, frame: pl.DataFrame) -> Iterator[str]:
        self.connection.register("frame_in", frame.to_arrow())
        try:
            yield "frame_in"
        finally:
            self.connection.unregister("frame_in")


@contextmanager
def writing(
    home: Home, *, time_zone: str, wait_seconds: float = 600, on_wait: Callable[[str], None] | None = None
) -> Iterator[Warehouse]:
    """The warehouse for one writer; others wait outside.

    Raises SourceUnavailable when another writer has not finished in `wait_seconds`. Nothing is lost then: files stay
    in the inbox.
    """
    with _locked(home.lock, wait_seconds, on_wait):
        connection = duckdb.connect(str(home.warehouse))
        try:
            connection.execute("set TimeZone = ?", [time_zone])
            connection.execute("set preserve_insertion_order = false")
            for layer in LAYERS:
                connection.execute(f'create schema if not exists "{layer}"')
            connection.execute((SQL_FOLDER / "macros.sql").read_text("utf-8"))
            connection.execute((SQL_FOLDER / "raw_tables.sql").read_text("utf-8"))
            yield Warehouse(connection, home)
        finally:
            connection.close()


@contextmanager
def _locked(path: Path, wait_seconds: float, on_wait: Callable[[str], None] | None) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait_seconds
    told = False
    with path.open("a+") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise SourceUnavailable(
                        f"En annan körning använder datalagret sedan mer än {wait_seconds:.0f} s. "
                        "Inget har gått förlorat: filerna ligger kvar i inkorgen. Försök igen om en stund."
                    ) from None
                if not told and on_wait:
                    on_wait("En annan körning pågår. Väntar på att den blir klar.")
                    told = True
                time.sleep(0.2)
        try:
            file.seek(0)
            file.truncate()
            file.write(str(os.getpid()))
            file.flush()
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)


def _frame(relation: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    """A relation as a frame; whole numbers that DuckDB sums to 128 bits come back as ordinary ones."""
    frame = pl.DataFrame(pl.from_arrow(relation.to_arrow_table()))
    wide = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Decimal) and kind.scale == 0]
    return frame.with_columns(pl.col(wide).cast(pl.Int64)) if wide else frame


def _quoted(table: str) -> str:
    layer, name = table.split(".")
    if layer not in LAYERS or not name.isidentifier():
        raise ValueError(f"not a table of this warehouse: {table}")
    return f'"{layer}"."{name}"'


def text_literal(value: str) -> str:
    """A text for the few statements that take no parameters (comment, attach)."""
    return "'" + value.replace("'", "''") + "'"
