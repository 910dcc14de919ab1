"""Generations: tables copied to a new file under a new name, then an atomic switch of the symlink `current`.

Readers open the real path, so a generation never changes under them; it is deleted when it is old.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipelines.sql_tables import SqlTable
from pipelines.warehouse import SQL_FOLDER, Warehouse, text_literal

YOUNGEST_DELETED_SECONDS = 3600


def publish(
    warehouse: Warehouse, folder: Path, file_name: str, tables: Sequence[SqlTable], *, keep_hours: float
) -> Path:
    """Copy `tables` into `folder`/<UTC time>/`file_name`, make it current, delete old generations.

    Returns the generation's folder. On any failure the former generation stays current.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
    building = folder / f".{name}.part"
    building.mkdir()
    try:
        _copy_tables(warehouse, building / file_name, tables)
        building.rename(folder / name)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    _switch(folder, name)
    _delete_old(folder, keep_seconds=max(keep_hours * 3600, YOUNGEST_DELETED_SECONDS))
    return folder / name


@contextmanager
def reading(folder: Path, file_name: str) -> Iterator[duckdb.DuckDBPyConnection | None]:
    """The current generation's file, read-only; None when nothing has been published.

    It is attached under a name of its own: a file called status.duckdb opened directly would be a catalogue `status`,
    and `status.delivery` could mean two things.
    """
    path = Path(os.path.realpath(folder / "current")) / file_name
    if not path.exists():
        yield None
        return
    with duckdb.connect() as connection:
        connection.execute(f"attach {text_literal(str(path))} as generation (read_only)")
        connection.execute("use generation")
        yield connection


def _copy_tables(warehouse: Warehouse, target: Path, tables: Sequence[SqlTable]) -> None:
    connection = warehouse.connection
    home_catalog = warehouse.value("select current_database()")
    connection.execute(f"attach {text_literal(str(target))} as generation")
    try:
        connection.execute("use generation")
        connection.execute((SQL_FOLDER / "macros.sql").read_text("utf-8"))
        for layer in sorted({table.layer for table in tables}):
            connection.execute(f'create schema if not exists generation."{layer}"')
        for table in tables:
            order = ", ".join(f'"{column}"' for column in table.key)
            connection.execute(
                f'create table generation.{table.name} as select * from "{home_catalog}".{table.name} order by {order}'  # noqa: S608
            )
            warehouse.comment(table.name, table.description, table.columns)  # of the generation: it is in use here
        connection.execute("checkpoint generation")
    finally:
        connection.execute(f'use "{home_catalog}"')
        connection.execute("detach generation")
    if target.with_name(target.name + ".wal").exists():
        raise RuntimeError(f"a write-ahead log was left beside {target.name}: it may not be published")


def _switch(folder: Path, name: str) -> None:
    link = folder / f".current.{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(name)
    link.replace(folder / "current")


def _delete_old(folder: Path, *, keep_seconds: float) -> None:
    current = os.path.realpath(folder / "current")
    limit = time.time() - keep_seconds
    for generation in folder.iterdir():
        is_generation = generation.is_dir() and not generation.is_symlink()
        if is_generation and str(generation) != current and generation.stat().st_mtime < limit:
            shutil.rmtree(generation, ignore_errors=True)
