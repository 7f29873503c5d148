"""What the BIC of a quartic cannot be below, known before a search: no group is left out that could have won."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

import symcat
from symcat.data.schema import Schema
from symcat.data.statistics import Statistics
from symcat.models.base import Options
from symcat.models.registry import model
from symcat.models.special import is_bounded

Floats = np.ndarray
LAWS: dict[str, Callable[[np.random.Generator, int], Floats]] = {
    "normal": lambda rng, n: rng.normal(size=n),
    "exponential": lambda rng, n: rng.exponential(size=n),
    "heavy": lambda rng, n: rng.standard_t(3, size=n),
}


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("rows", [9, 20, 60])
def test_groups_take_what_they_take_where_every_class_is_searched_for(law: str, rows: int) -> None:
    rng = np.random.default_rng(rows)
    frame = pl.DataFrame({"g": np.repeat(np.arange(200), rows), "x": LAWS[law](rng, 200 * rows)})
    taken = symcat.solve(frame, by="g")
    alone = {label: symcat.solve(frame, by="g", classes=[label]) for label in ("gaussian.full", "z2.quartic")}
    alone["scalar.quartic"] = symcat.solve(frame, by="g", classes=["scalar.quartic"])
    bic = np.stack([np.nan_to_num(found["bic"].to_numpy(), nan=np.inf) for found in alone.values()])
    np.testing.assert_allclose(taken["bic"].to_numpy(), bic.min(axis=0), rtol=1e-9)


def test_the_bound_is_below_what_a_search_finds() -> None:
    rng = np.random.default_rng(1)
    quartic = model("scalar.quartic", Schema.real(["x"]), Options(), symcat.catalogue.default())
    assert is_bounded(quartic)
    known = 0
    for _ in range(60):
        rows = rng.standard_t(12, size=(60, 1)) * 7.0 + 5.0
        moments = Statistics(["x"]).update(rows).moments
        bound = float(quartic.least_bic(moments)[0])
        fit = quartic.fit(moments)
        if np.isfinite(bound) and fit.answered[0]:
            known += 1
            assert fit.bic[0] >= bound - 1e-6
    assert known > 5
