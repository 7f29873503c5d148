"""One column given the others by the terms of a quartic F that hold it: which orders are worth their couplings.

``F = A(x) y + B(x) y^2 / 2`` with A of degree three and B of degree two in the other columns x, so that y has mean
``-A / B`` and variance ``1 / B`` there. The linear answer comes first: A linear, B a number, least squares. Then g adds
the squares of x to A, u the cubes, and all of g and u also x and its squares to B; A must have every order then, as a
linear mean is of degree three in it. All have likelihoods that are concave in their couplings; the smallest BIC is
taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, pi

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.models.base import Floats
from symcat.models.polynomial.exact.terms import Terms

_MEANS = {"linear": (1,), "squares": (1, 2), "cubes": (1, 3), "squares and cubes": (1, 2, 3)}
"""Degrees of A beyond the constant, by what they add."""
_STEPS, _DONE, _HALVINGS = 60, 1e-10, 30
_SINGULAR = 1e-10  # share of a design's largest direction


@dataclass(frozen=True)
class Given:
    """Couplings a (T,) of the monomials in A and b (S,) in B, of standardised columns, zero where they are left out.

    ``chosen`` are the places of the K free ones among both, ``inverse`` (K, K) that of Fisher's matrix of all rows.
    """

    words: str
    a: Floats
    b: Floats
    chosen: NDArray[np.intp]
    inverse: Floats
    log_likelihood: float

    def bic(self, count: float) -> float:
        return len(self.chosen) * log(count) - 2.0 * self.log_likelihood


@dataclass(frozen=True)
class Orders:
    """Standardised rows: x (n, p), y (n,), and what each counts."""

    x: Floats
    y: Floats
    times: Floats

    @property
    def terms(self) -> tuple[Terms, Terms]:
        """Of A and of B."""
        return Terms.of(self.x.shape[1], 3), Terms.of(self.x.shape[1], 2)

    def every(self) -> list[Given | str]:
        """The linear answer, those with further orders in the mean, and that with all, in the variance too."""
        of_mean, of_precision = self.terms
        order = of_mean.exponents.sum(axis=1)
        phi, psi = of_mean.values(self.x), of_precision.values(self.x)
        found: list[Given | str] = []
        for words, degrees in _MEANS.items():
            clock.check()
            found.append(self._with_number(words, phi, np.flatnonzero(np.isin(order, (0, *degrees))), psi.shape[1]))
        if isinstance(found[-1], Given):
            found.append(self._with_precision(found[-1], phi, psi))
        return found

    def _with_number(self, words: str, phi: Floats, kept: NDArray[np.intp], size_of_b: int) -> Given | str:
        """Least squares on the monomials that are kept."""
        n, root = float(self.times.sum()), np.sqrt(self.times)
        if n <= len(kept) + 2:
            return f"{words}: {n:.0f} rows cannot determine {len(kept) + 1} couplings"
        design = phi[:, kept]
        coefficients, _, rank, _ = np.linalg.lstsq(design * root[:, None], self.y * root, rcond=_SINGULAR)
        if rank < len(kept):
            return f"{words}: they depend on each other in the rows"
        left = self.y - design @ coefficients
        variance = float(self.times @ (left * left)) / n
        if not variance > np.finfo(float).eps:
            return f"{words}: a perfect fit, whose likelihood has no maximum"
        a, b = np.zeros(phi.shape[1]), np.zeros(size_of_b)
        a[kept], b[0] = -coefficients / variance, 1.0 / variance
        chosen = np.append(kept, phi.shape[1])
        inverse = _inverse(self._information(design, np.ones((len(self.y), 1)), a, b, phi))
        if isinstance(inverse, str):
            return f"{words}: {inverse}"
        return Given(words, a, b, chosen, inverse, -0.5 * n * (log(2.0 * pi * variance) + 1.0))

    def _information(self, design: Floats, of_b: Floats, a: Floats, b: Floats, phi: Floats) -> Floats:
        """(K, K) the covariances of y and y^2 / 2 at each row, times what multiplies them."""
        precision = of_b @ b[: of_b.shape[1]]
        v, m = 1.0 / precision, -(phi @ a) / precision
        cross = (design * (self.times * m * v)[:, None]).T @ of_b
        first = (design * (self.times * v)[:, None]).T @ design
        second = (of_b * (self.times * (m * m * v + 0.5 * v * v))[:, None]).T @ of_b
        return np.block([[first, cross], [cross.T, second]])

    def _with_precision(self, start: Given, phi: Floats, psi: Floats) -> Given | str:
        """The maximum with x and its squares in B too, by Newton's method."""
        kept = start.chosen[:-1]
        words = f"{start.words}, and the variance"
        n, design = float(self.times.sum()), phi[:, kept]
        if n <= len(kept) + psi.shape[1] + 2:
            return f"{words}: {n:.0f} rows cannot determine {len(kept) + psi.shape[1]} couplings"
        a, b = start.a.copy(), start.b.copy()
        value = self._value(phi @ a, psi @ b)
        for _ in range(_STEPS):
            clock.check()
            found = _inverse(self._information(design, psi, a, b, phi))
            if isinstance(found, str):
                return f"{words}: {found}"
            inverse = found
            score = _slopes(phi @ a, psi @ b, design, psi, self.y).T @ self.times
            step = inverse @ score
            gain = float(score @ step)
            if gain < _DONE:
                break
            share = 1.0
            for _ in range(_HALVINGS):
                moved_a, moved_b = a.copy(), b.copy()
                moved_a[kept] += share * step[: len(kept)]
                moved_b += share * step[len(kept) :]
                there = self._value(phi @ moved_a, psi @ moved_b)
                if there > value + 1e-4 * share * gain:
                    break
                share *= 0.5
            else:
                break
            a, b, value = moved_a, moved_b, there
        if not gain < 1e-4:
            return f"{words}: the search for the maximum came to no end"
        least = _least(b, self.terms[1])
        if not least > 0.0:
            return f"{words}: its precision would not stay positive everywhere"
        chosen = np.append(kept, phi.shape[1] + np.arange(psi.shape[1]))
        return Given(words, a, b, chosen, inverse, value)

    def _value(self, along: Floats, precision: Floats) -> float:
        """The log-likelihood; minus infinity where the precision is not positive at a row."""
        if not (precision > 0.0).all():
            return -np.inf
        squared = precision * (self.y + along / precision) ** 2
        return 0.5 * float(self.times @ (np.log(precision) - squared - log(2.0 * pi)))


