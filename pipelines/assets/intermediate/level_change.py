"""intermediate.level_change: when a building seems to have changed, for questions to those who know it."""

import dagster as dg

from pipelines.domain.change_detection import level_changes
from pipelines.sql_tables import asset_key
from pipelines.warehouse import Warehouse

READS = (
    "intermediate.model_day",
    "intermediate.expectation_day",
    "staging.meter_building",
    "staging.measure",
    "staging.building_calendar",
)


@dg.asset(
    key=asset_key("intermediate.level_change"),
    deps=[asset_key(read) for read in READS],
    group_name="intermediate",
    required_resource_keys={"warehouse"},
)
def level_change(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Meters judged by days; what a reported measure or closure explains is left out (domain/change_detection.py)."""
    warehouse: Warehouse = context.resources.warehouse
    days = warehouse.query(
        """select d.metering_point_id, d.carrier, d.day_local, d.energy_kwh, e.steady_energy_kwh, d.is_baseline
           from intermediate.model_day as d
           inner join intermediate.expectation_day as e using (metering_point_id, day_local)
           where d.energy_kwh is not null
           order by d.metering_point_id, d.day_local"""
    )
    known = warehouse.query(
        """select
               b.metering_point_id, coalesce(m.started, m.finished) as from_day,
               coalesce(m.finished, m.started) as to_day
           from staging.measure as m
           inner join staging.meter_building as b using (building_id)
           where coalesce(m.started, m.finished) is not null
           union all
           select b.metering_point_id, c.from_day, c.to_day
           from staging.building_calendar as c
           inner join staging.meter_building as b using (building_id)
           where c.kind = 'closed'"""
    )
    rows = warehouse.replace("intermediate.level_change", level_changes(days, known))
    return dg.MaterializeResult(metadata={"row_count": rows})
