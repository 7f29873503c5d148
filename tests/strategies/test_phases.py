"""Where no class fits all rows, the table's own categories are tried as groups."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

import symcat

REAL = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm"]


@pytest.mark.parametrize("form", ["pandas", "polars", "file"])
def test_a_refusal_names_the_column_whose_groups_fit(form: str, examples: Path) -> None:
    path = examples / "penguins.csv"
    data = {
        "pandas": lambda: pd.read_csv(path),
        "polars": lambda: pl.read_csv(path, null_values="NA"),
        "file": lambda: path,
    }[form]()
    with pytest.raises(symcat.NoEntry, match=r"by='species' \(each of its 3 groups fits: gaussian\.full\)"):
        symcat.solve(data, columns=REAL, classes=["gaussian.full"], strict=True)


def test_a_misfit_names_it_too(examples: Path) -> None:
    named = ["gaussian.full", "gaussian.diagonal"]
    with pytest.warns(UserWarning, match=r"try by='species' \(each of its 3 groups fits: gaussian\.full\)"):
        symcat.solve(pd.read_csv(examples / "penguins.csv"), columns=REAL, classes=named, fallback=None)


def test_a_column_that_parts_nothing_is_not_named() -> None:
    rng = np.random.default_rng(0)
    rows = np.concatenate([rng.normal(-3.0, 1.0, (400, 2)), rng.normal(3.0, 1.0, (400, 2))])
    frame = pd.DataFrame(rows, columns=["x", "y"]).assign(coin=rng.choice(["heads", "tails"], 800))
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        symcat.solve(frame, columns=["x", "y"], classes=["gaussian.full", "gaussian.diagonal"], fallback=None)
    assert "misfit" in str(told[0].message)
    assert "by=" not in str(told[0].message)


def test_nothing_is_said_of_rows_that_count_more_than_once(examples: Path) -> None:
    frame = pd.read_csv(examples / "penguins.csv").dropna(subset=REAL).assign(times=2)
    with pytest.raises(symcat.NoEntry) as raised:
        symcat.solve(frame, columns=REAL, classes=["gaussian.full"], counts="times", strict=True)
    assert "by='species'" not in str(raised.value)
