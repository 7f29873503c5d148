"""Whether there are rows enough to say that a class describes them.

With about as many parameters as rows a class follows whatever rows there are: no check rejects it, and the errors of
its parameters, which are those of many rows, are too small (of true laws of 33 to 66 parameters by 10 to 30 % at one
row a parameter, 5 % at two). A regression's errors know how few rows there are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.models.fit import CheckResult, Fit

ENOUGH = "rows enough to judge"

ROWS_A_PARAMETER = 1.5
"""From which a class is said to fit."""


def too_few(fit: Fit) -> NDArray[np.bool_]:
    """(G,) whether a class that is fitted to rows has too few of them."""
    few = fit.answered & (fit.count < ROWS_A_PARAMETER * fit.n_parameters)
    return few if fit.regression is None else np.zeros_like(few)


def enough_rows(fit: Fit) -> tuple[CheckResult, ...]:
    """What is told of a batch of one of too few rows; () where there are enough."""
    if not too_few(fit)[0]:
        return ()
    rows, numbers = float(fit.count[0]), fit.n_parameters
    detail = (
        f"{rows:.6g} rows for {numbers} parameters: so few reject hardly any class, and the standard errors, which are "
        "those of many rows, may be too small"
    )
    return (CheckResult.single(ENOUGH, rows / numbers, float("nan"), detail, weight="told", verdict=False),)


def in_words(fit: Fit) -> str:
    """The same as a warning, with the cure."""
    (check,) = enough_rows(fit)
    return (
        f"Whether {fit.label} describes the data cannot be judged: {check.detail(0)}. Give more rows, choose fewer "
        "columns with columns=[...], or name a class of fewer parameters in classes=."
    )
