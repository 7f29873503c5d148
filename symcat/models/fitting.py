"""A class fitted to the data with its checks, as a candidate; beside an answer it takes but a part of the time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.data.group_validation import blanked
from symcat.data.moments import Moments
from symcat.loops import side_by_side
from symcat.models.base import Center, Floats, Masses, Model
from symcat.models.batches import concatenate_fits, refused_fit, refusing_where
from symcat.models.candidates import Candidate
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.special import IntegratedModel, RowsModel

PIECE = 1 << 16
"""Numbers of a batch that one thread takes at a time."""

_CUT_SHORT = "its search was cut short, as others have an answer: budget_s= gives it longer"
_OF_LONG, _OF_SHORT = 0.5, 0.9
"""Share of the time left that a class takes beside an answer, one that searches long and another."""
_BEATEN = "not searched for: another class is likelier than it can be"

Rows = Callable[[], Iterable[Floats]]
"""All complete encoded rows once more, in batches."""


def in_time(
    model: Model, candidates: Sequence[Candidate], moments: Moments, found: Callable[[], Candidate]
) -> Candidate:
    """A class with its answer; where others have one, this takes but a part of the time that is left, half of it if its
    search is long, and is refused after that: the answer at hand is not lost with it."""
    if moments.n_groups > 1 or not any(c.fit.answered[0] and not c.ruled_out[0] for c in candidates):
        return found()
    try:
        with clock.beside_an_answer(_OF_LONG if model.searches_long else _OF_SHORT):
            return found()
    except clock.OutOfTime:
        return Candidate(model, refused_fit(model.label, moments.count, _CUT_SHORT))


def fit_batch(model: Model, moments: Moments, center: Center = None) -> Fit:
    """The fits of one class; large batches are cut into pieces that run side by side. Groups do not know each other."""
    piece = max(1, PIECE // moments.dimension**2)
    if moments.n_groups <= piece:
        return model.fit(moments, center)
    starts = range(0, moments.n_groups, piece)
    fits = side_by_side(lambda start: model.fit(moments.groups(slice(start, start + piece)), center), starts)
    return concatenate_fits(list(fits))


def fitted(model: Model, observed: Observed, center: Center, beaten: NDArray[np.bool_] | None = None) -> Candidate:
    """A class with its fits, but of groups in which it is ``beaten`` already."""
    if beaten is None or not beaten.any():
        return checked(model, fit_batch(model, observed.moments, center), observed, center)
    fit = fit_batch(model, blanked(observed.moments, beaten), center)
    fit = refusing_where(replace(fit, count=observed.moments.count), beaten, _BEATEN)
    return checked(model, fit, observed, center)


def fitted_to_rows(model: RowsModel, rows: Masses | None, observed: Observed, center: Center) -> Candidate:
    """A class of rows."""
    return checked(model, model.fit_rows(rows, observed, center), observed, center)


def integrated(model: IntegratedModel, at_hand: Rows, observed: Observed, center: Center, least: float) -> Candidate:
    """A class that is integrated, of which special cases have reached the log-likelihood ``least``."""
    return checked(model, model.integrated(at_hand(), observed.moments, center, least=least), observed, center)


def checked(model: Model, fit: Fit, observed: Observed, center: Center) -> Candidate:
    """A class with its fit, what only rows tell of it, and its checks."""
    fit = model.completed(fit, observed)
    checks = tuple(model.checks(fit, observed, center)) if fit.answered.any() else ()
    return Candidate(model, fit, _of_a_family(checks))


def _of_a_family(checks: Sequence[CheckResult]) -> tuple[CheckResult, ...]:
    """The same, those that decide each at its share of the level, so that all together have it (Bonferroni)."""
    deciding = sum(check.weight == "deciding" for check in checks)
    return tuple(
        replace(check, level=check.level / deciding) if check.weight == "deciding" and deciding > 1 else check
        for check in checks
    )
