"""The lattice: which classes and groups are rejected, looked at or implied, and how often a true one is rejected."""

from __future__ import annotations

import numpy as np
import pytest

import symcat
from symcat.answer.tree import lines_of
from symcat.strategies.lattice import LEVEL, holm


def verdicts(data: object, **options: object) -> dict[str, str]:
    return {branch.name: branch.verdict for branch in symcat.classify(data, **options).tree}  # type: ignore[arg-type]


def test_holm_is_that_of_the_textbook() -> None:
    """Of p-values 0.01, 0.04, 0.03, 0.005: 0.03, 0.06, 0.06, 0.02; hypotheses that were not looked at count."""
    found = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005}, 4)
    assert found == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06, "d": 0.02})
    assert holm({"a": 0.01}, 7) == pytest.approx({"a": 0.07})


def test_correlated_columns_are_neither_isotropic_nor_diagonal() -> None:
    rows = np.random.default_rng(0).multivariate_normal([0.0, 0.0], [[1.0, 0.32], [0.32, 1.0]], size=10_000)
    found = verdicts(rows)
    assert found["gaussian.isotropic"] == found["gaussian.diagonal"] == "rejected"
    assert found["gaussian.exchangeable"] == "holds"
    assert found["gaussian.full"] == "implied"
    assert found["rotation"] == found["z2_each"] == "rejected"
    assert found["permutation"] == "holds"
    assert found["cyclic"] == "implied"


def test_with_many_rows_what_is_detected_may_be_too_small_to_matter() -> None:
    rows = np.random.default_rng(0).multivariate_normal([0.0, 0.0], [[1.0, 0.03], [0.03, 1.0]], size=100_000)
    found = {branch.name: branch for branch in symcat.classify(rows).tree}["gaussian.diagonal"]
    assert found.verdict == "close"
    assert found.adjusted_p is not None
    assert found.adjusted_p < 1e-6
    assert found.nats == pytest.approx(0.03**2 / 2.0, rel=0.3)


def test_two_valued_columns_have_groups_too() -> None:
    rng = np.random.default_rng(1)
    common = rng.normal(size=(3000, 1))
    rows = {name: column > 0.0 for name, column in zip("abc", (rng.normal(size=(3000, 3)) + common).T, strict=True)}
    found = verdicts(rows)
    assert found["ising.independent"] == found["z2_each"] == "rejected"
    assert found["permutation"] == found["z2"] == found["ising.curie_weiss"] == "holds"


def test_a_skew_column_is_not_even() -> None:
    found = symcat.classify(np.random.default_rng(0).gamma(2.0, size=500))
    branch = {one.name: one for one in found.tree}["z2"]
    assert branch.verdict == "rejected"
    assert "skewness of 'x'" in branch.by


def test_a_class_is_rejected_where_a_group_that_leaves_it_unchanged_is() -> None:
    """The third sign is the product of the first two: no pair of columns sees it, and no moment of one."""
    rng = np.random.default_rng(0)
    rows = np.abs(rng.normal(size=(4000, 3))) * rng.choice([-1.0, 1.0], size=(4000, 3))
    rows[:, 2] = np.abs(rows[:, 2]) * np.sign(rows[:, 0] * rows[:, 1])
    found = {branch.name: branch for branch in symcat.classify(rows).tree}
    assert found["gaussian.full"].verdict == "rejected"
    assert found["z2"].verdict == "rejected"
    assert "'x0' times 'x1' times 'x2'" in found["z2"].by


def test_it_is_printed_as_a_tree() -> None:
    found = symcat.classify(np.random.default_rng(0).normal(size=(400, 3)) * [1.0, 1.0, 3.0])
    lines = lines_of([branch for branch in found.tree if branch.kind == "group"])
    assert next(line.split()[0] for line in lines) == "rotation"
    assert any(line.lstrip().startswith("├ permutation") for line in lines)
    assert "Symmetries of any law" in str(found)


def test_tables_that_have_no_group() -> None:
    rng = np.random.default_rng(0)
    mixed = {"x": rng.normal(size=300), "flag": rng.random(300) < 0.5}
    assert all(branch.kind == "class" for branch in symcat.classify(mixed).tree)
    assert symcat.classify(rng.normal(size=(15, 2))).tree


@pytest.mark.slow
@pytest.mark.statistics
def test_a_true_class_or_group_is_rejected_at_most_as_often_as_the_level_says() -> None:
    """Over 300 tables of three laws; a family-wise error is any true hypothesis rejected."""
    errors = 0
    for seed in range(300):
        rng = np.random.default_rng([seed, 5])
        law = seed % 3
        if law == 0:
            rows, true = rng.normal(size=(200, 2)), None
        elif law == 1:
            rows, true = rng.normal(size=(200, 2)) * [1.0, 2.0], {"gaussian.diagonal", "gaussian.full", "z2_each", "z2"}
        else:
            rows = rng.normal(size=(200, 2)) + 0.7 * rng.normal(size=(200, 1))
            true = {"gaussian.exchangeable", "gaussian.full", "permutation", "cyclic", "z2"}
        found = symcat.classify(
            rows, classes=[f"gaussian.{k}" for k in ("full", "diagonal", "exchangeable", "isotropic")]
        )
        names = true if true is not None else {one.name for one in found.tree}
        errors += any(one.verdict in ("close", "rejected") for one in found.tree if one.name in names)
    assert errors / 300 <= LEVEL + 3.0 * np.sqrt(LEVEL * (1.0 - LEVEL) / 300)
