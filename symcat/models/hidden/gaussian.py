"""``hidden.gaussian``: the law of a category that is not seen, of each of whose values the columns are Gaussian.

``exp(-F) = sum_k w_k N(x; mean_k, covariance_k)``, a mixture of K Gaussians: phases in coexistence, each with its
share of the rows. Given the category it is the law of largest entropy with these shares, means and covariances; the
category is summed out, so that no averages of the columns are sufficient: the maximum of the likelihood needs the rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.models.at_hand import NEEDS_ROWS, at_hand
from symcat.models.base import (
    Center,
    Class,
    Entry,
    Facts,
    Floats,
    Masses,
    Options,
    Parameters,
    Rest,
    symmetric_entries,
)
from symcat.models.batches import refused_fit
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.hidden import one_column, several
from symcat.models.hidden.checks import checks
from symcat.models.hidden.law import MixtureLaw
from symcat.models.student.values import Values

LABEL = "hidden.gaussian"


class HiddenGaussian(Class):
    """Gaussians of real columns, as many as BIC chooses.

    Parameters: ``weights`` (K,), which add up to one, ``means`` (K, d) and ``covariances`` (K, d, d), in order of the
    first coordinate of the means: the values of a category that is not seen have no names of their own.
    """

    label = LABEL
    facts = Facts("Gaussians of a hidden category", "none")
    needs = Needs()
    one_by_one = True
    by_group = False
    weighed_last = True
    nested = frozenset({"gaussian.full", "gaussian.isotropic"})

    def __init__(self, schema: Schema, options: Options) -> None:
        self.schema, self.seed = schema, options.seed
        self.full_rank = self.searches_long = len(schema) > 1

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """No answer: averages do not tell the maximum."""
        return refused_fit(self.label, moments.count, NEEDS_ROWS)

    def fit_rows(self, rows: Masses | None, observed: Observed, center: Center = None) -> Fit:
        """The maximum of the likelihood of a batch of one over all its rows, of the number of components with the
        smallest BIC."""
        moments = observed.moments
        every = at_hand(rows, observed)
        if every is None:
            return refused_fit(self.label, moments.count, NEEDS_ROWS)
        if len(self.schema) > 1:
            return several.fitted(self.label, every, observed.sample, moments)
        origin = float(moments.origin[0, 0])
        values = Values(every, origin, moments.unit)
        sample = next(iter(values))[0] if observed.sample is None else (observed.sample[:, 0] - origin) / moments.unit
        return one_column.fitted(self.label, values, sample, moments)

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Whether the rows are spread as the law says, tested with the sample; what is as narrow as the data allow."""
        law = self.law({name: value[0] for name, value in fit.parameters.items()})
        return checks(law, fit, observed, self.schema.columns, self.seed)

    # --- using the answer ------------------------------------------------------------------------------------------

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the density at rows (m, d)."""
        return self.law(parameters).log_density(x) - log_partition

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) rows: a component, and a row of it."""
        return self.law(parameters).sample(n, rng)

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the columns."""
        import sympy

        law = self.law(parameters)
        x = [sympy.Symbol(name, real=True) for name in columns]
        parts = []
        for w, mean, covariance in zip(law.weights, law.means, law.covariances, strict=True):
            precision = np.linalg.inv(covariance)
            y = [one - sympy.Float(float(m)) for one, m in zip(x, mean, strict=True)]
            square = sympy.Add(
                *(sympy.Float(float(precision[i, j])) * y[i] * y[j] for i in range(len(y)) for j in range(len(y)))
            )
            height = float(w) / np.sqrt(np.linalg.det(2.0 * np.pi * covariance))
            parts.append(sympy.Float(float(height)) * sympy.exp(-square / 2))
        return -sympy.log(sympy.Add(*parts))

    def formula(self, parameters: Parameters) -> str:
        """F in the names of the parameters."""
        return "-log sum_k weights[k] N(x; means[k], covariances[k]),   weights add up to 1"

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """The free numbers of a parameter: the last weight is what the others leave."""
        size = np.size(parameters["weights"])
        if name == "weights":
            return [((k,), f"{k + 1}") for k in range(size - 1)]
        names = self.schema.columns if len(self.schema) > 1 else ("",)
        if name == "means":
            return [((k, j), f"{k + 1} {own}".strip()) for k in range(size) for j, own in enumerate(names)]
        pairs = [index for index, _ in symmetric_entries((len(names),) * 2, range(len(names)))]
        return [
            ((k, i, j), " ".join([f"{k + 1}", *dict.fromkeys(names[c] for c in (i, j))]).strip())
            for k in range(size)
            for i, j in pairs
        ]

    def law(self, parameters: Parameters) -> MixtureLaw:
        """In closed form, but for its entropy."""
        return MixtureLaw(self.label, parameters)

    def given(self, parameters: Parameters, known: Mapping[int, float]) -> Rest:
        """A mixture again, its weights by how likely each component finds the values."""
        return Rest(LABEL, self.law(parameters).given(known).parameters)

    def normalised(self, parameters: Parameters) -> float:
        """log Z is zero: the Gaussians have their own."""
        return 0.0
