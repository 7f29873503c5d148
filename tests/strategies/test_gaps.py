"""Rows that are left out for missing cells are said where they are more than a twentieth."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import symcat

RNG = np.random.default_rng(0)
ITEMS = pd.DataFrame((RNG.random((600, 20)) < 0.5).astype(float)).add_prefix("item")
GAPS = ITEMS.mask(RNG.random(ITEMS.shape) < 0.05)


def test_items_of_which_one_in_twenty_is_missing_cost_most_persons() -> None:
    lost = int(GAPS.isna().any(axis=1).sum())
    assert 0.55 < lost / 600 < 0.72
    with pytest.warns(UserWarning, match=f"{lost} of 600 rows .* have a missing value and are left out") as told:
        found = symcat.solve(GAPS, classes=["ising.independent"])
    assert found.n_missing == lost
    assert told[0].filename == __file__
    with pytest.warns(UserWarning, match=f"{lost} of 600 rows") as told:
        symcat.classify(GAPS, classes=["ising.independent"])
    assert told[0].filename == __file__
    with pytest.warns(UserWarning, match=f"{lost} of 600 rows") as told:
        symcat.solve(GAPS.assign(key=np.arange(600) % 2), by="key", classes=["ising.independent"])
    assert told[0].filename == __file__


@pytest.mark.parametrize("asked", [{}, {"by": "key"}])
def test_a_twentieth_is_not_said(asked: dict[str, Any]) -> None:
    few = ITEMS[["item0", "item1"]].assign(key=0)
    few.loc[:29, "item0"] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        symcat.solve(few, columns=["item0", "item1"], classes=["ising.independent"], **asked)
    few.loc[30, "item1"] = np.nan
    with pytest.warns(UserWarning, match="31 of 600"):
        symcat.solve(few, columns=["item0", "item1"], classes=["ising.independent"], **asked)
