"""Whether there are rows enough to say that a class describes them.

With about as many parameters as rows a class follows whatever rows there are: no check rejects it, and the errors of
its parameters, which are those of many rows, are too small (of true laws of 33 to 66 parameters by 10 to 30 % at one
row a parameter, 5 % at two). A regression's errors know how few rows there are. And of a handful of rows no check is
made at all, so that nothing could have rejected the class: of these none is said to fit but one that any law would be
of, as a single two-valued column is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from symcat.models.base import Model
from symcat.models.fit import CheckResult, Fit

ENOUGH = "rows enough to judge"

ROWS_A_PARAMETER = 1.5
"""From which a class is said to fit."""
_HANDFUL = 50.0
"""Rows of a group from which a check is not left out because they are few: it is one that groups do not have."""


def too_few(model: Model, fit: Fit, checks: Sequence[CheckResult]) -> NDArray[np.bool_]:
    """(G,) whether a class that is fitted to rows has too few of them to be said to fit."""
    if fit.regression is not None:
        return np.zeros(len(fit.count), dtype=np.bool_)
    few = (fit.count < ROWS_A_PARAMETER * fit.n_parameters) | _unchecked(model, fit, checks)
    return fit.answered & few


def _unchecked(model: Model, fit: Fit, checks: Sequence[CheckResult]) -> NDArray[np.bool_]:
    """(G,) whether no check of the class was made of rows that are few. Blocks of columns are judged by themselves."""
    if model.blocks or fit.parts or _of_any_law(model, fit):
        return np.zeros(len(fit.count), dtype=np.bool_)
    unchecked = ~(fit.count >= _HANDFUL)
    for check in checks:
        if check.weight == "deciding":
            unchecked &= False if check.made is None else ~check.made
    return unchecked


def _of_any_law(model: Model, fit: Fit) -> bool:
    """Whether a class of discrete columns has as many free numbers as their joint law."""
    return not model.schema.at("real") and fit.n_parameters >= math.prod(model.schema.sizes) - 1


def enough_rows(model: Model, fit: Fit, checks: Sequence[CheckResult]) -> tuple[CheckResult, ...]:
    """What is told of a batch of one of too few rows; () where there are enough."""
    if not too_few(model, fit, checks)[0]:
        return ()
    rows, numbers = float(fit.count[0]), fit.n_parameters
    detail = f"{rows:.6g} rows for {numbers} parameter{'s' * (numbers != 1)}: "
    if rows < ROWS_A_PARAMETER * numbers:
        detail += (
            "so few reject hardly any class, and the standard errors, which are those of many rows, may be too small"
        )
    else:
        detail += "no check is made of so few, so that nothing could have rejected the class"
    return (CheckResult.single(ENOUGH, rows / numbers, float("nan"), detail, weight="told", verdict=False),)


def in_words(fit: Fit, told: CheckResult) -> str:
    """What is told of too few rows as a warning, with the cure."""
    return (
        f"Whether {fit.label} describes the data cannot be judged: {told.detail(0)}. Give more rows, choose fewer "
        "columns with columns=[...], or name a class of fewer parameters in classes=."
    )
