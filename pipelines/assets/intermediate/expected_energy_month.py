"""intermediate.expected_energy_month: what would have been used each month by meters without shorter values."""

import dagster as dg

from pipelines.domain.adjustment import adjusted
from pipelines.domain.uncertainty import with_drift
from pipelines.sql_tables import asset_key
from pipelines.warehouse import Warehouse

READS = ("intermediate.expectation_month", "intermediate.meter_drift", "intermediate.adjustment_day")


@dg.asset(
    key=asset_key("intermediate.expected_energy_month"),
    deps=[asset_key(read) for read in READS],
    group_name="intermediate",
    required_resource_keys={"warehouse"},
)
def expected_energy_month(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """The model's expectation with the drift of the meter's carrier, and the adjustments that somebody has told of."""
    warehouse: Warehouse = context.resources.warehouse
    parts = warehouse.query("select * from intermediate.expectation_month order by metering_point_id, month_local")
    drift = warehouse.query("select * from intermediate.meter_drift")
    adjustments = warehouse.query(
        """select metering_point_id, cast(date_trunc('month', day_local) as date) as month_local,
               sum(adjustment_energy_kwh) as adjustment_energy_kwh
           from intermediate.adjustment_day group by all"""
    )
    expected = adjusted(with_drift(parts, drift), adjustments, "month_local")
    rows = warehouse.replace("intermediate.expected_energy_month", expected)
    return dg.MaterializeResult(metadata={"row_count": rows})
