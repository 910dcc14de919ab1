"""The hourly baseline: expected energy per hour from the clock, the calendar and the temperature, for many meters.

Each of a day's 24 clock hours has its own coefficients over columns that describe the day; shrinkage keeps what the
data do not tell near nothing. Formulas, limits and the worked example stand in docs/method.md.

Does not belong here: reading or writing tables; figures of peaks and nights (hour_figures).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.domain import least_squares, sufficiency, uncertainty
from pipelines.domain.baseline_result import EXPECTED_COLUMNS, PART_COLUMNS
from pipelines.domain.hour_design import DAY_KINDS, DAYS_PER_YEAR, HINGE_UNIT_K, HourDesign, hour_design
from pipelines.domain.hour_panel import HOURS, PANEL_COLUMNS, HourPanel, hour_panel
from pipelines.domain.hour_sufficiency import judge_hours
from pipelines.domain.least_squares import Bools, Floats
from pipelines.domain.meter_panel import meter_chunks

METERS_AT_ONCE = 64  # bounds memory: about 0.3 GB
DAYS_AT_ONCE = 70
RECENCY_HALF_LIFE_DAYS = 150.0
SEASON_SHRINKAGE = (30.0, 1.0)  # the second only where it is much better on days left out
SEASON_GAIN = 0.5  # much better: under this share of the squared error
FOLDS = 5
BLOCK_DAYS = 14
HUBER_KNEE = 2.5
HUBER_ROUNDS = 3

HOUR_MODEL_SCHEMA: dict[str, pl.DataType] = {
    "metering_point_id": pl.String(),
    "answer": pl.String(),  # ok | cannot_tell
    "reason": pl.String(),  # why not; null when ok
    "model_text": pl.String(),  # JSON; null when nothing was fitted
    "cvrmse": pl.Float64(),  # share of the mean, over the baseline hours used
    "cvrmse_out": pl.Float64(),  # the same on fortnights left out of the fit
    "nmbe": pl.Float64(),  # share of the mean; measured minus expected
    "r2": pl.Float64(),
    "baseline_hour_count": pl.Int64(),  # hours with energy in the baseline
    "missing_hour_count": pl.Int64(),  # the other hours of the baseline
}
"""One row per meter."""

HOUR_EXPECTED_SCHEMA: dict[str, pl.DataType] = {
    "metering_point_id": pl.String(),
    "hour_start_utc": pl.Datetime("us", "UTC"),
    **{name: EXPECTED_COLUMNS[name] for name in PART_COLUMNS},
}
"""One row per answered meter and hour; columns as in baseline_result.EXPECTED_COLUMNS, of the single hour."""

_FITTED: dict[str, pl.DataType] = {
    **{n: HOUR_MODEL_SCHEMA[n] for n in ("metering_point_id", "model_text", "cvrmse", "cvrmse_out", "nmbe", "r2")},
    "is_poor": pl.Boolean(),
}


@dataclass(frozen=True)
class HourResult:
    """Models (one row per meter, HOUR_MODEL_SCHEMA) and expectations (HOUR_EXPECTED_SCHEMA)."""

    models: pl.DataFrame
    expected: pl.DataFrame


@dataclass(frozen=True)
class _Baseline:
    """The baseline of M meters over the N days that any of them has; energy is divided by `scale_kwh`."""

    columns: Floats  # [M, N, P]
    energy: Floats  # [M, N, 24], 0 where not measured
    measured: Bools  # [M, N, 24]
    weight: Floats  # [M, N] 0 on days not used, mean 1 over the others, newer days weigh more
    fold: NDArray[np.int64]  # [N]
    scale_kwh: Floats  # [M]


@dataclass(frozen=True)
class _Fit:
    coefficients: Floats  # [M, P, 24], shares of scale_kwh
    inverse: Floats  # [M, P, P] of the shrunk normal equations
    season_shrinkage: Floats  # [M]
    residual: Floats  # [M, N, 24], 0 where not measured
    variance: Floats  # [M, 24] of one hour by clock hour
    inflation: Floats  # [M] variance of a sum over the sum of its hours' variances
    metrics: dict[str, Floats]
    is_poor: Bools  # [M] day sums miss by more than the mean day, the limit of day meters


def fit(hours: pl.DataFrame) -> HourResult:
    """Fit one model per meter on its baseline hours and expect the energy of every hour whose day has a temperature.

    Parameters
    ----------
    hours: metering_point_id, carrier, direction (consumption | production), hour_start_utc Datetime UTC,
        day_local Date, hour_local 0 … 23 (clock hour of local time), energy_kwh (null = missing), temperature_c of the
        hour (null = missing), day_type (workday | saturday | sunday), is_closed, is_baseline; the last three are the
        day's. One row per meter, direction and hour.

    Returns
    -------
    models: HOUR_MODEL_SCHEMA, one row per meter, in the order of their first row.
    expected: HOUR_EXPECTED_SCHEMA [kWh, kWh²] for the consumption of answered meters; hours of days with fewer than 20
        temperatures, or more than 5 K outside what the baseline saw, are left out.

    Production is never modelled or added to use: a meter with production only gets `production_meter`, one whose
    hours are net of production `negative_values` (hour_sufficiency). The sum of hours has the variance
    Σ noise_variance_kwh2 + (Σ parameter_error_kwh)² before drift.

    Raises ValueError when a meter has two rows for an hour, a clock hour outside 0 … 23 or an unknown day_type.
    """
    hours = hours.with_columns(
        pl.col("hour_start_utc").cast(HOUR_EXPECTED_SCHEMA["hour_start_utc"]),
        pl.col("energy_kwh", "temperature_c").cast(pl.Float64).fill_nan(None),
        pl.col("is_closed", "is_baseline").fill_null(False),
    )
    judged = judge_hours(hours)
    tried = judged.filter(pl.col("reason").is_null())["metering_point_id"].to_list()
    models, expected = [], []
    consumption = hours.lazy().filter(pl.col("direction") == "consumption").select(PANEL_COLUMNS).collect()
    for part in meter_chunks(consumption, tried, METERS_AT_ONCE):
        part_models, part_expected = _fit_part(part)
        models.append(part_models)
        expected.append(part_expected)
    return HourResult(
        models=_joined_models(judged, models),
        expected=pl.concat(expected) if expected else pl.DataFrame(schema=HOUR_EXPECTED_SCHEMA),
    )


def _fit_part(part: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    panel = hour_panel(part)
    design = hour_design(panel)
    baseline = _baseline(panel, design)
    fitted = _fit(baseline, design)
    models = pl.DataFrame(
        {
            "metering_point_id": panel.metering_point_id,
            "model_text": _model_texts(design, baseline, fitted),
            **{name: fitted.metrics[name] for name in ("cvrmse", "cvrmse_out", "nmbe", "r2")},
            "is_poor": fitted.is_poor,
        },
        schema=_FITTED,
    )
    return models, _expected_frame(part, panel, design, baseline, fitted)


def _baseline(panel: HourPanel, design: HourDesign) -> _Baseline:
    used = panel.whole_days() & panel.is_baseline
    there = np.flatnonzero(used.any(axis=0))
    used = used[:, there]
    measured = ~np.isnan(panel.energy_kwh[:, there]) & used[..., None]
    energy = np.where(measured, panel.energy_kwh[:, there], 0.0)
    mean = energy.sum(axis=(1, 2)) / measured.sum(axis=(1, 2))
    scale = np.where(mean > 0, mean, 1.0)
    last = np.where(used, there, -1).max(axis=1)
    weight = np.where(used, 0.5 ** ((last[:, None] - there) / RECENCY_HALF_LIFE_DAYS), 0.0)
    return _Baseline(
        columns=design.columns[:, there],
        energy=energy / scale[:, None, None],
        measured=measured,
        weight=weight * (used.sum(axis=1) / weight.sum(axis=1))[:, None],
        fold=there // BLOCK_DAYS % FOLDS,
        scale_kwh=scale,
    )


def _fit(data: _Baseline, design: HourDesign) -> _Fit:
    """Coefficients by shrunk least squares; single missing hours and outliers by values that stand in for them."""
    target = _with_missing_as_clock_mean(data)
    gram = _cross(data.columns, data.weight, data.columns)
    season, left_out = _choose_season(data, design, gram, target)
    shrinkage = np.where(np.isnan(design.shrinkage), season[:, None], design.shrinkage)
    shrunk = gram + shrinkage[:, :, None] * np.eye(shrinkage.shape[1])
    inverse = np.asarray(np.linalg.inv(shrunk), dtype=np.float64)
    count = np.maximum(data.measured.sum(axis=1), 1)
    coefficients = np.matmul(inverse, _cross(data.columns, data.weight, target))
    kept = np.where(data.measured, data.energy - _linear(data.columns, coefficients), 0.0)
    for _ in range(HUBER_ROUNDS):
        linear = _linear(data.columns, coefficients)
        reach = HUBER_KNEE * np.sqrt((kept**2).sum(axis=1) / count)[:, None, :]
        kept = np.where(data.measured, np.clip(data.energy - linear, -reach, reach), 0.0)
        coefficients = np.matmul(inverse, _cross(data.columns, data.weight, linear + kept))
    expected = np.maximum(_linear(data.columns, coefficients), 0.0)
    freedom_lost = np.einsum("mpq,mqp->m", inverse, gram)
    residual = np.where(data.measured, data.energy - expected, 0.0)
    return _Fit(
        coefficients=coefficients,
        inverse=inverse,
        season_shrinkage=season,
        residual=residual,
        variance=(residual**2).sum(axis=1) / np.maximum(count - freedom_lost[:, None], 1.0),
        inflation=_inflation(residual, data),
        metrics=_metrics(data, expected, freedom_lost, left_out),
        is_poor=_is_poor(data, residual),
    )


def _with_missing_as_clock_mean(data: _Baseline) -> Floats:
    count = np.maximum(data.measured.sum(axis=1), 1)
    return np.where(data.measured, data.energy, (data.energy.sum(axis=1) / count)[:, None, :])


def _cross(columns: Floats, weight: Floats, other: Floats) -> Floats:
    """Σ over days of weight·column·other: [M, N, P], [M, N] and [M, N, Q] give [M, P, Q]."""
    total = np.zeros((len(columns), columns.shape[2], other.shape[2]))
    for days in _parts(columns.shape[1]):
        total += np.matmul((columns[:, days] * weight[:, days, None]).swapaxes(1, 2), other[:, days])
    return total


def _linear(columns: Floats, coefficients: Floats) -> Floats:
    """columns · coefficients: [M, N, P] and [M, P, Q] give [M, N, Q]."""
    product = np.empty((*columns.shape[:2], coefficients.shape[2]))
    for days in _parts(columns.shape[1]):
        np.matmul(columns[:, days], coefficients, out=product[:, days])
    return product


def _parts(day_count: int) -> list[slice]:
    """A few days at a time: for such small products BLAS starts no threads, which cost more than they give here."""
    return [slice(start, start + DAYS_AT_ONCE) for start in range(0, day_count, DAYS_AT_ONCE)]


def _choose_season(data: _Baseline, design: HourDesign, gram: Floats, target: Floats) -> tuple[Floats, Floats]:
    """The season's shrinkage [M] and the mean squared error [M] on fortnights left out, for all days alike."""
    errors = np.zeros((len(SEASON_SHRINKAGE), len(gram)))
    moment = _cross(data.columns, data.weight, target)
    for fold in range(FOLDS):
        out = data.fold == fold
        columns, weight = data.columns[:, out], data.weight[:, out]
        gram_in = gram - _cross(columns, weight, columns)
        moment_in = moment - _cross(columns, weight, target[:, out])
        for number, season in enumerate(SEASON_SHRINKAGE):
            shrunk = gram_in + np.diag(design.with_season(season))
            coefficients = np.asarray(np.linalg.solve(shrunk, moment_in), dtype=np.float64)
            expected = np.maximum(_linear(columns, coefficients), 0.0)
            miss = np.where(data.measured[:, out], data.energy[:, out] - expected, 0.0)
            errors[number] += np.einsum("mnh,mnh->m", miss, miss)
    weak, strong = errors
    is_strong = strong < SEASON_GAIN * weak
    chosen = np.where(is_strong, SEASON_SHRINKAGE[1], SEASON_SHRINKAGE[0])
    return chosen, np.where(is_strong, strong, weak) / data.measured.sum(axis=(1, 2))


