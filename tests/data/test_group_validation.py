"""A group is refused for what it would be refused for as a table, in the same words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from symcat.data.group_validation import blanked, refusals
from symcat.data.ingest import open_table
from symcat.data.needs import Needs
from symcat.data.statistics import collect_groups
from symcat.data.validation import check_columns
from symcat.errors import InvalidData


def table(rng: np.random.Generator, real: int, two_valued: int) -> pd.DataFrame:
    """Groups of 1 to 6 rows, some with a constant, a nearly constant or a dependent column."""
    parts = []
    for g in range(150):
        n = int(rng.integers(1, 7))
        part: dict[str, Any] = {f"x{j}": rng.normal(5.0, 1.0, n) for j in range(real)}
        part |= {f"s{j}": rng.integers(0, 2, n) for j in range(two_valued)}
        spoil = rng.integers(5)
        if real and spoil == 1:
            part["x0"] = np.full(n, 5.0)
        if real and spoil == 2:
            part["x0"] = 5.0 + 1e-15 * part["x0"]
        if real > 1 and spoil == 3:
            part["x1"] = 2.0 * part["x0"] - 1.0
        parts.append(pd.DataFrame(part).assign(g=g))
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize(("real", "two_valued"), [(1, 0), (2, 0), (3, 0), (0, 2), (2, 1)])
@pytest.mark.parametrize("full_rank", [False, True])
def test_the_same_words_as_of_a_table(real: int, two_valued: int, full_rank: bool, rng: np.random.Generator) -> None:
    source = open_table(table(rng, real, two_valued), exclude=["g"])
    groups = collect_groups(source, ("g",), Needs())
    texts, codes = refusals(groups, source.schema, full_rank)
    assert len(set(codes.tolist())) > 1
    for g, code in enumerate(codes.tolist()):
        alone = None
        try:
            check_columns(groups.moments.groups(slice(g, g + 1)), source.schema, full_rank)
        except InvalidData as error:
            alone = str(error)
        assert texts[code] == alone
    left = blanked(groups.moments, codes != 0)
    np.testing.assert_array_equal(left.second[codes == 0], groups.moments.second[codes == 0])
    assert not left.second[codes != 0].any()
