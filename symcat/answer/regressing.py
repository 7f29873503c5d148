"""What a regression answers beside its coefficients: intervals of predictions, residuals, leverages, hypotheses.

Written once for every link: the class says how the mean follows from the linear combination, and how it spreads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast, overload

import numpy as np

from symcat.answer import frames
from symcat.answer.estimate import Estimate
from symcat.answer.records import Floats, HypothesisTest, RegressionSummary
from symcat.answer.rows import check_finite
from symcat.answer.significance import critical
from symcat.data.ingest.indicators import Categories, name_of, texts_for
from symcat.errors import InvalidData, SymcatError
from symcat.models.base import INTERCEPT, Model, Parameters
from symcat.models.special import Regressing, has_moments_given, is_classifying

Hypothesis = str | Sequence[str] | Mapping[str, float] | Floats
"""Coefficients by name, each of them zero; one combination by weights; or rows of weights (q, k)."""


class Regressed(Estimate):
    """The estimate as a regression, which it is where it has a ``regression``."""

    @overload
    def predict(self, x: Any, interval: None = None) -> Floats: ...

    @overload
    def predict(self, x: Any, interval: float) -> Any: ...

    def predict(self, x: Any, interval: float | None = None) -> Any:
        """Conditional means of the target at the rows of ``x``: a frame or dict, matched by name, or an array (m, p) of
        the predictors in column order.

        Of a two-valued target: the probabilities of the larger of its values (``levels``). Of a categorical one: the
        most probable level; ``predict_proba`` has the probabilities. With ``interval``, a
        confidence such as 0.95, a frame: ``mean``, the ``lower`` and ``upper`` end of its interval, and of a real
        target ``observation_lower`` and ``observation_upper``, between which one new observation lies so often; these
        alone where the mean is a polynomial of the predictors, at the fitted mean and variance.
        """
        model, summary, rows, found = self._predicted(x)
        if is_classifying(model):
            if interval is not None:
                raise InvalidData("A categorical target has no interval: leave interval= out, or ask predict_proba.")
            return np.array(model.of_target)[found.argmax(axis=1)]
        if interval is None:
            return found
        ends = intervals(model, summary, self.parameters, rows, interval)
        return frames.build(ends, library=self.library)

    def predict_proba(self, x: Any) -> Floats:
        """(m, K) probabilities of the levels of a two-valued or categorical target at the rows of ``x``, as for
        ``predict``, in the order of ``levels``.

        Examples
        --------
        >>> import numpy as np
        >>> import symcat
        >>> rng = np.random.default_rng(0)
        >>> kind = rng.choice(["a", "b", "c"], 300)
        >>> answer = symcat.solve({"x": rng.normal(size=300) + 2.0 * (kind == "b"), "kind": kind}, target="kind")
        >>> answer.predict_proba({"x": [0.0, 2.0]}).shape, answer.predict({"x": [3.0]}).tolist()
        ((2, 3), ['b'])
        """
        model, summary, _, found = self._predicted(x)
        if is_classifying(model):
            return found
        if summary.family != "logistic":
            raise SymcatError(f"The target {summary.target!r} is real, and has no levels: ask predict for its mean.")
        return np.column_stack([1.0 - found, found])

    def _predicted(self, x: Any) -> tuple[Model, RegressionSummary, Floats, Floats]:
        """The class, what it reports, the encoded rows of the predictors, and what it says of the target there."""
        summary = self._regression
        model, rows = self.model, self._encoded(x, without=summary.target)
        with np.errstate(all="ignore"):
            found = model.predict(self.parameters, rows)
        check_finite(np.column_stack([rows, found]), "x", "so large that the prediction leaves double precision")
        return model, summary, rows, found

    @property
    def tests(self) -> dict[str, HypothesisTest]:
        """A joint test of all coefficients of each predictor, by name: of a text column of several levels all of its
        indicators together (F of a factor), of a categorical target those of all levels. As ``wald(name)`` does.

        Raises SymcatError for what is no regression, or where no errors are known.
        """
        summary = self._of_coefficients("tests of coefficients")
        covariance(summary)
        return {name: self.wald(name) for name in texts_for(summary.predictors, self.categories)}

    @property
    def _regression(self) -> RegressionSummary:
        if self.regression is None:
            raise SymcatError("There is no target to predict: solve with target='column'.")
        return self.regression

    def residuals(self, data: Any) -> Floats:
        """(m,) the target less its predicted mean at the rows of ``data``, which holds all columns as ``log_density``
        takes them. A two-valued target counts as 0 and 1; a categorical one has none."""
        self._of_one_mean("residuals")
        at = self._schema.columns.index(self._regression.target)
        others = [j for j in range(len(self.columns)) if j != at]
        rows = self._encoded(data)
        check_finite(rows, "data", "so large that the residual leaves double precision")
        return residuals(self.model, self.parameters, rows, others)

    def leverage(self, x: Any) -> Floats:
        """(m,) the leverages of rows that were fitted, ``x`` as for ``predict``: the diagonal of the hat matrix, whose
        sum is the number of coefficients. Of a logistic regression that of the weighted rows (Pregibon 1981). With
        ``weights=``, of a row of weight one; times its weight, where all weights add up to ``n_effective``, it is that
        of the row."""
        summary = self._of_coefficients("leverages")
        self._of_one_mean("leverages")
        rows = self._encoded(x, without=summary.target)
        check_finite(rows, "x", "so large that the leverage leaves double precision")
        return leverage(self.model, summary, self.parameters, rows)

    def _of_coefficients(self, what: str) -> RegressionSummary:
        """What is reported of a mean that is linear in coefficients. Raises SymcatError of another."""
        summary = self._regression
        if has_moments_given(self.model):
            raise SymcatError(
                f"The mean of {summary.target!r} is a ratio of polynomials in the predictors, and no coefficients are "
                f"multiplied by these, so there are no {what}: see standard_errors."
            )
        return summary

    def _of_one_mean(self, what: str) -> None:
        """Raises SymcatError where the target has levels rather than a mean."""
        if is_classifying(self.model):
            raise SymcatError(f"A categorical target has no mean, so there are no {what}: see predict_proba.")

    @property
    def covariance(self) -> Floats:
        """(k, k) model-based covariance of a regression's coefficients, the intercept first if there is one; of a
        categorical target those of one level after those of the other.

        Raises SymcatError for what is no regression, or where the number of rows is not known.
        """
        return covariance(self._of_coefficients("covariance of these"))

    def wald(self, hypothesis: Hypothesis, value: Any = 0.0) -> HypothesisTest:
        """Tests linear combinations of a regression's coefficients against ``value``, all of them together.

        ``hypothesis`` names coefficients (``"x"`` or ``["x", "z"]``: each is zero; a text column of several levels
        stands for all of its indicators, and of a categorical target a name for those of all levels), weighs them
        (``{"x": 1.0, "z": -1.0}``: one combination), or holds the weights of all, (q, k), the intercept first.

        Raises InvalidData for unknown names, or combinations that depend on each other.
        """
        return wald(self._of_coefficients("tests of coefficients"), self.parameters, hypothesis, value, self.categories)


def covariance(summary: RegressionSummary) -> Floats:
    """(k, k) of the coefficients. Raises SymcatError where it is not known."""
    if summary.covariance is None:
        raise SymcatError("No standard errors are known: give lookup the number of rows, n=.")
    return np.atleast_2d(summary.covariance)


def intervals(
    model: Model, summary: RegressionSummary, parameters: Parameters, x: Floats, level: float
) -> dict[str, Floats]:
    """The mean at encoded rows of the predictors with its interval, and where there are residuals that of one
    observation."""
    width = critical(level, summary.student_degrees)
    if has_moments_given(model):
        mean, variance = model.moments_given(parameters, x)
        reach = width * np.sqrt(variance)
        return {"mean": mean, "observation_lower": mean - reach, "observation_upper": mean + reach}
    regression = cast(Regressing, model)
    design = regression.design(x)
    along = design @ _joined(parameters)
    variance = np.einsum("mi,ij,mj->m", design, covariance(summary), design)
    reach = width * np.sqrt(variance)
    found = {
        "mean": model.predict(parameters, x),
        "lower": regression.response(along - reach),
        "upper": regression.response(along + reach),
    }
    if summary.residual_standard_deviation is not None:
        reach = width * np.sqrt(variance + summary.residual_standard_deviation**2)
        found |= {"observation_lower": along - reach, "observation_upper": along + reach}
    return found


def leverage(model: Model, summary: RegressionSummary, parameters: Parameters, x: Floats) -> Floats:
    """(m,) by how much each of these rows, of those fitted, draws its own prediction: they add up to k."""
    regression = cast(Regressing, model)
    design = regression.design(x)
    weight = regression.spread(model.predict(parameters, x))
    found: Floats = weight * np.einsum("mi,ij,mj->m", design, covariance(summary), design)
    deviation = summary.residual_standard_deviation
    if deviation is None:
        return found
    if deviation == 0.0:
        raise SymcatError("The fit is perfect, so its errors do not tell the leverages.")
    return found / deviation**2


def residuals(model: Model, parameters: Parameters, x: Floats, others: Sequence[int]) -> Floats:
    """(m,) the target less its mean, at encoded rows of all columns."""
    return cast(Regressing, model).observed(x) - model.predict(parameters, x[:, list(others)])


def wald(
    summary: RegressionSummary, parameters: Parameters, hypothesis: Hypothesis, value: Any, factors: Categories
) -> HypothesisTest:
    """Whether combinations of the coefficients have these values: F with residuals, chi-square without."""
    spread = covariance(summary)
    of_level = (*[INTERCEPT] * summary.intercept, *summary.predictors)
    names = of_level * (len(spread) // len(of_level))
    if INTERCEPT in summary.predictors and summary.intercept and _is_named(hypothesis, INTERCEPT):
        raise InvalidData(
            f"{INTERCEPT!r} is the intercept and a predictor too: give the weights of all {len(names)} coefficients, "
            "the intercept first, or rename the column and fit again."
        )
    rows = _combinations(hypothesis, names, factors)
    try:
        off = rows @ _joined(parameters) - np.broadcast_to(np.asarray(value, dtype=np.float64), (len(rows),))
    except (TypeError, ValueError) as error:
        raise InvalidData(f"value={value!r} is not one number, or one for each of {len(rows)} combinations.") from error
    if not np.isfinite(off).all():
        raise InvalidData(f"value={value!r} is not finite, or too large.")
    with np.errstate(over="ignore", invalid="ignore"):
        inner = rows @ spread @ rows.T
    if not np.isfinite(inner).all():
        raise InvalidData("The combinations leave double precision: choose smaller factors.")
    scale = 1.0 / np.sqrt(np.diagonal(inner))
    if not (np.linalg.eigvalsh(inner * np.outer(scale, scale)) > 1e-12).all():
        raise InvalidData("The combinations depend on each other: leave out those that follow from the others.")
    statistic = float((off * scale) @ np.linalg.solve(inner * np.outer(scale, scale), off * scale))
    from scipy.special import chdtrc, fdtrc

    q = len(rows)
    if summary.residual_standard_deviation is None:
        p_value = float(chdtrc(q, statistic))
        return HypothesisTest(statistic=statistic, law="chi-square", degrees_of_freedom=(q,), p_value=p_value)
    freedom, f = summary.degrees_of_freedom, statistic / q
    return HypothesisTest(statistic=f, law="F", degrees_of_freedom=(q, freedom), p_value=float(fdtrc(q, freedom, f)))


def _joined(parameters: Parameters) -> Floats:
    """(k,) the coefficients in one, as their covariance has them: of several levels level by level."""
    names = sorted(parameters, key=lambda name: name != INTERCEPT)
    values = [np.asarray(parameters[name], dtype=np.float64) for name in names]
    if values[-1].ndim < 2:
        return np.concatenate([np.atleast_1d(value) for value in values])
    levels = len(values[-1])
    return np.concatenate([value.reshape(levels, -1) for value in values], axis=1).ravel()


def _combinations(hypothesis: Any, names: Sequence[str], factors: Categories) -> Floats:
    """(q, k) weights. Raises InvalidData for a name that is none of a coefficient, or another number of weights."""
    if isinstance(hypothesis, str):
        hypothesis = [hypothesis]
    try:
        if isinstance(hypothesis, Mapping):
            weights: Mapping[Any, Any] = hypothesis
            rows = np.zeros((1, len(names)))
            for name, weight in weights.items():
                rows[0, _place(name, names)] = weight
        elif len(hypothesis) and all(isinstance(name, str) for name in hypothesis):
            rows = np.eye(len(names))[[at for name in hypothesis for at in _places(name, names, factors)]]
        else:
            rows = np.atleast_2d(np.asarray(hypothesis, dtype=np.float64))
    except SymcatError:
        raise
    except (TypeError, ValueError):
        rows = np.empty((0, 0))  # no numbers
    if rows.shape[1:] != (len(names),) or not np.isfinite(rows).all() or not rows.any(axis=1).all():
        raise InvalidData(
            f"The hypothesis {hypothesis!r} is no combination of {', '.join(names)}: name some of them, or give a "
            f"weight for each of the {len(names)}, not all zero."
        )
    return rows


def _is_named(hypothesis: Any, name: str) -> bool:
    """Whether a hypothesis speaks of a coefficient by this name."""
    if isinstance(hypothesis, str):
        return hypothesis == name
    return isinstance(hypothesis, Mapping | list | tuple) and any(isinstance(h, str) and h == name for h in hypothesis)


def _places(name: Any, names: Sequence[str], factors: Categories) -> list[int]:
    """Of all coefficients of a predictor: those of the indicators of a text column, and of all levels of the target."""
    own = [name] if name in names or name not in factors else [name_of(name, level) for level in factors[name][1:]]
    found = [at for at, one in enumerate(names) if one in own]
    if not found:
        known = dict.fromkeys([*names, *factors])
        raise InvalidData(f"There is no coefficient {name!r}; there are: {', '.join(known)}.")
    return found


def _place(name: Any, names: Sequence[str]) -> int:
    """Of the only coefficient of this name."""
    found = _places(name, names, {})
    if len(found) > 1:
        raise InvalidData(
            f"There is a coefficient {name!r} for each of {len(found)} levels: give the weights of all {len(names)} "
            "coefficients, level by level."
        )
    return found[0]
