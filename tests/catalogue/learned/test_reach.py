"""How far a learned entry reaches, in any units, against models whose averages and couplings are known exactly."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcat.catalogue.learned import Entry, Terms, reach
from symcat.catalogue.learned.entry import MOST_THIRD
from symcat.catalogue.learned.reach import LONGEST_START
from symcat.errors import InvalidData
from tests.catalogue.learned.learning import QUARTIC, TRIPLE, Exact

couplings = st.floats(-1.0, 1.0)
quartics = st.tuples(couplings, st.floats(0.05, 1.0)).map(lambda theta: Exact(QUARTIC, np.array(theta)))
spins = st.lists(couplings, min_size=8, max_size=8).map(lambda theta: Exact(TRIPLE, np.array(theta)))


def near(model: Exact, length: float, seed: int) -> Exact:
    """A model whose couplings are ``length`` standard deviations of a row away, in a random direction."""
    direction = np.random.default_rng(seed).standard_normal(len(model.theta))
    step = np.linalg.cholesky(np.linalg.inv(model.fisher)) @ direction
    return Exact(model.terms, model.theta + length / np.linalg.norm(direction) * step)


@settings(max_examples=100)
@given(
    model=quartics | spins,
    length=st.sampled_from([1e-3, 0.01, 0.03, 0.1]),
    count=st.sampled_from([200.0, 1e4]),
    seed=st.integers(0, 99),
)
def test_an_answer_errs_by_no_more_than_it_says(model: Exact, length: float, count: float, seed: int) -> None:
    """The couplings and log Z of nearby averages, known exactly, against the first-order step and its stated error.

    Orders beyond the second are estimated, not bounded: the worst of 3208 random answers erred by 1.035 times what was
    stated, the worst of 6663 chosen far away, with few rows and strong couplings, by 1.21 times.
    """
    entry, other = model.entry(), near(model, length, seed)
    found = reach(entry, other.statistics, count)
    if not found.answers:
        return
    units = other.terms.units(other.terms.scales(other.statistics))
    of_the_rows = np.sqrt(np.diag(entry.covariance) / count) / units
    of_the_step = np.sqrt(np.maximum(found.standard_errors**2 - of_the_rows**2, 0.0))
    assert (of_the_step <= of_the_rows * (1.0 + 1e-6)).all()
    rounding = 1e-6 * of_the_rows  # of the difference of squares above
    assert (np.abs(found.couplings - other.theta) <= 1.25 * of_the_step + rounding).all()
    of_answer = Exact(model.terms, found.couplings).log_partition
    assert abs(found.log_partition - of_answer) <= 1.05 * found.log_partition_error + 1e-11


def test_the_error_is_of_second_order() -> None:
    model = Exact(TRIPLE, np.array([0.3, -0.2, 0.5, 0.1, 0.4, -0.6, 0.2, 0.3]))
    errors = []
    for length in (0.02, 0.01):
        other = near(model, length, 5)
        errors.append(np.abs(reach(model.entry(), other.statistics).couplings - other.theta).max())
    assert errors[0] / errors[1] == pytest.approx(4.0, rel=0.05)


def test_at_its_own_averages_an_entry_answers_with_its_couplings() -> None:
    model = Exact(QUARTIC, np.array([-0.5, 0.2]))
    found = reach(model.entry(count=500.0), model.statistics)
    assert found.answers
    assert found.distance < 1e-7
    np.testing.assert_allclose(found.couplings, model.theta, rtol=1e-12)
    np.testing.assert_allclose(found.standard_errors, np.sqrt(np.diag(np.linalg.inv(model.fisher)) / 500.0), rtol=1e-9)
    assert found.log_partition == pytest.approx(model.log_partition, rel=1e-12)


@settings(max_examples=60)
@given(model=quartics | spins, length=st.sampled_from([0.3, 1.0, 3.0]), seed=st.integers(0, 99))
def test_far_away_it_is_a_better_start_than_the_entry(model: Exact, length: float, seed: int) -> None:
    """The step is cut to what can be trusted, and brings the convex objective log Z + theta . averages down."""
    entry, other = model.entry(), near(model, length, seed)
    if model.terms is QUARTIC and other.theta[1] < 0.02:
        return  # does not confine, or reaches beyond the grid
    found = reach(entry, other.statistics, 1e4)
    if found.answers:
        return
    assert "starting point" in found.detail
    units = model.terms.units(model.terms.scales(other.statistics))
    step = found.couplings * units - entry.couplings
    assert math.sqrt(step @ entry.fisher @ step) <= LONGEST_START * (1.0 + 1e-9)
    if model.terms is QUARTIC and found.couplings[1] < 0.02:
        return
    start, same_shape = (Exact(model.terms, theta) for theta in (found.couplings, entry.couplings / units))
    objective = [m.log_partition + float(m.theta @ other.statistics) for m in (start, same_shape)]
    assert objective[0] < objective[1]


def test_noise_beyond_the_rows_error_is_no_answer() -> None:
    model = Exact(QUARTIC, np.array([-0.5, 0.2]))
    of_a_row = np.sqrt(np.diag(model.entry().covariance)).min()
    entry = model.entry(noise=0.5 * of_a_row / 100.0)
    assert reach(entry, model.statistics, 1e4).answers
    assert not reach(entry, model.statistics, 1e6).answers


@settings(max_examples=30)
@given(model=quartics, scale=st.floats(1e-3, 1e3), seed=st.integers(0, 99))
def test_one_entry_serves_all_units(model: Exact, scale: float, seed: int) -> None:
    other, powers = near(model, 0.05, seed), np.array([scale**2, scale**4])
    plain, scaled = (reach(model.entry(), other.statistics * unit) for unit in (1.0, powers))
    assert plain.answers == scaled.answers
    np.testing.assert_allclose(scaled.couplings * powers, plain.couplings, rtol=1e-7)
    np.testing.assert_allclose(scaled.standard_errors * powers, plain.standard_errors, rtol=1e-5)
    assert scaled.log_partition == pytest.approx(plain.log_partition + math.log(scale), abs=1e-8)


def sampled(model: Exact, m: int, rng: np.random.Generator, unit: float = 1.0) -> Entry:
    """An entry made from draws of the model, in other units."""
    powers = np.array([unit**2, unit**4])
    phi = model.phi[rng.choice(len(model.phi), m, p=model.weight)]
    return Entry.of(
        model.terms,
        count=2000,
        statistics=model.statistics * powers,
        couplings=model.theta / powers,
        noise=np.zeros(2),
        samples=phi * powers,
        n_samples=m,
        log_partition=model.log_partition + math.log(unit),
        log_partition_error=0.0,
    )


def test_an_entry_of_draws_in_any_units(rng: np.random.Generator) -> None:
    model = Exact(QUARTIC, np.array([-0.5, 0.2]))
    entry, exact = sampled(model, 40_000, rng, unit=50.0), model.entry()
    assert entry.label == exact.label
    np.testing.assert_allclose(entry.couplings, exact.couplings, rtol=1e-12)
    np.testing.assert_allclose(entry.fisher, exact.fisher, rtol=0.05)
    assert entry.third is not None
    np.testing.assert_allclose(entry.third, exact.third, rtol=0.15)
    assert entry.log_partition == pytest.approx(exact.log_partition)


def test_intervals_of_answers_cover(rng: np.random.Generator) -> None:
    """Fresh data of the learned system are answered, and 95 % intervals hold the true couplings."""
    model = Exact(QUARTIC, np.array([-0.5, 0.2]))
    entry, n, inside, answered = sampled(model, 10_000, rng), 2000, 0, 0
    for _ in range(300):
        drawn = reach(entry, model.phi[rng.choice(len(model.phi), n, p=model.weight)].mean(axis=0), n)
        answered += drawn.answers
        inside += drawn.answers and bool(abs(drawn.couplings[1] - model.theta[1]) < 1.96 * drawn.standard_errors[1])
    assert answered > 250
    assert 0.92 < inside / answered <= 1.0


def test_many_couplings_are_a_starting_point_only(rng: np.random.Generator) -> None:
    k = MOST_THIRD + 1
    terms, _ = Terms.ordered("gaussian.many", np.eye(k, dtype=int))
    draws = rng.standard_normal((400, k))
    entry = Entry.of(
        terms,
        count=1e3,
        statistics=np.zeros(k),
        couplings=np.zeros(k),
        noise=np.zeros(k),
        samples=draws,
        n_samples=400,
        log_partition=0.0,
        log_partition_error=0.0,
    )
    assert entry.third is None
    assert reach(entry, np.zeros(k)).answers
    found = reach(entry, np.full(k, 1e-6))
    assert not found.answers
    assert "third cumulants" in found.detail


def test_bad_statistics_are_named() -> None:
    entry = Exact(QUARTIC, np.array([-0.5, 0.2])).entry()
    for statistics, message in ((np.ones(3), "2 finite averages"), (np.array([-1.0, 1.0]), "column 0 is -1.0")):
        with pytest.raises(InvalidData, match=message):
            reach(entry, statistics)
    with pytest.raises(InvalidData, match="count=0"):
        reach(entry, entry.statistics, 0)


@settings(max_examples=20)
@given(model=quartics | spins)
def test_a_record_keeps_every_digit(model: Exact) -> None:
    entry = replace(model.entry(), n_samples=1234.5, provenance={"seed": 1, "device": {"bits": 16}})
    back = Entry.from_record(json.loads(json.dumps(entry.record())))
    assert json.dumps(back.record()) == json.dumps(entry.record())
    assert entry.third is not None
    assert back.third is not None
    np.testing.assert_allclose(back.third, entry.third, rtol=1e-13, atol=1e-15)
