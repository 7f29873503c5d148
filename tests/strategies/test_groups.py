"""``by=``: groups get the fits, the evidence and the checks of a single table, and a frame of proper types back."""

from __future__ import annotations

import warnings
from datetime import date
from pathlib import Path
from time import process_time
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

import symcat


def groups_of(values: np.ndarray, size: int) -> pd.DataFrame:
    return pd.DataFrame({"g": np.arange(len(values)) // size, "x": values})


def test_groups_are_checked_as_a_single_table_is(rng: np.random.Generator) -> None:
    frame = groups_of(rng.exponential(size=4000), 1000)
    classes = ["gaussian.full", "z2.quartic"]
    found = symcat.solve(frame, by="g", classes=classes)
    assert found["failed"].str.contains("skewness").all()
    assert (found["verdict"] == "misfit").all()
    part = frame[frame.g == 0]
    with pytest.raises(symcat.NoEntry, match="skewness"):
        symcat.solve(part, columns=["x"], classes=classes, fallback=None, strict=True)


def test_a_group_gets_what_it_gets_alone(rng: np.random.Generator) -> None:
    wells = np.where(rng.random(1500) < 0.5, -1.0, 1.0) * 2.0 + rng.normal(size=1500)
    frame = groups_of(np.concatenate([rng.normal(size=1500), wells]), 500)
    found = symcat.solve(frame, by="g").set_index("g")
    weighed = ["gaussian.full", "z2.quartic", "scalar.quartic"]  # those of groups where none is named
    for g, part in frame.groupby("g"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a misfit
            alone = symcat.solve(part, columns=["x"], classes=weighed, fallback=None)
        row = found.loc[g]
        assert row["label"] == alone.label
        for name, value in alone.parameters.items():
            assert row[name] == pytest.approx(value, rel=1e-9)
            assert row[f"{name}_se"] == pytest.approx(alone.standard_errors[name], rel=1e-9)
        assert row["bic"] == pytest.approx(alone.bic)


def test_the_checks_that_were_made_are_said(rng: np.random.Generator) -> None:
    frame = pd.DataFrame({"g": np.repeat([0, 1], [500, 5]), "x": rng.normal(size=505)})
    found = symcat.solve(frame, by="g", classes=["gaussian.full"])
    assert found["checks"][0] == "skewness, kurtosis"
    assert pd.isna(found["checks"][1])


def test_a_two_valued_target_is_logistic() -> None:
    x, y = [0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 1, 0, 1, 1, 1]
    frame = pd.DataFrame({"g": ["a"] * 8 + ["b"] * 8, "x": x * 2, "y": y * 2})
    found = symcat.solve(frame, target="y", by="g")
    np.testing.assert_allclose(found["intercept"], -np.log(3.0), atol=1e-4)
    np.testing.assert_allclose(found["coefficient_x"], 2.0 * np.log(3.0), atol=1e-4)


@pytest.mark.parametrize("text", ["target", "predictor"])
def test_texts_are_taken_with_groups_as_without(rng: np.random.Generator, text: str) -> None:
    label = np.array(["no", "yes"])[(rng.random(400) < 0.5).astype(int)]
    x = rng.normal(size=400) + (label == "yes")
    frame = pd.DataFrame({"g": np.arange(400) // 200, "x": x, "label": label})
    target = "label" if text == "target" else "x"
    found = symcat.solve(frame, target=target, by="g").set_index("g")
    alone = symcat.solve(frame[frame.g == 1], target=target, columns=["x", "label"])
    other = "x" if text == "target" else "label"
    assert found.loc[1, f"coefficient_{other}"] == pytest.approx(float(alone.parameters["coefficients"][0]), rel=1e-6)


@pytest.mark.parametrize("key", ["label", "n_rows", "n_missing", "mean", "reason", "checks", "log_partition"])
def test_a_key_keeps_its_name_and_its_values(rng: np.random.Generator, key: str) -> None:
    frame = pd.DataFrame({key: ["a", "b"] * 200, "x": rng.normal(size=400)})
    found = symcat.solve(frame, by=key)
    assert found[key].tolist() == ["a", "b"]
    assert f"{key}_" in found.columns


def test_several_keys(rng: np.random.Generator) -> None:
    frame = pd.DataFrame({"site": ["a", "a", "b", "b"] * 100, "year": [1, 2] * 200, "x": rng.normal(size=400)})
    found = symcat.solve(frame, by=["site", "year"], classes=["gaussian.full"])
    assert list(zip(found["site"], found["year"], strict=True)) == [("a", 1), ("a", 2), ("b", 1), ("b", 2)]
    means = frame.groupby(["site", "year"])["x"].mean().to_numpy()
    np.testing.assert_allclose(found["mean"], means)


def test_rows_without_a_key_are_left_out_and_said(rng: np.random.Generator) -> None:
    frame = pd.DataFrame({"g": ["a"] * 50 + [None] * 3 + ["b"] * 50, "x": rng.normal(size=103)})
    with pytest.warns(UserWarning, match="3 rows"):
        found = symcat.solve(frame, by="g", classes=["gaussian.full"])
    assert found["n_rows"].tolist() == [50, 50]


def test_an_infinite_value_refuses_its_group_and_no_other(rng: np.random.Generator) -> None:
    x = rng.normal(size=100)
    x[60] = np.inf
    found = symcat.solve(groups_of(x, 50), by="g", classes=["gaussian.full"])
    assert np.isfinite(found["mean"][0])
    assert np.isnan(found["mean"][1])
    assert "infinite" in found["reason"][1]


def test_the_long_form_says_the_same(rng: np.random.Generator) -> None:
    frame = groups_of(rng.normal(size=300), 100)
    wide = symcat.solve(frame, by="g", classes=["gaussian.full"])
    long = symcat.solve(frame, by="g", classes=["gaussian.full"], form="long")
    assert list(long.columns) == ["g", "parameter", "at", "estimate", "standard_error", "reason"]
    means = long[long["parameter"] == "mean"]
    np.testing.assert_array_equal(means["estimate"], wide["mean"])
    np.testing.assert_array_equal(means["standard_error"], wide["mean_se"])


def test_groups_without_an_answer_have_a_row_in_the_long_form(rng: np.random.Generator) -> None:
    frame = pd.concat([groups_of(rng.normal(size=200), 100), pd.DataFrame({"g": [7, 7, np.nan], "x": [1.0, 1.0, 2.0]})])
    with pytest.warns(UserWarning, match="1 row without a value of 'g'") as told:
        long = symcat.solve(frame, by="g", form="long")
    refused = long[long["g"] == 7]
    assert len(refused) == 1
    assert refused["reason"].iloc[0].startswith("Column 'x' is constant")
    assert refused[["parameter", "at", "estimate", "standard_error"]].isna().all(axis=None)
    assert long[long["g"] != 7]["reason"].isna().all()
    assert {Path(warning.filename) for warning in told} == {Path(__file__)}


def test_twenty_two_valued_columns_warn_of_nothing(rng: np.random.Generator) -> None:
    frame = pd.DataFrame(rng.random((600, 20)) < 0.5, columns=[f"c{j}" for j in range(20)])
    frame["g"] = np.arange(600) // 300
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = symcat.solve(frame, by="g", classes=["ising.pairwise"])
    assert "J_c0_c19" in found.columns


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_every_column_has_a_type_that_files_know(rng: np.random.Generator, library: str, tmp_path: Path) -> None:
    columns: dict[str, Any] = {
        "day": [date(2020, 1, 1)] * 100 + [date(2020, 1, 2)] * 100,
        "x": np.concatenate([rng.normal(size=100), np.full(100, 7.0)]),
    }
    frame: Any = pl.DataFrame(columns)
    if library == "pandas":
        frame = frame.to_pandas()
    if library == "pyarrow":
        frame = frame.to_arrow()
    found = symcat.solve(frame, by="day")
    as_polars = pl.from_arrow(found) if library == "pyarrow" else pl.DataFrame(found)
    assert isinstance(as_polars, pl.DataFrame)
    assert pl.Object not in as_polars.dtypes
    assert as_polars["reason"].dtype == pl.String
    if library == "pandas":
        found.to_parquet(tmp_path / "found.parquet")
        found.to_csv(tmp_path / "found.csv", index=False)
    else:
        as_polars.write_parquet(tmp_path / "found.parquet")
        as_polars.write_csv(tmp_path / "found.csv")
    for read in (pl.read_parquet(tmp_path / "found.parquet"), pl.read_csv(tmp_path / "found.csv")):
        assert read["reason"].to_list()[0] is None
        assert "constant" in read["reason"].to_list()[1]


def test_mixed_tables_are_fitted_group_by_group(rng: np.random.Generator) -> None:
    b = rng.random(600) < 0.5
    frame = pd.DataFrame({"g": np.arange(600) // 300, "b": b, "x": rng.normal(size=600) + 2.0 * b})
    found = symcat.solve(frame, by="g")
    alone = symcat.solve(frame[frame.g == 0], columns=["b", "x"], fallback=None)
    assert found["label"].tolist() == ["mixed.conditional_gaussian"] * 2
    assert found["coupling_b_x"][0] == pytest.approx(float(alone.parameters["coupling"][0, 0]), rel=1e-9)


def test_a_group_of_quite_another_scale_is_refused_and_no_other(rng: np.random.Generator) -> None:
    frame = groups_of(rng.normal(size=150), 50)
    frame.loc[frame.g == 2, "x"] *= 1e-60
    found = symcat.solve(frame, by="g")
    pd.testing.assert_frame_equal(found[:2], symcat.solve(frame[frame.g < 2], by="g"), check_dtype=False)
    assert "another scale" in found["reason"][2]
    assert np.isnan(found["log_likelihood"][2])


@pytest.mark.parametrize("others", [True, False])
def test_groups_without_spread_or_rows_warn_of_nothing(rng: np.random.Generator, others: bool) -> None:
    frame = pd.DataFrame({"g": [0, 0, 0, 1, 2, 2], "x": [5.0, 5.0, 5.0, 1.0, np.nan, np.nan]})
    if others:
        frame = pd.concat([frame, pd.DataFrame({"g": 3, "x": rng.normal(size=100)})])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", "2 of 6 rows .* have a missing value")
        found = symcat.solve(frame, by="g")
    for group, words in enumerate(("'x' is constant (5", "only one complete row", "no complete rows")):
        assert words in found["reason"][group]
    assert found["bic"].notna().tolist() == [False, False, False, True][: len(found)]


@pytest.mark.parametrize("label", ["mixed.conditional_gaussian", "ising.pairwise"])
def test_one_joint_class_tells_groups_of_a_two_valued_target_all_that_it_tells_a_table(
    rng: np.random.Generator, label: str
) -> None:
    x = rng.normal(size=600) if label.startswith("mixed") else rng.integers(0, 2, size=600)
    s = (rng.random(600) < 1.0 / (1.0 + np.exp(-x))).astype(int)
    frame = pd.DataFrame({"g": np.arange(600) // 300, "x": x, "s": s})
    found = symcat.solve(frame, by="g", target="s", classes=[label])
    for g, part in frame.groupby("g"):
        alone = symcat.solve(part[["x", "s"]], target="s", classes=[label])
        assert found["bic"][g] == pytest.approx(alone.bic)
        assert found["checks"][g] == ", ".join(check.name for check in alone.checks)


def _spoiled(frame: pd.DataFrame, how: str) -> pd.DataFrame:
    """The first group spoiled, the second left as it is."""
    first = frame.g == 0
    if how == "one row":
        return frame[~first | (frame.index == 0)]
    if how == "few rows":
        return frame[~first | (frame.index < 2)]
    frame.loc[first, "x"] = {"constant": 5.0 + 0.0 * frame.y, "dependent": 2.0 * frame.y}[how][first]
    return frame


@pytest.mark.parametrize("how", ["one row", "few rows", "constant", "dependent"])
def test_a_group_is_refused_as_a_table_is(rng: np.random.Generator, how: str) -> None:
    frame = pd.DataFrame({"g": np.repeat([0, 1], 50), "x": rng.normal(size=100), "y": rng.normal(size=100)})
    frame = _spoiled(frame, how)
    with pytest.raises(symcat.InvalidData) as alone:
        symcat.solve(frame[frame.g == 0], columns=["x", "y"])
    found = symcat.solve(frame, by="g")
    assert found["reason"].tolist()[0] == str(alone.value)
    assert np.isnan(found["log_likelihood"][0])
    assert np.isfinite(found["log_likelihood"][1])


def test_two_valued_groups_are_refused_as_tables_are() -> None:
    found = symcat.solve({"g": [0, 1, 1, 1, 2, 2, 2], "x": [1, 0, 1, 1, 1, 1, 1]}, by="g")
    assert "only one complete row" in found["reason"][0]
    assert np.isfinite(found["h"][1])
    assert "and no other is left to describe" in found["reason"][2]


@pytest.mark.slow
def test_products_of_other_classes_are_kept_apart(rng: np.random.Generator) -> None:
    """Groups whose blocks take different classes: parameters of one name and number, but of other shapes."""
    groups = 80
    frame = pd.DataFrame(rng.random((60 * groups, 2)) < 0.5, columns=["y", "a"]).assign(
        x=rng.normal(size=60 * groups), z=rng.normal(size=60 * groups), g=np.arange(60 * groups) // 60
    )
    frame["z"] *= np.where(frame["g"] % 3, 1.0, 4.0)
    frame.loc[frame["g"] % 2 == 0, "a"] = (frame["y"] ^ (rng.random(len(frame)) < 0.2))[frame["g"] % 2 == 0]
    found = symcat.solve(frame, by="g")
    for g in range(0, groups, 9):
        alone = symcat.solve(frame[frame["g"] == g].drop(columns="g"), fallback=None)
        assert found["label"][g] == alone.label
        assert found["bic"][g] == pytest.approx(alone.bic)
        for row in alone.to_frame().itertuples():
            names = [name for name in found if name.startswith(row.parameter) and not name.endswith("_se")]
            assert any(found[name][g] == pytest.approx(row.estimate) for name in names)


@pytest.mark.slow
def test_a_group_pays_for_its_own_couplings_only(rng: np.random.Generator) -> None:
    """24 two-valued columns: a group that is refused has no say in what another's parameters cost."""
    spins = (rng.random((1200, 24)) < 0.5).astype(int)
    frame = pd.DataFrame(spins, columns=[f"c{j}" for j in range(24)]).assign(g=np.arange(1200) >= 1190)
    found = symcat.solve(frame, by="g", classes=["ising.pairwise"], prior=None)
    alone = symcat.solve(frame[~frame["g"]].drop(columns="g"), classes=["ising.pairwise"], prior=None)
    assert found["reason"].isna().tolist() == [True, False]
    assert found["bic"][0] == pytest.approx(alone.bic)


@pytest.mark.parametrize("library", ["pandas", "polars", "lazy", "file", "relation", "arrays"])
def test_a_perfect_group_is_as_perfect_as_a_table(rng: np.random.Generator, library: str, tmp_path: Path) -> None:
    """y = 2 + 3 x in one group of many: no errors and no likelihood, whatever library holds the rows."""
    n, many = 60, 40
    frame = pd.DataFrame({"g": np.repeat(np.arange(many), n), "x": rng.normal(5.0, 2.0, n * many)})
    frame["y"] = np.where(frame.g == 7, 2.0 + 3.0 * frame.x, frame.x + rng.normal(size=n * many))
    frame = frame.sample(frac=1.0, random_state=0)
    if library == "arrays":
        data: Any = {name: frame[name].to_numpy() for name in frame}
    elif library == "pandas":
        data = frame
    elif library == "polars":
        data = pl.DataFrame(frame)
    elif library == "lazy":
        data = pl.DataFrame(frame).lazy()
    else:
        data = tmp_path / "rows.parquet"
        frame.to_parquet(data)
        if library == "relation":
            data = duckdb.connect().sql(f"from '{data}'")
    found = symcat.solve(data, by="g", target="y")
    row = {
        name: np.asarray(found[name])[7] for name in ("coefficient_x", "coefficient_x_se", "log_likelihood", "failed")
    }
    assert row["coefficient_x"] == pytest.approx(3.0, rel=1e-14)
    assert row["coefficient_x_se"] < 1e-14
    assert np.isnan(float(row["log_likelihood"] if row["log_likelihood"] is not None else np.nan))
    assert row["failed"] is None or pd.isna(row["failed"])
    alone = symcat.solve(frame[frame.g == 7][["x", "y"]], target="y")
    assert row["coefficient_x"] == pytest.approx(float(alone.parameters["coefficients"][0]), rel=1e-14)


def test_a_group_none_of_whose_rows_counts_is_no_group(rng: np.random.Generator) -> None:
    """And does not shift the groups after it, of classes that are fitted one group after the other either."""
    b = rng.integers(0, 2, 300)
    frame = pd.DataFrame({"g": np.arange(300) // 100, "b": b, "x": rng.normal(size=300) + b, "n": 1})
    frame.loc[frame.g == 1, "n"] = 0
    for options in ({}, {"target": "b"}):
        found = symcat.solve(frame, by="g", counts="n", **options)
        expected = symcat.solve(frame[frame.g != 1].drop(columns="n"), by="g", **options)
        pd.testing.assert_frame_equal(found, expected, rtol=1e-9)


def test_logistic_groups_say_why_they_are_refused(rng: np.random.Generator) -> None:
    """In the words for a table."""
    x = rng.normal(size=150)
    frame = pd.DataFrame({"g": np.repeat(["a", "b", "c"], 50), "x": x, "s": (x > 0.0).astype(int)})
    frame.loc[frame.g == "b", "s"] = rng.integers(0, 2, 50)
    frame.loc[frame.g == "c", "s"] = 1
    found = symcat.solve(frame, by="g", target="s", prior=None).set_index("g")
    assert pd.isna(found["reason"]["b"])
    for g in "ac":
        with pytest.raises(symcat.InvalidData) as alone:
            symcat.solve(frame[frame.g == g][["x", "s"]], target="s", columns=["x", "s"], prior=None)
        assert found["reason"][g] in str(alone.value)
    weak = symcat.solve(frame, by="g", target="s").set_index("g")
    assert weak["failed"]["a"] == "finite maximum"


@pytest.mark.slow
def test_ten_thousand_logistic_regressions_take_less_than_two_seconds(rng: np.random.Generator) -> None:
    """Of the processor: about half a second."""
    groups, rows = 10_000, 50
    x = rng.normal(size=(groups * rows, 2))
    frame = pd.DataFrame(x, columns=["a", "b"]).assign(g=np.repeat(np.arange(groups), rows))
    frame["y"] = rng.random(len(x)) < 1.0 / (1.0 + np.exp(-x[:, 0]))
    symcat.solve(frame, by="g", target="y")  # the loops of many groups are compiled, or loaded, before the clock runs
    began = process_time()
    found = symcat.solve(frame, by="g", target="y")
    assert process_time() - began < 2.0
    assert found["reason"].isna().all()
