"""Entropies of tables small enough to be counted by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

import symcat
from symcat.answer.information import entropy, information
from symcat.answer.records import Information
from symcat.data.states import States
from tests.answer import made

LN2, LN3 = math.log(2.0), math.log(3.0)


TIMES = 100
"""How often each row occurs, so that nearly all states were seen."""


def of(rows: list[str], of_model: float, times: int = TIMES) -> Information:
    """Of rows written as signs, each so often, and a model with this entropy of a row."""
    rows = rows * times
    x = np.array([[1.0 if sign == "+" else -1.0 for sign in row] for row in rows])
    fit = made.fit("made.plain", {"h": [[0.0]]}, log_likelihood=np.array([-len(rows) * of_model]))
    return information(fit, x.mean(axis=0), States.of(x))


def test_entropy_is_that_of_the_shares() -> None:
    assert entropy(np.array([2, 1, 1])) == pytest.approx(1.5 * LN2)
    assert entropy(np.array([7])) == 0.0


def test_two_columns_that_are_equal_share_the_entropy_of_one() -> None:
    """Half of the rows each; a correction of 1/800 for rows not seen; a model with three quarters of the dependence."""
    found = of(["++", "++", "--", "--"], 1.25 * LN2)
    assert found.model_dump() == pytest.approx(
        {
            "entropy": 1.25 * LN2,
            "independent_entropy": 2.0 * LN2,
            "data_entropy": LN2,
            "data_entropy_corrected": LN2 + 1.0 / 800.0,
            "multi_information": LN2,
            "multi_information_corrected": LN2 - 1.0 / 800.0,
            "share": 0.75,
            "share_corrected": 0.75 * LN2 / (LN2 - 1.0 / 800.0),
            "share_withheld": None,
        }
    )


def test_three_columns_whose_product_is_fixed_have_no_dependence_that_pairs_could_show() -> None:
    found = of(["+++", "+--", "-+-", "--+"], 3.0 * LN2)
    assert (found.independent_entropy, found.data_entropy) == pytest.approx((3.0 * LN2, 2.0 * LN2))
    assert found.multi_information == pytest.approx(LN2)
    assert (found.share, found.share_corrected) == pytest.approx((0.0, 0.0))


def test_a_share_of_no_dependence_is_not_said() -> None:
    found = of(["++", "+-", "-+", "--"], 2.0 * LN2)
    assert found.multi_information == 0.0
    assert found.multi_information_corrected == pytest.approx(-3.0 / 800.0)
    assert (found.share, found.share_corrected) == (None, None)
    assert found.share_withheld == "the rows show no dependence beyond that of rows not seen"


def test_dependence_that_the_correction_takes_away_has_no_share() -> None:
    found = of(["++", "++", "+-", "--"], 1.5 * LN2, times=1)
    assert found.independent_entropy == pytest.approx(3.0 * LN2 - 0.75 * LN3)
    assert found.multi_information_corrected == pytest.approx(1.5 * LN2 - 0.75 * LN3 - 1.0 / 4.0)
    assert found.multi_information_corrected < 0.0
    assert (found.share, found.share_corrected) == (None, None)


def test_no_share_is_told_of_few_rows() -> None:
    found = of(["++", "++", "--", "--"], 1.25 * LN2, times=1)
    assert (found.share, found.share_corrected) == (None, None)
    assert found.share_withheld is not None
    assert found.share_withheld.startswith("4 rows are too few against the 2 states seen, 0 of them once")


def pairwise_rows(d: int, n: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    j = np.triu(rng.normal(size=(d, d)) * 0.9 / np.sqrt(d), 1)
    return symcat.model("ising.pairwise", h=rng.normal(size=d) * 0.3, J=j + j.T).sample(n, seed=seed)


def test_a_pairwise_table_of_few_rows_gets_the_reason_and_not_a_wrong_share() -> None:
    """All dependence is of pairs, and 1000 rows of 16 columns would say a fifth of it."""
    answer = symcat.solve(pairwise_rows(16, 1000, 0), classes=["ising.pairwise"])
    found = answer.information
    assert found is not None
    assert (found.share, found.share_corrected) == (None, None)
    assert "1,000 rows are too few against" in str(found.share_withheld)
    assert "no share of the multi-information is told" in str(answer)


@pytest.mark.parametrize(("d", "n"), [(4, 2000), (6, 20_000), (8, 50_000)])
def test_a_share_that_is_told_is_right(d: int, n: int) -> None:
    told = 0
    for seed in range(5):
        found = symcat.solve(pairwise_rows(d, n, seed), classes=["ising.pairwise"]).information
        assert found is not None
        if found.share is not None:
            told += 1
            assert found.share == pytest.approx(1.0, abs=0.06)
            assert found.share_corrected == pytest.approx(1.0, abs=0.06)
        else:
            assert found.share_withheld
    assert told


@pytest.mark.parametrize("always", ["+", "-"])
def test_a_column_of_one_value_has_no_entropy(always: str) -> None:
    found = of([always + "+", always + "-"], LN2)
    assert found.independent_entropy == pytest.approx(LN2)
    assert found.data_entropy == pytest.approx(LN2)
    assert of([always * 2], 0.0).model_dump(exclude={"share_withheld"}, exclude_none=True) == dict.fromkeys(
        set(Information.model_fields) - {"share", "share_corrected", "share_withheld"}, 0.0
    )


def test_pairs_are_all_the_dependence_of_two_columns() -> None:
    """The table with the rows ++, +-, -+, -- so often: 300, 100, 100, 500."""
    a, b = np.repeat([[1, 1], [1, 0], [0, 1], [0, 0]], [300, 100, 100, 500], axis=0).T
    found = symcat.solve({"a": a, "b": b}, classes=["ising.pairwise"]).information
    assert found is not None
    assert found.data_entropy == pytest.approx(-(0.3 * math.log(0.3) + 0.2 * math.log(0.1) + 0.5 * math.log(0.5)))
    assert found.share == pytest.approx(1.0)
