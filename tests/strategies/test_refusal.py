"""The refusal: the cause and one call that works in a sentence, then a table of what each class and strategy said."""

from __future__ import annotations

import textwrap
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import symcat

HEAVY = np.random.default_rng(2).standard_cauchy(size=2000)
SEVEN = np.random.default_rng(0).exponential(size=(500, 7))
SEVEN[:, 1] = np.abs(SEVEN[:, 0] - 1.0) + 0.01 * SEVEN[:, 1]
"""Skewed columns, two of them nearly on a line with a corner."""
FEW = ["gaussian.full", "polynomial.quartic"]
"""Classes of several columns, one of which the device looks for."""
LIGHT = ["gaussian.full", "z2.quartic", "scalar.quartic"]
"""Classes of one column, none with tails as heavy as Cauchy's."""
EDGES = 3.0 + 5.0 * np.random.default_rng(4).beta(0.3, 0.3, size=2400)
"""One column that no class describes: its density is infinite at both ends."""


def refused(data: Any, **options: Any) -> symcat.NoEntry:
    with pytest.raises(symcat.NoEntry) as raised:
        symcat.solve(data, strict=True, **options)
    return raised.value


@cache
def seven_refused(*, device: bool) -> symcat.NoEntry:
    """The refusal of seven columns by all classes, which takes seconds; or by few, and by the device."""
    return refused(SEVEN, classes=FEW) if device else refused(SEVEN, fallback=None)


def rows_of(error: symcat.NoEntry) -> dict[str, str]:
    """What the table says of each name."""
    lines = [line for line in str(error.table).splitlines()[:-1] if not line.startswith("  and ")]
    width = max(line.index(line[2:].lstrip().split("  ")[0]) + len(line[2:].split("  ")[0]) for line in lines)
    return {line[2 : width + 1].strip(): line[width + 1 :].strip() for line in lines}


@pytest.mark.parametrize(
    ("data", "options"),
    [
        (HEAVY, {"fallback": None, "classes": LIGHT}),
        (EDGES, {"fallback": None}),
        (HEAVY, {"classes": ["z2.quartic"]}),
        ({"a": SEVEN[:, 0], "b": SEVEN[:, 1], "c": SEVEN[:, 2] < 0.4}, {"fallback": None}),
    ],
    ids=["named classes", "one column", "one class alone", "both kinds"],
)
def test_it_is_a_sentence_and_a_table_of_twelve_lines_in_a_terminal(data: Any, options: dict[str, Any]) -> None:
    fits_a_terminal(refused(data, **options))


@pytest.mark.parametrize("device", [False, True])
def test_so_it_is_of_several_columns(device: bool) -> None:
    fits_a_terminal(seven_refused(device=device))


def fits_a_terminal(error: symcat.NoEntry) -> None:
    sentence, *table = str(error).splitlines()
    assert "\n".join(table) == error.table
    assert sentence.startswith("No class fits these data: ")
    assert sentence.endswith(".")
    assert len(sentence) < 500
    assert all(line.startswith("  ") and len(line) <= 108 for line in table)
    assert len(textwrap.wrap(f"symcat: {sentence}", 108)) + len(table) <= 12


def test_it_says_how_to_have_the_answer_nevertheless() -> None:
    error = refused(SEVEN, fallback=None, classes=FEW)
    assert error.suggestion == "without strict= its answer is given, with the failed checks beside it."
    with pytest.warns(UserWarning, match=r"is the best class found and does not describe the data well \(misfit"):
        found = symcat.solve(SEVEN, fallback=None, classes=FEW)
    assert found.label in str(error)
    assert found.verdict == "misfit"


def test_it_ends_with_what_was_not_tried() -> None:
    of_one, of_several = refused(EDGES, fallback=None), seven_refused(device=False)
    for data, error, offered in ((EDGES, of_one, False), (SEVEN, of_several, True)):
        last = str(error).splitlines()[-1]
        logarithms = "logarithms or " if (data > 0.0).all() else ""  # not of zero and below
        assert last.startswith(f"  Or try {logarithms}residuals, subgroups with by=")
        assert ("target=" in last) == offered


def test_every_class_and_strategy_says_why() -> None:
    said = rows_of(refused(HEAVY, fallback=None, classes=LIGHT))
    assert said["gaussian.full"].startswith("fails skewness, kurtosis: skewness (")
    assert said["z2.quartic"].startswith("the kurtosis is at or above 3, the Gaussian's")
    assert "scalar.quartic" in said
    assert said["correction"] == "no series of the catalogue covers these data"


def test_the_statistic_that_decided_lies_outside_of_its_range() -> None:
    error = refused(HEAVY, fallback=None, classes=LIGHT)
    assert (error.label, error.statistic) == ("z2.quartic", "kurtosis")
    assert error.valid_range == pytest.approx((1.0, 3.0), abs=1e-5)
    assert error.value == pytest.approx(np.mean((HEAVY - HEAVY.mean()) ** 4) / HEAVY.var() ** 2, rel=1e-6)


def test_strategies_that_say_the_same_share_a_line() -> None:
    said = rows_of(seven_refused(device=True))
    assert said["learned, analog"].startswith("7 columns have 329 couplings to degree four, more than the 220")


def test_strategies_that_were_not_asked_say_nothing() -> None:
    assert "analog" not in str(seven_refused(device=False).table)


def test_what_integration_has_settled_is_not_looked_for() -> None:
    far = np.random.default_rng(2).standard_cauchy(size=(2000, 2))
    said = rows_of(refused(far, classes=["gaussian.full", "polynomial.quartic"]))
    assert said["polynomial.quartic"].startswith("no quartic of the data alone: F has a second well")
    assert said["learned, analog"] == "exact fits have settled every class that could be looked for"


