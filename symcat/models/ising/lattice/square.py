"""``ising.square``: one coupling between nearest neighbours of an L x L torus, no field; read from the catalogue.

``F = -J sum s_i s_j`` over the 2 L^2 bonds, columns in row-major order; for L = 2 both bonds of a pair count. The only
statistic is q, the average of s_i s_j over the bonds. The table is computed from Kaufman's exact partition function
(Phys. Rev. 76, 1232, 1949). Translations and reflections of the torus and turning all spins leave F unchanged.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats, Moments
from symcat.models.base import (
    Center,
    CheckResult,
    Facts,
    Fit,
    Observed,
    Options,
    Parameters,
    Table,
    blank_refused,
    counted,
)
from symcat.models.ising import existence, hypercube, spin_checks
from symcat.models.ising.couplings import Couplings
from symcat.models.ising.family import Ising, Predicted
from symcat.models.ising.lattice import swendsen_wang
from symcat.models.ising.lattice.reduced import SQUARE, read, reduced
from symcat.models.ising.newton import Maximum
from symcat.models.ising.spins import IMPOSSIBLE, INFINITE, NO_ROWS, spin_averages, uniform_couplings

_BELOW, _ABOVE = 4, 5  # reasons of this class alone


LARGEST_SIDE = 32
"""Side of the largest lattice with a table."""


class SquareLattice(Ising):
    """The nearest-neighbour class of d = L^2 columns, L = 2 to 32: parameters J, and h, which is zero for spins."""

    label = SQUARE
    tabulated = True
    facts = Facts(
        "Ising square lattice, periodic, no field", "translations and reflections of the torus, all spins turned"
    )

    def __init__(self, dimension: int, options: Options) -> None:
        super().__init__(dimension, options)
        side = side_of(dimension)
        if side is None:
            raise ValueError(f"{dimension} columns are not a square lattice of side 2 to {LARGEST_SIDE}.")
        self.side = self.table_size = side
        self.bonds = swendsen_wang.lattice(side)
        # The class's averages of all pairs are known exactly where all states can be summed over.
        self.symmetric = dimension <= hypercube.LARGEST
        self._table: Table | None = None

    def fit(self, moments: Moments, center: Center, table: Table | None = None) -> Fit:
        """J of every group with model-based standard errors, from the table of this side."""
        assert table is not None
        self._table = table
        mean, pair = spin_averages(moments)
        count = moments.count
        data = self.reduce(mean, pair)
        with np.errstate(all="ignore"):  # groups without a solution are told by their reason
            rows = self._prior_rows(self.at_boundary(mean, pair, count), count)
            target = data * np.where(rows > 0.0, count / (count + rows), 1.0)[:, None]
            solved = self.maximise(target)
            q = target[:, 0] / len(self.bonds[0])
            reason = np.zeros(len(count), dtype=np.int8)
            reason[q > table.hi] = _ABOVE
            reason[q < table.lo] = _BELOW
            reason[np.isnan(rows)] = INFINITE
            reason[existence.impossible(mean, pair)] = IMPOSSIBLE
            reason[count == 0.0] = NO_ROWS
            theta = self.in_basis(solved.theta)
            log_z = solved.log_z - (solved.theta @ self.all_down if self.options.basis == "binary" else 0.0)
            log_likelihood = count * (solved.theta[:, 0] * data[:, 0] - solved.log_z)
            error = self.in_basis(np.eye(1))[0, 0] / np.sqrt(solved.covariance[:, 0, 0] * (count + np.nan_to_num(rows)))
            errors = _sizes(self.arrange(error[:, None])) if counted(moments) else {}
        return blank_refused(
            Fit(
                label=self.label,
                count=count,
                parameters=self.arrange(theta),
                standard_errors=errors,
                log_partition=log_z,
                log_likelihood=log_likelihood,
                n_parameters=self.n_free,
                statistics={"average over bonds": q, "m": mean, "q": pair, "prior_rows": np.nan_to_num(rows)},
                reason=reason,
                reasons=self._all_reasons(table),
                source="catalogue",
                information=solved.covariance if moments.n_groups == 1 else None,
            )
        )

    def _all_reasons(self, table: Table) -> tuple[str, ...]:
        return (
            "",
            "there are no complete rows",
            "no table of two-valued columns has these averages",
            "every row is a ground state, so the maximum is infinite: ask for prior='weak' or a number of rows",
            f"the average over bonds is below {table.lo:.9g}, the end of the table: {table.below}",
            f"the average over bonds is above {table.hi:.9g}, the end of the table: {table.above}",
        )

    def reduce(self, mean: Floats, pair: Floats) -> Floats:
        total: Floats = pair[:, self.bonds[0], self.bonds[1]].sum(axis=1, keepdims=True)
        return total

    def maximise(self, target: Floats) -> Maximum:
        """J from the table that the fit was given; not a number outside what it covers."""
        assert self._table is not None
        q = target[:, 0] / len(self.bonds[0])
        covered = (q >= self._table.lo) & (q <= self._table.hi)
        theta, log_z, information = (np.full(len(q), np.nan) for _ in range(3))
        found = read(self._table, self.label, self.side, q[covered])
        theta[covered], log_z[covered] = found.coupling, found.log_z
        information[covered] = len(self.bonds[0]) / found.slope
        return Maximum(theta[:, None], log_z, information[:, None, None])

    def at_boundary(self, mean: Floats, pair: Floats, count: Floats) -> NDArray[np.bool_]:
        """Whether every row is a ground state: the next ones differ by 8 in the sum over bonds, 4 if frustrated."""
        total = self.reduce(mean, pair)[:, 0]
        n = len(self.bonds[0])
        out: NDArray[np.bool_] = n - total < 8.0 * existence.least(count)
        out |= total - n * float(reduced(self.label, self.side).least) < 4.0 * existence.least(count)
        return out

    def robust_standard_errors(self, fit: Fit, blocks: Moments, center: Center) -> dict[str, Floats]:
        return _sizes(super().robust_standard_errors(fit, blocks, center))

    def arrange(self, theta: Floats) -> dict[str, Floats]:
        """The binary basis has a field where the spin basis has none: four bonds at each column, ``-2 J`` from each."""
        j = theta[:, 0]
        return {"h": -2.0 * j if self.options.basis == "binary" else np.zeros_like(j), "J": j}

    def flatten(self, parameters: Parameters) -> Floats:
        return np.array([parameters["J"]], dtype=np.float64)

    def couplings(self, theta: Floats) -> Couplings:
        pairs = np.zeros((self.dimension, self.dimension))
        np.add.at(pairs, self.bonds, 1.0)
        np.add.at(pairs, self.bonds[::-1], 1.0)
        return uniform_couplings(0.0, float(theta[0]) * pairs)

    def predict(self, theta: Floats) -> Predicted:
        """Exact averages of all pairs, by sums over all states: to side 4."""
        d = self.dimension
        values = hypercube.averages(self.probabilities(theta)[None], hypercube.pair_masks(d))[0, d:]
        pair = np.eye(d)
        pair[np.triu_indices(d, 1)] = values
        return Predicted(np.zeros(d), pair + np.triu(pair, 1).T)

    def checks(self, fit: Fit, observed: Observed, center: Center) -> Sequence[CheckResult]:
        """The averages the class forces: exact to side 4; beyond, zero means and equal averages at equal distance."""
        found = list(super().checks(fit, observed, center))
        if not self.symmetric:
            mean, pair = spin_averages(observed.moments)
            said = Predicted(np.zeros(self.dimension), self._alike(pair[0]))
            columns, count = observed.moments.columns, float(observed.moments.count[0])
            found += spin_checks.averages(said, mean[0], pair[0], count, columns)
        return found

    def _alike(self, pair: Floats) -> Floats:
        """Pair averages (d, d) averaged over translations, reflections and the exchange of the two directions."""
        row, column = np.divmod(np.arange(self.dimension), self.side)
        apart = [np.abs(np.subtract.outer(x, x)) for x in (row, column)]
        near, far = np.sort([np.minimum(x, self.side - x) for x in apart], axis=0)
        kind = (near * self.side + far).ravel()
        total = np.bincount(kind, weights=pair.ravel())
        shared: Floats = (total / np.maximum(np.bincount(kind), 1))[kind].reshape(pair.shape)
        return shared

    @property
    def binary(self) -> Floats:
        return np.array([[4.0]])

    @property
    def all_down(self) -> Floats:
        return np.array([float(len(self.bonds[0]))])

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) rows: independent, by their probabilities, to side 4; beyond, by Swendsen-Wang cluster updates."""
        if self.dimension <= hypercube.LARGEST:
            return super().sample(parameters, n, rng)
        return swendsen_wang.sample(self.side, float(self.theta_of(parameters)[0]), n, rng)

    def free_energy(self, parameters: Parameters, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the columns, spins or binary values as the basis says."""
        import sympy

        s = [sympy.Symbol(name, real=True) for name in columns]
        bonds = sympy.Add(*(s[i] * s[k] for i, k in zip(*self.bonds, strict=True)))
        field = float(np.asarray(parameters["h"]))
        return -sympy.Float(float(np.asarray(parameters["J"]))) * bonds - sympy.Float(field) * sympy.Add(*s)


def side_of(dimension: int) -> int | None:
    """L of a lattice of L^2 columns with a table, 2 to 32; None where ``dimension`` is no such number."""
    side = math.isqrt(max(dimension, 0))
    return side if 2 <= side <= LARGEST_SIDE and side * side == dimension else None


def _sizes(errors: dict[str, Floats]) -> dict[str, Floats]:
    """Errors without the sign that a parameter has relative to J."""
    return {name: np.abs(value) for name, value in errors.items()}
