"""Files of numbers: a small record and some arrays in numpy's npz format, without pickle."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FORMAT = 2
Arrays = dict[str, NDArray[Any]]

# What reading a damaged or foreign file raises.
DAMAGE = (OSError, EOFError, LookupError, TypeError, ValueError, zipfile.BadZipFile)


def write(path: Path, state: Mapping[str, Any], arrays: Arrays) -> None:
    """Write ``state`` (what JSON can hold) and ``arrays``, replacing the file in one step."""
    content: dict[str, Any] = {**arrays, "state": np.array(json.dumps({"format": FORMAT, **state}))}
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            np.savez(file, **content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def read(path: Path) -> tuple[dict[str, Any], Arrays]:
    """What ``write`` wrote, in this format or an earlier one. Raises one of ``DAMAGE`` for anything else."""
    with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    state = json.loads(str(arrays.pop("state")))
    if state["format"] not in range(1, FORMAT + 1):
        raise ValueError(f"format {state['format']}, but this version reads formats 1 to {FORMAT}")
    return state, arrays
