"""What a builder is, and the text form of what it builds.

An entry of the catalogue is a folder ``catalogue/<label>/`` of NDJSON files, one a table. The text is canonical:
sorted rows, sorted keys, shortest round-trip floats, no NaN, so that equal content is equal bytes and every change
can be reviewed.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
from collections.abc import Iterable, Mapping
from typing import Literal, Protocol

Row = dict[str, object]
Tables = dict[str, list[Row]]
Level = Literal["fast", "full"]
_SORTED_BY = ("label", "universality", "exponent", "target", "quantity", "kurtosis", "order", "segment", "name")


class Builder(Protocol):
    """A module that builds entries. ``build`` raises ``CannotCertify`` rather than return a value it cannot prove."""

    NAME: str
    VERSION: str
    SOURCES: tuple[str, ...]  # files of this package whose text decides the result
    SOFTWARE: str  # what computed the numbers, with its version

    def labels(self) -> list[str]: ...

    def parameters(self, label: str) -> Row: ...

    def build(self, label: str) -> Tables: ...

    def verify(self, label: str, tables: Tables, level: Level) -> list[Row]:
        """Recompute what ``tables`` says; returns rows of ``checks``, failed ones included."""


def to_text(rows: Iterable[Mapping[str, object]]) -> str:
    """Canonical NDJSON. Raises ValueError for NaN and infinities, which JSON does not have."""
    lines = [json.dumps(row, sort_keys=True, allow_nan=False, ensure_ascii=False) for row in rows]
    return "".join(line + "\n" for line in sorted(lines, key=_sort_key))


def _sort_key(line: str) -> tuple[tuple[tuple[int, float, str], ...], str]:
    # Numbers sort as numbers: segments come in order of `lo`, not of its digits.
    row = json.loads(line)
    return tuple(_rank(row[key]) for key in _ordered_keys(row)), line


def _ordered_keys(row: Mapping[str, object]) -> list[str]:
    first = [key for key in _SORTED_BY if key in row]
    return first + sorted(set(row) - set(first))


def _rank(value: object) -> tuple[int, float, str]:
    if isinstance(value, bool) or value is None:
        return (0, float(bool(value)), "")
    if isinstance(value, int | float):
        return (1, float(value), "")
    return (2, 0.0, value if isinstance(value, str) else json.dumps(value, sort_keys=True))


def from_text(text: str) -> list[Row]:
    """The rows of an NDJSON text. Raises ValueError for a damaged one."""
    if text and not text.endswith("\n"):
        raise ValueError("the last line is cut off")
    rows = [json.loads(line) for line in text.split("\n")[:-1]]  # not splitlines: text may hold other separators
    if not all(isinstance(row, dict) for row in rows):
        raise ValueError("a line is not a JSON object")
    return rows


def number(value: object) -> float:
    """A number of a row. Raises TypeError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is not a number")
    return float(value)


def content_hash(files: Mapping[str, str]) -> str:
    """sha256 over file names and texts, in the order of names."""
    digest = hashlib.sha256()
    for name in sorted(files):
        text = files[name].encode()
        digest.update(f"{name} {len(text)}\n".encode())
        digest.update(text)
    return digest.hexdigest()


def round_up(residual: float) -> float:
    """Two significant digits, upwards: the last bits differ between processors, and nobody reads them."""
    if residual == 0.0 or not math.isfinite(residual):
        return residual if residual == 0.0 else sys.float_info.max
    unit = 10.0 ** (math.floor(math.log10(residual)) - 1)
    return float(f"{math.ceil(residual / unit) * unit:.1e}") if unit > 0.0 else residual


def check(
    label: str,
    name: str,
    method: str,
    *,
    level: Level,
    points: int,
    residual: float,
    bound: float,
    passed: bool | None = None,
) -> Row:
    """A row of ``checks``: what was compared, how, at how many points, the worst residual, the bound to meet."""
    residual = round_up(residual)
    return {
        "label": label,
        "name": name,
        "method": method,
        "level": level,
        "points": points,
        "residual": residual,
        "bound": bound,
        "passed": bool(residual <= bound) if passed is None else passed,
    }
