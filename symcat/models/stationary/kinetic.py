"""``ising.kinetic``: two-valued columns in order of time, coupled to those of the row before, exact to 11 columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.models.base import WEAK, Center, Class, Entry, Facts, Floats, Masses, Measure, Options, Parameters
from symcat.models.batches import refused_fit
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.law import Law
from symcat.models.stationary.glauber import Chain, Transitions, maximum
from symcat.models.tails import chi_square_of

LABEL = "ising.kinetic"
MOST_COLUMNS = 11

_IN_ORDER = "it is of rows in order of time: call solve with the rows and order='time'"
_FEWEST = 8
_TESTED = 1 << 18  # rows


class Kinetic(Class):
    """Glauber dynamics of two-valued columns."""

    label = LABEL
    facts = Facts("Kinetic Ising: couplings between neighbouring times", "shifts in time")
    needs = Needs()
    takes = frozenset({"prior"})
    one_by_one = True
    by_group = False
    measure: Measure = "series"

    def __init__(self, schema: Schema, options: Options) -> None:
        self.schema, self.prior = schema, options.prior

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """None: averages of single rows say nothing of the order of the rows."""
        d = len(self.schema)
        return refused_fit(self.label, moments.count, _IN_ORDER, {"h": (d,), "J": (d, d)})

    def fit_rows(self, rows: Masses | None, observed: Observed, center: Center = None) -> Fit:
        """The maximum of the likelihood of all rows of a batch of one given those before, in order of time."""
        moments, d = observed.moments, len(self.schema)
        if rows is None:
            return refused_fit(self.label, moments.count, _IN_ORDER)
        seen = Transitions.of((batch for batch, _ in rows), d)
        n = seen.count + 1.0
        if n < max(_FEWEST, 2 * (d + 1)):
            few = f"{n:.0f} rows in order of time cannot tell {d + 1} numbers of each column: give more"
            return refused_fit(self.label, moments.count, few)
        weight = float(self.prior) if isinstance(self.prior, int | float) else 0.0
        best = maximum(seen.with_prior(weight) if weight else seen)
        if best is None and self.prior is not None:
            weight = WEAK
            best = maximum(seen.with_prior(weight))
        if best is None:
            certain = (
                "some values follow others for certain, so that the likelihood has no finite maximum; prior='weak'"
            )
            return refused_fit(self.label, moments.count, f"{certain} adds a row that is spread over all states")
        h, coupling = best.theta[:, 0], best.theta[:, 1:]
        chain = Chain(h, coupling)
        log_likelihood = float(sum(_of_transitions(chain, seen)))
        errors = np.sqrt(np.einsum("iaa->ia", np.linalg.inv(best.information)))
        return Fit(
            label=self.label,
            count=moments.count,
            parameters={"h": h[None], "J": coupling[None]},
            standard_errors={"h": errors[None, :, 0], "J": errors[None, :, 1:]},
            log_partition=np.zeros(1),
            # The first row, which follows none, counts as one of the others.
            log_likelihood=moments.count * (log_likelihood / seen.count),
            n_parameters=d * (d + 1),
            statistics={"prior_rows": np.array([weight])},
            reason=np.zeros(1, dtype=np.int8),
            checks=tuple(_tested(chain, rows)) if not weight else (),
            note="" if not weight else f"with a prior of {weight:g} row{'s' * (weight != 1.0)} over all states",
        )

    def influence(self, fit: Fit, groups: Moments, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """Of the averages of the columns, in place of the fields: what tells how many independent rows these are
        worth."""
        return {"h": (groups.count / whole.count)[:, None] * (groups.mean - whole.mean)}

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Made while the rows were at hand."""
        return fit.checks

    # --- using the answer ------------------------------------------------------------------------------------------

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the probability of each of consecutive rows (m, d), given the one before."""
        return chain_of(parameters).log_density(x)

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) consecutive rows."""
        return chain_of(parameters).sample(n, rng)

    def forecast(self, parameters: Parameters, x: Floats, steps: int) -> tuple[Floats, Floats]:
        """(steps, d) means of the rows that follow consecutive ones (m, d), and their standard deviations."""
        chain = chain_of(parameters)
        at = int((x[-1] > 0.0) @ (1 << np.arange(chain.dimension)))
        law = np.zeros(1 << chain.dimension)
        law[at] = 1.0
        means = []
        for _ in range(steps):
            law = chain.advance(law)
            means.append(law @ chain.states)
        mean = np.array(means)
        return mean, np.sqrt(np.maximum(1.0 - mean**2, 0.0))

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F of a row given the one before, as a SymPy expression in the columns at times t and t - 1."""
        import sympy

        chain = chain_of(parameters)
        before = [sympy.Symbol(f"{name}_t_1", real=True) for name in columns]
        energy = sympy.Integer(0)
        for i, name in enumerate(columns):
            field = sympy.Float(float(chain.h[i]))
            field += sum(sympy.Float(float(value)) * s for value, s in zip(chain.J[i], before, strict=True))
            energy += sympy.log(2 * sympy.cosh(field)) - sympy.Symbol(f"{name}_t", real=True) * field
        return energy

    def formula(self, parameters: Parameters) -> str:
        """F in the names of the parameters."""
        return "sum_i log 2 cosh H_i - s_i(t) H_i,   H_i = h_i + sum_j J_ij s_j(t-1)"

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """A field for each column, a coupling for each ordered pair of columns: of the first to the second before."""
        d = len(self.schema)
        if name == "h":
            return [((i,), (i,)) for i in range(d)]
        return [((i, j), (i, j)) for i in range(d) for j in range(d)]

    def law(self, parameters: Parameters) -> KineticLaw:
        """Of a single row, and the entropy of one given that before."""
        return KineticLaw(chain_of(parameters))

    def normalised(self, parameters: Parameters) -> float:
        """Zero: F is normalised."""
        return 0.0


class KineticLaw(Law):
    """What the stationary dynamics say of a single row; the entropy is that of a row given the one before."""

    def __init__(self, chain: Chain) -> None:
        super().__init__(LABEL)
        self._chain = chain

    @cached_property
    def entropy(self) -> float:
        return self._chain.entropy

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        chain = self._chain
        weighed = chain.stationary[:, None] * np.tanh(chain.fields(chain.states))
        return {"m": self.mean, "next": weighed.T @ chain.states}

    @cached_property
    def mean(self) -> Floats:
        found: Floats = self._chain.stationary @ self._chain.states
        return found

    def central(self, order: int) -> Floats:
        up = 0.5 * (1.0 + self.mean)
        found: Floats = up * (1.0 - self.mean) ** order + (1.0 - up) * (-1.0 - self.mean) ** order
        return found


def chain_of(parameters: Parameters) -> Chain:
    """The dynamics of parameters of one group."""
    h = np.atleast_1d(np.asarray(parameters["h"], dtype=np.float64))
    return Chain(h, np.asarray(parameters["J"], dtype=np.float64).reshape(len(h), len(h)))


def _of_transitions(chain: Chain, seen: Transitions) -> Floats:
    """(d,) log-likelihoods of the columns."""
    field = chain.fields(seen.rows)
    found: Floats = seen.counts @ (seen.following * field - np.abs(field) - np.log1p(np.exp(-2.0 * np.abs(field))))
    return found


def _tested(chain: Chain, rows: Masses) -> Iterator[CheckResult]:
    """Score tests of what the class leaves out: couplings within a row, and to the row before the last (Rao 1948)."""
    x = np.concatenate(list(_first(rows, _TESTED)))
    d, n = chain.dimension, len(x)
    if n < 4 * (d + 2):
        return
    field = chain.fields(x[1:-1])
    off, spread = x[2:] - np.tanh(field), 1.0 - np.tanh(field) ** 2
    if d > 1:
        i, j = np.triu_indices(d, 1)
        score, variance = (off.T @ off)[i, j], (spread.T @ spread)[i, j]
        usable = variance > 0.0
        statistic, degrees = float((score[usable] ** 2 / variance[usable]).sum()), int(usable.sum())
        detail = f"pairs of columns of one row: chi-square {statistic:.4g} of {degrees} degrees of freedom"
        yield CheckResult.single("couplings within a row", statistic, chi_square_of(statistic, degrees), detail)
    design, earlier = np.concatenate([np.ones((n - 2, 1)), x[1:-1]], axis=1), x[:-2]
    statistic, degrees = 0.0, 0
    for k in range(d):
        weighed = spread[:, k : k + 1]
        cross = earlier.T @ (weighed * design)
        absorbed = np.linalg.lstsq(design.T @ (weighed * design), cross.T)[0]
        own = earlier.T @ (weighed * earlier) - cross @ absorbed
        score_k = earlier.T @ off[:, k]
        values, vectors = np.linalg.eigh(own)
        along = vectors.T @ score_k
        kept = values > 1e-9 * max(float(values[-1]), 1e-300)
        statistic += float((along[kept] ** 2 / values[kept]).sum())
        degrees += int(kept.sum())
    detail = f"the row before the last: chi-square {statistic:.4g} of {degrees} degrees of freedom"
    yield CheckResult.single("memory of two steps", statistic, chi_square_of(statistic, degrees), detail)


def _first(rows: Masses, most: int) -> Iterator[Floats]:
    left = most
    for batch, _ in rows:
        yield batch[:left]
        left -= len(batch)
        if left <= 0:
            return
