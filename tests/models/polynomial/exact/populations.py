"""Averages of known laws, and tables whose maximum is known."""

from __future__ import annotations

import numpy as np

from symcat.models.polynomial.exact.bases import Axes, every_term
from symcat.models.polynomial.exact.maximum import Maximum, maximum
from symcat.models.polynomial.exact.newton import Problem
from symcat.models.polynomial.exact.rows import RowAverages
from symcat.models.polynomial.exact.terms import Terms
from symcat.models.relaxation import Refusal

COUNT = 1e4


def of_moments(moments: list[float], lo: float, hi: float) -> Maximum | Refusal:
    """The maximum for averages of the powers 0, 1, ... of one column of mean 0 and variance 1."""
    terms = Terms.of(1, len(moments) - 1)
    problem = Problem(np.array(moments), np.eye(terms.count)[1:], terms)
    return maximum(problem, COUNT, np.array([lo]), np.array([hi]), "polynomial")


def of_rows(rows: np.ndarray, degree: int = 4) -> tuple[Maximum | Refusal, float]:
    """The maximum of all terms, and the log-likelihood a row; NaN where there is none."""
    terms = Terms.of(rows.shape[1], degree)
    axes = Axes.of(rows.mean(axis=0), np.cov(rows.T, bias=True).reshape(rows.shape[1], -1), range(rows.shape[1]))
    seen = RowAverages.of(rows, axes, terms)
    basis = every_term(axes, terms, axes.origin)
    problem = Problem(seen.averages[: terms.count], basis.statistics, terms)
    found = maximum(problem, float(len(rows)), seen.lo, seen.hi, "quartic" if degree == 4 else "sextic")
    per_row = -(found.dual.value + axes.log_volume) if isinstance(found, Maximum) else np.nan
    return found, per_row


def wells(n: int = 20_000) -> np.ndarray:
    """Three columns with a common random sign."""
    rng = np.random.default_rng(3)
    np.linalg.qr(rng.normal(size=(20, 20)))
    rng.normal(size=20)
    side = rng.choice([-1, 1], (n, 1))
    rows: np.ndarray = side * np.array([1.2, 1.0, 0.8]) + rng.normal(size=(n, 3)) * 0.35
    return rows
