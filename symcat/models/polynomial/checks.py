"""What is tested of a polynomial whose couplings were found: from what its fit kept of the rows and of the model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.data.schema import Schema
from symcat.models.base import Floats
from symcat.models.fit import AVERAGES_MATCH, LOG_Z_ERROR, CheckResult, Fit
from symcat.models.polynomial import waves
from symcat.models.tails import two_sided_of

ERROR = "normalised_error"
NEXT = "next_moment"
"""Names among the statistics of a fit: numbers (1,), and scores (1, d), not numbers where nothing was compared."""


def scores(rows: Floats, drawn: Floats, power: int, compared: NDArray[np.bool_]) -> Floats:
    """(d,) differences of the averages of a power of each column, the rows' less the model's, in standard errors."""
    out = np.full(rows.shape[1], np.nan)
    for j in np.flatnonzero(compared):
        data, model = rows[:, j] ** power, drawn[:, j] ** power
        error = np.sqrt(data.var() / len(data) + model.var() / len(model))
        out[j] = (data.mean() - model.mean()) / error
    return out


def run(fit: Fit, schema: Schema, power: int) -> list[CheckResult]:
    """The checks of a batch of one; none of couplings that came without rows."""
    if ERROR not in fit.statistics:
        return []
    d = len(schema)
    found = [averages_match(fit), _next_moment(fit.statistics[NEXT][0], schema, power)]
    if waves.SHAPE in fit.statistics:
        real, two_valued = list(schema.at("real")), schema.at("two-valued")
        drawn = fit.statistics.get(waves.ROWS)
        own = real if drawn is None else ()
        names = [f"principal axis {real.index(j) + 1}" if j in own else repr(schema.columns[j]) for j in range(d)]
        rows = None if drawn is None else float(drawn[0])
        found.append(waves.check(fit.statistics[waves.SHAPE][0], names, two_valued, rows))
    return found


def averages_match(fit: Fit) -> CheckResult:
    """Whether the averages that the couplings imply are those they were found from."""
    error, of_log_z = float(fit.statistics[ERROR][0]), float(fit.statistics[LOG_Z_ERROR][0])
    detail = fit.note
    if np.isfinite(of_log_z) and of_log_z > 0.0:
        detail += f"; log Z is known to +-{of_log_z:.2g}"
    return CheckResult.single(AVERAGES_MATCH, error, np.nan, detail, weight="told", verdict=True)


def _next_moment(found: Floats, schema: Schema, power: int) -> CheckResult:
    """The next even power of every real column, which F does not have: the data's against the model's."""
    worst = int(np.nanargmax(np.abs(found)))
    p = min(1.0, int(np.isfinite(found).sum()) * two_sided_of(float(found[worst])))
    side = "above" if found[worst] > 0.0 else "below"
    name = schema.columns[worst]
    detail = f"power {power} of {name!r} is {abs(found[worst]):.2g} standard errors {side} the answer's"
    # Told: among polynomials BIC decides, and no class of averages has answered.
    return CheckResult.single("next moment", float(found[worst]), p, detail, weight="told")
