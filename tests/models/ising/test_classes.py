"""Parameters -> exact averages -> fit -> the same parameters, for every class of spins; errors against enumeration."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from symcat.models.fit import Observed
from symcat.models.ising import FAMILY
from symcat.models.ising.sums import Ising
from symcat.models.weighing import weigh
from tests.models.ising.tables import averages_of, made, measured, member, one, signs, states, together

Floats = NDArray[np.float64]
CLASSES = [label for label in FAMILY.labels if label != "ising.square"]
BASES = ("spin", "binary")


def random_theta(model: Ising, rng: np.random.Generator, strength: float) -> Floats:
    d = model.dimension
    theta = strength * rng.standard_normal(len(model.all_down))
    if model.label == "ising.tree":
        j = np.zeros((d, d))
        for child in range(1, d):
            parent = rng.integers(child)
            j[parent, child] = rng.choice([-1.0, 1.0]) * rng.uniform(0.2, 0.2 + strength)
        theta[d:] = j[np.triu_indices(d, 1)]
    return theta


def enumerated(model: Ising, theta: Floats) -> tuple[Floats, Floats, Floats, float]:
    """Probabilities, means, pair averages and log Z by brute force, from the free energy alone."""
    s = states(model.dimension)
    weight = model.couplings(theta).minus_energy(s)
    log_z = float(np.logaddexp.reduce(weight))
    p = np.exp(weight - log_z)
    return p, p @ s, (s * p[:, None]).T @ s, log_z


def basis_of(model: Ising) -> Floats:
    return model.in_basis(np.eye(len(model.all_down))).T


def flat(model: Ising, named: dict[str, Floats]) -> Floats:
    return model.flatten(named)[0]


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("label", CLASSES)
@given(seed=st.integers(0, 2**32), dimension=st.integers(3, 12), strength=st.floats(0.05, 0.8))
@settings(max_examples=25, deadline=None)
def test_exact_averages_give_the_parameters_back(
    label: str, basis: str, seed: int, dimension: int, strength: float
) -> None:
    model = member(label, dimension, basis)
    theta = random_theta(model, np.random.default_rng(seed), strength)
    p, mean, pair, log_z = enumerated(model, theta)
    assume(p.min() > 1e-12)  # beyond, the averages themselves hold too few digits
    found = model.fit(averages_of(mean, pair, 1e6))
    assert found.answered[0], found.why(0)
    named = one(found.parameters)
    np.testing.assert_allclose(model.theta_of(named), theta, rtol=1e-8, atol=1e-8)
    density = model.log_density(named, float(found.log_partition[0]), states(dimension))
    np.testing.assert_allclose(density, np.log(p), rtol=0, atol=1e-8)
    assert found.log_likelihood[0] == pytest.approx(1e6 * (p @ np.log(p)), rel=1e-10)
    if basis == "spin":
        assert found.log_partition[0] == pytest.approx(log_z, rel=1e-12)


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("label", CLASSES)
@pytest.mark.parametrize("dimension", [3, 6])
def test_standard_errors_are_the_inverse_fisher_information(label: str, basis: str, dimension: int) -> None:
    model = member(label, dimension, basis)
    theta = random_theta(model, np.random.default_rng(dimension), 0.5)
    p, mean, pair, _ = enumerated(model, theta)
    n = 5000.0
    found = model.fit(averages_of(mean, pair, n))
    size = len(theta)
    free = np.flatnonzero(theta)
    s = states(dimension)
    statistic = np.stack([model.couplings(unit).minus_energy(s) for unit in np.eye(size)], axis=1)[:, free]
    average = p @ statistic
    fisher = (statistic * p[:, None]).T @ statistic - np.outer(average, average)
    covariance = np.zeros((size, size))
    covariance[np.ix_(free, free)] = np.linalg.inv(fisher) / n
    expected = np.sqrt(np.diag(basis_of(model) @ covariance @ basis_of(model).T))
    np.testing.assert_allclose(flat(model, found.standard_errors)[free], expected[free], rtol=1e-8)


@pytest.mark.parametrize("label", CLASSES)
@given(seed=st.integers(0, 2**32), dimension=st.integers(3, 8))
@settings(max_examples=10, deadline=None)
def test_what_a_class_predicts_is_what_it_sums_to(label: str, seed: int, dimension: int) -> None:
    model = member(label, dimension)
    theta = random_theta(model, np.random.default_rng(seed), 0.7)
    _, mean, pair, _ = enumerated(model, theta)
    implied = model.implied(np.stack([theta, 0.5 * theta]))
    np.testing.assert_allclose(implied.mean[0], mean, atol=1e-12)
    np.testing.assert_allclose(implied.pair[0], pair, atol=1e-12)


@pytest.mark.parametrize("label", CLASSES)
def test_a_batch_is_many_single_fits(label: str) -> None:
    rng = np.random.default_rng(5)
    model = member(label, 5)
    tables = [enumerated(model, random_theta(model, rng, 0.4)) for _ in range(7)]
    single = [averages_of(mean, pair, 1000.0) for _, mean, pair, _ in tables]
    batch = model.fit(together(single))
    for g, moments in enumerate(single):
        alone = model.fit(moments)
        for name, value in alone.parameters.items():
            np.testing.assert_allclose(batch.parameters[name][g], value[0], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("label", CLASSES)
def test_samples_have_the_averages_of_the_model(label: str) -> None:
    model = member(label, 6)
    theta = random_theta(model, np.random.default_rng(8), 0.5)
    implied = model.implied(theta[None])
    named = one(model.arrange(theta[None]))
    rows = model.sample(named, 40_000, np.random.default_rng(1))
    assert set(np.unique(rows)) == {-1.0, 1.0}
    assert np.abs(rows.mean(axis=0) - implied.mean[0]).max() < 0.02
    assert np.abs(rows.T @ rows / len(rows) - implied.pair[0]).max() < 0.02


@pytest.mark.parametrize("label", ["ising.curie_weiss", "ising.ring", "ising.tree", "ising.independent"])
def test_a_hundred_columns(label: str) -> None:
    """Where no state can be counted: the averages the class predicts give its parameters back."""
    model = member(label, 100)
    rng = np.random.default_rng(2)
    theta = random_theta(model, rng, 0.3) if label in ("ising.tree", "ising.independent") else np.array([0.01, 0.004])
    implied = model.implied(theta[None])
    found = model.fit(averages_of(implied.mean[0], implied.pair[0], 1e4))
    np.testing.assert_allclose(model.theta_of(one(found.parameters)), theta, rtol=1e-7, atol=1e-9)
    rows = model.sample(one(found.parameters), 2000, rng)
    assert np.abs(rows.mean(axis=0) - implied.mean[0]).max() < 0.12


def test_interactions_of_three_and_four_columns() -> None:
    sets = ((0, 1, 2), (1, 2, 3), (0, 1, 3), (0, 2, 3), (0, 1, 2, 3))
    for basis in BASES:
        model = member("ising.pairwise", 4, basis, interactions=sets)
        rng = np.random.default_rng(3)
        p = rng.dirichlet(np.ones(16))  # every distribution of four spins has such couplings
        s = states(4)
        rows = np.concatenate([s, *(s[:, list(c)].prod(axis=1, keepdims=True) for c in sets)], axis=1)
        found = model.fit(averages_of(p @ rows, (rows * p[:, None]).T @ rows, 1e5))
        named = one(found.parameters)
        density = model.log_density(named, float(found.log_partition[0]), s)
        np.testing.assert_allclose(density, np.log(p), atol=1e-9)
        if basis == "binary":  # log P of the state of zeros is minus log Z
            assert -found.log_partition[0] == pytest.approx(np.log(p[0]), abs=1e-9)
            assert named["h"][0] == pytest.approx(np.log(p[1] / p[0]), abs=1e-9)
            assert named["J"][0, 1] == pytest.approx(np.log(p[3] * p[0] / (p[1] * p[2])), abs=1e-9)


def test_only_the_pairs_named_are_coupled() -> None:
    chain = tuple((i, i + 1) for i in range(5))
    model = member("ising.pairwise", 6, interactions=chain)
    tree = member("ising.tree", 6)
    theta = random_theta(model, np.random.default_rng(4), 0.6)
    implied = model.implied(theta[None])
    found = model.fit(averages_of(implied.mean[0], implied.pair[0], 100.0))
    as_tree = tree.fit(averages_of(implied.mean[0], implied.pair[0], 100.0))
    np.testing.assert_allclose(found.parameters["J"], as_tree.parameters["J"], atol=1e-9)
    np.testing.assert_allclose(found.standard_errors["h"], as_tree.standard_errors["h"], rtol=1e-7)
    assert found.n_parameters == 11


def test_independent_columns_are_not_called_a_tree() -> None:
    """The best of very many trees always explains something; the choice is paid for."""
    rows = signs(np.random.default_rng(0).random((50, 100)) < 0.3)
    labels = ("ising.independent", "ising.tree")
    found = weigh([made(label, 100) for label in labels], Observed(measured(rows), rows))
    assert found.winner() is found.candidates[0]
    assert found.candidates[1].fit.bic[0] > found.candidates[0].fit.bic[0]
