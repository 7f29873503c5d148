"""What the models of one column given the others share, whatever the kind of the column."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symcat.data.moments import Floats
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.errors import SymcatError
from symcat.models.base import Class, Entry, Parameters
from symcat.models.conditional.values import own_values

_FAR = 1e100
"""Values whose combination is reckoned in a unit of their own."""


class GivenOthers(Class):
    """Base of the regressions of the column ``target`` on all others, linear in these.

    Parameters: ``intercept``, unless there is to be none, and ``coefficients`` (p,), in the order of the columns.
    """

    needs = Needs()

    def __init__(self, label: str, schema: Schema, target: int, *, intercept: bool = True) -> None:
        self.label = label
        self.intercept = intercept
        self.schema = schema
        self.target = target
        self.others = [j for j in range(len(schema)) if j != target]
        self.levels = schema.part(self.others).levels

    def named(self, values: Floats) -> dict[str, Floats]:
        """(G, k) coefficients, or their errors, the intercept first if there is one, by name."""
        start = {"intercept": values[:, 0]} if self.intercept else {}
        return start | {"coefficients": values[:, int(self.intercept) :]}

    def along(self, parameters: Parameters, x: Floats) -> Floats:
        """(m,) the linear combination of encoded rows (m, p) of the other columns; infinite beyond all doubles."""
        most = np.finfo(float).max
        own = np.ascontiguousarray(np.clip(own_values(x, self.levels), -most, most))  # one order of summation
        slopes = np.atleast_1d(parameters["coefficients"])
        start = parameters.get("intercept", 0.0)
        largest = np.maximum(np.abs(own).max(axis=1, initial=0.0), 1.0)
        if not (largest > _FAR).any():
            return np.asarray(start + own @ slopes)
        with np.errstate(over="ignore"):  # terms of both signs must not become infinite one by one
            return np.asarray(start + (own / largest[:, None]) @ slopes * largest)

    def design(self, x: Floats) -> Floats:
        """(m, k) what intercept and coefficients multiply, at encoded rows (m, p) of the other columns."""
        own = own_values(x, self.levels)
        return np.column_stack([np.ones(len(own)), own]) if self.intercept else own

    @property
    def combination(self) -> str:
        """What ``along`` gives, in the names of the parameters."""
        return "intercept + x . coefficients" if self.intercept else "x . coefficients"

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """A SymcatError: the other columns have no law here."""
        raise SymcatError(
            "A regression says nothing of its predictors, so it cannot be sampled: solve without target=."
        )

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """The intercept, or a coefficient for every predictor."""
        return [((), "")] if name == "intercept" else [((i,), (j,)) for i, j in enumerate(self.others)]
