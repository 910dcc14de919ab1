"""When did a building change? Steps, drifts and stops in what is left when weather and calendar are taken away.

Each meter is a row of weeks: measured energy less the steady expectation (weather and calendar at the level of the end
of the baseline), as share of it, less what most meters of its carrier show that week. The row is cut into pieces of one
level (level_pieces), at a price in units of the meter's own restlessness. What is found is a question to those who know
the building, never a correction. Formulas and measured false alarms: docs/method.md, "Changes in the building".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.domain.least_squares import Floats, masked_median
from pipelines.domain.level_pieces import edges_of_pieces, restlessness

LEAST_DAYS_OF_WEEK = 4
BLOCK_WEEKS = 4
LEAST_WEEKS = 26  # with values; a shorter row says nothing of what is usual
QUIET_WEEK_SHARE = 0.5  # weeks with less expected energy than this share of the mean week count for little
SMALLEST_SD_SHARE = 0.01
CHANGE_PRICE = 20.0
FALSE_ALARM_SHARE = 0.07  # a year at CHANGE_PRICE, in meters in which nothing happened
FALSE_ALARM_SCALE = 10.0  # of strength in which that rate falls to 1/e
SMALLEST_CHANGE_SHARE = 0.05
STOP_SHARE = 0.5  # of the expected energy that is lost while a building stands still
LONGEST_STOP_WEEKS = 40
FEWEST_METERS_FOR_COMMON_WEEK = 10
SEARCH_DAYS = 10  # on each side of the week's edge in which the day is looked for
KNOWN_MARGIN_DAYS = 28  # works begin earlier and show later than written
EPOCH = date(1970, 1, 1)
MONDAY_OFFSET = 3  # 1970-01-01 was a Thursday

CHANGE_SCHEMA: dict[str, pl.DataType] = {
    "metering_point_id": pl.String(),
    "kind": pl.String(),  # step_up | step_down | drift_up | drift_down | stop
    "started": pl.Date(),  # first day at the new level, or of the drift or stop
    "ended": pl.Date(),  # day after a drift or stop; null for a step, which lasts
    "change_share": pl.Float64(),  # of the expected energy; positive is more
    "change_kwh_day": pl.Float64(),  # the same on the meter's mean day
    "confidence_share": pl.Float64(),
}


@dataclass(frozen=True)
class _Weeks:
    """M meters, K weeks from the Monday `first_day`; share and weight [M, K], both 0 where the week is unknown."""

    metering_point_id: list[str]
    first_day: date
    share: Floats
    weight: Floats
    mean_kwh_day: Floats  # [M] expected


@dataclass(frozen=True)
class _Change:
    kind: str
    first_week: int
    end_week: int | None
    before: float  # level on each side, share of the expected energy
    after: float
    strength: float  # in the units of CHANGE_PRICE


def level_changes(days: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """What has changed in each meter, and when.

    Parameters
    ----------
    days: metering_point_id, carrier, day_local, energy_kwh, steady_energy_kwh (baseline_day.fit), is_baseline, in the
        order of meters and days; days without energy say nothing.
    known: metering_point_id, from_day, to_day: works and closures that somebody has told of. A change within four weeks
        of such a period is theirs and left out.

    Returns
    -------
    CHANGE_SCHEMA, a row for each change of at least 5 % of the expected energy that stands out from what the meter
    usually does. After a change within the baseline only larger ones are told of: the model has taken part of it for
    season, and shows that part once more each year. confidence_share is the share of meter-years without any change in
    which none so strong is seen.
    """
    days = days.filter(pl.col("energy_kwh").is_not_null() & pl.col("steady_energy_kwh").is_not_null())
    if not days.height:
        return pl.DataFrame(schema=CHANGE_SCHEMA)
    starts = np.flatnonzero(np.diff(days["metering_point_id"].rle_id().to_numpy().astype(np.int64), prepend=-1))
    weeks = _weeks(days, starts)
    share = weeks.share - _common_share(weeks, days["carrier"].gather(starts).to_numpy())
    sd = np.maximum(restlessness(share, weeks.weight, BLOCK_WEEKS), SMALLEST_SD_SHARE)
    unit = 2.0 * sd**2  # the variance of a single week, were the errors of weeks independent: σ² = 2·s²/4, times 4
    cuts = edges_of_pieces(share, weeks.weight, CHANGE_PRICE * unit)
    measured = _DailyShares(days, starts)
    rows = []
    for m, edges in enumerate(cuts):
        if len(edges) > 2 and (weeks.weight[m] > 0).sum() >= LEAST_WEEKS:
            for change in _named(share[m], weeks.weight[m], edges, unit[m]):
                rows.append(_row(weeks, m, change, measured))
    found = pl.DataFrame(rows, schema=CHANGE_SCHEMA, orient="row").unique(
        ["metering_point_id", "started"], keep="first", maintain_order=True
    )
    return _unexplained(_without_echoes(found, days), known)


def _weeks(days: pl.DataFrame, starts: NDArray[Any]) -> _Weeks:
    meter = np.repeat(np.arange(len(starts)), np.diff(starts, append=days.height))
    number = (days["day_local"].to_physical().to_numpy().astype(np.int64) + MONDAY_OFFSET) // 7
    first = int(number.min())
    shape = (len(starts), int(number.max()) - first + 1)
    cell = meter * shape[1] + number - first

    def summed(values: Floats | None = None) -> Floats:
        return np.bincount(cell, weights=values, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)

    count, expected = summed(), summed(days["steady_energy_kwh"].to_numpy())
    known = (count >= LEAST_DAYS_OF_WEEK) & (expected > 0)
    day_kwh = np.divide(expected, count, out=np.zeros(shape), where=known)
    mean = day_kwh.sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    relative = np.divide(day_kwh, mean[:, None], out=np.zeros(shape), where=known)
    ratio = np.divide(summed(days["energy_kwh"].to_numpy()), expected, out=np.ones(shape), where=known)
    return _Weeks(
        metering_point_id=days["metering_point_id"].gather(starts).to_list(),
        first_day=EPOCH + timedelta(days=first * 7 - MONDAY_OFFSET),
        share=ratio - 1.0,
        weight=relative**2 / (relative**2 + QUIET_WEEK_SHARE**2),
        mean_kwh_day=mean,
    )


def _common_share(weeks: _Weeks, carrier: NDArray[Any]) -> Floats:
    """What the median meter of the carrier shows each week [M, K]: weather and holidays that the models share.

    With n meters it counts to 1 − 10/n: the median of a few is partly the meter itself.
    """
    common = np.zeros_like(weeks.share)
    for name in np.unique(carrier.astype(str)):
        members = np.flatnonzero(carrier.astype(str) == name)
        known = weeks.weight[members] > 0
        median = masked_median(weeks.share[members].T, known.T)
        trust = np.maximum(0.0, 1.0 - FEWEST_METERS_FOR_COMMON_WEEK / np.maximum(known.sum(axis=0), 1))
        common[members] = np.where(known, median * trust, 0.0)
    return common


def _named(share: Floats, weight: Floats, edges: NDArray[np.int64], unit: float) -> Iterator[_Change]:
    """The changes between the pieces of one meter: stops first, then drifts, the rest are steps."""
    pieces = _Pieces(share, weight, edges.tolist(), unit)
    yield from pieces.taken_stops()
    pieces.join_small()
    for first, last in pieces.runs():
        drift = pieces.drift(first, last)
        if drift:
            yield drift
        else:
            yield from (pieces.step(edge) for edge in range(first, last + 1))


class _Pieces:
    """The pieces of one meter; edge n (from 1) stands between piece n − 1 and piece n."""

    def __init__(self, share: Floats, weight: Floats, edges: list[int], unit: float) -> None:
        self.share, self.weight, self.edges, self.unit = share, weight.copy(), edges, unit

    def level(self, piece: int) -> float:
        return self._mean(self.edges[piece], self.edges[piece + 1])

    def _mean(self, first: int, end: int) -> float:
        weight = self.weight[first:end].sum()
        return float((self.weight[first:end] * self.share[first:end]).sum() / weight) if weight > 0 else 0.0

    def _strength(self, first: int, middle: int, end: int, step: float) -> float:
        """How much the squared error falls by a step, in units of the meter's own restlessness."""
        left, right = self.weight[first:middle].sum(), self.weight[middle:end].sum()
        return float(left * right / (left + right) * step**2 / self.unit) if left + right > 0 else 0.0

    def step(self, edge: int) -> _Change:
        before, after = self.level(edge - 1), self.level(edge)
        strength = self._strength(self.edges[edge - 1], self.edges[edge], self.edges[edge + 1], after - before)
        return _Change("step_up" if after > before else "step_down", self.edges[edge], None, before, after, strength)

    def taken_stops(self) -> Iterator[_Change]:
        """Low pieces between two ordinary ones; their weeks lose their weight, so that the sides are compared."""
        piece = 1
        while piece < len(self.edges) - 2:
            first, end = self.edges[piece], self.edges[piece + 1]
            low, sides = self.level(piece), (self.level(piece - 1), self.level(piece + 1))
            if min(sides) - low >= STOP_SHARE and end - first <= LONGEST_STOP_WEEKS:
                strength = self._strength(self.edges[piece - 1], first, end, low - sides[0])
                yield _Change("stop", first, end, sides[0], low, strength)
                self.weight[first:end] = 0.0
                del self.edges[piece]
            else:
                piece += 1

    def join_small(self) -> None:
        """Join pieces until every change between them is large and clear enough to ask about."""
        while len(self.edges) > 2:
            steps = [self.step(edge) for edge in range(1, len(self.edges) - 1)]
            worth = [min(abs(s.after - s.before) / SMALLEST_CHANGE_SHARE, s.strength / CHANGE_PRICE) for s in steps]
            least = int(np.argmin(worth))
            if worth[least] >= 1.0:
                return
            del self.edges[least + 1]

    def runs(self) -> Iterator[tuple[int, int]]:
        """First and last edge of each run of changes in the same direction."""
        last_edge = len(self.edges) - 2
        first = 1
        for edge in range(1, last_edge + 1):
            if edge == last_edge or self._is_up(edge + 1) != self._is_up(edge):
                yield first, edge
                first = edge + 1

    def _is_up(self, edge: int) -> bool:
        return self.level(edge) > self.level(edge - 1)

    def drift(self, first: int, last: int) -> _Change | None:
        """One slope over the pieces of a run, when it explains them better than the steps do for their price."""
        begin, end = self.edges[first - 1], self.edges[last + 1]
        place, weight, share = np.arange(begin, end), self.weight[begin:end], self.share[begin:end]
        centre = float((weight * place).sum() / weight.sum())
        mean = self._mean(begin, end)
        spread = (weight * (place - centre) ** 2).sum()
        slope = float((weight * (place - centre) * share).sum() / spread)
        line_error = float((weight * (share - mean - slope * (place - centre)) ** 2).sum())
        step_error = sum(self._error(piece) for piece in range(first - 1, last + 1))
        if line_error >= step_error + (last - first) * CHANGE_PRICE * self.unit:
            return None
        before, after = (mean + slope * (at - centre) for at in (begin, end))
        kind = "drift_up" if slope > 0 else "drift_down"
        return _Change(kind, begin, end, before, after, float(slope**2 * spread / self.unit))

    def _error(self, piece: int) -> float:
        inside = slice(self.edges[piece], self.edges[piece + 1])
        return float((self.weight[inside] * (self.share[inside] - self.level(piece)) ** 2).sum())