def _inflation(residual: Floats, data: _Baseline) -> Floats:
    """How much more a sum of hours varies than independent hours would: within the day, then from day to day."""
    day_sum = residual.sum(axis=2)
    used = data.weight > 0
    of_hours = np.maximum((residual**2).sum(axis=(1, 2)), 1e-300)
    within = np.maximum((day_sum**2).sum(axis=1) / of_hours, 1.0)
    follows = np.ones_like(used)
    return within * uncertainty.autocorrelation_inflation(least_squares.lag_one_autocorrelation(day_sum, used, follows))


def _metrics(data: _Baseline, expected: Floats, freedom_lost: Floats, left_out: Floats) -> dict[str, Floats]:
    meters = len(expected)
    energy, measured = data.energy.reshape(meters, -1), data.measured.reshape(meters, -1)
    metrics = least_squares.fit_metrics(energy, expected.reshape(meters, -1), measured, HOURS * freedom_lost)
    mean = data.energy.sum(axis=(1, 2)) / data.measured.sum(axis=(1, 2))
    out = np.divide(np.sqrt(left_out), mean, out=np.full(meters, np.nan), where=mean > 0)
    return {**metrics, "cvrmse_out": out}


def _is_poor(data: _Baseline, residual: Floats) -> Bools:
    """Pulses of a coarse meter may make hours poor and days good, so days decide."""
    days = np.maximum((data.weight > 0).sum(axis=1), 1)
    mean = data.energy.sum(axis=(1, 2)) / days
    miss = np.sqrt((residual.sum(axis=2) ** 2).sum(axis=1) / days)
    return np.asarray(~((mean > 0) & (miss <= sufficiency.LARGEST_CVRMSE * mean)), dtype=np.bool_)


