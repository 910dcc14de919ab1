"""The raw tables: each file in the inbox becomes a delivery, its rows in the same transaction (pipelines/intake.py)."""

from collections import Counter
from collections.abc import Iterator

import dagster as dg

from pipelines.inbox import arrivals, without_sidecar
from pipelines.intake import take_all
from pipelines.reading_process import Readers
from pipelines.sql_tables import asset_key
from pipelines.warehouse import Warehouse

TABLES = (
    "raw.delivery",
    "raw.repeated_delivery",
    "raw.meter_reading",
    "raw.rejected_row",
    "raw.register_row",
    "raw.temperature_hour",
    "raw.weather_station",
    "raw.check_result",
    "raw.run",
)


@dg.multi_asset(
    specs=[dg.AssetSpec(asset_key(table), group_name="raw", kinds={"duckdb"}) for table in TABLES],
    required_resource_keys={"warehouse"},
)
def deliveries(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
    """Take what waits in the inbox, oldest first."""
    warehouse: Warehouse = context.resources.warehouse
    waiting = arrivals(warehouse.home)
    outcomes: Counter[str] = Counter()
    with Readers() as readers:
        for number, outcome in enumerate(take_all(waiting, warehouse, readers), start=1):
            outcomes[outcome] += 1
            if number % 100 == 0:
                context.log.info(f"{number} of {len(waiting)} files taken")
    for path in without_sidecar(warehouse.home):
        context.log.warning(f"left in the inbox, no readable sidecar: {path.name}")
    metadata = {name: dg.MetadataValue.int(count) for name, count in outcomes.items()}
    for table in TABLES:
        yield dg.MaterializeResult(asset_key=asset_key(table), metadata=metadata if table == "raw.delivery" else {})
