"""Candidates of the daily model and the choice among them, for M meters at once.

A candidate has base loads by day type and, if any, a heating hinge max(0, h−T), the same hinge on days off and a
cooling hinge max(0, T−c). One matrix of normal equations with all hinges of the grid is built per meter; each
candidate is a small part of it. Change points within a form are chosen by squared error (equal number of parameters),
the form itself by the error on calendar months left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.domain import least_squares
from pipelines.domain.least_squares import Bools, Floats

HEATING_CHANGE_POINTS_C = np.arange(5.0, 21.0, 1.0)
COOLING_CHANGE_POINTS_C = np.arange(12.0, 27.0, 2.0)
HINGE_UNIT_K = 10.0  # hinges are in tens of kelvin, so that all columns have about the same size
LEAST_HINGE_DAYS = 12  # days on the sloping side of a change point
BASE_COLUMNS = 4  # workday, saturday, sunday, closed (the difference of a closed day to a sunday)
FORM_COLUMNS = BASE_COLUMNS + 3
PENALTY_PER_TERM = 0.005  # a term must lower the left-out squared error by this share: ties go to the simpler model
NO_CHANGE_POINT = np.nan

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
    def slope_count(self) -> int:
        return int(self.heating) + int(self.heating_off_days) + int(self.cooling)

    @property
    def change_point_count(self) -> int:
        return int(self.heating) + int(self.cooling)

    def candidates(self) -> tuple[NDArray[np.int64], Floats, Floats]:
        """Columns of the full design [K, P], and the change points h [K] and c [K] (nan where there is none)."""
        columns, h_points, c_points = [], [], []
        heating = range(len(HEATING_CHANGE_POINTS_C)) if self.heating else [-1]
        cooling = range(len(COOLING_CHANGE_POINTS_C)) if self.cooling else [-1]
        for i in heating:
            for j in cooling:
                h = HEATING_CHANGE_POINTS_C[i] if self.heating else NO_CHANGE_POINT
                c = COOLING_CHANGE_POINTS_C[j] if self.cooling else NO_CHANGE_POINT
                if self.heating and self.cooling and c < h:
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
class Choice:
    """The candidate chosen per meter; every array has shape [M]. h_c and c_c are nan where the form has none."""

    form: NDArray[np.int64]  # number in FORMS
    smoothed: Bools  # the temperature is the smoothed one
    h_c: Floats
    c_c: Floats

    def parameter_count(self, has_closed: Bools) -> NDArray[np.int64]:
        """Base loads, slopes and change points."""
        extra = np.array([form.slope_count + form.change_point_count for form in FORMS])
        return np.asarray(extra[self.form] + 3 + has_closed, dtype=np.int64)


def base_design(day_type: NDArray[Any], closed: Bools, closed_known: Bools) -> tuple[Floats, Floats]:
    """Base columns [M, N, 4] and whether the day is off (not an open workday) [M, N].

    A closed day is a sunday with a difference of its own, so that a closed workday is not taken for a workday. The
    difference is used for meters whose baseline has closed days enough (`closed_known` [M]).
    """
    sunday = (day_type == 2) | closed
    workday = (day_type == 0) & ~closed
    saturday = (day_type == 1) & ~closed
    design = np.stack([workday, saturday, sunday, closed & closed_known[:, None]], axis=-1).astype(np.float64)
    return design, (~workday).astype(np.float64)


def form_design(base: Floats, off: Floats, temperature_c: Floats, form: Form, h_c: Floats, c_c: Floats) -> Floats:
    """The design [M, N, P] of one form with change points h_c and c_c [M]; a change point that is nan gives zeros."""
    columns = [base]
    if form.heating:
        heating = np.maximum(h_c[:, None] - temperature_c, 0.0) / HINGE_UNIT_K
        columns.append(np.nan_to_num(heating)[..., None])
        if form.heating_off_days:
            columns.append(np.nan_to_num(heating * off)[..., None])
    if form.cooling:
        cooling = np.maximum(temperature_c - c_c[:, None], 0.0) / HINGE_UNIT_K
        columns.append(np.nan_to_num(cooling)[..., None])
    return np.concatenate(columns, axis=-1)


def chosen_design(base: Floats, off: Floats, temperature_c: Floats, choice: Choice) -> Floats:
    """The design [M, N, 7] of each meter's own candidate: base, heating, heating on days off, cooling."""
    full = FORMS[-1]
    design = form_design(base, off, temperature_c, full, choice.h_c, choice.c_c)
    has_off = np.array([form.heating_off_days for form in FORMS])[choice.form]
    design[..., BASE_COLUMNS + 1] *= has_off[:, None]
    return design


def _full_design(base: Floats, off: Floats, temperature_c: Floats) -> Floats:
    heating = np.maximum(HEATING_CHANGE_POINTS_C - temperature_c[..., None], 0.0) / HINGE_UNIT_K
    cooling = np.maximum(temperature_c[..., None] - COOLING_CHANGE_POINTS_C, 0.0) / HINGE_UNIT_K
    return np.concatenate([base, heating, heating * off[..., None], cooling], axis=-1)


