"""The closed forms: the published errors on random couplings, what they are exact for, and what they refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from symcat.models.ising.wide import mean_field
from symcat.models.ising.wide.mean_field import Estimate, Refusal

Floats = NDArray[np.float64]
REFERENCE = Path(__file__).parents[5] / "shared" / "reference" / "reference.json"

COLUMNS = 12
INSTANCES = 12
SAMPLES = (1_000, 10_000, 100_000)
ABOVE = np.triu_indices(COLUMNS, 1)
FORMS = {
    "nMF": mean_field.naive_mean_field,
    "TAP": mean_field.tap,
    "IP": mean_field.independent_pairs,
    "SM": mean_field.sessak_monasson,
}
ALL = [*mean_field.CLOSED_FORMS.values(), mean_field.independent_pairs]


def all_states(dimension: int) -> Floats:
    codes = np.arange(1 << dimension)
    return 2.0 * ((codes[:, None] >> np.arange(dimension)) & 1) - 1.0


def averages(h: Floats, j: Floats) -> tuple[Floats, Floats]:
    """Exact means and pair averages, by the sum over all states."""
    states = all_states(len(h))
    weight = np.exp(states @ h + 0.5 * np.einsum("si,ij,sj->s", states, j, states))
    weight /= weight.sum()
    return weight @ states, (states * weight[:, None]).T @ states


def solved(found: Estimate | Refusal) -> Estimate:
    assert isinstance(found, Estimate)
    return found


def relative_error(found: Estimate | Refusal, true: Floats) -> float:
    difference = solved(found).J - true
    return float(np.sqrt((difference[ABOVE] ** 2).sum() / (true[ABOVE] ** 2).sum()))


@pytest.fixture(scope="module")
def reference() -> dict[tuple[float, Any, str], tuple[float, float]]:
    if not REFERENCE.exists():
        pytest.skip("the reference numbers are not beside the repository")
    table = json.loads(REFERENCE.read_text())["inverse_ising_SK"]["table"]
    return {(r["beta"], r["samples"], r["method"]): (r["rel_rms_error_mean"], r["sd"]) for r in table}


def test_the_errors_on_random_couplings_are_the_published_ones(
    reference: dict[tuple[float, Any, str], tuple[float, float]],
) -> None:
    """Every row of the reference table, exact and sampled alike: the generator's draws are reproduced."""
    states = all_states(COLUMNS)
    products = states[:, ABOVE[0]] * states[:, ABOVE[1]]
    rng = np.random.default_rng(20240607)
    found: dict[tuple[float, Any, str], list[float]] = {}
    for beta in (0.1, 0.3, 0.5, 1.0, 1.5):
        for _ in range(INSTANCES):
            true = np.zeros((COLUMNS, COLUMNS))
            true[ABOVE] = beta * rng.normal(size=len(ABOVE[0])) / np.sqrt(COLUMNS)
            true += true.T
            energy = products @ true[ABOVE]
            weight = np.exp(energy - energy.max())
            weight /= weight.sum()
            tables: dict[Any, tuple[Floats, Floats]] = {
                "exact": (np.zeros(COLUMNS), (states * weight[:, None]).T @ states)
            }
            for rows in SAMPLES:
                drawn = states[rng.choice(len(states), size=rows, p=weight)]
                tables[rows] = drawn.mean(axis=0), drawn.T @ drawn / rows
            for kind, (mean, pair) in tables.items():
                for name, form in FORMS.items():
                    if (beta, kind, name) in reference:
                        found.setdefault((beta, kind, name), []).append(relative_error(form(mean, pair), true))
    expected = {key: value for key, value in reference.items() if key[2] in FORMS}
    assert set(found) == set(expected)
    for key, (mean_error, spread) in expected.items():
        assert np.mean(found[key]) == pytest.approx(mean_error, abs=6e-6), key
        assert np.std(found[key]) == pytest.approx(spread, abs=6e-6), key


@settings(max_examples=50)
@given(st.lists(st.floats(-0.999, 0.999), min_size=2, max_size=9))
def test_independent_columns_have_no_couplings(means: list[float]) -> None:
    m = np.array(means)
    q = np.outer(m, m)
    np.fill_diagonal(q, 1.0)
    for form in ALL:
        answer = solved(form(m, q))
        np.testing.assert_allclose(answer.J, 0.0, atol=1e-9)
        np.testing.assert_allclose(answer.h, np.arctanh(m), atol=1e-9)


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(2, 10))
def test_bethe_is_exact_on_trees(seed: int, dimension: int) -> None:
    rng = np.random.default_rng(seed)
    h, j = rng.normal(scale=0.7, size=dimension), np.zeros((dimension, dimension))
    for i in range(1, dimension):
        parent = int(rng.integers(i))
        j[i, parent] = j[parent, i] = rng.normal()
    answer = solved(mean_field.bethe(*averages(h, j)))
    np.testing.assert_allclose(answer.J, j, atol=1e-9)
    np.testing.assert_allclose(answer.h, h, atol=1e-9)


