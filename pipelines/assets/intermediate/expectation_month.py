"""intermediate.baseline_model_month and expectation_month: the monthly model and what it expects, before drift."""

from collections.abc import Iterator

import dagster as dg

from pipelines.domain.baseline_month import fit
from pipelines.sql_tables import asset_key
from pipelines.warehouse import Warehouse

TABLES = ("intermediate.baseline_model_month", "intermediate.expectation_month")
READS = ("intermediate.model_month", "intermediate.model_month_day")


@dg.multi_asset(
    specs=[
        dg.AssetSpec(asset_key(table), deps=[asset_key(read) for read in READS], group_name="intermediate")
        for table in TABLES
    ],
    required_resource_keys={"warehouse"},
)
def expectation_month(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
    """For meters that only have month values (pipelines/domain/baseline_month.py)."""
    warehouse: Warehouse = context.resources.warehouse
    months = warehouse.query(
        """select metering_point_id, carrier, month_local, energy_kwh, is_baseline
           from intermediate.model_month order by metering_point_id, month_local"""
    )
    days = warehouse.query(
        """select metering_point_id, day_local, temperature_c, is_closed
           from intermediate.model_month_day order by metering_point_id, day_local"""
    )
    result = fit(months, days)
    for table, frame in zip(TABLES, (result.models, result.expected), strict=True):
        rows = warehouse.replace(table, frame)
        yield dg.MaterializeResult(asset_key=asset_key(table), metadata={"row_count": rows})
