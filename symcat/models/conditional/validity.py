"""Data of which no column can be predicted from the others: too few rows, constant columns, dependent predictors.

Of a batch of one the reason is a complete sentence that names the columns and the cure: the data are at fault, not the
class. Of many groups it is what they have in common.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats, Moments
from symcat.data.validation import SINGULAR
from symcat.models.fit import Fault

FEW_ROWS, CONSTANT, DEPENDENT = 1, 2, 3


def constant(moments: Moments, intercept: bool = True) -> NDArray[np.bool_]:
    """(G, d) whether a column's spread is no more than the rounding of the values themselves.

    Without an intercept a column may be constant, and only one of zeros says nothing.
    """
    about = moments.about(moments.mean if intercept else np.zeros_like(moments.origin))
    deviation = np.sqrt(np.maximum(np.einsum("gii->gi", about.second), 0.0))
    rounding = 8.0 * np.finfo(float).eps * np.abs(about.origin) / moments.unit
    return np.asarray(~(deviation > rounding))


def few_rows(moments: Moments, of: str, least: int, predictors: int | None = None) -> str:
    """Why there are too few rows, for coefficients and ``of`` besides: ``least`` are needed. All columns but one are
    predictors where nothing is said."""
    if moments.n_groups > 1:
        return "there are fewer rows than coefficients"
    p = moments.dimension - 1 if predictors is None else predictors
    return Fault(
        f"{int(np.nan_to_num(moments.count[0]))} rows cannot determine {p} coefficients{of}: at least {least} rows "
        "are needed. Give more rows or fewer columns."
    )


def constant_in_words(moments: Moments, intercept: bool = True) -> str:
    """Which column is constant, of a batch of one in which there is such a column."""
    lacking = np.flatnonzero(constant(moments, intercept)[0])
    if moments.n_groups > 1 or not len(lacking):
        return "a column is constant"
    name, value = moments.columns[lacking[0]], moments.mean[0, lacking[0]]
    return Fault(f"Column {name!r} is constant ({value:.6g} in every row): leave it out with columns=.")


def dependent_in_words(names: Sequence[str], intercept: bool = True) -> str:
    """Which columns are a linear combination of each other."""
    if not names:
        return "predictors are linearly dependent"
    together = ", ".join(map(repr, names)) + " are linearly dependent" + ", the intercept included" * intercept
    return Fault(f"Columns {together}: leave one of them out with columns=.")


def faults(moments: Moments, target: int | None, intercept: bool = True) -> tuple[NDArray[np.int8], tuple[str, ...]]:
    """(G,) what is wrong with each group, 0 for nothing, and the reasons in words, the first of them empty.

    Without a ``target`` all columns are predictors.
    """
    reason = np.zeros(moments.n_groups, dtype=np.int8)
    others = [j for j in range(moments.dimension) if j != target]
    smallest, vectors = _weakest(moments, others, intercept)
    coefficients = len(others) + int(intercept)
    reason[~(smallest > SINGULAR * len(others))] = DEPENDENT
    reason[constant(moments, intercept).any(axis=1)] = CONSTANT
    alone = np.zeros(moments.n_groups, dtype=np.bool_) if target is None else constant(moments.part([target]))[:, 0]
    reason[alone] = CONSTANT
    reason[moments.count <= coefficients] = FEW_ROWS
    together: list[str] = []
    if moments.n_groups == 1 and reason[0] == DEPENDENT:
        weight = np.abs(vectors[0])
        together = [moments.columns[others[i]] for i in np.flatnonzero(weight > 0.05 * weight.max())]
    own = moments if target is None else moments.part([target])
    return reason, (
        "",
        few_rows(moments, " and an intercept" * intercept, coefficients + 1, len(others)),
        constant_in_words(own) if alone[0] else constant_in_words(moments, intercept),
        dependent_in_words(together, intercept),
    )


def _weakest(moments: Moments, columns: Sequence[int], intercept: bool) -> tuple[Floats, Floats]:
    """(G,) smallest eigenvalues of the correlations of these columns, and (G, p) their vectors; NaN if constant.

    Without an intercept of their products about zero instead.
    """
    about = moments.about(moments.mean if intercept else np.zeros_like(moments.origin))
    second = about.second[:, columns][:, :, columns]
    deviation = np.sqrt(np.maximum(np.einsum("gii->gi", second), 0.0))
    with np.errstate(all="ignore"):
        correlation = second / (deviation[:, :, None] * deviation[:, None, :])
    usable = np.isfinite(correlation).all(axis=(1, 2))
    values, vectors = np.linalg.eigh(np.where(usable[:, None, None], correlation, np.eye(len(columns))))
    return np.where(usable, values[:, 0], np.nan), vectors[:, :, 0]
