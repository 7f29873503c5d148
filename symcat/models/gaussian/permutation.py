"""``gaussian.permutation``: Gaussian columns that some permutations leave as they are, whichever the data show.

The covariance is constant on the orbits of pairs under the group, and its maximum of likelihood is the average of that
of the table over each (Graczyk, Ishi, Kolodziejek & Massam 2022, Ann. Statist. 50:1747). BIC charges for the choice
among all groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.data.validation import SINGULAR
from symcat.models.base import Center, Facts, Options, Parameters, counted, is_estimated
from symcat.models.batches import refused_fit
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.gaussian import couplings, kernels
from symcat.models.gaussian.checks import skewness_and_kurtosis
from symcat.models.gaussian.evidence import log_evidence
from symcat.models.gaussian.joint import Scaled, joint_kurtosis
from symcat.models.gaussian.known_center import mean_at_center
from symcat.models.gaussian.likelihood_ratio import Mean, Parts, log_determinant, symmetry
from symcat.models.gaussian.of_precision import OfPrecision, matrix_of
from symcat.models.gaussian.permutation_search import Found, Table, log_groups, search
from symcat.symmetry.blocks_of_symmetry import blocks
from symcat.symmetry.pair_orbits import PairOrbits, in_words

Floats = NDArray[np.float64]

LABEL = "gaussian.permutation"
EVIDENCE, GENERATORS = "log_evidence", "generators"

_NO_ROWS = "the number of rows is not known, and the choice of a group depends on it: state n"
_NONE = "no group of permutations has a covariance with an inverse in these rows"
_EACH = "each table has a group of its own: ask for one at a time"


class GaussianPermutation(OfPrecision):
    """The Gaussian that a group of permutations leaves unchanged, the group being chosen."""

    label = LABEL
    facts = Facts("Gaussian, columns that some permutations leave as they are", "the permutations that were found")
    needs = Needs()
    check_needs = Needs(power=4)
    check_rows = kernels.FEWEST + 1
    takes = frozenset({"center"})
    one_by_one = True
    by_group = False
    invariant = frozenset({"z2"})
    nested = frozenset({"gaussian.exchangeable"})

    def __init__(self, schema: Schema, options: Options) -> None:
        self.schema, self.options, self.dimension = schema, options, len(schema)

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """Mean and precision of a batch of one, and the group that was chosen."""
        why = _EACH if moments.n_groups > 1 else "" if counted(moments) and moments.count[0] > 1.0 else _NO_ROWS
        if why:
            return refused_fit(self.label, moments.count, why)
        unit, n = moments.unit, float(moments.count[0])
        known = not is_estimated(center)
        about = moments.about(np.asarray(center, dtype=np.float64)) if known else moments.centred
        table = Table(about.second[0], moments.mean[0] / unit, n, own=center is not None, known=known)
        if not (np.diagonal(table.second) > 0.0).all():
            return refused_fit(self.label, moments.count, "a column does not vary")
        found = search(table)
        orbits = found.orbits
        covariance = table.covariances(orbits, np.arange(self.dimension)[None])[0]
        deviation = np.sqrt(np.diagonal(covariance))
        if not np.linalg.eigvalsh(covariance / np.outer(deviation, deviation))[0] > SINGULAR:
            return refused_fit(self.label, moments.count, _NONE)
        point = about.origin if known or center is not None else orbits.averaged_columns(moments.mean)
        precision = np.linalg.inv(covariance)
        log_det = float(np.linalg.slogdet(covariance)[1]) + 2.0 * self.dimension * np.log(unit)
        log_partition = np.array([0.5 * (self.dimension * np.log(2.0 * np.pi) + log_det)])
        return Fit(
            label=self.label,
            count=moments.count,
            parameters={"mean": point, "precision": precision[None] / unit**2},
            standard_errors={
                "mean": self._mean_errors(table, orbits, covariance)[None] * unit,
                "precision": _precision_errors(orbits, covariance, n)[None] / unit**2,
            },
            log_partition=log_partition,
            log_likelihood=-n * (log_partition + 0.5 * self.dimension),
            n_parameters=orbits.count + table.of_means(orbits),
            log_structures=log_groups(self.dimension),
            statistics={
                "covariance": covariance[None] * unit**2,
                GENERATORS: np.array(found.generators, dtype=np.float64).reshape(1, -1, self.dimension),
                EVIDENCE: np.array([evidence_of(table, found)]),
            },
            reason=np.zeros(1, dtype=np.int8),
            note=self._words(found),
        )

    def as_chosen(self, fit: Fit, moments: Moments, center: Center = None) -> Fit:
        """The fits of G groups that have the group of permutations of ``fit``."""
        orbits, d = orbits_of(fit, self.dimension), self.dimension
        known = not is_estimated(center)
        about = moments.about(np.asarray(center, dtype=np.float64)) if known else moments.centred
        second, point = about.second, about.origin
        if center is None:
            point = orbits.averaged_columns(moments.mean)
            apart = (moments.mean - point) / moments.unit
            second = second + apart[:, :, None] * apart[:, None, :]
        covariance = orbits.averaged(second)
        sign, log_det = np.linalg.slogdet(covariance)
        if not (sign > 0.0).all():
            return refused_fit(self.label, moments.count, _NONE)
        log_partition = 0.5 * (d * np.log(2.0 * np.pi) + log_det) + d * np.log(moments.unit)
        precision = np.asarray(np.linalg.inv(covariance) / moments.unit**2, dtype=np.float64)
        return replace(
            fit,
            count=moments.count,
            parameters={"mean": point, "precision": precision},
            standard_errors={},
            log_partition=log_partition,
            log_likelihood=-moments.count * (log_partition + 0.5 * d),
            statistics={
                "covariance": covariance * moments.unit**2,
                GENERATORS: np.repeat(fit.statistics[GENERATORS][:1], moments.n_groups, axis=0),
            },
            reason=np.zeros(moments.n_groups, dtype=np.int8),
        )

    def _words(self, found: Found) -> str:
        if not found.generators:
            return "no permutation of the columns was found that leaves them as they are"
        return f"left as they are by {in_words(found.generators, self.schema.columns)} and what these generate"

    def _mean_errors(self, table: Table, orbits: PairOrbits, covariance: Floats) -> Floats:
        if table.known:
            return np.zeros(self.dimension)
        variance = np.diagonal(covariance)
        if not table.own:
            alike = orbits.columns[:, None] == orbits.columns
            share = alike / alike.sum(axis=0)
            variance = np.diagonal(share.T @ covariance @ share)
        out: Floats = np.sqrt(variance / table.rows)
        return out

    def row_influence(self, fit: Fit, rows: Floats, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """Of single rows on the mean, and on the precision K: ``K - K C K`` with C the row's, averaged over the group;
        what moves the group itself is left out."""
        orbits = orbits_of(fit, self.dimension)
        precision, weight = fit.parameters["precision"][0], 1.0 / whole.count[0]
        y = rows - fit.parameters["mean"][0]
        pulled = y @ precision
        change = orbits.averaged((-weight * pulled)[:, :, None] * pulled[:, None, :]) + weight * precision
        drift = weight * y
        if center is None:
            drift = orbits.averaged_columns(drift)
        return {"mean": drift if is_estimated(center) else np.zeros_like(drift), "precision": change}

    def influence(self, fit: Fit, groups: Moments, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """Likewise of B groups of rows."""
        orbits, unit = orbits_of(fit, self.dimension), groups.unit
        mean, precision = fit.parameters["mean"][0], fit.parameters["precision"][0]
        about = groups.of_pairs.about(mean)
        weight = groups.count / whole.count
        change = precision - precision @ (orbits.averaged(about.second) * unit**2) @ precision
        drift = weight[:, None] * about.first * unit
        if center is None:
            drift = orbits.averaged_columns(drift)
        drift = drift if is_estimated(center) else np.zeros_like(drift)
        return {"mean": drift, "precision": weight[:, None, None] * change}

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Skewness and kurtosis of every column and of all jointly, the symmetry of the covariance, a stated centre."""
        moments, d = observed.moments, self.dimension
        found = list(observed.once(skewness_and_kurtosis))
        sample = observed.of_sample(Scaled.of)
        joint = None if sample is None else joint_kurtosis(sample, _as_it_is, None)
        found += [] if joint is None else [joint]
        shift = None if is_estimated(center) else (fit.parameters["mean"] - moments.origin) / moments.unit
        orbits = orbits_of(fit, d)
        if fit.statistics[GENERATORS].shape[1]:
            log_det_any = observed.once(log_determinant) if shift is None else log_determinant(moments, shift)
            log_det = 2.0 * fit.log_partition - d * np.log(2.0 * np.pi) - 2.0 * d * np.log(moments.unit)
            mean: Mean = "known" if shift is not None else "common" if center is None else "own"
            parts = Parts.of_blocks(blocks(orbits))
            found.append(symmetry(fit.count, log_det, log_det_any, parts, mean=mean, words=fit.note))
        if shift is not None:
            found.append(mean_at_center(moments, shift, None))
        return found

    def normalised(self, parameters: Parameters) -> float:
        """log Z, after a look at whether the matrix is positive definite."""
        couplings.check_positive(matrix_of(parameters), self.schema.columns)
        return self.law(parameters).log_partition


