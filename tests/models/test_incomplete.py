"""The maximum of the likelihood of the seen cells, against optimisers and derivatives that know nothing of EM."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from symcat import catalogue
from symcat.data.moments import Floats
from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models import registry
from symcat.models.base import Options
from symcat.models.incomplete import Gaps, IncompleteModel, allows, maximum, pairwise_moments

NAMES = ("a", "b", "c")
REAL, SPINS = Schema.real(NAMES), Schema(NAMES, ((0, 1),) * 3)
GAUSSIANS = tuple(f"gaussian.{name}" for name in ("full", "diagonal", "exchangeable", "cyclic", "isotropic"))
ISING = tuple(f"ising.{name}" for name in ("independent", "curie_weiss", "ring", "pairwise"))
STATES = np.array(list(product((-1.0, 1.0), repeat=3)))
SUMS = np.column_stack([STATES, *(STATES[:, i] * STATES[:, j] for i, j in combinations(range(3), 2))])


def model_of(label: str, **options: Any) -> IncompleteModel:
    schema = REAL if label.startswith("gaussian") else SPINS
    (found,) = registry.models((label,), schema, Options(**options), catalogue.default())
    assert allows(found, "em")
    return found


def gappy(rows: Floats, rng: np.random.Generator, share: float) -> Gaps:
    rows = np.where(rng.random(rows.shape) < share, np.nan, rows)
    rows = rows[~np.isnan(rows).all(axis=1)]
    return Gaps(NAMES, rows, np.ones(len(rows)))


def real_rows(rng: np.random.Generator, n: int) -> Floats:
    rows: Floats = rng.normal(size=(n, 3)) @ (np.eye(3) + rng.uniform(-0.4, 0.4, (3, 3))) + rng.normal(size=3)
    return rows


def spin_rows(rng: np.random.Generator, n: int) -> Floats:
    weight = np.exp(SUMS @ rng.normal(0.0, 0.4, size=6))
    return STATES[rng.choice(8, n, p=weight / weight.sum())].copy()


def gaussian_likelihood(gaps: Gaps) -> Callable[[Floats], float]:
    """Of the seen cells, of the means and the upper triangle of the precision: by the covariance of each pattern."""
    patterns = [(seen, gaps.rows[(gaps.seen == seen).all(axis=1)][:, seen]) for seen in np.unique(gaps.seen, axis=0)]

    def value(theta: Floats) -> float:
        precision = np.zeros((3, 3))
        precision[np.triu_indices(3)] = theta[3:]
        precision += np.triu(precision, 1).T
        if np.linalg.eigvalsh(precision)[0] <= 0.0:
            return -1e9
        covariance = np.linalg.inv(precision)
        total = 0.0
        for seen, rows in patterns:
            block, y = covariance[np.ix_(seen, seen)], rows - theta[:3][seen]
            total -= 0.5 * np.einsum("mi,ij,mj->", y, np.linalg.inv(block), y)
            total -= 0.5 * len(y) * np.linalg.slogdet(2.0 * np.pi * block)[1]
        return float(total)

    return value


def ising_likelihood(gaps: Gaps) -> Callable[[Floats], float]:
    """Of the seen cells, by the states that each row may be, of fields and couplings."""
    fits = (np.isnan(gaps.rows)[:, None, :] | (gaps.rows[:, None, :] == STATES)).all(axis=2)

    def value(theta: Floats) -> float:
        energy = SUMS @ theta
        return float(np.log(fits @ np.exp(energy - np.logaddexp.reduce(energy))).sum())

    return value


def flat(values: dict[str, Floats], matrix: str, diagonal: int) -> Floats:
    first = next(value for name, value in values.items() if name != matrix)
    return np.concatenate([first[0], values[matrix][0][np.triu_indices(3, diagonal)]])


CASES = [
    ("gaussian.full", real_rows, gaussian_likelihood, "precision", 0),
    ("ising.pairwise", spin_rows, ising_likelihood, "J", 1),
]


@pytest.mark.parametrize(("label", "rows", "likelihood", "matrix", "diagonal"), CASES)
def test_it_is_what_a_direct_optimiser_finds(
    label: str, rows: Any, likelihood: Any, matrix: str, diagonal: int, rng: np.random.Generator
) -> None:
    gaps = gappy(rows(rng, 300), rng, 0.2)
    found, value = maximum(model_of(label), gaps), likelihood(gaps)
    theta, error = (flat(part, matrix, diagonal) for part in (found.fit.parameters, found.fit.standard_errors))
    assert found.fit.log_likelihood[0] == pytest.approx(value(theta), rel=1e-12)
    assert found.fit.count[0] == gaps.count
    other = minimize(lambda step: -value(theta + step * error), np.full(len(theta), 0.03), method="BFGS")
    assert -other.fun == pytest.approx(found.fit.log_likelihood[0], rel=1e-8)
    assert -other.fun <= found.fit.log_likelihood[0] + 1e-9
    assert np.abs(other.x).max() < 1e-2  # as near as so flat a maximum can be found by values alone
    size = 2e-4 * error
    slope = [(value(theta + step) - value(theta - step)) / 4e-4 for step in np.diag(size)]
    assert np.abs(slope).max() < 1e-4  # in standard errors


@pytest.mark.parametrize(("label", "rows", "likelihood", "matrix", "diagonal"), CASES)
def test_errors_are_of_the_curvature_of_the_likelihood_of_the_seen_cells(
    label: str, rows: Any, likelihood: Any, matrix: str, diagonal: int, rng: np.random.Generator
) -> None:
    gaps = gappy(rows(rng, 300), rng, 0.25)
    found, value = maximum(model_of(label), gaps), likelihood(gaps)
    theta, error = (flat(part, matrix, diagonal) for part in (found.fit.parameters, found.fit.standard_errors))
    steps = np.diag(0.004 * error)

    def curvature(a: Floats, b: Floats) -> float:
        corners = value(theta + a + b) - value(theta + a - b) - value(theta - a + b) + value(theta - a - b)
        return float(corners / 4.0)

    hessian = np.array([[curvature(a, b) for b in steps] for a in steps]) / 0.004**2  # in units of the errors
    assert np.sqrt(np.diagonal(np.linalg.inv(-hessian))) == pytest.approx(np.ones(len(theta)), rel=5e-4)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), share=st.floats(0.0, 0.4), label=st.sampled_from(GAUSSIANS + ISING))
def test_the_likelihood_rises_at_every_step(seed: int, share: float, label: str) -> None:
    rng = np.random.default_rng(seed)
    gaps = gappy((real_rows if label in GAUSSIANS else spin_rows)(rng, 150), rng, share)
    found = maximum(model_of(label), gaps)
    path = np.array(found.path)
    assert (np.diff(path) >= -1e-12 * np.abs(path[1:])).all()
    assert found.path or not found.fit.answered[0]


@pytest.mark.parametrize("label", GAUSSIANS + ISING)
@pytest.mark.parametrize("options", [{}, {"prior": 2.0, "basis": "binary"}], ids=["plain", "options"])
def test_without_gaps_it_is_the_fit_to_the_averages(
    label: str, options: dict[str, Any], rng: np.random.Generator
) -> None:
    gaps = gappy((real_rows if label in GAUSSIANS else spin_rows)(rng, 150), rng, 0.0)
    model = model_of(label, **options)
    found = maximum(model, gaps)
    usual = model.fit(found.moments)
    assert found.moments.mean[0] == pytest.approx(gaps.rows.mean(axis=0), abs=1e-13)
    assert found.fit.log_likelihood[0] == pytest.approx(usual.log_likelihood[0], rel=1e-12)
    for name, value in usual.parameters.items():
        assert found.fit.parameters[name] == pytest.approx(value, rel=1e-9, abs=1e-12)
        assert found.fit.standard_errors[name] == pytest.approx(usual.standard_errors[name], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("center", ["mean", np.array([0.5, 0.5, 0.5])], ids=["mean", "point"])
@pytest.mark.parametrize("label", GAUSSIANS)
def test_a_centre_is_kept_and_its_errors_are_of_the_class(label: str, center: Any, rng: np.random.Generator) -> None:
    full = gappy(real_rows(rng, 150), rng, 0.0)
    model = model_of(label)
    found, usual = maximum(model, full, center), model.fit(maximum(model, full, center).moments, center)
    for name in usual.parameters:
        assert found.fit.standard_errors[name] == pytest.approx(usual.standard_errors[name], rel=1e-9, abs=1e-12)
    some = maximum(model, gappy(full.rows, rng, 0.2), center)
    assert (some.fit.standard_errors["precision"] >= found.fit.standard_errors["precision"] * 0.8).all()
    if not isinstance(center, str):
        assert some.fit.parameters["mean"][0] == pytest.approx(center)
        assert (some.fit.standard_errors["mean"] == 0.0).all()


@pytest.mark.parametrize("label", ["gaussian.full", "ising.pairwise"])
def test_counted_rows_are_repeated_ones(label: str, rng: np.random.Generator) -> None:
    gaps = gappy((real_rows if label in GAUSSIANS else spin_rows)(rng, 80), rng, 0.2)
    times = rng.integers(1, 4, len(gaps.rows))
    counted = maximum(model_of(label), Gaps(NAMES, gaps.rows, times.astype(float)))
    repeated = np.repeat(gaps.rows, times, axis=0)
    other = maximum(model_of(label), Gaps(NAMES, repeated, np.ones(len(repeated))))
    for name in counted.fit.parameters:
        assert counted.fit.parameters[name] == pytest.approx(other.fit.parameters[name], rel=1e-8, abs=1e-10)
        assert counted.fit.standard_errors[name] == pytest.approx(other.fit.standard_errors[name], rel=1e-8)
        assert counted.robust[name] == pytest.approx(other.robust[name], rel=1e-8)


@pytest.mark.parametrize("label", ["gaussian.full", "ising.pairwise"])
def test_what_no_seen_cell_tells_is_refused(label: str, rng: np.random.Generator) -> None:
    rows = (real_rows if label in GAUSSIANS else spin_rows)(rng, 200)
    rows[:100, 0], rows[100:, 1] = np.nan, np.nan
    found = maximum(model_of(label), Gaps(NAMES, rows, np.ones(200)))
    assert not found.fit.answered[0]
    assert "columns 'a' and 'b' never have a value in the same row" in found.fit.why(0)


def test_units_and_offsets_leave_the_answer(rng: np.random.Generator) -> None:
    gaps = gappy(real_rows(rng, 200), rng, 0.2)
    scale, shift = np.array([1e-8, 1e6, 1.0]), np.array([1e-7, 1e8, -1e4])
    one = maximum(model_of("gaussian.full"), gaps)
    other = maximum(model_of("gaussian.full"), Gaps(NAMES, gaps.rows * scale + shift, gaps.times))
    assert other.fit.parameters["precision"] * np.outer(scale, scale) == pytest.approx(
        one.fit.parameters["precision"], rel=1e-6
    )
    assert other.robust["mean"] == pytest.approx(one.robust["mean"] * scale, rel=1e-6)


def test_too_many_gaps_of_two_values_are_refused() -> None:
    names = tuple(f"s{j}" for j in range(16))
    (model,) = registry.models(("ising.independent",), Schema(names, ((0, 1),) * 16), Options(), catalogue.default())
    assert allows(model, "em")
    rows = np.where(np.random.default_rng(0).random((50, 16)) < 0.5, -1.0, 1.0)
    rows[0, :13] = np.nan
    with pytest.raises(InvalidData, match="A row lacks 13 cells"):
        maximum(model, Gaps(names, rows, np.ones(50)))


def test_pairs_are_averaged_over_the_rows_that_have_both(rng: np.random.Generator) -> None:
    gaps = gappy(real_rows(rng, 100), rng, 0.2)
    found = pairwise_moments(gaps)
    mean = np.nanmean(gaps.rows, axis=0)
    assert found.mean[0] == pytest.approx(mean)
    y = gaps.rows - mean
    for i, j in product(range(3), repeat=2):
        assert found.second[0, i, j] * found.unit**2 == pytest.approx(np.nanmean(y[:, i] * y[:, j]))
    assert found.count[0] == gaps.together.min()


def test_pairs_that_no_rows_have_are_refused() -> None:
    one, two, far = np.array([1.0, -1.0, 1.0, -1.0]), np.array([1.0, -1.0, -1.0, 1.0]), np.full(4, np.nan)
    parts = [np.column_stack(part) for part in ((one, one, far), (far, one, one), (one, far, -one), (two, two, -two))]
    rows = np.concatenate(parts[:3])
    with pytest.raises(InvalidData, match=r"correlations that no rows have .* missing='em'"):
        pairwise_moments(Gaps(NAMES, rows, np.ones(len(rows))))


@pytest.mark.slow
@pytest.mark.parametrize(("label", "rows", "matrix", "diagonal"), [(c[0], c[1], c[3], c[4]) for c in CASES])
@pytest.mark.statistics
def test_intervals_cover(label: str, rows: Any, matrix: str, diagonal: int) -> None:
    """95 % intervals of both errors, where a cell is missing as another that was seen says: 93 to 97 %."""
    tables, n = 1000, 400
    truth = _truth(label)
    model, hits = model_of(label), np.zeros((2, len(truth)))
    for seed in range(tables):
        rng = np.random.default_rng(seed)
        drawn = _drawn(label, truth, n, rng)
        drawn[(drawn[:, 0] > 0.0) & (rng.random(n) < 0.5), 1] = np.nan
        drawn[(drawn[:, 0] <= 0.0) & (rng.random(n) < 0.3), 2] = np.nan
        found = maximum(model, Gaps(NAMES, drawn, np.ones(n)))
        value = flat(found.fit.parameters, matrix, diagonal)
        for k, errors in enumerate((found.fit.standard_errors, found.robust)):
            hits[k] += np.abs(value - truth) < 1.959964 * flat(errors, matrix, diagonal)
    assert (hits.mean(axis=1) > 0.93 * tables).all()
    assert (hits.mean(axis=1) < 0.97 * tables).all()


def _truth(label: str) -> Floats:
    if label in GAUSSIANS:
        return np.array([0.2, -0.1, 0.3, 1.5, 0.5, -0.3, 1.2, 0.4, 1.0])
    return np.array([0.1, -0.2, 0.2, 0.4, -0.3, 0.2])


def _drawn(label: str, truth: Floats, n: int, rng: np.random.Generator) -> Floats:
    if label in GAUSSIANS:
        precision = np.zeros((3, 3))
        precision[np.triu_indices(3)] = truth[3:]
        return rng.multivariate_normal(truth[:3], np.linalg.inv(precision + np.triu(precision, 1).T), n)
    weight = np.exp(SUMS @ truth)
    return STATES[rng.choice(8, n, p=weight / weight.sum())].copy()


def test_more_columns_than_fit_in_memory_are_refused() -> None:
    names = tuple(f"x{j}" for j in range(101))
    (model,) = registry.models(("gaussian.full",), Schema.real(names), Options(), catalogue.default())
    assert allows(model, "em")
    with pytest.raises(InvalidData, match="100 columns at most, and there are 101"):
        model.filling(Gaps(names, np.zeros((200, 101)), np.ones(200)))
