"""The misfit of a fit in nats a row, against divergences known by integration."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import integrate, stats

from symcat.data.schema import Schema
from symcat.models import drawn_rows, misfit
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
    schema = Schema.real(("a", "b"))
    assert drawn_rows.of_rows(schema, rng.normal(size=(6000, 2)), drawn).nats < 0.01
    assert drawn_rows.of_rows(schema, ring, drawn).of == "distances of the rows from their centre"


def test_what_a_level_hides_is_seen():
    """A mixture that the level tells apart: in all rows together it is that of the model."""
    rng = np.random.default_rng(6)
    schema = Schema(("x", "c"), (None, ("no", "yes")))

    def table(n, tied):
        side = rng.choice([-1.0, 1.0], size=n)
        return np.stack([2.0 * side + rng.normal(size=n), side if tied else rng.choice([-1.0, 1.0], size=n)], axis=1)

    drawn = table(30_000, tied=False)
    assert drawn_rows.of_rows(schema, table(6000, tied=False), drawn).nats < 0.01
    found = drawn_rows.of_rows(schema, table(6000, tied=True), drawn)
    values = np.linspace(-8.0, 8.0, 4001)
    near, far = stats.norm.pdf(values, 2.0), stats.norm.pdf(values, -2.0)
    lost = integrate.trapezoid(near * np.log(near / (0.5 * near + 0.5 * far)), values)
    assert found.of == "the values of 'x' given 'c'"
    assert found.nats == pytest.approx(lost, abs=0.03)
    assert found.lower < lost


def test_levels_that_go_together_are_seen():
    rng = np.random.default_rng(7)
    schema = Schema(("a", "b"), (("no", "yes"), ("u", "v", "w")))
    first = rng.choice([-1.0, 1.0], size=8000)
    rows = np.stack([first, np.where(rng.random(8000) < 0.5, first > 0, rng.integers(0, 3, 8000))], axis=1)
    drawn = np.stack([rng.permutation(rows[:, 0]), rng.permutation(rows[:, 1])], axis=1)
    share = np.array([[4, 1, 1], [1, 4, 1]]) / 12.0
    lost = float((share * np.log(share / np.outer(share.sum(axis=1), share.sum(axis=0)))).sum())
    found = drawn_rows.of_rows(schema, rows, drawn)
    assert found.of == "the levels of 'a' and 'b'"
    assert found.nats == pytest.approx(lost, abs=0.02)


def test_a_check_of_some_rows_tells_the_gain_of_one_of_these():
    of_all = CheckResult.single("a", 1.0, 1e-20, "")
    of_some = CheckResult.single("a", 1.0, 1e-20, "", rows=8192)
    assert misfit.asked_for(of_some, 1e6).nats == pytest.approx(misfit.asked_for(of_all, 8192).nats)
    assert misfit.asked_for(of_some, 100.0).nats == misfit.asked_for(of_all, 100.0).nats
    assert misfit.asked_for(CheckResult.single("a", 1.0, 0.0, "", rows=8192), 1e6).nats > 0.08


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


@pytest.mark.parametrize("rows", [30, 40, 60, 100])
def test_a_true_law_of_few_rows_is_beyond_a_tolerance_once_in_a_thousand(rows):
    """With 32 cells of one row each it was 2 to 7 times in a hundred."""
    rng = np.random.default_rng(rows)
    law = stats.norm

    class Normal:
        cdf = staticmethod(law.cdf)

    beyond = [misfit.of_line(Normal, rng.normal(size=rows)).beyond(misfit.TOLERANCE) for _ in range(2000)]
    assert np.mean(beyond) < 0.004
