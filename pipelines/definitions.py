"""The only place where Dagster's parts are put together."""

from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from pipelines import sql_tables
from pipelines.assets.intermediate import (
    comparison_group,
    degree_day_month,
    drift,
    energy_signature,
    expectation_day,
    expectation_month,
    expected_energy_day,
    expected_energy_month,
    level_change,
    normal_year_month,
    reported_metric_year,
)
from pipelines.assets.published import generation
from pipelines.assets.raw import deliveries
from pipelines.assets.staging import calendar_day, reference_municipality, setting
from pipelines.home import Home
from pipelines.inbox import fingerprint
from pipelines.settings import Settings, load_settings
from pipelines.warehouse import Warehouse, writing

PYTHON_ASSETS = [
    deliveries.deliveries,
    setting.setting,
    reference_municipality.reference_municipality,
    calendar_day.calendar_day,
    expectation_day.expectation_day,
    expectation_month.expectation_month,
    drift.drift,
    expected_energy_day.expected_energy_day,
    expected_energy_month.expected_energy_month,
    level_change.level_change,
    comparison_group.comparison_group,
    degree_day_month.degree_day_month,
    energy_signature.energy_signature,
    normal_year_month.normal_year_month,
    reported_metric_year.reported_metric_year,
    generation.status,
    generation.staff,
]


def build_definitions(settings: Settings) -> dg.Definitions:
    """Assets, checks, jobs, schedule and sensor for one home."""
    home = Home(settings.home)
    refresh = dg.define_asset_job(
        "refresh",
        selection=dg.AssetSelection.all(),
        hooks={publish_status_on_failure},
        description="From inbox to published.",
    )
    ingest = dg.define_asset_job(
        "ingest",
        selection=dg.AssetSelection.assets(["published", "status"]).upstream() | dg.AssetSelection.groups("raw"),
        hooks={publish_status_on_failure},
        description="From inbox to receipts, without new figures.",
    )
    parts = _assets()
    return dg.Definitions(
        assets=[a for a in parts if isinstance(a, dg.AssetsDefinition) and not isinstance(a, dg.AssetChecksDefinition)],
        asset_checks=[a for a in parts if isinstance(a, dg.AssetChecksDefinition)],
        jobs=[refresh, ingest],
        schedules=[_nightly(refresh, settings)],
        sensors=[_inbox_sensor(refresh, home, settings)],
        resources={
            "warehouse": _warehouse_resource(home, settings),
            "settings": dg.ResourceDefinition.hardcoded_resource(settings),
        },
        executor=dg.in_process_executor,
    )


def _assets() -> list:
    built = {".".join(key.path) for asset in PYTHON_ASSETS for key in asset.keys}
    return [*PYTHON_ASSETS, *sql_tables.assets(sql_tables.read_tables(), sql_tables.read_checks(), built)]


def _nightly(job: UnresolvedAssetJobDefinition, settings: Settings) -> dg.ScheduleDefinition:
    """03:30 by default: between 02 and 03 there is no such time on one day of the year and two on another."""
    return dg.ScheduleDefinition(
        name="nightly",
        job=job,
        cron_schedule=settings.nightly_cron,
        execution_timezone=settings.time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )


def _inbox_sensor(job: UnresolvedAssetJobDefinition, home: Home, settings: Settings) -> dg.SensorDefinition:
    @dg.sensor(
        name="inbox",
        job=job,
        minimum_interval_seconds=settings.inbox_interval_seconds,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def inbox() -> Iterator[dg.RunRequest | dg.SkipReason]:
        """One run for what lies in the inbox. Should that run fail, the same files are tried again in the next hour."""
        waiting = fingerprint(home)
        if waiting:
            yield dg.RunRequest(run_key=f"{waiting}:{datetime.now(UTC):%Y-%m-%dT%H}")
        else:
            yield dg.SkipReason("the inbox is empty")

    return inbox


def _warehouse_resource(home: Home, settings: Settings) -> dg.ResourceDefinition:
    @dg.resource
    def warehouse(context: dg.InitResourceContext) -> Iterator[Warehouse]:
        """The one writer: the lock and the connection are held for the whole run."""
        say = context.log.info if context.log else None
        with writing(
            home, time_zone=settings.time_zone, wait_seconds=settings.lock_wait_seconds, on_wait=say
        ) as opened:
            yield opened

    return warehouse


@dg.failure_hook(required_resource_keys={"warehouse", "settings"})
def publish_status_on_failure(context: dg.HookContext) -> None:
    """When something stops the figures, the receipts and the reason are published all the same."""
    generation.record_run(context.resources.warehouse, context.run_id, None, f"stopped at {context.op.name}")
    generation.publish_status(context.resources.warehouse, context.resources.settings)


def definitions() -> dg.Definitions:
    """What workspace.yaml loads: the home that the environment names."""
    return build_definitions(load_settings())
