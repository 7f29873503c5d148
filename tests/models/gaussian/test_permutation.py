"""``gaussian.permutation``: the group with the smallest BIC, its maximum of likelihood, errors and level."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

import symcat
from symcat.data.schema import Schema
from symcat.errors import SymcatError
from symcat.models.base import Options
from symcat.models.fit import Fit, Observed
from symcat.models.gaussian import likelihood_ratio
from symcat.models.gaussian.evidence import log_evidence
from symcat.models.gaussian.gaussian import Gaussian
from symcat.models.gaussian.likelihood_ratio import Parts
from symcat.models.gaussian.permutation import GaussianPermutation
from symcat.symmetry.blocks_of_symmetry import blocks
from symcat.symmetry.pair_orbits import PairOrbits, cycles
from tests.models.observing import moments_of, names

TOY = np.array(
    [
        [-5.554883, 7.466693, 2.444659, -5.757642, -9.374783],
        [-11.330708, 1.700968, 2.756588, -5.623130, -8.560550],
        [-10.579451, 3.914784, 2.327188, -7.085606, -10.115170],
        [-12.634411, 4.881232, 1.248641, -8.067525, -11.114509],
    ]
)
"""Four rows of the introduction to the R package gips."""


def fitted(rows: np.ndarray, center: object = None) -> Fit:
    d = rows.shape[1]
    return GaussianPermutation(Schema.real(names(d)), Options()).fit(moments_of([rows]), center)  # type: ignore[arg-type]


def pairs_alike(d: int = 5) -> np.ndarray:
    """A covariance that (x0 x1)(x2 x3) leaves as it is."""
    root = np.random.default_rng(3).normal(size=(d, d + 1))
    full = root @ root.T / d + np.eye(d)
    return PairOrbits.of([(1, 0, 3, 2, *range(4, d))], d).averaged(full[None])[0]


def test_the_evidence_is_that_of_gips() -> None:
    """Of its documentation: two columns with 100 rows, four rows of five columns, over all 67 cyclic groups."""
    for table, of_none, of_both in (
        ([[1.0, 0.5], [0.5, 2.0]], -134.1615, -138.1695),
        ([[1.0, 0.5], [0.5, 1.1]], -98.40984, -95.92039),
    ):
        s = np.array(table)
        scale = np.eye(2) * np.trace(s) / 2.0
        for generators, due in (((), of_none), (((1, 0),), of_both)):
            found = log_evidence(99.0 * s, 99.0, PairOrbits.of(generators, 2), scale)
            assert found == pytest.approx(due, abs=6e-5)
    s = np.cov(TOY.T)
    groups = {}
    for one in permutations(range(5)):
        powers, at = [], tuple(range(5))
        while at not in powers:
            powers.append(at)
            at = tuple(one[j] for j in at)
        groups.setdefault(frozenset(powers), one)
    assert len(groups) == 67
    scale = np.eye(5) * np.trace(s) / 5.0
    logs = {cycles(g): log_evidence(3.0 * s, 3.0, PairOrbits.of([g], 5), scale) for g in groups.values()}
    share = {g: np.exp(v) / sum(np.exp(w) for w in logs.values()) for g, v in logs.items()}
    assert share[((2, 3, 4),)] == pytest.approx(0.061991931, rel=1e-6)
    assert share[((0, 1), (2, 3, 4))] == pytest.approx(0.048479131, rel=1e-6)
    assert share[((1, 2, 4, 3),)] == pytest.approx(0.040410788, rel=1e-6)
    assert share[()] == pytest.approx(0.017079855, rel=1e-6)


def test_the_group_is_found_and_its_likelihood_is_the_maximum() -> None:
    rng = np.random.default_rng(0)
    rows = rng.multivariate_normal([1.0, 1.0, 2.0, 2.0, 0.0], pairs_alike(), size=2000)
    fit = fitted(rows)
    orbits = PairOrbits.of([(1, 0, 3, 2, 4)], 5)
    assert PairOrbits.of([tuple(g) for g in fit.statistics["generators"][0].astype(int)], 5).count == orbits.count
    precision, mean = fit.parameters["precision"][0], fit.parameters["mean"][0]
    assert mean[0] == pytest.approx(mean[1])
    model = GaussianPermutation(Schema.real(names(5)), Options())

    def likelihood(k: np.ndarray, m: np.ndarray) -> float:
        z = 0.5 * (5 * np.log(2.0 * np.pi) - np.linalg.slogdet(k)[1])
        return float(model.log_density({"mean": m, "precision": k}, z, rows).sum())

    best = likelihood(precision, mean)
    assert best == pytest.approx(float(fit.log_likelihood[0]), rel=1e-9)
    for step in (1e-3, -1e-3):
        for direction in orbits.indicators:
            assert likelihood(precision + step * direction, mean) < best
        assert likelihood(precision, mean + step * np.array([1.0, 1.0, 0.0, 0.0, 0.0])) < best
    assert fit.n_parameters == orbits.count + 3
    assert fitted(rows, "mean").n_parameters == orbits.count + 5
    assert fitted(rows, np.zeros(5)).n_parameters == orbits.count


def test_no_other_group_has_a_smaller_criterion() -> None:
    """Against each group that two permutations of four columns generate."""
    rows = np.random.default_rng(5).multivariate_normal(np.zeros(4), pairs_alike(4), size=60)
    fit = fitted(rows, np.zeros(4))
    every = list(permutations(range(4)))
    second, n = rows.T @ rows / 60, 60
    least = np.inf
    for one in every:
        for other in every:
            orbits = PairOrbits.of([one, other], 4)
            log_det = np.linalg.slogdet(orbits.averaged(second[None])[0])[1]
            least = min(least, orbits.count * np.log(n) + n * (log_det + 4 + 4 * np.log(2.0 * np.pi)))
    assert fit.bic[0] - 2.0 * fit.log_structures == pytest.approx(least, rel=1e-9)


def test_all_alike_is_exchangeable() -> None:
    rows = np.random.default_rng(1).normal(size=(500, 3)) + np.random.default_rng(2).normal(size=(500, 1))
    fit, alike = fitted(rows), Gaussian("gaussian.exchangeable", Schema.real(names(3))).fit(moments_of([rows]))
    for name in ("mean", "precision"):
        np.testing.assert_allclose(fit.parameters[name], alike.parameters[name], rtol=1e-9)
        np.testing.assert_allclose(fit.standard_errors[name], alike.standard_errors[name], rtol=1e-6)


def test_fewer_rows_than_columns_are_enough_for_a_symmetry() -> None:
    rows = np.random.default_rng(1).normal(size=(4, 6)) + np.random.default_rng(2).normal(size=(4, 1))
    fit = fitted(rows)
    assert fit.answered[0]
    assert fit.n_parameters < 12


@pytest.mark.parametrize("d", [8, pytest.param(12, marks=pytest.mark.slow)])
def test_a_ring_in_unknown_order_is_found(d: int) -> None:
    rng = np.random.default_rng(d)
    apart = np.abs(np.subtract.outer(np.arange(d), np.arange(d)))
    ring = 1.0 - np.minimum(apart, d - apart) / d + 0.1 * np.eye(d)
    order = rng.permutation(d)
    fit = fitted(rng.multivariate_normal(np.zeros(d), ring[np.ix_(order, order)], size=500))
    assert fit.n_parameters == d // 2 + 2


def test_what_it_says_and_refuses() -> None:
    rows = np.random.default_rng(0).multivariate_normal(np.zeros(5), pairs_alike(), size=2000)
    answer = symcat.solve(rows, classes=["gaussian.permutation"])
    assert "(x0 x1)(x2 x3)" in answer.trail[-1].reason
    assert answer.evidence[0].statistics["log_evidence"] > 3.0
    assert symcat.classify(rows).label == "gaussian.permutation"
    table = np.cov(rows.T, bias=True)
    with pytest.raises(SymcatError, match="state n"):
        symcat.lookup("gaussian.permutation", covariance=table)


def test_its_symmetry_is_tested() -> None:
    """The law under the group: mean and variance of the ratio over many tables, of every kind of block."""
    rng = np.random.default_rng(0)
    for generators in (((1, 0, 3, 2),), ((1, 2, 0, 4, 5, 3),)):
        d = len(generators[0])
        orbits = PairOrbits.of(generators, d)
        tables = rng.normal(size=(4000, 40, d))
        mean = tables.mean(axis=1)
        own = np.einsum("gni,gnj->gij", tables - mean[:, None], tables - mean[:, None]) / 40
        apart = mean - orbits.averaged_columns(mean)
        common = orbits.averaged(own + apart[:, :, None] * apart[:, None, :])
        parts = Parts.of_blocks(blocks(orbits))
        assert parts.free == orbits.count
        det, det_any, det_own = (np.linalg.slogdet(m)[1] for m in (common, own, orbits.averaged(own)))
        count = np.full(4000, 40.0)
        for of_class, how in ((det, "common"), (det_own, "own")):
            p = likelihood_ratio.symmetry(count, of_class, det_any, parts, mean=how, words="").p_value  # type: ignore[arg-type]
            assert abs((p < 0.05).mean() - 0.05) < 0.014
            assert abs((p < 0.5).mean() - 0.5) < 0.04


def test_the_check_fails_where_the_group_is_not_there() -> None:
    rows = np.random.default_rng(0).multivariate_normal(np.zeros(5), pairs_alike(), size=300)
    model, observed = GaussianPermutation(Schema.real(names(5)), Options()), Observed(moments_of([rows]))
    fit = model.fit(observed.moments)
    assert all(check.passed[0] for check in model.checks(fit, observed))
    other = moments_of([rows * np.array([1.0, 2.0, 1.0, 1.0, 1.0])])
    covariance = PairOrbits.of([(1, 0, 3, 2, 4)], 5).averaged(other.centred.second) * other.unit**2
    wrong = replace(fit, log_partition=0.5 * (5 * np.log(2.0 * np.pi) + np.linalg.slogdet(covariance)[1]))
    found = {check.name: check for check in model.checks(wrong, Observed(other))}
    assert not found["symmetry"].passed[0]
