"""The monthly baseline, for meters that only have month values: the energy signature by degree days.

Energy per day of a month = base + slope · mean heating degrees below h (or cooling degrees above c) [+ closed share],
weighted by the days of the month. Formulas and limits stand in docs/method.md.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.domain import least_squares, sufficiency, uncertainty
from pipelines.domain.baseline_result import (
    BaselineResult,
    fitted_frame,
    joined_models,
    part_schema,
    with_provisional_drift,
)
from pipelines.domain.least_squares import Bools, Floats
from pipelines.domain.meter_panel import dates_of, meter_chunks, month_starts, panel

METERS_AT_ONCE = 256
HEATING_CHANGE_POINTS_C = np.arange(8.0, 21.0, 1.0)
COOLING_CHANGE_POINTS_C = np.arange(8.0, 21.0, 2.0)
HINGE_UNIT_K = 10.0
LEAST_TEMPERATURE_SHARE = 0.9  # of a month's days
LEAST_HINGE_MONTHS = 3  # months with degree days
CLEAR_AICC_GAIN = 4.0  # the closed share must help clearly before it is believed, there are only twelve months
LARGEST_AUTOCORRELATION = 0.5  # of twelve months; a higher estimate is mostly chance
DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class _Months:
    """M meters and K calendar months; features are means per day of the month."""

    metering_point_id: list[str]
    month: NDArray[Any]  # [K] datetime64[M]
    present: Bools  # [M, K] the table of months has the row
    energy_per_day: Floats  # [M, K] kWh/day, 0 where unknown
    day_count: Floats  # [K]
    baseline: Bools  # [M, K] used in the fit
    has_temperature: Bools
    heating: Floats  # [M, K, H] mean of max(0, h − T), in tens of kelvin
    cooling: Floats  # [M, K, C]
    closed_share: Floats  # [M, K]
    mean_temperature: Floats  # [M, K] °C


@dataclass(frozen=True)
class _Candidate:
    """Which features a candidate has beside the base: -1 is none."""

    heating: int
    cooling: int
    closed: bool

    @property
    def parameter_count(self) -> int:
        slopes = int(self.heating >= 0) + int(self.cooling >= 0)
        return 1 + 2 * slopes + int(self.closed)


def _candidates() -> list[_Candidate]:
    """Change points with and without the closed share; the order has the simple ones first."""
    shapes = [(-1, -1)]
    shapes += [(i, -1) for i in range(len(HEATING_CHANGE_POINTS_C))]
    shapes += [(-1, j) for j in range(len(COOLING_CHANGE_POINTS_C))]
    return [_Candidate(i, j, closed) for closed in (False, True) for i, j in shapes]


CANDIDATES = _candidates()


def fit_and_expect(months: pl.DataFrame, days: pl.DataFrame) -> BaselineResult:
    """`fit` with the provisional drift of each carrier and so with intervals: for meters without a population."""
    result = fit(months, days)
    return BaselineResult(result.models, with_provisional_drift(result.expected, months, "month_local"))


def fit(months: pl.DataFrame, days: pl.DataFrame) -> BaselineResult:
    """Fit one model per meter on its baseline months and expect the energy of every month that has temperatures.

    Parameters
    ----------
    months: metering_point_id, carrier, month_local Date (first day), energy_kwh (null = missing), is_baseline.
    days: metering_point_id, day_local Date, temperature_c (null = missing), is_closed; a month needs temperatures for
        nine tenths of its days.

    Returns
    -------
    models: baseline_result.MODEL_SCHEMA; day counts are the days of the months.
    expected: metering_point_id, month_local and baseline_result.PART_COLUMNS [kWh, kWh²] for answered meters.

    Raises ValueError when a meter has two rows for a month or a day.
    """
    months = months.with_columns(
        pl.col("energy_kwh").cast(pl.Float64).fill_nan(None), pl.col("is_baseline").fill_null(False)
    )
    if months.select("metering_point_id", "month_local").is_duplicated().any():
        raise ValueError("a meter has two rows for the same month")
    days = days.with_columns(
        pl.col("temperature_c").cast(pl.Float64).fill_nan(None), pl.col("is_closed").fill_null(False)
    )
    judged = sufficiency.judge_months(_with_weather(months, days))
    tried = judged.filter(pl.col("reason").is_null())["metering_point_id"].to_list()
    models, expected = [], []
    for part_days in meter_chunks(days, tried, METERS_AT_ONCE):
        data = _features(months, part_days)
        part_models, part_expected = _fit(data)
        models.append(part_models)
        expected.append(part_expected)
    joined = joined_models(judged, models)
    answered = joined.filter(pl.col("answer") == "ok")["metering_point_id"].to_list()
    frame = pl.concat(expected) if expected else pl.DataFrame(schema=_EXPECTED_AND_COVERED)
    frame = frame.filter(pl.col("metering_point_id").is_in(answered))
    uncovered = _uncovered_meters(months, frame)
    kept = frame.filter(pl.col("is_covered") & ~pl.col("metering_point_id").is_in(uncovered)).drop("is_covered")
    return BaselineResult(models=_refused(joined, uncovered), expected=kept)


_EXPECTED_AND_COVERED = {**part_schema("month_local"), "is_covered": pl.Boolean()}


def _uncovered_meters(months: pl.DataFrame, expected: pl.DataFrame) -> list[str]:
    """Meters with too many reporting months that are colder or warmer than the baseline saw."""
    reporting = months.filter(~pl.col("is_baseline") & pl.col("energy_kwh").is_not_null())
    shares = (
        reporting.join(expected, on=["metering_point_id", "month_local"])
        .group_by("metering_point_id", maintain_order=True)
        .agg(share=(~pl.col("is_covered")).mean())
    )
    return shares.filter(pl.col("share") > sufficiency.LARGEST_UNCOVERED_SHARE)["metering_point_id"].to_list()


def _refused(models: pl.DataFrame, uncovered: list[str]) -> pl.DataFrame:
    refused = pl.col("metering_point_id").is_in(uncovered)
    return models.with_columns(
        answer=pl.when(refused).then(pl.lit("cannot_tell")).otherwise("answer"),
        reason=pl.when(refused).then(pl.lit("temperatures_not_covered")).otherwise("reason"),
    )


def _with_weather(months: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    weather = days.group_by("metering_point_id", month_local=pl.col("day_local").dt.truncate("1mo")).agg(
        temperature_days=pl.col("temperature_c").is_not_null().sum(),
        closed_days=pl.col("is_closed").sum(),
    )
    day_count = pl.col("month_local").dt.month_end().dt.day().cast(pl.Int64)
    return (
        months.with_columns(day_count=day_count)
        .join(weather, on=["metering_point_id", "month_local"], how="left", maintain_order="left")
        .with_columns(
            has_temperature=(pl.col("temperature_days") >= LEAST_TEMPERATURE_SHARE * pl.col("day_count")).fill_null(
                False
            ),
            is_closed=(pl.col("closed_days") > 0.5 * pl.col("day_count")).fill_null(False),
        )
    )


def _features(months: pl.DataFrame, part_days: pl.DataFrame) -> _Months:
    weather = panel(part_days, ["temperature_c"], ["is_closed"])
    temperature_c = weather.values["temperature_c"]
    starts, calendar = month_starts(weather.first_day, weather.day_count)
    length = ((calendar + 1).astype("datetime64[D]") - calendar.astype("datetime64[D]")).astype(np.float64)
    known = ~np.isnan(temperature_c)
    known_count = np.add.reduceat(known.astype(np.float64), starts, axis=1)

    def monthly_mean(values: Floats) -> Floats:
        return np.add.reduceat(np.where(known, values, 0.0), starts, axis=1) / np.maximum(known_count, 1)

    heating = [monthly_mean(np.maximum(h - temperature_c, 0.0)) / HINGE_UNIT_K for h in HEATING_CHANGE_POINTS_C]
    cooling = [monthly_mean(np.maximum(temperature_c - c, 0.0)) / HINGE_UNIT_K for c in COOLING_CHANGE_POINTS_C]
    shape = (len(weather.metering_point_id), len(starts))
    present, baseline = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    energy = np.full(shape, np.nan)
    position = {meter: row for row, meter in enumerate(weather.metering_point_id)}
    own = months.filter(pl.col("metering_point_id").is_in(weather.metering_point_id))
    rows = own["metering_point_id"].replace_strict(position, return_dtype=pl.Int64).to_numpy()
    columns = (own["month_local"].to_numpy().astype("datetime64[M]") - calendar[0]).astype(np.int64)
    inside = (columns >= 0) & (columns < len(calendar))
    at = (rows[inside], columns[inside])
    present[at] = True
    baseline[at] = own["is_baseline"].to_numpy()[inside]
    energy[at] = own["energy_kwh"].cast(pl.Float64).to_numpy()[inside]
    has_temperature = known_count >= LEAST_TEMPERATURE_SHARE * length
    used = baseline & ~np.isnan(energy) & has_temperature
    return _Months(
        metering_point_id=weather.metering_point_id,
        month=calendar,
        present=present,
        energy_per_day=np.nan_to_num(energy) / length,
        day_count=length,
        baseline=used,
        has_temperature=has_temperature,
        heating=np.stack(heating, axis=-1),
        cooling=np.stack(cooling, axis=-1),
        closed_share=np.add.reduceat(weather.flags["is_closed"].astype(np.float64), starts, axis=1) / length,
        mean_temperature=monthly_mean(temperature_c),
    )


def _design(data: _Months, heating: NDArray[Any], cooling: NDArray[Any], closed: NDArray[Any]) -> Floats:
    """Columns base, heating, cooling, closed share [M, K, 4] of each meter's own candidate (indices [M], -1 = none)."""

    def feature(grid: Floats, index: NDArray[Any]) -> Floats:
        picked = np.take_along_axis(grid, np.maximum(index, 0)[:, None, None], axis=2)[..., 0]
        return np.where(index[:, None] >= 0, picked, 0.0)

    ones = np.ones_like(data.closed_share)
    share = data.closed_share * closed[:, None]
    return np.stack([ones, feature(data.heating, heating), feature(data.cooling, cooling), share], axis=-1)


