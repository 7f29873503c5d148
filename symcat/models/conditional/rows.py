"""Rows to test a regression with: distinct ones with their counts, or a random sample."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symcat.data.moments import Floats
from symcat.data.schema import Schema
from symcat.models.conditional.log_odds import LogOdds
from symcat.models.fit import Observed


@dataclass(frozen=True)
class Rows:
    """Distinct rows with their counts, or a sample with weights of one."""

    values: Floats  # (m, d) two-valued columns as -1 and +1
    weight: Floats  # (m,)
    everything: bool  # whether these are all rows of the data

    @property
    def count(self) -> float:
        """Number of rows they stand for."""
        return float(self.weight.sum())

    @classmethod
    def at_hand(cls, observed: Observed, schema: Schema) -> Rows | None:
        """The distinct rows of a batch of one if all columns are two-valued and were counted, else its sample."""
        if observed.states is not None and schema.only("two-valued"):
            return cls(observed.states.rows, observed.states.counts.astype(np.float64), everything=True)
        if observed.weighted is not None:
            values, weight = observed.weighted
            whole = abs(weight.sum() - observed.moments.count[0]) < 1e-9 * observed.moments.count[0]
            return cls(values, weight, everything=bool(whole))
        sample = observed.sample
        if sample is None:
            return None
        return cls(sample, np.ones(len(sample)), everything=len(sample) == observed.moments.count[0])


def log_likelihood(odds: LogOdds, rows: Rows) -> float:
    """Of the target given the other columns, over all the rows."""
    log_odds = odds.design(rows.values) @ odds.coefficients
    return -float(rows.weight @ np.logaddexp(0.0, -rows.values[:, odds.target] * log_odds))
