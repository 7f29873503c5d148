"""Real columns given the two-valued ones by least squares: ``x = mean + slopes s + Gaussian noise``, from moments.

The two-valued columns s enter as -1 and +1, or as 0 and 1 in the binary basis; all is in the units of the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats, Moments
from symcat.data.validation import SINGULAR
from symcat.models.ising.fisher import inverse

DETERMINED = 1e-12
"""Share of the variance of a combination of real columns that the two-valued ones must leave, or it is rounding."""


@dataclass(frozen=True)
class Conditional:
    """G regressions of k real columns on a constant and p two-valued ones s, and what their errors follow from."""

    mean: Floats  # (G, k) where every s is 0
    slopes: Floats  # (G, k, p)
    covariance: Floats  # (G, k, k) of the residuals, divided by n
    precision: Floats  # (G, k, k) its inverse
    log_determinant: Floats  # (G,) of the covariance
    log_wilks: Floats  # (G,) log of the determinants' ratio: covariance of the residuals over that of the columns
    design: Floats  # (G, p + 1, p + 1) inverse of the averages of products of (1, s): the errors of the slopes
    two_valued_depend: NDArray[np.bool_]  # (G,) a two-valued column is constant, or a linear combination of others
    reals_depend: NDArray[np.bool_]  # (G,) likewise of the real columns
    determined: NDArray[np.bool_]  # (G,) a combination of real columns is a function of s

    @property
    def pull(self) -> Floats:
        """(G, p, p) ``slopes' precision slopes``: the couplings within s that the real columns carry."""
        pull: Floats = np.einsum("gai,gab,gbj->gij", self.slopes, self.precision, self.slopes)
        return pull


def condition(moments: Moments, two_valued: Sequence[int], binary: bool = False) -> Conditional:
    """The regressions of all other columns on those at these positions. Groups that cannot be solved hold NaN."""
    at = list(two_valued)
    reals = [j for j in range(moments.dimension) if j not in at]
    about = moments.centred
    unit = about.unit
    step = 0.5 if binary else 1.0  # from -1 and +1 to 0 and 1
    with np.errstate(all="ignore"):  # groups without a solution hold NaN and say why
        centre = (moments.mean[:, at] + (1.0 if binary else 0.0)) * step
        spread = about.second[:, at][:, :, at] * (unit * step) ** 2
        across = about.second[:, reals][:, :, at] * (unit * step)
        total = about.second[:, reals][:, :, reals]
        two_valued_depend = ~(_smallest(spread) > SINGULAR)
        reals_depend = ~(_smallest(total) > SINGULAR)
        inner = inverse(np.where(two_valued_depend[:, None, None], np.nan, spread))
        slopes = across @ inner
        scale = np.sqrt(np.einsum("gaa->ga", total))
        unscaled = scale[:, :, None] * scale[:, None, :]
        correlation = total / unscaled
        left = correlation - np.einsum("gai,gbi->gab", slopes, across) / unscaled
        left = 0.5 * (left + left.transpose(0, 2, 1))
        sign, log_left = np.linalg.slogdet(left)
        log_determinant = log_left + 2.0 * np.log(scale * unit).sum(axis=1)
        log_wilks = log_left - np.linalg.slogdet(correlation)[1]
        smallest = _least_left(left, correlation)
        determined = ~two_valued_depend & ~reals_depend & ~((sign > 0.0) & (smallest > DETERMINED))
        solvable = ~(two_valued_depend | reals_depend | determined)
        precision = inverse(np.where(solvable[:, None, None], left, np.nan)) / (unscaled * unit**2)
        lever = np.einsum("gij,gj->gi", inner, centre)
        design = np.empty((len(centre), len(at) + 1, len(at) + 1))
        design[:, 0, 0] = 1.0 + np.einsum("gi,gi->g", centre, lever)
        design[:, 0, 1:] = design[:, 1:, 0] = -lever
        design[:, 1:, 1:] = inner
    blank = np.where(solvable, 1.0, np.nan)
    return Conditional(
        mean=(about.origin[:, reals] - unit * np.einsum("gai,gi->ga", slopes, centre)) * blank[:, None],
        slopes=slopes * unit * blank[:, None, None],
        covariance=left * unscaled * unit**2 * blank[:, None, None],
        precision=precision,
        log_determinant=log_determinant * blank,
        log_wilks=log_wilks * blank,
        design=design * blank[:, None, None],
        two_valued_depend=two_valued_depend,
        reals_depend=reals_depend,
        determined=determined,
    )


def _smallest(matrix: Floats) -> Floats:
    """(G,) smallest eigenvalue of the correlation matrices, NaN where a variance is not positive."""
    scale = np.sqrt(np.einsum("gii->gi", matrix))
    correlation = matrix / (scale[:, :, None] * scale[:, None, :])
    return _eigenvalues(correlation)[:, 0]


def _least_left(left: Floats, correlation: Floats) -> Floats:
    """(G,) the smallest share of variance that a combination of real columns keeps once the others are known."""
    usable = np.isfinite(correlation).all(axis=(1, 2)) & np.isfinite(left).all(axis=(1, 2))
    out = np.full(len(left), np.nan)
    for g in np.flatnonzero(usable):
        values, vectors = np.linalg.eigh(correlation[g])
        if values[0] > 0.0:
            root = vectors / np.sqrt(values)
            out[g] = np.linalg.eigvalsh(root.T @ left[g] @ root)[0]
    return out


def _eigenvalues(matrices: Floats) -> Floats:
    usable = np.isfinite(matrices).all(axis=(1, 2))
    out = np.full(matrices.shape[:2], np.nan)
    out[usable] = np.linalg.eigvalsh(matrices[usable])
    return out
