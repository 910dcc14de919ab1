"""staging.setting: what the installation has been told, one row, so that SQL reads settings as it reads data."""

from datetime import UTC, datetime

import dagster as dg
import polars as pl

from pipelines import __version__
from pipelines.settings import Settings
from pipelines.sql_tables import asset_key
from pipelines.warehouse import Warehouse


@dg.asset(
    key=asset_key("staging.setting"),
    deps=[asset_key("raw.meter_reading")],
    group_name="staging",
    required_resource_keys={"warehouse", "settings"},
)
def setting(context: dg.AssetExecutionContext) -> None:
    """Settings, the home's county and the newest day that any reading covers (never later than today)."""
    warehouse: Warehouse = context.resources.warehouse
    settings: Settings = context.resources.settings
    today = datetime.now(settings.zone).date()
    newest = warehouse.value("select cast(max(period_end_utc) - interval 1 second as date) from raw.meter_reading")
    row = {
        "version": __version__,
        "calculated_utc": datetime.now(UTC),
        "county_code": warehouse.home.facts()["county_code"],
        "country": warehouse.home.facts()["country"],
        "time_zone": settings.time_zone,
        "baseline_year": settings.baseline_year,
        "target_share_per_year": settings.target_share_per_year,
        "target_first_year": settings.target_first_year,
        "data_through_day": min(newest, today) if newest else today,
    }
    warehouse.replace("staging.setting", pl.DataFrame([row]))
