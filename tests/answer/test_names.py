"""Rows go in and come out by the names of their columns, in the library the data came from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import symcat

FRAMES: dict[str, Callable[[Any], Any]] = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}


@pytest.fixture(scope="module")
def table() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 2)) * [1.0, 5.0] + [0.0, 40.0]
    y = x[:, 0] + 0.9 * x[:, 1] + 1e-4 * rng.normal(size=400)
    return {"y": y, "x": x[:, 1], "z": x[:, 0], "b": np.where(rng.random(400) < 0.4, "no", "yes")}


@pytest.mark.parametrize("library", FRAMES)
def test_rows_are_drawn_into_the_users_library(library: str, table: dict[str, np.ndarray]) -> None:
    frame = FRAMES[library]({name: table[name] for name in ("z", "b")})
    s = symcat.solve(frame, classes=["mixed.conditional_gaussian"])
    drawn = s.sample(50, seed=1)
    assert isinstance(drawn, type(frame))
    assert s.library == library
    columns = drawn.column_names if library == "pyarrow" else list(drawn.columns)
    assert columns == ["z", "b"]
    assert set(np.asarray(drawn["b"])) == {"no", "yes"}
    assert len(s.log_density(drawn)) == 50
    again = symcat.Solution.model_validate_json(s.model_dump_json()).sample(50, seed=1)
    assert np.asarray(again["z"]).tolist() == np.asarray(drawn["z"]).tolist()


def test_what_had_no_names_is_drawn_as_an_array(table: dict[str, np.ndarray]) -> None:
    for given in (table["z"], {"z": table["z"]}, symcat.Statistics().update(table["z"])):
        drawn = symcat.solve(given).sample(7)
        assert isinstance(drawn, np.ndarray)
        assert drawn.shape == (7,)
    assert symcat.lookup("gaussian.full", covariance=np.eye(2), columns=["a", "b"]).sample(3).shape == (3, 2)


@pytest.mark.parametrize("library", FRAMES)
def test_columns_are_found_by_name(library: str, table: dict[str, np.ndarray]) -> None:
    make = FRAMES[library]
    s = symcat.solve(make(table), target="y", columns=["y", "x", "z"])
    new = {"x": [40.0, 45.0], "z": [1.0, -1.0], "y": [37.0, 39.0], "other": ["u", "v"]}
    asked = s.predict(make({name: new[name] for name in ("x", "z")}))
    assert asked == pytest.approx([37.0, 39.5], abs=1e-3)
    density = s.log_density(make({name: new[name] for name in ("y", "x", "z")}))
    for order in (("z", "x", "y", "other"), ("other", "y", "z", "x")):
        shuffled = make({name: new[name] for name in order})
        np.testing.assert_array_equal(s.predict(shuffled), asked)
        np.testing.assert_array_equal(s.log_density(shuffled), density)
        assert s.score(shuffled) == pytest.approx(density.mean())
    with pytest.raises(symcat.InvalidData, match="There is no column 'z': the columns are x, other"):
        s.predict(make({name: new[name] for name in ("x", "other")}))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_predictors_that_are_not_finite_are_refused(value: float, table: dict[str, np.ndarray]) -> None:
    s = symcat.solve(pd.DataFrame(table), target="y", columns=["y", "x", "z"])
    for ask in (s.predict, s.log_density, s.score):
        with pytest.raises(symcat.InvalidData, match=r"Row 1 of x .* missing or infinite"):
            ask({"y": [1.0, 1.0], "x": [1.0, value], "z": [1.0, 1.0]})
    with pytest.raises(symcat.InvalidData, match="leaves double precision"):
        s.predict({"x": [1e308], "z": [1e308]})


@pytest.mark.filterwarnings("error")
def test_far_from_all_rows_there_is_no_density(table: dict[str, np.ndarray]) -> None:
    s = symcat.solve({name: table[name] for name in ("x", "z")})
    assert s.log_density([[np.inf, 0.0], [1e200, 0.0], [0.0, -1e308]]).tolist() == [-np.inf] * 3
    with pytest.raises(symcat.InvalidData, match="Row 0 of x"):
        s.log_density([[np.nan, 0.0]])
