"""The quartic whose terms have one or two columns, by its series."""

from __future__ import annotations

import re

import numpy as np
import pytest

import symcat
from symcat import catalogue
from symcat.models.fit import Fit
from symcat.models.polynomial.exact.terms import Terms
from symcat.models.polynomial.moved import about
from symcat.models.polynomial.series.cumulants import Cumulants, cumulants_of, monomial_averages
from symcat.models.polynomial.series.expansion import Expansion
from symcat.models.polynomial.series.pairs import Projection, of_pairs, restricted, series_of
from symcat.models.polynomial.series.polynomial import fitted
from symcat.models.relaxation import Refusal
from tests.models.polynomial.series.quartics import rows_of, weak

LABEL = "polynomial.quartic"


@pytest.fixture(scope="module")
def expansion() -> Expansion:
    return Expansion.of(catalogue.default().terms(LABEL))


def pairs_only(couplings: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Without what joins three columns or four."""
    at_most = {
        name: np.array([len(set(index)) <= 2 for index in np.ndindex(value.shape)]).reshape(value.shape)
        for name, value in couplings.items()
    }
    return {name: np.where(at_most[name], value, 0.0) for name, value in couplings.items()}


def correlated(d: int, seed: int) -> dict[str, np.ndarray]:
    """Weak couplings of pairs of columns that are correlated."""
    couplings = pairs_only(weak(d, 0.05, np.random.default_rng(seed)))
    return {**couplings, "K": np.eye(d) + 0.4 * (np.eye(d, k=1) + np.eye(d, k=-1)) + 0.4 * np.eye(d)}


def cumulants(rows: np.ndarray) -> Cumulants:
    mean, deviation = rows.mean(axis=0), rows.std(axis=0)
    return cumulants_of(*monomial_averages([rows], mean, deviation), mean, deviation)


def test_of_two_columns_they_are_all_couplings(expansion: Expansion) -> None:
    rows = rows_of(weak(2, 0.05, np.random.default_rng(0)), 5000, np.random.default_rng(1))
    data = cumulants(rows @ np.array([[1.0, 0.4], [0.0, 2.0]]) + 3.0)
    basis = of_pairs(data.axes, Terms.of(2, 4), data.axes.origin)
    assert len(basis.statistics) == 14
    _, series = restricted(data, basis, expansion)
    for one, other in zip(series.steps, series_of(data, expansion).steps, strict=True):
        for k, value in other.items():
            np.testing.assert_allclose(one[k], value, rtol=0.0, atol=1e-12)


@pytest.mark.long
def test_planted_couplings_of_correlated_columns_come_back(expansion: Expansion) -> None:
    couplings = correlated(5, 3)
    rows = rows_of(couplings, 60_000, np.random.default_rng(4))
    fit = fitted(LABEL, rows, None, expansion, couplings="pairs")
    assert isinstance(fit, Fit)
    assert fit.n_parameters == 5 + 15 + 5 + 20 + 5 + 20 + 10
    for name, value in about(couplings, fit.parameters["mean"][0]).items():
        found, error = fit.parameters[name][0], fit.standard_errors[name][0]
        assert not found[error == 0.0].any(), name  # those of three columns and four
        assert np.abs((found - value)[error > 0.0] / error[error > 0.0]).max() < 4.0, name


def test_only_averages_of_pairs_matter(expansion: Expansion) -> None:
    data = cumulants(rows_of(correlated(3, 5), 4000, np.random.default_rng(6)))
    basis = of_pairs(data.axes, Terms.of(3, 4), data.axes.origin)
    projection = Projection.onto(basis, 3)
    other = np.random.default_rng(7).normal(size=len(data.hermite), scale=0.1)
    other[:10] = 0.0  # the mean and the covariance are what they are
    changed = Cumulants(data.axes, data.count, data.hermite + other - projection(other))
    assert np.abs(changed.hermite - data.hermite).max() > 0.01
    (_, one), (_, same) = (restricted(each, basis, expansion) for each in (data, changed))
    for k in (1, 2, 3, 4):
        np.testing.assert_allclose(one.steps[-1][k], same.steps[-1][k], atol=1e-12)


def test_other_couplings_vanish_order_by_order(expansion: Expansion) -> None:
    sizes = []
    for share in (0.5, 0.25):
        data = cumulants(rows_of(correlated(3, 8), 4000, np.random.default_rng(9)))
        data = Cumulants(data.axes, data.count, share * data.hermite)
        basis = of_pairs(data.axes, Terms.of(3, 4), data.axes.origin)
        own, _ = restricted(data, basis, expansion)
        total = {k: np.sum([step[k] for step in series_of(own, expansion).steps], axis=0) for k in (1, 2, 3, 4)}
        projected = Projection.onto(basis, 3).tensors(total)
        sizes.append(max(np.abs(total[k] - projected[k]).max() for k in (3, 4)))
    assert sizes[1] < sizes[0] / 8.0  # three passes


def test_refusals_say_why(expansion: Expansion) -> None:
    dice = np.random.default_rng(0)
    for rows, reason in (
        (dice.standard_t(4, size=(5000, 5)), "no normalisable quartic by the series"),
        (dice.normal(size=(150, 5)), "150 rows cannot determine 80 couplings"),
    ):
        found = fitted(LABEL, rows, None, expansion, couplings="pairs")
        assert isinstance(found, Refusal)
        assert re.search(reason, found.reason)


def test_only_the_series_is_asked_for_pairs() -> None:
    rows = np.random.default_rng(0).normal(size=(400, 5))
    with pytest.raises(symcat.InvalidData, match=r"couplings='some' is not known: pass 'all' or 'pairs'"):
        symcat.solve(rows, couplings="some")  # type: ignore[call-overload]
    for asked in ({"classes": ["gaussian.full"]}, {"columns": ["x0", "x1", "x2"], "classes": [LABEL]}):
        with pytest.raises(symcat.InvalidData, match="couplings= has no meaning for"):
            symcat.solve(rows, couplings="pairs", **asked)  # type: ignore[arg-type]
    heavy = np.random.default_rng(0).standard_t(3, size=(400, 5))
    with pytest.raises(symcat.NoEntry, match=r"learned, analog +it does not understand couplings="):
        symcat.solve(heavy, couplings="pairs", classes=[LABEL])
