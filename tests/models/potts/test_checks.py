"""Laws that a class does not describe are found, true ones are not; intervals hold the truth as often as they say."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.models.base import Options
from symcat.models.potts.curie_weiss import CurieWeiss
from symcat.models.potts.independent import Independent
from symcat.models.potts.layout import Layout
from symcat.models.potts.pairwise import Pairwise
from symcat.models.potts.potts import Potts
from symcat.models.potts.replay import random_couplings
from symcat.models.potts.tree import Tree
from tests.models.potts.drawing import drawn, fitted, law, schema_of, seen_of

SIZES = (3, 3, 3, 3)


def failed(member: type[Potts], digits: np.ndarray) -> set[str]:
    return {check.name for check in fitted(member, SIZES, digits).checks if not check.passed[0]}


def test_pairs_that_are_not_coupled_are_found() -> None:
    layout, rng = Layout(SIZES), np.random.default_rng(0)
    digits = drawn(layout, law(layout, *random_couplings(Pairwise, layout, rng)), 3000, rng)
    for member in (Independent, CurieWeiss, Tree):
        assert "averages it forces" in failed(member, digits)
    assert not failed(Pairwise, digits)


def test_a_sum_of_three_columns_is_found() -> None:
    """Every two columns are independent, and the third is decided by both: pairs say nothing."""
    rng = np.random.default_rng(1)
    digits = rng.integers(3, size=(800, 4))
    decided = rng.random(800) < 0.5
    digits[decided, 2] = digits[decided, :2].sum(axis=1) % 3
    for member in (Pairwise, Independent, Tree):
        assert "pattern counts" in failed(member, digits)
    assert "third order" in failed(Pairwise, digits)
    third = next(c for c in fitted(Pairwise, SIZES, digits).checks if c.name == "third order")
    assert "'x0', 'x1', 'x2'" in third.detail(0)


def test_a_hidden_category_is_found() -> None:
    """Two classes of rows, in each of which columns are independent."""
    rng = np.random.default_rng(2)
    shares = np.array([[0.8, 0.1, 0.1], [0.1, 0.1, 0.8]])
    kind = (rng.random(4000) < 0.2).astype(int)
    digits = np.stack(
        [(rng.random(4000)[:, None] > np.cumsum(shares[kind], axis=1)[:, :-1]).sum(axis=1) for _ in SIZES], axis=1
    )
    assert failed(Pairwise, digits)


def test_few_rows_are_held_against_no_states() -> None:
    digits = np.random.default_rng(3).integers(3, size=(60, 4))
    assert not {"pattern counts", "third order"} & {check.name for check in fitted(Pairwise, SIZES, digits).checks}


@pytest.mark.parametrize("member", [Independent, CurieWeiss, Tree, Pairwise])
def test_true_laws_are_seldom_rejected(member: type[Potts]) -> None:
    layout, rng = Layout(SIZES), np.random.default_rng(4)
    p = law(layout, *random_couplings(member, layout, rng))
    least: dict[str, list[float]] = {}
    for _ in range(40):
        for check in fitted(member, SIZES, drawn(layout, p, 400, rng)).checks:
            if not np.isnan(check.p_value[0]):
                least.setdefault(check.name, []).append(float(check.p_value[0]))
    assert "pattern counts" in least
    for values in least.values():
        assert min(values) > 1e-4
        assert (np.array(values) < 0.05).sum() <= 8  # of 40; more is one in 10^4


@pytest.mark.statistics
@pytest.mark.slow
@pytest.mark.parametrize("member", [Independent, CurieWeiss, Tree, Pairwise])
def test_intervals_hold_the_truth(member: type[Potts]) -> None:
    layout, rng = Layout(SIZES), np.random.default_rng(5)
    h, j = random_couplings(member, layout, np.random.default_rng(20261127))
    j = 0.7 * j
    tables, n = 1500, 1000
    digits = drawn(layout, law(layout, h, j), tables * n, rng)
    model = member(schema_of(SIZES), Options())
    fit = model.fitted(seen_of(layout, digits, tables))
    truth = {"h": h[:3], "J": j[:3, 3:6]} if member is CurieWeiss else {"h": h, "J": j}
    for name, value in fit.parameters.items():
        there = np.broadcast_to(truth[name] != 0.0, value.shape) & (fit.standard_errors[name] > 0.0)
        inside = np.abs(value - truth[name]) < 1.959963984540054 * fit.standard_errors[name]
        assert 0.93 < inside[there].mean() < 0.97, name
