"""Columns as data frames are shipped with them: dates as text, intervals; and rows drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import symcat

N = 120


def with_column(name: str, values: Any) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame({name: values, "x": rng.normal(size=N), "y": rng.normal(size=N)})


@pytest.mark.parametrize(
    "written", ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%dT%H:%M:%S", "%m/%d/%y", "%Y/%m/%d %H:%M"]
)
@pytest.mark.parametrize("days", [12, N])
def test_dates_as_text_are_set_aside(written: str, days: int) -> None:
    when = pd.Series(pd.date_range("2020-01-01", periods=days).repeat(N // days).strftime(written))
    for table in (with_column("when", when), pl.from_pandas(with_column("when", when))):
        with pytest.warns(UserWarning, match="dates as text"):
            s = symcat.solve(table, fallback=None)
        assert s.columns == ("x", "y")
        assert s.set_aside == {"when": "dates as text"}


def test_text_that_is_no_date_has_levels() -> None:
    codes = np.random.default_rng(1).choice(["1-2-3", "2-2-3", "12/13"], N)
    assert "code" in symcat.solve(with_column("code", codes), fallback=None).columns


def test_a_named_column_of_dates_is_kept() -> None:
    when = pd.Series(pd.date_range("2020-01-01", periods=4).repeat(N // 4).strftime("%Y-%m-%d"))
    s = symcat.solve(with_column("when", when), columns=["when", "x"], fallback=None)
    assert s.columns == ("when", "x")


@pytest.mark.parametrize("categories", [True, False])
def test_intervals_are_levels_in_their_order(categories: bool) -> None:
    cut = pd.cut(np.random.default_rng(2).normal(size=N), [-9.0, -1.0, 0.5, 9.0])
    table = with_column("size", cut if categories else pd.IntervalIndex(cut))
    s = symcat.solve(table, fallback=None)
    assert s.levels == {"size": ("(-9.0, -1.0]", "(-1.0, 0.5]", "(0.5, 9.0]")}
    assert np.isfinite(s.log_density(table)).all()
    assert np.isfinite(s.log_density(s.sample(5))).all()
    assert len(symcat.solve(table, target="x").regression.predictors) == 3


def test_rows_of_counts_are_whole_numbers() -> None:
    rng = np.random.default_rng(4)
    s = symcat.solve(pd.DataFrame({"k": rng.poisson(4.0, 300), "l": rng.poisson(9.0, 300)}), fallback=None)
    assert s.label == "scores(gaussian.diagonal)"
    assert {str(kind) for kind in s.sample(5).dtypes} == {"int64"}


def test_groups_that_all_fail_have_a_label_still() -> None:
    table = pd.DataFrame({"g": list("abc") * 2, "x": np.ones(6)})
    found = symcat.solve(table, by="g")
    assert found["label"].isna().all()
    assert found["reason"].notna().all()


def test_a_file_of_dates_as_text(tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    when = pd.Series(pd.date_range("2020-01-13", periods=N).strftime("%d.%m.%Y"))
    with_column("when", when).to_csv(path, index=False)
    with pytest.warns(UserWarning, match="when"):
        assert symcat.solve(str(path), fallback=None).columns == ("x", "y")
