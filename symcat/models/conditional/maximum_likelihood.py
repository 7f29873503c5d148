"""Logistic regression by maximum likelihood, for data that the joint model does not describe: scikit-learn's Newton.

Separable data, where a coefficient is infinite, are found exactly by a linear program (Albert & Anderson 1984,
Biometrika 71:1; Konis 2007) and answered with a stated prior or refused.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from symcat.errors import InvalidData, SymcatError
from symcat.models.base import CheckResult
from symcat.models.conditional.logistic import LogOdds, logistic
from symcat.models.conditional.logistic_checks import Rows, information
from symcat.models.ising.spins import WEAK

Floats = NDArray[np.float64]
Prior = float | Literal["weak"] | None

_CONVERGED = 1e-12  # squared Newton step, in standard errors of a single row
_NEARLY_CERTAIN = 1e-4  # of the information without predictors: the share below which separation is looked for
_BLOCKS = 256


@dataclass(frozen=True)
class Maximum:
    """The maximum-likelihood log-odds, with a prior where one was needed or asked for."""

    odds: LogOdds
    robust: Floats  # (d, d) sandwich covariance of the coefficients
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

    def score(self, beta: Floats) -> Floats:
        """(m, d) of every row."""
        return self.design * (self.weight * (self.up - logistic(self.design @ beta)))[:, None]


def maximum_likelihood(
    rows: Rows, target: int, mean: Floats, deviation: Floats, columns: Sequence[str], prior: Prior, ordered: bool
) -> Maximum:
    """Log-odds of column ``target`` in all rows of the data.

    ``mean`` and ``deviation`` (d,) of all columns give the origin and the scale in which the search is done;
    ``ordered`` says whether the rows come in the order of the data, for errors from consecutive blocks of them.

    Raises
    ------
    InvalidData : a coefficient is infinite and there is no prior; or the search did not end.
    SymcatError : scikit-learn is not installed.
    """
    spins = (np.abs(rows.values) == 1.0).all(axis=0)
    origin = np.delete(np.where(spins, 0.0, mean), target)
    scale = np.concatenate([[1.0], np.delete(np.where(spins, 1.0, deviation), target)])
    odds = LogOdds(target, np.zeros(len(scale)), np.zeros((len(scale), len(scale))), origin)
    problem = _Problem(odds.design(rows.values) / scale, rows.values[:, target] > 0.0, rows.weight)
    names = [name for j, name in enumerate(columns) if j != target]
    worth = float(prior) if isinstance(prior, int | float) else 0.0
    searched = problem.with_prior(worth) if worth else problem
    beta = _newton(searched)
    said = "" if worth or not _suspicious(problem, beta) else separated(problem.design, problem.up, names)
    if said:
        said = f"{said}: the maximum of the likelihood is infinite"
        if prior is None:
            raise InvalidData(
                f"{said}. Ask for prior='weak' or a number of rows, or leave the columns out with columns=."
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
    score = problem.score(beta)
    if ordered:
        score = np.add.reduceat(score, np.unique(np.linspace(0, len(score), _BLOCKS, endpoint=False, dtype=np.intp)))
    else:
        score = score / np.sqrt(rows.weight)[:, None]  # rows counted w times: w squares of what each adds
    robust = covariance @ (score.T @ score) @ covariance
    unit = np.outer(scale, scale)
    checks = () if not worth else (_told(worth, said),)
    found = replace(odds, coefficients=beta / scale, covariance=covariance / unit)
    return Maximum(found, robust / unit, checks)


def _told(rows: float, said: str) -> CheckResult:
    prior = (
        f"a prior worth {rows:g} row{'s' * (rows != 1.0)} was added, spread over the rows of the data, half +1 and "
        "half -1 (Clogg et al. 1991)"
    )
    return CheckResult(
        "finite maximum", rows, np.nan, f"{said}, so {prior}" if said else prior, weight="told", verdict=not said
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


def separated(design: Floats, up: NDArray[np.bool_], names: Sequence[str]) -> str:
    """In words, the columns of which a combination is never against the target and sometimes decides it; or empty.

    ``design`` (m, d) has the constant first. Maximises the sum of the signed combinations, none of which is negative.
    """
    from scipy.optimize import linprog

    signed = np.unique(design * np.where(up, 1.0, -1.0)[:, None], axis=0)
    found = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(signed)), bounds=(-1.0, 1.0))
    if not found.success or -found.fun < 1e-7:
        return ""
    weight = np.abs(found.x[1:]) * design[:, 1:].std(axis=0)
    involved = [name for name, w in zip(names, weight, strict=True) if w > 0.05 * weight.max()]
    named = ", ".join(repr(name) for name in involved)
    return f"a combination of {named} separates the two values of the target" if involved else ""


def _inverse(info: Floats) -> Floats:
    scale = 1.0 / np.sqrt(np.diagonal(info))
    try:
        found: Floats = np.linalg.inv(info * np.outer(scale, scale)) * np.outer(scale, scale)
    except np.linalg.LinAlgError:
        return np.full_like(info, np.nan)
    return found