@settings(max_examples=30)
@given(st.floats(-2.0, 2.0), st.floats(-1.5, 1.5), st.floats(-1.5, 1.5))
def test_a_pair_alone_is_exact(coupling: float, first: float, second: float) -> None:
    h, j = np.array([first, second]), coupling * np.array([[0.0, 1.0], [1.0, 0.0]])
    m, q = averages(h, j)
    for form in (mean_field.independent_pairs, mean_field.sessak_monasson, mean_field.bethe):
        answer = solved(form(m, q))
        np.testing.assert_allclose(answer.J, j, atol=1e-8)
        np.testing.assert_allclose(answer.h, h, atol=1e-8)


@pytest.mark.parametrize(
    ("form", "order_of_j", "order_of_h"),
    [
        (mean_field.naive_mean_field, 2, 2),
        (mean_field.tap, 3, 3),
        (mean_field.bethe, 3, 3),
        (mean_field.sessak_monasson, 4, 4),
    ],
)
def test_the_error_vanishes_at_the_order_of_the_expansion(form: Any, order_of_j: int, order_of_h: int) -> None:
    """With couplings scaled by e the error of a form falls as e to the first power it does not contain."""
    rng = np.random.default_rng(5)
    h = rng.normal(scale=0.6, size=7)
    j = np.triu(rng.normal(scale=0.4, size=(7, 7)), 1)
    j += j.T
    scales = (0.04, 0.02)
    errors = []
    for e in scales:
        answer = solved(form(*averages(h, e * j)))
        errors.append((np.abs(answer.J - e * j).max(), np.abs(answer.h - h).max()))
    slopes = np.log2(np.array(errors[0]) / np.array(errors[1]))
    assert slopes[0] == pytest.approx(order_of_j, abs=0.3)
    assert slopes[1] == pytest.approx(order_of_h, abs=0.3)


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.permutations(range(6)), st.lists(st.booleans(), min_size=6, max_size=6))
def test_permuting_and_flipping_columns_does_the_same_to_the_answer(
    seed: int, order: list[int], flips: list[bool]
) -> None:
    rng = np.random.default_rng(seed)
    h, j = rng.normal(scale=0.5, size=6), np.triu(rng.normal(scale=0.2, size=(6, 6)), 1)
    m, q = averages(h, j + j.T)
    sign = np.where(flips, -1.0, 1.0)
    square = np.ix_(order, order)
    for form in ALL:
        one = solved(form(m, q))
        other = solved(form((sign * m)[order], (np.outer(sign, sign) * q)[square]))
        np.testing.assert_allclose(other.h, (sign * one.h)[order], atol=1e-10)
        np.testing.assert_allclose(other.J, (np.outer(sign, sign) * one.J)[square], atol=1e-10)


def test_a_constant_column_is_refused_by_name() -> None:
    m, q = np.array([0.1, 1.0, 0.0]), np.eye(3)
    q[0, 1] = q[1, 0] = 0.1
    for form in ALL:
        found = form(m, q)
        assert isinstance(found, Refusal)
        assert "column 1 does not vary" in found.reason


def test_fewer_rows_than_columns_are_refused(rng: np.random.Generator) -> None:
    rows = rng.choice([-1.0, 1.0], size=(20, 30))
    for form in mean_field.CLOSED_FORMS.values():
        found = form(rows.mean(axis=0), rows.T @ rows / len(rows))
        assert isinstance(found, Refusal)
        assert "not positive definite" in found.reason


def test_a_pair_that_never_occurs_has_no_large_number_for_a_coupling(rng: np.random.Generator) -> None:
    rows = rng.choice([-1.0, 1.0], size=(300, 4))
    rows[(rows[:, 1] > 0) & (rows[:, 2] > 0), 2] = -1.0
    m, q = rows.mean(axis=0), rows.T @ rows / len(rows)
    for form in (mean_field.sessak_monasson, mean_field.independent_pairs):
        found = form(m, q)
        assert isinstance(found, Refusal)
        assert "columns 1 and 2" in found.reason


def test_no_real_coupling_is_a_refusal_of_tap() -> None:
    """Strongly magnetised columns that repel each other: the TAP equation is quadratic and has no root."""
    h, j = np.full(3, 1.5), -0.9 * (np.ones((3, 3)) - np.eye(3))
    found = mean_field.tap(*averages(h, j))
    while isinstance(found, Estimate):
        h, j = h * 1.1, j * 1.1
        found = mean_field.tap(*averages(h, j))
    assert "no real coupling" in found.reason
