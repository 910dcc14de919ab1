"""The two publications: status after each ingest, figures when all checks have passed."""

from datetime import UTC, datetime

import dagster as dg
import polars as pl

from pipelines.publish import publish
from pipelines.settings import Settings
from pipelines.sql_tables import SqlTable, asset_key, read_tables
from pipelines.warehouse import Warehouse

STAFF_FILE = "staff.duckdb"
STATUS_FILE = "status.duckdb"
_TABLES = read_tables()
_MARTS = [table for table in _TABLES if table.layer == "marts"]
_STATUS = [table for table in _TABLES if table.layer == "status"]


@dg.asset(
    key=["published", "status"],
    deps=[asset_key(table.name) for table in _STATUS],
    group_name="published",
    required_resource_keys={"warehouse", "settings"},
)
def status(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Receipts, holds and questions: published even when the figures are not."""
    folder = publish_status(context.resources.warehouse, context.resources.settings)
    return dg.MaterializeResult(metadata={"generation": folder})


@dg.asset(
    key=["published", "staff"],
    deps=[asset_key(table.name) for table in _MARTS] + [dg.AssetKey(["published", "status"])],
    group_name="published",
    required_resource_keys={"warehouse", "settings"},
)
def staff(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """The figures, as a new generation; reached only when every blocking check has passed."""
    warehouse: Warehouse = context.resources.warehouse
    settings: Settings = context.resources.settings
    folder = publish(
        warehouse, warehouse.home.published, STAFF_FILE, _MARTS, keep_hours=settings.keep_generations_hours
    )
    run = context.instance.get_run_record_by_id(context.run.run_id)
    started = datetime.fromtimestamp(run.start_time, UTC) if run and run.start_time else None
    record_run(warehouse, context.run.run_id, started, "published")
    publish_status(warehouse, settings)
    return dg.MaterializeResult(metadata={"generation": folder.name})


def record_run(warehouse: Warehouse, run_id: str, started_utc: datetime | None, outcome: str) -> None:
    """Keep what a run came to, for the status page."""
    finished = datetime.now(UTC)
    deliveries = warehouse.value("select count(*) from raw.delivery where taken_utc >= ?", [started_utc or finished])
    row = {"run_id": run_id, "started_utc": started_utc, "finished_utc": finished, "outcome": outcome}
    warehouse.append("raw.run", pl.DataFrame([row | {"delivery_count": deliveries}], schema_overrides=_RUN_TIMES))


def publish_status(warehouse: Warehouse, settings: Settings) -> str | None:
    """Publish the status tables; those on checks and runs are brought up to date first.

    Returns the generation's name, or None before the first run has come as far as building them.
    """
    for table in _STATUS:
        if table.name in ("status.check", "status.run"):
            warehouse.create_table_as(table.name, table.query)
    if not all(_exists(warehouse, table) for table in _STATUS):
        return None
    folder = publish(warehouse, warehouse.home.status, STATUS_FILE, _STATUS, keep_hours=settings.keep_generations_hours)
    return folder.name


_RUN_TIMES = {"started_utc": pl.Datetime("us", "UTC"), "finished_utc": pl.Datetime("us", "UTC")}


def _exists(warehouse: Warehouse, table: SqlTable) -> bool:
    sql = "select count(*) from information_schema.tables where table_schema || '.' || table_name = ?"
    return bool(warehouse.value(sql, [table.name]))
