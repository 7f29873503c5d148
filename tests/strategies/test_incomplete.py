"""Tables with gaps, from solve and classify to the command line: every cell that was seen counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import symcat
from symcat.cli import app


def items(n: int, d: int) -> pd.DataFrame:
    """Two-valued columns that hang together through an ability."""
    rng = np.random.default_rng(n + d)
    ability = rng.normal(size=n)
    up = rng.random((n, d)) < 1.0 / (1.0 + np.exp(-rng.normal(0.0, 0.3, d) - 0.8 * ability[:, None]))
    return pd.DataFrame(up.astype(float)).add_prefix("item")


def real(n: int) -> pd.DataFrame:
    rng = np.random.default_rng(n)
    return pd.DataFrame(rng.normal(size=(n, 3)) @ (np.eye(3) + rng.uniform(-0.4, 0.4, (3, 3))), columns=["x", "y", "z"])


def gappy(frame: pd.DataFrame, share: float) -> pd.DataFrame:
    return frame.mask(np.random.default_rng(1).random(frame.shape) < share)


@pytest.mark.slow
def test_items_of_which_one_in_twenty_is_missing_cost_no_person() -> None:
    gaps = gappy(items(600, 20), 0.05)
    assert gaps.isna().any(axis=1).mean() > 0.55
    found = symcat.solve(gaps, classes=["ising.pairwise"], missing="em")
    assert (found.n_rows, found.n_missing) == (600, 0)
    assert found.standard_errors is not None
    assert found.robust_standard_errors is not None
    with pytest.warns(UserWarning, match="217 rows for 210 parameters"):
        dropped = symcat.solve(gaps.dropna(), classes=["ising.pairwise"])
    assert dropped.standard_errors is not None
    ratio = np.median(np.asarray(found.standard_errors["h"]) / np.asarray(dropped.standard_errors["h"]))
    assert ratio < 0.8  # 600 persons instead of some 215, with a twentieth of the cells missing


@pytest.mark.parametrize("missing", ["em", "pairwise"])
def test_without_gaps_it_is_the_usual_answer(missing: Any) -> None:
    frame = real(200)
    assert symcat.solve(frame, missing=missing) == symcat.solve(frame)
    assert symcat.classify(frame, missing=missing) == symcat.classify(frame)
    if missing == "em":
        assert symcat.solve(items(300, 3), missing=missing).n_rows == 300


def test_it_is_right_where_dropping_is_not() -> None:
    """y is missing mostly where x, which was seen, is large: the mean of y of complete rows is far too low."""
    n, rng = 4000, np.random.default_rng(2)
    x = rng.normal(size=n)
    y = 2.0 * x + rng.normal(size=n) + 1.0
    frame = pd.DataFrame({"x": x, "y": np.where((x > 0.0) & (rng.random(n) < 0.8), np.nan, y)})
    with pytest.warns(UserWarning, match="missing value"):
        dropped = symcat.solve(frame, classes=["gaussian.full"])
    found = symcat.solve(frame, classes=["gaussian.full"], missing="em")
    for answer, off in ((dropped, True), (found, False)):
        assert answer.standard_errors is not None
        score = (answer.parameters["mean"][1] - 1.0) / answer.standard_errors["mean"][1]
        assert abs(score) > 10.0 if off else abs(score) < 3.0
    a = (rng.random(n) < 0.5).astype(float)
    b = (rng.random(n) < 0.2 + 0.6 * a).astype(float)
    pair = pd.DataFrame({"a": a, "b": np.where((a > 0.0) & (rng.random(n) < 0.8), np.nan, b)})
    with pytest.warns(UserWarning, match="missing value"):
        lost = symcat.solve(pair, classes=["ising.pairwise"])
    kept = symcat.solve(pair, classes=["ising.pairwise"], missing="em")
    assert np.tanh(lost.parameters["h"][0]) < -0.3
    means = kept.moments()["m"]
    assert np.abs(means).max() < 0.06


def test_no_row_need_be_complete() -> None:
    frame = real(300)
    for j in range(300):
        frame.iloc[j, j % 3] = np.nan
    frame.iloc[0] = np.nan
    found = symcat.solve(frame, missing="em", classes=["gaussian.full"])
    assert (found.n_rows, found.n_missing) == (299, 1)
    assert found.bic == pytest.approx(9.0 * np.log(299.0) - 2.0 * found.log_likelihood)


def test_pairwise_counts_the_rarest_pair() -> None:
    frame = gappy(real(300), 0.2)
    found = symcat.solve(frame, missing="pairwise", classes=["gaussian.full"])
    best = symcat.solve(frame, missing="em", classes=["gaussian.full"])
    assert found.parameters["mean"] == pytest.approx(frame.mean().to_numpy())
    assert found.robust_standard_errors is None
    assert found.evidence[0].statistics["pairwise_rows"] == frame.notna().astype(int).T.dot(frame.notna()).min().min()
    assert found.log_likelihood <= best.log_likelihood


def test_counts_are_of_repeated_rows() -> None:
    rows = gappy(items(400, 3), 0.1)
    table = rows.groupby(list(rows.columns), dropna=False).size().reset_index(name="n")
    one, other = (
        symcat.solve(frame, classes=["ising.pairwise"], missing="em", counts=counts)
        for frame, counts in ((rows, None), (table, "n"))
    )
    assert one.n_rows == other.n_rows
    assert one.parameters["J"] == pytest.approx(other.parameters["J"], rel=1e-9)
    assert one.log_likelihood == pytest.approx(other.log_likelihood, rel=1e-12)


def test_where_the_maximum_is_infinite_the_prior_is_that_of_complete_rows() -> None:
    frame = items(300, 3)
    frame.loc[frame["item0"] == 1.0, "item1"] = 1.0
    gaps = gappy(frame, 0.1)
    found = symcat.solve(gaps, classes=["ising.pairwise"], missing="em")
    assert found.evidence[0].statistics["prior_rows"] == 1.0
    assert any(check.name == "finite maximum" and not check.passed for check in found.checks)
    with pytest.raises(symcat.NoEntry, match=r"no finite maximum \(1 pair never \+1 and -1"):
        symcat.solve(gaps, classes=["ising.pairwise"], missing="em", prior=None)
    finite = symcat.solve(gappy(items(300, 3), 0.1), classes=["ising.pairwise"], missing="em", prior=None)
    assert finite.evidence[0].statistics["prior_rows"] == 0.0


def test_classes_that_need_complete_rows_are_said() -> None:
    found = symcat.solve(gappy(real(200), 0.1), missing="em")
    assert "missing='em': the maximum of the likelihood of all cells that were seen" in found.trail[0].reason
    assert "not weighed, as they need complete rows: " in found.trail[0].reason
    weighed = symcat.classify(gappy(real(200), 0.1), missing="em")
    assert all(one.label.startswith("gaussian") for one in weighed.evidence)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"missing": "fill"}, "missing='fill' is not known"),
        ({"by": "z"}, "cannot be used with by="),
        ({"target": "x"}, "cannot be used with target="),
        ({"weights": "z"}, "cannot be used with weights="),
        ({"errors": "blocks"}, "cannot be used with errors="),
        ({"strategies": ["analog"]}, "cannot be used with strategies="),
        ({"learn": True}, "cannot be used with learn="),
        ({"fallback": "analog"}, "cannot be used with fallback="),
        ({"interactions": [("x", "y")]}, "cannot be used with interactions="),
        ({"columns": ["x"], "classes": ["z2.quartic"]}, "name others than z2.quartic"),
    ],
    ids=str,
)
def test_what_cannot_apply_is_said(options: dict[str, Any], said: str) -> None:
    with pytest.raises(symcat.InvalidData, match=said):
        symcat.solve(gappy(real(50), 0.1), **{"missing": "em", **options})


def test_tables_that_have_no_such_class_are_refused() -> None:
    both = gappy(pd.concat([real(50), items(50, 2)], axis=1), 0.1)
    with pytest.raises(symcat.InvalidData, match="missing='em' is for Gaussian classes"):
        symcat.solve(both, missing="em")
    with pytest.raises(symcat.InvalidData, match="missing='pairwise' is for Gaussian classes"):
        symcat.solve(gappy(items(50, 2), 0.1), missing="pairwise")
    with pytest.raises(symcat.InvalidData, match="pass the data itself"):
        symcat.solve(symcat.Statistics().update(real(50)), missing="em")
    with pytest.raises(symcat.InvalidData, match="no value in any row"):
        symcat.solve(real(50) * np.nan, missing="em")


def test_the_command_line_takes_it(tmp_path: Path) -> None:
    path = tmp_path / "gaps.csv"
    frame = gappy(real(200), 0.1)
    frame.to_csv(path, index=False)
    known = int(frame.notna().any(axis=1).sum())
    run = CliRunner().invoke(app, ["solve", str(path), "--missing", "em", "--json"])
    assert run.exit_code == 0, run.output
    assert json.loads(run.stdout)["n_rows"] == known
    run = CliRunner().invoke(app, ["classify", str(path), "--missing", "pairwise", "--json"])
    assert json.loads(run.stdout)["n_rows"] == known
