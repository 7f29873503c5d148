"""The frame of groups: names, types, what was checked, and why there is no answer."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import pytest

from symcat.answer.frames import Text
from symcat.answer.groups import group_frame, long_frame
from symcat.data.schema import Schema
from symcat.models.candidates import Candidate, Weighed
from symcat.models.fit import Regression
from tests.answer import made
from tests.answer.made import Plain

PANDAS = nw.from_native(pd.DataFrame({"g": ["a"]}))


def frame(found: Weighed, keys: dict[str, Any] | None = None, **options: Any) -> pd.DataFrame:
    groups = len(found.taken)
    keys = {"g": np.array(list("abcdef"))[:groups]} if keys is None else keys
    rows, missing = np.full(groups, 10), np.zeros(groups, dtype=np.int64)
    return group_frame(keys, rows, missing, found, tolerance=0.01, like=nw.from_native(pd.DataFrame(keys)), **options)


def candidate(
    columns: list[str],
    parameters: dict[str, Any],
    reason: list[int] | None = None,
    label: str = "made.plain",
    **fields: Any,
) -> Candidate:
    checks = fields.pop("checks", ())
    return Candidate(Plain(Schema.real(columns), label), made.fit(label, parameters, reason, **fields), checks)


def test_one_column() -> None:
    found = frame(
        made.weighed(candidate(["x"], {"mean": [[1.0], [2.0]], "precision": [[[3.0]], [[4.0]]], "r": [5, 6]}))
    )
    assert list(found) == [
        *("g", "verdict", "n_rows", "n_missing", "mean", "precision", "r", "mean_se", "precision_se", "r_se"),
        *("log_partition", "log_likelihood", "bic", "checks", "failed", "reason"),
    ]
    assert found["precision"].tolist() == [3.0, 4.0]
    assert found["r_se"].tolist() == [0.5, 0.6]
    assert found["reason"].isna().all()


def test_several_columns_are_in_the_names() -> None:
    precision = [[[1.0, 2.0], [2.0, 3.0]]]
    found = frame(made.weighed(candidate(["x", "y"], {"mean": [[1.0, 2.0]], "precision": precision, "r": [5.0]})))
    assert found.loc[0, ["mean_x", "mean_y", "precision_x_x", "precision_x_y", "precision_y_y", "r"]].tolist() == [
        *(1.0, 2.0, 1.0, 2.0, 3.0, 5.0)
    ]
    assert found["precision_x_y_se"][0] == pytest.approx(0.2)


def test_a_plural_says_its_singular_of_one_column() -> None:
    found = frame(
        made.weighed(candidate(["x", "y"], {"coefficients": [[1.0, 2.0]], "bias": [[3.0, 4.0]], "mass": [5]}))
    )
    assert {"coefficient_x", "coefficient_y_se", "bias_x", "mass"} <= set(found)


def test_results_never_collide() -> None:
    keys = {"label": np.array(["a"]), "mean_x": np.array([7]), "reason": np.array([8]), "n_rows_": np.array([9])}
    keys["n_rows"] = np.array([10])
    parameters = {"mean": [[1.0, 2.0]]}
    found = frame(
        made.weighed(candidate(["x", "x_se"], parameters), candidate(["x", "x_se"], parameters, label="made.other")),
        keys,
    )
    assert found.loc[0, list(keys)].tolist() == ["a", 7, 8, 9, 10]
    assert found["label_"][0] == "made.plain"
    assert found["n_rows__"][0] == 10
    assert found["reason_"].isna().all()
    # The mean of x_se, and the standard error of the mean of x, would both be mean_x_se.
    assert (found["mean[x]"][0], found["mean[x_se]"][0], found["mean[x]_se"][0]) == (1.0, 2.0, pytest.approx(0.1))
    assert found.columns.is_unique


def test_each_group_shows_the_class_it_takes() -> None:
    first = candidate(["x"], {"mean": [[1.0], [2.0], [3.0]], "r": [4, 5, 6]}, [0, 1, 1], "made.first")
    second = candidate(
        ["x"], {"mean": [[7.0], [8.0], [9.0]]}, [0, 0, 2], "made.second", shown=("k",), statistics={"k": np.arange(3.0)}
    )
    found = frame(made.weighed(first, second))
    assert found["label"].tolist()[:2] == ["made.first", "made.second"]
    np.testing.assert_array_equal(found["mean"], [1.0, 8.0, np.nan])
    np.testing.assert_array_equal(found["r"], [4.0, np.nan, np.nan])
    np.testing.assert_array_equal(found["k"], [np.nan, 1.0, np.nan])
    np.testing.assert_array_equal(found["log_likelihood"], [0.0, -1.0, np.nan])
    assert found["label"].isna().tolist() == [False, False, True]
    assert found["reason"].tolist()[2] == "made.first: it is too short; made.second: it is too long"


def test_what_was_checked_what_failed_and_what_rules_out() -> None:
    checks = (
        made.check("skewness", [0.5, 1e-9, 0.5, np.nan], made=[True, True, True, False]),
        made.check("kurtosis", [0.5, 1e-9, 0.5, 0.5]),
        made.check("told", [0.5, 0.5, 1e-9, 0.5], weight="told"),
    )
    mean = {"mean": [[1.0], [2.0], [3.0], [4.0]]}
    alone = frame(made.weighed(candidate(["x"], mean, checks=checks)))
    assert alone["checks"].tolist() == ["skewness, kurtosis, told"] * 3 + ["kurtosis, told"]
    assert alone["failed"].fillna("").tolist() == ["", "skewness, kurtosis", "told", ""]
    assert alone["reason"].isna().all()
    assert alone["verdict"].tolist() == ["fits", "misfit", "fits", "fits"]


def test_a_rejection_of_many_rows_is_close_and_what_is_no_answer_is_refused() -> None:
    checks = (made.check("skewness", [0.5, 1e-9, 1e-9]), made.check("nested", [0.5, 0.5, 1e-9], weight="always"))
    many = replace(made.fit("made.plain", {"mean": [[1.0], [2.0], [3.0]]}), count=np.full(3, 1e6))
    both = made.weighed(Candidate(Plain(Schema.real(["x"]), "made.plain"), many, checks))
    found = frame(both)
    assert found["verdict"].tolist()[:2] == ["fits", "close"]
    assert found["verdict"].isna().tolist() == [False, False, True]
    assert np.isnan(found["mean"][2])
    assert found["reason"][2] == "is no answer (nested)"


def test_one_class_that_is_not_taken_shows_no_numbers() -> None:
    check = made.check("must", [0.5, 1e-9], weight="always")
    found = frame(Weighed((candidate(["x"], {"mean": [[1.0], [2.0]]}, checks=(check,)),), np.array([0, 1]), False))
    np.testing.assert_array_equal(found["mean"], [1.0, np.nan])
    assert found["reason"].tolist()[1] == "is no answer (must)"


def test_data_that_cannot_be_used_are_a_reason() -> None:
    unusable = Text((None, "a value is infinite"), np.array([0, 1]))
    found = made.weighed(candidate(["x"], {"mean": [[1.0], [2.0]]}))
    wide = frame(found, unusable=unusable)
    np.testing.assert_array_equal(wide["mean"], [1.0, np.nan])
    assert wide["reason"].tolist()[1] == "a value is infinite"
    long = long_frame({"g": np.array(["a", "b"])}, found, unusable=unusable, like=PANDAS)
    assert long["estimate"].tolist() == [1.0, pytest.approx(np.nan, nan_ok=True)]
    assert long["parameter"].isna().tolist() == [False, True]
    assert long["reason"].tolist()[1] == "a value is infinite"


def test_a_thousand_reasons() -> None:
    """Groups that were weighed one by one may each have a reason of their own."""
    n = 1000
    reasons = ("", *(f"reason {k}" for k in range(n)))
    own = {"reasons": reasons, "reason": None}
    fits = [made.fit(label, {"mean": np.ones((n, 1))}) for label in ("made.first", "made.second")]
    codes = np.arange(1, n + 1, dtype=np.int16)
    both = [
        Candidate(Plain(Schema.real(["x"]), fit.label), replace(fit, reason=codes, reasons=own["reasons"]))
        for fit in fits
    ]
    found = frame(made.weighed(*both), {"g": np.arange(n)})
    assert found["reason"].tolist()[-1] == "made.first: reason 999; made.second: reason 999"


def test_a_regression_says_how_well_it_explains() -> None:
    regression = Regression(1, "identity", np.array([8.0]), np.array([0.5]), np.array([0.9]))
    found = frame(made.weighed(candidate(["x", "y"], {"intercept": [1.0], "r": [2.0]}, regression=regression)))
    assert found.loc[0, ["residual_standard_deviation", "r_squared"]].tolist() == [0.5, 0.9]


def test_the_long_form_holds_the_same_numbers() -> None:
    first = candidate(["x", "y"], {"mean": [[1, 2], [3, 4], [5, 6]], "r": [7, 8, 9]}, [0, 1, 1], "made.first")
    second = candidate(["x", "y"], {"coefficients": [[1, 2], [3, 4], [5, 6]]}, [0, 0, 1], "made.second")
    found = made.weighed(first, second)
    long = long_frame(
        {"g": np.array(["a", "b", "c"]), "at": np.arange(3)},
        found,
        like=nw.from_native(pd.DataFrame({"g": ["a"], "at": [0]})),
    )
    assert list(long) == ["g", "at", "parameter", "at_", "estimate", "standard_error", "reason"]
    assert long["g"].tolist() == ["a", "a", "a", "b", "b", "c"]
    assert long["reason"].tolist()[-1] == "made.first: it is too short; made.second: it is too short"
    assert long["reason"].isna().tolist() == [True] * 5 + [False]
    long = long[:-1]
    assert long["parameter"].tolist() == ["mean", "mean", "r", "coefficients", "coefficients"]
    assert long["at_"].tolist() == ["x", "y", "", "x", "y"]
    assert long["estimate"].tolist() == [1.0, 2.0, 7.0, 3.0, 4.0]
    np.testing.assert_allclose(long["standard_error"], long["estimate"] / 10.0)


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_many_columns_warn_of_nothing(library: str) -> None:
    columns = [f"c{j}" for j in range(20)]
    many = candidate(columns, {"h": np.ones((3, 20)), "J": np.ones((3, 20, 20))})
    like = nw.from_dict({"g": [1]}, backend=library)  # type: ignore[arg-type]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = group_frame(
            {"g": np.arange(3)},
            np.full(3, 10),
            np.zeros(3, dtype=np.int64),
            made.weighed(many),
            tolerance=0.01,
            like=like,
        )
    assert found.shape == (3, 1 + 2 + 2 * 230 + 3 + 4)
