"""What people pass by mistake, or for the first time: each has its right answer or one sentence with cause and cure."""

from __future__ import annotations

import array
import datetime
import decimal
import io
import warnings
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse

import symcat

X = np.random.default_rng(0).standard_normal(400)
Y = 0.5 * X + np.random.default_rng(1).standard_normal(400)
FRAME = pd.DataFrame({"x": X, "y": Y, "k": np.arange(400) % 4})
BITS = np.random.default_rng(2).random((200, 3)) < 0.4
ROWS = np.column_stack([X, Y])
RECORDS = np.array(list(zip(X, Y, strict=True)), dtype=[("a", "f8"), ("b", "f8")])


def solve(data: Any, **options: Any) -> symcat.Solution:
    """Without the device, and with every warning an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return symcat.solve(data, fallback=None, **options)


def refused(call: Callable[[], Any], words: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(symcat.SymcatError, match=words) as raised:
            call()
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 800


OPTIONS: dict[str, tuple[Any, dict[str, Any], str]] = {
    "classes 5": (X, {"classes": 5}, "5 is not the label"),
    "classes bytes": (X, {"classes": b"z2.quartic"}, "is not the label"),
    "columns 5": (X, {"columns": 5}, "no column '5': the columns are x"),
    "columns empty": (X, {"columns": []}, "no columns"),
    "seed text": (X, {"seed": "3"}, "seed='3' is not a seed"),
    "seed list": (X, {"seed": [1, 2]}, "is not a seed"),
    "seed negative": (X, {"seed": -1}, "seed=-1 is not a seed"),
    "prior dict": (BITS, {"prior": {}}, "prior={} is not known"),
    "prior array": (BITS, {"prior": np.ones(2)}, "prior=array.* is not known"),
    "basis array": (BITS, {"basis": np.ones(2)}, "basis=array.* is not known"),
    "fallback array": (X, {"form": np.ones(2)}, "form=array.* is not known"),
    "target list": (FRAME, {"target": ["y"]}, "target=.* is not known"),
    "target True": (FRAME, {"target": True}, "target=True is not known"),
    "target series": (FRAME, {"target": pd.Series(X)}, "target=0 .* is not known"),
    "target misspelt": (FRAME.assign(t="abc"), {"target": "yy"}, "no column 'yy': did you mean 'y'"),
    "target formula": (FRAME.assign(t="abc"), {"target": "y ~ x"}, "no column 'y ~ x': it is a formula"),
    "target with interactions": (FRAME, {"target": "y", "interactions": [("x", "k")]}, "interactions= cannot be used"),
    "interactions 5": (BITS, {"interactions": 5}, "pass tuples of two or more column names"),
    "interactions text": (BITS, {"interactions": "x0*x1"}, "pass tuples of two or more column names"),
    "center True": (X, {"center": True}, "center=True is neither"),
    "center text": (X, {"center": "3"}, "center='3' is neither"),
    "center truths": (X, {"center": [True]}, "is neither"),
    "center nan": (X, {"center": np.nan}, "is not finite"),
    "center complex": (X, {"center": 1j}, "is neither"),
    "center of one column for two": (ROWS, {"center": [0.0]}, "neither None, 'mean', nor 2 number"),
}


@pytest.mark.parametrize("case", OPTIONS)
def test_options_of_the_wrong_type(case: str) -> None:
    data, options, words = OPTIONS[case]
    refused(lambda: solve(data, **options), words)


@pytest.mark.parametrize("budget", ["2", "long", np.nan, np.inf, [1], True], ids=str)
def test_a_budget_is_a_time(budget: Any) -> None:
    refused(lambda: symcat.solve(X, budget_s=budget), "budget_s=.* is not a time")


def test_one_name_is_a_list_of_one_and_an_iterator_a_list() -> None:
    assert solve(X, classes="gaussian.full").label == "gaussian.full"
    assert solve(FRAME, columns="x").columns == ("x",)
    assert solve(FRAME, columns=(name for name in "xy")).columns == ("x", "y")
    assert solve(FRAME, columns=pd.Index(["x"])).columns == ("x",)
    assert solve(ROWS, center=0.0, classes=["gaussian.full"]).parameters["mean"].tolist() == [0.0, 0.0]


def once() -> Iterator[float]:
    yield from X


READ: dict[str, tuple[Any, tuple[str, ...]]] = {
    "levels of names": (pd.DataFrame({("a", "x"): X, ("a", "y"): Y}), ("a_x", "a_y")),
    "numbered": (pd.DataFrame(ROWS), ("0", "1")),
    "structured": (RECORDS, ("a", "b")),
    "records": (RECORDS.view(np.recarray), ("a", "b")),
    "masked": (np.ma.masked_array(ROWS, mask=ROWS > 2.0), ("x0", "x1")),
    "masked structured": (np.ma.masked_array(RECORDS, mask=[(x > 2.0, False) for x in X]), ("a", "b")),
    "long double": (X.astype(np.longdouble), ("x",)),
    "frame of long doubles": (pd.DataFrame({"a": X.astype(np.longdouble)}), ("a",)),
    "half": (X.astype(np.float16), ("x",)),
    "objects": (X.astype(object), ("x",)),
    "decimals with nan": ([*map(decimal.Decimal, map(str, X)), decimal.Decimal("nan")], ("x",)),
    "fractions": ([Fraction(int(1000 * x), 7) for x in X], ("x",)),
    "pandas NA among objects": (pd.DataFrame({"a": pd.Series([*X, pd.NA], dtype=object)}), ("a",)),
    "sparse columns": (pd.DataFrame({"a": pd.arrays.SparseArray(X), "b": Y}), ("a", "b")),
    "polars objects": (pl.DataFrame({"a": pl.Series([*X, None], dtype=pl.Object)}), ("a",)),
    "arrow dictionary of numbers": (pa.table({"a": pa.array(X).dictionary_encode()}), ("a",)),
    "arrow runs": (pa.table({"a": pa.compute.run_end_encode(pa.array(X))}), ("a",)),
    "arrow array": (pa.array(X), ("x",)),
    "arrow batch": (pa.record_batch({"a": X}), ("a",)),
    "pandas index": (pd.Index(X), ("x",)),
    "array module": (array.array("d", X), ("x",)),
    "memoryview": (memoryview(X), ("x",)),
    "integers beyond 64 bits": ([int(x * 1e6) * 10**30 for x in X], ("x",)),
    "scales apart": ({"a": X * 1e-34, "b": Y * 1e8}, ("a", "b")),
}


@pytest.mark.parametrize("case", READ)
def test_data_that_is_read(case: str) -> None:
    data, columns = READ[case]
    answer = solve(data, classes=["gaussian.full"])
    assert answer.columns == columns
    assert answer.n_rows is not None
    assert answer.n_rows > 380
    assert np.isfinite(answer.log_likelihood)
    if len(columns) == 1 and case not in ("integers beyond 64 bits", "fractions"):
        assert answer.parameters["mean"] == pytest.approx(X.mean(), rel=1e-2 if case == "half" else 1e-9)


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_a_matrix_is_an_array() -> None:
    assert symcat.solve(np.asmatrix(ROWS), fallback=None) == symcat.solve(ROWS, fallback=None)


REFUSED: dict[str, tuple[Any, str]] = {
    "repeated names": (pd.DataFrame(ROWS, columns=["a", "a"]), "More than one column is called 'a'"),
    "repeated levels": (pd.concat([pd.DataFrame({("a", "x"): X})] * 2, axis=1), "is called 'a_x'"),
    "structured of two dimensions": (RECORDS.reshape(200, 2), "pass one-dimensional arrays"),
    "nested structure": (np.zeros(10, dtype=[("a", "f8", (2,)), ("b", "f8")]), "'a' has shape .10, 2."),
    "complex": (X + 1j * Y, "the real and the imaginary part"),
    "frame of complex": (pd.DataFrame({"a": X + 1j, "b": Y}), "the real and the imaginary part"),
    "long doubles beyond double": (np.longdouble(10) ** np.arange(300, 4000, 100), "holds an infinity"),
    "numbers and text": (np.array([1.0, "a", 2.0] * 10, dtype=object), "beside 'a' in"),
    "durations": (pd.DataFrame({"a": pd.to_timedelta(X, unit="s"), "b": Y}), "'a' is not numeric.*times as numbers"),
    "lists of times of events": ([[0.1, 0.2, 3.0], [0.5]], "different lengths.*spikes.*bins of time"),
    "objects that are lists": (np.array([[1.0], [1.0, 2.0]], dtype=object), "spikes.*bins of time"),
    "frame of lists": (pd.DataFrame({"a": [[1.0], [1.0, 2.0]] * 20}), "spikes.*bins of time"),
    "frame of dicts": (pd.DataFrame({"a": [{}, {"b": 1}] * 20}), "'a' is not numeric"),
    "signalling nan": ([decimal.Decimal("snan"), *map(decimal.Decimal, range(9))], "signaling NaN"),
    "integers beyond doubles": ([10**400, 1, 2], "too large to convert"),
    "sparse": (scipy.sparse.csr_matrix(ROWS), "is sparse: pass data.toarray"),
    "open file": (io.StringIO("a\n1\n"), "is an open file: pass its path"),
    "iterator": (iter(X), "can be read once only: pass list"),
    "generator": (once(), "can be read once only: pass list"),
    "bytes": (b"abc", "type bytes is not understood"),
    "a class": (pd.DataFrame, "is not understood"),
    "grouped frame": (FRAME.groupby("k"), "is not understood"),
    "no columns": (pd.DataFrame(), "no columns to measure"),
    "categories of two types": (pd.DataFrame({"a": pd.Categorical([1, "a"] * 200), "b": Y}), "neither all text"),
    "arrow intervals": (
        pa.table({"a": pa.array([(1, 2, 3), (2, 2, 3), (3, 2, 3)], type=pa.month_day_nano_interval())}),
        "'a' is not numeric",
    ),
    "statistics of nothing": (symcat.Statistics(), "hold nothing yet"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_data_that_is_refused(case: str) -> None:
    data, words = REFUSED[case]
    refused(lambda: solve(data), words)


def test_periods_and_dates_are_time_stamps() -> None:
    for when in (pd.period_range("2020", periods=400, freq="D"), [datetime.date(2020, 1, 1)] * 400):
        with pytest.warns(UserWarning, match="'t' .a time stamp."):
            assert symcat.solve(pd.DataFrame({"t": when, "x": X}), fallback=None).columns == ("x",)


ANSWER = symcat.solve(X)
REGRESSION = symcat.solve(FRAME[["x", "y"]], target="y")

METHODS: dict[str, tuple[Callable[[], Any], str]] = {
    "interval of 95": (lambda: ANSWER.confidence_intervals(95), "level=95 is not a confidence"),
    "interval of nan": (lambda: ANSWER.confidence_intervals(np.nan), "level=nan is not a confidence"),
    "robust text": (lambda: ANSWER.confidence_intervals(robust="no"), "robust='no' is not known"),  # type: ignore[arg-type]
    "sample -1": (lambda: ANSWER.sample(-1), "n=-1 cannot be used"),
    "sample 2.5": (lambda: ANSWER.sample(2.5), "n=2.5 cannot be used"),  # type: ignore[arg-type]
    "sample of petabytes": (lambda: ANSWER.sample(10**15), "do not fit in memory"),
    "density of text": (lambda: ANSWER.log_density("abc"), "not made of numbers"),
    "density of None": (lambda: ANSWER.log_density(None), "not made of numbers"),
    "density of complex": (lambda: ANSWER.log_density(X + 1j), "not made of numbers"),
    "density of other columns": (lambda: ANSWER.log_density({"z": X}), "no column 'x'"),
    "predict without the predictor": (lambda: REGRESSION.predict({"z": X}), "no column 'x'"),
    "predict without a target": (lambda: ANSWER.predict(X), "no target to predict"),
    "plot of text": (lambda: ANSWER.plot("abc"), "data is not made of numbers"),  # type: ignore[arg-type]
    "plot of nothing": (lambda: ANSWER.plot([]), "no two different values"),
    "merge 5": (lambda: symcat.Statistics().merge(5), "int cannot be merged"),  # type: ignore[arg-type]
    "save to a number": (lambda: symcat.Statistics().save(5), "cannot be saved to 5"),  # type: ignore[arg-type]
    "statistics of kind zz": (lambda: symcat.Statistics(kind="zz"), "kind='zz' is not known"),  # type: ignore[arg-type]
    "statistics with few blocks": (lambda: symcat.Statistics(max_blocks=1), "max_blocks=1 cannot be used"),
    "statistics of one name twice": (lambda: symcat.Statistics(["a", "a"]), "a different text for each"),
    "schema of one column too many": (lambda: symcat.Schema(("a", "b"), (None,)), "does not say what each column"),
    "connect 5": (lambda: symcat.connect(5), "5 is not the path of a catalogue"),  # type: ignore[arg-type]
    "query 5": (lambda: symcat.sql(5), "query=5 is not a query"),  # type: ignore[arg-type]
    "query of nothing": (lambda: symcat.sql(""), "The query is empty"),
}


@pytest.mark.parametrize("case", METHODS)
def test_methods(case: str) -> None:
    call, words = METHODS[case]
    refused(call, words)


def test_saving_into_a_missing_folder(tmp_path: Path) -> None:
    refused(lambda: symcat.Statistics().update(X).save(tmp_path / "no" / "a.npz"), "cannot be saved to .*exists")


def test_predict_takes_names() -> None:
    by_name = REGRESSION.predict({"x": X})
    np.testing.assert_array_equal(by_name, REGRESSION.predict(X))
    np.testing.assert_array_equal(by_name, REGRESSION.predict(FRAME[["y", "k", "x"]]))
    np.testing.assert_array_equal(by_name, REGRESSION.predict(np.array(list(zip(X, strict=True)), dtype=[("x", "f8")])))


def test_an_answer_cannot_be_changed() -> None:
    before = ANSWER.model_dump_json()
    two = solve(ROWS, classes=["gaussian.full"])
    for values in (two.parameters["mean"], two.standard_errors["precision"]):  # type: ignore[index]
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 999.0
    assert symcat.solve(X) == ANSWER
    assert ANSWER.model_dump_json() == before
    assert ANSWER != 5
    with pytest.raises(TypeError, match="Solution has no hash, because it may hold arrays"):
        hash(ANSWER)


@pytest.mark.parametrize("name", ["depth [mm]", "[red]a[/red]", "[link=http://x]b", "[/b]", "a\\[b]"])
def test_names_are_printed_as_they_are(name: str) -> None:
    answer = solve(pd.DataFrame({name: X, "depth [km]": Y}), classes=["gaussian.full"])
    assert name in str(answer)
    assert "depth [km]" in str(answer)
    assert name in symcat.classify(pd.DataFrame({name: X, "y": Y}))._repr_html_()


KEYS = ["label", "mean", "n_rows", "n_missing", "reason", "bic", "mean_se", "parameter", "estimate", "standard_error"]


@pytest.mark.parametrize("form", ["wide", "long"])
@pytest.mark.parametrize("key", KEYS)
def test_keys_keep_their_names_and_values(key: str, form: str) -> None:
    """Types of results never come from the user's columns: an integer key named mean truncates nothing."""
    found = symcat.solve(pd.DataFrame({key: np.arange(400) % 4, "x": X}), by=key, form=form, classes=["gaussian.full"])  # type: ignore[call-overload]
    plain = symcat.solve(pd.DataFrame({"g": np.arange(400) % 4, "x": X}), by="g", form=form, classes=["gaussian.full"])  # type: ignore[call-overload]
    assert found[key].dtype.kind == "i"
    np.testing.assert_array_equal(found[key], plain["g"])
    assert found.columns.is_unique
    for own, theirs in zip(plain.columns[1:], found.columns[1:], strict=True):
        assert theirs.rstrip("_") == own.rstrip("_")
        pd.testing.assert_series_equal(found[theirs], plain[own], check_names=False)


