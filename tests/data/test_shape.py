"""More columns than rows are refused before the work that grows as the square of the columns, however they are held."""

from __future__ import annotations

import time
import warnings
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

import symcat
from symcat.data.shape import MOST_COLUMNS, check_shape
from symcat.errors import InvalidData

RNG = np.random.default_rng(0)
WIDE = RNG.normal(size=(50, 500))
NAMED = pd.DataFrame(WIDE).add_prefix("c")


def test_as_many_rows_as_columns_are_not_judged_here() -> None:
    check_shape(5, 5, wide=False)
    check_shape(10**6, 2 * MOST_COLUMNS, wide=False)
    check_shape(3, MOST_COLUMNS, wide=True)


@pytest.mark.parametrize(
    ("shape", "two_valued"), [((16, 179_802), True), ((2, 100_000), False)], ids=["cells by time bins", "two rows"]
)
def test_a_table_that_was_turned_is_refused_at_once(shape: tuple[int, int], two_valued: bool) -> None:
    x = (RNG.random(shape) < 0.05).astype(int) if two_valued else RNG.normal(size=shape)
    start = time.process_time()
    with pytest.raises(InvalidData, match=rf"{shape[1]} columns but only {shape[0]} rows .*did you mean x\.T\?"):
        symcat.solve(x)
    assert time.process_time() - start < 2.0


@pytest.mark.parametrize("classes", [["gaussian.diagonal"], ["gaussian.full"]])
def test_too_many_columns_for_any_class(classes: list[str]) -> None:
    with pytest.raises(InvalidData, match=f"choose at most {MOST_COLUMNS} of the columns"):
        symcat.solve(RNG.normal(size=(2, 100_000)), classes=classes)
    with pytest.raises(InvalidData, match=f"at most {MOST_COLUMNS}"):
        symcat.Statistics().update(RNG.normal(size=(2, 100_000)))


@pytest.mark.parametrize(
    "made",
    [
        lambda _: NAMED,
        lambda _: pl.from_pandas(NAMED),
        lambda _: pl.from_pandas(NAMED).lazy(),
        lambda _: {name: NAMED[name].to_numpy() for name in NAMED},
        lambda _: duckdb.from_df(NAMED),
        lambda folder: written(folder),
        lambda _: symcat.Statistics(needs=None).update(WIDE[:, :80]),
    ],
    ids=["pandas", "polars", "lazy", "dict", "relation", "file", "statistics"],
)
def test_of_every_kind_of_data(made: Any, tmp_path: Path) -> None:
    with pytest.raises(InvalidData, match=r"(500|80) columns but only 50 rows: give at least (501|81) rows"):
        symcat.solve(made(tmp_path))


def written(folder: Path) -> Path:
    NAMED.to_csv(folder / "wide.csv", index=False)
    return folder / "wide.csv"


def test_in_groups_for_a_target_and_in_evidence() -> None:
    frame = NAMED.assign(key=0)
    with pytest.raises(InvalidData, match="500 columns but only 50 rows"):
        symcat.solve(frame, by="key")
    with pytest.raises(InvalidData, match="500 columns but only 50 rows"):
        symcat.solve(NAMED, target="c3")
    with pytest.raises(InvalidData, match="500 columns but only 50 rows"):
        symcat.classify(NAMED)


def test_few_of_many_columns() -> None:
    assert symcat.solve(NAMED, columns=["c1", "c2"]).columns == ("c1", "c2")


@pytest.mark.parametrize("label", ["gaussian.diagonal", "gaussian.isotropic", "gaussian.exchangeable"])
def test_classes_that_few_rows_can_answer(label: str) -> None:
    with warnings.catch_warnings(record=True) as given:  # of too few rows to judge, but where columns are all alike
        warnings.simplefilter("always")
        found = symcat.solve(WIDE[:, :80], classes=[label])
    assert bool(given) == (found.verdict is None)
    assert found.label == label
    variance = WIDE[:, :80].var(axis=0)
    if label == "gaussian.diagonal":
        np.testing.assert_allclose(np.diag(found.parameters["precision"]), 1.0 / variance, rtol=1e-10)


def test_independent_two_valued_columns() -> None:
    rows = RNG.random((50, 300)) < 0.4
    with pytest.warns(UserWarning, match="50 rows for 300 parameters"):
        found = symcat.solve(rows, classes=["ising.independent"])
    np.testing.assert_allclose(np.tanh(found.parameters["h"]), 2.0 * rows.mean(axis=0) - 1.0, atol=1e-12)


def test_few_rows_without_gaps_are_told_by_the_columns_with_gaps() -> None:
    rows = np.random.default_rng(0).normal(size=(50, 12))
    rows[5:, 3], rows[20:, 7] = np.nan, np.nan
    frame = pd.DataFrame(rows, columns=[f"c{j}" for j in range(12)])
    with pytest.raises(InvalidData, match=r"only 5 rows with a value in each, of 50; .*'c3' in 45, 'c7' in 30: leave"):
        symcat.solve(frame)
