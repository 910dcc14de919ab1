"""intermediate.expected_energy_month: what would have been used each month by meters without shorter values."""

import dagster as dg

from pipelines.domain.uncertainty import with_drift
from pipelines.sql_tables import asset_key
from pipelines.warehouse import Warehouse


@dg.asset(
    key=asset_key("intermediate.expected_energy_month"),
    deps=[asset_key("intermediate.expectation_month"), asset_key("intermediate.meter_drift")],
    group_name="intermediate",
    required_resource_keys={"warehouse"},
)
def expected_energy_month(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """The model's expectation with the drift of the meter's carrier (pipelines/domain/uncertainty.py)."""
    warehouse: Warehouse = context.resources.warehouse
    parts = warehouse.query("select * from intermediate.expectation_month order by metering_point_id, month_local")
    drift = warehouse.query("select metering_point_id, drift_share from intermediate.meter_drift")
    rows = warehouse.replace("intermediate.expected_energy_month", with_drift(parts, drift))
    return dg.MaterializeResult(metadata={"row_count": rows})
