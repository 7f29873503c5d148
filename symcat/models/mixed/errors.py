"""Standard errors of ``mixed.conditional_gaussian``: model-based by the delta method, and the influence of rows."""

from __future__ import annotations

import numpy as np

from symcat.data.moments import Floats
from symcat.models.fit import Fit
from symcat.models.mixed.factors import off_diagonal
from symcat.models.mixed.influence import Influence
from symcat.models.mixed.least_squares import Conditional


def model_based(ising: Fit, given: Conditional, binary: bool) -> dict[str, Floats]:
    """Of every group, from the fit of the two-valued columns alone and the real ones given these.

    Slopes are Gaussian with covariance ``K^-1 x design / n``, K has the Wishart's, both apart.
    """
    count = ising.count
    n = count[:, None, None]
    pull, precision, design = given.pull, given.precision, given.design[:, 1:, 1:]
    coupling = np.einsum("gai,gab->gib", given.slopes, precision)
    own, free = np.einsum("gii->gi", pull), np.einsum("gii->gi", design)
    strength = np.einsum("gaa->ga", precision)
    of_pull = 2.0 * design * pull + pull**2 + free[:, :, None] * own[:, None, :] + own[:, :, None] * free[:, None, :]
    of_pull += own[:, :, None] * own[:, None, :]
    of_h = ising.standard_errors["h"] ** 2
    if binary:
        of_h = of_h + (free * own + 0.5 * own**2) / count[:, None]
    of_mean = np.einsum("gaa->ga", given.covariance) * given.design[:, :1, 0]
    of_coupling = (free + own)[:, :, None] * strength[:, None, :] + coupling**2
    return {
        "h": np.sqrt(of_h),
        "J": np.sqrt(off_diagonal(ising.standard_errors["J"] ** 2 + of_pull / n)),
        "mean": np.sqrt(of_mean / count[:, None]),
        "precision": np.sqrt((strength[:, :, None] * strength[:, None, :] + precision**2) / n),
        "coupling": np.sqrt(of_coupling / n),
    }


def of_groups(moved: Influence, binary: bool) -> dict[str, Floats]:
    """(B, ...) how far groups of rows move the parameters, from what they move of the two factors."""
    precision, slopes = moved.fitted_precision, moved.fitted_slopes
    dk, dc = moved.precision, moved.slopes[:, :, 1:]
    dpull = np.einsum("gai,ab,bj->gij", dc, precision, slopes)
    dpull = dpull + dpull.transpose(0, 2, 1) + np.einsum("ai,gab,bj->gij", slopes, dk, slopes)
    return {
        "h": moved.h - (0.5 * np.einsum("gii->gi", dpull) if binary else 0.0),
        "J": moved.J - off_diagonal(dpull),
        "mean": moved.slopes[:, :, 0],
        "precision": dk,
        "coupling": np.einsum("gai,ab->gib", dc, precision) + np.einsum("ai,gab->gib", slopes, dk),
    }
