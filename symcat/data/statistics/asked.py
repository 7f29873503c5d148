"""What may be asked of statistics: numbers, names and kinds that go together, or a word on what does not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

import numpy as np

from symcat.data.charts import chart
from symcat.data.needs import Needs
from symcat.data.schema import Kind, Schema
from symcat.errors import InvalidData


def check_numbers(**asked: tuple[object, int]) -> None:
    """Raises InvalidData for a value that is no whole number, or below the least that there can be."""
    for name, (value, least) in asked.items():
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise InvalidData(f"{name}={value!r} cannot be used: pass a whole number, {least} or more.")


def check_together(
    needs: Needs | None,
    kind: Kind | None,
    kinds: Mapping[str, Kind],
    schema: Schema | None,
    categories: Mapping[str, Sequence[str]] | None,
) -> None:
    """Raises InvalidData for what is not known, and for two that say the same."""
    if kind is not None and (not isinstance(kind, str) or kind not in get_args(Kind)):
        raise InvalidData(f"kind={kind!r} is not known: pass 'real', 'two-valued' or 'categorical'.")
    if not isinstance(needs, Needs | None):
        raise InvalidData(f"needs={needs!r} is not known: pass a Needs, or leave it out.")
    if not isinstance(schema, Schema | None):
        raise InvalidData(f"schema={schema!r} is not known: pass a Schema, or leave it out.")
    if schema is not None and (kind is not None or kinds or categories is not None):
        other = "kind=" if kind is not None else "kinds=" if kinds else "categories="
        raise InvalidData(f"schema= says what each column holds, and {other} says it again: leave one of them out.")
    if kind in ("two-valued", "categorical") and categories is not None:
        raise InvalidData(f"categories= are of text beside real columns: leave out it, or kind={kind!r}.")
    twice = next((name for name in kinds if name in (categories or {})), None)
    if twice is not None:
        raise InvalidData(
            f"categories= asks for indicators of column {twice!r}, and kinds= says that it is {kinds[twice]}: "
            "leave it out of one."
        )
    if needs is not None:
        check_charts(needs)


def check_charts(needs: Needs) -> None:
    """Raises InvalidData for charts that are unknown, or placed by rows that are to come."""
    for name, _ in needs.charts:
        found = chart(name)
        if found.places:
            raise InvalidData(
                f"The chart {name} is placed by the rows ({' and '.join(found.places)}) before it is averaged, and "
                "statistics see every row once: pass the data itself to solve."
            )


def different_names(columns: Any) -> tuple[str, ...]:
    """Names of columns, each a text and none twice. Raises InvalidData otherwise; one text is one name."""
    if isinstance(columns, str) or not isinstance(columns, Iterable):
        columns = (columns,)
    names = tuple(columns)
    if (
        not names
        or len(set(map(str, names))) < len(names)
        or not all(isinstance(n, str | int | np.integer) for n in names)
    ):
        raise InvalidData(f"columns={names!r} does not name the columns: pass a different text for each.")
    return tuple(map(str, names))
