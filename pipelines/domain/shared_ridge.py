"""Ridge regression of many meters on one and the same design: each step is one matrix product for all of them.

With prior variances V, precisions W and covariance C = (X'WX + V⁻¹)⁻¹ the coefficients of a meter are C·X'W·y, and the
residuals of a block b when the block is left out of the fit are (I − H_bb)⁻¹·r_b with H = X·C·X'W: no fit is made anew.
Shapes: M meters, N observations, P columns. Nothing here knows energy, dates or weather.

Source: Hastie, Tibshirani & Friedman, The Elements of Statistical Learning, 2nd ed., sections 3.4.1 and 7.10.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.domain.least_squares import Bools, Floats


@dataclass(frozen=True)
class SharedRidge:
    """A design with its prior, ready for the observations of any number of meters."""

    design: Floats  # [N, P]
    precision: Floats  # [N]
    covariance: Floats  # [P, P]
    blocks: tuple[slice, ...]  # the observations of each block
    block_inverse: tuple[Floats, ...]  # (I − H_bb)⁻¹ of each block, transposed

    @cached_property
    def _weighted(self) -> Floats:
        return self.design * self.precision[:, None]

    @cached_property
    def hat(self) -> Floats:
        """H [N, N]: fitted values are H·y."""
        return np.asarray(self.design @ self.covariance @ self._weighted.T, dtype=np.float64)

    @cached_property
    def effective_parameters(self) -> float:
        """The trace of H: how many free parameters the fit amounts to."""
        return float(np.einsum("np,np->", self.design @ self.covariance, self._weighted))

    def moments(self, target: Floats) -> Floats:
        """X'W·y of targets [M, N]; shape [M, P]. They are the same whatever the prior is."""
        return target @ self._weighted

    def coefficients(self, moments: Floats) -> Floats:
        """Coefficients [M, P] from moments [M, P]."""
        return moments @ self.covariance

    def fitted(self, coefficients: Floats) -> Floats:
        """Fitted values [M, N]."""
        return coefficients @ self.design.T

    def left_out_residual(self, residual: Floats) -> Floats:
        """Residuals [M, N] of each block as they would be had the block been left out of the fit."""
        left_out = np.empty_like(residual)
        for block, inverse in zip(self.blocks, self.block_inverse, strict=True):
            left_out[:, block] = residual[:, block] @ inverse
        return left_out

    def filled(self, target: Floats, used: Bools) -> Floats:
        """Targets [M, N] in which each observation that is not used stands at its own fitted value.

        So it has no say: the coefficients are those of the used observations alone. Solved exactly, a small system per
        meter that has any: y_u = (I − H_uu)⁻¹·H_uo·y_o.
        """
        gaps = np.flatnonzero(~used.all(axis=1))
        full = np.where(used, target, 0.0)
        if not len(gaps):
            return full
        missing = ~used[gaps]
        width = int(missing.sum(axis=1).max())
        where = np.argsort(~missing, axis=1, kind="stable")[:, :width]
        real = np.take_along_axis(missing, where, axis=1)
        from_used = np.take_along_axis(full[gaps] @ self.hat.T, where, axis=1)
        coupling = self.hat[where[:, :, None], where[:, None, :]] * real[:, :, None] * real[:, None, :]
        solved = np.linalg.solve(np.eye(width) - coupling, np.where(real, from_used, 0.0)[..., None])[..., 0]
        part = full[gaps]
        rows, columns = np.nonzero(real)
        part[rows, where[rows, columns]] = solved[rows, columns]
        full[gaps] = part
        return full


def prepare(
    design: Floats, precision: Floats, gram: Floats, prior_variance: Floats, block: NDArray[Any]
) -> SharedRidge:
    """A SharedRidge.

    Parameters: design [N, P]; precision [N], 1 over the variance of an observation; gram = X'WX [P, P], given since it
    is the same for every prior; prior_variance [P]; block [N], the number of the block that an observation belongs to,
    never falling.
    """
    covariance = np.linalg.inv(gram + np.diag(1.0 / prior_variance))
    covariance = 0.5 * (covariance + covariance.T)
    bounds = np.flatnonzero(np.diff(block, prepend=block[0] - 1, append=block[-1] + 1))
    blocks = tuple(slice(int(start), int(stop)) for start, stop in pairwise(bounds))
    inverses: list[Floats] = []
    for rows in blocks:
        part = design[rows]
        hat = part @ covariance @ (part * precision[rows][:, None]).T
        inverses.append(np.asarray(np.linalg.inv(np.eye(len(part)) - hat).T, dtype=np.float64))
    return SharedRidge(design, precision, covariance, blocks, tuple(inverses))