def _choose(data: _Months, target: Floats, weight: Floats) -> NDArray[np.int64]:
    """Number of the chosen candidate per meter, by AICc (n·ln(SSE/n) + 2k + 2k(k+1)/(n−k−1), k with the variance)."""
    meters = target.shape[0]
    count = (weight > 0).sum(axis=1)
    score = np.full((meters, len(CANDIDATES)), np.inf)
    has_closed = (data.closed_share * (weight > 0)).sum(axis=1) > 0
    for number, candidate in enumerate(CANDIDATES):
        index = (np.full(meters, candidate.heating), np.full(meters, candidate.cooling))
        design = _design(data, *index, np.full(meters, float(candidate.closed)))
        coefficients = least_squares.solve(*least_squares.normal_equations(design, target, weight))
        residual = target - np.einsum("mkp,mp->mk", design, coefficients)
        error = np.maximum((weight * residual**2).sum(axis=1) / weight.sum(axis=1), 1e-9)
        terms = candidate.parameter_count + 1
        freedom = np.maximum(count - terms - 1, 1)
        aicc = count * np.log(error) + 2 * terms + 2 * terms * (terms + 1) / freedom
        valid = (coefficients[:, 1] >= 0) & (coefficients[:, 2] >= 0) & (coefficients[:, 3] <= 0)
        for column, present in ((1, candidate.heating >= 0), (2, candidate.cooling >= 0)):
            if present:
                valid &= ((design[..., column] > 0) & (weight > 0)).sum(axis=1) >= LEAST_HINGE_MONTHS
        if candidate.closed:
            aicc += CLEAR_AICC_GAIN
            valid &= has_closed
        score[:, number] = np.where(valid | (number == 0), aicc, np.inf)
    return score.argmin(axis=1)


