"""The daily baseline: expected energy per day from temperature and calendar, for all meters together.

Formulas, limits and the worked example stand in docs/method.md. Does not belong here: reading or writing tables.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.domain import change_point_models, least_squares, sufficiency, uncertainty
from pipelines.domain.baseline_result import (
    BaselineResult,
    fitted_frame,
    joined_models,
    part_schema,
    with_provisional_drift,
)
from pipelines.domain.change_point_models import BASE_COLUMNS, FORMS, HINGE_UNIT_K, Choice
from pipelines.domain.least_squares import Bools, Floats
from pipelines.domain.meter_panel import MeterPanel, dates_of, meter_chunks, panel, smoothed_temperature

METERS_AT_ONCE = 128  # bounds memory: about 0.3 GB
LEAST_CLOSED_DAYS = 5  # fewer closed days in the baseline say nothing: they count as sundays
HUBER_KNEE = 2.5
LOWEST_WEIGHT = 0.1
SPIKE_TIMES_P98 = 5.0  # a day over five times the 98th percentile is a reading fault
SINGLE_OUTLIER_SDS = 10.0
MOST_SINGLE_OUTLIERS = 3  # more of them are a habit of the building
DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class _Baseline:
    """The baseline days of M meters, pressed together to N columns; energy is divided by `scale_kwh`."""

    energy: Floats  # [M, N], 0 where not used
    used: Bools
    base: Floats  # [M, N, 4]
    off: Floats
    temperatures: tuple[Floats, Floats]
    month: NDArray[Any]  # 0 … 11
    follows: Bools  # the column before is the day before
    closed: Bools
    closed_known: Bools  # [M] enough closed days for a base load of their own
    scale_kwh: Floats  # [M]
    centre: Floats  # [M] mean column number of the panel


@dataclass(frozen=True)
class _Fit:
    """Coefficients of M meters in shares of scale_kwh, and what is needed for intervals."""

    choice: Choice
    coefficients: Floats  # [M, 7]
    covariance: Floats  # [M, 7, 7], inflated for autocorrelation
    level: Floats  # [M] factor that makes the clipped model unbiased
    autocorrelation: Floats
    noise: Floats  # [M, 2] variance of one day = noise[0] + noise[1]·expected²
    metrics: dict[str, Floats]
    outlier_count: NDArray[Any]


def fit_and_expect(days: pl.DataFrame) -> BaselineResult:
    """`fit` with the provisional drift of each carrier and so with intervals: for meters without a population."""
    result = fit(days)
    return BaselineResult(result.models, with_provisional_drift(result.expected, days, "day_local"))


def fit(days: pl.DataFrame) -> BaselineResult:
    """Fit one model per meter on its baseline days and expect the energy of every day that has a temperature.

    Parameters
    ----------
    days: metering_point_id, carrier, day_local Date, energy_kwh (null = missing), temperature_c (null = missing),
        day_type (workday | saturday | sunday), is_closed, is_baseline; one row per meter and day.

    Returns
    -------
    models: baseline_result.MODEL_SCHEMA, one row per meter, in the order of their first row.
    expected: metering_point_id, day_local and baseline_result.PART_COLUMNS [kWh, kWh²] for answered meters; days
        without temperature, or more than 5 K outside what the baseline saw, are left out.

    Raises ValueError when a meter has two rows for a day or an unknown day_type.
    """
    days = days.with_columns(
        pl.col("energy_kwh").cast(pl.Float64).fill_nan(None),
        pl.col("temperature_c").cast(pl.Float64).fill_nan(None),
        pl.col("is_closed").fill_null(False),
        pl.col("is_baseline").fill_null(False),
    )
    judged = sufficiency.judge_days(days)
    tried = judged.filter(pl.col("reason").is_null())["metering_point_id"].to_list()
    models, expected = [], []
    for part in meter_chunks(days, tried, METERS_AT_ONCE):
        meters = panel(part, ["energy_kwh", "temperature_c"], ["is_baseline", "is_closed"], day_type=True)
        part_models, part_expected = _fit_panel(meters)
        models.append(part_models)
        expected.append(part_expected)
    return BaselineResult(
        models=joined_models(judged, models),
        expected=pl.concat(expected) if expected else pl.DataFrame(schema=part_schema("day_local")),
    )


def _fit_panel(meters: MeterPanel) -> tuple[pl.DataFrame, pl.DataFrame]:
    temperature_c = meters.values["temperature_c"]
    smoothed_c = smoothed_temperature(temperature_c)
    data = _baseline(meters, temperature_c, smoothed_c)
    fit = _fit(data)
    models = _models_frame(meters, data, fit)
    answered = fit.metrics["cvrmse"] <= sufficiency.LARGEST_CVRMSE
    return models, _expected_frame(meters, data, fit, temperature_c, smoothed_c, answered)


def _baseline(meters: MeterPanel, temperature_c: Floats, smoothed_c: Floats) -> _Baseline:
    energy = meters.values["energy_kwh"]
    valid = meters.flags["is_baseline"] & ~np.isnan(energy) & ~np.isnan(temperature_c)
    size = int(valid.sum(axis=1).max())
    order = np.argsort(~valid, axis=1, kind="stable")[:, :size]

    def pressed(matrix: NDArray[Any]) -> NDArray[Any]:
        return np.take_along_axis(matrix, order, axis=1)

    used = pressed(valid)
    raw = np.where(used, pressed(energy), 0.0)
    used = used & ~_spikes(raw, used)
    count = np.maximum(used.sum(axis=1), 1)
    mean = np.where(used, raw, 0.0).sum(axis=1) / count
    scale = np.where(mean > 0, mean, 1.0)
    closed, closed_known = pressed(meters.flags["is_closed"]), _closed_known(meters, valid)
    day_type = meters.day_type
    assert day_type is not None
    base, off = change_point_models.base_design(pressed(day_type), closed, closed_known)
    month = meters.days().astype("datetime64[M]").astype(np.int64) % 12
    return _Baseline(
        energy=np.where(used, raw / scale[:, None], 0.0),
        used=used,
        base=base,
        off=off,
        temperatures=(np.where(used, pressed(temperature_c), 10.0), np.where(used, pressed(smoothed_c), 10.0)),
        month=month[order],
        follows=np.diff(order, axis=1, prepend=-9) == 1,
        closed=closed,
        closed_known=closed_known,
        scale_kwh=scale,
        centre=np.where(used, order, 0).sum(axis=1) / count,
    )


def _closed_known(meters: MeterPanel, valid: Bools) -> Bools:
    return np.asarray((meters.flags["is_closed"] & valid).sum(axis=1) >= LEAST_CLOSED_DAYS, dtype=np.bool_)


def _spikes(energy: Floats, used: Bools) -> Bools:
    """Days so far above all others that no use explains them (a register step booked on one day)."""
    ordered = np.sort(np.where(used, energy, -np.inf), axis=1)
    from_top = np.maximum((0.02 * used.sum(axis=1)).astype(np.int64), 1)
    p98 = np.take_along_axis(ordered, (ordered.shape[1] - 1 - from_top)[:, None], 1)
    return used & (energy > SPIKE_TIMES_P98 * p98) & (p98 > 0)


def _fit(data: _Baseline) -> _Fit:
    used = data.used
    weight = used.astype(np.float64)
    first = change_point_models.choose(
        data.base, data.off, data.temperatures, data.energy, weight, weight, data.month, validated=False
    )
    residual = data.energy - _linear(data, first, weight)[0]
    sd = least_squares.robust_sd(residual, used)
    outlier = used & (residual > SINGLE_OUTLIER_SDS * sd[:, None]) & (data.energy > 2.0)
    outlier &= (outlier.sum(axis=1) <= MOST_SINGLE_OUTLIERS)[:, None]
    used = used & ~outlier
    weight = used * least_squares.huber_weights(residual, sd, knee=HUBER_KNEE, lowest=LOWEST_WEIGHT)
    scored = weight * ~data.closed
    choice = change_point_models.choose(
        data.base, data.off, data.temperatures, data.energy, weight, scored, data.month, validated=True
    )
    linear, coefficients, gram = _linear(data, choice, weight)
    clipped = np.maximum(linear, 0.0)
    clipped_sum = np.where(used, clipped, 0.0).sum(axis=1)
    energy_sum = np.where(used, data.energy, 0.0).sum(axis=1)
    level = np.divide(energy_sum, clipped_sum, out=np.ones_like(energy_sum), where=clipped_sum > 0)
    expected = clipped * level[:, None]
    residual = np.where(used, data.energy - expected, 0.0)
    parameters = choice.parameter_count(data.closed_known)
    metrics = least_squares.fit_metrics(data.energy, expected, used, parameters)
    rho = least_squares.lag_one_autocorrelation(residual, used, data.follows)
    variance = metrics["residual_sd"] ** 2 * uncertainty.autocorrelation_inflation(rho) * level**2
    covariance = variance[:, None, None] * np.linalg.inv(least_squares.regularised(gram))
    return _Fit(
        choice=choice,
        coefficients=coefficients,
        covariance=covariance,
        level=level,
        autocorrelation=rho,
        noise=_noise_by_level(residual, expected, used, metrics["residual_sd"]),
        metrics=metrics,
        outlier_count=outlier.sum(axis=1),
    )


def _linear(data: _Baseline, choice: Choice, weight: Floats) -> tuple[Floats, Floats, Floats]:
    temperature_c = np.where(choice.smoothed[:, None], data.temperatures[1], data.temperatures[0])
    design = change_point_models.chosen_design(data.base, data.off, temperature_c, choice)
    gram, moment = least_squares.normal_equations(design, data.energy, weight)
    coefficients = least_squares.solve(gram, moment)
    return np.einsum("mnp,mp->mn", design, coefficients), coefficients, gram


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
    meters: MeterPanel,
    data: _Baseline,
    fit: _Fit,
    temperature_c: Floats,
    smoothed_c: Floats,
    answered: Bools,
) -> pl.DataFrame:
    valid = meters.flags["is_baseline"] & ~np.isnan(meters.values["energy_kwh"]) & ~np.isnan(temperature_c)
    margin = sufficiency.TEMPERATURE_MARGIN_K
    low_c = np.where(valid, temperature_c, np.inf).min(axis=1) - margin
    high_c = np.where(valid, temperature_c, -np.inf).max(axis=1) + margin
    covered = (temperature_c >= low_c[:, None]) & (temperature_c <= high_c[:, None])
    wanted = meters.present & covered & answered[:, None]

    assert meters.day_type is not None
    base, off = change_point_models.base_design(meters.day_type, meters.flags["is_closed"], data.closed_known)
    own_c = np.where(fit.choice.smoothed[:, None], smoothed_c, temperature_c)
    design = change_point_models.chosen_design(base, off, own_c, fit.choice)
    linear = np.einsum("mdp,mp->md", design, fit.coefficients)
    share = np.maximum(linear, 0.0) * fit.level[:, None]
    parameter_variance = (np.matmul(design, fit.covariance) * design).sum(axis=2)
    parameter_sd = np.sqrt(np.maximum(parameter_variance, 0.0))
    years = (np.arange(meters.day_count)[None, :] - data.centre[:, None]) / DAYS_PER_YEAR
    day_variance = fit.noise[:, :1] + fit.noise[:, 1:] * share**2
    noise_variance = day_variance * uncertainty.autocorrelation_inflation(fit.autocorrelation)[:, None]

    rows, columns = np.nonzero(wanted)
    scale = data.scale_kwh[rows]
    ids = pl.Series(meters.metering_point_id, dtype=pl.String())
    return pl.DataFrame(
        {
            "metering_point_id": ids.gather(rows),
            "day_local": dates_of(meters.first_day, columns),
            "expected_energy_kwh": share[rows, columns] * scale,
            "noise_variance_kwh2": noise_variance[rows, columns] * scale**2,
            "parameter_error_kwh": parameter_sd[rows, columns] * scale,
            "period_variance_kwh2": day_variance[rows, columns] * scale**2,
            "years_from_baseline": years[rows, columns],
        },
        schema=part_schema("day_local"),
    )


def _models_frame(meters: MeterPanel, data: _Baseline, fit: _Fit) -> pl.DataFrame:
    kwh = fit.coefficients * (fit.level * data.scale_kwh)[:, None]
    slopes = kwh[:, BASE_COLUMNS:] / HINGE_UNIT_K
    has_closed = data.closed_known
    texts = []
    for m in range(len(meters.metering_point_id)):
        form = FORMS[fit.choice.form[m]]
        workday, saturday, sunday, closed = (float(v) for v in kwh[m, :BASE_COLUMNS])
        heating, off_extra, cooling = (float(v) for v in slopes[m])
        texts.append(
            json.dumps(
                {
                    "form": form.name,
                    "temperature": "smoothed" if fit.choice.smoothed[m] else "day",
                    "heating_change_point_c": float(fit.choice.h_c[m]) if form.heating else None,
                    "cooling_change_point_c": float(fit.choice.c_c[m]) if form.cooling else None,
                    "heating_kwh_per_k_day": round(heating, 4) if form.heating else None,
                    "heating_day_off_kwh_per_k_day": round(heating + off_extra, 4) if form.heating else None,
                    "cooling_kwh_per_k_day": round(cooling, 4) if form.cooling else None,
                    "base_kwh_day": {
                        "workday": round(workday, 3),
                        "saturday": round(saturday, 3),
                        "sunday": round(sunday, 3),
                        "closed": round(sunday + closed, 3) if has_closed[m] else None,
                    },
                    "closed_effect_kwh_day": round(sunday + closed - workday, 3) if has_closed[m] else None,
                    "autocorrelation": round(float(fit.autocorrelation[m]), 3),
                    "n": int(data.used[m].sum() - fit.outlier_count[m]),
                    "outlier_day_count": int(fit.outlier_count[m]),
                }
            )
        )
    return fitted_frame(meters.metering_point_id, texts, fit.metrics)
