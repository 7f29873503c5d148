"""What is tested of a fit with a hidden category, and what is told of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.goodness import smooth
from symcat.models.hidden.law import MixtureLaw
from symcat.models.hidden.one_column import Moving

NARROW = "narrow components"
"""Name of the check that tells of components that are as narrow as the resolution of the data."""

_BEYOND = 6  # directions that the test has beyond what the fit absorbs
_MOST_ORDERS = 30


def checks(law: MixtureLaw, fit: Fit, observed: Observed) -> Sequence[CheckResult]:
    """Of a batch of one."""
    moving = None if fit.moves is None else fit.moves.of_rows
    if observed.sample is None or not isinstance(moving, Moving):
        return ()
    found = smooth(
        observed.sample[:, 0],
        law.cdf,
        law.ppf,
        moving.scores,
        order=min(len(moving.free) + _BEYOND, _MOST_ORDERS),
        spread_ties=True,
    )
    held = _held(moving)
    return [one for one in (found, held) if one is not None]


def _held(moving: Moving) -> CheckResult | None:
    """Told of the components that the bound on the spreads holds."""
    size = len(moving.mixture)
    held = sorted(set(range(2 * size, 3 * size)) - set(moving.free.tolist()))
    if not held:
        return None
    weights, means = moving.parameters["weights"], moving.parameters["means"][:, 0]
    at = [k - 2 * size for k in held]
    said = "; ".join(f"component {k + 1} at {means[k]:.6g} with {weights[k]:.1%}" for k in at)
    detail = (
        f"{said} of the rows is as narrow as the distance between neighbouring values allows: a value that repeats, "
        "of which a density says nothing"
    )
    return CheckResult.single(NARROW, float(len(held)), np.nan, detail, weight="told", verdict=False)