def _fit(data: _Months) -> tuple[pl.DataFrame, pl.DataFrame]:
    used = data.baseline
    weight = used * data.day_count
    mean = (weight * data.energy_per_day).sum(axis=1) / weight.sum(axis=1)
    scale = np.where(mean > 0, mean, 1.0)
    target = data.energy_per_day / scale[:, None]
    chosen = _choose(data, target, weight)
    heating = np.array([c.heating for c in CANDIDATES])[chosen]
    cooling = np.array([c.cooling for c in CANDIDATES])[chosen]
    closed = np.array([float(c.closed) for c in CANDIDATES])[chosen]
    parameters = np.array([c.parameter_count for c in CANDIDATES])[chosen]
    design = _design(data, heating, cooling, closed)
    gram, moment = least_squares.normal_equations(design, target, weight)
    coefficients = least_squares.solve(gram, moment)
    clipped = np.maximum(np.einsum("mkp,mp->mk", design, coefficients), 0.0)
    clipped_sum = (weight * clipped).sum(axis=1)
    level = np.divide((weight * target).sum(axis=1), clipped_sum, out=np.ones_like(mean), where=clipped_sum > 0)
    share = clipped * level[:, None]  # of the meter's mean day

    residual = np.where(used, target - share, 0.0)
    freedom = np.maximum(used.sum(axis=1) - parameters, 1)
    day_variance = (weight * residual**2).sum(axis=1) / freedom  # of one day, were the days independent
    follows = np.ones_like(used)
    rho = np.minimum(least_squares.lag_one_autocorrelation(residual, used, follows), LARGEST_AUTOCORRELATION)
    # Twelve months leave few degrees of freedom: Student's t is brought in by widening the variance.
    day_variance = day_variance * (uncertainty.t_90(freedom) / uncertainty.Z_90) ** 2
    inflation = uncertainty.autocorrelation_inflation(rho)
    covariance = (day_variance * inflation * level**2)[:, None, None] * np.linalg.inv(least_squares.regularised(gram))
    parameter_sd = np.sqrt(np.maximum((np.matmul(design, covariance) * design).sum(axis=2), 0.0))
    middle = data.month.astype("datetime64[D]").astype(np.float64) + data.day_count / 2
    centre = (weight * middle).sum(axis=1) / weight.sum(axis=1)
    years = (middle - centre[:, None]) / DAYS_PER_YEAR

    kwh = scale[:, None] * data.day_count  # from share of the mean day to kWh of the month
    variance = day_variance[:, None] * data.day_count * scale[:, None] ** 2
    rows, columns = np.nonzero(data.present & data.has_temperature)
    ids = pl.Series(data.metering_point_id, dtype=pl.String())
    offsets = (data.month.astype("datetime64[D]") - data.month[0].astype("datetime64[D]")).astype(np.int64)
    values = {
        "expected_energy_kwh": share * kwh,
        "noise_variance_kwh2": variance * inflation[:, None],
        "parameter_error_kwh": parameter_sd * kwh,
        "period_variance_kwh2": variance,
        "years_from_baseline": years,
    }
    frame = pl.DataFrame(
        {
            "metering_point_id": ids.gather(rows),
            "month_local": dates_of(data.month[0].astype("datetime64[D]").item(), offsets[columns]),
            **{name: value[rows, columns] for name, value in values.items()},
        },
        schema=part_schema("month_local"),
    ).with_columns(is_covered=pl.Series(_covered(data)[rows, columns]))
    metrics = least_squares.fit_metrics(target * data.day_count, share * data.day_count, used, parameters)
    texts = _texts(data, coefficients * (level * scale)[:, None], heating, cooling, closed, rho, parameters)
    return fitted_frame(data.metering_point_id, texts, metrics), frame


