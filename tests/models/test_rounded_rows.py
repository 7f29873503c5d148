"""In several columns too, densities of values that repeat compare by the cells around these."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import symcat
from symcat.models.rounded_rows import RoundedRows


def two_counts(n: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {"a": rng.poisson(3.0, n), "b": rng.negative_binomial(2, 0.3, n)}


def test_independent_counts_are_a_product_of_counting_laws() -> None:
    table = two_counts(2000)
    s = symcat.solve(table)
    assert s.label == "scores(gaussian.diagonal)"
    assert s.verdict == "fits"
    assert [part.label for part in s.parts] == ["counts.poisson", "counts.negative_binomial"]
    alone = [symcat.solve(table[name], classes=[part.label]) for name, part in zip(table, s.parts, strict=True)]
    assert s.log_likelihood == pytest.approx(sum(one.log_likelihood for one in alone))
    rows = np.stack([values.astype(float) for values in table.values()], axis=1)
    assert s.log_density(rows).sum() == pytest.approx(s.log_likelihood)
    drawn = np.asarray(s.sample(200, seed=1))
    assert (drawn == np.rint(drawn)).all()
    assert not any(check.name == "tied values" for check in s.checks)


def test_probabilities_of_a_product_add_up_to_one() -> None:
    s = symcat.solve(two_counts(2000))
    grid = np.stack(np.meshgrid(np.arange(60.0), np.arange(120.0)), axis=-1).reshape(-1, 2)
    assert np.exp(s.log_density(grid)).sum() == pytest.approx(1.0, abs=1e-6)


def test_no_spiky_density_wins_over_a_product_of_counting_laws() -> None:
    table = two_counts(500)
    found = symcat.classify(table, classes=["scores(gaussian.diagonal)", "scores(hidden.gaussian)", "hidden.gaussian"])
    assert found.label == "scores(gaussian.diagonal)"
    n = 500
    _, times = np.unique(np.stack(list(table.values())), axis=1, return_counts=True)
    least = -2.0 * float(times @ np.log(times / n))  # no law of the cells is likelier than their shares
    assert min(e.bic for e in found if e.bic is not None) > least


@pytest.mark.parametrize("step", [0.2, 1.0])
def test_the_cost_is_that_of_the_probability_of_the_cells(step: float) -> None:
    rng = np.random.default_rng(1)
    rows = step * np.rint(rng.normal(size=(4000, 2)) / step)
    found = symcat.classify({"a": rows[:, 0], "b": rows[:, 1]}, classes=["gaussian.diagonal", "gaussian.full"])
    one = found["gaussian.diagonal"]
    cells = 0.0
    for column in rows.T:
        m, s = column.mean(), column.std()
        mass = stats.norm.cdf(column + 0.5 * step, m, s) - stats.norm.cdf(column - 0.5 * step, m, s)
        cells += float(np.log(mass / step).sum())
    # From some of the rows, and from points of the cells.
    assert one.bic == pytest.approx(4.0 * np.log(4000) - 2.0 * cells, rel=2e-3)
    if step == 1.0:
        assert abs(one.bic - (4.0 * np.log(4000) - 2.0 * one.log_likelihood)) > 40.0


def test_what_is_not_rounded_has_no_cells() -> None:
    assert RoundedRows.of(np.random.default_rng(2).normal(size=(500, 2)), (0, 1)) is None
