"""Does a combination of columns decide the target? Then a coefficient of the logistic likelihood is infinite.

Found exactly by a linear program (Albert & Anderson 1984, Biometrika 71:1; Konis 2007).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats


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
