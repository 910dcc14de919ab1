"""The only door to published data: named queries in sql/dashboards, run on the current generation.

A generation never changes and every new one has a path of its own, so the path is the key of the cache.
Does not belong here: formulas (they stand in the SQL files) and anything that writes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import duckdb
import polars as pl
import streamlit as st

from dashboards import access
from pipelines.settings import load_settings

QUERY_FOLDER = Path(__file__).parent.parent / "sql" / "dashboards"
Source = Literal["published", "status"]
DATABASE_NAMES: Mapping[Source, str] = {"published": "staff.duckdb", "status": "status.duckdb"}


class NothingPublished(Exception):
    """There is no generation of this source yet: a new home, or the first run has not ended."""

    def __init__(self, source: Source) -> None:
        self.source = source
        super().__init__(source)


@dataclass(frozen=True)
class Query:
    """A file in sql/dashboards: its text, where it reads and which parameters it takes."""

    name: str
    sql: str
    source: Source
    parameters: Mapping[str, str]  # name -> meaning


@lru_cache(maxsize=256)
def read_query(name: str) -> Query:
    """The query `name` with its header.

    Raises
    ------
    FileNotFoundError: there is no such file. ValueError: the header names no known source.
    """
    sql = (QUERY_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    source: str | None = None
    parameters: dict[str, str] = {}
    for line in sql.splitlines():
        if not line.startswith("--"):
            break
        key, colon, rest = line.removeprefix("--").strip().partition(":")
        if colon and key == "source":
            source = rest.strip()
        elif colon and key == "param":
            parameter, _bar, meaning = rest.partition("|")
            parameters[parameter.strip()] = meaning.strip()
    if source == "published":
        return Query(name, sql, "published", parameters)
    if source == "status":
        return Query(name, sql, "status", parameters)
    raise ValueError(f"sql/dashboards/{name}.sql: write `-- source: published` or `-- source: status` in the header.")


def generation_path(source: Source) -> str | None:
    """The real path of the current generation's database, or None when nothing is published."""
    path = os.path.realpath(load_settings().home / source / "current" / DATABASE_NAMES[source])
    return path if os.path.isfile(path) else None


def is_published(source: Source = "published") -> bool:
    """Whether there is a generation to read."""
    return generation_path(source) is not None


@st.cache_resource(show_spinner=False, max_entries=6)
def _connection(path: str) -> duckdb.DuckDBPyConnection:
    # Attached under a name of its own: a file called status.duckdb opened directly is a catalogue `status`, and then
    # `status.delivery` could mean two things.
    connection = duckdb.connect(config={"threads": "2"})
    quoted = path.replace("'", "''")
    connection.execute(f"attach '{quoted}' as generation (read_only)")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


@st.cache_data(show_spinner=False, max_entries=500)
def _frame(path: str, name: str, parameters: tuple[tuple[str, object], ...]) -> pl.DataFrame:
    cursor = _connection(path).cursor()
    try:
        cursor.execute("use generation")
        table = cursor.sql(read_query(name).sql, params=dict(parameters)).to_arrow_table()
    finally:
        cursor.close()
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return _plain_numbers(frame)


def _plain_numbers(frame: pl.DataFrame) -> pl.DataFrame:
    """Integer sums arrive as Decimal(38, 0): back to Int64, other decimals to Float64."""
    casts: list[pl.Expr] = []
    for name, dtype in frame.schema.items():
        if isinstance(dtype, pl.Decimal):
            casts.append(pl.col(name).cast(pl.Int64 if dtype.scale == 0 else pl.Float64))
    return frame.with_columns(casts) if casts else frame


def query(name: str, **parameters: object) -> pl.DataFrame:
    """The rows of sql/dashboards/`name`.sql on the current generation.

    Every declared parameter must be given (None where the query says so). When the generation vanished between
    looking and opening, the current one is looked up once more.

    Raises
    ------
    NothingPublished, dashboards.access.NotAllowed; TypeError when the parameters are not the declared ones.
    """
    access.require_query(name)
    wanted = read_query(name)
    if set(parameters) != set(wanted.parameters):
        raise TypeError(f"{name} takes {sorted(wanted.parameters)}, got {sorted(parameters)}")
    ordered = tuple(sorted(parameters.items()))
    for is_last_try in (False, True):
        path = generation_path(wanted.source)
        if path is None:
            break
        try:
            return _frame(path, name, ordered)
        except duckdb.CatalogException:
            break  # published by an older version, which had no such table: the next run publishes it
        except duckdb.IOException:
            if is_last_try:
                raise
    raise NothingPublished(wanted.source)
