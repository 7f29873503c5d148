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


def of(rows: list[str], of_model: float) -> Information:
    """Of rows written as signs, and a model with this entropy of a row."""
    x = np.array([[1.0 if sign == "+" else -1.0 for sign in row] for row in rows])
    fit = made.fit("made.plain", {"h": [[0.0]]}, log_likelihood=np.array([-len(rows) * of_model]))
    return information(fit, x.mean(axis=0), States.of(x))


def test_entropy_is_that_of_the_shares() -> None:
    assert entropy(np.array([2, 1, 1])) == pytest.approx(1.5 * LN2)
    assert entropy(np.array([7])) == 0.0


def test_two_columns_that_are_equal_share_the_entropy_of_one() -> None:
    """Half of the rows each; one unseen-row correction of 1/8; a model that has three quarters of the dependence."""
    found = of(["++", "++", "--", "--"], 1.25 * LN2)
    assert found.model_dump() == pytest.approx(
        {
            "entropy": 1.25 * LN2,
            "independent_entropy": 2.0 * LN2,
            "data_entropy": LN2,
            "data_entropy_corrected": LN2 + 1.0 / 8.0,
            "multi_information": LN2,
            "multi_information_corrected": LN2 - 1.0 / 8.0,
            "share": 0.75,
            "share_corrected": 0.75 * LN2 / (LN2 - 1.0 / 8.0),
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
    assert found.multi_information_corrected == pytest.approx(-3.0 / 8.0)
    assert (found.share, found.share_corrected) == (None, None)


def test_dependence_that_the_correction_takes_away_has_no_corrected_share() -> None:
    found = of(["++", "++", "+-", "--"], 1.5 * LN2)
    assert found.independent_entropy == pytest.approx(3.0 * LN2 - 0.75 * LN3)
    assert found.multi_information_corrected == pytest.approx(1.5 * LN2 - 0.75 * LN3 - 1.0 / 4.0)
    assert found.multi_information_corrected < 0.0
    assert found.share == pytest.approx(1.0)
    assert found.share_corrected is None


@pytest.mark.parametrize("always", ["+", "-"])
def test_a_column_of_one_value_has_no_entropy(always: str) -> None:
    found = of([always + "+", always + "-"], LN2)
    assert found.independent_entropy == pytest.approx(LN2)
    assert found.data_entropy == pytest.approx(LN2)
    assert of([always * 2], 0.0).model_dump(exclude_none=True) == dict.fromkeys(
        set(Information.model_fields) - {"share", "share_corrected"}, 0.0
    )


def test_pairs_are_all_the_dependence_of_two_columns() -> None:
    """The table with the rows ++, +-, -+, -- so often: 30, 10, 10, 50."""
    a, b = np.repeat([[1, 1], [1, 0], [0, 1], [0, 0]], [30, 10, 10, 50], axis=0).T
    found = symcat.solve({"a": a, "b": b}, classes=["ising.pairwise"]).information
    assert found is not None
    assert found.data_entropy == pytest.approx(-(0.3 * math.log(0.3) + 0.2 * math.log(0.1) + 0.5 * math.log(0.5)))
    assert found.share == pytest.approx(1.0)
