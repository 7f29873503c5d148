"""Why a group has no maximum, in words with figures."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.models.scalar import kernels, quartic_table
from symcat.models.scalar.newton import Found

Floats = NDArray[np.float64]

LARGEST_EXPONENT = 290.0
"""Of ten, that a coupling of the highest degree may have in the units of the data."""


def of_search(found: Found, degree: int, even: bool) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """(G,) which of the reasons each group has; the first is none."""
    said = {"": 0}
    reason = np.zeros(len(found.code), dtype=np.int32)
    where = "the centre" if even else "the mean"
    for code in (kernels.FEW_VALUES, kernels.NOT_CONVERGED, kernels.OUT_OF_REACH, kernels.NEAR_GAUSSIAN):
        alike = found.code == code
        if alike.any():
            reason[alike] = said.setdefault(_in_words(code, np.full(3, np.nan), degree, where), len(said))
    for group in np.flatnonzero((found.code == kernels.TURNS_DOWN) | (found.code == kernels.FAR_HUMP)):
        text = _in_words(int(found.code[group]), found.seen[group], degree, where)
        reason[group] = said.setdefault(text, len(said))
    return reason, tuple(said)


def _in_words(code: int, seen: Floats, degree: int, where: str) -> str:
    at, height = f"{abs(seen[0]):.2g} standard deviations from {where}", f"{seen[1]:.2g} nats"
    if code == kernels.FEW_VALUES:
        return (
            f"a polynomial of degree {degree // 2} is nearly zero on all rows, as on {degree // 2} values: the "
            "likelihood has no finite maximum"
        )
    if code == kernels.TURNS_DOWN:
        return (
            f"no density of degree {degree} that ends where the rows do has these averages: F turns down again {at}, "
            f"where no rows are, behind a barrier of {height}"
        )
    if code == kernels.FAR_HUMP:
        return (
            f"a density of degree {degree} has these averages only with a second hump behind a barrier of {height}, "
            f"{at}, that holds {seen[2]:.1g} of all rows, less than half a row"
        )
    if code == kernels.NEAR_GAUSSIAN:
        return quartic_table.REASONS[quartic_table.NEAR_GAUSSIAN]
    if code == kernels.OUT_OF_REACH:
        return (
            f"the kurtosis is so far above 3 + 2.6 skewness^2 that a density of degree {degree} has it only with a "
            f"second hump behind a barrier of more than {kernels.BARRIER:g} nats, that holds less than half a row"
        )
    return f"the search for a polynomial of degree {degree} with these averages did not come to rest"


def refuse(
    reason: NDArray[np.int32], reasons: tuple[str, ...], cases: list[tuple[NDArray[Any], str]]
) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """The same with the groups of each mask refused for what is said of it, the last in turn deciding."""
    for mask, text in cases:
        if mask.any():
            reasons = (*reasons, text)
            reason = np.where(mask, len(reasons) - 1, reason).astype(np.int32)
    return reason, reasons
