"""intermediate.baseline_model_day and expectation_day: the daily model and what it expects, before drift."""

from collections.abc import Iterator

import dagster as dg

from pipelines.domain.baseline_day import fit
from pipelines.sql_tables import asset_key
from pipelines.warehouse import Warehouse

TABLES = ("intermediate.baseline_model_day", "intermediate.expectation_day")


@dg.multi_asset(
    specs=[
        dg.AssetSpec(asset_key(table), deps=[asset_key("intermediate.model_day")], group_name="intermediate")
        for table in TABLES
    ],
    required_resource_keys={"warehouse"},
)
def expectation_day(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
    """All meters are fitted together (pipelines/domain/baseline_day.py)."""
    warehouse: Warehouse = context.resources.warehouse
    days = warehouse.query(
        """select metering_point_id, carrier, day_local, energy_kwh, temperature_c, day_type, is_closed, is_baseline,
                  latitude_deg
           from intermediate.model_day order by metering_point_id, day_local"""
    )
    result = fit(days)
    for table, frame in zip(TABLES, (result.models, result.expected), strict=True):
        rows = warehouse.replace(table, frame)
        yield dg.MaterializeResult(asset_key=asset_key(table), metadata={"row_count": rows})