def _slopes(along: Floats, precision: Floats, design: Floats, of_b: Floats, y: Floats) -> Floats:
    """(n, K) of the log-likelihood of each row, where A and B have these values (n,)."""
    v, m = 1.0 / precision, -along / precision
    return np.concatenate([design * (m - y)[:, None], of_b * (0.5 * (v + m * m - y * y))[:, None]], axis=1)


def scores(found: Given, x: Floats, y: Floats) -> Floats:
    """(m, K) slopes of the log-likelihood of standardised rows by the free couplings."""
    of_mean, of_precision = Terms.of(x.shape[1], 3), Terms.of(x.shape[1], 2)
    phi, psi = of_mean.values(x), of_precision.values(x)
    out: Floats = _slopes(phi @ found.a, psi @ found.b, phi, psi, y)[:, found.chosen]
    return out


def _inverse(information: Floats) -> Floats | str:
    from scipy.linalg import LinAlgError, cho_factor, cho_solve

    size = np.sqrt(np.diagonal(information))
    try:
        factor = cho_factor(information / np.outer(size, size))
    except (LinAlgError, ValueError):
        return "Fisher's matrix is singular"
    return np.asarray(cho_solve(factor, np.eye(len(size))) / np.outer(size, size))


def _least(b: Floats, terms: Terms) -> float:
    """The least value that B has anywhere, as a share of that at zero; minus infinity where it has none."""
    p = terms.dimension
    matrix, slope = np.zeros((p, p)), np.zeros(p)
    for e, value in zip(terms.exponents, b, strict=True):
        at = np.repeat(np.arange(p), e)
        if len(at) == 1:
            slope[at[0]] = value
        elif len(at) == 2:
            matrix[at[0], at[1]] += 0.5 * value
            matrix[at[1], at[0]] += 0.5 * value
    value, vector = np.linalg.eigh(matrix)
    along = vector.T @ slope
    flat = value <= 1e-12 * max(1.0, float(np.abs(value).max(initial=0.0)))
    if (value < -1e-12).any() or (np.abs(along[flat]) > 1e-12).any():
        return -np.inf
    return float((b[0] - 0.25 * (along[~flat] ** 2 / value[~flat]).sum()) / b[0])


def in_words(found: Sequence[Given | str], count: float) -> str:
    """What each order gained, against the linear answer."""
    first = next((one for one in found if isinstance(one, Given)), None)
    parts = []
    for one in found:
        if isinstance(one, str):
            parts.append(one)
        elif one is not first and first is not None:
            more = len(one.chosen) - len(first.chosen)
            gain, bic = one.log_likelihood - first.log_likelihood, one.bic(count) - first.bic(count)
            parts.append(f"{one.words}: {more} couplings gain {gain:.4g} nats, BIC {bic:+.4g}")
    return "; ".join(parts)
