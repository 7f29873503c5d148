"""Files of numbers: a small record and some arrays in numpy's npz format, without pickle, and a digest of them all.

What unpacks to more than its record can account for is refused before it is unpacked.
"""

from __future__ import annotations

import hashlib
import json
import os
import tokenize
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.errors import InvalidData

FORMAT = 3
_UNSIGNED = (1, 2)  # formats that had no digest
_MOST_UNPACKED = 4  # times the file: sums and samples are packed as they are, and hardly more can be saved
_SMALL = 1 << 20
Arrays = dict[str, NDArray[Any]]

# What reading a damaged or foreign file raises.
DAMAGE = (
    OSError,
    EOFError,
    LookupError,
    TypeError,
    ValueError,
    OverflowError,
    MemoryError,
    zipfile.BadZipFile,
    SyntaxError,
    tokenize.TokenError,
)


def write(path: Path, state: Mapping[str, Any], arrays: Arrays) -> None:
    """Write ``state`` (what JSON can hold) and ``arrays``, replacing the file in one step."""
    text = json.dumps({"format": FORMAT, **state})
    content: dict[str, Any] = {**arrays, "state": np.array(text), "digest": np.array(digest(text, arrays))}
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            np.savez(file, **content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def read(path: Path) -> tuple[dict[str, Any], Arrays]:
    """What ``write`` wrote, in this format or an earlier one. Raises one of ``DAMAGE`` for anything else."""
    _check_size(path)
    with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    text = str(arrays.pop("state"))
    signed = arrays.pop("digest", None)
    state = json.loads(text)
    if state["format"] not in range(1, FORMAT + 1):
        raise ValueError(f"format {state['format']}, but this version reads formats 1 to {FORMAT}")
    if state["format"] not in _UNSIGNED and str(signed) != digest(text, arrays):
        raise ValueError("its digest is of other numbers: it was changed after it was written")
    return state, arrays


def save(path: str | os.PathLike[str], state: Mapping[str, Any], arrays: Arrays) -> None:
    """``write``. Raises InvalidData where the file cannot be written."""
    try:
        write(Path(path), state, arrays)
    except (OSError, TypeError, ValueError) as error:
        raise InvalidData(
            f"These statistics cannot be saved to {path!r} ({error}): pass the path of a file in a folder that "
            "exists and can be written to."
        ) from error


@contextmanager
def loaded(path: str | os.PathLike[str]) -> Iterator[tuple[dict[str, Any], Arrays]]:
    """``read``. Raises InvalidData where the file cannot be read, nor what it says be restored."""
    try:
        yield read(Path(path))
    except DAMAGE as error:
        raise InvalidData(
            f"{path} does not hold symcat statistics ({type(error).__name__}: {error}). Pass a file written by "
            "Statistics.save, or measure the data again."
        ) from error


def _check_size(path: Path) -> None:
    """Raises ValueError for an archive that unpacks to far more than it is."""
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > max(_SMALL, _MOST_UNPACKED * path.stat().st_size):
        raise ValueError(f"it would unpack to {unpacked:,} bytes, which no such file does")


def digest(text: str, arrays: Arrays) -> str:
    """SHA-256 of the record and of each array with its name, type and shape."""
    found = hashlib.sha256(text.encode())
    for name in sorted(arrays):
        values = np.ascontiguousarray(arrays[name])
        found.update(f"{name} {values.dtype.str} {values.shape}".encode())
        found.update(values.tobytes())
    return found.hexdigest()
