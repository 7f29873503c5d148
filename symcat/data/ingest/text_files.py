"""The first lines of a text file, for what its reader would guess wrong, and the line of a fault that it does not name.

Lines that start with ``#`` above the names are comments, but for the last where rows of numbers follow at once, as many
to a line: these are names.

A first line of numbers is a row like the others. It is one of names where these are whole numbers without a point, all
different, and either nothing below is written like that, or they count up in equal steps, such as years, and half of
them lie further from what is below them than that spreads; or where they are in quotes, and nothing below is. A single
number is such a name only outside what is below.
"""

from __future__ import annotations

import csv
import gzip
import itertools
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from symcat.data.ingest.marks import MISSING
from symcat.errors import InvalidData
from symcat.notices import warn

_LOOK = 1 << 16  # bytes
_LEAST = 5  # rows below a first line of numbers that tell whether it holds names
_DELIMITERS = ";\t|,"
_DECIMAL_COMMA = re.compile(r"\s*[+-]?\d+,\d+(?:[eE][+-]?\d+)?\s*")
_NUMBER = re.compile(r"\s*[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?\s*")
_DECIMAL_POINT = re.compile(r"\s*[+-]?\d*\.\d+(?:[eE][+-]?\d+)?\s*")
_THOUSANDS = re.compile(r"\s*[+-]?[1-9]\d{0,2}(?:(?:,\d{3})+\.\d+|(?:,\d{3}){2,})\s*")
_GROUPED = re.compile(r"\s*[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?\s*")
_QUOTED = re.compile(r'"[^"]*"')
_WHOLE = re.compile(r"\s*[+-]?\d{1,15}\s*")
_NOT_LATIN = re.compile(rb"[\x80-\x9f]")  # controls there, letters in other encodings
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")


@dataclass(frozen=True)
class Dialect:
    """How a text file is written; None leaves it to its reader."""

    encoding: str = "utf-8"
    delimiter: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    header: bool | None = None
    skip: int = 0  # comments and blank lines above the names


@dataclass(frozen=True)
class Head:
    """What the first lines of a file show."""

    dialect: Dialect
    names: tuple[str, ...] = ()  # as they are written; none where they are not looked at
    marks: bool = False  # whether a cell has a mark of a missing value
    numbers_as_names: bool = False


def head_of(path: Path) -> Head:
    """The dialect of a file, beyond what its reader finds by itself, and its names.

    Raises InvalidData for an empty file, one that is no text or has no rows, repeated names of columns, and lines that
    have more or fewer cells than the first.
    """
    if path.suffix.lower() == ".zst":
        return Head(Dialect())
    head, whole = _head(path)
    encoding = _encoding(path, head, whole)
    text = head.decode(encoding, errors="ignore").removeprefix("\ufeff")
    lines = _LINE.findall(text)[:-1] or [text]
    if not whole and len(lines) > 1:
        lines = lines[:-1]
    if not any(line.strip() for line in lines):
        raise InvalidData(f"{path} is empty: it holds neither names of columns nor rows. Check what wrote it.")
    skip = _comments(lines)
    delimiter = _delimiter(path, [line for line in lines[skip:] if line.strip()])
    cells = list(_cells(lines, delimiter, skip))
    if not cells:
        raise InvalidData(f"{path} holds nothing but comments, lines that start with '#': check what wrote it.")
    if len(cells[0][1]) == 1 and delimiter == ",":  # one column; a comma in its rows can only be that of decimals
        texts = [line.strip() for line in lines[skip + 1 :] if line.strip()]
        if all(t in MISSING or _NUMBER.fullmatch(t) for t in texts) and any(map(_DECIMAL_COMMA.fullmatch, texts)):
            return Head(Dialect(encoding, ";", ",", skip=skip), (cells[0][1][0],))
    _check_widths(path, cells)
    names, rows = tuple(name.strip() for name in cells[0][1]), [row for _, row in cells[1:]]
    _check_names(path, names)
    if whole and not rows and not all(map(_NUMBER.fullmatch, names)):
        shown = ", ".join(names[:6]) + ", ..." * (len(names) > 6)
        raise InvalidData(f"{path} has column names ({shown}) but no rows: check what wrote it.")
    quoted = '"' in lines[skip] and not any('"' in line for line in lines[skip + 1 :])
    of_numbers = _numbers_as_names(names, rows, quoted)
    # Row names and trailing separators leave a column without a name, which its reader takes for a row of values.
    named = [name for name in names if name not in MISSING]
    nameless = not any(names) or (len(named) < len(names) and not all(map(_NUMBER.fullmatch, named)))
    body = [cell for row in rows for cell in row]
    commas = delimiter != "," and any(map(_DECIMAL_COMMA.fullmatch, body))
    groups = [cell for cell in body if _GROUPED.fullmatch(cell)]
    thousands = any(map(_THOUSANDS.fullmatch, groups)) and len(groups) == sum("," in c for c in body if _written(c))
    dialect = Dialect(
        encoding,
        delimiter,
        "," if commas and not any(map(_DECIMAL_POINT.fullmatch, body)) and not thousands else None,
        "," if thousands else None,
        True if nameless or of_numbers else None,
        skip,
    )
    return Head(dialect, names, any(cell in MISSING and cell for cell in body), of_numbers)


