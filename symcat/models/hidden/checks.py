"""What is tested of a fit with a hidden category, and what is told of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from symcat.models.base import Floats
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.goodness import smooth
from symcat.models.hidden.law import MixtureLaw
from symcat.models.hidden.mixture import Mixture
from symcat.models.hidden.newton import scores

NARROW = "narrow components"
"""Name of the check that tells of components that are as narrow as the resolution of the data."""

_BEYOND = 6  # directions that the test has beyond what the fit absorbs
_MOST_ORDERS = 30


def checks(law: MixtureLaw, fit: Fit, observed: Observed) -> Sequence[CheckResult]:
    """Of a batch of one and one column."""
    if observed.sample is None:
        return ()
    held = fit.standard_errors["covariances"].reshape(-1) == 0.0  # by the bound on the spreads: not estimated
    mixture = Mixture(law.weights, law.means[:, 0], np.sqrt(law.covariances[:, 0, 0]))
    size = len(mixture)
    absorbed = np.concatenate([np.arange(size) < size - 1, np.ones(size, dtype=np.bool_), ~held])

    def of_fit(values: Floats) -> Floats:
        return scores(mixture, values)[:, absorbed]

    order = min(int(absorbed.sum()) + _BEYOND, _MOST_ORDERS)
    found = smooth(observed.sample[:, 0], law.cdf, law.ppf, of_fit, order=order, spread_ties=True)
    return [one for one in (found, _told(mixture, held)) if one is not None]


def _told(mixture: Mixture, held: NDArray[np.bool_]) -> CheckResult | None:
    """The components that the bound on the spreads holds."""
    if not held.any():
        return None
    said = "; ".join(
        f"component {k + 1} at {mixture.means[k]:.6g} with {mixture.weights[k]:.1%}" for k in np.flatnonzero(held)
    )
    detail = (
        f"{said} of the rows is as narrow as the distance between neighbouring values allows: a value that repeats, "
        "of which a density says nothing"
    )
    return CheckResult.single(NARROW, float(held.sum()), np.nan, detail, weight="told", verdict=False)
