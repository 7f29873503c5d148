"""A group in which a level of a predictor does not occur is told so."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import symcat


@pytest.mark.parametrize("target", ["y", "b"])
def test_the_absent_level_is_named_and_the_other_groups_answer(target: str) -> None:
    rng = np.random.default_rng(0)
    n = 300
    group = np.repeat(["a", "b", "c"], n // 3)
    level = np.array(list("uvw"))[rng.integers(0, 3, n)]
    level[(group == "b") & (level == "w")] = "u"
    level[(group == "c") & (level == "u")] = "v"  # the reference
    table = pd.DataFrame(
        {
            "g": group,
            "c": level,
            "x": rng.normal(size=n),
            "y": rng.normal(size=n),
            "b": np.where(rng.random(n) < 0.5, "no", "yes"),
        }
    )
    found = symcat.solve(table, by="g", target=target).set_index("g")
    assert pd.isna(found["reason"]["a"])
    assert found["reason"]["b"].startswith("no row of this group has 'w' of 'c', so that the coefficient is unknown")
    assert found["reason"]["c"].startswith("no row of this group has 'u' of 'c'")
    alone = symcat.solve(table[table["g"] == "b"].drop(columns="g"), target=target)
    assert "c[v]" in alone.regression.predictors or "c" in alone.regression.predictors