def _expected_frame(
    part: pl.DataFrame, panel: HourPanel, design: HourDesign, data: _Baseline, fitted: _Fit
) -> pl.DataFrame:
    expected = np.maximum(_linear(design.columns, fitted.coefficients), 0.0)
    spread = np.einsum("mdp,mdp->md", _linear(design.columns, fitted.inverse), design.columns)
    wanted = _covered(panel) & ~fitted.is_poor[:, None]
    used = panel.whole_days() & panel.is_baseline
    centre = (used * np.arange(used.shape[1])).sum(axis=1) / np.maximum(used.sum(axis=1), 1)
    rows = np.flatnonzero(wanted[panel.row_meter, panel.row_day])
    meter, day, hour = panel.row_meter[rows], panel.row_day[rows], panel.row_hour[rows]
    scale = data.scale_kwh[meter]
    variance = fitted.variance[meter, hour] * scale**2
    inflation = fitted.inflation[meter]
    return part.select("metering_point_id", "hour_start_utc")[rows].with_columns(
        expected_energy_kwh=expected[meter, day, hour] * scale,
        noise_variance_kwh2=variance * inflation,
        parameter_error_kwh=np.sqrt(variance * inflation * spread[meter, day]),
        period_variance_kwh2=variance,
        years_from_baseline=(day - centre[meter]) / DAYS_PER_YEAR,
    )


