"""staging.calendar_day: what kind of day each day is, and how long (23, 24 or 25 hours)."""

from datetime import date

import dagster as dg
import polars as pl

from pipelines.domain.calendar_features import with_day_type
from pipelines.domain.local_time import hours_in_day
from pipelines.public_holidays import free_days
from pipelines.settings import Settings
from pipelines.sql_tables import asset_key
from pipelines.warehouse import Warehouse


@dg.asset(
    key=asset_key("staging.calendar_day"),
    deps=[asset_key("raw.meter_reading"), asset_key("raw.temperature_hour"), asset_key("staging.setting")],
    group_name="staging",
    required_resource_keys={"warehouse", "settings"},
)
def calendar_day(context: dg.AssetExecutionContext) -> None:
    """Days from the first reading (or baseline year) to the end of the year after the newest."""
    warehouse: Warehouse = context.resources.warehouse
    settings: Settings = context.resources.settings
    first = warehouse.value("select cast(min(period_start_utc) as date) from raw.meter_reading")
    newest = warehouse.value("select data_through_day from staging.setting")
    start = min(first or newest, date(settings.baseline_year, 1, 1)).replace(month=1, day=1)
    end = date(newest.year + 1, 12, 31)
    days = pl.DataFrame({"day_local": pl.date_range(start, end, eager=True)})
    free = free_days(start.year, end.year, warehouse.home.facts()["country"])
    seconds = [3600 * hours_in_day(day, settings.time_zone) for day in days["day_local"]]
    warehouse.replace(
        "staging.calendar_day", with_day_type(days, free).with_columns(pl.Series("day_seconds", seconds, pl.Int32))
    )
