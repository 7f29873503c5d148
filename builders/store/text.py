"""The text form of rows: NDJSON with sorted rows, sorted keys, shortest round-trip floats, no NaN.

It is canonical, so that equal content is equal bytes and every change can be reviewed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

from builders.base import Row

_SORTED_BY = ("label", "universality", "exponent", "target", "quantity", "kurtosis", "order", "segment", "name")


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


def content_hash(files: Mapping[str, str]) -> str:
    """sha256 over names and texts, in the order of names."""
    digest = hashlib.sha256()
    for name in sorted(files):
        text = files[name].encode()
        digest.update(f"{name} {len(text)}\n".encode())
        digest.update(text)
    return digest.hexdigest()
