"""The daily baseline: expected energy per day from temperature and calendar, for all meters together.

Formulas, limits and the worked example stand in docs/method.md. Does not belong here: reading or writing tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.domain import day_fit, least_squares, sufficiency, uncertainty
from pipelines.domain.baseline_result import (
    BaselineResult,
    joined_models,
    part_schema,
    with_provisional_drift,
)
from pipelines.domain.day_design import CALIBRATED_LATITUDE_DEG, HEAT_PRIOR, day_design, electricity_prior
from pipelines.domain.day_fit import NOISE_SHARE, DayFit, PreparedDays
from pipelines.domain.day_groups import DayGroup, day_groups
from pipelines.domain.day_model_text import models_frame
from pipelines.domain.day_signature import SignatureDesign, signature_design
from pipelines.domain.least_squares import Bools, Floats
from pipelines.domain.meter_panel import in_order, meter_chunks
from pipelines.domain.stuck_readings import stuck_days

METERS_PER_TABLE = 8192  # meters among which those with the same days are looked for; bounds memory: about 0.2 GB
METERS_AT_ONCE = 256  # in one matrix product: few enough for the processor's cache
BATCHES_AT_ONCE = 2  # NumPy lets go of the interpreter's lock, so two batches keep two cores busy
SPIKE_TIMES_P98 = 5.0  # a day over five times the 98th percentile is a reading fault
DAYS_PER_YEAR = 365.25
_EXPECTED_SCHEMA = {**part_schema("day_local"), "steady_energy_kwh": pl.Float64()}


@dataclass(frozen=True)
class _Shared:
    """What the meters of a group share beside their days."""

    prepared: PreparedDays
    signature: SignatureDesign
    parameter_sd: tuple[Floats, ...]  # [R] for each setting: error of the expectation per unit of noise
    lasting: Floats  # [R, P] the columns of the design without what passes


def fit_and_expect(days: pl.DataFrame) -> BaselineResult:
    """`fit` with the provisional drift of each carrier and so with intervals: for meters without a population."""
    result = fit(days)
    return BaselineResult(result.models, with_provisional_drift(result.expected, days, "day_local"))


def fit(days: pl.DataFrame) -> BaselineResult:
    """Fit one model per meter on its baseline days and expect the energy of every day that has a temperature.

    Parameters
    ----------
    days: metering_point_id, carrier, day_local Date, energy_kwh (null = missing), temperature_c (null = missing),
        day_type (workday | saturday | sunday), is_closed, is_baseline; one row per meter and day. latitude_deg of the
        building tells how dark its winters are; where it is left out, those of CALIBRATED_LATITUDE_DEG are meant.

    Returns
    -------
    models: baseline_result.MODEL_SCHEMA, one row per meter, in the order of their first row.
    expected: metering_point_id, day_local, baseline_result.PART_COLUMNS [kWh, kWh²] and steady_energy_kwh for answered
        meters; days without temperature, more than 5 K outside what the baseline saw, or on which the meter was stuck
        at a value (stuck_readings: no measurement, missing in the baseline) are left out. steady_energy_kwh is what
        the level that the meter had at the end of its baseline would have used: the same as expected_energy_kwh after
        the baseline, and within it the yardstick for changes that the model itself follows (change_detection).

    Meters with the same temperatures, calendar and baseline share one design, so they are fitted together. A meter gets
    the same figures alone and in company.

    Raises ValueError when a meter has two rows for a day or an unknown day_type.
    """
    days = days.with_columns(
        pl.col("energy_kwh").cast(pl.Float64).fill_nan(None),
        pl.col("temperature_c").cast(pl.Float64).fill_nan(None),
        pl.col("is_closed").fill_null(False),
        pl.col("is_baseline").fill_null(False),
    )
    given = pl.col("latitude_deg") if "latitude_deg" in days.columns else pl.lit(None, pl.Float64)
    days = days.with_columns(latitude_deg=given.cast(pl.Float64).fill_null(CALIBRATED_LATITUDE_DEG).round(0))
    days = in_order(days)
    is_stuck = stuck_days(days)
    if is_stuck.any():
        stuck = days.filter(is_stuck).select("metering_point_id", "day_local")
        days = days.with_columns(energy_kwh=pl.when(~is_stuck).then("energy_kwh"))
    judged = sufficiency.judge_days(days)
    tried = judged.filter(pl.col("reason").is_null())["metering_point_id"].to_list()
    models, expected = [], []
    with ThreadPoolExecutor(BATCHES_AT_ONCE) as pool:
        for table in meter_chunks(days, tried, METERS_PER_TABLE):
            for batch_models, batch_expected in pool.map(_fit_batch, _batches(table)):
                models.append(batch_models)
                expected.append(batch_expected)
    parts = pl.concat(expected) if expected else pl.DataFrame(schema=_EXPECTED_SCHEMA)
    if is_stuck.any():
        parts = parts.join(stuck, on=["metering_point_id", "day_local"], how="anti", maintain_order="left")
    return BaselineResult(models=joined_models(judged, models), expected=parts)


def _batches(days: pl.DataFrame) -> Iterator[tuple[DayGroup, _Shared | None]]:
    """Meters of the same days, at most METERS_AT_ONCE; with what they share when other batches share it too."""
    for group in day_groups(days):
        count = len(group.metering_point_id)
        shared = _shared(group) if count > METERS_AT_ONCE else None
        for start in range(0, count, METERS_AT_ONCE):
            yield group.part(start, start + METERS_AT_ONCE), shared


def _shared(group: DayGroup) -> _Shared:
    position = (group.days - group.days[0]).astype(np.int64)
    calendar = group.days[0] + np.arange(position[-1] + 1)

    def spread(values: NDArray[Any], empty: Any) -> NDArray[Any]:
        full = np.full(len(calendar), empty, dtype=values.dtype)
        full[position] = values
        return full

    temperature_c = spread(group.temperature_c, np.nan)
    closed = spread(group.is_closed, False)
    day_type = spread(group.day_type, 0)
    baseline = spread(group.is_baseline, False) & ~np.isnan(temperature_c)
    design = day_design(calendar, temperature_c, day_type, closed, baseline).rows(position)
    prior = electricity_prior(group.latitude_deg) if group.is_electricity else HEAT_PRIOR
    prepared = day_fit.prepare_days(design, group.days, prior, rests_in_summer=group.is_electricity)
    used = design.baseline
    lasting = design.without(day_fit.PASSING)
    year = lasting[used].mean(axis=0)
    parameter_sd = []
    for ridge in prepared.ridges:
        shared = ridge.covariance @ year
        parameter_sd.append(np.maximum(lasting @ shared, 0.0) / np.sqrt(year @ shared) / NOISE_SHARE)
    signature = signature_design(group.temperature_c[used], group.day_type[used], group.is_closed[used])
    return _Shared(prepared, signature, tuple(parameter_sd), lasting)


def _fit_batch(batch: tuple[DayGroup, _Shared | None]) -> tuple[pl.DataFrame, pl.DataFrame]:
    group = batch[0]
    shared = batch[1] or _shared(group)
    baseline = shared.prepared.design.baseline
    raw = group.energy_kwh[:, baseline]
    used = ~np.isnan(raw)
    energy = np.where(used, raw, 0.0)
    used &= ~_spikes(energy, used)
    mean = np.where(used, energy, 0.0).sum(axis=1) / np.maximum(used.sum(axis=1), 1)
    scale = np.where(mean > 0, mean, 1.0)
    open_day = np.broadcast_to(~group.is_closed[baseline], used.shape)
    fit = day_fit.fit_days(shared.prepared, energy / scale[:, None], used, open_day)
    follows = np.diff(group.days[baseline].astype(np.int64), prepend=-9) == 1
    errors = _errors(fit, energy / scale[:, None], follows)
    signature = shared.signature.describe(fit.target * scale[:, None])
    closed_known = bool(group.is_closed.any())
    models = models_frame(group.metering_point_id, fit, signature, errors, closed_known=closed_known)
    answered = np.flatnonzero(errors["cvrmse"] <= sufficiency.LARGEST_CVRMSE)
    return models, _expected_frame(group, shared, fit, errors, scale, answered)


def _spikes(energy: Floats, used: Bools) -> Bools:
    """Days so far above all others that no use explains them (a register step booked on one day)."""
    count = used.sum(axis=1)
    from_top = np.maximum((0.02 * count).astype(np.int64), 1)
    ordered = np.sort(np.where(used, energy, -np.inf), axis=1)
    p98 = np.take_along_axis(ordered, (ordered.shape[1] - 1 - from_top)[:, None], 1)
    return used & (energy > SPIKE_TIMES_P98 * p98) & (p98 > 0)


def _errors(fit: DayFit, energy: Floats, follows: Bools) -> dict[str, Floats]:
    """Metrics of the model that predicts, and what its errors are like on months left out of the fit; each [M].

    noise_level and noise_slope: the variance of a day is noise_level + noise_slope·expected².
    """
    metrics = least_squares.fit_metrics(energy, fit.fitted, fit.used, fit.parameter_count)
    count = np.maximum(fit.used.sum(axis=1), 1)
    sd_out = np.sqrt((fit.left_out_residual**2).sum(axis=1) / count)
    mean = np.where(fit.used, energy, 0.0).sum(axis=1) / count
    noise = _noise_by_level(fit.left_out_residual, fit.fitted, fit.used, sd_out)
    rho = least_squares.lag_one_autocorrelation(
        fit.left_out_residual, fit.used, np.broadcast_to(follows, fit.used.shape)
    )
    return {
        **metrics,
        "cvrmse_out": np.divide(sd_out, mean, out=np.full_like(mean, np.nan), where=mean > 0),
        "sd_out": sd_out,
        "autocorrelation": rho,
        "noise_level": noise[:, 0],
        "noise_slope": noise[:, 1],
    }


def _noise_by_level(residual: Floats, expected: Floats, used: Bools, sd: Floats) -> Floats:
    """Variance of one day as a + b·expected² with a, b ≥ 0: a heat meter is quiet in summer. Shape [M, 2]."""
    square = np.where(used, np.minimum(residual**2, 9 * sd[:, None] ** 2), 0.0)
    level = np.where(used, expected**2, 0.0)
    count = np.maximum(used.sum(axis=1), 1)
    mean_square, mean_level = square.sum(axis=1) / count, level.sum(axis=1) / count
    spread = np.where(used, (level - mean_level[:, None]) ** 2, 0.0).sum(axis=1)
    joint = np.where(used, (level - mean_level[:, None]) * (square - mean_square[:, None]), 0.0).sum(axis=1)
    b = np.maximum(np.divide(joint, spread, out=np.zeros_like(joint), where=spread > 0), 0.0)
    a = np.maximum(mean_square - b * mean_level, 0.05 * mean_square)
    total = a + b * mean_level
    factor = np.divide(sd**2, total, out=np.ones_like(total), where=total > 0)
    return np.stack([a * factor, b * factor], axis=-1)


def _expected_frame(
    group: DayGroup,
    shared: _Shared,
    fit: DayFit,
    errors: dict[str, Floats],
    scale: Floats,
    answered: NDArray[np.int64],
) -> pl.DataFrame:
    design = shared.prepared.design
    shown = np.flatnonzero(~np.isnan(group.temperature_c))
    temperature_c = group.temperature_c[shown]
    used = fit.used[answered]
    margin = sufficiency.TEMPERATURE_MARGIN_K
    seen_c = group.temperature_c[design.baseline]
    low_c = np.where(used, seen_c, np.inf).min(axis=1, initial=np.inf) - margin
    high_c = np.where(used, seen_c, -np.inf).max(axis=1, initial=-np.inf) + margin
    covered = (temperature_c >= low_c[:, None]) & (temperature_c <= high_c[:, None])

    linear = fit.coefficients @ design.columns[shown].T
    share = np.maximum(linear, 0.0, out=linear)
    share[fit.paused] *= fit.factor[:, shown]
    expected = share[answered] * scale[answered, None]
    past = np.flatnonzero(shown <= np.flatnonzero(design.baseline)[-1])
    lasting = np.maximum(fit.coefficients @ shared.lasting[shown[past]].T, 0.0)
    lasting[fit.paused] *= fit.factor[:, shown[past]]
    steady = expected.copy()
    steady[:, past] = lasting[answered] * scale[answered, None]
    variance = (errors["noise_level"] * scale**2)[answered, None] + errors["noise_slope"][answered, None] * expected**2
    inflation = uncertainty.autocorrelation_inflation(errors["autocorrelation"][answered])
    parameter_sd = np.stack(shared.parameter_sd)[:, shown][fit.setting[answered]]
    parameter_error = parameter_sd * (errors["sd_out"] * scale)[answered, None]
    day = group.days.astype(np.int64)
    centre = np.where(used, day[design.baseline], 0).sum(axis=1) / np.maximum(used.sum(axis=1), 1)
    years = (day[shown][None, :] - centre[:, None]) / DAYS_PER_YEAR

    ids = pl.Series([group.metering_point_id[m] for m in answered], dtype=pl.String())
    frame = pl.DataFrame(
        {
            "metering_point_id": ids.gather(np.repeat(np.arange(len(answered)), len(shown))),
            "day_local": pl.Series(np.tile(day[shown].astype(np.int32), len(answered))).cast(pl.Date),
            "expected_energy_kwh": expected.ravel(),
            "noise_variance_kwh2": (variance * inflation[:, None] * uncertainty.SEASON_NOISE_FACTOR).ravel(),
            "parameter_error_kwh": parameter_error.ravel(),
            "period_variance_kwh2": variance.ravel(),
            "years_from_baseline": years.ravel(),
            "steady_energy_kwh": steady.ravel(),
        },
        schema=_EXPECTED_SCHEMA,
    )
    return frame if covered.all() else frame.filter(pl.Series(covered.ravel()))
