"""``polynomial.quartic``, ``polynomial.sextic``, ``mixed.quartic``, ``mixed.sextic``: no table, any polynomial.

``F`` is a polynomial of degree four or six in ``y = x - mean``, with ``mean`` a fixed point and the couplings as
symmetric tensors (``tensors``). Its maximum-likelihood couplings follow from the averages of all its monomials by no
formula; ``relaxation`` states the problem for who finds them. This is what can be done with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.models.base import Center, Class, Entry, Facts, Options, Parameters, symmetric_entries
from symcat.models.batches import refused_fit
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.polynomial import checks
from symcat.models.polynomial.drawing import draw
from symcat.models.polynomial.quadrature import POINTS
from symcat.models.polynomial.tensors import NAMES, energy, monomials, orders
from symcat.models.quartic.labels import label_of

Floats = NDArray[np.float64]

DEGREES = {"quartic": 4, "sextic": 6}
"""By the second word of a label."""

GAUSSIANS = tuple(f"gaussian.{name}" for name in ("full", "diagonal", "exchangeable", "cyclic", "isotropic"))

_WORDS = {4: "four", 6: "six"}
_NO_TABLE = (
    "its couplings follow from no table: the analog device finds them, for one whole table at a time, unless it is "
    "forbidden with fallback=None"
)


class Polynomial(Class):
    """The density of a polynomial of degree four or six: without symmetry, or with whichever its tensors have."""

    needs = Needs()

    def __init__(self, label: str, schema: Schema, options: Options) -> None:
        self.label = label
        self.schema = schema
        self.options = options
        self.degree = DEGREES[label.partition(".")[2]]
        self.two_valued = schema.at("two-valued")
        self.nested = special_cases(label, len(schema))
        self.drawn_slowly = len(schema) not in POINTS  # by chains
        self.takes = frozenset() if self.two_valued else frozenset({"center"})
        beside = " of real columns and two-valued ones" if self.two_valued else ""
        self.facts = Facts(f"Polynomial free energy of degree {_WORDS[self.degree]}{beside}", "that of its couplings")

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """No answer from averages of two columns."""
        return refused_fit(self.label, moments.count, _NO_TABLE)

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Whether the averages match, the next even moment of every real column, and waves along each two axes."""
        return checks.run(fit, self.schema, self.degree + 2)

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the density at the rows of ``x`` (m, d), per unit volume of the columns."""
        return -energy(parameters, x - np.atleast_1d(parameters["mean"])) - log_partition

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) rows; see ``drawing``."""
        return np.atleast_1d(parameters["mean"]) + draw(parameters, len(self.schema), self.two_valued, n, rng)

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the columns."""
        import sympy

        mean = np.atleast_1d(parameters["mean"])
        y = [sympy.Symbol(name, real=True) - sympy.Float(float(c)) for name, c in zip(columns, mean, strict=True)]
        total = sympy.Integer(0)
        for index, coefficient in monomials(parameters, len(columns)):
            term = sympy.Float(coefficient)
            for i in index:
                term *= y[i]
            total += term
        return total

    def formula(self, parameters: Parameters) -> str:
        """F in one line of text."""
        terms = [_term(order) for order in orders(parameters)]
        where = ", two-valued columns -1, +1" if self.two_valued else ""
        return f"{' + '.join(terms)},   y = x - mean{where}"

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """Each multiset of columns once, without what the symmetry, or a two-valued column, makes zero."""
        value = np.asarray(parameters[name])
        if name == "mean":
            return [(index, index) for index in np.ndindex(value.shape) if not set(index) & set(self.two_valued)]
        every = symmetric_entries(value.shape, range(len(self.schema)))
        return [(index, columns) for index, columns in every if value[index] != 0.0]


def special_cases(label: str, dimension: int) -> frozenset[str]:
    """The classes of the same columns whose F has no higher degree."""
    kind, _, degree = label.partition(".")
    lower = {f"{kind}.quartic"} if degree == "sextic" else set()
    if kind == "mixed":
        return frozenset({"mixed.product", "mixed.conditional_gaussian", *lower})
    return frozenset({*GAUSSIANS, label_of(dimension), *lower})


def _term(order: int) -> str:
    """The term of an order in F: ``sum g_ijk y_i y_j y_k / 6``."""
    indexes = "ijklmn"[:order]
    product = " ".join(f"y_{i}" for i in indexes)
    return f"sum {NAMES[order - 1]}_{indexes} {product}" + (f" / {factorial(order)}" if order > 1 else "")
