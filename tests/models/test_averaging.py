"""Couplings that a smaller class leaves out, in words and averaged over whether they are there."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

import symcat
from symcat.errors import InvalidData

ROWS = np.random.default_rng(0).normal(size=(300, 3)) @ np.array([[1.0, 0.4, 0.05], [0.0, 1.0, 0.1], [0.0, 0.0, 2.0]])
BOTH = ["gaussian.full", "gaussian.diagonal"]


def test_the_average_is_that_of_both_with_the_weights_of_bic() -> None:
    whole = symcat.solve(ROWS, classes=["gaussian.full"])
    found = symcat.solve(ROWS, classes=BOTH, average="bic").averaged
    assert found is not None
    assert found.label == "gaussian.full"
    k, error = whole.parameters["precision"], whole.standard_errors["precision"]  # type: ignore[index]
    weight = 1.0 / (1.0 + np.exp(0.5 * (np.log(300) - (k / error) ** 2)))
    np.fill_diagonal(weight, 1.0)
    np.testing.assert_allclose(found.weights["precision"], weight, rtol=1e-9)
    np.testing.assert_allclose(found.parameters["precision"], weight * k, rtol=1e-9)
    np.testing.assert_allclose(found.standard_errors["precision"], np.hypot(error, (1.0 - weight) * k), rtol=1e-9)
    np.testing.assert_allclose(found.parameters["mean"], whole.parameters["mean"])


def test_weights_are_near_those_of_the_two_classes() -> None:
    """One pair of columns: the ratio of the likelihoods, not its second order."""
    rows = ROWS[:, 1:]
    answer = symcat.solve(rows, classes=BOTH, average="bic")
    bic = {one.label: one.bic for one in answer.evidence}
    odds = np.exp(0.5 * (bic["gaussian.diagonal"] - bic["gaussian.full"]))  # type: ignore[operator]
    assert answer.averaged is not None
    assert answer.averaged.weights["precision"][0, 1] == pytest.approx(odds / (1.0 + odds), abs=0.03)


def test_a_class_that_leaves_couplings_out_says_so() -> None:
    rows = np.random.default_rng(1).normal(size=(300, 3))
    answer = symcat.solve(rows, classes=BOTH)
    assert answer.conditional_on == (
        "gaussian.diagonal, which takes 3 couplings of gaussian.full for zero (average='bic' does not)"
    )
    assert "errors are conditional on gaussian.diagonal" in str(answer).replace("\n", " ")
    assert answer.averaged is None
    assert symcat.solve(ROWS, classes=["gaussian.full"]).conditional_on is None
    assert symcat.Solution.model_validate_json(answer.model_dump_json()) == answer


def test_intervals_of_the_average_hold_what_a_tree_leaves_out() -> None:
    """Six spins, all coupled weakly, 300 rows: a tree is taken of most, and has few of the couplings."""
    s = np.array(list(product((-1.0, 1.0), repeat=6)))
    pairs, inside, of_class = np.triu_indices(6, 1), 0, 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        j = np.triu(rng.normal(0.0, 0.12, size=(6, 6)), 1)
        weight = np.exp(np.einsum("si,ij,sj->s", s, j, s))
        rows = s[rng.choice(64, size=300, p=weight / weight.sum())]
        data = {f"s{i}": rows[:, i].astype(int) for i in range(6)}
        answer = symcat.solve(data, classes=["ising.tree", "ising.pairwise"], average="bic", fallback=None)
        found = answer.averaged
        assert found is not None
        inside += int((abs(found.parameters["J"] - j)[pairs] < 1.96 * found.standard_errors["J"][pairs]).sum())  # type: ignore[index]
        own, error = answer.parameters["J"], answer.standard_errors["J"]  # type: ignore[index]
        of_class += int((abs(own - j)[pairs] <= 1.96 * error[pairs]).sum())  # type: ignore[index]
    assert of_class / 180 < 0.6
    assert inside / 180 > 0.92


def test_where_there_is_nothing_to_average() -> None:
    with pytest.raises(InvalidData, match="couplings between columns"):
        symcat.solve(ROWS[:, 0], average="bic")
    with pytest.raises(InvalidData, match="average='aic' is not known: pass 'bic'"):
        symcat.solve(ROWS, average="aic")  # type: ignore[call-overload]
    with pytest.raises(InvalidData, match="average= cannot be used with target="):
        symcat.solve(ROWS, target="x0", average="bic")
