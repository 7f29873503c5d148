"""What the models of one column given the others share, whatever the kind of the column."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symcat.data.moments import Floats
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.errors import SymcatError
from symcat.models.base import Class, Entry, Parameters


class GivenOthers(Class):
    """Base of the regressions of the column ``target`` on all others, linear in these.

    Parameters: ``intercept`` and ``coefficients`` (p,), in the order of the columns.
    """

    needs = Needs()

    def __init__(self, label: str, schema: Schema, target: int) -> None:
        self.label = label
        self.schema = schema
        self.target = target
        self.others = [j for j in range(len(schema)) if j != target]
        self.levels = schema.part(self.others).levels

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """A SymcatError: the other columns have no law here."""
        raise SymcatError(
            "A regression says nothing of its predictors, so it cannot be sampled: solve without target=."
        )

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """The intercept, or a coefficient for every predictor."""
        return [((), "")] if name == "intercept" else [((i,), (j,)) for i, j in enumerate(self.others)]
