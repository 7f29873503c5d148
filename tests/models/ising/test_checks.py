"""Checks of many tables at once: each is that of the table alone, none is made on too few rows, none cries wolf."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.models.fit import CheckResult, Observed
from symcat.models.ising import checks
from symcat.models.ising.spins import PairAverages
from tests.classes import names
from tests.models.ising.tables import fitted, made, measured, signs

Floats = NDArray[np.float64]
SYMMETRIC = ("ising.independent", "ising.curie_weiss", "ising.ring", "ising.tree", "ising.square")
NINE_ROWS, CONSTANT, NEVER = 1, 6, 8
"""Of the tables, the one of too few rows, the one of columns that do not vary, and the one with a pair never seen."""


def tables(d: int) -> list[Floats]:
    """Tables of all kinds: enough and too few rows, alike and unlike columns, values that never occur, no rows."""
    rng = np.random.default_rng(8)
    found = [signs(rng.random((n, d)) < rng.uniform(0.1, 0.9, d)) for n in (200, 9, 10, 3000, 40)]
    found += [signs(rng.random((500, d)) < 0.3), signs(np.ones((30, d), dtype=bool))]
    pulled = rng.standard_normal((800, 1)) + rng.standard_normal((800, d))
    never = signs(rng.random((300, d)) < 0.4)
    never[never[:, 0] > 0.0, 1] = -1.0
    return [*found, signs(pulled > 0.3), never]


@pytest.mark.parametrize("label", [*SYMMETRIC, "ising.pairwise"])
@pytest.mark.parametrize("prior", ["weak", None, 2.0])
def test_a_batch_of_checks_is_many_single_ones(label: str, prior: object) -> None:
    d = 4
    model = made(label, d, prior=prior)
    data = tables(d)
    fit = model.fit(measured(*data))
    batch = {check.name: check for check in model.checks(fit, Observed(measured(*data)))}
    refused: set[int] = set()
    compared: dict[str, dict[int, bool]] = {name: {} for name in batch}  # of each group, whether it passed
    for g, rows in enumerate(data):
        moments = measured(rows)
        single = model.fit(moments)
        why, why_alone = fit.why(g), single.why(0)
        if "(some states never occur)" in why:  # which values is told of a table alone
            assert why_alone.split(" (")[0] == why.split(" (")[0]
        else:
            assert why_alone == why
        if not single.answered[0]:
            refused.add(g)
            assert all(check.passed[g] for check in batch.values())
            continue
        alone = {check.name: check for check in model.checks(single, Observed(moments))}
        assert set(alone) <= set(batch)
        for name, check in batch.items():
            assert check.made is not None
            if name not in alone:
                assert not check.made[g]
                continue
            one = alone[name]
            assert (check.made[g], check.passed[g]) == (one.made[0], one.passed[0])
            np.testing.assert_allclose(check.statistic[g], one.statistic[0], rtol=1e-10, atol=1e-12)
            np.testing.assert_allclose(check.p_value[g], one.p_value[0], rtol=1e-9)
            if check.made[g]:
                compared[name][g] = bool(check.passed[g])
            if name == "averages it forces" and check.made[g]:
                assert check.detail(g).split(" is ")[0] == one.detail(0).split(" is ")[0]
    # Each comparison was made of the groups it is for; a pair never seen is none of a class whose couplings are alike.
    everything = set(range(len(data)))
    boundary = {NINE_ROWS, CONSTANT, NEVER} if label in ("ising.tree", "ising.pairwise") else {CONSTANT}
    assert refused == (boundary if prior is None else set())
    groups = {} if prior is None else {"finite maximum": boundary if prior == "weak" else everything}
    if label in SYMMETRIC:
        groups["averages it forces"] = everything - refused - {NINE_ROWS}
        assert set(compared["averages it forces"].values()) == {True, False}
    assert {name: set(found) for name, found in compared.items()} == groups


def forced(label: str, rows: Floats) -> CheckResult:
    return fitted(label, rows)[1]["averages it forces"]


@pytest.mark.parametrize("label", SYMMETRIC)
def test_averages_are_compared_from_ten_rows_on(label: str) -> None:
    rng = np.random.default_rng(1)
    rows = signs(rng.random((10, 4)) < 0.5)
    assert forced(label, rows).made[0]  # type: ignore[index]
    few = forced(label, rows[:9])
    assert not few.made[0]  # type: ignore[index]
    assert few.passed[0]


def test_fewer_rows_could_not_reject_fair_columns() -> None:
    """The farthest that averages of nine rows can be from those of fair, independent columns."""
    seen = PairAverages(np.ones((1, 2)), np.ones((1, 2, 2)))
    said = PairAverages(np.zeros((1, 2)), np.eye(2)[None])
    assert checks.farthest(seen, said, np.array([9.0])).p_value[0] > 1e-3


def test_products_of_independent_columns_vary_by_what_their_means_leave() -> None:
    """Of skewed columns the level is that asked for, not one of what varies before anything is fitted."""
    rng = np.random.default_rng(2)
    rows = np.where(rng.random((2000, 400, 4)) < 0.8, 1.0, -1.0)
    mean = rows.mean(axis=1)
    pair = np.einsum("gni,gnj->gij", rows, rows) / 400.0
    said = mean[:, :, None] * mean[:, None, :]
    found = checks.farthest(PairAverages(mean, pair), PairAverages(mean, said), np.full(2000, 400.0), independent=True)
    assert 0.036 < (found.p_value < 0.05).mean() < 0.064


def test_totals_of_weighted_rows_are_those_that_the_fit_has_met() -> None:
    rows = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]])
    observed = Observed(measured(rows), sample=rows[:1], weighted=(rows, np.array([0.5, 0.25, 2.0])))
    assert checks.count_totals(observed, 2) == pytest.approx([2.0, 0.25, 0.5])


@pytest.mark.parametrize("share", [0.05, 0.5])
@pytest.mark.parametrize("count", [10, 20])
def test_small_groups_of_the_class_are_not_rejected(share: float, count: int) -> None:
    groups, d = 20_000, 6
    rows = signs(np.random.default_rng(2).random((groups, count, d)) < share)
    pair = np.einsum("gni,gnj->gij", rows, rows) / count
    zero = np.zeros((groups, d))
    moments = Moments(names(d), np.full(groups, float(count)), zero, 1.0, rows.mean(axis=1), pair)
    model = made("ising.curie_weiss", d)
    fit = model.fit(moments)
    found = next(check for check in model.checks(fit, Observed(moments)) if check.name == "averages it forces")
    assert (~found.passed).mean() < 1e-3


def test_groups_of_another_class_are_rejected() -> None:
    rng = np.random.default_rng(3)
    unlike = [signs(rng.random((200, 4)) < [0.1, 0.5, 0.5, 0.9]) for _ in range(20)]
    alike = [signs(rng.random((200, 4)) < 0.4) for _ in range(20)]
    model = made("ising.curie_weiss", 4)
    moments = measured(*unlike, *alike)
    (found,) = model.checks(model.fit(moments), Observed(moments))
    assert found.passed.tolist() == [False] * 20 + [True] * 20
    assert found.detail(0).startswith("mean of 'x3' is 0.87, the class says 0.05")


def test_groups_where_values_never_occur_are_told() -> None:
    rng = np.random.default_rng(4)
    free = signs(rng.random((100, 3)) < 0.5)
    never = free.copy()
    never[never[:, 0] > 0.0, 1] = -1.0
    model = made("ising.pairwise", 3)
    moments = measured(free, never)
    (found,) = model.checks(model.fit(moments), Observed(moments))
    assert found.name == "finite maximum"
    assert found.made is not None
    assert found.made.tolist() == [False, True]
    assert found.passed.tolist() == [True, False]
    assert "1 pair never both +1: (x0, x1): the maximum is infinite, so a prior worth 1 row " in found.detail(1)


def test_totals_need_rows() -> None:
    rows = signs(np.random.default_rng(5).random((2000, 4)) < 0.5)
    assert "totals" in fitted("ising.independent", rows)[1]
    moments = measured(rows)
    model = made("ising.independent", 4)
    assert "totals" not in {check.name for check in model.checks(model.fit(moments), Observed(moments))}


@pytest.mark.slow
@pytest.mark.statistics
@pytest.mark.parametrize("d", [3, 8])
def test_totals_of_unequal_coins_have_their_level(d: int) -> None:
    """What the fitted means say of them is no evidence, and no more than that is taken out."""
    rng, tables, n = np.random.default_rng(d), 3000, 200
    share = rng.uniform(0.1, 0.9, d)
    model = made("ising.independent", d)
    rejected = made_of = 0
    for _ in range(tables):
        rows = signs(rng.random((n, d)) < share)
        moments = measured(rows)
        checks = {check.name: check for check in model.checks(model.fit(moments), Observed(moments, rows))}
        if "totals" in checks:
            made_of += 1
            rejected += int(checks["totals"].p_value[0] < 0.05)
    assert made_of > 0.9 * tables
    assert 0.03 < rejected / made_of < 0.064


def test_columns_of_products_are_not_compared() -> None:
    """Named pairs beside larger sets: the products come as further columns of the moments, of which nothing is said."""
    x = signs(np.random.default_rng(6).random((400, 4)) < 0.5)
    rows = np.column_stack([x, x[:, :3].prod(axis=1)])
    model = made("ising.pairwise", 4, interactions=((0, 1), (0, 1, 2)))
    moments = measured(rows)
    (found,) = model.checks(model.fit(moments), Observed(moments))
    assert found.passed[0]
