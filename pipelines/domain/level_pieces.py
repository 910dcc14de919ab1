"""Rows of numbers cut into pieces of one level each, for many rows at once.

The cut is the one with the least squared error plus a price for each change, found by dynamic programming (optimal
partitioning, Jackson et al. 2005, An algorithm for optimal partitioning of data on an interval). Shapes: M rows, K
places. Nothing here knows energy, dates or weather.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipelines.domain.least_squares import MEDIAN_TO_SD, Floats, masked_median

LEAST_PIECE = 4  # places
ROWS_AT_ONCE = 128  # bounds memory and keeps the work within the processor's cache
LEAST_BLOCK_WEIGHT = 1.0


def restlessness(value: Floats, weight: Floats, block: int) -> Floats:
    """How far apart the means of neighbouring blocks usually are, as a standard deviation [M].

    The median of |difference| times 1.4826: a few true changes of level do not raise it. Values [M, K] with weights
    [M, K], 0 where unknown. Rows without two blocks beside each other get 0.
    """
    if value.shape[1] < 2 * block:
        return np.zeros(len(value))
    count, total = _running(weight), _running(weight * value)
    in_block = count[:, block:] - count[:, :-block]
    known = in_block > LEAST_BLOCK_WEIGHT
    mean = np.divide(total[:, block:] - total[:, :-block], in_block, out=np.zeros_like(in_block), where=known)
    return MEDIAN_TO_SD * masked_median(
        np.abs(mean[:, block:] - mean[:, :-block]), known[:, block:] & known[:, :-block]
    )


def edges_of_pieces(value: Floats, weight: Floats, price: Floats) -> list[NDArray[np.int64]]:
    """For each row the places where its pieces begin, and K at the end.

    Parameters: values and weights [M, K]; price [M] of one change, in weighted squared units of the values. A piece is
    at least LEAST_PIECE places long, unless the whole row is shorter.
    """
    found: list[NDArray[np.int64]] = []
    for start in range(0, len(value), ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        came_from = _best_beginnings(value[rows], weight[rows], price[rows])
        found += [_backwards(row) for row in came_from]
    return found


def _best_beginnings(value: Floats, weight: Floats, price: Floats) -> NDArray[np.int64]:
    """For each end of a piece [M, K + 1] where that piece begins in the best cut up to there."""
    count, total = _running(weight), _running(weight * value)
    rows, length = np.arange(len(value)), value.shape[1]
    best = np.full((len(value), length + 1), np.inf)
    best[:, 0] = -price
    came_from = np.zeros((len(value), length + 1), dtype=np.int64)
    for end in range(LEAST_PIECE, length + 1):
        begins = end - LEAST_PIECE + 1
        inside = np.maximum(count[:, end, None] - count[:, :begins], 1e-12)
        # The sum of squares is the same for every cut; what a piece of one level explains of it is total²/weight.
        explained = (total[:, end, None] - total[:, :begins]) ** 2 / inside
        error = best[:, :begins] - explained
        came_from[:, end] = error.argmin(axis=1)
        best[:, end] = error[rows, came_from[:, end]] + price
    return came_from


def _backwards(came_from: NDArray[np.int64]) -> NDArray[np.int64]:
    edges = [len(came_from) - 1]
    while edges[-1] > 0:
        edges.append(int(came_from[edges[-1]]))
    return np.array(edges[::-1], dtype=np.int64)


def _running(values: Floats) -> Floats:
    """Sums of everything before each place, [M, K + 1]."""
    return np.cumsum(np.pad(values, ((0, 0), (1, 0))), axis=1)
