"""The whole flow: classification, groups, what a Solution offers, and equal answers from every kind of input."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import sympy

import symcat
from symcat.data.needs import Needs
from tests.classes import model


def double_well(n: int = 5000, seed: int = 0, mean: float = 1.0) -> np.ndarray:
    truth = {"mean": mean, "r": -2.0, "u": 3.0}
    return model("z2.quartic", 1).sample(truth, n, np.random.default_rng(seed))[:, 0]


def test_the_class_is_found_and_the_parameters_recovered() -> None:
    s = symcat.solve(double_well())
    assert s.label == "z2.quartic"
    for name, truth in {"mean": 1.0, "r": -2.0, "u": 3.0}.items():
        assert abs(s.parameters[name] - truth) < 4.0 * s.standard_errors[name]
    assert all(check.passed for check in s.checks)
    said = {e.label: e.verdict for e in s.evidence}
    assert (said["z2.quartic"], said["gaussian.full"], list(said.values()).count("taken")) == ("taken", "declined", 1)


def test_gaussian_data_stay_gaussian() -> None:
    s = symcat.solve(np.random.default_rng(3).standard_normal(3000) * 2.0 + 7.0)
    assert s.label == "gaussian.full"
    assert s.source == "exact"
    assert s.parameters["precision"] == pytest.approx(0.25, rel=0.1)


def test_a_shell_is_rotation_symmetric() -> None:
    rows = model("o3.quartic", 3).sample({"mean": np.zeros(3), "r": -3.0, "u": 2.0}, 4000, np.random.default_rng(1))
    s = symcat.solve(pd.DataFrame(rows, columns=list("xyz")))
    assert s.label == "o3.quartic"
    assert s.parameters["mean"].shape == (3,)
    assert abs(s.parameters["r"] + 3.0) < 4.0 * s.standard_errors["r"]
    stretched = rows * [1.0, 1.0, 2.0]
    weighed = symcat.classify(stretched, classes=["o3.quartic", "gaussian.full"])
    assert (weighed.label, weighed.verdict) == ("gaussian.full", "misfit")
    assert "isotropy" in weighed["o3.quartic"].reason


def inputs(tmp_path: Path, frame: pd.DataFrame) -> dict[str, object]:
    frame.to_csv(tmp_path / "data.csv", index=False, float_format="%.17g")
    frame.to_parquet(tmp_path / "data.parquet")
    arrow = pa.Table.from_pandas(frame, preserve_index=False)
    return {
        "pandas": frame,
        "polars": pl.from_pandas(frame),
        "polars lazy": pl.from_pandas(frame).lazy(),
        "pyarrow": arrow,
        "duckdb": duckdb.from_arrow(arrow),
        "numpy": frame.to_numpy(),
        "dict": {name: frame[name].to_numpy() for name in frame},
        "csv": tmp_path / "data.csv",
        "parquet": str(tmp_path / "data.parquet"),
    }


def test_every_kind_of_input_gives_the_same_answer(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": double_well(3000), "b": double_well(3000, seed=1)})
    frame.loc[17, "a"] = np.nan
    answers = {kind: symcat.classify(data) for kind, data in inputs(tmp_path, frame).items()}
    one = answers.pop("pandas")
    assert one.n_missing == 1
    for kind, other in answers.items():
        assert (other.label, other.n_rows, other.n_missing) == (one.label, one.n_rows, one.n_missing), kind
        for e in one.evidence:
            if e.bic is None:  # not searched for
                assert other[e.label].reason == e.reason
            else:
                assert other[e.label].bic == pytest.approx(e.bic, rel=1e-11), kind


def test_groups_are_single_fits(tmp_path: Path) -> None:
    keys = np.repeat(["north", "south", "west"], 800)
    values = np.concatenate(
        [double_well(800, mean=5.0), np.random.default_rng(2).standard_normal(800), np.full(800, 2.0)]
    )
    frame = pd.DataFrame({"site": keys, "y": values})
    for kind, data in inputs(tmp_path, frame).items():
        if kind == "numpy":
            continue
        table = symcat.solve(data, by="site", columns=["y"])
        rows = {row["site"]: row for row in nw.from_native(table).rows(named=True)}
        alone = symcat.solve(frame[frame.site == "north"], columns=["y"])
        assert rows["north"]["label"] == alone.label == "z2.quartic"
        assert rows["north"]["u"] == pytest.approx(alone.parameters["u"], rel=1e-9), kind
        assert rows["north"]["u_se"] == pytest.approx(alone.standard_errors["u"], rel=1e-9)
        assert rows["north"]["bic"] == pytest.approx(alone.bic, rel=1e-11)
        assert rows["south"]["label"] == "gaussian.full"
        assert pd.isna(rows["west"]["label"])
        assert "is constant" in rows["west"]["reason"]


def test_regressions_by_group(rng: np.random.Generator) -> None:
    frame = pd.DataFrame(
        {"g": np.repeat([1, 2, 3], [40, 60, 2]), "x": rng.standard_normal(102), "z": rng.standard_normal(102)}
    )
    frame["y"] = frame.x * frame.g + rng.standard_normal(102)
    table = symcat.solve(frame, by="g", target="y")
    assert table["reason"].isna().tolist() == [True, True, False]
    assert table["reason"][2] == "there are fewer rows than coefficients"
    alone = symcat.solve(frame[frame.g == 2].drop(columns="g"), target="y")
    row = table[table.g == 2].iloc[0]
    assert row.coefficient_x == pytest.approx(alone.parameters["coefficients"][0], rel=1e-10)
    assert row.coefficient_z_se == pytest.approx(alone.standard_errors["coefficients"][1], rel=1e-10)
    assert row.r_squared == pytest.approx(alone.regression.r_squared, rel=1e-10)


def test_statistics_collected_before(tmp_path: Path) -> None:
    x = double_well(4000)
    parts = [symcat.Statistics().update(part) for part in np.array_split(x, 3)]
    merged = parts[0].merge(parts[1]).merge(parts[2])
    merged.save(tmp_path / "kept.npz")
    again = symcat.solve(symcat.Statistics.load(tmp_path / "kept.npz"))
    assert again.parameters["u"] == pytest.approx(symcat.solve(x).parameters["u"], rel=1e-10)


def test_statistics_that_lack_an_average_are_refused() -> None:
    few = symcat.Statistics(needs=Needs()).update(double_well(100))
    with pytest.raises(symcat.InvalidData, match=r"power.*missing"):
        symcat.solve(few)


def test_a_solution_survives_json() -> None:
    rows = np.random.default_rng(0).standard_normal((50, 2))
    for s in (symcat.solve(double_well(500)), symcat.solve(rows), symcat.solve(rows, target="x0")):
        again = symcat.Solution.model_validate_json(s.model_dump_json())
        assert again.model_dump_json() == s.model_dump_json()
        x = rows[:, : len(s.columns)]
        np.testing.assert_allclose(again.log_density(x), s.log_density(x))


def test_what_a_solution_offers() -> None:
    s = symcat.solve(double_well(), seed=4)
    kept = json.loads(s.model_dump_json())
    assert kept["parameters"] == pytest.approx(s.parameters)
    assert kept["seed"] == 4
    frame = s.to_frame()
    assert list(frame["parameter"]) == ["mean", "r", "u"]
    x = sympy.Symbol("x", real=True)
    f = float(s.free_energy().subs(x, 0.3))
    assert -f - s.log_partition == pytest.approx(s.log_density([0.3])[0], rel=1e-10)
    np.testing.assert_array_equal(s.sample(10, seed=1), s.sample(10, seed=1))
    assert not np.array_equal(s.sample(10, seed=1), s.sample(10, seed=2))
    grid = np.linspace(-5.0, 7.0, 20_001)
    assert np.exp(s.log_density(grid)).sum() * (grid[1] - grid[0]) == pytest.approx(1.0, abs=1e-9)
    assert "@" in s.cite()
    assert "z2.quartic" in repr(s)
    assert "<pre" in s._repr_html_()
    with pytest.raises(symcat.SymcatError, match="target"):
        s.predict([1.0])


def test_a_class_asked_for_alone_is_answered_and_says_that_it_does_not_fit() -> None:
    x = np.random.default_rng(0).exponential(size=2000)
    s = symcat.solve(x, classes=["gaussian.full"])
    assert not all(check.passed for check in s.checks)
    assert "FAILED" in repr(s)
    assert s.verdict == "misfit"
    assert s.misfit_interval[0] > 0.01
    with pytest.raises(symcat.NoEntry):
        symcat.solve(x, classes=["gaussian.full", "z2.quartic"], fallback=None, strict=True)


def test_a_picture_of_one_column() -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("agg")
    x = double_well(400)
    axes = symcat.solve(x).plot(x)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["data", "z2.quartic", "z2.sextic"]
    with pytest.raises(symcat.SymcatError, match="one column"):
        symcat.solve(np.column_stack([x, x[::-1]]), classes=["gaussian.full"]).plot(x)


def test_a_centre_that_no_power_reaches_is_refused(rng: np.random.Generator) -> None:
    with pytest.raises(symcat.InvalidData, match=r"center= lies .* standard deviations from the data"):
        symcat.solve(rng.normal(size=(100, 3)), center=1e300)
