"""intermediate.reported_metric_year: uncertainty of each meter and year under the names of ASHRAE and CalTRACK."""

import dagster as dg
import polars as pl

from pipelines.domain.reported_metrics import baseline_errors, metrics, with_fractional_uncertainty
from pipelines.sql_tables import asset_key
from pipelines.warehouse import Warehouse

READS = (
    "intermediate.model_day",
    "intermediate.expectation_day",
    "intermediate.baseline_model_day",
    "intermediate.model_month",
    "intermediate.expectation_month",
    "intermediate.baseline_model_month",
    "intermediate.expected_month",
    "intermediate.meter_basis",
)
BASELINE_DAYS = """
    select d.metering_point_id, d.day_local as period_local, d.energy_kwh, e.expected_energy_kwh
    from intermediate.model_day as d
    inner join intermediate.expectation_day as e using (metering_point_id, day_local)
    where d.is_baseline and d.energy_kwh is not null
    order by d.metering_point_id, d.day_local"""
BASELINE_MONTHS = """
    select m.metering_point_id, m.month_local as period_local, m.energy_kwh, e.expected_energy_kwh
    from intermediate.model_month as m
    inner join intermediate.expectation_month as e using (metering_point_id, month_local)
    where m.is_baseline and m.energy_kwh is not null
    order by m.metering_point_id, m.month_local"""
PARAMETERS = """
    select metering_point_id, cast(model_text ->> 'parameter_count' as double) as parameter_count
    from (select metering_point_id, model_text from intermediate.baseline_model_day
          union all select metering_point_id, model_text from intermediate.baseline_model_month)"""
SAVINGS = """
    select
        e.metering_point_id, cast(year(e.month_local) as integer) as year_local,
        sum(e.expected_energy_kwh) - sum(e.compared_energy_kwh) as saved_energy_kwh,
        sum(e.expected_energy_kwh) as expected_energy_kwh,
        cast(case any_value(b.judged_by) when 'day' then sum(e.compared_day_count)
            else count(e.compared_energy_kwh) end as integer) as compared_count,
        cast(count(e.compared_energy_kwh) as integer) as compared_month_count
    from intermediate.expected_month as e
    inner join intermediate.meter_basis as b using (metering_point_id)
    where not e.is_baseline
    group by all
    having count(e.compared_energy_kwh) > 0"""


@dg.asset(
    key=asset_key("intermediate.reported_metric_year"),
    deps=[asset_key(read) for read in READS],
    group_name="intermediate",
    required_resource_keys={"warehouse"},
)
def reported_metric_year(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Worked out on the residuals of the model that predicts (pipelines/domain/reported_metrics.py)."""
    warehouse: Warehouse = context.resources.warehouse
    errors = pl.concat(
        [
            baseline_errors(warehouse.query(query), step_days=step).with_columns(is_month=pl.lit(step > 1))
            for query, step in ((BASELINE_DAYS, 1), (BASELINE_MONTHS, 31))
        ]
    )
    judged = metrics(errors.join(warehouse.query(PARAMETERS), on="metering_point_id", how="left"))
    found = with_fractional_uncertainty(warehouse.query(SAVINGS), judged)
    rows = warehouse.replace(
        "intermediate.reported_metric_year",
        found.select("metering_point_id", "year_local", "ashrae_fsu", "caltrack_fsu"),
    )
    return dg.MaterializeResult(metadata={"row_count": rows})
