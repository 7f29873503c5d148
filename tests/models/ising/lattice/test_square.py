"""``ising.square``: the table read back, errors, checks, refusals and the sampler."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symcat import catalogue
from symcat.data.moments import Floats, Moments
from symcat.data.states import States
from symcat.models.base import Options
from symcat.models.fit import Observed
from symcat.models.ising import FAMILY
from symcat.models.ising.lattice import swendsen_wang
from symcat.models.ising.lattice.reduced import SQUARE
from symcat.models.ising.lattice.square import LARGEST_SIDE, SquareLattice, side_of
from symcat.models.ising.lattice.torus import torus
from tests.classes import names, two_valued
from tests.models.ising.tables import made, measured
from tests.models.observing import grouped_errors


def square(dimension: int, **options: object) -> SquareLattice:
    found = made(SQUARE, dimension, **options)
    assert isinstance(found, SquareLattice)
    return found


def averages(q: Floats, d: int, count: float = math.nan) -> Moments:
    """Averages of G groups whose pairs all have the average q (G,)."""
    groups = len(q)
    pair = np.broadcast_to(q[:, None, None], (groups, d, d)).copy()
    pair[:, range(d), range(d)] = 1.0
    zero = np.zeros((groups, d))
    return Moments(names(d), np.full(groups, count), zero, 1.0, zero, pair)


@settings(max_examples=60)
@given(st.integers(2, 32), st.floats(-1.2, 1.2))
def test_exact_averages_give_back_the_coupling(side: int, coupling: float) -> None:
    if side % 2 and coupling < -0.3:
        coupling = -0.3
    exact = torus(side, coupling)
    bonds = 2 * side * side
    model = square(side * side)
    table = model.table.stored
    q = exact.bond_sum / bonds
    if not table.lo < q < table.hi:
        return
    fit = model.fit(averages(np.array([q]), side * side, 1000.0))
    assert fit.why(0) == ""
    rounding = 1e-9 + 1e-15 / abs(coupling) if coupling else 0.0
    assert fit.parameters["J"][0] == pytest.approx(coupling, rel=rounding, abs=1e-14)
    assert fit.parameters["h"][0] == 0.0
    assert fit.log_partition[0] == pytest.approx(exact.log_z, rel=1e-10)
    assert fit.standard_errors["J"][0] == pytest.approx(1.0 / math.sqrt(1000.0 * exact.bond_variance), rel=1e-6)
    assert fit.log_likelihood[0] == pytest.approx(
        1000.0 * (coupling * exact.bond_sum - exact.log_z), rel=1e-8, abs=1e-6
    )
    assert fit.source == "catalogue"


def test_a_batch_is_many_single_fits_and_refuses_each_with_its_reason() -> None:
    model = square(9, prior=None)
    q = np.array([0.5, -0.2, 0.0, 1.0, -1 / 3, 0.9999999, -0.9, np.nan])
    batch = model.fit(averages(q, 9, 1e9))
    for g, value in enumerate(q):
        single = model.fit(averages(np.array([value]), 9, 1e9))
        assert single.why(0) == batch.why(g)
        np.testing.assert_array_equal(single.parameters["J"][0], batch.parameters["J"][g])
    assert [bool(batch.why(g)) for g in range(len(q))] == [False] * 3 + [True] * 5
    assert "ground state" in batch.why(3)
    assert "ground state" in batch.why(4)
    assert "end of the table" in batch.why(5)
    assert np.isnan(batch.parameters["J"][3:]).all()
    assert model.fit(averages(np.array([0.5]), 9, 0.0)).why(0) == "there are no complete rows"
    assert "averages" in model.fit(averages(np.array([1.5]), 9)).why(0)


def test_a_weak_prior_makes_the_maximum_finite() -> None:
    model = square(16)
    fit = model.fit(averages(np.array([1.0]), 16, 50.0))
    assert fit.why(0) == ""
    assert fit.statistics["prior_rows"][0] == 1.0
    assert fit.statistics["average over bonds"][0] == pytest.approx(50.0 / 51.0)
    assert 0.3 < fit.parameters["J"][0] < 2.0


def test_the_binary_basis_is_the_same_distribution() -> None:
    spin, binary = square(4), square(4, basis="binary")
    moments = averages(np.array([0.3]), 4, 500.0)
    a, b = spin.fit(moments), binary.fit(moments)
    rows = States((2,) * 4, np.arange(16), np.ones(16, dtype=np.int64)).rows

    def density(model: SquareLattice, fit: Any) -> Floats:
        return model.log_density({k: v[0] for k, v in fit.parameters.items()}, float(fit.log_partition[0]), rows)

    np.testing.assert_allclose(density(spin, a), density(binary, b), rtol=1e-12)
    assert np.exp(density(spin, a)).sum() == pytest.approx(1.0, rel=1e-10)
    assert b.parameters["J"][0] == pytest.approx(4.0 * a.parameters["J"][0])
    assert b.parameters["h"][0] == pytest.approx(-8.0 * a.parameters["J"][0])
    assert b.standard_errors["h"][0] == pytest.approx(8.0 * a.standard_errors["J"][0])
    # F as an expression of the columns, at one state of each basis.
    columns = ["a", "b", "c", "d"]
    values = dict(zip(columns, (1.0, -1.0, 1.0, 1.0), strict=True))
    f = spin.free_energy({k: v[0] for k, v in a.parameters.items()}, 0.0, columns)
    g = binary.free_energy({k: v[0] for k, v in b.parameters.items()}, 0.0, columns)
    spins = {sympy.Symbol(name, real=True): value for name, value in values.items()}
    zero_one = {name: 0.5 * (value + 1.0) for name, value in spins.items()}
    gap = float(f.subs(spins)) + float(a.log_partition[0]) - float(g.subs(zero_one)) - float(b.log_partition[0])
    assert gap == pytest.approx(0.0, abs=1e-9)


def test_lattices_are_of_whole_sides() -> None:
    assert [side_of(d) for d in (-1, 0, 1, 2, 4, 8, 9, 1024, 1089)] == [None] * 4 + [2, None, 3, 32, None]
    assert max(catalogue.default().sizes(SQUARE)) == LARGEST_SIDE
    assert FAMILY.model(SQUARE, two_valued(8), Options(), catalogue.default()) is None


@pytest.mark.parametrize(("side", "coupling"), [(2, 0.3), (4, 0.44), (5, 0.44), (8, -0.4), (5, -0.3), (12, 0.6)])
def test_the_sampler_follows_the_distribution(side: int, coupling: float) -> None:
    model, exact, n = square(side * side), torus(side, coupling), 3000
    rows = model.sample({"h": 0.0, "J": coupling}, n, np.random.default_rng(5))
    assert rows.shape == (n, side * side)
    assert set(np.unique(rows)) == {-1.0, 1.0}
    total = (rows[:, model.bonds[0]] * rows[:, model.bonds[1]]).sum(axis=1)
    # Rows of one chain still know a little of each other near the critical point.
    assert abs(total.mean() - exact.bond_sum) < 5.5 * math.sqrt(exact.bond_variance / n)
    assert total.var() == pytest.approx(exact.bond_variance, rel=0.2)
    again = model.sample({"h": 0.0, "J": coupling}, n, np.random.default_rng(5))
    np.testing.assert_array_equal(rows, again)


def test_cluster_updates_keep_the_exact_distribution() -> None:
    """Side 3, where all 512 states can be summed over."""
    coupling, n = 0.35, 20_000
    rows = swendsen_wang.sample(3, coupling, n, np.random.default_rng(2))
    probabilities = square(9).probabilities(np.array([coupling]))
    up = np.bitwise_count(States.of(rows).codes)
    seen = np.bincount(up, weights=States.of(rows).counts, minlength=10) / n
    due = np.bincount(np.bitwise_count(np.arange(512)), weights=probabilities, minlength=10)
    np.testing.assert_allclose(seen, due, atol=0.02)


def test_errors_cover_and_robust_ones_agree_when_the_model_holds() -> None:
    coupling, n = 0.3, 400
    model = square(16)
    rows = model.sample({"h": 0.0, "J": coupling}, 300 * n, np.random.default_rng(9)).reshape(300, n, 16)
    pair = np.einsum("gni,gnj->gij", rows, rows) / n
    zero = np.zeros((300, 16))
    sets = Moments(names(16), np.full(300, float(n)), zero, 1.0, rows.mean(axis=1), pair)
    fit = model.fit(sets)
    score = (fit.parameters["J"] - coupling) / fit.standard_errors["J"]
    assert abs(score.mean()) < 0.25
    assert 0.91 < (np.abs(score) < 1.96).mean() < 0.99
    whole = model.fit(sets.merged())
    robust = grouped_errors(model, whole, sets)
    assert robust["J"][0] == pytest.approx(whole.standard_errors["J"][0], rel=0.15)
    assert robust["h"][0] == 0.0


@pytest.mark.parametrize("side", [4, 6])
def test_checks_pass_for_the_class_and_fail_for_a_field_or_unequal_bonds(side: int) -> None:
    d, n = side * side, 4000
    model = square(d)
    rows = model.sample({"h": 0.0, "J": 0.25}, n, np.random.default_rng(3))

    def verdicts(data: Floats) -> list[bool]:
        moments = measured(data)
        states = States.of(data) if d <= 62 else None
        found = model.checks(model.fit(moments), Observed(moments, data, states))
        return [bool(check.passed[0]) for check in found if check.weight != "told"]

    assert verdicts(rows)
    assert all(verdicts(rows))
    with_field = rows.copy()
    with_field[np.random.default_rng(1).random(rows.shape) < 0.05] = 1.0
    assert not all(verdicts(with_field))
    one_pair = rows.copy()
    one_pair[: n // 3, 1] = one_pair[: n // 3, 0]
    assert not all(verdicts(one_pair))


def test_averages_of_all_pairs_to_side_four() -> None:
    model = square(16)
    said = model.implied(np.array([[0.4]]))
    np.testing.assert_allclose(said.pair[0], model._alike(said.pair[0]), atol=1e-13)
    assert said.pair[0, 0, 1] == pytest.approx(torus(4, 0.4).bond_sum / 32.0, rel=1e-12)
