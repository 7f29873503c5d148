"""A step of Newton's method where the likelihood need not be concave."""

from __future__ import annotations

import numpy as np

from symcat.models.base import Floats

_FLAT = 1e-9  # curvature, of what it would be if the component of every row were known, that is none


def uphill(curvature: Floats, slope: Floats) -> tuple[Floats, bool]:
    """The step uphill along every principal axis, and whether all curve downwards; ``curvature`` is minus the Hessian.

    In units of what the errors would be if the component of every row were known. Where all curve downwards, which
    Cholesky's factor tells at a fraction of the time, it is the solution of a linear equation.
    """
    try:
        np.linalg.cholesky(curvature - _FLAT * np.eye(len(curvature)))
    except np.linalg.LinAlgError:
        values, axes = np.linalg.eigh(curvature)
        step: Floats = axes @ (slope @ axes / np.maximum(np.abs(values), _FLAT))
        return step, bool(values.min(initial=1.0) > _FLAT)
    return np.asarray(np.linalg.solve(curvature, slope), dtype=np.float64), True
