"""Marks among numbers: a frame's own texts are refused with their count and a call that cures, like those of a file.

Only the usual marks of a file, whose cells are all text, are missing values anyway; a warning counts them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas
import polars
import pytest

import symcat

MARKS = ["NA", "?", "-", "n/a", "."]
USUAL = ["NA", "n/a"]
VALUES = np.random.default_rng(0).normal(size=60).round(3)


def marked(mark: str) -> list[object]:
    found: list[object] = VALUES.tolist()
    found[3] = found[10] = mark
    return found


def refusal(data: Any) -> str:
    with pytest.raises(symcat.InvalidData) as raised:
        symcat.solve(data)
    return str(raised.value)


def file_of(mark: str, folder: Path) -> str:
    path = folder / "marked.csv"
    path.write_text("a\n" + "\n".join(map(str, marked(mark))) + "\n")
    return str(path)


def cured(said: str, **names: Any) -> Any:
    """What the call in a refusal returns."""
    return eval(said.split(" marks a missing value, pass ")[1].split(", or choose others")[0], names)


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("texts", [True, False], ids=["texts", "objects"])
def test_a_frame_is_refused_with_the_count_and_the_call_that_cures(mark: str, texts: bool) -> None:
    values = [str(value) for value in marked(mark)]
    as_objects = pandas.Series(values if texts else marked(mark), dtype=object)
    for data in (pandas.DataFrame({"a": as_objects}), polars.DataFrame({"a": values})):
        said = refusal(data)
        assert f"beside {mark!r} in 2 rows" in said
        found = symcat.solve(np.asarray(cured(said, pandas=pandas, data=data), dtype=float))
        assert (found.n_rows, found.n_missing) == (58, 2)


@pytest.mark.parametrize("mark", [mark for mark in MARKS if mark not in USUAL])
def test_a_file_is_refused_in_the_same_words(mark: str, tmp_path: Path) -> None:
    said = refusal(file_of(mark, tmp_path))
    assert f"beside {mark!r} in 2 rows" in said
    found = symcat.solve(cured(said, duckdb=duckdb))
    assert (found.n_rows, found.n_missing) == (58, 2)


@pytest.mark.parametrize("mark", USUAL)
def test_the_usual_marks_of_a_file_are_missing_and_counted(mark: str, tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="2 in 'a'"):
        found = symcat.solve(file_of(mark, tmp_path))
    assert (found.n_rows, found.n_missing) == (58, 2)
