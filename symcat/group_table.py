"""The columns of the frame that ``solve(by=...)`` returns: one row per group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.models.base import Fit
from symcat.models.conditional import linear as regression

Floats = NDArray[np.float64]


def group_columns(
    by: str, keys: Any, columns: Sequence[str], n_missing: NDArray[np.int64], fits: Sequence[Fit]
) -> dict[str, Any]:
    """Key, class taken, row counts, parameters and their standard errors, log Z, log-likelihood, BIC, and the reason
    where there is no answer.

    Parameters of several columns are spread over names such as ``mean_x`` and ``precision_x_y``; those that the class
    of a group does not have are NaN.
    """
    taken = _smallest_bic(fits)
    table: dict[str, Any] = {by: keys}
    if len(fits) > 1:
        names = np.array([fit.label for fit in fits] + [None], dtype=object)
        table["label"] = names[taken]
    table["n_rows"] = fits[0].count.astype(np.int64)
    table["n_missing"] = n_missing
    for kind, suffix in (("parameters", ""), ("standard_errors", "_se")):
        for i, fit in enumerate(fits):
            for name, values in getattr(fit, kind).items():
                for place, column in _spread(name, values, columns):
                    _write(table, place + suffix, column, taken, i, len(fits))
    for i, fit in enumerate(fits):
        if "prior_rows" in fit.statistics:
            _write(table, "prior_rows", fit.statistics["prior_rows"], taken, i, len(fits))
    for name in ("log_partition", "log_likelihood", "bic"):
        for i, fit in enumerate(fits):
            _write(table, name, getattr(fit, name), taken, i, len(fits))
    table["reason"] = _reasons(fits, taken)
    return table


def regression_columns(
    by: str, keys: Any, moments: Moments, n_missing: NDArray[np.int64], target: int
) -> dict[str, Any]:
    """Least squares of every group: intercept, a coefficient per predictor, their standard errors, and the fit."""
    found = regression.fit(moments, target)
    predictors = [name for i, name in enumerate(moments.columns) if i != target]
    table: dict[str, Any] = {by: keys, "n_rows": moments.count.astype(np.int64), "n_missing": n_missing}
    table["intercept"], table["intercept_se"] = found.intercept, found.intercept_error
    for i, name in enumerate(predictors):
        table[f"coefficient_{name}"] = found.coefficients[:, i]
        table[f"coefficient_{name}_se"] = found.coefficient_errors[:, i]
    freedom = found.degrees_of_freedom
    with np.errstate(all="ignore"):
        table["residual_standard_deviation"] = np.sqrt(found.residual_variance * moments.count / freedom)
    table["r_squared"] = found.r_squared
    reason = np.full(len(freedom), None, dtype=object)
    reason[np.isnan(found.intercept)] = "the predictors depend on each other, or a column is constant"
    reason[freedom <= 0] = "there are fewer rows than coefficients"
    table["reason"] = reason
    return table


def _smallest_bic(fits: Sequence[Fit]) -> NDArray[np.intp]:
    """(G,) index of the class each group takes; ``len(fits)`` where none answers."""
    if len(fits) == 1:
        return np.where(fits[0].answered, 0, 1)
    bic = np.stack([np.where(fit.answered, fit.bic, np.inf) for fit in fits])
    taken: NDArray[np.intp] = bic.argmin(axis=0)
    taken[np.isinf(bic.min(axis=0))] = len(fits)
    return taken


def _write(table: dict[str, Any], name: str, values: Floats, taken: NDArray[np.intp], i: int, n_fits: int) -> None:
    if n_fits == 1:
        table[name] = values
        return
    column = table.setdefault(name, np.full(len(values), np.nan))
    mine = taken == i
    column[mine] = values[mine]


def _spread(name: str, values: Floats, columns: Sequence[str]) -> list[tuple[str, Floats]]:
    if values.ndim == 1:
        return [(name, values)]
    if len(columns) == 1:
        return [(name, np.ascontiguousarray(values.reshape(len(values))))]
    if values.ndim == 2:
        return [(f"{name}_{c}", values[:, i]) for i, c in enumerate(columns)]
    first = 1 if name == "J" else 0  # nothing is coupled to itself
    pairs = [(i, j) for i in range(len(columns)) for j in range(i + first, len(columns))]
    return [(f"{name}_{columns[i]}_{columns[j]}", values[:, i, j]) for i, j in pairs]


def _reasons(fits: Sequence[Fit], taken: NDArray[np.intp]) -> NDArray[np.object_]:
    """None where there is an answer; else what each class said."""
    out = np.full(len(taken), None, dtype=object)
    refused = np.flatnonzero(taken == len(fits))
    if len(fits) == 1:
        out[refused] = np.array(fits[0].reasons, dtype=object)[fits[0].reason[refused]]
        return out
    codes = np.stack([fit.reason[refused] for fit in fits], axis=1)
    kinds, which = np.unique(codes, axis=0, return_inverse=True)
    texts = [
        "; ".join(f"{fit.label}: {fit.reasons[code]}" for fit, code in zip(fits, row, strict=True)) for row in kinds
    ]
    out[refused] = np.array(texts, dtype=object)[which.reshape(-1)]
    return out
