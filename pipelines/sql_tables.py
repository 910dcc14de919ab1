"""Turns each file below sql/<layer>/ into an asset with its checks.

A file opens with comment lines: what the table is, then `-- key: a, b` (a blocking check: unique and never empty) and
`-- column: name | meaning [unit]`. What a query reads is taken from the query itself, by DuckDB's own parser.
Does not belong here: what any one table means.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import polars as pl

from pipelines.warehouse import LAYERS, SQL_FOLDER, Warehouse

TABLE_LAYERS = ("staging", "intermediate", "marts", "status")
_HEADER = re.compile(r"^--\s?(.*)$")
_FIELD = re.compile(r"^(key|column|grain|checks|severity|message):\s*(.*)$")


@dataclass(frozen=True)
class SqlTable:
    """One file of sql/: its header and its query."""

    path: Path
    name: str  # layer.table
    description: str
    key: tuple[str, ...]
    columns: dict[str, str]
    query: str
    reads: tuple[str, ...] = field(default=())

    @property
    def layer(self) -> str:
        return self.name.split(".")[0]

    @property
    def key_check(self) -> str:
        """SQL that counts the rows which break the key: repeated or with an empty part."""
        columns = ", ".join(f'"{c}"' for c in self.key)
        empty = " or ".join(f'"{c}" is null' for c in self.key)
        return f"""select (select count(*) from {self.name} where {empty})
            + (select coalesce(sum(n - 1), 0)
               from (select count(*) as n from {self.name} group by {columns}) where n > 1)
            """  # noqa: S608 names from files in the repository


@dataclass(frozen=True)
class SqlCheck:
    """One file of sql/checks: any row that its query returns is a failure."""

    name: str
    table: str
    severity: str  # stop: nothing is published; hold: it is reported, the rest goes on
    message: str
    query: str


@lru_cache
def read_tables(folder: Path = SQL_FOLDER) -> tuple[SqlTable, ...]:
    """All tables below `folder`, read once; raises ValueError naming the file when a header is missing or wrong."""
    return tuple(_read_table(path, layer) for layer in TABLE_LAYERS for path in sorted((folder / layer).glob("*.sql")))


def read_checks(folder: Path = SQL_FOLDER) -> list[SqlCheck]:
    """All checks in `folder`/checks."""
    checks = []
    for path in sorted((folder / "checks").glob("*.sql")):
        header, query = _split(path)
        if header.get("severity") not in ("stop", "hold") or "checks" not in header:
            raise ValueError(f"{path}: the header needs `-- checks: layer.table` and `-- severity: stop|hold`")
        checks.append(SqlCheck(path.stem, header["checks"], header["severity"], header.get("message", ""), query))
    return checks


def assets(tables: Sequence[SqlTable], checks: list[SqlCheck], built_elsewhere: set[str]) -> list[Any]:
    """Assets and asset checks for Dagster.

    `built_elsewhere` are the tables that Python assets build. Dagster accepts a dependency on a table that nothing
    builds, so it is refused here.
    """
    known = {t.name for t in tables} | built_elsewhere
    for table in tables:
        for read in table.reads:
            if read not in known:
                raise ValueError(f"{table.path}: reads {read}, which no file builds")
        if table.name in built_elsewhere:
            raise ValueError(f"{table.path}: {table.name} is also built by a Python asset")
    for check in checks:
        if check.table not in known:
            raise ValueError(f"sql/checks/{check.name}.sql: checks {check.table}, which no file builds")
    return [_asset(table) for table in tables] + [_asset_check(check) for check in checks]


def asset_key(table: str) -> dg.AssetKey:
    """`layer.table` as Dagster's key."""
    return dg.AssetKey(table.split("."))


