"""The maximum of the logistic likelihood, with a prior where a coefficient would be infinite: scikit-learn's Newton."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats
from symcat.errors import InvalidData, SymcatError
from symcat.models.base import WEAK
from symcat.models.conditional.log_odds import LogOdds, information, logistic
from symcat.models.conditional.rows import Rows
from symcat.models.conditional.separation import separated
from symcat.models.fit import FINITE_MAXIMUM, CheckResult

Prior = float | Literal["weak"] | None

_CONVERGED = 1e-12  # squared Newton step, in standard errors of a single row
_NEARLY_CERTAIN = 1e-4  # of the information without predictors: the share below which separation is looked for


@dataclass(frozen=True)
class Maximum:
    """The maximum-likelihood log-odds, with a prior where one was needed or asked for."""

    odds: LogOdds
    prior: Floats  # (A, d) how far the rows of the prior move the coefficients, A = 0 where there is none
    checks: tuple[CheckResult, ...]


@dataclass(frozen=True)
class _Problem:
    """Weighted rows of a design (m, d) and whether the target is +1 in them."""

    design: Floats
    up: NDArray[np.bool_]
    weight: Floats

    def with_prior(self, rows: float) -> _Problem:
        """With that many rows more, spread over these as their weights are, half of them +1 and half -1."""
        share = 0.5 * rows * self.weight / self.weight.sum()
        return _Problem(
            np.concatenate([self.design] * 3),
            np.concatenate([self.up, np.ones_like(self.up), np.zeros_like(self.up)]),
            np.concatenate([self.weight, share, share]),
        )

    def score_of_prior(self, beta: Floats, rows: float) -> Floats:
        """(d, d) a square root of the sum of squares of the scores of the rows that ``with_prior`` has added."""
        if not rows:
            return np.empty((0, len(beta)))
        added = len(self.weight) // 3
        score = (self.score(beta) / np.sqrt(self.weight)[:, None])[added:]
        return np.asarray(np.linalg.qr(score, mode="r"))

    def score(self, beta: Floats) -> Floats:
        """(m, d) of every row."""
        return self.design * (self.weight * (self.up - logistic(self.design @ beta)))[:, None]


def maximum(rows: Rows, start: LogOdds, deviation: Floats, names: Sequence[str], prior: Prior) -> Maximum:
    """Log-odds of a column in all rows of the data.

    ``start`` says which column, and from where the others are counted; ``deviation`` (p,) is the scale of each of
    these in the search, and ``names`` are theirs.

    Raises
    ------
    InvalidData : a coefficient is infinite and there is no prior; or the search did not end.
    SymcatError : scikit-learn is not installed.
    """
    scale = np.concatenate([[1.0], deviation])
    problem = _Problem(start.design(rows.values) / scale, rows.values[:, start.target] > 0.0, rows.weight)
    worth = float(prior) if isinstance(prior, int | float) else 0.0
    searched = problem.with_prior(worth) if worth else problem
    beta = _newton(searched)
    said = "" if worth or not _suspicious(problem, beta) else separated(problem.design, problem.up, names)
    if said:
        said = f"{said}: the maximum of the likelihood is infinite"
        if prior is None:
            raise InvalidData(
                f"{said[0].upper()}{said[1:]}. Ask for prior='weak' or a number of rows, or leave the columns out "
                "with columns=."
            )
        worth = WEAK
        searched = problem.with_prior(worth)
        beta = _newton(searched)
    info = information(searched.design, searched.weight, searched.design @ beta)
    covariance = _inverse(info)
    step = covariance @ searched.score(beta).sum(axis=0)
    if not float(step @ info @ step) < _CONVERGED * rows.count:
        raise InvalidData(
            "The search for the maximum of the logistic likelihood did not end: the predictors are nearly dependent, "
            "or of very different spread. Leave one out, or change the units."
        )
    checks = () if not worth else (_told(worth, said),)
    found = replace(start, coefficients=beta / scale, covariance=covariance / np.outer(scale, scale))
    return Maximum(found, searched.score_of_prior(beta, worth) @ covariance / scale, checks)


def _told(rows: float, said: str) -> CheckResult:
    prior = (
        f"a prior worth {rows:g} row{'s' * (rows != 1.0)} was added, spread over the rows of the data, half +1 and "
        "half -1 (Clogg et al. 1991)"
    )
    return CheckResult.single(
        FINITE_MAXIMUM, rows, np.nan, f"{said}, so {prior}" if said else prior, weight="told", verdict=not said
    )


def _newton(problem: _Problem) -> Floats:
    """The coefficients (d,), intercept first."""
    try:
        from sklearn.linear_model import LogisticRegression
    except ImportError as error:
        raise SymcatError(
            "The joint model does not describe these data, and maximum likelihood of the conditional one needs "
            "scikit-learn: pip install symcat[sklearn]."
        ) from error
    search = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-10, max_iter=200)
    with warnings.catch_warnings():  # whether it has converged is looked at afterwards
        warnings.simplefilter("ignore")
        search.fit(problem.design[:, 1:], problem.up, sample_weight=problem.weight)
    return np.concatenate([search.intercept_, search.coef_[0]])


def _suspicious(problem: _Problem, beta: Floats) -> bool:
    """Whether some combination of the predictors all but decides the target wherever it varies."""
    share = problem.weight @ problem.up / problem.weight.sum()
    blind = (problem.design * (share * (1.0 - share) * problem.weight)[:, None]).T @ problem.design
    info = information(problem.design, problem.weight, problem.design @ beta)
    factor = np.linalg.cholesky(blind)
    half = np.linalg.solve(factor, info)
    return bool(np.linalg.eigvalsh(np.linalg.solve(factor, half.T))[0] < _NEARLY_CERTAIN)


def _inverse(info: Floats) -> Floats:
    scale = 1.0 / np.sqrt(np.diagonal(info))
    try:
        found: Floats = np.linalg.inv(info * np.outer(scale, scale)) * np.outer(scale, scale)
    except np.linalg.LinAlgError:
        return np.full_like(info, np.nan)
    return found
