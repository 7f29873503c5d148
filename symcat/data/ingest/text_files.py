"""The first lines of a CSV file, for what its reader would guess wrong: encoding, decimal commas, repeated names."""

from __future__ import annotations

import csv
import gzip
import re
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from symcat.errors import InvalidData

_LOOK = 1 << 16  # bytes
_LINES = 100
_DECIMAL_COMMA = re.compile(r"\s*[+-]?\d+,\d+(?:[eE][+-]?\d+)?\s*")
_NUMBER = re.compile(r"\s*[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?\s*")
_DECIMAL_POINT = re.compile(r"\s*[+-]?\d*\.\d+(?:[eE][+-]?\d+)?\s*")


@dataclass(frozen=True)
class Dialect:
    """How a text file is written; None leaves it to its reader."""

    encoding: str = "utf-8"
    delimiter: str | None = None
    decimal: str | None = None
    header: bool | None = None


def dialect(path: Path) -> Dialect:
    """What the first lines of a file show of its dialect, beyond what its reader finds by itself.

    Raises InvalidData for an empty file, one that is no text, and repeated names of columns.
    """
    if path.suffix.lower() == ".zst":
        return Dialect()
    head, whole = _head(path)
    encoding = _encoding(path, head, whole)
    lines = head.decode(encoding, errors="ignore").removeprefix("\ufeff").splitlines()
    lines = [line for line in (lines if whole else lines[:-1] or lines)[:_LINES] if line.strip()]
    if not lines:
        raise InvalidData(f"{path} is empty: it holds neither names of columns nor rows. Check what wrote it.")
    delimiter = max(";\t|,", key=lines[0].count)
    rows = list(csv.reader(lines[1:], delimiter=delimiter))
    if not lines[0].count(delimiter):  # one column; a comma in its rows can only be that of decimals
        numbers = [line for line in lines[1:] if _DECIMAL_COMMA.fullmatch(line)]
        return Dialect(encoding, ";", ",") if numbers else Dialect(encoding)
    names = next(csv.reader(lines[:1], delimiter=delimiter))
    _check_names(path, names)
    # Row names and trailing separators leave a column without a name, which its reader takes for a row of values.
    header = True if "" in names and any(name and not _NUMBER.fullmatch(name) for name in names) else None
    if delimiter == ",":
        return Dialect(encoding, header=header)
    cells = [cell for row in rows for cell in row]
    commas = any(map(_DECIMAL_COMMA.fullmatch, cells)) and not any(map(_DECIMAL_POINT.fullmatch, cells))
    return Dialect(encoding, delimiter, "," if commas else None, header)


def rewrite(path: Path, encoding: str, place: Path) -> None:
    """Write a text file anew in UTF-8, unpacked."""
    packed = path.suffix.lower() == ".gz"
    with (
        (
            gzip.open(path, "rt", encoding=encoding, newline="") if packed else path.open(encoding=encoding, newline="")
        ) as old,
        place.open("w", encoding="utf-8", newline="") as new,
    ):
        shutil.copyfileobj(old, new)


def _head(path: Path) -> tuple[bytes, bool]:
    """The first bytes, unpacked, and whether they are all."""
    packed = path.suffix.lower() == ".gz"
    with gzip.open(path) if packed else path.open("rb") as file:
        head = file.read(_LOOK + 1)
    return head[:_LOOK], len(head) <= _LOOK


def _encoding(path: Path, head: bytes, whole: bool) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\0" in head:
        raise InvalidData(f"{path} is not text, as it holds zero bytes: pass a CSV file, or read it yourself.")
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if whole or error.start < len(head) - 4:  # else a character was cut in two
            return "latin-1"
    return "utf-8"


def _check_names(path: Path, names: Sequence[str]) -> None:
    seen = Counter(names)
    repeated = sorted(name for name, times in seen.items() if times > 1 and name.strip() and not _is_number(name))
    if repeated:
        raise InvalidData(f"More than one column of {path} is called {repeated[0]!r}: rename or drop the duplicates.")


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True
