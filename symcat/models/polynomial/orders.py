"""One column given the others by the terms of a quartic F that hold it: which orders are worth their couplings.

``F = A(x) y + B(x) y^2 / 2`` with A of degree three and B of degree two in the other columns x, so that y has mean
``-A / B`` and variance ``1 / B`` there. The linear answer comes first: A linear, B a number, least squares. Then g adds
the squares of x to A, u the cubes, and all of g and u also x and its squares to B; A must have every order then, as a
linear mean is of degree three in it. The squares and cubes may also be those that are worth it one by one, as many as
BIC takes with what the choice costs (Chen & Chen 2008). All have likelihoods that are concave in their couplings; the
smallest BIC is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import lgamma, log, pi

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.models.base import Floats
from symcat.models.polynomial.exact.terms import Terms

_MEANS = {"linear": (1,), "squares": (1, 2), "cubes": (1, 3), "squares and cubes": (1, 2, 3)}
"""Degrees of A beyond the constant, by what they add."""
_STEPS, _DONE, _HALVINGS = 60, 1e-10, 30
_PATIENCE = 5  # monomials in a row that are not worth it
_SINGULAR = 1e-6  # share of the largest direction of a design: what least squares from averages refuses, is refused


@dataclass(frozen=True)
class Given:
    """Couplings a (T,) of the monomials in A and b (S,) in B, of standardised columns, zero where they are left out.

    ``chosen`` are the places of the K free ones among both, ``inverse`` (K, K) that of Fisher's matrix of all rows, and
    ``structures`` the log of how many such choices there are, of those that were searched.
    """

    words: str
    a: Floats
    b: Floats
    chosen: NDArray[np.intp]
    inverse: Floats
    log_likelihood: float
    structures: float = 0.0

    def bic(self, count: float) -> float:
        return len(self.chosen) * log(count) - 2.0 * self.log_likelihood + 2.0 * self.structures


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
        """The linear answer, those with further orders in the mean, that with the monomials which are worth it one by
        one, and that with all, in the variance too."""
        of_mean, of_precision = self.terms
        order = of_mean.exponents.sum(axis=1)
        phi, psi = of_mean.values(self.x), of_precision.values(self.x)
        weighed = np.column_stack([phi, self.y]) * np.sqrt(self.times)[:, None]
        triangle: Floats = np.asarray(np.linalg.qr(weighed, mode="r"), dtype=np.float64)
        squares = _Squares(triangle, float(self.times.sum()), psi.shape[1])
        found = [squares.given(words, np.flatnonzero(np.isin(order, (0, *of)))) for words, of in _MEANS.items()]
        found.append(squares.strongest(order))
        if isinstance(found[-2], Given):
            found.append(self._with_precision(found[-2], phi, psi))
        return found

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


@dataclass(frozen=True)
class _Squares:
    """Least squares on some of the monomials, from the triangle (r, T + 1) of these and y over ``count`` rows."""

    triangle: Floats
    count: float
    size_of_b: int

    def given(self, words: str, kept: NDArray[np.intp], structures: float = 0.0) -> Given | str:
        """On those that are kept."""
        clock.check()
        n, terms = self.count, self.triangle.shape[1] - 1
        if n <= len(kept) + 2:
            return f"{words}: {n:.0f} rows cannot determine {len(kept) + 1} couplings"
        design, y = self.triangle[:, kept], self.triangle[:, -1]
        coefficients, _, rank, _ = np.linalg.lstsq(design, y, rcond=_SINGULAR)
        if rank < len(kept):
            return f"{words}: they depend on each other in the rows"
        left = y - design @ coefficients
        v = float(left @ left) / n
        if not v > np.finfo(float).eps:
            return f"{words}: a perfect fit, whose likelihood has no maximum"
        products = design.T @ design
        moved = products @ coefficients
        last = float(coefficients @ moved) * v + 0.5 * n * v * v
        inverse = _inverse(np.block([[v * products, v * moved[:, None]], [v * moved[None], np.array([[last]])]]))
        if isinstance(inverse, str):
            return f"{words}: {inverse}"
        a, b = np.zeros(terms), np.zeros(self.size_of_b)
        a[kept], b[0] = -coefficients / v, 1.0 / v
        likelihood = -0.5 * n * (log(2.0 * pi * v) + 1.0)
        return Given(words, a, b, np.append(kept, terms), inverse, likelihood, structures)

    def strongest(self, order: NDArray[np.int64]) -> Given | str:
        """With the linear monomials and as many of the others, by their t-values among all, as BIC takes."""
        words = "the strongest of these"
        every = np.arange(len(order))
        design, y = self.triangle[:, :-1], self.triangle[:, -1]
        products = design.T @ design
        inverse = _inverse(products) if self.count > len(order) + 2 else "too few rows"
        if isinstance(inverse, str):
            return f"{words}: {inverse}"
        t = np.abs(inverse @ (design.T @ y)) / np.sqrt(np.diagonal(inverse))
        linear, others = every[order <= 1], every[order > 1]
        ranked = others[np.argsort(-t[others])]
        best: Given | str = f"{words}: none is worth it"
        worse = 0
        for k in range(1, len(ranked)):
            ways = lgamma(len(ranked) + 1) - lgamma(k + 1) - lgamma(len(ranked) - k + 1)
            one = self.given(f"{words}, {k},", np.sort(np.concatenate([linear, ranked[:k]])), ways)
            if isinstance(one, str):
                break
            if isinstance(best, Given) and one.bic(self.count) >= best.bic(self.count):
                worse += 1
                if worse == _PATIENCE:
                    break
                continue
            best, worse = one, 0
        return best


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
