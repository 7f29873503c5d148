"""Averages, log Z and Fisher's matrix by weighed rows, against the rule of Gauss and Hermite."""

from __future__ import annotations

import numpy as np

from symcat.models.polynomial.series.hermite import Hermites, tensors_of
from symcat.models.polynomial.series.reweighted import fisher, reweighted, wide_rows
from tests.models.polynomial.series.quartics import weak


def _exact(tensors: dict[int, np.ndarray], d: int) -> tuple[float, np.ndarray, np.ndarray]:
    """log <exp(-V)>, averages and covariance of the Hermite products."""
    node, weight = np.polynomial.hermite_e.hermegauss(40)
    grid = np.stack([one.ravel() for one in np.meshgrid(*[node] * d, indexing="ij")], axis=1)
    weights = np.prod([one.ravel() for one in np.meshgrid(*[weight / weight.sum()] * d, indexing="ij")], axis=0)
    hermites = Hermites.of(d)
    values = hermites.values(grid)
    weights = weights * np.exp(-values @ (hermites.entries(tensors) / hermites.norms))
    total = weights.sum()
    averages = weights @ values / total
    return float(np.log(total)), averages, (values * weights[:, None]).T @ values / total - np.outer(averages, averages)


def test_they_are_those_of_integration() -> None:
    hermites = Hermites.of(2)
    _, tensors = tensors_of(weak(2, 0.2, np.random.default_rng(3)))
    log_z, averages, covariance = _exact(tensors, 2)
    found = reweighted(tensors, hermites, wide_rows(1 << 15, 2, np.random.default_rng(0)))
    assert abs(found.log_normalisation - log_z) < 4.0 * found.log_normalisation_error < 6e-3
    scores = (found.averages - averages)[1:] / np.sqrt(found.noise[1:])
    assert np.abs(scores).max() < 4.5
    assert 0.5 < found.share < 0.8
    size = np.sqrt(np.outer(hermites.norms, hermites.norms))
    assert np.abs((fisher(found, hermites, 1 << 15) - covariance) / size).max() < 0.15


def test_what_is_left_to_chance_is_small() -> None:
    """A weak quartic is known far better than from as many rows of the model."""
    hermites = Hermites.of(3)
    _, tensors = tensors_of(weak(3, 0.02, np.random.default_rng(1)))
    found = reweighted(tensors, hermites, wide_rows(1 << 14, 3, np.random.default_rng(0)))
    of_rows = hermites.norms[1:] / (1 << 14)
    assert (found.noise[1:] / of_rows).mean() < 1e-2


def test_rows_of_the_model_have_its_averages() -> None:
    hermites = Hermites.of(2)
    _, tensors = tensors_of(weak(2, 0.5, np.random.default_rng(3)))
    found = reweighted(tensors, hermites, wide_rows(1 << 15, 2, np.random.default_rng(0)))
    drawn = found.drawn(20_000, np.random.default_rng(1))
    assert (
        abs((drawn[:, 0] ** 2).mean() - (hermites.of_monomials @ found.averages)[hermites.terms.place[(2, 0)]]) < 0.05
    )
