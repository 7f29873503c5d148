"""What was learned answers where it reaches, says that it was learned, and its averages are measured anew."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from symcat.catalogue import learned
from symcat.strategies.base import Answered, Declined
from symcat.strategies.learned import Learned
from symcat.strategies.prospects import prospects
from tests.strategies.problems import POLYNOMIALS, agrees, glass, pair_of_wells, posed, three_columns


@cache
def exact_entry(n: int) -> learned.Entry:
    """The solved problem of n rows of two tilted wells, as if its couplings had been found without noise.

    Newton's steps on a grid, in the columns in which the problem of these rows is stated.
    """
    prospect = prospects(posed(pair_of_wells(n), classes=POLYNOMIALS))[0]
    relaxation, (terms, order) = prospect.relaxation, prospect.terms
    family = relaxation.family
    axis = np.linspace(-4.5, 4.5, 121)
    y = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    t = family.statistics.values(y)
    theta = np.linalg.lstsq(t, 0.1 * (y**4).sum(axis=1))[0]
    decrement = np.inf
    while decrement > 1e-24:
        p = np.exp(-t @ theta + (t @ theta).min())
        p /= p.sum()
        mean = p @ t
        fisher = ((t - mean) * p[:, None]).T @ (t - mean)
        step = np.linalg.solve(fisher, mean - family.averages)
        decrement = float(step @ fisher @ step)
        theta = theta + step / (1.0 + np.sqrt(decrement))
    draws = t[np.random.default_rng(0).choice(len(t), size=20_000, p=p)]
    energy = t @ theta
    log_z = np.log(np.exp(energy.min() - energy).sum() * (axis[1] - axis[0]) ** 2) - energy.min()
    return learned.Entry.of(
        terms,
        count=family.count,
        statistics=family.averages[order],
        couplings=theta[order],
        noise=np.zeros(len(theta)),
        samples=draws[:, order],
        n_samples=len(draws),
        log_partition=log_z,
        log_partition_error=0.0,
    )


def test_nothing_learned_is_said() -> None:
    assert Learned().ask(posed(pair_of_wells(2000), classes=POLYNOMIALS)) == Declined("no learned entry of these terms")


def test_the_same_table_is_answered_and_its_averages_are_integrated() -> None:
    x = pair_of_wells(20_000)
    learned.learn(exact_entry(len(x)))
    found = Learned().ask(posed(x, classes=POLYNOMIALS))
    assert isinstance(found, Answered), found
    assert (found.fit.label, found.fit.source) == ("polynomial.quartic", "learned")
    assert found.reason.startswith("learned entry polynomial.quartic/")
    assert "device" not in found.reason
    agrees(found.fit, found.fit.parameters["mean"][0])
    matched = found.checks[0]
    assert matched.name == "averages match"
    assert 0.0 < matched.statistic[0] < 1.0
    assert "nats of its maximum" in matched.detail(0)
    # In other units it is the same problem; another sample of the same law is near enough.
    scaled = Learned().ask(posed(1000.0 * x + 5.0, classes=POLYNOMIALS))
    assert isinstance(scaled, Answered)
    np.testing.assert_allclose(scaled.fit.parameters["u"] * 1e12, found.fit.parameters["u"], rtol=1e-6, atol=1e-5)
    other = Learned().ask(posed(pair_of_wells(5000, seed=9), classes=POLYNOMIALS))
    assert isinstance(other, Answered), other


@pytest.mark.parametrize("n", [200, 20_000])
@pytest.mark.parametrize("wrong", ["errors off", "times 1.5", "its log Z"])
def test_a_wrong_entry_is_found_out(n: int, wrong: str) -> None:
    """Its file says that it reaches; its averages, or the likelihood of the rows, say that it does not."""
    x = pair_of_wells(n)
    right = exact_entry(len(x))
    if wrong == "its log Z":
        learned.learn(replace(right, log_partition=right.log_partition - 24.0 / n))
        found = Learned().ask(posed(x, classes=POLYNOMIALS))
        assert isinstance(found, Answered), found  # log Z is not taken from the entry
        rows = found.model.log_density(
            {k: v[0] for k, v in found.fit.parameters.items()}, found.fit.log_partition[0], x
        )
        assert found.fit.log_likelihood[0] == pytest.approx(rows.sum(), rel=1e-9)
        return
    couplings = right.couplings + 8.0 * right.standard_errors if wrong == "errors off" else 1.5 * right.couplings
    learned.learn(replace(right, couplings=couplings))
    said = Learned().ask(posed(x, classes=POLYNOMIALS))
    assert isinstance(said, Declined)
    assert "nats below its maximum" in said.reason or "a special case: this is not the maximum" in said.reason


def test_how_far_an_entry_is_is_said() -> None:
    learned.learn(exact_entry(20_000))
    y = np.concatenate([pair_of_wells(15_000), pair_of_wells(5000) + 0.8])
    said = Learned().ask(posed(y, classes=POLYNOMIALS))
    assert isinstance(said, Declined)
    assert "standard deviations of a row away" in said.reason
    assert "polynomial.sextic: no learned entry of these terms" in said.reason


@pytest.mark.long
@pytest.mark.slow
def test_of_many_columns_the_averages_are_those_of_rows_drawn() -> None:
    from symcat.strategies.device import Device

    x = three_columns(4000)
    device = Device().ask(posed(x, learn=True))
    assert isinstance(device, Answered)
    found = Learned().ask(posed(x))
    assert isinstance(found, Answered), found
    assert found.fit.source == "learned"
    assert found.checks[0].statistic[0] > 0.0
    # Both know log Z of a row to some thousandths; it is measured anew.
    errors = [answer.fit.statistics["log_partition_error"][0] for answer in (device, found)]
    gap = abs(device.fit.log_likelihood[0] - found.fit.log_likelihood[0])
    assert gap < 4.0 * 4000 * np.hypot(*errors)
    assert set(found.robust) == set(device.robust)


@pytest.mark.long
@pytest.mark.slow
def test_of_many_couplings_the_likelihood_finds_out_what_each_average_hides() -> None:
    """23 columns have 276 couplings: 24 nats are within the error of each average, but not within those of all."""
    from symcat.strategies.device import Device

    x = glass(0.5, 23, 400)
    asked = {"learn": True, "classes": ["ising.pairwise"]}
    assert isinstance(Device().ask(posed(x, **asked)), Answered)
    assert isinstance(Learned().ask(posed(x, **asked)), Answered)
    (entry,) = learned.entries()
    learned.forget()
    learned.learn(replace(entry, couplings=1.5 * entry.couplings))
    said = Learned().ask(posed(x, **asked))
    assert isinstance(said, Declined)
    assert "nats below its maximum" in said.reason


def test_what_is_not_to_be_recalled_is_not_read() -> None:
    x = pair_of_wells(2000)
    learned.learn(exact_entry(len(x)))
    assert Learned().ask(posed(x, learn=False)) == Declined("no learned entry of these terms")
