"""staging.reference_municipality: Sweden's municipalities, from the table that comes with Sparkraft."""

from pathlib import Path

import dagster as dg
import polars as pl

import pipelines
from pipelines.sql_tables import asset_key
from pipelines.warehouse import Warehouse

MUNICIPALITIES = Path(pipelines.__file__).parent / "reference" / "municipalities.csv"


@dg.asset(key=asset_key("staging.reference_municipality"), group_name="staging", required_resource_keys={"warehouse"})
def reference_municipality(context: dg.AssetExecutionContext) -> None:
    """Codes are text: `0114` read as a number would be another municipality's."""
    table = pl.read_csv(MUNICIPALITIES, schema_overrides={"code": pl.String, "county_code": pl.String}).select(
        pl.col("code").alias("municipality_code"),
        pl.col("name").alias("municipality_name"),
        "county_code",
        "county_name",
        pl.col("population_2024").alias("population_count"),
        pl.col("skr_group_2023").alias("skr_group"),
        pl.col("ref_lat").alias("latitude_deg"),
        pl.col("ref_lon").alias("longitude_deg"),
    )
    warehouse: Warehouse = context.resources.warehouse
    warehouse.replace("staging.reference_municipality", table)
