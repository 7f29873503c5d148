"""The table read from averages alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symcat
from symcat.models.gaussian import FAMILY


def test_the_contract_examples() -> None:
    one = symcat.lookup("z2.quartic", m2=1.0, m4=2.5)
    assert one.source == "catalogue"
    assert one.standard_errors is None
    assert one.parameters["u"] == pytest.approx(0.5 + 1.5 * 0.25, rel=0.3)  # near the Gaussian: d + 3/2 d^2
    three = symcat.lookup("o3.quartic", m2=3.0, m4=12.1, n=5000)
    assert three.standard_errors["u"] > 0.0
    assert three.bic is not None
    mean, covariance = np.array([1.0, 2.0]), np.array([[2.0, 0.5], [0.5, 1.0]])
    line = symcat.lookup("gaussian.full", mean=mean, covariance=covariance, n=500, target=0)
    assert line.parameters["coefficients"][0] == pytest.approx(0.5)
    assert line.parameters["intercept"] == pytest.approx(0.0)


@pytest.mark.parametrize("label", FAMILY.labels)
def test_gaussian_classes_from_a_covariance(label: str) -> None:
    answer = symcat.lookup(label, covariance=np.eye(4) * 2.0, n=100)
    np.testing.assert_allclose(answer.parameters["precision"], np.eye(4) / 2.0, atol=1e-14)
    assert answer.log_partition == pytest.approx(2.0 * np.log(2 * np.pi * 2.0))


def test_arrays_are_a_batch() -> None:
    m4 = np.array([1.5, 2.5, 3.5, np.nan])
    with pytest.raises(symcat.InvalidData, match="lookup_batch"):
        symcat.lookup("z2.quartic", m2=np.ones(4), m4=m4)
    found = symcat.lookup_batch("z2.quartic", m2=np.ones(4), m4=m4)
    assert found.answered.tolist() == [True, True, False, False]
    assert "normalisable" in found.why(2)
    assert found.parameters["u"][1] == symcat.lookup("z2.quartic", m2=1.0, m4=2.5).parameters["u"]


@pytest.mark.parametrize("verb", [symcat.lookup, symcat.lookup_batch])
@pytest.mark.parametrize("n", [-1, 0, 0.5, 1.5, True, "ten", np.nan, np.inf, 10**400, [10, 3]])
def test_a_count_of_rows_is_a_whole_number(verb: Any, n: Any) -> None:
    with pytest.raises(symcat.InvalidData, match="count of rows"):
        verb("z2.quartic", m2=np.ones(1), m4=np.array([2.5]), n=n)


PAIR = {"mean": [1.0, 2.0], "covariance": [[2.0, 0.5], [0.5, 1.0]]}
SPINS = {"m": [0.1, 0.2], "q": [[1.0, 0.3], [0.3, 1.0]]}


@pytest.mark.parametrize(
    ("label", "given", "words"),
    [
        ("ising.pairwise", SPINS | {"target": 0, "basis": "binary"}, "basis= has no meaning .* with target="),
        ("gaussian.full", PAIR | {"target": 1.0}, "target=1.0 is not known"),
        ("gaussian.full", PAIR | {"target": True}, "target=True is not known"),
        ("gaussian.full", PAIR | {"columns": [3, 4]}, "a different text"),
        ("gaussian.full", PAIR | {"columns": ["a", "a"]}, "a different text"),
        ("gaussian.full", PAIR | {"columns": 3}, "a different text"),
        ("z2.quartic", {"m2": [], "m4": []}, "m2 is empty"),
        (None, PAIR, "gaussian.full"),
        (3, PAIR, "gaussian.full"),
    ],
)
def test_what_cannot_be_looked_up_is_an_error(label: Any, given: dict[str, Any], words: str) -> None:
    with pytest.raises(symcat.InvalidData, match=words):
        symcat.lookup(label, **given)


def test_no_groups_are_no_batch() -> None:
    with pytest.raises(symcat.InvalidData, match="m2 is empty"):
        symcat.lookup_batch("z2.quartic", m2=np.ones(0), m4=np.ones(0))


def test_a_refusal_ends_its_sentences_once() -> None:
    with pytest.raises(symcat.NoEntry) as raised:
        symcat.lookup("z2.quartic", m2=1.0, m4=1.0 + 1e-9)
    assert ".." not in str(raised.value)


def test_beyond_the_tabulated_dimensions() -> None:
    """The large-N entry joins the tables smoothly: N = 64 is tabulated, N = 65 is expanded."""
    x = 0.4
    u = [
        symcat.lookup(f"o{n}.quartic", m2=float(n), m4=(1 + 2 * x / n) * n * n).parameters["u"] * n
        for n in (63, 64, 65, 66)
    ]
    second_differences = np.diff(u, 2)
    assert np.abs(second_differences).max() < 1e-4
    assert symcat.lookup("o1.quartic", m2=1.0, m4=2.0).label == "z2.quartic"


@pytest.mark.parametrize(
    ("kurtosis", "words"),
    [
        (3.0, "at or above 3"),
        (11.0, "no normalisable"),
        (1.0 + 1e-9, "below"),
        (3.0 - 1e-9, "end of the table"),
    ],
)
def test_outside_the_table(kurtosis: float, words: str) -> None:
    with pytest.raises(symcat.NoEntry, match=words) as raised:
        symcat.lookup("z2.quartic", m2=1.0, m4=kurtosis)
    assert raised.value.value == pytest.approx(kurtosis)
    assert raised.value.valid_range is not None
