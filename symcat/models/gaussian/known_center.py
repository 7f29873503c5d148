"""Do the columns lie about the centre stated? Hotelling's T^2 of the mean, with the covariance of the class."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.models.fit import CheckResult
from symcat.models.gaussian.likelihood_ratio import second_about
from symcat.models.tails import smallest_of
from symcat.symmetry.projectors import Projectors

Floats = NDArray[np.float64]


def mean_at_center(moments: Moments, center: Floats, projectors: Projectors | None) -> CheckResult:
    """Of G groups; ``center`` (G, d) is from the origin of the moments, in their unit.

    Each projector of the covariance has a test of its own, of which the worst decides; all are exact F laws
    (Anderson 2003, section 5.2).
    """
    from scipy.special import fdtrc

    d, count = moments.dimension, moments.count
    away, covariance = moments.first - center, second_about(moments, moments.first)
    with np.errstate(all="ignore"):  # groups without a solution are not numbers
        if projectors is None:
            deviation = np.sqrt(np.einsum("gii->gi", covariance))
            made = (deviation > 0.0).all(axis=1) & (count > d)
            y = np.where(made[:, None], away / deviation, 0.0)
            correlation = covariance / (deviation[:, :, None] * deviation[:, None, :])
            inverse = np.linalg.pinv(np.where(made[:, None, None], correlation, np.eye(d)), hermitian=True)
            value = np.einsum("gi,gij,gj->g", y, inverse, y) * (count - d) / d
            p_value = fdtrc(d, np.maximum(count - d, 1.0), value)
        else:
            ranks = projectors.ranks
            across = projectors.strengths(covariance)
            values = projectors.strengths(away[:, :, None] * away[:, None, :]) / across * (count[:, None] - 1.0)
            made = (across > 0.0).all(axis=1) & (count > 1.0)
            each = fdtrc(ranks, ranks * np.maximum(count - 1.0, 1.0)[:, None], np.where(made[:, None], values, 0.0))
            value, p_value = values.max(axis=1), smallest_of(each.min(axis=1), len(ranks))

    def detail(group: int) -> str:
        if not made[group]:
            return f"made from {d + 1 if projectors is None else 2} rows on"
        return f"F = {value[group]:.5g} of the mean less the centre stated"

    nothing = np.where(made, 0.0, np.nan)
    return CheckResult("mean at the centre", value + nothing, p_value + nothing, detail, made=made)