def _covered(data: _Months) -> Bools:
    """Months whose mean temperature lies within 5 K of those the baseline saw; shape [M, K]."""
    low = np.where(data.baseline, data.mean_temperature, np.inf).min(axis=1, keepdims=True)
    high = np.where(data.baseline, data.mean_temperature, -np.inf).max(axis=1, keepdims=True)
    margin = sufficiency.TEMPERATURE_MARGIN_K
    return (data.mean_temperature >= low - margin) & (data.mean_temperature <= high + margin)


def _texts(
    data: _Months,
    kwh: Floats,
    heating: NDArray[Any],
    cooling: NDArray[Any],
    closed: NDArray[Any],
    rho: Floats,
    parameters: NDArray[Any],
) -> list[str]:
    texts = []
    for m in range(len(data.metering_point_id)):
        h, c = int(heating[m]), int(cooling[m])
        base, heat, cool, closed_effect = (float(v) for v in kwh[m])
        form = "_".join(["month", "heating" if h >= 0 else "cooling" if c >= 0 else "base"])
        texts.append(
            json.dumps(
                {
                    "form": form,
                    "heating_change_point_c": float(HEATING_CHANGE_POINTS_C[h]) if h >= 0 else None,
                    "cooling_change_point_c": float(COOLING_CHANGE_POINTS_C[c]) if c >= 0 else None,
                    "heating_kwh_per_k_day": round(heat / HINGE_UNIT_K, 4) if h >= 0 else None,
                    "cooling_kwh_per_k_day": round(cool / HINGE_UNIT_K, 4) if c >= 0 else None,
                    "base_kwh_day": round(base, 3),
                    "closed_effect_kwh_day": round(closed_effect, 3) if closed[m] else None,
                    "autocorrelation": round(float(rho[m]), 3),
                    "n": int(data.baseline[m].sum()),
                    "parameter_count": int(parameters[m]),
                }
            )
        )
    return texts
