"""The checks pass on the series, and each notices a wrong weight."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("flint")
pytest.importorskip("networkx")

from builders.base import Row
from builders.diagrams.checks import many_columns, one_column, powers
from builders.diagrams.rows import rows

ORDER = 4
ROWS = rows("polynomial.quartic", ORDER, "checked")


def checks(of: list[Row]) -> dict[str, bool]:
    found = [
        one_column("a", of, ORDER, "fast"),
        many_columns("a", of, ORDER, 2, np.random.default_rng(0), "fast"),
        powers("a", of, 3, np.random.default_rng(0), "fast"),
    ]
    return {str(row["name"]): bool(row["passed"]) for row in found}


def with_weights(weights: dict[str, str]) -> list[Row]:
    return [{**row, "weight": weights.get(str(row["subscripts"]), row["weight"])} for row in ROWS]


def test_the_series_passes() -> None:
    assert checks(ROWS) == {"one column": True, "several columns": True, "powers": True}


def test_a_wrong_weight_is_noticed() -> None:
    assert not any(checks(with_weights({"ija,kla->ijkl": "2"})).values())


def test_weights_that_one_column_cannot_tell_apart_are_noticed_by_several() -> None:
    quartic = {str(row["subscripts"]): str(row["weight"]) for row in ROWS if row["target"] == "g" and row["order"] == 3}
    (first, second, *_) = [name for name in quartic if name.count(",") == 2]
    swapped = with_weights({first: quartic[second], second: quartic[first]})
    found = checks([{**row} if row["target"] != "g" else new for row, new in zip(ROWS, swapped, strict=True)])
    assert found["one column"]
    assert not found["several columns"]
