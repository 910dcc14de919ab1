"""intermediate.expected_energy_day: what would have been used each day, with its interval."""

import dagster as dg

from pipelines.domain.uncertainty import with_drift
from pipelines.sql_tables import asset_key
from pipelines.warehouse import Warehouse


@dg.asset(
    key=asset_key("intermediate.expected_energy_day"),
    deps=[asset_key("intermediate.expectation_day"), asset_key("intermediate.meter_drift")],
    group_name="intermediate",
    required_resource_keys={"warehouse"},
)
def expected_energy_day(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """The model's expectation with the drift of the meter's carrier (pipelines/domain/uncertainty.py)."""
    warehouse: Warehouse = context.resources.warehouse
    parts = warehouse.query("select * from intermediate.expectation_day order by metering_point_id, day_local")
    drift = warehouse.query("select metering_point_id, drift_share from intermediate.meter_drift")
    rows = warehouse.replace("intermediate.expected_energy_day", with_drift(parts, drift))
    return dg.MaterializeResult(metadata={"row_count": rows})