def _covered(panel: HourPanel) -> Bools:
    """[M, D] days whose temperature lies within 5 K of what the baseline saw."""
    used = panel.whole_days() & panel.is_baseline
    margin = sufficiency.TEMPERATURE_MARGIN_K
    low = np.where(used, panel.temperature_c, np.inf).min(axis=1) - margin
    high = np.where(used, panel.temperature_c, -np.inf).max(axis=1) + margin
    return (panel.temperature_c >= low[:, None]) & (panel.temperature_c <= high[:, None])


def _model_texts(design: HourDesign, data: _Baseline, fitted: _Fit) -> list[str]:
    kwh = fitted.coefficients * data.scale_kwh[:, None, None]
    everywhere = kwh[:, design.places["every_day"]] + kwh[:, design.places["season"]].mean(axis=1, keepdims=True)
    profile = everywhere + kwh[:, design.places["kind"]]
    profile[:, 0] += kwh[:, design.places["weekday"]].mean(axis=1)
    slope = kwh[:, design.places["heating"]].sum(axis=(1, 2)) / HINGE_UNIT_K
    off_slope = slope + kwh[:, design.places["off_day_heating"]].sum(axis=(1, 2)) / HINGE_UNIT_K
    cooling = kwh[:, design.places["cooling"]].sum(axis=(1, 2)) / HINGE_UNIT_K
    texts = []
    for m in range(len(kwh)):
        profiles: dict[str, Any] = {
            kind: [round(float(value), 3) for value in profile[m, number]] for number, kind in enumerate(DAY_KINDS)
        }
        texts.append(
            json.dumps(
                {
                    "profile_kwh_hour": {**profiles, "closed": profiles["closed"] if design.closed_known[m] else None},
                    "heating_kwh_per_k_day": round(float(slope[m]), 4),
                    "heating_day_off_kwh_per_k_day": round(float(off_slope[m]), 4),
                    "cooling_kwh_per_k_day": round(float(cooling[m]), 4),
                    "season": "strong" if fitted.season_shrinkage[m] == SEASON_SHRINKAGE[1] else "weak",
                    "n": int(data.measured[m].sum()),
                }
            )
        )
    return texts


def _joined_models(judged: pl.DataFrame, fitted: list[pl.DataFrame]) -> pl.DataFrame:
    tried = pl.concat(fitted) if fitted else pl.DataFrame(schema=_FITTED)
    reason = pl.when(pl.col("is_poor")).then(pl.lit("model_too_poor")).otherwise("reason")
    return (
        judged.join(tried, on="metering_point_id", how="left", maintain_order="left")
        .with_columns(pl.col("cvrmse", "cvrmse_out", "nmbe", "r2").fill_nan(None), reason=reason)
        .with_columns(answer=pl.when(pl.col("reason").is_null()).then(pl.lit("ok")).otherwise(pl.lit("cannot_tell")))
        .select([pl.col(name).cast(dtype) for name, dtype in HOUR_MODEL_SCHEMA.items()])
    )