def _slopes_valid(form: Form, coefficients: Floats) -> Bools:
    """Slopes are not negative: more cold never needs less heat. Also the slope on days off, which is a sum."""
    valid = np.ones(coefficients.shape[:-1], dtype=bool)
    position = BASE_COLUMNS
    if form.heating:
        valid &= coefficients[..., position] >= 0
        if form.heating_off_days:
            position += 1
            valid &= coefficients[..., position - 1] + coefficients[..., position] >= 0
        position += 1
    if form.cooling:
        valid &= coefficients[..., position] >= 0
    return valid


def _best_change_points(
    gram: Floats, moment: Floats, support: NDArray[Any], form: Form
) -> tuple[Floats, Floats, Floats]:
    """The candidate of a form with the least squared error: explained sum [M] (−inf if none is valid), h [M], c [M]."""
    columns, h_points, c_points = form.candidates()
    sub_gram = gram[:, columns[:, :, None], columns[:, None, :]]
    sub_moment = moment[:, columns]
    coefficients = least_squares.solve(sub_gram, sub_moment)
    explained = np.einsum("mkp,mkp->mk", coefficients, sub_moment)
    valid = _slopes_valid(form, coefficients)
    hinge = columns[:, BASE_COLUMNS:]
    if hinge.shape[1]:
        valid &= (support[:, hinge] >= LEAST_HINGE_DAYS).all(axis=2)
    explained = np.where(valid, explained, -np.inf)
    best = explained.argmax(axis=1)
    return np.take_along_axis(explained, best[:, None], 1)[:, 0], h_points[best], c_points[best]


def _left_out_error(
    design: Floats, target: Floats, weight: Floats, scored: Floats, block: NDArray[Any], form: Form
) -> Floats:
    """Squared error on each block when the model is fitted on the other blocks, summed over the blocks; shape [M].

    `block` [M, N] is 0 … B−1. `scored` [M, N] is the weight in the score; closed days are not scored, since a block
    (July) may hold all of them. inf where a fit without one block has a negative slope.
    """
    meters, size, terms = design.shape
    joined = np.concatenate([design, target[..., None]], axis=-1)
    products = (joined[..., :, None] * joined[..., None, :]).reshape(meters, size, -1)
    member = block[:, None, :] == np.arange(int(block.max()) + 1)[None, :, None]
    trained = np.matmul(member * weight[:, None, :], products)
    tested = np.matmul(member * scored[:, None, :], products)
    shape = (*trained.shape[:2], terms + 1, terms + 1)
    rest = (trained.sum(axis=1, keepdims=True) - trained).reshape(shape)
    test = tested.reshape(shape)
    coefficients = least_squares.solve(rest[..., :terms, :terms], rest[..., :terms, terms])
    error = (
        test[..., terms, terms]
        - 2 * np.einsum("mbp,mbp->mb", coefficients, test[..., :terms, terms])
        + np.einsum("mbp,mbpq,mbq->mb", coefficients, test[..., :terms, :terms], coefficients)
    )
    return np.where(_slopes_valid(form, coefficients).all(axis=1), error.sum(axis=1), np.inf)


def choose(
    base: Floats,
    off: Floats,
    temperatures: tuple[Floats, Floats],
    target: Floats,
    weight: Floats,
    scored: Floats,
    block: NDArray[Any],
    *,
    validated: bool,
) -> Choice:
    """Choose form, temperature and change points for each meter.

    Parameters: base [M, N, 4], off, target, weight, scored, block [M, N]; temperatures (of the day, smoothed) [M, N].
    Energy in `target` is divided by the meter's mean. validated: by months left out; otherwise by a penalised criterion
    (n·ln(error) + p·ln(n), used only to find outliers before the choice that counts).
    """
    meters = target.shape[0]
    total = (weight * target**2).sum(axis=1)
    count = (weight > 0).sum(axis=1)
    lowest = np.full(meters, np.inf)
    form_best = np.zeros(meters, dtype=np.int64)
    smoothed_best = np.zeros(meters, dtype=bool)
    h_best, c_best = np.full(meters, NO_CHANGE_POINT), np.full(meters, NO_CHANGE_POINT)
    for variant, temperature_c in enumerate(temperatures):
        design = _full_design(base, off, temperature_c)
        gram, moment = least_squares.normal_equations(design, target, weight)
        support = np.einsum("mnp,mn->mp", (design > 0).astype(np.float32), (weight > 0).astype(np.float32))
        for number, form in enumerate(FORMS):
            if variant == 1 and form.change_point_count == 0:
                continue
            explained, h_c, c_c = _best_change_points(gram, moment, support, form)
            terms = form.slope_count + form.change_point_count + variant
            if validated:
                own = form_design(base, off, temperature_c, form, h_c, c_c)
                error = _left_out_error(own, target, weight, scored, block, form)
                score = np.maximum(error, 1e-12) * (1 + PENALTY_PER_TERM * terms)
            else:
                error = np.maximum(total - explained, 1e-9 * np.maximum(total, 1e-12))
                score = count * np.log(error) + terms * np.log(np.maximum(count, 2))
            score = np.where(np.isfinite(explained) | (number == 0), score, np.inf)
            better = score < lowest
            better |= (number == 0) & (variant == 0)
            lowest = np.where(better, score, lowest)
            form_best = np.where(better, number, form_best)
            smoothed_best = np.where(better, variant == 1, smoothed_best)
            h_best, c_best = np.where(better, h_c, h_best), np.where(better, c_c, c_best)
    return Choice(form_best, smoothed_best, h_best, c_best)
