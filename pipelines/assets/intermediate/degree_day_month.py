"""intermediate.degree_day_month: degree days of each municipality and month, and those of a normal year."""

import dagster as dg

from pipelines.domain import degree_days
from pipelines.settings import Settings
from pipelines.sql_tables import asset_key
from pipelines.warehouse import Warehouse


@dg.asset(
    key=asset_key("intermediate.degree_day_month"),
    deps=[asset_key("intermediate.temperature_day"), asset_key("staging.degree_day_normal")],
    group_name="intermediate",
    required_resource_keys={"warehouse", "settings"},
)
def degree_day_month(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """From the home's own temperatures; normals as entered only where the history is short (domain/degree_days.py)."""
    warehouse: Warehouse = context.resources.warehouse
    settings: Settings = context.resources.settings
    days = warehouse.query("select municipality_code, day_local, temperature_c from intermediate.temperature_day")
    entered = warehouse.query("select * from staging.degree_day_normal where base_c = ?", [settings.degree_day_base_c])
    months = degree_days.degree_day_months(days, settings.degree_day_base_c)
    own = degree_days.normal_months(months, (settings.normal_first_year, settings.normal_last_year))
    rows = warehouse.replace("intermediate.degree_day_month", degree_days.with_normal(months, own, entered))
    return dg.MaterializeResult(metadata={"row_count": rows})
