"""Do directions have the averages of spherical harmonics that a fitted law gives them? Score tests, degree by degree.

Of each degree those polynomials are tested that no lower degree, and no average that the fit has matched, can tell:
what is left after regression on these under the law is not moved by the estimation either (Rao 1948). Under uniformity
the first degree is the test of Rayleigh (1919) and the second that of Bingham (1974), with all their degrees of freedom
(Mardia & Jupp 2000, sections 10.4.1 and 10.7.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from symcat.models.fit import CheckResult
from symcat.models.sphere.integral import Integral
from symcat.models.sphere.natural import Natural
from symcat.models.sphere.seen import Seen
from symcat.models.tails import gamma

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Powers = tuple[int, ...]

NAMES = {
    1: "first harmonics (Rayleigh)",
    2: "second harmonics (Bingham)",
    3: "third harmonics",
    4: "fourth harmonics",
}
"""Of the checks, by degree."""

_MOST = 110
"""Polynomials of a degree and below it: of more their covariances take too long."""
_ROWS_EACH = {1: 5.0, 2: 5.0, 3: 15.0, 4: 15.0}
"""Rows for each polynomial that is tested, from which the chi-square law holds, by degree."""
_TOLD = 1e-6
"""Of a variance, what is left of it where others tell it: rounding is below, of concentrations up to 1e8."""


def checks(
    law: Natural, matched: Sequence[Powers], of: Seen, usable: NDArray[np.bool_], sample: Floats | None
) -> list[CheckResult]:
    """Of G laws; beyond the second degree of a batch of one, from its sampled rows (m, d)."""
    order = _order(law)
    at, d = law.integral, law.decay.shape[1]
    origin = np.einsum("gk,gki->gi", at.weight, at.mean).real
    about = at.about(origin)
    axes = law.axes
    known = [one for one in matched if usable.any()]
    own = max((sum(one) for one in known), default=0)
    found = []
    for degree, name in NAMES.items():
        lower = [one for below in range(1, degree) for one in _basis(d, below, order)]
        given = known if own == degree else []
        tested = _left(_basis(d, degree, order), given, order)
        if not tested or len(tested) + len(lower) + len(given) > _MOST:
            continue
        powers = [*lower, *given, *tested]
        if degree > 2 and (sample is None or len(usable) > 1):
            continue
        map_, means, scale, good = _score(about, powers, len(tested))
        degrees = np.asarray((map_ != 0.0).any(axis=1).sum(axis=1), dtype=np.intp)
        if degree <= 2:
            averages, count = _of_moments(powers, of, axes, origin), of.count
            with np.errstate(invalid="ignore"):
                value = (np.einsum("gp,gpt->gt", (averages - means) / scale, map_) ** 2).sum(axis=1) * count
        else:
            assert sample is not None
            y = sample / np.sqrt((sample * sample).sum(axis=1, keepdims=True)) @ axes[0] - origin[0]
            values = np.stack([np.prod(y ** np.array(one), axis=1) for one in powers], axis=1)
            value = _of_rows((values - means[0]) / scale[0] @ map_[0])
            count = np.array([float(len(sample))])
        made = usable & good & (degrees > 0) & (count >= _ROWS_EACH[degree] * len(tested)) & np.isfinite(value)
        found.append(_result(name, np.where(made, value, 0.0), degrees, count, made))
    return [check for check in found if check.made is None or check.made.any()]


def _result(name: str, value: Floats, degrees: Places, count: Floats, made: NDArray[np.bool_]) -> CheckResult:
    def detail(group: int) -> str:
        free = f"{degrees[group]} degree{'s' * (int(degrees[group]) > 1)} of freedom"
        return f"chi-square {value[group]:.4g} with {free}, of the directions of {count[group]:,.6g} rows"

    p_value = gamma(0.5 * value, np.maximum(0.5 * degrees, 0.5))
    return CheckResult(name, value, np.where(made, p_value, np.nan), detail, made=made)


def _order(law: Natural) -> int:
    """The axis that lies nearest to the rows of the first law: its square is told by those of the others."""
    return int(law.integral.squares[0].argmax()) if len(law.decay) else 0


@cache
def _basis(d: int, degree: int, first: int) -> tuple[Powers, ...]:
    """Monomials of a degree that together with those of lower ones are independent on the sphere."""
    found = []
    for chosen in combinations_with_replacement(range(d), degree):
        powers = tuple(chosen.count(j) for j in range(d))
        if powers[first] <= 1:
            found.append(powers)
    return tuple(found)


def _left(basis: Sequence[Powers], given: Sequence[Powers], first: int) -> list[Powers]:
    """Those of the basis that are independent of what is given; the square of the first axis stands for another."""
    gone = set(given)
    square = tuple(2 * (j == first) for j in range(len(basis[0])))
    if square in gone:
        gone.update([one for one in basis if 2 in one and one not in gone][:1])
    return [one for one in basis if one not in gone]


def _of_moments(powers: Sequence[Powers], of: Seen, axes: Floats, origin: Floats) -> Floats:
    """(G, T) averages of polynomials of up to the second degree."""
    mean = np.einsum("gj,gji->gi", of.mean, axes)
    second = np.einsum("gai,gab,gbj->gij", axes, of.second, axes, optimize=True)
    cross = mean[:, :, None] * origin[:, None, :]
    second = second - cross - cross.transpose(0, 2, 1) + origin[:, :, None] * origin[:, None, :]
    mean = mean - origin
    out = np.empty((len(mean), len(powers)))
    for place, one in enumerate(powers):
        which = [j for j, power in enumerate(one) for _ in range(power)]
        out[:, place] = mean[:, which[0]] if len(which) == 1 else second[:, which[0], which[1]]
    return out


def _of_rows(scores: Floats) -> Floats:
    """(1,) the score test from those of rows (m, T), by their covariance under the law or by their own.

    The smaller one: by the law's few far rows would count too often, by their own the lack of such.
    """
    total = scores.sum(axis=0)
    own = total @ np.linalg.lstsq(scores.T @ scores, total, rcond=1e-10)[0]
    return np.array([min(float(total @ total) / len(scores), float(own))])


def _score(at: Integral, powers: Sequence[Powers], tested: int) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
    """What takes averages of the polynomials to independent scores (G, P, T) of the last of them, of variance one for a
    row and zeros for what the others tell; the means and units (G, P) that they are taken in; and whether it is known.
    """
    known: dict[Powers, Floats] = {}

    def mean(one: Powers) -> Floats:
        if one not in known:
            known[one] = at.average(one)
        return known[one]

    means = np.stack([mean(one) for one in powers], axis=1)
    size = len(powers)
    covariance = np.empty((len(means), size, size))
    for i, one in enumerate(powers):
        for j, other in enumerate(powers[: i + 1]):
            both = mean(tuple(a + b for a, b in zip(one, other, strict=True)))
            covariance[:, i, j] = covariance[:, j, i] = both - means[:, i] * means[:, j]
    scale = np.sqrt(np.einsum("gii->gi", covariance))
    good = np.asarray(np.isfinite(scale).all(axis=1) & (scale > 0.0).all(axis=1), dtype=np.bool_)
    scale = np.where(good[:, None], scale, 1.0)
    unit = np.where(good[:, None, None], covariance / scale[:, :, None] / scale[:, None, :], np.eye(size))
    lower = size - tested
    left = unit[:, lower:, lower:]
    map_ = np.zeros((len(means), size, tested))
    map_[:, lower:] = np.eye(tested)
    if lower:
        vectors, inverse = _inverted(unit[:, :lower, :lower])
        across = np.einsum("gtl,gli->gti", unit[:, lower:, :lower], vectors, optimize=True)
        left = left - np.einsum("gti,gi,gsi->gts", across, inverse, across, optimize=True)
        map_[:, :lower] = -np.einsum("gli,gi,gti->glt", vectors, inverse, across, optimize=True)
    vectors, inverse = _inverted(left)
    return map_ @ (vectors * np.sqrt(inverse)[:, None, :]), means, scale, good


def _inverted(matrices: Floats) -> tuple[Floats, Floats]:
    """Eigenvectors of covariances (G, T, T), and the inverses of the eigenvalues; none of what is all but told by the
    others, as the height of a narrow law is by the squares across it."""
    values, vectors = np.linalg.eigh(matrices)
    return vectors, np.where(values > _TOLD, 1.0 / np.maximum(values, _TOLD), 0.0)
