"""``beta.scalar``: ``F = -(alpha - 1) log t - (beta - 1) log(1 - t)`` with t the column's place in a stated interval.

The law of largest entropy on an interval given the averages of log t and log(1 - t) (Johnson, Kotz & Balakrishnan
1995, Continuous univariate distributions 2, ch. 25).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.models.at_hand import NEEDS_ROWS
from symcat.models.base import INTERVAL, Center, Facts, Floats, Parameters, counted
from symcat.models.batches import blank_refused, refused_fit, refusing
from symcat.models.bounded.beta_law import BetaLaw
from symcat.models.bounded.column import IntervalColumn, in_words
from symcat.models.bounded.law import IntervalLaw
from symcat.models.bounded.shapes import determinant, shapes_of
from symcat.models.column_rows import Run
from symcat.models.fit import Fit, Moves, Observed
from symcat.models.narrow import deviance
from symcat.models.one_column import WithAverages

LABEL = "beta.scalar"
USUAL = (0.0, 1.0)
"""The interval of proportions, where none is stated."""

LARGEST_SHAPE = 1e8
"""Of the sum of both, beyond which log Z has no digits left that tell the law from a Gaussian."""

_CONSTANT = "the values do not vary, and the likelihood grows without bound as the shapes do"
_NARROW = (
    "the spread is so far below the distance from the ends that rounding decides the likelihood and a beta law is "
    "hardly other than a Gaussian"
)
_LEAST = 2.0**-54  # of a share: what is nearer to one is rounded to one


class Beta(IntervalColumn):
    """The beta law of one column."""

    label = LABEL
    facts = Facts("Beta", "none")

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """Both shapes of every group from its averages of log t and log(1 - t); their names without these."""
        if not isinstance(moments, WithAverages):
            return refused_fit(self.label, moments.count, NEEDS_ROWS, {"alpha": (), "beta": (), "interval": (2,)})
        narrowness, logit, interval = (moments.beside[name] for name in ("narrowness", "logit", INTERVAL))
        return self._of(narrowness, logit, moments.count, interval, counted(moments))

    def fitted(self, every: Iterable[Run], observed: Observed) -> Fit:
        moments = observed.moments
        lo, hi = self.stated or USUAL
        mean, totals, wrong = moments.mean[:, 0], np.zeros((2, moments.n_groups)), dict[int, str]()
        of_t, of_rest = mean - lo, hi - mean
        with np.errstate(all="ignore"):  # groups with values that are none of this law are refused below
            for run in every:
                wrong = self.outside(run, lo, hi, self._cure) | run.first(_ends(run.x, lo, hi), self._at_an_end) | wrong
                if len(wrong) == len(mean):
                    break
                m, t, rest = (one[run.group] for one in (mean, of_t, of_rest))
                totals[0] += run.sums(deviance((run.x - m) / t, np.log(run.x - lo), np.log(t)))
                totals[1] += run.sums(deviance((m - run.x) / rest, np.log(hi - run.x), np.log(rest)))
            first, second = totals / moments.count
            p, q = of_t / (hi - lo), of_rest / (hi - lo)
            narrowness = -np.log1p(p * np.expm1(-first) + q * np.expm1(-second))
            logit = np.log(of_t / of_rest) - first + second
        narrowness[list(wrong)] = np.nan
        ends = np.tile((lo, hi), (len(mean), 1))
        found = refusing(self._of(narrowness, logit, moments.count, ends, known=True), wrong)
        if len(mean) > 1 or not found.answered[0]:
            return found
        law = self.law({name: value[0] for name, value in found.parameters.items()})
        inverse = np.linalg.inv(self.information(law)) / float(found.count[0])

        def moved(rows: Floats) -> dict[str, Floats]:
            some = self.scores(law, rows[:, 0]) @ inverse
            return {"alpha": some[:, 0] * law.alpha, "beta": some[:, 1] * law.beta}

        note = "maximum of the likelihood from the averages of log t and log(1 - t)"
        return replace(found, moves=Moves(moved), note=note)

    @property
    def _cure(self) -> str:
        if self.stated is None:
            return "proportions lie between 0 and 1; state another scale with interval=(lo, hi)"
        return "state the interval in which all values lie"

    def _at_an_end(self, value: float) -> str:
        return (
            f"column {self.schema.columns[0]!r} holds {value:g}, an end of the interval, where the density of a beta "
            "law is zero or infinite and the likelihood with it: state a wider interval=, or leave out the rows at the "
            "ends"
        )

    def _of(self, narrowness: Floats, logit: Floats, count: Floats, interval: Floats, known: bool) -> Fit:
        from scipy.special import betaln, psi

        with np.errstate(all="ignore"):  # groups without a solution are told by their reason
            alpha, beta = shapes_of(narrowness, logit)
            both = alpha + beta
            log_z = betaln(alpha, beta) + np.log(interval[:, 1] - interval[:, 0])
            mean_log, mean_rest = psi(alpha) - psi(both), psi(beta) - psi(both)
            errors = {}
            if known:
                spread, of_alpha, of_beta, of_both = determinant(alpha, beta)
                p, q = alpha / both, beta / both
                errors = {
                    "alpha": np.sqrt(alpha * (p + of_beta - q * of_both) / spread / count),
                    "beta": np.sqrt(beta * (q + of_alpha - p * of_both) / spread / count),
                }
        return blank_refused(
            Fit(
                label=self.label,
                count=count,
                parameters={"alpha": alpha, "beta": beta, INTERVAL: interval},
                standard_errors=errors,
                log_partition=log_z,
                log_likelihood=count * ((alpha - 1.0) * mean_log + (beta - 1.0) * mean_rest - log_z),
                n_parameters=2,
                statistics={},
                reason=np.select([~(np.isfinite(alpha) & np.isfinite(beta)), both > LARGEST_SHAPE], [1, 2], 0).astype(
                    np.int8
                ),
                reasons=("", _CONSTANT, _NARROW),
            )
        )

    def scores(self, law: IntervalLaw, x: Floats) -> Floats:
        """By the logs of both shapes."""
        assert isinstance(law, BetaLaw)
        t, rest = law.shares(x)
        tiny = np.finfo(float).tiny
        of_t, of_rest = law.averages["mean_log"], law.averages["mean_log_complement"]
        # A quantile that is rounded to an end lies at the last number before it.
        inner, outer = np.maximum(t, tiny if law.lo == 0.0 else _LEAST), np.maximum(rest, _LEAST)
        return np.stack([law.alpha * (np.log(inner) - of_t), law.beta * (np.log(outer) - of_rest)], axis=1)

    def information(self, law: IntervalLaw) -> Floats:
        assert isinstance(law, BetaLaw)
        a, b = law.alpha, law.beta
        p, q = a / (a + b), b / (a + b)
        _, of_a, of_b, of_both = (float(one[0]) for one in determinant(np.array([a]), np.array([b])))
        across = -a * q * (1.0 + of_both)
        return np.array([[a * (q + of_a - p * of_both), across], [across, b * (p + of_b - q * of_both)]])

    def law(self, parameters: Parameters) -> BetaLaw:
        return BetaLaw(self.label, parameters)

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the column, inside the interval."""
        import sympy

        law = self.law(parameters)
        t = (sympy.Symbol(columns[0], real=True) - sympy.Float(law.lo)) / sympy.Float(law.width)
        return (1 - sympy.Float(law.alpha)) * sympy.log(t) + (1 - sympy.Float(law.beta)) * sympy.log(1 - t)

    def formula(self, parameters: Parameters) -> str:
        """F in the names of the parameters."""
        return f"-(alpha - 1) log t - (beta - 1) log(1 - t),   t = (x - lo)/(hi - lo),   {in_words(parameters)}"


def _ends(x: Floats, lo: float, hi: float) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (x == lo) | (x == hi)
    return found
