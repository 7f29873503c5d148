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
    "constant column": (pd.DataFrame({"a": GOOD, "flat": 3.0}), "'flat' is constant", "leave it out"),
    "duplicate column": (pd.DataFrame({"a": GOOD, "copy": GOOD}), "'a', 'copy' are linearly dependent", "Leave it out"),
    "all missing": (np.full(20, np.nan), "no complete rows", "value"),
    "text column": (pd.DataFrame({"a": GOOD, "name": ["u"] * 50}), "'name'", "drop|columns="),
    "infinity": (pd.DataFrame({"a": np.append(GOOD, np.inf)}), "'a'.*(50|infinit)", "."),
    "1e300 among ordinary values": (np.append(GOOD, 1e300), "1e\\+?300", "rescale|sentinel"),
    "fewer rows than columns": (np.random.default_rng(1).standard_normal((4, 6)), "4 rows", "at least 7 rows"),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_data(case: str) -> None:
    data, cause, cure = CASES[case]
    with pytest.raises(symcat.InvalidData, match=cause) as raised:
        symcat.solve(data)
    assert re.search(cure, str(raised.value)), str(raised.value)


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
        symcat.solve(heavy)
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
