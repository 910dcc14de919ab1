"""intermediate.drift: how much buildings change from year to year although nothing is known to have been done."""

import dagster as dg

from pipelines.domain.uncertainty import population_drift
from pipelines.sql_tables import asset_key
from pipelines.warehouse import Warehouse


@dg.asset(
    key=asset_key("intermediate.drift"),
    deps=[asset_key("intermediate.untouched_error_year"), asset_key("intermediate.meter_basis")],
    group_name="intermediate",
    required_resource_keys={"warehouse"},
)
def drift(context: dg.AssetExecutionContext) -> None:
    """By carrier, from the home's own untouched meters where there are enough of them."""
    warehouse: Warehouse = context.resources.warehouse
    errors = warehouse.query("select * from intermediate.untouched_error_year")
    carriers = warehouse.query("select distinct carrier from intermediate.meter_basis")["carrier"].to_list()
    warehouse.replace("intermediate.drift", population_drift(errors, carriers))