def ragged(path: Path, dialect: Dialect) -> InvalidData | None:
    """The error for the first line that has more or fewer cells than the first of all; None where there is none."""
    if path.suffix.lower() == ".zst" or dialect.delimiter is None:
        return None
    packed = path.suffix.lower() == ".gz"
    try:
        with (
            gzip.open(path, "rt", encoding=dialect.encoding, newline="")
            if packed
            else path.open(encoding=dialect.encoding, newline="") as file
        ):
            _check_widths(path, _cells(file, dialect.delimiter, dialect.skip))
    except InvalidData as error:
        return error
    except (OSError, EOFError, ValueError, csv.Error):
        return None
    return None


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
            if _NOT_LATIN.search(head):
                warn(
                    f"{path} is neither UTF-8 nor Latin-1, and is read as the latter: letters beyond a to z may come "
                    "out wrong; save it as UTF-8 where that matters."
                )
            return "latin-1"
    return "utf-8"


def _comments(lines: Sequence[str]) -> int:
    """The number of lines above the names: comments, and those that are blank."""
    end = next((j for j, line in enumerate(lines) if line.strip() and not line.startswith("#")), len(lines))
    last = next((j for j in range(end - 1, -1, -1) if lines[j].startswith("#")), None)
    if last is None:
        return end if end < len(lines) else 0
    if end < len(lines):
        delimiter = max(_DELIMITERS, key=lines[end].count)
        width = lines[end].count(delimiter)
        below = lines[end].strip("\r\n").split(delimiter)
        if width and lines[last].count(delimiter) == width and any(map(_NUMBER.fullmatch, below)):
            return last
    return end


def _delimiter(path: Path, lines: Sequence[str]) -> str:
    """What separates the cells: the most frequent of the usual separators in the line of the names, or a space."""
    if not lines:
        return ","
    bare = _QUOTED.sub("", lines[0])
    delimiter = max(_DELIMITERS, key=bare.count)
    if bare.count(delimiter):
        return delimiter
    parts = [line.split() for line in lines]
    width, below = len(parts[0]), parts[1:]
    if width > 1 and below and all(len(p) == width and all(map(_NUMBER.fullmatch, p)) for p in below):
        if any(line.strip("\r\n") != " ".join(p) for line, p in zip(lines, parts, strict=True)):
            raise InvalidData(
                f"The columns of {path} are separated by runs of spaces: pass "
                f"symcat.solve(numpy.loadtxt({str(path)!r}, skiprows=1)), or write it with commas."
            )
        return " "
    return ","


def _cells(lines: Iterable[str], delimiter: str, skip: int) -> Iterator[tuple[int, list[str]]]:
    """The cells of each line that has any, and its number, counted from 1."""
    reader = csv.reader(itertools.islice(iter(lines), skip, None), delimiter=delimiter)
    before = 0
    for row in reader:
        if row and (len(row) > 1 or row[0].strip()):
            yield skip + before + 1, row
        before = reader.line_num


def _check_widths(path: Path, cells: Iterable[tuple[int, list[str]]]) -> None:
    """Raises InvalidData that names the first line with more or fewer cells than the first of all."""
    found = iter(cells)
    first_line, first = next(found)
    for place, (line, row) in enumerate(found):
        if len(row) == len(first):
            continue
        has = f"Line {line} of {path} has {_count(len(row))} where line {first_line} has {len(first)}"
        follows = [len(other) for _, other in itertools.islice(found, 20)]
        if any("\n" in cell or "\r" in cell for cell in row):
            cure = "a quote in it is perhaps never closed; correct the line"
        elif row[0].startswith("#"):
            cure = "comments may stand above the names only; take the line out"
        elif place == 0:
            alike = all(width == len(row) for width in follows)
            if alike and len(row) == len(first) + 1 > 2:
                cure = f"give each column a name in line {first_line}, such as 'row' to names of the rows"
            elif alike and len(row) > len(first):
                cure = "take out what stands above the column names, or start it with '#'"
            else:
                cure = "correct one of them"
        else:
            cure = "correct the line, where a cell that holds a separator must stand in quotes, or take it out"
        raise InvalidData(f"{has}: {cure}.")


def _count(cells: int) -> str:
    return f"{cells} cell" + "s" * (cells > 1)


def _written(cell: str) -> bool:
    """Whether a cell holds digits and their marks only."""
    return bool(cell.strip()) and not set(cell.strip()) - set("0123456789+-.,eE")


def _numbers_as_names(names: Sequence[str], rows: Sequence[Sequence[str]], quoted: bool) -> bool:
    """Whether a first line of nothing but numbers holds names."""
    if len(rows) < _LEAST or not all(map(_WHOLE.fullmatch, names)) or len(set(names)) < len(names):
        return False
    if quoted:
        return True
    columns = [[c.strip() for c in column if c.strip() not in MISSING] for column in zip(*rows, strict=True)]
    if not all(column and all(map(_NUMBER.fullmatch, column)) for column in columns):
        return False
    values = [[float(c.replace(",", ".")) for c in column] for column in columns]
    own = [float(name) for name in names]
    outside = sum(not min(v) <= x <= max(v) for x, v in zip(own, values, strict=True))
    if not any(_WHOLE.fullmatch(c) for column in columns for c in column) and (len(names) > 1 or outside):
        return True
    steps = {b - a for a, b in itertools.pairwise(own)}
    far = sum(max(min(v) - x, x - max(v)) > max(v) - min(v) for x, v in zip(own, values, strict=True))
    return len(steps) == 1 and 2 * far >= len(names)


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
