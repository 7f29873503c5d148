"""``mixed.conditional_gaussian``: two-valued columns with pair couplings and, given them, Gaussian real columns.

``F = - sum_i h_i s_i - sum_{i<j} J_ij s_i s_j + (x - mean)' K (x - mean) / 2 - s' B (x - mean)``, the homogeneous
conditional Gaussian distribution with pair interactions (Lauritzen & Wermuth 1989, Annals of Statistics 17:31; Lee &
Hastie 2015, JCGS 24:230). Integrating x out leaves ``ising.pairwise`` with the couplings ``J + B K^-1 B'``; x given s
is Gaussian with mean ``mean + K^-1 B' s``. The two factors share no parameters, so the maximum likelihood is that of
the Ising model beside the least squares of x on s: exact, from second moments (docs/classes/mixed.md).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from symcat.data.moments import Floats, Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.models.base import Center, Class, Entry, Facts, Model, Options, Parameters, Rest, counted, symmetric_entries
from symcat.models.batches import blank_refused, refused_fit
from symcat.models.conditional.linear import Linear
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.gaussian.couplings import check_positive
from symcat.models.gaussian.rest import rest_of
from symcat.models.ising import hypercube
from symcat.models.ising.pairwise import Pairwise
from symcat.models.mixed import checks, errors
from symcat.models.mixed import law as laws
from symcat.models.mixed.contrasts import Contrasts
from symcat.models.mixed.factors import mean_given, of_two_valued, together
from symcat.models.mixed.influence import influence
from symcat.models.mixed.least_squares import condition
from symcat.models.mixed.logistic import ConditionalGaussianLogistic
from symcat.models.tables import Tables

_TWO_VALUED_DEPEND, _REALS_DEPEND, _DETERMINED, _FEW_ROWS, _FIRST_OF_ISING = 1, 2, 3, 4, 4


class ConditionalGaussian(Class):
    """The class of p two-valued columns s and k real columns x, of at most 22 two-valued ones.

    Parameters: ``h`` (p,), ``J`` (p, p), ``mean`` (k,) of the real columns where every s is 0, ``precision`` K (k, k)
    of the real columns given the two-valued ones, ``coupling`` B (p, k); each kind in the order of the table. In the
    binary basis s is 0 and 1, so ``mean`` is that of the rows in which all are at their smaller value.
    """

    label = "mixed.conditional_gaussian"
    facts = Facts(
        "Two-valued columns coupled in pairs, and Gaussian columns given them",
        "none beyond parity about the mean, given the two-valued columns",
    )
    needs = Needs()
    check_needs = Needs(states=True)
    takes = frozenset({"prior", "basis"})
    full_rank = True

    def __init__(self, schema: Schema, options: Options, tables: Tables) -> None:
        self.schema = schema
        self.options = options
        self.tables = tables
        self.two_valued, self.reals = schema.at("two-valued"), schema.at("real")
        self.marginal = Pairwise(schema.part(self.two_valued), replace(options, interactions=()), tables)

    @property
    def binary(self) -> bool:
        """Whether s is 0 and 1."""
        return self.options.basis == "binary"

    @property
    def n_free(self) -> int:
        """Number of free parameters."""
        p, k = len(self.two_valued), len(self.reals)
        return p * (p + 1) // 2 + k + k * (k + 1) // 2 + p * k

    # --- fitting -------------------------------------------------------------------------------------------------

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """All parameters of every group, with model-based standard errors; the centre is always estimated."""
        p, k = len(self.two_valued), len(self.reals)
        if p > hypercube.LARGEST:
            return replace(refused_fit(self.label, moments.count, hypercube.too_many(p)), n_parameters=self.n_free)
        ising = self.marginal.fit(moments.part(self.two_valued), None)
        given = condition(moments, self.two_valued, self.binary)
        count = moments.count
        reason = np.where(ising.reason > 0, ising.reason + _FIRST_OF_ISING, 0).astype(np.int8)
        reason[given.determined] = _DETERMINED
        reason[given.reals_depend] = _REALS_DEPEND
        reason[given.two_valued_depend] = _TWO_VALUED_DEPEND
        reason[count <= p + k] = _FEW_ROWS
        with np.errstate(all="ignore"):  # groups without a solution are told by their reason
            integral = 0.5 * (k * math.log(2.0 * math.pi) + given.log_determinant)
            shift = 0.0 if self.binary else 0.5 * np.einsum("gii->g", given.pull)
            model_based = errors.model_based(ising, given, self.binary) if counted(moments) else {}
        return blank_refused(
            Fit(
                label=self.label,
                count=count,
                parameters=together(ising.parameters["h"], ising.parameters["J"], given, self.binary),
                standard_errors=model_based,
                log_partition=ising.log_partition + integral + shift,
                log_likelihood=ising.log_likelihood - count * (integral + 0.5 * k),
                n_parameters=self.n_free,
                statistics={**ising.statistics, "covariance": given.covariance},
                reason=reason,
                reasons=(
                    "",
                    "a two-valued column is constant, or follows from others",
                    "a continuous column is constant, or the continuous columns are linearly dependent",
                    "the two-valued columns determine a continuous one",
                    "there are fewer rows than the columns need",
                    *ising.reasons[1:],
                ),
                information=ising.information,
                shown=ising.shown,
            )
        )

    def influence(self, fit: Fit, groups: Moments, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """Of B groups of rows (White 1982, eq. 3.3)."""
        return errors.of_groups(influence(self.marginal, self.two_valued, fit, groups, whole), self.binary)

    def influence_besides(self, fit: Fit, whole: Moments) -> dict[str, Floats]:
        """Of the prior, which only the two-valued columns have."""
        return self.marginal.influence_besides(fit, whole.part(self.two_valued))

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Those of the two-valued columns alone, in every group; of a batch of one, those of the residuals too.

        From the sample: are they Gaussian, alike for both values of a two-valued column, and linear in these?
        """
        ising = replace(
            fit,
            label=self.marginal.label,
            parameters=of_two_valued(fit.parameters, self.binary),
            statistics={name: value for name, value in fit.statistics.items() if name != "covariance"},
        )
        found = list(self.marginal.checks(ising, observed.part(self.two_valued), None))
        sample = observed.sample
        if sample is None:
            return found
        parameters = {name: value[0] for name, value in fit.parameters.items()}
        return found + checks.run(
            sample[:, list(self.two_valued)],
            sample[:, list(self.reals)] - mean_given(parameters, self._variables(sample)),
            parameters["precision"],
            Contrasts(self.schema.part(self.two_valued)),
            self.schema.part(self.reals).columns,
        )

    def conditional(self, target: int) -> Model:
        """Least squares of a real column; the log-odds of a two-valued one."""
        if self.schema.kinds[target] == "real":
            return Linear(self.label, self.schema, target, intercept=self.options.intercept)
        spin = ConditionalGaussian(self.schema, replace(self.options, basis="spin"), self.tables)
        return ConditionalGaussianLogistic(spin, spin.marginal, target)

    # --- using the answer ------------------------------------------------------------------------------------------

    def _variables(self, x: Floats) -> Floats:
        """(m, p) the two-valued columns, in the basis asked for, of encoded rows (m, d)."""
        s = x[:, list(self.two_valued)]
        return 0.5 * (s + 1.0) if self.binary else s

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the probability of s times the density of the real columns, at encoded rows (m, d)."""
        s, y = self._variables(x), x[:, list(self.reals)] - parameters["mean"]
        out: Floats = s @ parameters["h"] + 0.5 * np.einsum("mi,ij,mj->m", s, parameters["J"], s)
        out -= 0.5 * np.einsum("ma,ab,mb->m", y, parameters["precision"], y)
        out += np.einsum("mi,ia,ma->m", s, parameters["coupling"], y) - log_partition
        return out

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) independent encoded rows: first the two-valued columns, then the real ones given them."""
        rows = np.empty((n, len(self.schema)))
        rows[:, list(self.two_valued)] = self.marginal.sample(of_two_valued(parameters, self.binary), n, rng)
        factor = np.linalg.cholesky(np.asarray(parameters["precision"]))
        noise = np.linalg.solve(factor.T, rng.standard_normal((len(self.reals), n))).T
        rows[:, list(self.reals)] = mean_given(parameters, self._variables(rows)) + noise
        return rows

    def given(self, parameters: Parameters, known: Mapping[int, float]) -> Rest:
        """Where all two-valued columns are known, the Gaussian of the real ones, of which some may be known too."""
        if not set(self.two_valued) <= set(known):
            return super().given(parameters, known)
        row = np.array([[known.get(j, 0.0) for j in range(len(self.schema))]])
        mean = mean_given(parameters, self._variables(row))[0]
        own = {a: known[j] for a, j in enumerate(self.reals) if j in known}
        return rest_of(mean, np.asarray(parameters["precision"]), own)

    def law(self, parameters: Parameters) -> laws.ConditionalLaw:
        """By sums over the states of the two-valued columns."""
        marginal = of_two_valued(parameters, self.binary)
        shares = self.marginal.probabilities(self.marginal.theta_of(marginal))
        means = mean_given(parameters, laws.variables(len(shares), self.binary))
        precision = np.asarray(parameters["precision"], dtype=np.float64)
        return laws.ConditionalLaw(self.label, self.schema, self.marginal.law(marginal), shares, means, precision)

    def normalised(self, parameters: Parameters) -> float:
        """log Z: of the two-valued columns that are left when the real ones are integrated out, and that integral."""
        precision, coupling = np.asarray(parameters["precision"]), np.asarray(parameters["coupling"])
        check_positive(precision, self.schema.part(self.reals).columns)
        pull = np.einsum("ia,ab,ib->", coupling, np.linalg.inv(precision), coupling)
        shift = 0.0 if self.binary else 0.5 * float(pull)
        return self.marginal.normalised(of_two_valued(parameters, self.binary)) + laws.log_integral(parameters) + shift

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the columns; the two-valued ones are -1 and +1, or 0 and 1, as the basis says."""
        import sympy

        s = [sympy.Symbol(columns[i], real=True) for i in self.two_valued]
        y = [
            sympy.Symbol(columns[a], real=True) - sympy.Float(float(c))
            for a, c in zip(self.reals, parameters["mean"], strict=True)
        ]

        def number(name: str, *index: int) -> Any:
            return sympy.Float(float(np.asarray(parameters[name])[index]))

        p, k = range(len(s)), range(len(y))
        alone = [number("h", i) * s[i] for i in p] + [number("J", i, j) * s[i] * s[j] for i in p for j in p if i < j]
        crossed = [number("coupling", i, a) * s[i] * y[a] for i in p for a in k]
        real = [number("precision", a, b) * y[a] * y[b] / 2 for a in k for b in k]
        return sympy.Add(*real) - sympy.Add(*alone, *crossed)

    def formula(self, parameters: Parameters) -> str:
        """F in one line."""
        values = "0, 1" if self.binary else "-1, +1"
        return "- sum h_i s_i - sum J_ij s_i s_j + 1/2 y' precision y - s' coupling y,   y = x - mean,   s = " + values

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """The free numbers of a parameter with the columns they belong to."""
        s, x = self.two_valued, self.reals
        if name == "coupling":
            return [((i, a), (s[i], x[a])) for i in range(len(s)) for a in range(len(x))]
        own = s if name in ("h", "J") else x
        return symmetric_entries(np.shape(parameters[name]), own, diagonal=name != "J")
