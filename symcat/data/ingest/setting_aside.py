"""Which columns of a table are left out: a look at the first rows of each, and at all rows of those under suspicion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from symcat.data.ingest import aside
from symcat.data.ingest.aside import Reason
from symcat.data.ingest.columns import PEEK_ROWS
from symcat.data.ingest.expressions import one_row, value_of
from symcat.data.ingest.frames import KEPT
from symcat.data.ingest.lazy import LazyTable, Part
from symcat.data.ingest.opened import Opened, Which
from symcat.data.levels import is_absent

Arrays = Mapping[str, NDArray[Any]]

_TIMES = (nw.Date, nw.Datetime)


class _Look(Protocol):
    """Columns of a table that can be looked at."""

    def heads(self, names: Sequence[str]) -> Arrays:
        """The first rows of the columns that can be looked at."""

    def confirmed(self, name: str, reason: Reason) -> bool:
        """Whether what the first rows show is so in all rows."""

    def equal(self, one: str, other: str) -> bool:
        """Whether two columns are the same in all rows."""

    def counted(self, names: Sequence[str]) -> Mapping[str, tuple[int, int]]:
        """How many different values the columns have, and in how many rows there is one."""


def set_aside_of(
    found: Opened, chosen: Sequence[str], keep: Sequence[str], which: Which
) -> tuple[dict[str, Reason], Part | None]:
    """The columns of ``chosen`` that are left out, each with its reason; never those of ``keep``, and never all.

    A table of one column is what it is. Rows are numbered or named only where columns have names of their own. Of a
    lazy table also the first rows, which need not be read again.
    """
    if len(chosen) < 2:
        return {}, None
    look: _Look = _Lazy(found.table, chosen) if isinstance(found.table, nw.LazyFrame) else _InMemory(found.table)
    heads = {name: head for name, head in look.heads(chosen).items() if name not in keep}
    reasons: dict[str, Reason] = {}
    for name, head in heads.items():
        reason = aside.reason_of(head)
        if reason is None or (reason is aside.RUNNING and not found.is_named):
            continue
        if (which == "all" or reason.label) and look.confirmed(name, reason):
            reasons[name] = reason
    texts = [name for name, head in heads.items() if name not in reasons and aside.may_be_levels(head)]
    for name, (different, known) in look.counted(texts).items():
        reason = aside.too_many(different, known)
        if reason is not None:
            reasons[name] = reason
    if which == "all":
        rest = {name: head for name, head in heads.items() if name not in reasons}
        for name, original in aside.copies(rest).items():
            if look.equal(name, original):
                reasons[name] = aside.copy_of(original)
    reasons = {name: reasons[name] for name in chosen if name in reasons}
    left_out = aside.with_something_left(reasons, len(chosen) - len(reasons) - len(keep))
    return left_out, look.part if isinstance(look, _Lazy) else None


class _InMemory:
    def __init__(self, table: Arrays | nw.DataFrame[Any]) -> None:
        self._table = table

    def _values(self, name: str) -> NDArray[Any]:
        values = self._table[name]
        return values if isinstance(values, np.ndarray) else values.to_numpy()

    def heads(self, names: Sequence[str]) -> Arrays:
        if isinstance(self._table, nw.DataFrame):
            head = self._table.select(*names)
            head = head.head(PEEK_ROWS) if len(head) > PEEK_ROWS else head
            return {name: values.to_numpy() for name, values in zip(names, head.iter_columns(), strict=True)}
        return {name: self._table[name][:PEEK_ROWS] for name in names}

    def confirmed(self, name: str, reason: Reason) -> bool:
        return len(self._table[name]) <= PEEK_ROWS or aside.reason_of(self._values(name)) == reason

    def equal(self, one: str, other: str) -> bool:
        return one in aside.copies({other: self._values(other), one: self._values(one)})

    def counted(self, names: Sequence[str]) -> Mapping[str, tuple[int, int]]:
        found = {}
        for name in names:
            values = self._table[name]
            if isinstance(values, np.ndarray):
                texts = [value for value in values.tolist() if not is_absent(value)]
                found[name] = len(set(texts)), len(texts)
            else:
                present = values.drop_nulls()
                found[name] = int(present.n_unique()), len(present)
        return found


class _Lazy:
    """A lazy frame: suspicions are confirmed by its own engine."""

    def __init__(self, frame: nw.LazyFrame[Any], chosen: Sequence[str]) -> None:
        self._frame, self._types = frame, frame.collect_schema()
        self._plain = tuple(name for name in chosen if self._is_plain(name))
        self.part = LazyTable(frame, self._plain, {}, lambda read: read).head() if self._plain else None

    def heads(self, names: Sequence[str]) -> Arrays:
        times = {name: np.zeros(1, dtype="M8[s]") for name in names if self._types[name] in _TIMES}
        found: dict[str, NDArray[Any]] = {}
        if self.part is not None:
            heads = ((name, self.part[name][:PEEK_ROWS]) for name in self._plain)
            found = {name: values if isinstance(values, np.ndarray) else values.to_numpy() for name, values in heads}
        return {name: (times | found)[name] for name in names if name in times or name in found}

    def _is_plain(self, name: str) -> bool:
        dtype = self._types[name]
        return dtype in KEPT or dtype.is_numeric()

    def confirmed(self, name: str, reason: Reason) -> bool:
        if self._types[name] in _TIMES or reason is aside.DATES:
            return True
        value = value_of(name, self._types[name])
        facts = {
            "rows": nw.len(),
            "known": value.count(),
            "low": value.min(),
            "high": value.max(),
            "distinct": nw.col(name).n_unique(),
        }
        found = one_row(self._frame.select(*(expression.alias(key) for key, expression in facts.items())))
        known = int(found["known"])
        if reason is aside.EMPTY:
            return known == 0
        if reason is aside.RUNNING:
            span = int(found["high"]) - int(found["low"]) + 1
            return bool(found["rows"] == known == found["distinct"] == span)
        if reason is aside.NAMES:
            return bool(int(found["distinct"]) - (known < found["rows"]) == known)
        return bool(found["low"] == found["high"])

    def equal(self, one: str, other: str) -> bool:
        kinds = {self._types[one].is_numeric(), self._types[other].is_numeric()}
        if len(kinds) > 1:
            return False
        first, second = (value_of(name, self._types[name]) for name in (one, other))
        unlike = (first != second).fill_null(False) | (first.is_null() != second.is_null())
        found = one_row(self._frame.select(nw.when(unlike).then(nw.lit(1)).otherwise(nw.lit(0)).sum().alias("unlike")))
        return not found["unlike"]

    def counted(self, names: Sequence[str]) -> Mapping[str, tuple[int, int]]:
        if not names:
            return {}
        values = {name: value_of(name, self._types[name]) for name in names}
        asked = [value.n_unique().alias(f"different {name}") for name, value in values.items()]
        asked += [value.count().alias(f"known {name}") for name, value in values.items()]
        found = one_row(self._frame.select(nw.len().alias("rows"), *asked))
        rows = int(found["rows"])
        # A missing value is counted as one of those that differ.
        return {
            name: (int(found[f"different {name}"]) - (int(found[f"known {name}"]) < rows), int(found[f"known {name}"]))
            for name in names
        }
