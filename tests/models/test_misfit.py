"""The misfit of a fit in nats a row, against divergences known by integration."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import integrate, stats

from symcat.models import misfit
from symcat.models.fit import CheckResult


class Normal:
    def cdf(self, x):
        return stats.norm.cdf(x)


NORMAL = Normal()


def binned(density, n=misfit.BINS):
    """Divergence of a density from the normal one over bins of equal normal probability, by integration."""
    ends = stats.norm.ppf(np.arange(n + 1) / n)
    shares = np.array([integrate.quad(density, a, b)[0] for a, b in itertools.pairwise(ends)])
    shares /= shares.sum()
    return float(shares @ np.log(np.maximum(shares, 1e-300) * n))


def test_rows_of_the_fit_have_none_within_its_interval():
    inside = 0
    for seed in range(40):
        found = misfit.of_line(NORMAL, np.random.default_rng(seed).normal(size=4000))
        assert found.nats < 0.004
        inside += found.lower == 0.0
    assert inside >= 36


def test_the_divergence_of_another_law_lies_in_the_interval():
    truth = binned(stats.laplace(scale=2**-0.5).pdf)
    rows = np.random.default_rng(1).laplace(scale=2**-0.5, size=8000)
    found = misfit.of_line(NORMAL, rows)
    assert found.lower < truth < found.upper
    assert found.nats == pytest.approx(truth, abs=0.015)


def test_rounded_rows_stand_for_what_rounds_to_them():
    rows = np.round(np.random.default_rng(2).normal(size=4000), 1)
    assert misfit.of_line(NORMAL, rows).nats < 0.004


def test_a_spike_is_a_misfit():
    rows = np.random.default_rng(3).normal(size=4000)
    rows[:1200] = 0.3
    assert misfit.of_line(NORMAL, rows).nats > 0.3


def test_the_order_of_rows_does_not_matter():
    rows = np.round(np.random.default_rng(4).normal(size=500), 1)
    assert misfit.of_line(NORMAL, rows) == misfit.of_line(NORMAL, rows[::-1])


def test_one_value_only_is_counted_once():
    assert misfit.of_line(NORMAL, np.zeros(50)).nats > 2.0


def test_directions_see_what_single_columns_do_not():
    rng = np.random.default_rng(5)
    drawn = rng.normal(size=(30000, 2))
    angle = rng.uniform(0.0, 2.0 * np.pi, 6000)
    ring = np.sqrt(2.0) * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    assert misfit.of_directions(rng.normal(size=(6000, 2)), drawn, ("a", "b")).nats < 0.01
    assert misfit.of_directions(ring, drawn, ("a", "b")).of == "distances of the rows from their centre"


def test_what_a_check_asks_for_is_what_its_term_gains():
    # The mean of unit normals about zero: the likelihood gained by freeing it is half its squared score.
    mean, n = 0.05, 10_000
    p = 2.0 * stats.norm.sf(mean * np.sqrt(n))
    check = CheckResult.single("mean", mean, p, "")
    found = misfit.asked_for(check, n)
    assert found is not None
    assert found.nats == pytest.approx(0.5 * mean**2 - 0.5 / n, rel=1e-9)
    beyond = CheckResult.single("mean", 1.0, 0.0, "")
    least = misfit.asked_for(beyond, n)
    assert least is not None
    assert least.nats == pytest.approx(0.0664)
    assert misfit.asked_for(beyond, 1e9) is None


def test_a_check_without_a_p_value_tells_no_size():
    assert misfit.asked_for(CheckResult.single("nested", 1.0, float("nan"), "", verdict=False), 100.0) is None
