"""Couplings -> the share of every row -> the same couplings; errors against the influence of every row."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcat.models.base import Options
from symcat.models.potts.counted import Counted, counted
from symcat.models.potts.curie_weiss import CurieWeiss
from symcat.models.potts.independent import Independent
from symcat.models.potts.layout import Layout
from symcat.models.potts.pairwise import Pairwise
from symcat.models.potts.potts import Answer, Potts
from symcat.models.potts.replay import residuals
from symcat.models.potts.tree import Tree
from tests.models.potts.drawing import schema_of, seen_of

MEMBERS = (Independent, CurieWeiss, Tree, Pairwise)


def rows_of(sizes: tuple[int, ...], n: int, seed: int = 0) -> np.ndarray:
    """Digits of rows of which every second column goes with the one before."""
    rng = np.random.default_rng(seed)
    digits = np.stack([rng.integers(size, size=n) for size in sizes], axis=1)
    for j in range(1, len(sizes)):
        alike = rng.random(n) < 0.4
        digits[alike, j] = np.minimum(digits[alike, j - 1], sizes[j] - 1)
    return digits


def each(layout: Layout, digits: np.ndarray) -> Counted:
    """Every row as a group of its own."""
    return counted(layout, [(digits, np.ones(len(digits)), np.arange(len(digits)))], len(digits))


@pytest.mark.parametrize("member", MEMBERS)
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=12, deadline=None)
def test_couplings_come_back_from_all_rows(member: type[Potts], seed: int) -> None:
    found = residuals(member, np.random.default_rng(seed))
    assert max(found.values()) < 1e-10, found


@pytest.mark.parametrize("member", MEMBERS)
@pytest.mark.parametrize("prior", ["weak", 3.0])
def test_likelihood_shares_entropy_and_errors_are_those_of_plain_sums(member: type[Potts], prior: object) -> None:
    sizes = (3, 3, 3) if member is CurieWeiss else (3, 2, 4)
    n = 4000
    model = member(schema_of(sizes), Options(prior=prior))  # type: ignore[arg-type]
    layout = model.layout
    digits = rows_of(sizes, n)
    seen = seen_of(layout, digits)
    fit = model.fitted(seen)
    rows = float(fit.statistics["prior_rows"][0])
    assert rows == (3.0 if prior == 3.0 else 0.0)
    parameters = {name: value[0] for name, value in fit.parameters.items()}
    states = layout.digits(np.arange(layout.states))
    log_p = model.minus_energy(parameters, states) - fit.log_partition[0]
    p = np.exp(log_p)
    assert abs(p.sum() - 1.0) < 1e-12
    assert abs(model.normalised(parameters) - fit.log_partition[0]) < 1e-12
    assert fit.log_likelihood[0] == pytest.approx(log_p[layout.codes(digits)].sum(), abs=1e-8)
    assert model.law(parameters).entropy == pytest.approx(-(p @ log_p), abs=1e-10)
    has = np.zeros((layout.states, layout.levels))
    np.put_along_axis(has, layout.places(states), 1.0, axis=1)
    assert np.allclose(model.pair_shares(parameters), (has * p[:, None]).T @ has, atol=1e-12)
    # The mean square of the influence of a row, under the fit and over evenly spread rows.
    answer, whole = Answer(fit.parameters, fit.log_partition, fit.information), seen.with_prior(np.array([rows]))
    besides = model.moved_by_prior(answer, whole, 3.0)
    for name, moved in model.mover(answer, whole)(each(layout, states)).items():
        flat, errors = moved.reshape(len(p), -1), fit.standard_errors[name].ravel()
        known = np.isfinite(errors)
        assert np.allclose(np.sqrt(p @ flat**2 * (n + rows))[known], errors[known], rtol=1e-8, atol=1e-12)
        assert np.allclose(np.sqrt(3.0 * (flat**2).mean(axis=0)), besides[name].ravel(), rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("member", MEMBERS)
def test_the_influence_of_a_row_is_how_far_it_moves_the_fit(member: type[Potts]) -> None:
    sizes = (3, 3, 3) if member is CurieWeiss else (3, 2, 4)
    model = member(schema_of(sizes), Options())
    digits = rows_of(sizes, 3000)
    seen = seen_of(model.layout, digits)
    fit = model.fitted(seen)
    answer = Answer(fit.parameters, fit.log_partition, fit.information)
    size = 1e-3
    more = [(digits, np.ones(3000), np.zeros(3000, dtype=np.intp)), (digits[:1], np.array([size]), np.array([0]))]
    after = model.fitted(counted(model.layout, more, 1)).parameters
    for name, moved in model.mover(answer, seen)(each(model.layout, digits[:1])).items():
        change = (after[name][0] - fit.parameters[name][0]) / size
        assert np.allclose(change, moved[0], atol=2e-6), name


@pytest.mark.parametrize("member", MEMBERS)
def test_many_groups_are_as_each_alone(member: type[Potts]) -> None:
    sizes = (3, 3, 3)
    model = member(schema_of(sizes), Options())
    digits = rows_of(sizes, 900)
    group = np.arange(900) % 3
    group[group == 1] = 2  # one group without rows
    together = model.fitted(counted(model.layout, [(digits, np.ones(900), group)], 3))
    assert together.reason.tolist() == [0, 1, 0]
    for g in (0, 2):
        alone = model.fitted(seen_of(model.layout, digits[group == g]))
        assert np.allclose(together.parameters["h"][g], alone.parameters["h"][0], atol=1e-10)
        assert together.log_likelihood[g] == pytest.approx(alone.log_likelihood[0], abs=1e-8)
        for name, errors in alone.standard_errors.items():
            assert np.allclose(together.standard_errors[name][g], errors[0], atol=1e-10, equal_nan=True)


def test_two_valued_columns_have_the_couplings_of_ising() -> None:
    from symcat.models.ising.exact import fit_exact
    from symcat.models.ising.hypercube import pair_masks

    sizes = (2,) * 4
    digits = rows_of(sizes, 2000)
    spins = 2.0 * digits - 1.0
    target = np.concatenate(
        [spins.mean(axis=0), [(spins[:, i] * spins[:, k]).mean() for i in range(4) for k in range(i + 1, 4)]]
    )
    ising = fit_exact(4, pair_masks(4), target[None])
    fit = Pairwise(schema_of(sizes), Options()).fitted(seen_of(Layout(sizes), digits))
    assert np.allclose(fit.parameters["h"][0][1::2], ising.theta[0, :4], atol=1e-10)
    assert np.allclose(fit.parameters["J"][0][1::2, 1::2][np.triu_indices(4, 1)], ising.theta[0, 4:], atol=1e-10)
    assert fit.log_partition[0] == pytest.approx(ising.log_z[0], abs=1e-10)


@pytest.mark.parametrize("member", MEMBERS)
def test_drawn_rows_have_the_shares_of_the_law(member: type[Potts]) -> None:
    sizes = (3, 3, 3)
    model = member(schema_of(sizes), Options())
    layout = model.layout
    fit = model.fitted(seen_of(layout, rows_of(sizes, 2000)))
    parameters = {name: value[0] for name, value in fit.parameters.items()}
    p = np.exp(model.minus_energy(parameters, layout.digits(np.arange(27))) - fit.log_partition[0])
    drawn = model.drawn(parameters, 40_000, np.random.default_rng(0))
    rows = np.bincount(layout.codes(drawn), minlength=27)
    assert ((rows - 40_000 * p) ** 2 / (40_000 * p)).sum() < 60.0  # of 26 degrees of freedom


def test_a_tree_of_many_columns_and_levels_needs_no_sum_over_states() -> None:
    sizes = (21,) * 12
    model = Tree(schema_of(sizes), Options())
    fit = model.fitted(seen_of(model.layout, rows_of(sizes, 4000)))
    assert fit.answered[0]
    assert fit.n_parameters == 12 * 20 + 11 * 400
    assert Pairwise(schema_of(sizes), Options()).refusal.startswith("12 columns of up to 21 levels have 7.4e+15")