def _asset(table: SqlTable) -> dg.AssetsDefinition:
    @dg.asset(
        key=asset_key(table.name),
        deps=[asset_key(read) for read in table.reads],
        group_name=table.layer,
        description=table.description,
        kinds={"sql", "duckdb"},
        check_specs=[dg.AssetCheckSpec("key", asset=asset_key(table.name), blocking=True)],
        required_resource_keys={"warehouse"},
    )
    def build(context: dg.AssetExecutionContext) -> Iterator[Any]:
        warehouse: Warehouse = context.resources.warehouse
        rows = warehouse.create_table_as(table.name, table.query)
        warehouse.comment(table.name, table.description, table.columns)
        yield dg.MaterializeResult(metadata={"row_count": rows})
        broken = int(warehouse.value(table.key_check))
        record_check(warehouse, f"{table.name} key", table.name, "stop", broken, "Nyckeln är inte unik eller saknas.")
        yield dg.AssetCheckResult(check_name="key", passed=broken == 0, metadata={"rows": broken})

    return build


def _asset_check(check: SqlCheck) -> dg.AssetChecksDefinition:
    blocking = check.severity == "stop"

    @dg.asset_check(
        asset=asset_key(check.table),
        name=check.name,
        blocking=blocking,
        description=check.message,
        required_resource_keys={"warehouse"},
    )
    def run(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        warehouse: Warehouse = context.resources.warehouse
        failed = int(warehouse.value(f"select count(*) from ({check.query})"))  # noqa: S608 query from the repository
        record_check(warehouse, check.name, check.table, check.severity, failed, check.message)
        level = dg.AssetCheckSeverity.ERROR if blocking else dg.AssetCheckSeverity.WARN
        return dg.AssetCheckResult(passed=failed == 0, severity=level, metadata={"rows": failed})

    return run


def record_check(warehouse: Warehouse, name: str, table: str, severity: str, failed: int, message: str) -> None:
    """Keep the newest result of a check for the status page."""
    warehouse.connection.execute("delete from raw.check_result where check_name = ?", [name])
    row = {"check_name": name, "table_name": table, "severity": severity, "failed_count": failed}
    warehouse.append(
        "raw.check_result",
        pl.DataFrame([row | {"checked_utc": datetime.now(UTC), "message": message if failed else ""}]),
    )


def _read_table(path: Path, layer: str) -> SqlTable:
    header, query = _split(path)
    if not header["description"] or not header.get("key"):
        raise ValueError(f"{path}: the file must open with a description and `-- key: …`")
    name = f"{layer}.{path.stem}"
    key = tuple(part.strip() for part in header["key"].split(","))
    return SqlTable(path, name, header["description"], key, header["columns"], query, tables_read(query, path))


def _split(path: Path) -> tuple[dict[str, Any], str]:
    """The header's fields and the query below it."""
    lines = path.read_text("utf-8").splitlines()
    header: dict[str, Any] = {"columns": {}}
    said: list[str] = []
    for line in lines:
        match = _HEADER.match(line)
        if not match:
            break
        known = _FIELD.match(match[1])
        if known and known[1] == "column":
            name, _, meaning = known[2].partition("|")
            header["columns"][name.strip()] = meaning.strip()
        elif known:
            header[known[1]] = known[2].strip()
        else:
            said.append(match[1])
    header["description"] = " ".join(s.strip() for s in said if s.strip())
    return header, "\n".join(lines).rstrip().removesuffix(";")


def tables_read(query: str, path: Path) -> tuple[str, ...]:
    """The `layer.table` names that a query reads, by DuckDB's parser; raises ValueError with its message."""
    tree = json.loads(_parser().execute("select json_serialize_sql(?)", [query]).fetchall()[0][0])
    if tree.get("error"):
        raise ValueError(f"{path}: {tree.get('error_message')}")
    return tuple(sorted({name for name in _base_tables(tree) if name.split(".")[0] in LAYERS}))


@lru_cache(maxsize=1)
def _parser() -> duckdb.DuckDBPyConnection:
    """One empty database for all files: opening one for each was most of the time it took to load the graph."""
    return duckdb.connect()


def _base_tables(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if node.get("type") == "BASE_TABLE":
            yield f"{node['schema_name']}.{node['table_name']}"
        for child in node.values():
            yield from _base_tables(child)
    elif isinstance(node, list):
        for child in node:
            yield from _base_tables(child)
