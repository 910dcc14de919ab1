"""intermediate.energy_signature: base power, loss and knee of each meter and year."""

import dagster as dg

from pipelines.domain.energy_signature import KEY, fit_signatures, normal_year_energy
from pipelines.sql_tables import asset_key
from pipelines.warehouse import Warehouse

READS = ("intermediate.signature_period", "intermediate.meter_basis", "intermediate.degree_day_month")


@dg.asset(
    key=asset_key("intermediate.energy_signature"),
    deps=[asset_key(read) for read in READS],
    group_name="intermediate",
    required_resource_keys={"warehouse"},
)
def energy_signature(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """From weeks and from months, with what the signature of months gives in a normal year."""
    warehouse: Warehouse = context.resources.warehouse
    periods = warehouse.query(
        "select metering_point_id, year_local, grain, power_kw, temperature_c from intermediate.signature_period"
    )
    normal = warehouse.query(
        """select b.metering_point_id, month(d.month_local) as month,
               any_value(d.normal_temperature_c) as normal_temperature_c
           from intermediate.meter_basis as b
           inner join intermediate.degree_day_month as d using (municipality_code)
           group by all"""
    )
    signatures = fit_signatures(periods)
    found = signatures.join(normal_year_energy(signatures, normal), on=KEY, how="left")
    rows = warehouse.replace("intermediate.energy_signature", found)
    return dg.MaterializeResult(metadata={"row_count": rows})
