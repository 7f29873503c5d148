"""Every bad input has its own message, which names the cause and the cure, at the front door: ``solve``."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import symcat

GOOD = np.random.default_rng(0).standard_normal(50)

CASES = {
    "empty": (np.empty(0), "no rows|no complete rows", "rows"),
    "one row": (np.array([1.0]), "only one", "more rows"),
    "constant column": (pd.DataFrame({"flat": np.full(50, 3.0)}), "'flat' is constant", "leave it out"),
    "all missing": (np.full(20, np.nan), "no complete rows", "value"),
    "few rows of categories": (pd.DataFrame({"a": GOOD[:4], "name": ["u", "v", "w", "u"]}), "4 rows", "columns="),
    "infinity": (pd.DataFrame({"a": np.append(GOOD, np.inf)}), "'a'.*(50|infinit)", "."),
    "1e300 among ordinary values": (np.append(GOOD, 1e300), "1e\\+?300", "rescale|sentinel"),
    "fewer rows than columns": (np.random.default_rng(1).standard_normal((4, 6)), "4 rows.*x.T", "at least 7 rows"),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_data(case: str) -> None:
    data, cause, cure = CASES[case]
    with pytest.raises(symcat.InvalidData, match=cause) as raised:
        symcat.solve(data)
    assert re.search(cure, str(raised.value)), str(raised.value)


def test_dependent_columns_that_were_named() -> None:
    with pytest.raises(symcat.InvalidData, match=r"'a', 'b' are linearly dependent.*Leave it out"):
        symcat.solve(pd.DataFrame({"a": GOOD, "b": 2 * GOOD}), columns=["a", "b"])


def test_unknown_class() -> None:
    with pytest.raises(symcat.NoEntry, match=r"no class 'z3\.quartic'.*z2\.quartic"):
        symcat.solve(GOOD, classes=["z3.quartic"])


def test_class_of_another_dimension() -> None:
    with pytest.raises(symcat.NoEntry, match=r"'o3\.quartic' does not describe 1 column"):
        symcat.solve(GOOD, classes=["o3.quartic"])


def test_unknown_column() -> None:
    with pytest.raises(symcat.InvalidData, match=r"temprature.*temperature"):
        symcat.solve(pd.DataFrame({"temperature": GOOD}), columns=["temprature"])


def test_paths_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(symcat.InvalidData, match="does not exist"):
        symcat.solve(tmp_path / "nowhere.csv")
    with pytest.raises(symcat.InvalidData, match="directory"):
        symcat.solve(tmp_path)
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 this is not a Parquet file PAR1")
    with pytest.raises(symcat.InvalidData, match=r"broken\.parquet"):
        symcat.solve(broken)
    binary = tmp_path / "binary.csv"
    binary.write_bytes(bytes(range(256)) * 20)
    with pytest.raises(symcat.InvalidData, match=r"binary\.csv|column"):
        symcat.solve(binary)


def test_bad_arguments() -> None:
    with pytest.raises(symcat.InvalidData, match="center"):
        symcat.solve(GOOD, center="middle")
    with pytest.raises(symcat.InvalidData, match="center"):
        symcat.solve(GOOD, center=[1.0, 2.0])
    with pytest.raises(symcat.InvalidData, match="center= has no meaning"):
        symcat.solve({"a": GOOD, "b": GOOD**2}, target="a", center=0.0)
    with pytest.raises(symcat.InvalidData, match="empty"):
        symcat.solve(GOOD, classes=[])
    with pytest.raises(symcat.InvalidData, match="fallback"):
        symcat.solve(GOOD, fallback="magic")
    with pytest.raises(symcat.InvalidData, match="m4"):
        symcat.lookup("z2.quartic", m2=1.0)


def test_no_class_fits_teaches() -> None:
    heavy = np.random.default_rng(2).standard_t(3, size=3000)
    with pytest.raises(symcat.NoEntry) as raised:
        symcat.solve(heavy, classes=["z2.quartic", "gaussian.full"], fallback=None, strict=True)
    error = raised.value
    assert error.label == "z2.quartic"
    assert error.statistic == "kurtosis"
    assert error.value is not None
    assert error.value > 3.0
    assert error.valid_range is not None
    assert error.valid_range[1] < 3.0
    assert "no normalisable quartic" in str(error)
    assert error.suggestion is not None


@pytest.mark.parametrize("unit", [1e-65, 1e-30, 1e30, 1e65])
def test_units_do_not_matter(unit: float) -> None:
    ordinary, scaled = symcat.solve(GOOD), symcat.solve(GOOD * unit)
    assert scaled.label == ordinary.label
    assert scaled.parameters["mean"] / unit == pytest.approx(ordinary.parameters["mean"], rel=1e-9)
    assert scaled.bic - 2 * 50 * np.log(unit) == pytest.approx(ordinary.bic, rel=1e-9)


@pytest.mark.parametrize("unit", [1e-300, 1e-150, 1e150, 1e300])
def test_units_beyond_double_precision_are_refused(unit: float) -> None:
    with pytest.raises(symcat.InvalidData, match=r"Divide the columns by .*unit"):
        symcat.solve(GOOD * unit)


BITS = np.random.default_rng(2).random((60, 3)) < 0.5


def test_three_values_where_two_are_asked() -> None:
    data = pd.DataFrame({"a": [0, 1, 2] * 20, "b": [0, 1, 0] * 20})
    with pytest.raises(symcat.InvalidData, match=r"'a' holds more than two values.*[Rr]ecode"):
        symcat.solve(data, classes=["ising.pairwise"])
    with pytest.raises(symcat.InvalidData, match="'a'"):
        symcat.solve(pd.DataFrame({"a": ["x", "y", "z"] * 20, "b": [0, 1, 0] * 20}), classes=["ising.pairwise"])


def test_one_row_of_two_valued_columns() -> None:
    with pytest.raises(symcat.InvalidData, match=r"only 1 row .*did you mean x\.T\?"):
        symcat.solve(np.array([[0, 1, 1]]))
    with pytest.raises(symcat.InvalidData, match="only one complete row"):
        symcat.solve(np.array([[0, 1, 1]]), classes=["ising.independent"])


def test_all_columns_constant() -> None:
    with pytest.raises(symcat.InvalidData, match=r"Columns 'x0', 'x1', 'x2' are constant, and no other is left"):
        symcat.solve(np.zeros((40, 3), dtype=bool))


def test_two_hundred_columns_and_fifty_rows() -> None:
    """Fifty rows cannot determine 19900 couplings, and that is said; the classes of few parameters answer if named."""
    rows = np.random.default_rng(0).random((50, 200)) < 0.3
    with pytest.raises(symcat.NoEntry, match="50 rows cannot determine the couplings of all pairs of 200 columns"):
        symcat.solve(rows, classes=["ising.pairwise"])
    found = symcat.solve(rows, classes=["ising.ring", "ising.independent", "ising.pairwise"])
    assert found.n_parameters == 2
    refused = next(e for e in found.evidence if e.label == "ising.pairwise")
    assert "50 rows cannot determine" in refused.reason


def test_a_target_that_is_not_two_valued() -> None:
    """Three words are levels; three numbers are a continuous target, predicted by least squares."""
    words = pd.DataFrame({"y": ["low", "mid", "high"] * 20, "x": GOOD[:30].tolist() * 2})
    found = symcat.solve(words, target="y")
    assert found.levels is not None
    assert found.levels["y"] == ("high", "low", "mid")
    numbers = words.assign(y=[0.0, 1.0, 2.0] * 20)
    assert symcat.solve(numbers, target="y").regression.family == "gaussian"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"center": 0.0}, "no meaning for two-valued columns"),
        ({"prior": -1.0}, "prior=-1.0 is not known"),
        ({"prior": "strong"}, "prior='strong' is not known"),
        ({"basis": "words"}, "basis='words' is not known"),
        ({"interactions": [("x0", "x9")]}, "no column 'x9'"),
        ({"interactions": [("x0", "x0", "x1")]}, "with a repetition"),
        ({"interactions": [("x0",)]}, "two or more column names"),
        ({"interactions": [("x0", "x1", "x2")], "classes": ["ising.tree"]}, "no meaning for ising.tree"),
        ({"interactions": [("x0", "x1")], "by": "x2"}, "one at a time"),
    ],
)
def test_options_that_mean_nothing(options: dict[str, object], message: str) -> None:
    with pytest.raises(symcat.InvalidData, match=message):
        symcat.solve(BITS, **options)


def test_classes_of_the_other_kind_of_column() -> None:
    with pytest.raises(symcat.InvalidData, match="more than two values"):
        symcat.solve(np.random.default_rng(0).random((100, 3)), classes=["ising.pairwise"])
    with pytest.raises(symcat.NoEntry, match=r"'ising\.ring' does not describe 2 column"):
        symcat.solve(BITS[:, :2], classes=["ising.ring"])


def test_averages_that_no_table_has() -> None:
    with pytest.raises(symcat.NoEntry, match="no table of two-valued columns has these averages"):
        symcat.lookup("ising.curie_weiss", d=4, m=0.9, q=-0.5)
    with pytest.raises(symcat.InvalidData, match="not a number of columns"):
        symcat.lookup("ising.ring", d=2.5, m=0.0, q=0.5)
    with pytest.raises(symcat.InvalidData, match="symmetric"):
        symcat.lookup("ising.pairwise", m=[0.0, 0.0], q=[[1.0, 0.5], [0.2, 1.0]])
