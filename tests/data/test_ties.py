"""Which columns are told that their values repeat: the rule, on laws and roundings of which the answer is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from symcat.data.ties import TOLD, Ties, ties

Draw = Callable[[np.random.Generator, int], np.ndarray]


def found(values: np.ndarray) -> Ties | None:
    told = ties(np.asarray(values, dtype=np.float64)[:, None], (0,))
    return told[0] if told else None


REPEAT: dict[str, Draw] = {
    "Poisson(100)": lambda rng, n: rng.poisson(100.0, n),
    "Poisson(3)": lambda rng, n: rng.poisson(3.0, n),
    "binomial": lambda rng, n: rng.binomial(10, 0.5, n),
    "Likert": lambda rng, n: rng.integers(1, 6, n),
    "normal rounded to its spread": lambda rng, n: np.round(rng.normal(size=n)),
    "normal rounded to a tenth": lambda rng, n: np.round(rng.normal(size=n), 1),
    "a fifth of zeros": lambda rng, n: np.where(rng.random(n) < 0.2, 0.0, rng.normal(size=n)),
}
DO_NOT: dict[str, Draw] = {
    "normal": lambda rng, n: rng.normal(size=n),
    "normal rounded to a hundredth": lambda rng, n: np.round(rng.normal(size=n), 2),
    "whole numbers far apart": lambda rng, n: np.round(rng.normal(size=n) * 1e4),
    "a few accidental ties": lambda rng, n: np.r_[rng.normal(size=n - 4), 1.0, 1.0, 2.0, 2.0],
    "one in a hundred at one value": lambda rng, n: np.where(rng.random(n) < 0.01, 0.0, rng.normal(size=n)),
}


@pytest.mark.parametrize("n", [200, 1000, 8192])
@pytest.mark.parametrize("name", REPEAT)
def test_told(name: str, n: int) -> None:
    assert all(found(REPEAT[name](np.random.default_rng(seed), n)) for seed in range(20))


@pytest.mark.parametrize("n", [5, 20, 100, 1000, 8192])
@pytest.mark.parametrize("name", DO_NOT)
def test_not_told(name: str, n: int) -> None:
    assert not any(found(DO_NOT[name](np.random.default_rng(seed), n)) for seed in range(50))


def test_the_chance_does_not_depend_on_the_number_of_rows() -> None:
    """Of a normal variable rounded to h standard deviations it is h / (2 sqrt(pi))."""
    for n in (1000, 8192):
        told = found(np.round(np.random.default_rng(0).normal(size=n), 1))
        assert told is not None
        assert told.chance == pytest.approx(0.1 / (2.0 * np.sqrt(np.pi)), rel=0.1)
    assert 1.0 / 18 / (2.0 * np.sqrt(np.pi)) == pytest.approx(TOLD, rel=0.01)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.tile([1.0, 2.0, 3.0], 50), "all values are whole numbers with 3 distinct ones"),
        (np.tile([0.1, 0.4, 0.3], 50), "all values are multiples of 0.1 with 3 distinct ones"),
        (np.tile([0.5, 1.5, np.pi], 50), "150 rows have 3 distinct values, 33.3% of them the value 0.5"),
    ],
)
def test_words(values: np.ndarray, words: str) -> None:
    told = found(values)
    assert told is not None
    assert told.words == words


def test_only_the_columns_asked_for_and_seen_cells_count() -> None:
    rows = np.column_stack([np.tile([1.0, -1.0], 100), np.tile([0.0, 1.0, np.nan, 2.0], 50), np.arange(200.0) / 7])
    (told,) = ties(rows, (1, 2))
    assert (told.column, told.rows, told.counts) == (1, 150, True)


def test_many_columns_are_looked_at_by_fewer_rows() -> None:
    rows = np.random.default_rng(0).integers(0, 5, size=(8192, 200)).astype(float)
    told = ties(rows, tuple(range(200)))
    assert len(told) == 200
    assert told[0].rows < 8192
