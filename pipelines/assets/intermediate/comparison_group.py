"""intermediate.comparison_group and comparison_shift: similar untouched meters and their common change."""

from collections.abc import Iterator

import dagster as dg

from pipelines.domain.comparison_group import comparison_groups, comparison_shifts
from pipelines.sql_tables import asset_key
from pipelines.warehouse import Warehouse

TABLES = ("intermediate.comparison_group", "intermediate.comparison_shift")
READS = ("intermediate.meter_profile", "intermediate.meter_basis", "intermediate.expected_month")


@dg.multi_asset(
    specs=[
        dg.AssetSpec(asset_key(table), deps=[asset_key(read) for read in READS], group_name="intermediate")
        for table in TABLES
    ],
    required_resource_keys={"warehouse"},
)
def comparison_group(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
    """By calendar year after the baseline, from years with at least 90 compared days (domain/comparison_group.py)."""
    warehouse: Warehouse = context.resources.warehouse
    groups = comparison_groups(warehouse.query("select * from intermediate.meter_profile order by metering_point_id"))
    errors = warehouse.query(
        """select
               e.metering_point_id, cast(year(e.month_local) as integer) as year_local,
               sum(e.compared_energy_kwh) / sum(e.expected_energy_kwh) - 1 as error_share
           from intermediate.expected_month as e
           inner join intermediate.meter_basis as b using (metering_point_id)
           where e.month_local >= b.baseline_to and not e.is_baseline
           group by all
           having sum(e.compared_day_count) >= 90 and sum(e.expected_energy_kwh) > 0"""
    )
    for table, frame in zip(TABLES, (groups, comparison_shifts(groups, errors)), strict=True):
        rows = warehouse.replace(table, frame)
        yield dg.MaterializeResult(asset_key=asset_key(table), metadata={"row_count": rows})