class _DailyShares:
    """The days of all meters, for looking up the very day of a change."""

    def __init__(self, days: pl.DataFrame, starts: NDArray[Any]) -> None:
        self.day = days["day_local"].to_physical().to_numpy().astype(np.int64)
        self.measured = days["energy_kwh"].to_numpy()
        self.expected = days["steady_energy_kwh"].to_numpy()
        self.bounds = np.append(starts, days.height)

    def change_day(self, meter: int, edge: date, before: float, after: float) -> date:
        """The day about `edge` from which `after` fits the days best, and before which `before` does."""
        own = slice(self.bounds[meter], self.bounds[meter + 1])
        at = (edge - EPOCH).days
        near = slice(*(np.searchsorted(self.day[own], [at - SEARCH_DAYS, at + SEARCH_DAYS]) + own.start))
        if near.stop == near.start:
            return self._next_day(own, at)
        residual = self.measured[near] - self.expected[near]
        gain = (residual - before * self.expected[near]) ** 2 - (residual - after * self.expected[near]) ** 2
        later = np.append(np.cumsum(gain[::-1])[::-1], 0.0)
        best = int(later.argmax())
        if best == len(gain):
            return self._next_day(own, at + SEARCH_DAYS)
        return EPOCH + timedelta(days=int(self.day[near][best]))

    def _next_day(self, own: slice, at: int) -> date:
        """The first day with a value from `at` on, or the day after the last."""
        place = own.start + int(np.searchsorted(self.day[own], at))
        number = self.day[place] if place < own.stop else self.day[own.stop - 1] + 1
        return EPOCH + timedelta(days=int(number))