def test_results_of_by_have_one_meaning() -> None:
    table = pd.DataFrame({"a": X, "a_se": Y, "y": X + Y + np.cos(9.0 * X), "k": np.arange(400) % 2})
    names = list(symcat.solve(table, by="k", target="y"))
    assert names[5:7] == ["coefficient[a]", "coefficient[a_se]"]
    assert {"coefficient[a]_se", "coefficient[a_se]_se"} <= set(names)
    table = pd.DataFrame({"a": X, "b_c": Y, "a_b": np.sin(9.0 * X), "c": np.cos(9.0 * X), "k": np.arange(400) % 2})
    names = list(symcat.solve(table, by="k", classes=["gaussian.full"]))
    assert {"precision[a,b_c]", "precision[a_b,c]", "mean_a_b"} <= set(names)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_dates_as_keys(library: str) -> None:
    days = [datetime.date(2020, 1, 1 + i % 3) for i in range(400)]
    make = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}[library]
    found = symcat.solve(make({"day": days, "x": X}), by="day", classes=["gaussian.full"])  # type: ignore[operator]
    assert list(found["day"] if library != "pyarrow" else found["day"].to_pylist()) == sorted(set(days))


def test_dask_warns_of_nothing() -> None:
    dask = pytest.importorskip("dask.dataframe")
    with warnings.catch_warnings():
        warnings.simplefilter("error", FutureWarning)
        assert symcat.solve(dask.from_pandas(FRAME[["x"]], npartitions=2), fallback=None).columns == ("x",)
