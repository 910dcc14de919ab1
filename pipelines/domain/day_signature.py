"""The energy signature of a meter: its days described by base loads and at most one bend for heating and for cooling.

This is what people read and reconcile with; the expectation itself comes from the finer model of day_fit. All meters
that share their days share the candidates too, so the choice among them is a few matrix products.
Shapes: M meters, N baseline days.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.domain.least_squares import Bools, Floats, regularised

HEATING_CHANGE_POINTS_C = np.arange(5.0, 21.0, 1.0)
COOLING_CHANGE_POINTS_C = np.arange(12.0, 27.0, 2.0)
HINGE_UNIT_K = 10.0
LEAST_HINGE_DAYS = 12  # days on the sloping side of a change point
PENALTY_PER_TERM = 0.03  # a term must lower the squared error by this share: ties go to the simpler form
BASE_COLUMNS = 4  # workday, saturday, sunday, closed (the difference of a closed day to a sunday)
HEATING_START = BASE_COLUMNS
HEATING_OFF_START = HEATING_START + len(HEATING_CHANGE_POINTS_C)
COOLING_START = HEATING_OFF_START + len(HEATING_CHANGE_POINTS_C)


@dataclass(frozen=True)
class Form:
    """A family of candidates that differ in their change points only."""

    name: str
    heating: bool
    heating_off_days: bool
    cooling: bool

    @property
    def term_count(self) -> int:
        """Slopes and change points."""
        return 2 * int(self.heating) + int(self.heating_off_days) + 2 * int(self.cooling)

    @cached_property
    def candidates(self) -> tuple[NDArray[np.int64], Floats, Floats]:
        """Columns of the full design [K, P], and the change points h [K] and c [K] (nan where there is none)."""
        columns, h_points, c_points = [], [], []
        for i in range(len(HEATING_CHANGE_POINTS_C)) if self.heating else [-1]:
            for j in range(len(COOLING_CHANGE_POINTS_C)) if self.cooling else [-1]:
                h = HEATING_CHANGE_POINTS_C[i] if self.heating else np.nan
                c = COOLING_CHANGE_POINTS_C[j] if self.cooling else np.nan
                if c < h:
                    continue
                row = list(range(BASE_COLUMNS))
                row += [HEATING_START + i] if self.heating else []
                row += [HEATING_OFF_START + i] if self.heating_off_days else []
                row += [COOLING_START + j] if self.cooling else []
                columns.append(row)
                h_points.append(h)
                c_points.append(c)
        return np.array(columns), np.array(h_points), np.array(c_points)


FORMS = (
    Form("base", False, False, False),
    Form("heating", True, False, False),
    Form("cooling", False, False, True),
    Form("heating_days_off", True, True, False),
    Form("heating_cooling", True, False, True),
    Form("heating_days_off_cooling", True, True, True),
)


@dataclass(frozen=True)
class Signature:
    """The description of M meters; slopes per K and day; every array has shape [M] or [M, 4]. nan: there is none."""

    form: NDArray[np.int64]  # number in FORMS
    base: Floats  # [M, 4]
    heating_change_point_c: Floats
    cooling_change_point_c: Floats
    heating_slope: Floats
    heating_off_day_slope: Floats
    cooling_slope: Floats


@dataclass(frozen=True)
class SignatureDesign:
    """The candidates of meters that share their days."""

    columns: Floats  # [N, P] of the full design

    @cached_property
    def _gram(self) -> Floats:
        return self.columns.T @ self.columns

    @cached_property
    def _inverses(self) -> tuple[Floats, ...]:
        """For each form the inverse normal matrix of each candidate [K, P, P]."""
        found: list[Floats] = []
        for form in FORMS:
            columns, _, _ = form.candidates
            inverse = np.linalg.inv(regularised(self._gram[columns[:, :, None], columns[:, None, :]]))
            found.append(np.asarray(inverse, dtype=np.float64))
        return tuple(found)

    def describe(self, energy: Floats) -> Signature:
        """The signature of M meters from energy [M, N] (any unit; gaps filled). Slopes are never negative."""
        meters = len(energy)
        total = (energy**2).sum(axis=1)
        moment = energy @ self.columns
        support = (self.columns > 0).sum(axis=0)
        lowest = np.full(meters, np.inf)
        found = np.full((meters, BASE_COLUMNS + 5), np.nan)  # base, h, c, three slopes
        chosen = np.zeros(meters, dtype=np.int64)
        for number, form in enumerate(FORMS):
            columns, h_points, c_points = form.candidates
            possible = (support[columns[:, BASE_COLUMNS:]] >= LEAST_HINGE_DAYS).all(axis=1)
            part = moment[:, columns].swapaxes(0, 1)  # [K, M, P]
            coefficients = np.matmul(part, self._inverses[number])
            valid = possible[:, None] & _slopes_valid(form, coefficients)
            explained = np.where(valid, (coefficients * part).sum(axis=2), -np.inf)
            best = explained.argmax(axis=0)
            meter = np.arange(meters)
            error = np.maximum(total - explained[best, meter], 1e-9 * total)
            score = error * (1 + PENALTY_PER_TERM * form.term_count)
            better = np.flatnonzero(score < lowest) if number else meter
            own = coefficients[best[better], better]
            found[better] = np.nan
            found[better, :BASE_COLUMNS] = own[:, :BASE_COLUMNS]
            found[better, BASE_COLUMNS] = h_points[best[better]]
            found[better, BASE_COLUMNS + 1] = c_points[best[better]]
            _write_slopes(form, own[:, BASE_COLUMNS:] / HINGE_UNIT_K, found, better)
            lowest[better], chosen[better] = score[better], number
        h_c, c_c, heating, off_day, cooling = found[:, BASE_COLUMNS:].T
        return Signature(chosen, found[:, :BASE_COLUMNS], h_c, c_c, heating, off_day, cooling)


def _write_slopes(form: Form, slopes: Floats, found: Floats, rows: NDArray[Any]) -> None:
    if form.heating:
        found[rows, BASE_COLUMNS + 2] = slopes[:, 0]
        found[rows, BASE_COLUMNS + 3] = slopes[:, 0] + (slopes[:, 1] if form.heating_off_days else 0.0)
    if form.cooling:
        found[rows, BASE_COLUMNS + 4] = slopes[:, -1]


def _slopes_valid(form: Form, coefficients: Floats) -> Bools:
    """Slopes are not negative: more cold never needs less heat. Also the slope on days off, which is a sum."""
    slopes = coefficients[..., BASE_COLUMNS:]
    valid = np.ones(coefficients.shape[:-1], dtype=bool)
    if form.heating:
        valid &= slopes[..., 0] >= 0
    if form.heating_off_days:
        valid &= slopes[..., 0] + slopes[..., 1] >= 0
    if form.cooling:
        valid &= slopes[..., -1] >= 0
    return valid


def signature_design(temperature_c: Floats, day_type: NDArray[Any], closed: Bools) -> SignatureDesign:
    """Candidates for N days: temperature_c [N], day_type [N] codes as in calendar_features, closed [N].

    A closed day is a sunday with a difference of its own, so that a closed workday is not taken for a workday.
    """
    sunday = (day_type == 2) | closed
    workday, saturday = (day_type == 0) & ~closed, (day_type == 1) & ~closed
    base = np.stack([workday, saturday, sunday, closed], axis=-1).astype(np.float64)
    heating = np.maximum(HEATING_CHANGE_POINTS_C - temperature_c[:, None], 0.0) / HINGE_UNIT_K
    cooling = np.maximum(temperature_c[:, None] - COOLING_CHANGE_POINTS_C, 0.0) / HINGE_UNIT_K
    return SignatureDesign(np.concatenate([base, heating, heating * ~workday[:, None], cooling], axis=1))