def orbits_of(fit: Fit, d: int) -> PairOrbits:
    """Those of the group of a batch of one."""
    return PairOrbits.of([tuple(one) for one in fit.statistics[GENERATORS][0].astype(int).tolist()], d)


def evidence_of(table: Table, found: Found) -> float:
    """The log of how much likelier the rows are under the group than under none, on average over covariances.

    With the prior of the R package gips: shape 3, and the mean variance times the identity as scale.
    """
    rows = table.rows - (not table.known)
    scatter = table.second * table.rows
    scale = np.eye(table.dimension) * np.trace(scatter) / rows / table.dimension
    nothing = PairOrbits.of((), table.dimension)
    return log_evidence(scatter, rows, found.orbits, scale) - log_evidence(scatter, rows, nothing, scale)


def _as_it_is(covariance: Floats) -> Floats:
    return covariance


def _precision_errors(orbits: PairOrbits, covariance: Floats, n: float) -> Floats:
    """Of each free number t of ``K = sum_t t E_t``, from Fisher's information ``n/2 tr(C E_s C E_t)``."""
    moved = covariance @ orbits.indicators
    information = 0.5 * n * np.einsum("sij,tji->st", moved, moved, optimize=True)
    scale = np.sqrt(np.diagonal(information))
    variance = np.diagonal(np.linalg.inv(information / np.outer(scale, scale))) / scale**2
    out: Floats = np.sqrt(variance)[orbits.place]
    return out
