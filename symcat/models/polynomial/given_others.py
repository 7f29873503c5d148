"""``polynomial.quartic`` with a target: a real column given the others, by the terms of F that hold it (``orders``).

The rest of F says nothing of the target, and is not fitted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.errors import SymcatError
from symcat.models.at_hand import NEEDS_ROWS, at_hand
from symcat.models.base import Center, Class, Entry, Facts, Floats, Masses, Model, Parameters, symmetric_entries
from symcat.models.batches import refused_fit
from symcat.models.conditional import residuals
from symcat.models.fit import CheckResult, Fit, Moves, Observed, Regression
from symcat.models.polynomial.exact.terms import Terms
from symcat.models.polynomial.orders import Given, Orders, in_words, scores
from symcat.models.polynomial.polynomial import Polynomial
from symcat.models.polynomial.tensors import monomials, tensors_of
from symcat.models.relaxation import MOST_HELD

NAMES = ("h", "K", "g", "u")
_MOST_WORK = 2e8  # rows times squared monomials: about a second
_HALF_LOG = 0.5 * math.log(2.0 * math.pi)


class OfTarget(Polynomial):
    """A polynomial that says one of its columns given the others, where it is of degree four and real columns."""

    def conditional(self, target: int) -> Model | None:
        """The terms that hold the target, order by order."""
        return None if self.two_valued or self.degree > 4 else QuarticGivenOthers(self.label, self.schema, target)


class QuarticGivenOthers(Class):
    """The real column ``target`` given the others. Parameters: those of F about ``mean`` that hold the target."""

    facts = Facts("One column given the others: the orders of a quartic F that hold it", "none")
    needs = Needs()
    takes = frozenset({"errors"})
    nested = frozenset({"gaussian.full"})
    one_by_one = True
    by_group = False
    named_only = True  # who asks for a regression expects coefficients

    def __init__(self, label: str, schema: Schema, target: int) -> None:
        self.label, self.schema, self.target = label, schema, target
        self.others = [j for j in range(len(schema)) if j != target]
        self.terms = Terms.of(len(schema), 4)

    # --- fitting ---------------------------------------------------------------------------------------------------

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """No answer from averages of two columns."""
        return refused_fit(self.label, moments.count, NEEDS_ROWS)

    def fit_rows(self, rows: Masses | None, observed: Observed, center: Center = None) -> Fit:
        """The orders that are worth their couplings, from all rows."""
        moments = observed.moments
        every = at_hand(rows, observed)
        if every is None:
            return self.fit(moments)
        of_mean = Terms.of(len(self.others), 3)
        n = float(moments.count[0])
        if n * of_mean.count > MOST_HELD or n * of_mean.count**2 > _MOST_WORK:
            many = f"{n:,.0f} rows of {of_mean.count} monomials are too many: pass a sample of them"
            return refused_fit(self.label, moments.count, many)
        batches = list(every)
        values, times = (np.concatenate(part) for part in zip(*batches, strict=True))
        total = float(times.sum())
        mean = times @ values / total
        away = values - mean
        deviation = np.sqrt(times @ (away * away) / total)
        if not (deviation > 1e-12 * np.maximum(np.abs(mean), np.finfo(float).tiny)).all():
            return refused_fit(self.label, moments.count, "a column has one value in all rows")
        z = away / deviation
        found = Orders(z[:, self.others], z[:, self.target], times).every()
        answered = [one for one in found if isinstance(one, Given)]
        if not answered:
            return refused_fit(self.label, moments.count, str(found[0]))
        best = min(answered, key=lambda one: one.bic(n))
        return self._restored(best, z, times, mean, deviation, in_words(found, n))

    def _restored(self, best: Given, z: Floats, times: Floats, mean: Floats, deviation: Floats, words: str) -> Fit:
        """In the units of the data."""
        n = float(times.sum())
        unit = deviation[self.target]
        back = self._places(best) / np.prod(deviation**self.terms.exponents, axis=1)[:, None]  # (M, K)
        free = np.concatenate([best.a, best.b])[best.chosen]
        couplings = tensors_of(self.terms.exponents[1:], (back @ free)[None, 1:])
        spread = np.sqrt(np.maximum(((back @ best.inverse) * back).sum(axis=1), 0.0))
        errors = tensors_of(self.terms.exponents[1:], spread[None, 1:])
        own = {name: couplings[name] for name in NAMES}
        at = {"mean": mean, **{name: value[0] for name, value in own.items()}}
        x = (z * deviation + mean)[:, self.others]
        left = z[:, self.target] * unit + mean[self.target] - self.predict(at, x)
        freedom = n - (len(best.chosen) - 1)
        of_target = float(times @ z[:, self.target] ** 2) * unit**2
        squares = float(times @ (left * left))

        def moved(rows: Floats) -> dict[str, Floats]:
            at = (rows - mean) / deviation
            slope = scores(best, at[:, self.others], at[:, self.target]) @ best.inverse
            return tensors_of(self.terms.exponents[1:], (slope @ back.T)[:, 1:])

        return Fit(
            label=self.label,
            count=np.array([n]),
            parameters={"mean": mean[None], **own},
            standard_errors={name: errors[name] for name in NAMES},
            log_partition=np.array([_HALF_LOG]),
            log_likelihood=np.array([best.log_likelihood - n * math.log(unit)]),
            n_parameters=len(best.chosen),
            log_structures=best.structures,
            statistics={},
            reason=np.zeros(1, dtype=np.int8),
            note=f"{best.words}; {words}",
            moves=Moves(moved),
            regression=Regression(
                target=self.target,
                link="nonlinear",
                degrees_of_freedom=np.array([freedom]),
                residual_standard_deviation=np.array([math.sqrt(squares / freedom)]),
                r_squared=np.array([1.0 - squares / of_target]),
            ),
        )

    def _places(self, best: Given) -> Floats:
        """(M, K) what each free coupling adds to each monomial of all columns."""
        of_mean, of_precision = Terms.of(len(self.others), 3), Terms.of(len(self.others), 2)
        exponents = np.concatenate([of_mean.exponents, of_precision.exponents])
        out = np.zeros((self.terms.count, len(best.chosen)))
        for k, at in enumerate(best.chosen.tolist()):
            in_mean = at < of_mean.count
            whole = np.insert(exponents[at], self.target, 1 if in_mean else 2)
            out[self.terms.place[tuple(whole.tolist())], k] = 1.0 if in_mean else 0.5
        return out

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """What is told of the residuals, in units of what they are expected to be."""
        rows = observed.sample
        if rows is None or not len(rows) or not fit.answered[0]:
            return ()
        mean, variance = self.moments_given({k: v[0] for k, v in fit.parameters.items()}, rows[:, self.others])
        return residuals.checks((rows[:, self.target] - mean) / np.sqrt(variance), 1.0)

    # --- using the answer ------------------------------------------------------------------------------------------

    def moments_given(self, parameters: Parameters, x: Floats) -> tuple[Floats, Floats]:
        """(m,) mean and variance of the target at encoded rows (m, p) of the other columns."""
        mean = np.asarray(parameters["mean"], dtype=np.float64)
        away = x - mean[self.others]
        along, precision = np.zeros(len(x)), np.zeros(len(x))
        couplings = {name: parameters[name] for name in NAMES}
        for index, coefficient in monomials(couplings, len(self.schema)):
            times = index.count(self.target)
            product = np.full(len(x), float(coefficient))
            for j in index:
                if j != self.target:
                    product *= away[:, self.others.index(j)]
            if times == 1:
                along += product
            else:
                precision += 2.0 * product
        return mean[self.target] - along / precision, 1.0 / precision

    def predict(self, parameters: Parameters, x: Floats) -> Floats:
        """(m,) means of the target at encoded rows (m, p) of the other columns."""
        return self.moments_given(parameters, x)[0]

    def observed(self, x: Floats) -> Floats:
        """The target."""
        return np.asarray(x[:, self.target])

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """A SymcatError: the other columns have no law here."""
        raise SymcatError(
            "A regression says nothing of its predictors, so it cannot be sampled: solve without target=."
        )

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the density of the target given the other columns, at encoded rows (m, d)."""
        mean, variance = self.moments_given(parameters, x[:, self.others])
        squared = (x[:, self.target] - mean) ** 2 / variance
        return np.asarray(-0.5 * (squared + np.log(variance)) - log_partition)

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the columns: the terms that hold the target."""
        import sympy

        mean = np.asarray(parameters["mean"], dtype=np.float64)
        y = [sympy.Symbol(name, real=True) - sympy.Float(float(c)) for name, c in zip(columns, mean, strict=True)]
        total = sympy.Integer(0)
        for index, coefficient in monomials({name: parameters[name] for name in NAMES}, len(columns)):
            total += sympy.Float(coefficient) * sympy.prod([y[j] for j in index])
        return total

    def formula(self, parameters: Parameters) -> str:
        """F in one line."""
        terms = "sum h_i y_i + sum K_ij y_i y_j / 2 + sum g_ijk y_i y_j y_k / 6 + sum u_ijkl y_i y_j y_k y_l / 24"
        return f"{terms},   y = x - mean, of the terms that hold the target"

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """Each multiset of columns once, of those that are not zero; of h that of the target."""
        value = np.asarray(parameters[name])
        if name == "mean":  # about which F is written; it is chosen
            return []
        every = symmetric_entries(value.shape, range(len(self.schema)))
        return [(index, columns) for index, columns in every if value[index] != 0.0]
