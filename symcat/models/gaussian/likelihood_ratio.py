"""Does the covariance have the symmetry that the class forces on it? The likelihood ratio against any covariance.

Under the class the ratio has a law without parameters, of which mean and variance are exact: by Basu's theorem it is
independent of the scales ``tr(P_k W)``, whose logarithms and that of ``det W`` are those of chi-square variables
(Bartlett 1937; Anderson 2003, sections 9.3 and 10.7). A gamma law that has both is Bartlett's correction and more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.models import tails
from symcat.models.fit import CheckResult
from symcat.models.gaussian import kernels
from symcat.symmetry.blocks_of_symmetry import Block
from symcat.symmetry.projectors import Projectors

Floats = NDArray[np.float64]

Mean: TypeAlias = Literal["own", "common", "known"]
"""Whether the mean is that of each column, has the symmetry of the class, or is known."""

_SURE = 1e-6
_MANY = 1e6
"""Rows from which the law is that of infinitely many, to all digits that matter."""


def second_about(moments: Moments, point: Floats) -> Floats:
    """(G, d, d) second moments about a point that lies ``point`` (G, d) from the origin of the moments, in its unit."""
    off = point[:, :, None] * (moments.first - point)[:, None, :]
    out: Floats = moments.second - off - off.transpose(0, 2, 1) - point[:, :, None] * point[:, None, :]
    return out


def log_determinant(moments: Moments, point: Floats | None = None) -> Floats:
    """(G,) of the covariance, or of the second moments about a point from the origin, in the unit of the moments."""
    with np.errstate(all="ignore"):  # groups that cannot be used are not numbers
        out: Floats = np.linalg.slogdet(second_about(moments, moments.first if point is None else point))[1]
    return out


@dataclass(frozen=True)
class Parts:
    """What a covariance with a symmetry falls into: blocks of ``copies`` numbers times identities of ``rank`` (K,).

    Those numbers are real, complex or quaternions, of ``field`` = 1, 2 or 4 real ones. ``moved`` says which blocks the
    differences of the columns' own means from the common ones go into.
    """

    rank: Floats
    copies: NDArray[np.int64]
    field: NDArray[np.int64]
    moved: NDArray[np.bool_]
    means: int  # how many are free where the mean has the symmetry

    @classmethod
    def of_projectors(cls, projectors: Projectors, *, common_mean: bool) -> Parts:
        """Of commuting projectors: one number each. A common mean is one of all columns."""
        d, one = len(projectors.place), np.ones(len(projectors), dtype=np.int64)
        along = projectors.ranks * projectors.strengths(np.ones((1, d, d)))[0] > 0.5 * d
        return cls(projectors.ranks, one, one, ~along & common_mean, 1 if common_mean else d)

    @classmethod
    def of_blocks(cls, blocks: Sequence[Block]) -> Parts:
        """Of a group of permutations, which leaves one mean of each orbit of columns."""
        still = np.array([bool(np.abs(block.basis.sum(axis=0)).max() > _SURE) for block in blocks])
        rank = np.array([block.k for block in blocks], dtype=np.float64)
        copies = np.array([block.r for block in blocks])
        return cls(rank, copies, np.array([block.field for block in blocks]), ~still, int(copies[still].sum()))

    @property
    def free(self) -> int:
        """Free numbers of the covariance."""
        return int((self.copies + self.copies * (self.copies - 1) * self.field // 2).sum())


def symmetry(
    count: Floats,
    log_det: Floats,
    log_det_any: Floats,
    parts: Parts,
    *,
    mean: Mean,
    words: str,
) -> CheckResult:
    """Of G groups: log determinants (G,) of the covariance of the class, and of one without symmetry."""
    d = int((parts.rank * parts.copies).sum())
    known, common = mean == "known", mean == "common"
    degrees = d * (d + 1) // 2 - parts.free + (d - parts.means) * common
    fewest = max(kernels.FEWEST, 2 * d) + 1
    made = (count >= fewest) & np.isfinite(log_det)
    statistic = np.where(made, count * (log_det - log_det_any), np.nan)
    rows, group = np.unique(np.where(made, count, _MANY), return_inverse=True)
    n = np.minimum(rows, _MANY)
    free = n[:, None] - (not known)
    # Where the mean is common, what the columns' own means differ counts as one more row of the blocks that it is in.
    of = np.repeat(np.arange(len(parts.rank)), parts.copies)
    step = np.arange(len(of)) - np.repeat(np.cumsum(parts.copies) - parts.copies, parts.copies)
    rank, k = parts.rank[of], len(of)
    own = (free + (parts.moved & common)[of]) * rank - step * parts.field[of]
    psi, derivative = _digamma_and_derivative(0.5 * np.concatenate([own, free - np.arange(d)], axis=1))
    expected = (rank * (psi[:, :k] - np.log(rank))).sum(axis=1) - psi[:, k:].sum(axis=1)
    variance = derivative[:, k:].sum(axis=1) - (rank * rank * derivative[:, :k]).sum(axis=1)
    shape, scale = expected * expected / variance, n * variance / expected
    p_value = tails.gamma(np.maximum(statistic, 0.0) / scale[group], shape[group])

    def detail(row: int) -> str:
        if not made[row]:
            return f"made from {fewest} rows on"
        due = n[group[row]] * expected[group[row]]
        return (
            f"{words}: twice the log likelihood ratio against any covariance is {statistic[row]:.5g}, "
            f"{due:.4g} on average; {degrees} degrees of freedom"
        )

    return CheckResult("symmetry", statistic, p_value, detail, made=made)


def _digamma_and_derivative(x: Floats) -> tuple[Floats, Floats]:
    """By recurrence to 8 and beyond, and Stirling's series there (Abramowitz & Stegun 6.3.18, 6.4.12), to 12 digits."""
    inverse = 1.0 / (x[..., None] + np.arange(8.0))
    x = x + 8.0
    w = 1.0 / (x * x)
    tail = w * (1 / 12 - w * (1 / 120 - w * (1 / 252 - w * (1 / 240 - w / 132))))
    tail_of_derivative = w / x * (1 / 6 - w * (1 / 30 - w * (1 / 42 - w * (1 / 30 - w * 5 / 66))))
    return (
        np.log(x) - 0.5 / x - tail - inverse.sum(axis=-1),
        1.0 / x + 0.5 * w + tail_of_derivative + (inverse * inverse).sum(axis=-1),
    )
