"""What the models of a categorical column given the others share: probabilities of its levels."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.levels import Level
from symcat.data.moments import Floats, Moments
from symcat.data.schema import Schema
from symcat.errors import SymcatError
from symcat.models.base import Center, Masses, Parameters
from symcat.models.batches import refused_fit
from symcat.models.conditional import validity
from symcat.models.conditional.calibration import shares
from symcat.models.conditional.given_others import GivenOthers
from symcat.models.conditional.level_rows import Batch, Batches
from symcat.models.conditional.rows import Rows
from symcat.models.conditional.values import own_moments, own_values
from symcat.models.fit import CheckResult, Fault, Fit, Observed

_NEEDS_ROWS = "its leave-one-out likelihood and its maximum need all rows, not only averages"


class Classification(GivenOthers, ABC):
    """Base of the models of the categorical column ``target`` on all others, real or two-valued."""

    one_by_one = True

    def __init__(self, label: str, schema: Schema, target: int, *, intercept: bool = True) -> None:
        super().__init__(label, schema, target, intercept=intercept)
        levels = schema.levels[target]
        assert levels is not None
        self.of_target: tuple[Level, ...] = levels

    @abstractmethod
    def log_probabilities(self, parameters: Parameters, x: Floats) -> Floats:
        """(m, K) natural logs of the probabilities of the levels, at encoded rows (m, p) of the other columns."""

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """No answer: averages over all rows do not tell the levels apart."""
        return refused_fit(self.label, moments.count, _NEEDS_ROWS)

    # --- the rows --------------------------------------------------------------------------------------------------

    def own(self, moments: Moments) -> Moments:
        """Averages of the predictors, in the data's own values."""
        return own_moments(moments.part(self.others), self.levels)

    def places(self, rows: Floats) -> NDArray[np.intp]:
        """(m,) the place of the target's level in encoded rows (m, d)."""
        return np.asarray(rows[:, self.target].astype(np.intp))

    def batches(self, rows: Masses | None, observed: Observed) -> Batches | None:
        """All rows, as often as they are asked for; None where they are not at hand."""
        every = Rows.at_hand(observed, self.schema)
        if every is not None and every.everything:
            whole = self.parts(every.values, every.weight)
            return lambda: [whole]
        return None if rows is None else lambda: (self.parts(values, weight) for values, weight in rows)

    def parts(self, rows: Floats, weight: Floats) -> Batch:
        """Encoded rows (m, d) in the data's own values."""
        others = slice(0, self.target) if self.target == len(self.others) else self.others  # the first are not copied
        return own_values(rows[:, others], self.levels), self.places(rows), weight

    def fault(self, own: Moments, of_level: Floats) -> str:
        """Why the data tell no answer, in a sentence; empty where they may. ``of_level`` (K,) counts rows."""
        if not (of_level > 0.0).all():
            name, level = self.schema.columns[self.target], self.of_target[int((of_level > 0.0).argmin())]
            return Fault(
                f"Level {level!r} of the target {name!r} occurs in no complete row: leave its rows out, or fill their "
                "missing values."
            )
        reason, words = validity.faults(own, None, self.intercept)
        return words[int(reason[0])]

    # --- using the answer ------------------------------------------------------------------------------------------

    def predict(self, parameters: Parameters, x: Floats) -> Floats:
        """(m, K) probabilities of the levels, at encoded rows (m, p) of the other columns."""
        return np.exp(self.log_probabilities(parameters, x))

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the probability of the target given the other columns, at encoded rows (m, d)."""
        found = self.log_probabilities(parameters, x[:, self.others])
        place = np.nan_to_num(x[:, self.target]).astype(np.intp)
        return np.asarray(found[np.arange(len(found)), place])

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """A SymcatError: F would be no polynomial."""
        raise SymcatError("The law of a categorical column given the others has no polynomial F: see .parameters.")


def calibration(logs: Floats, place: NDArray[np.intp], weight: Floats, levels: Sequence[Level]) -> list[CheckResult]:
    """Observed against predicted shares of each level in tenths of the rows; told of the level that is farthest off.

    ``logs`` (m, K) are of the probabilities. None where no level has three groups of rows.
    """
    with np.errstate(divide="ignore"):
        odds = logs - np.log(-np.expm1(np.minimum(logs, -1e-300)))
    up = weight * (place == np.arange(logs.shape[1])[:, None])
    found = shares(odds.T, np.broadcast_to(weight, up.shape), up).check()
    if found is None:
        return []
    made = np.ones(len(levels), dtype=np.bool_) if found.made is None else found.made
    p_value = np.where(made, found.p_value, np.inf)
    worst = int(p_value.argmin())
    joint = min(1.0, float(p_value[worst]) * int(made.sum()))  # Bonferroni
    detail = f"of level {levels[worst]!r}, the farthest of {int(made.sum())}: {found.detail(worst)}"
    return [CheckResult.single(found.name, float(found.statistic[worst]), joint, detail, weight="told")]