def test_data_at_fault_are_not_called_a_missing_class() -> None:
    """That one predictor nearly is the other is found by the class, and still is a fault of the data."""
    a = np.random.default_rng(0).normal(size=200)
    with pytest.raises(symcat.InvalidData) as raised:
        symcat.solve({"y": HEAVY[:200], "a": a, "b": a + 5e-7 * SEVEN[:200, 0]}, target="y")
    assert str(raised.value).startswith("The predictors ")
    assert "No class fits" not in str(raised.value)


# --- true causes -----------------------------------------------------------------------------------------------------


def test_counts_beside_two_valued_columns_are_named_where_they_are_taken_for_measurements() -> None:
    rng = np.random.default_rng(0)
    spikes = (rng.random((500, 4)) < 0.3).astype(int)
    spikes[:, 0] += rng.random(500) < 0.1
    data = pd.DataFrame(spikes, columns=["n0", "n1", "n2", "n3"])
    error = refused(data, fallback=None, kinds={"n0": "real"})
    assert "'n0' has three values (0, 1, 2), the others two; symcat.solve(data > 0)" in str(error)
    assert symcat.solve(data > 0).label.startswith("ising.")
    assert symcat.solve(data, fallback=None).label == "potts.independent"


def test_counts_of_few_values_are_named_where_they_are_taken_for_measurements() -> None:
    values = np.random.default_rng(0).poisson(0.4, size=(500, 3)).clip(max=2)
    data = pd.DataFrame(values, columns=list("abc"))
    error = refused(data, fallback=None, kinds=dict.fromkeys("abc", "real"), classes=["gaussian.full"])
    assert "have three values (0, 1, 2), as counts or codes do; symcat.solve(data > 0)" in str(error)


def test_codes_beside_texts_are_left_out_where_they_are_taken_for_measurements() -> None:
    rng = np.random.default_rng(1)
    data = {"code": 1.0 + rng.integers(3, size=900) ** 2, "b": np.where(rng.random(900) < 0.3, "no", "yes")}
    error = refused(data, fallback=None, kinds={"code": "real"}, classes=["mixed.conditional_gaussian"])
    assert "'code' has three values (1, 2, 5), the other two; symcat.solve(data, columns=['b'])" in str(error)


@pytest.mark.parametrize("d", [2, 3])
def test_directions_are_named(d: int) -> None:
    x = np.random.default_rng(3).normal(size=(500, d))
    error = refused(7.0 * x / np.linalg.norm(x, axis=1)[:, None], fallback=None)
    assert "has the length 7, so that the rows lie on a sphere" in str(error)
    assert f"symcat.solve(data[{[f'x{j}' for j in range(d)]}] / 7) describes these as directions" in str(error)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"target": "prise"}, r"^There is no column 'prise': did you mean 'price'\?$"),
        (
            {"target": "price ~ size"},
            r"^There is no column 'price ~ size': it is a formula, .*; pass target='price' and columns=\['size'\]\.$",
        ),
        ({"columns": ["log(price) ~ size"]}, r"it is a formula.* pass target= one column and columns=\['size'\]\.$"),
    ],
)
def test_a_column_that_is_not_there_is_understood(options: dict[str, Any], words: str) -> None:
    data = pd.DataFrame({"price": HEAVY[:200], "size": SEVEN[:200, 0]})
    with pytest.raises(symcat.InvalidData, match=words):
        symcat.solve(data, **options)


@pytest.mark.parametrize(
    ("texts", "cure"),
    [
        (["1,234", "12,004", "2,500.5"], "have commas between thousands; pass data['a'].str.replace(',', '')"),
        (["-0,004", "1,234", "2,5"], "have a decimal comma; pass data['a'].str.replace(',', '.')"),
        (["1.234,5", "2,5", "3,75"], "decimal comma; pass data['a'].str.replace('.', '').str.replace(',', '.')"),
        (["1.5", "2.5", "3.25"], "its numbers are text; pass data['a'].astype(float)"),
    ],
)
def test_numbers_written_as_text_are_made_numbers_by_what_is_said(texts: list[str], cure: str) -> None:
    data = pd.DataFrame({"a": texts * 40, "b": HEAVY[:120]})
    with pytest.raises(symcat.InvalidData) as raised:
        symcat.solve(data)
    assert cure in str(raised.value)
    expression = str(raised.value).split("; pass ")[1].split(", or choose")[0].replace(".str.replace('.', '')", "")
    assert expression.endswith(".astype(float)")


def test_a_misfit_that_no_check_rejects_is_the_cause_of_a_strict_refusal() -> None:
    """Three narrow peaks with the moments of a Gaussian to the fourth: Hermite's rule of three points."""
    peaks = np.repeat([-np.sqrt(3.0), 0.0, np.sqrt(3.0)], [100, 400, 100])
    steps = peaks + 0.01 * np.random.default_rng(0).normal(size=600)
    answer = symcat.solve(steps, classes=["gaussian.full"])
    assert answer.verdict == "misfit"
    assert all(check.passed for check in answer.checks if check.decides)
    error = refused(steps, classes=["gaussian.full"])
    assert "does not describe the data well (misfit" in str(error)
    assert "gaussian.full: ;" not in str(error)


def test_what_the_strategy_that_was_asked_for_a_class_says_is_the_cause() -> None:
    few = np.random.default_rng(0).normal(size=(100, 5))
    error = refused(few, classes=["polynomial.quartic"], couplings="pairs")
    assert "100 rows cannot determine 80 couplings" in str(error).splitlines()[0]
