"""intermediate.expected_energy_day: what would have been used each day, with its interval."""

import dagster as dg

from pipelines.domain.adjustment import adjusted
from pipelines.domain.uncertainty import with_drift
from pipelines.sql_tables import asset_key
from pipelines.warehouse import Warehouse

READS = ("intermediate.expectation_day", "intermediate.meter_drift", "intermediate.adjustment_day")


@dg.asset(
    key=asset_key("intermediate.expected_energy_day"),
    deps=[asset_key(read) for read in READS],
    group_name="intermediate",
    required_resource_keys={"warehouse"},
)
def expected_energy_day(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """The model's expectation with the drift of the meter's carrier, and the adjustments that somebody has told of."""
    warehouse: Warehouse = context.resources.warehouse
    parts = warehouse.query(
        "select * exclude (steady_energy_kwh) from intermediate.expectation_day order by metering_point_id, day_local"
    )
    drift = warehouse.query("select * from intermediate.meter_drift")
    adjustments = warehouse.query("select * from intermediate.adjustment_day")
    expected = adjusted(with_drift(parts, drift), adjustments, "day_local")
    rows = warehouse.replace("intermediate.expected_energy_day", expected)
    return dg.MaterializeResult(metadata={"row_count": rows})
