"""The problem of pairwise couplings beyond exact sums: its averages, when it is not stated, and the fit made of it."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.models.base import Options
from symcat.models.fit import Observed
from symcat.models.ising.couplings import pair_values
from symcat.models.ising.wide import gibbs
from symcat.models.ising.wide.pairwise import WidePairwise
from symcat.models.ising.wide.relaxation import PairwiseRelaxation, RelaxablePairwise, closed_form
from symcat.models.relaxation import Dataset, Estimate, Refusal

D = 24


def couplings(seed: int = 0, strength: float = 0.3) -> np.ndarray:
    upper = np.triu(np.random.default_rng(seed).normal(size=(D, D)), 1) * strength / np.sqrt(D)
    return upper + upper.T


def rows(n: int, strength: float = 0.3) -> np.ndarray:
    return gibbs.sample(np.full(D, 0.1), couplings(strength=strength), n, np.random.default_rng(1))


def moments(x: np.ndarray) -> Moments:
    d = x.shape[1]
    names = tuple(f"s{i}" for i in range(d))
    return Moments(
        names, np.array([float(len(x))]), np.zeros((1, d)), 1.0, x.mean(axis=0)[None], (x.T @ x / len(x))[None]
    )


def problem(x: np.ndarray, options: Options) -> PairwiseRelaxation | Refusal:
    measured = moments(x)
    schema = Schema.two_valued(measured.columns)
    model = WidePairwise(schema, options, None)  # type: ignore[arg-type]
    refused = {model.label: model.fit(measured)}
    dataset = Dataset(schema, Observed(measured), None, refused, lambda: iter((x,)))
    return RelaxablePairwise(model).relaxation(dataset)


def estimate(theta: np.ndarray, error: float = 0.5) -> Estimate:
    k = len(theta)
    return Estimate(theta, np.full(k, 0.1), np.zeros(k), np.eye(k), 10.0, 0.2, error, "found", "learned")


@pytest.mark.long
def test_its_averages_are_those_of_the_rows_and_of_the_prior() -> None:
    x = rows(2000)
    found = problem(x, Options(prior=100.0))
    assert isinstance(found, PairwiseRelaxation)
    family = found.family
    assert (family.label, family.count) == ("ising.pairwise", 2000.0)
    share = 2000.0 / 2100.0
    np.testing.assert_allclose(family.averages[:D], share * x.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(family.averages[D:], share * pair_values((x.T @ x / 2000)[None])[0], rtol=1e-12)
    assert family.start is not None
    # Weak couplings: the closed form is already near.
    np.testing.assert_allclose(-family.start[D:], pair_values(couplings()[None])[0], atol=0.12)


def test_the_truth_agrees_and_other_couplings_do_not() -> None:
    found = problem(rows(4000), Options())
    assert isinstance(found, PairwiseRelaxation)
    truth = -np.concatenate([np.full(D, 0.1), pair_values(couplings()[None])[0]])
    best = closed_form(found.data.mean, found.data.pair)
    assert best is not None
    assert found.agreement(best, np.empty((0, D))).accepted
    assert not found.agreement(2.0 * truth, np.empty((0, D))).accepted
    drawn = found.draw(truth, 500, np.random.default_rng(2))
    assert drawn.shape == (500, D)
    assert set(np.unique(drawn)) == {-1.0, 1.0}


def test_the_fit_has_the_couplings_found_and_says_how() -> None:
    x = rows(2000)
    found = problem(x, Options())
    assert isinstance(found, PairwiseRelaxation)
    theta = -np.arange(1.0, D * (D + 1) // 2 + 1) / 1000.0
    fit = found.fit(estimate(theta), np.empty((0, D)))
    assert fit.answered[0]
    assert (fit.source, fit.note, fit.n_parameters) == ("learned", "found", D * (D + 1) // 2)
    np.testing.assert_allclose(fit.parameters["h"][0], -theta[:D])
    np.testing.assert_allclose(pair_values(fit.parameters["J"])[0], -theta[D:])
    matched = found.model.checks(fit, Observed(moments(x)))[-1]
    assert matched.passed[0]
    assert "log Z is known to +-0.2" in matched.detail(0)
    for name, value in found.parameters(theta).items():
        np.testing.assert_array_equal(value, fit.parameters[name])


@pytest.mark.parametrize(
    ("n", "options", "message"),
    [
        (20, Options(), "20 rows cannot determine the couplings"),
        (500, Options(interactions=((0, 1),)), "interactions= is summed over exactly"),
    ],
)
def test_when_it_is_not_stated(n: int, options: Options, message: str) -> None:
    refused = problem(rows(n), options)
    assert isinstance(refused, Refusal)
    assert message in refused.reason


def test_an_infinite_maximum_is_not_looked_for_without_a_prior() -> None:
    x = rows(500)
    x[:, 1] = np.where(x[:, 0] > 0.0, 1.0, x[:, 1])  # the first column +1 and the second -1 never meet
    refused = problem(x, Options(prior=None))
    assert isinstance(refused, Refusal)
    assert "no finite maximum" in refused.reason
    assert isinstance(problem(x, Options()), PairwiseRelaxation)


def test_too_many_columns() -> None:
    x = np.random.default_rng(0).choice([-1.0, 1.0], size=(500, 65))
    refused = problem(x, Options())
    assert isinstance(refused, Refusal)
    assert "65 two-valued columns are more than the 64" in refused.reason
