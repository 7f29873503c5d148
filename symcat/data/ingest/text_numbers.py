"""Columns of text that hold numbers, but for a few: refused with what stands beside them and the call that works."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import narwhals as nw
import numpy as np

from symcat.data.ingest.columns import PEEK_ROWS
from symcat.data.ingest.frames import TEXT, parts_of
from symcat.data.ingest.marks import NUMBER, is_number
from symcat.data.ingest.opened import Opened
from symcat.data.ingest.paths import is_path
from symcat.data.ingest.source import not_numeric
from symcat.data.ingest.written import Place, cure
from symcat.data.levels import MOST_LEVELS, is_absent

_WITH_UNIT = re.compile(rf"(?P<before>[$€£¥]?)(?P<number>{NUMBER})(?P<after>[^\W\d_][\w/²³°]{{0,7}}|°[CF]?|€|£)?\s*")
_LEAST, _MOST_MARKS = 3, 8


def check_no_numbers_as_text(found: Opened, chosen: Sequence[str], numbers: Sequence[str] = ()) -> None:
    """Raises InvalidData for a column of text whose values are numbers, but for a few different texts among them.

    Text of two values is what it is, and so are categories, but in the columns that must hold ``numbers``.
    """
    for name in (*_of_text(found.table, chosen), *_of_text(found.table, numbers, categories=True)):
        head = _head(found.table, name)
        if len(head) < (1 if name in numbers else _LEAST):
            continue
        if unit := _unit(head):
            what = f"numbers with the unit {unit!r}, such as {', '.join(map(repr, sorted(head)[:3]))}"
            raise not_numeric(name, what, f"pass {_place(found, name).call([(unit, '')], ())}")
        if 2 * sum(_numbers(head).values()) < sum(head.values()):
            continue
        texts = _all(found.table, name, head)
        written, marks = _numbers(texts), [text for text in texts if not is_number(text)]
        if len(marks) > _MOST_MARKS or 2 * sum(written.values()) < sum(texts.values()):
            continue
        shown = sorted(written)[:3]
        what = f"numbers written as text, such as {', '.join(map(repr, shown))}"
        if marks:
            beside = ", ".join(f"{mark!r} in {_rows(texts[mark])}" for mark in sorted(marks)[:3])
            what = f"{what}, beside {beside}{', ...' * (len(marks) > 3)}"
        call = cure(_place(found, name), list(written), marks)
        if name not in numbers and len(texts) <= MOST_LEVELS and 2 * len(texts) <= sum(texts.values()):
            call = f"kinds={{{name!r}: 'categorical'}} reads them as levels; {call}"
        raise not_numeric(name, what, call)


def _numbers(texts: Mapping[str, int]) -> dict[str, int]:
    return {text: times for text, times in texts.items() if is_number(text)}


def _unit(texts: Iterable[str]) -> str | None:
    """What stands before or behind each of some numbers with points; None where they have nothing in common."""
    found = [_WITH_UNIT.fullmatch(text) for text in texts]
    units = {(match["before"] or "") + (match["after"] or "") for match in found if match}
    if (
        not all(found)
        or len(units) > 1
        or any(m["before"] and m["after"] for m in found if m)
        or not any("." in match["number"] for match in found if match)
    ):
        return None
    return units.pop() or None


def _rows(count: int) -> str:
    return f"{count} row" + "s" * (count > 1)


def _of_text(table: Any, names: Sequence[str], *, categories: bool = False) -> list[str]:
    """The columns that may hold text, and of a type of categories only where asked for."""
    if isinstance(table, dict):
        return [name for name in names if np.ma.getdata(table[name]).dtype.kind in "UO"]
    types = table.collect_schema()
    return [name for name in names if types[name] in ((*TEXT, nw.Object) if categories else (nw.String, nw.Object))]


def _head(table: Any, name: str) -> Counter[str]:
    """How often each text occurs in the first rows; nothing of a column of anything else."""
    if isinstance(table, dict):
        return _texts(table[name][:PEEK_ROWS])
    if not isinstance(table, nw.LazyFrame):
        return _texts(table[name][:PEEK_ROWS].to_list())
    head = table.select(name) if table.implementation.is_dask() else table.select(name).head(PEEK_ROWS)
    part = next(parts_of(head, PEEK_ROWS), None)
    return (
        Counter()
        if part is None
        else _texts(part[name].to_list())
        if isinstance(part, nw.DataFrame)
        else _texts(part[name])
    )


def _all(table: Any, name: str, head: Counter[str]) -> Counter[str]:
    """The same of all rows; of a lazy frame only of those that hold no number, beside those of the head."""
    if isinstance(table, dict):
        return _texts(table[name])
    if not isinstance(table, nw.LazyFrame):
        return _texts(table[name].to_list())
    strange = table.select(name).filter(~nw.col(name).str.contains(f"^{NUMBER}$"))
    counts = strange.group_by(name).agg(nw.len().alias(f"times {name}")).head(_MOST_MARKS + 1)
    found = Counter(_numbers(head))
    for part in parts_of(counts, PEEK_ROWS):
        texts, times = ([*part[column]] for column in (name, f"times {name}"))
        found.update({str(text): int(count) for text, count in zip(texts, times, strict=True)})
    return found


def _texts(values: Any) -> Counter[str]:
    """How often each of some values occurs, numbers beside texts as these; nothing where there is no text."""
    if isinstance(values, np.ndarray):
        absent = np.ma.getmaskarray(values)
        values = np.ma.getdata(values)[~absent].tolist() if values.dtype.kind in "UO" else ()
    found = [value for value in values if not is_absent(value)]
    known = all(isinstance(value, str | int | float) and not isinstance(value, bool) for value in found)
    return Counter(map(str, found)) if known and any(isinstance(value, str) for value in found) else Counter()


def _place(found: Opened, name: str) -> Place:
    """The words for a column in a call."""
    column = f"data[{name!r}]" if found.is_named else "data"
    if not found.is_named and len(found.names) > 1:
        column = f"data[:, {found.names.index(name)}]"
    if isinstance(found.table, dict):
        return Place("python", column, "data", name)
    if is_path(found.data):
        if (found.name is not None and ".csv" in found.name.lower()) or ".tsv" in str(found.name).lower():
            return Place("text file", column, f"duckdb.read_csv({found.name!r})", name)
        return Place("relation", column, f"duckdb.read_parquet({found.name!r})", name)
    kind = found.table.implementation
    library = "pandas" if kind.is_pandas() else "relation" if kind.is_duckdb() else "python"
    return Place(library, column, "data", name)
