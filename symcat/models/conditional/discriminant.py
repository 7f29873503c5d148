"""``discriminant.linear`` and ``discriminant.quadratic``: a Gaussian of the predictors in each level of a categorical
column, and the level's probability by Bayes' rule: the partition function as a classifier.

With one covariance for all levels log-odds are linear in the predictors (Fisher 1936), with one for each quadratic;
these are shrunk to the pooled one (Friedman 1989). All that is chosen is chosen by leaving every row out once, in
closed form (``left_out``). The averages of each level are all that is kept of the rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symcat.data.moments import Floats, Moments
from symcat.data.schema import Schema
from symcat.models.base import Center, Entry, Facts, Masses, Parameters
from symcat.models.batches import refused_fit
from symcat.models.conditional.choosing import averages, choose, principal_axes
from symcat.models.conditional.classification import Classification, calibration
from symcat.models.conditional.left_out import SHRINKAGES
from symcat.models.conditional.level_rows import Batch, Batches
from symcat.models.conditional.sharpening import log_shares, scores
from symcat.models.conditional.values import own_values
from symcat.models.fit import CheckResult, Fault, Fit, Observed, Regression

LINEAR, QUADRATIC = "discriminant.linear", "discriminant.quadratic"

_NEEDS_ROWS = "the averages of each level, and rows to be left out, need all rows"


class Discriminant(Classification):
    """A Gaussian of the other columns in each level of ``target``.

    Parameters: ``share`` (K,) of each level, ``mean`` (K, p) of the predictors in it, ``axes`` (p, q), along which the
    pooled covariance within levels is the identity, and which tell the levels apart; ``covariance`` (K, q, q) of each
    level along these and the ``shrinkage`` behind it, where there is more than the pooled one. ``tail`` (0 of a
    Gaussian), ``sharpness`` and ``offset`` (K,) turn squared distances into probabilities (``sharpening``).
    """

    def __init__(self, label: str, schema: Schema, target: int) -> None:
        super().__init__(label, schema, target)
        self.of_each = label == QUADRATIC
        covariance = "a covariance for each" if self.of_each else "one covariance"
        self.facts = Facts(f"One categorical column given the others: a Gaussian in each level, {covariance}", "none")

    def fit_rows(self, rows: Masses | None, observed: Observed, center: Center = None) -> Fit:
        """The fit of a batch of one from all its rows."""
        count, levels = observed.moments.count, len(self.of_target)
        sample, every = self._sample(observed), self.batches(rows, observed)
        if sample is None or every is None:
            return refused_fit(self.label, count, _NEEDS_ROWS)
        own = self.own(observed.moments)
        axes, origin = principal_axes(own), own.mean[0]
        of = averages(every, origin, axes, levels)
        fault = self._of_few_rows(of[0].count)
        if fault:
            return refused_fit(self.label, count, fault)
        found = choose(of, axes, origin, sample, SHRINKAGES if self.of_each else np.ones(1))
        if found is None:
            return refused_fit(self.label, count, "no covariance within the levels has an inverse")
        gaussians = found.gaussians
        _, place, weight = sample
        sure = found.calibrated(place, weight)
        values = {
            "share": gaussians.of.count / gaussians.of.count.sum(),
            "mean": self._means(every, levels),
            "axes": found.axes,
            "tail": np.array(found.tail),
            "sharpness": np.array(sure.sharpness),
            "offset": sure.offset,
        }
        q = found.axes.shape[1]
        calibrations = levels + 1  # tail, sharpness and offsets, which add up to nothing but for rounding
        n_parameters = levels - 1 + levels * q + calibrations
        if self.of_each:
            s = found.shrinkage
            values["covariance"] = (1.0 - s) * gaussians.of.covariance + s * np.eye(q)
            values["shrinkage"] = np.array(s)
            n_parameters += levels * q * (q + 1) // 2 + 1
        else:
            n_parameters += q * (q + 1) // 2
        logs = log_shares(sure.sharpness * found.scores + sure.offset)
        scale = float(count[0]) / float(weight.sum())
        return Fit(
            label=self.label,
            count=count,
            parameters={name: value[None] for name, value in values.items()},
            standard_errors={},
            log_partition=np.zeros(1),
            log_likelihood=np.array([sum(self._likelihood(values, batch) for batch in every())]),
            n_parameters=n_parameters,
            statistics={},
            reason=np.zeros(1, dtype=np.int8),
            note="",
            regression=Regression(self.target, "log density", np.array([np.inf])),
            # What is calibrated has seen the rows: a nat for each of its numbers (Akaike 1974).
            leave_one_out=np.array([scale * sure.log_likelihood - calibrations]),
            checks=tuple(calibration(logs, place, weight, self.of_target)),
        )

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """That made while the rows were at hand: observed against predicted shares, each row predicted from others."""
        return fit.checks

    def row_influence(self, fit: Fit, rows: Floats, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """Not known."""
        return {}

    def _sample(self, observed: Observed) -> Batch | None:
        """Random rows, of weighted ones with their weights."""
        if observed.weighted is not None:
            return self.parts(*observed.weighted)
        return None if observed.sample is None else self.parts(observed.sample, np.ones(len(observed.sample)))

    def _of_few_rows(self, of_level: Floats) -> str:
        name = self.schema.columns[self.target]
        for level, rows in zip(self.of_target, of_level.tolist(), strict=True):
            if not rows > 1.0:
                return Fault(
                    f"Level {level!r} of the target {name!r} occurs in {rows:.3g} complete rows, and a Gaussian in "
                    "each level needs two at least: leave its rows out, or join it with another level."
                )
        return ""

    def _means(self, every: Batches, levels: int) -> Floats:
        """(K, p) of the predictors in each level."""
        count, total = np.zeros(levels), np.zeros((levels, len(self.others)))
        for x, place, weight in every():
            count += np.bincount(place, weight, levels)
            member = np.zeros((levels, len(x)))
            member[place, np.arange(len(x))] = weight
            total += member @ x
        return total / count[:, None]

    def _likelihood(self, values: Parameters, batch: Batch) -> float:
        x, place, weight = batch
        logs = self._logs(values, x)
        return float(weight @ logs[np.arange(len(x)), place])

    # --- using the answer ------------------------------------------------------------------------------------------

    def log_probabilities(self, parameters: Parameters, x: Floats) -> Floats:
        """(m, K) natural logs of the probabilities of the levels, at encoded rows (m, p) of the other columns."""
        return self._logs(parameters, own_values(x, self.levels))

    def _logs(self, parameters: Parameters, x: Floats) -> Floats:
        """The same at rows in the data's own values."""
        from scipy.linalg import solve_triangular

        mean, axes = np.asarray(parameters["mean"]), np.asarray(parameters["axes"]).reshape(len(self.others), -1)
        y, centre = (x - mean[0]) @ axes, (mean - mean[0]) @ axes
        square, height = np.empty((len(x), len(mean))), np.log(np.asarray(parameters["share"]))
        for k in range(len(mean)):
            away = (y - centre[k]).T
            if self.of_each:
                root = np.linalg.cholesky(np.asarray(parameters["covariance"])[k])
                away = solve_triangular(root, away, lower=True, check_finite=False)
                height[k] -= np.log(np.diagonal(root)).sum()
            square[:, k] = np.einsum("qm,qm->m", away, away)
        found = scores(square, height, float(np.asarray(parameters["tail"])), axes.shape[1])
        return log_shares(float(np.asarray(parameters["sharpness"])) * found + np.asarray(parameters["offset"]))

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """The free numbers: those of symmetric matrices once."""
        levels = list(enumerate(map(str, self.of_target)))
        columns = [self.schema.columns[j] for j in self.others]
        if name in ("share", "offset"):
            return [((k,), level) for k, level in levels]
        if name == "mean":
            return [((k, i), f"{level}, {column}") for k, level in levels for i, column in enumerate(columns)]
        if name not in ("axes", "covariance"):
            return [((), "")]
        q = np.asarray(parameters["axes"]).shape[-1]
        if name == "axes":
            return [((i, j), f"{column}, axis {j + 1}") for i, column in enumerate(columns) for j in range(q)]
        pairs = [(i, j) for i in range(q) for j in range(i, q)]
        return [((k, i, j), f"{level}, axes {i + 1} and {j + 1}") for k, level in levels for i, j in pairs]

    def formula(self, parameters: Parameters) -> str:
        """F in one line."""
        covariance = " . covariance^-1 . y" if self.of_each else " . y"
        more = " + log det covariance / 2" if self.of_each else ""
        where = "y = (x - mean) . axes" + ", covariance by shrinkage" * self.of_each
        return f"sharpness (f(y{covariance}; tail){more} - log share) - offset,   {where}"
