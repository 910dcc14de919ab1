"""intermediate.normal_year_month: energy of each meter and month as it would have been in a normal year."""

import dagster as dg

from pipelines.domain.normal_year import with_correction, with_weather_independent_part
from pipelines.settings import Settings
from pipelines.sql_tables import asset_key
from pipelines.warehouse import Warehouse

READS = (
    "intermediate.meter_month",
    "intermediate.meter_basis",
    "intermediate.degree_day_month",
    "intermediate.energy_signature",
)


@dg.asset(
    key=asset_key("intermediate.normal_year_month"),
    deps=[asset_key(read) for read in READS],
    group_name="intermediate",
    required_resource_keys={"warehouse", "settings"},
)
def normal_year_month(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Whole months only, corrected by degree days (pipelines/domain/normal_year.py)."""
    warehouse: Warehouse = context.resources.warehouse
    settings: Settings = context.resources.settings
    months = warehouse.query(
        """select m.metering_point_id, b.carrier, m.month_local, m.energy_kwh, d.degree_days, d.normal_degree_days,
               d.normal_source, d.normal_period
           from intermediate.meter_month as m
           inner join intermediate.meter_basis as b using (metering_point_id)
           left join intermediate.degree_day_month as d
               on d.municipality_code = b.municipality_code and d.month_local = m.month_local
           order by m.metering_point_id, m.month_local"""
    )
    signatures = warehouse.query("select * from intermediate.energy_signature")
    told = with_weather_independent_part(
        months, signatures, part=settings.weather_independent_part, share=settings.weather_independent_share
    )
    rows = warehouse.replace("intermediate.normal_year_month", with_correction(told))
    return dg.MaterializeResult(metadata={"row_count": rows})