def _row(weeks: _Weeks, meter: int, change: _Change, measured: _DailyShares) -> tuple[Any, ...]:
    def monday(week: int) -> date:
        return weeks.first_day + timedelta(days=7 * week)

    started = monday(change.first_week)
    ended = monday(change.end_week) if change.end_week is not None else None
    if not change.kind.startswith("drift"):
        started = measured.change_day(meter, started, change.before, change.after)
    if change.kind == "stop" and ended:
        ended = measured.change_day(meter, ended, change.after, change.before)
    share = change.after - change.before
    alarm = FALSE_ALARM_SHARE * np.exp(-(change.strength - CHANGE_PRICE) / FALSE_ALARM_SCALE)
    kwh_day = share * float(weeks.mean_kwh_day[meter])
    confidence = float(np.clip(1.0 - alarm, 0.0, 1.0))
    return weeks.metering_point_id[meter], change.kind, started, ended, share, kwh_day, confidence


def _without_echoes(found: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """The changes less those after a baseline that are smaller than the largest one within it."""
    ends = days.filter("is_baseline").group_by("metering_point_id").agg(pl.col("day_local").max().alias("last_day"))
    placed = found.join(ends, on="metering_point_id", how="left", maintain_order="left").with_columns(
        is_inside=(pl.col("started") <= pl.col("last_day")).fill_null(False)
    )
    inside = pl.col("change_share").abs().filter("is_inside").max().over("metering_point_id").fill_null(0.0)
    return placed.filter(pl.col("is_inside") | (pl.col("change_share").abs() >= inside)).select(found.columns)


def _unexplained(found: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The changes that no known period reaches."""
    margin = timedelta(days=KNOWN_MARGIN_DAYS)
    key = ["metering_point_id", "started"]
    last = pl.coalesce("ended", "started")
    told = (
        found.join(known.select("metering_point_id", "from_day", "to_day"), on="metering_point_id")
        .filter((pl.col("started") <= pl.col("to_day") + margin) & (last >= pl.col("from_day") - margin))
        .select(key)
    )
    return found.join(told, on=key, how="anti", maintain_order="left")
