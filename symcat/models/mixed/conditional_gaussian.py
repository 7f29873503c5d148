"""``mixed.conditional_gaussian``: spins with pair couplings and, given them, Gaussian columns of one covariance.

``F = - sum_i h_i s_i - sum_{i<j} J_ij s_i s_j + (x - mean)' K (x - mean) / 2 - s' B (x - mean)``, the homogeneous
conditional Gaussian distribution with pair interactions (Lauritzen & Wermuth 1989, Annals of Statistics 17:31; Lee &
Hastie 2015, JCGS 24:230). Integrating x out leaves ``ising.pairwise`` with the couplings ``J + B K^-1 B'``; x given s
is Gaussian with mean ``mean + K^-1 B' s``. The two factors share no parameters, so the maximum likelihood is that of
the Ising model beside the least squares of x on s: exact, from second moments (docs/classes/mixed.md).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.data.needs import Needs
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
from symcat.models.ising import hypercube
from symcat.models.ising.pairwise import Pairwise
from symcat.models.mixed import checks
from symcat.models.mixed.conditional import Conditional, condition, part, real_positions
from symcat.models.mixed.influence import influence

Floats = NDArray[np.float64]

MOST_SPINS = hypercube.LARGEST
"""Two-valued columns up to which the part of the spins is exact, by sums over all their states."""

_SPINS_DEPEND, _REALS_DEPEND, _DETERMINED, _FEW_ROWS, _FIRST_OF_SPINS = 1, 2, 3, 4, 4


class ConditionalGaussian:
    """The class of p spins and k real columns; ``options.spins`` are the positions of the spins.

    Parameters: ``h`` (p,), ``J`` (p, p), ``mean`` (k,) of the real columns where every spin variable is 0,
    ``precision`` K (k, k) of the real columns given the spins, ``coupling`` B (p, k); spins and real columns each in
    the order of the table. In the binary basis the spin variables are 0 and 1, so ``mean`` is that of the rows with all
    spins at -1.
    """

    label = "mixed.conditional_gaussian"
    tabulated = False
    table_size: int | None = None
    needs = Needs.SECOND
    check_needs = Needs.STATES
    facts = Facts("Ising spins, and Gaussian columns given them", "none beyond parity about the mean, given the spins")

    def __init__(self, dimension: int, options: Options) -> None:
        self.dimension = dimension
        self.options = options
        self.spins = tuple(sorted(options.spins))
        self.reals = tuple(real_positions(dimension, self.spins))
        self.marginal = Pairwise(len(self.spins), replace(options, interactions=(), spins=()))

    @property
    def binary(self) -> bool:
        """Whether the spin variables are 0 and 1."""
        return self.options.basis == "binary"

    @property
    def n_free(self) -> int:
        """Number of free parameters."""
        p, k = len(self.spins), len(self.reals)
        return p * (p + 1) // 2 + k + k * (k + 1) // 2 + p * k

    def axes(self, name: str) -> tuple[tuple[int, ...], ...]:
        """Which columns of the table each axis of a parameter runs over."""
        s, x = self.spins, self.reals
        return {"h": (s,), "J": (s, s), "mean": (x,), "precision": (x, x), "coupling": (s, x)}[name]

    # --- fitting -------------------------------------------------------------------------------------------------

    def fit(self, moments: Moments, center: Center, table: Table | None = None) -> Fit:
        """All parameters of every group, with model-based standard errors; the centre is always estimated."""
        p, k = len(self.spins), len(self.reals)
        spins = self.marginal.fit(part(moments, self.spins), None)
        given = condition(moments, self.spins, self.binary)
        count = moments.count
        reason = np.where(spins.reason > 0, spins.reason + _FIRST_OF_SPINS, 0).astype(np.int8)
        reason[given.determined] = _DETERMINED
        reason[given.reals_depend] = _REALS_DEPEND
        reason[given.spins_depend] = _SPINS_DEPEND
        reason[count <= p + k] = _FEW_ROWS
        with np.errstate(all="ignore"):  # groups without a solution are told by their reason
            integral = 0.5 * (k * math.log(2.0 * math.pi) + given.log_determinant)
            shift = 0.0 if self.binary else 0.5 * np.einsum("gii->g", given.pull)
            errors = self._errors(spins, given, count) if counted(moments) else {}
        return blank_refused(
            Fit(
                label=self.label,
                count=count,
                parameters=self._joint(spins.parameters["h"], spins.parameters["J"], given),
                standard_errors=errors,
                log_partition=spins.log_partition + integral + shift,
                log_likelihood=spins.log_likelihood - count * (integral + 0.5 * k),
                n_parameters=self.n_free,
                statistics={**spins.statistics, "covariance": given.covariance},
                reason=reason,
                reasons=(
                    "",
                    "a two-valued column is constant, or follows from others",
                    "a continuous column is constant, or the continuous columns are linearly dependent",
                    "the two-valued columns determine a continuous one",
                    "there are fewer rows than the columns need",
                    *spins.reasons[1:],
                ),
                information=spins.information,
            )
        )

    def _joint(self, h: Floats, j: Floats, given: Conditional) -> dict[str, Floats]:
        """From the two factors to the parameters of F: the Gaussian integral's part of the couplings is subtracted."""
        diagonal = np.einsum("gii->gi", given.pull)
        pull = _off_diagonal(given.pull)
        return {
            "h": h - (0.5 * diagonal if self.binary else 0.0),  # a binary variable is its own square
            "J": j - pull,
            "mean": given.mean,
            "precision": given.precision,
            "coupling": np.einsum("gai,gab->gib", given.slopes, given.precision),
        }

    def _errors(self, spins: Fit, given: Conditional, count: Floats) -> dict[str, Floats]:
        """Delta method: slopes are Gaussian with covariance ``K^-1 x design / n``, K has the Wishart's, both apart."""
        n = count[:, None, None]
        pull, precision, design = given.pull, given.precision, given.design[:, 1:, 1:]
        coupling = np.einsum("gai,gab->gib", given.slopes, precision)
        own, free = np.einsum("gii->gi", pull), np.einsum("gii->gi", design)
        strength = np.einsum("gaa->ga", precision)
        of_pull = (
            2.0 * design * pull + pull**2 + free[:, :, None] * own[:, None, :] + own[:, :, None] * free[:, None, :]
        )
        of_pull += own[:, :, None] * own[:, None, :]
        of_h = spins.standard_errors["h"] ** 2
        if self.binary:
            of_h = of_h + (free * own + 0.5 * own**2) / count[:, None]
        of_mean = np.einsum("gaa->ga", given.covariance) * given.design[:, :1, 0]
        of_coupling = (free + own)[:, :, None] * strength[:, None, :] + coupling**2
        return {
            "h": np.sqrt(of_h),
            "J": np.sqrt(_off_diagonal(spins.standard_errors["J"] ** 2 + of_pull / n)),
            "mean": np.sqrt(of_mean / count[:, None]),
            "precision": np.sqrt((strength[:, :, None] * strength[:, None, :] + precision**2) / n),
            "coupling": np.sqrt(of_coupling / n),
        }

    def robust_standard_errors(self, fit: Fit, blocks: Moments, center: Center) -> dict[str, Floats]:
        """Sandwich errors for a batch of one, from averages over consecutive blocks of rows (White 1982, eq. 3.3)."""
        moved = influence(self, fit, blocks)
        precision, slopes = moved["K"], moved["slopes"]
        dk, dc = moved["d precision"], moved["d slopes"][:, :, 1:]
        dpull = np.einsum("gai,ab,bj->gij", dc, precision, slopes)
        dpull = dpull + dpull.transpose(0, 2, 1) + np.einsum("ai,gab,bj->gij", slopes, dk, slopes)
        dh = moved["d h"] - (0.5 * np.einsum("gii->gi", dpull) if self.binary else 0.0)
        changes = {
            "h": dh,
            "J": moved["d J"] - _off_diagonal(dpull),
            "mean": moved["d slopes"][:, :, 0],
            "precision": dk,
            "coupling": np.einsum("gai,ab->gib", dc, precision) + np.einsum("ai,gab->gib", slopes, dk),
        }
        return {name: np.sqrt((change**2).sum(axis=0))[None] for name, change in changes.items()}

    def checks(self, fit: Fit, observed: Observed, center: Center) -> Sequence[CheckResult]:
        """Those of the spins; residuals Gaussian, alike for both values of a spin, and linear in the spins."""
        parameters = {name: value[0] for name, value in fit.parameters.items()}
        spins = replace(
            fit,
            label=self.marginal.label,
            parameters={name: value[None] for name, value in self.of_spins(parameters).items()},
            statistics={name: fit.statistics[name] for name in ("m", "q", "prior_rows")},
        )
        sample = observed.sample
        seen = Observed(part(observed.moments, self.spins), sample[:, list(self.spins)], observed.states)
        found = list(self.marginal.checks(spins, seen, None))
        real = sample[:, list(self.reals)] - self._conditional_mean(parameters, self._variables(sample))
        names = observed.moments.columns
        return found + checks.run(
            sample[:, list(self.spins)],
            real,
            parameters["precision"],
            tuple(names[j] for j in self.spins),
            tuple(names[j] for j in self.reals),
        )

    # --- using the answer ------------------------------------------------------------------------------------------

    def _variables(self, x: Floats) -> Floats:
        """(m, p) the spin variables, in the basis asked for, of rows (m, d) whose spins are -1 and +1."""
        spins = x[:, list(self.spins)]
        return 0.5 * (spins + 1.0) if self.binary else spins

    def _carried(self, parameters: Parameters) -> Floats:
        """(p, p) the couplings between spins that the real columns carry."""
        b = np.asarray(parameters["coupling"])
        return np.asarray(b @ np.linalg.solve(np.asarray(parameters["precision"]), b.T))

    def of_spins(self, parameters: Parameters) -> dict[str, Floats]:
        """Fields and couplings of the Ising model that is left when the real columns are integrated out."""
        pull = self._carried(parameters)
        lift = 0.5 * np.diag(pull) if self.binary else 0.0
        return {"h": parameters["h"] + lift, "J": parameters["J"] + pull - np.diag(np.diag(pull))}

    def _conditional_mean(self, parameters: Parameters, variables: Floats) -> Floats:
        """(m, k) averages of the real columns given the spin variables (m, p)."""
        slopes = np.linalg.solve(np.asarray(parameters["precision"]), np.asarray(parameters["coupling"]).T)
        return np.asarray(parameters["mean"] + variables @ slopes.T)

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the probability of the spins times the density of the real columns, at rows (m, d)."""
        s, y = self._variables(x), x[:, list(self.reals)] - parameters["mean"]
        out: Floats = s @ parameters["h"] + 0.5 * np.einsum("mi,ij,mj->m", s, parameters["J"], s)
        out -= 0.5 * np.einsum("ma,ab,mb->m", y, parameters["precision"], y)
        out += np.einsum("mi,ia,ma->m", s, parameters["coupling"], y) - log_partition
        return out

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) independent rows, spins -1 and +1: first the spins, then the real columns given them."""
        rows = np.empty((n, self.dimension))
        rows[:, list(self.spins)] = self.marginal.sample(self.of_spins(parameters), n, rng)
        factor = np.linalg.cholesky(np.asarray(parameters["precision"]))
        noise = np.linalg.solve(factor.T, rng.standard_normal((len(self.reals), n))).T
        rows[:, list(self.reals)] = self._conditional_mean(parameters, self._variables(rows)) + noise
        return rows

    def free_energy(self, parameters: Parameters, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the columns; those of the spins hold -1 and +1, or 0 and 1, as the basis says."""
        import sympy

        s = [sympy.Symbol(columns[i], real=True) for i in self.spins]
        y = [
            sympy.Symbol(columns[a], real=True) - sympy.Float(float(c))
            for a, c in zip(self.reals, parameters["mean"], strict=True)
        ]

        def number(name: str, *index: int) -> Any:
            return sympy.Float(float(np.asarray(parameters[name])[index]))

        p, k = range(len(s)), range(len(y))
        spins = [number("h", i) * s[i] for i in p] + [number("J", i, j) * s[i] * s[j] for i in p for j in p if i < j]
        crossed = [number("coupling", i, a) * s[i] * y[a] for i in p for a in k]
        real = [number("precision", a, b) * y[a] * y[b] / 2 for a in k for b in k]
        return sympy.Add(*real) - sympy.Add(*spins, *crossed)


def _off_diagonal(matrices: Floats) -> Floats:
    """(G, p, p) with zeros on the diagonal."""
    return matrices * (1.0 - np.eye(matrices.shape[-1]))
