"""Text predictors of several levels: indicators against a reference, in every path and kind of data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import symcat
from symcat.data.ingest import open_table


@pytest.fixture
def frame(rng: np.random.Generator) -> pd.DataFrame:
    n = 240
    colour = rng.choice(["red", "blue", "green"], n)
    x = rng.standard_normal(n)
    y = 1.0 + 2.0 * x + 0.5 * (colour == "red") - (colour == "green") + 0.3 * rng.standard_normal(n)
    up = rng.random(n) < 1.0 / (1.0 + np.exp(-x - (colour == "red")))
    return pd.DataFrame({"x": x, "colour": colour, "y": y, "up": up, "g": rng.choice(["a", "b"], n)})


LINE = ["x", "colour", "y"]


def expected(frame: pd.DataFrame) -> np.ndarray:
    design = np.column_stack([np.ones(len(frame)), frame.x, frame.colour == "green", frame.colour == "red"])
    return np.linalg.lstsq(design.astype(float), frame.y.to_numpy())[0]


def joined(answer: symcat.Solution) -> np.ndarray:
    return np.append(answer.parameters["intercept"], answer.parameters["coefficients"])


@pytest.mark.parametrize(
    "made",
    [
        lambda f: f,
        lambda f: f.astype({"colour": "category"}),
        lambda f: pl.from_pandas(f),
        lambda f: pl.from_pandas(f).with_columns(pl.col("colour").cast(pl.Categorical)),
        lambda f: pl.from_pandas(f).lazy(),
        lambda f: pa.Table.from_pandas(f),
        lambda f: {name: f[name].to_numpy() for name in f},
        lambda f: duckdb.from_arrow(pa.Table.from_pandas(f)),
    ],
    ids=["pandas", "category", "polars", "categorical", "lazy", "pyarrow", "dict", "duckdb"],
)
def test_every_kind_of_data(made: Callable[[pd.DataFrame], Any], frame: pd.DataFrame) -> None:
    answer = symcat.solve(made(frame[LINE]), target="y")
    assert answer.regression is not None
    assert answer.regression.predictors == ("x", "colour[green]", "colour[red]")
    assert answer.categories == {"colour": ("blue", "green", "red")}
    np.testing.assert_allclose(joined(answer), expected(frame), rtol=1e-9)
    assert "each level against colour = 'blue'" in str(answer)


def test_files_and_the_command_line_s_path(frame: pd.DataFrame, tmp_path: Path) -> None:
    frame[LINE].to_csv(tmp_path / "table.csv", index=False)
    answer = symcat.solve(tmp_path / "table.csv", target="y")
    np.testing.assert_allclose(joined(answer), expected(frame), rtol=1e-9)


def test_predictions_take_the_text(frame: pd.DataFrame) -> None:
    answer = symcat.solve(frame[LINE], target="y")
    b = expected(frame)
    by_hand = b[0] + b[1] * frame.x + b[2] * (frame.colour == "green") + b[3] * (frame.colour == "red")
    ways = [
        frame,
        frame[["colour", "x"]],
        frame[["x", "colour"]].to_numpy(),
        np.column_stack([frame.x, frame.colour == "green", frame.colour == "red"]).astype(float),
    ]
    for x in ways:
        np.testing.assert_allclose(answer.predict(x), by_hand, rtol=1e-9)
    np.testing.assert_allclose(answer.residuals(frame), frame.y - by_hand, atol=1e-9)
    assert answer.leverage(frame).sum() == pytest.approx(4.0)
    assert answer.log_density(frame).sum() == pytest.approx(answer.log_likelihood)
    again = symcat.Solution.model_validate_json(answer.model_dump_json())
    assert again == answer
    np.testing.assert_array_equal(again.predict(frame), answer.predict(frame))
    with pytest.raises(symcat.InvalidData, match="'pink', which is none of its levels: 'blue', 'green', 'red'"):
        answer.predict({"x": [0.0], "colour": ["pink"]})
    assert answer.wald(["colour[green]", "colour[red]"]).p_value < 1e-6


def test_a_two_valued_target_and_two_valued_text(frame: pd.DataFrame) -> None:
    answer = symcat.solve(frame[["x", "colour", "g", "up"]], target="up")
    assert answer.label == "logistic.linear"
    assert answer.regression is not None
    assert answer.regression.predictors == ("x", "colour[green]", "colour[red]", "g")
    assert all(check.passed for check in answer.checks)
    by_hand = frame.assign(green=frame.colour == "green", red=frame.colour == "red", b=frame.g == "b")
    same = symcat.solve(by_hand[["x", "green", "red", "b", "up"]], target="up")
    np.testing.assert_allclose(joined(answer), joined(same), rtol=1e-9)


def test_groups_and_chosen_columns(frame: pd.DataFrame) -> None:
    table = symcat.solve(frame[[*LINE, "g"]], by="g", target="y")
    alone = symcat.solve(frame[frame.g == "b"], columns=["colour", "x"], target="y")
    np.testing.assert_allclose(table["coefficient_colour[red]"][1], alone.parameters["coefficients"][1], rtol=1e-6)
    assert alone.regression is not None
    assert alone.regression.predictors == ("colour[green]", "colour[red]", "x")


def test_missing_texts_are_missing_rows(frame: pd.DataFrame) -> None:
    frame.loc[:9, "colour"] = None
    for data in (frame[LINE], pl.from_pandas(frame[LINE]), {name: frame[name].to_numpy() for name in LINE}):
        answer = symcat.solve(data, target="y")
        assert (answer.n_rows, answer.n_missing) == (230, 10)
        np.testing.assert_allclose(joined(answer), expected(frame[10:]), rtol=1e-9)


def test_a_target_of_several_levels_keeps_them(frame: pd.DataFrame) -> None:
    answer = symcat.solve(frame[LINE], target="colour", classes=["multinomial.linear"])
    assert answer.levels is not None
    assert answer.levels["colour"] == ("blue", "green", "red")
    assert answer.categories == {}


def test_a_whole_table_has_no_indicators(frame: pd.DataFrame) -> None:
    assert open_table(frame[["x", "colour"]]).schema.kinds == ("real", "categorical")


def test_numbers_written_as_text_are_no_categories() -> None:
    with pytest.raises(symcat.InvalidData, match=r"'c' is not numeric .type numbers written as text"):
        symcat.solve({"c": ["1.5", "2.5", "3.5", "4.5"] * 10, "y": np.arange(40.0) ** 2}, target="y")


def test_a_predictor_that_is_lacking_is_named_as_the_user_does() -> None:
    rng = np.random.default_rng(0)
    data = pd.DataFrame({"g": rng.choice(["a", "b", "c"], 90), "x": rng.normal(size=90), "y": rng.normal(size=90)})
    answer = symcat.solve(data, target="y")
    for lacking, rest in (("g", "x"), ("x", "g")):
        for call in (answer.predict, answer.leverage):
            with pytest.raises(symcat.InvalidData, match=f"There is no column '{lacking}': the columns are {rest}"):
                call(data[[rest]])
    with pytest.raises(symcat.InvalidData, match=r"no column 'g': the columns are x, y"):
        answer.residuals(data[["x", "y"]])


@pytest.mark.parametrize("value", [1.0, 0, True])
def test_numbers_are_no_levels_of_text(value: object) -> None:
    """They were taken for the first level."""
    rng = np.random.default_rng(0)
    data = pd.DataFrame({"g": rng.choice(["a", "b", "c"], 90), "x": rng.normal(size=90), "y": rng.normal(size=90)})
    answer = symcat.solve(data, target="y")
    for rows in (pd.DataFrame({"g": [value], "x": [1.0]}), pl.DataFrame({"g": [value], "x": [1.0]}), [[value, 1.0]]):
        with pytest.raises(symcat.InvalidData, match=r"'g' holds .* which is none of its levels: 'a', 'b', 'c'"):
            answer.predict(rows)
