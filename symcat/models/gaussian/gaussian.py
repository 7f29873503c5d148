"""The Gaussian classes: ``F = (x - mean)' K (x - mean) / 2``, with the precision matrix K as the symmetry leaves it.

Invariance under a group of column permutations or rotations makes the covariance a sum ``sum_k lambda_k P_k`` over
commuting projectors P_k, and its maximum-likelihood estimate is the average of the sample covariance over the group:
``lambda_k = tr(P_k C) / rank(P_k)`` (Andersson 1975; Shah & Chandrasekaran 2012, section 3). Without symmetry it is the
sample covariance itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.data.validation import SINGULAR
from symcat.errors import InvalidData
from symcat.models.base import (
    Center,
    Facts,
    Model,
    Options,
    Parameters,
    counted,
    is_estimated,
)
from symcat.models.batches import blank_refused
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.gaussian import couplings, kernels
from symcat.models.gaussian.checks import skewness_and_kurtosis
from symcat.models.gaussian.incomplete import GaussianFilling, symmetric_basis
from symcat.models.gaussian.joint import Scaled, joint_kurtosis
from symcat.models.gaussian.known_center import mean_at_center
from symcat.models.gaussian.likelihood_ratio import Mean, Parts, log_determinant, symmetry
from symcat.models.gaussian.of_precision import OfPrecision, matrix_of
from symcat.models.incomplete import Gaps
from symcat.symmetry.groups import Symmetry, group, projectors_of

Floats = NDArray[np.float64]

_NO_SPREAD, _FEW_ROWS, _SINGULAR = 1, 2, 3

FACTS = {
    "gaussian.full": Facts("Gaussian, any covariance", "none beyond parity about the mean"),
    "gaussian.diagonal": Facts("Gaussian, independent columns", "reflection of each column about its mean"),
    "gaussian.exchangeable": Facts("Gaussian, exchangeable columns", "any permutation of the columns"),
    "gaussian.cyclic": Facts("Gaussian, cyclic columns", "cyclic shifts of the columns"),
    "gaussian.isotropic": Facts("Gaussian, isotropic", "rotations about the mean"),
}


GROUPS: dict[str, Symmetry] = {
    "gaussian.full": "z2",
    "gaussian.diagonal": "z2_each",
    "gaussian.exchangeable": "permutation",
    "gaussian.cyclic": "cyclic",
    "gaussian.isotropic": "rotation",
}


class Gaussian(OfPrecision):
    """One of the five Gaussian classes for the columns of a schema."""

    needs = Needs()
    check_needs = Needs(power=4)
    check_rows = kernels.FEWEST + 1
    takes = frozenset({"center"})
    missing = frozenset({"em", "pairwise"})

    def __init__(self, label: str, schema: Schema, options: Options | None = None) -> None:
        self.label = label
        self.options = Options() if options is None else options
        self.schema = schema
        self.dimension = len(schema)
        self.facts = FACTS[label]
        self.nested = (
            (frozenset(FACTS) - {label}) | {"gaussian.permutation"} if label == "gaussian.full" else frozenset()
        )
        acting = group(GROUPS[label])
        self.invariant = frozenset({"z2", GROUPS[label]})
        self.common_mean = acting.common_center
        self.projectors = projectors_of(GROUPS[label], self.dimension)
        self.ranks = None if self.projectors is None else self.projectors.ranks.astype(int).tolist()
        self.full_rank = self.projectors is None

    def n_parameters(self, center: Center) -> int:
        d = self.dimension
        of_mean = (1 if self._one_mean(center) else d) if is_estimated(center) else 0
        return of_mean + (d * (d + 1) // 2 if self.projectors is None else len(self.projectors))

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """Mean and precision of every group, in the units of the data, with model-based standard errors."""
        d, unit = self.dimension, moments.unit
        if self._one_mean(center):
            about = moments.about(np.broadcast_to(moments.mean.mean(axis=1, keepdims=True), moments.origin.shape))
        elif is_estimated(center):
            about = moments.centred
        else:
            about = moments.about(np.asarray(center, dtype=np.float64))
        point = about.origin
        with np.errstate(all="ignore"):  # groups without a solution are told by their reason
            covariance = self.symmetrised(about.second)
            reason = self._refusals(covariance, about.count)
            safe = np.where((reason == 0)[:, None, None], covariance, np.eye(d))
            precision = np.linalg.inv(safe)
            log_det = np.linalg.slogdet(safe)[1] + 2.0 * d * np.log(unit)
            errors = {}
            if counted(about):
                of_mean = self._mean_errors(safe, about.count, center) * unit
                errors["mean"] = of_mean if is_estimated(center) else np.zeros_like(point)
                errors["precision"] = self._precision_errors(precision, about.count) / unit**2
        log_partition = 0.5 * (d * np.log(2.0 * np.pi) + log_det)
        return blank_refused(
            Fit(
                label=self.label,
                count=about.count,
                parameters={"mean": point, "precision": precision / unit**2},
                standard_errors=errors,
                log_partition=log_partition,
                log_likelihood=-about.count * (log_partition + 0.5 * d),
                n_parameters=self.n_parameters(center),
                statistics={"covariance": covariance * unit**2},
                reason=reason,
                reasons=(
                    "",
                    "a column does not vary",
                    "there are fewer rows than the covariance needs",
                    "the columns are linearly dependent: the covariance is not positive definite",
                ),
            )
        )

    def filling(self, gaps: Gaps, center: Center = None) -> GaussianFilling:
        """Rows with gaps, for the means and precisions that the class leaves free."""
        d = self.dimension
        means = np.ones((d, 1)) if self._one_mean(center) else np.eye(d)
        free = symmetric_basis(d) if self.projectors is None else self.projectors.combined(np.eye(len(self.projectors)))
        return GaussianFilling(gaps, means if is_estimated(center) else np.empty((d, 0)), free)

    def symmetrised(self, second: Floats) -> Floats:
        """(G, d, d) covariance averaged over the group of the class."""
        return second if self.projectors is None else self.projectors.combined(self.projectors.strengths(second))

    def _refusals(self, covariance: Floats, count: Floats) -> NDArray[np.int8]:
        reason = np.zeros(len(count), dtype=np.int8)
        deviation = np.sqrt(np.einsum("gii->gi", covariance))
        correlation = covariance / (deviation[:, :, None] * deviation[:, None, :])
        usable = np.isfinite(correlation).all(axis=(1, 2))
        smallest = np.full(len(count), np.nan)
        if self.dimension == 1:
            smallest[usable] = 1.0
        else:
            smallest[usable] = np.linalg.eigvalsh(correlation[usable])[:, 0]
        reason[~(smallest > SINGULAR)] = _SINGULAR
        if self.projectors is None:
            reason[count <= self.dimension] = _FEW_ROWS
        reason[~(deviation > 0.0).all(axis=1)] = _NO_SPREAD
        return reason

    def _one_mean(self, center: Center) -> bool:
        """Whether one mean of all columns is estimated; the sample mean, asked for, is each column's own."""
        return self.common_mean and center is None

    def _mean_errors(self, covariance: Floats, count: Floats, center: Center) -> Floats:
        if self._one_mean(center):
            variance = np.broadcast_to(covariance.mean(axis=(1, 2))[:, None], (len(count), self.dimension))
        else:
            variance = np.einsum("gii->gi", covariance)
        out: Floats = np.sqrt(variance / count[:, None])
        return out

    def _precision_errors(self, precision: Floats, count: Floats) -> Floats:
        """Wishart: var K_ij = (K_ii K_jj + K_ij^2) / n without symmetry; with it, each 1/lambda_k varies on its own."""
        if self.projectors is None:
            diagonal = np.einsum("gii->gi", precision)
            variance = diagonal[:, :, None] * diagonal[:, None, :] + precision**2
        else:
            strengths = self.projectors.strengths(precision)
            variance = self.projectors.combined_squares(2.0 * strengths**2 / self.projectors.ranks)
        out: Floats = np.sqrt(variance / count[:, None, None])
        return out

    def influence(self, fit: Fit, groups: Moments, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """Of B groups on the mean, and on the precision K: ``-K dC K = K - K C' K`` with C' the group's covariance."""
        unit, mean, precision = groups.unit, fit.parameters["mean"][0], fit.parameters["precision"][0]
        about = groups.of_pairs.about(mean)
        covariance = self.symmetrised(about.second) * unit**2
        weight = groups.count / whole.count
        change = precision - precision @ covariance @ precision
        return self._influence(weight[:, None] * about.first * unit, weight[:, None, None] * change, center)

    def row_influence(self, fit: Fit, rows: Floats, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """Of single rows, with one product for each: K and the symmetry commute, so ``K y y' K`` is of ``K y``."""
        precision, weight = fit.parameters["precision"][0], 1.0 / whole.count[0]
        y = rows - fit.parameters["mean"][0]
        pulled = y @ precision
        change = self.symmetrised((-weight * pulled)[:, :, None] * pulled[:, None, :])
        change += weight * precision
        return self._influence(weight * y, change, center)

    def _influence(self, drift: Floats, of_precision: Floats, center: Center) -> dict[str, Floats]:
        """Both weighted; no mean moves where the centre is known, and all alike where they are one."""
        if self._one_mean(center):
            drift = np.broadcast_to(drift.mean(axis=1, keepdims=True), drift.shape)
        return {"mean": drift if is_estimated(center) else np.zeros_like(drift), "precision": of_precision}

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Skewness and kurtosis of every column and of all jointly, the symmetry of the covariance, a stated centre."""
        moments = observed.moments
        found = list(observed.once(skewness_and_kurtosis))
        sample = observed.of_sample(Scaled.of) if self.dimension > 1 else None
        if sample is not None:
            joint = sample.skewness, joint_kurtosis(sample, self.symmetrised, self.ranks)
            found += [one for one in joint if one is not None]
        shift = None if is_estimated(center) else (fit.parameters["mean"] - moments.origin) / moments.unit
        if self.projectors is not None and self.dimension > 1:
            log_det = observed.once(log_determinant) if shift is None else log_determinant(moments, shift)
            mean: Mean = "known" if shift is not None else "common" if self._one_mean(center) else "own"
            found.append(self._symmetry(fit, moments.unit, log_det, mean))
        if shift is not None:
            found.append(mean_at_center(moments, shift, self.projectors))
        return found

    def _symmetry(self, fit: Fit, unit: float, log_det_any: Floats, mean: Mean) -> CheckResult:
        """The likelihood ratio against the covariance without symmetry, of this log determinant (G,) in ``unit``."""
        assert self.projectors is not None
        d = self.dimension
        log_det = 2.0 * fit.log_partition - d * np.log(2.0 * np.pi) - 2.0 * d * np.log(unit)
        return symmetry(
            fit.count,
            log_det,
            log_det_any,
            Parts.of_projectors(self.projectors, common_mean=self.common_mean),
            mean=mean,
            words=self.facts.symmetry,
        )

    def normalised(self, parameters: Parameters) -> float:
        """log Z, after a look at whether the matrix is positive definite and of the class."""
        matrix, names = matrix_of(parameters), self.schema.columns
        couplings.check_positive(matrix, names)
        apart = np.abs(matrix - self.symmetrised(matrix[None])[0])
        i, j = map(int, np.unravel_index(int(apart.argmax()), apart.shape))
        if apart[i, j] > 1e-9 * np.abs(matrix).max():
            raise InvalidData(
                f"{self.label} is unchanged by {self.facts.symmetry}, which would make the precision at ({names[i]}, "
                f"{names[j]}) {matrix[i, j] - (matrix - self.symmetrised(matrix[None])[0])[i, j]:.6g}, not "
                f"{matrix[i, j]:.6g}: pass such a matrix, or call symcat.model('gaussian.full', precision=...)."
            )
        return self.law(parameters).log_partition

    def conditional(self, target: int) -> Model | None:
        """Least squares, which without symmetry is the maximum of the conditional likelihood too."""
        from symcat.models.conditional.linear import Linear

        if not self.full_rank or self.dimension < 2:
            return None
        return Linear(self.label, self.schema, target, intercept=self.options.intercept)
