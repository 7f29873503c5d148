"""Levels of encoded text columns that have lost all their rows to gaps in other columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from symcat.data.ingest.indicators import name_of
from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.errors import InvalidData


def check_levels(moments: Moments, schema: Schema, categories: Mapping[str, Sequence[Any]]) -> None:
    """Raises InvalidData where a level of an encoded text column has lost all its rows to gaps elsewhere.

    ``categories`` are the levels of such columns, the reference first; of a batch of one.
    """
    least = 0.5 / float(moments.count[0])
    for name, levels in categories.items():
        shares = []
        for level in levels[1:]:
            j = schema.columns.index(name_of(name, level))
            mean = float(moments.mean[0, j])
            shares.append(mean if schema.levels[j] is None else 0.5 * (1.0 + mean))
        for level, share in zip(levels, (1.0 - sum(shares), *shares), strict=True):
            if share < least:
                raise InvalidData(
                    f"Level {level!r} of {name!r} occurs in no complete row: fill the missing values of the other "
                    f"columns, or leave the rows of {level!r} out."
                )
