"""What is tested of a fit with a hidden category, and what is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from symcat.models import tails
from symcat.models.base import Floats
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.goodness import FEWEST, polynomials, smooth
from symcat.models.hidden.clouds import Clouds
from symcat.models.hidden.clouds_newton import free
from symcat.models.hidden.clouds_newton import scores as cloud_scores
from symcat.models.hidden.law import MixtureLaw
from symcat.models.hidden.mixture import Mixture
from symcat.models.hidden.newton import scores
from symcat.models.shares import shares_below

NARROW = "narrow components"
"""Name of the check that tells of components that are as narrow as the resolution of the data."""

_BEYOND = 6  # directions that the test has beyond what the fit absorbs
_MOST_ORDERS = 30
_ORDER = 10  # of the polynomials, for one of several columns
_DRAWN = 1 << 14
_MOST_THIRD = 64  # third moments within components that are looked at one by one
_NONE = 1e-12  # of the largest sum of squares: a direction that the scores do not have
_LEFT = 0.05  # of its own variance, which a direction must have left to be tested


def checks(law: MixtureLaw, fit: Fit, observed: Observed, columns: Sequence[str], seed: int) -> Sequence[CheckResult]:
    """Of a batch of one: of several columns each is tested by itself, and the shape of the components too."""
    if observed.sample is None:
        return ()
    size, d = law.means.shape
    errors = fit.standard_errors["covariances"].reshape(size, d, d)
    held = (errors == 0.0).all(axis=(1, 2))  # by the bound on the spreads: not estimated
    told = _told(law, held)
    if d == 1:
        found = [_shape(law, held, observed.sample[:, 0])]
    else:
        drawn = Drawn.of(law, held, seed)
        found = [_shape_of_column(law, drawn, observed.sample, j, columns[j]) for j in range(d)]
        found.append(within(law, drawn, observed.sample))
    return [one for one in (*found, told) if one is not None]


def _shape(law: MixtureLaw, held: NDArray[np.bool_], values: Floats) -> CheckResult | None:
    """The smooth test of one column."""
    mixture = Mixture(law.weights, law.means[:, 0], np.sqrt(law.covariances[:, 0, 0]))
    size = len(mixture)
    absorbed = np.concatenate([np.arange(size) < size - 1, np.ones(size, dtype=np.bool_), ~held])

    def of_fit(values: Floats) -> Floats:
        return scores(mixture, values)[:, absorbed]

    order = min(int(absorbed.sum()) + _BEYOND, _MOST_ORDERS)
    return smooth(values, law.cdf, law.ppf, of_fit, order=order, spread_ties=True)


@dataclass(frozen=True)
class Drawn:
    """Rows drawn from a law of several columns, centred and in units of the spreads, and their scores."""

    clouds: Clouds
    unit: Floats
    rows: Floats
    scores: Floats

    @classmethod
    def of(cls, law: MixtureLaw, held: NDArray[np.bool_], seed: int) -> Drawn:
        # In units of the columns' spreads, so that the scores have like sizes.
        unit = np.sqrt(np.diagonal(law.averages["covariance"]))
        factors = np.linalg.cholesky(law.covariances / (unit * unit[:, None]))
        clouds = Clouds(law.weights, (law.means - law.mean) / unit, factors)
        rows = (law.sample(_DRAWN, np.random.default_rng(seed)) - law.mean) / unit
        return cls(clouds, unit, rows, cloud_scores(clouds, rows)[:, free(clouds, held)])

    @cached_property
    def _inverse(self) -> Floats:
        """(k, k) of the sums of products of the scores, along the directions that these have."""
        return np.asarray(np.linalg.pinv(self.scores.T @ self.scores, rcond=_NONE, hermitian=True))

    def against(self, mean: Floats, of_law: Floats, n: int) -> tuple[float, int]:
        """Chi-square of averages (K,) over n rows, of functions that are (m, K) at the drawn rows, and its degrees of
        freedom: what is left of them when the scores have absorbed their part."""
        left = of_law - self.scores @ (self._inverse @ (self.scores.T @ of_law))
        scale = 1.0 / np.maximum(of_law.std(axis=0), np.finfo(float).tiny)
        left, mean = left * scale, mean * scale
        variances, directions = np.linalg.eigh(left.T @ left / _DRAWN)
        kept = variances > _LEFT
        along = directions[:, kept].T @ mean
        value = float(n * (along**2 / (variances[kept] * (1.0 + n / _DRAWN))).sum())
        return value, int(kept.sum())


def _shape_of_column(law: MixtureLaw, drawn: Drawn, sample: Floats, j: int, name: str) -> CheckResult | None:
    """The smooth test of one of several columns, with what the fit of all has absorbed removed."""
    if len(sample) < FEWEST:
        return None
    cdf = law.of_column(j).cdf
    mean = polynomials(shares_below(cdf, sample[:, j]), _ORDER).mean(axis=0)
    of_law = polynomials(cdf(law.mean[j] + drawn.unit[j] * drawn.rows[:, j]), _ORDER)
    value, degrees = drawn.against(mean, of_law, len(sample))
    detail = (
        f"shares of the law below {len(sample)} rows against uniform ones: chi-square {value:.3g} with {degrees} "
        "degrees of freedom"
    )
    return CheckResult.single(f"shape of {name}", value, tails.chi_square_of(value, degrees), detail, rows=len(sample))


def within(law: MixtureLaw, drawn: Drawn, sample: Floats) -> CheckResult | None:
    """Whether third and fourth moments within the components are a Gaussian's, with what the fit has absorbed removed.

    Of a row with shares r_k and whitened distances z_k, ``r_k z (|z|^2 - d - 2)`` and ``r_k (|z|^4 - 2 (d + 2) |z|^2 +
    d (d + 2))`` have mean zero under the law; of few columns so have all third moments, ``r_k (z_i z_j z_l - ...)``
    without what second ones tell of them, which also see what is curved in two columns at once. Their covariance with
    each other and with the scores is that of rows drawn from the law.
    """
    if len(sample) < FEWEST:
        return None
    mean = _moments(drawn.clouds, (sample - law.mean) / drawn.unit).mean(axis=0)
    value, degrees = drawn.against(mean, _moments(drawn.clouds, drawn.rows), len(sample))
    detail = (
        f"third and fourth moments of {len(sample)} rows about their components, against a Gaussian's: "
        f"chi-square {value:.3g} with {degrees} degrees of freedom"
    )
    p_value = tails.chi_square_of(value, degrees)
    return CheckResult.single("shape within components", value, p_value, detail, rows=len(sample))


def _moments(clouds: Clouds, x: Floats) -> Floats:
    """(m, .) what has mean zero under the law."""
    z, terms = clouds.terms(x)
    share = np.exp(terms - terms.max(axis=0))
    share /= share.sum(axis=0)
    d = x.shape[1]
    square = (z * z).sum(axis=2)
    third = share[:, :, None] * _third(z, square, len(share))
    fourth = share * (square * square - 2.0 * (d + 2.0) * square + d * (d + 2.0))
    return np.concatenate([np.moveaxis(third, 0, 1).reshape(len(x), -1), fourth.T], axis=1)


def _third(z: Floats, square: Floats, size: int) -> Floats:
    """(K, m, T) third Hermite polynomials of whitened rows (K, m, d): each of few, contracted of many."""
    d = z.shape[2]
    triples = list(combinations_with_replacement(range(d), 3))
    if size * len(triples) > _MOST_THIRD:
        return np.asarray(z * (square - d - 2.0)[:, :, None])
    out = np.empty((*z.shape[:2], len(triples)))
    for t, (i, j, k) in enumerate(triples):
        out[..., t] = z[..., i] * z[..., j] * z[..., k]
        for a, b, c in ((i, j, k), (j, i, k), (k, i, j)):
            out[..., t] -= z[..., a] * (b == c)
    return out


def _told(law: MixtureLaw, held: NDArray[np.bool_]) -> CheckResult | None:
    """The components that the bound on the spreads holds."""
    if not held.any():
        return None
    where = [", ".join(f"{value:.6g}" for value in mean) for mean in law.means]
    said = "; ".join(f"component {k + 1} at {where[k]} with {law.weights[k]:.1%}" for k in np.flatnonzero(held))
    detail = (
        f"{said} of the rows is as narrow as the distance between neighbouring values allows: a value that repeats, "
        "of which a density says nothing"
    )
    return CheckResult.single(NARROW, float(held.sum()), np.nan, detail, weight="told", verdict=False)
