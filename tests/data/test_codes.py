"""Few whole numbers in a table of several columns are codes of categories, unless something is predicted from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

from symcat.data.ingest import open_table, read_again_if_wrong

MADE: dict[str, Callable[[pd.DataFrame], Any]] = {
    "pandas": lambda frame: frame,
    "lazy": lambda frame: pl.from_pandas(frame).lazy(),
    "duckdb": lambda frame: duckdb.sql("select * from frame"),
    "numpy": lambda frame: {name: frame[name].to_numpy() for name in frame},
}
each = pytest.mark.parametrize("made", MADE.values(), ids=MADE)
RNG = np.random.default_rng(0)


def kinds(data: Any, **options: Any) -> tuple[str, ...]:
    return read_again_if_wrong(
        open_table(data, coded=True, **options), lambda source: (source.schema.kinds, list(source.batches()))[0]
    )


@each
@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (np.arange(100) % 10, "categorical"),
        (np.arange(110) % 11, "real"),  # more than ten
        (np.arange(99) % 10, "real"),  # fewer than ten rows each
        (np.arange(100) % 3 + 0.5, "real"),
        (np.arange(100) % 4 - 7.0, "categorical"),
        (np.array([*(np.arange(1500) % 4), *[4.0] * 5]), "categorical"),  # a late code
        (np.array([*(np.arange(1500) % 4), *np.linspace(5, 6, 30)]), "real"),  # late measurements
    ],
)
def test_few_whole_numbers(made: Callable[[pd.DataFrame], Any], values: np.ndarray, kind: str) -> None:
    frame = pd.DataFrame({"x": RNG.normal(size=len(values)), "k": values})
    assert kinds(made(frame)) == ("real", kind)
    assert kinds(made(frame[["k"]])) == ("real",)  # one column alone is what it was
    assert kinds(made(frame), kinds={"k": "real"}) == ("real", "real")
    assert kinds(made(frame), kind="real") == ("real", "real")


def test_gaps_are_not_among_the_codes() -> None:
    values = np.where(np.arange(100) % 5 == 4, np.nan, np.arange(100) % 5)
    assert kinds({"k": values, "x": RNG.normal(size=100)}) == ("categorical", "real")
