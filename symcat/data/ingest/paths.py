"""What a path stands for: a file, a folder, a pattern, several of them, or an address that DuckDB reads.

An existing path is that path, whatever characters it has; only where there is none is it taken for a pattern.
"""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from symcat.errors import InvalidData

READERS = {".csv": "read_csv", ".tsv": "read_csv", ".parquet": "read_parquet", ".pq": "read_parquet"}
_PACKED = (".gz", ".zst")
_ADDRESS = re.compile(r"(?:https?|s3|s3a|s3n|gs|gcs|r2|az|azure|abfss|hf)://", re.IGNORECASE)


@dataclass(frozen=True)
class Files:
    """Files of one kind that are read as one table."""

    name: str  # as the user said it
    paths: tuple[str, ...]
    reader: str  # a table function of DuckDB
    hive: bool = False  # folders such as year=2020 are columns
    remote: bool = False  # over a network, as the user has asked for

    @property
    def patterns(self) -> list[str]:
        """The paths as DuckDB takes them, which would take brackets and stars for patterns, and ~ for the home."""
        if self.remote:
            return list(self.paths)
        return [glob.escape(os.path.abspath(path) if path.startswith("~") else path) for path in self.paths]  # noqa: PTH100


def is_path(data: object) -> bool:
    """Whether data is a path, or a list of nothing but paths."""
    if isinstance(data, str | os.PathLike):
        return True
    if not isinstance(data, list | tuple) or not data:
        return False
    return all(isinstance(one, os.PathLike) or (isinstance(one, str) and _reader(one) is not None) for one in data)


def files_of(data: Any) -> Files:
    """The files that a path, or a list of paths, stands for.

    Raises InvalidData where there is none, or where they are not all CSV or all Parquet.
    """
    named = [data] if isinstance(data, str | os.PathLike) else list(data)
    found = [_files_of(os.fspath(one)) for one in named]
    if len(found) == 1:
        return found[0]
    name = f"{found[0].name} and {len(found) - 1} more"
    return Files(
        name,
        tuple(path for one in found for path in one.paths),
        _one_reader(name, [path for one in found for path in one.paths]),
        all(one.hive for one in found),
        any(one.remote for one in found),
    )


def _files_of(name: str | bytes) -> Files:
    if isinstance(name, bytes):
        name = os.fsdecode(name)
    if _ADDRESS.match(name):
        return Files(name, (name,), _known_reader(name, re.split(r"[?#]", name)[0]), remote=True)
    path = Path(name)
    try:
        exists = bool(name) and path.exists()
    except (OSError, ValueError) as error:
        raise InvalidData(f"{_shortened(name)!r} is no path ({_said(error)}): pass the path of a file.") from error
    if not exists:
        home = os.path.expanduser(name)  # noqa: PTH111 -- a pattern may follow
        return _pattern(name) if home == name else _files_of(home)
    if path.is_dir():
        return _folder(path)
    if not path.is_file():
        raise InvalidData(
            f"{path} is a pipe or a device, not a file: write it to a file first, or send it to the command line with "
            "'-' for the file."
        )
    return Files(name, (name,), _known_reader(name, name))


def _pattern(name: str) -> Files:
    """The files that a pattern matches. Raises InvalidData where nothing has this name, and nothing matches."""
    found = sorted(path for path in glob.glob(name, recursive=True) if Path(path).is_file())  # noqa: PTH207 -- patterns may be absolute
    if found:
        return Files(name, tuple(found), _one_reader(name, found), _is_hive(found))
    if glob.has_magic(name):
        raise InvalidData(f"{_shortened(name)} does not exist, and no file matches it. Check the path and the pattern.")
    if not name or "\n" in name:
        raise InvalidData(f"{_shortened(name)!r} is no path: pass the path of a file, or the data themselves.")
    path = Path(name)
    near = get_close_matches(path.name, [p.name for p in path.parent.glob("*")] if path.parent.is_dir() else [])
    hint = f" Did you mean {near[0]!r}?" if near else " Check the path and the working directory."
    raise InvalidData(f"{path} does not exist.{hint}")


def _folder(path: Path) -> Files:
    """All CSV or Parquet files below a folder."""
    found = sorted(str(p) for p in path.rglob("*") if p.is_file() and _reader(p.name) is not None)
    if not found:
        raise InvalidData(f"{path} is a directory without CSV or Parquet files: pass a file, or a folder of them.")
    return Files(str(path), tuple(found), _one_reader(str(path), found), _is_hive([p[len(str(path)) :] for p in found]))


def _is_hive(paths: Sequence[str]) -> bool:
    """Whether every file lies in a folder that is named after a value, such as year=2020."""
    return all(any("=" in part for part in Path(path).parts[:-1]) for path in paths)


def _reader(name: str) -> str | None:
    """The table function for a file of this name, None for an unknown extension."""
    path = Path(name.lower())
    if path.suffix in _PACKED and READERS.get(path.with_suffix("").suffix) == "read_csv":
        path = path.with_suffix("")
    return READERS.get(path.suffix)


def _known_reader(shown: str, name: str) -> str:
    found = _reader(name)
    if found is None:
        raise InvalidData(
            f"{shown} has the extension {Path(name).suffix!r}, known are {', '.join(READERS)}, and .gz or .zst behind "
            "those of text: rename or convert the file, or read it yourself and pass the data frame."
        )
    return found


def _one_reader(name: str, paths: Sequence[str]) -> str:
    readers = {_known_reader(path, path) for path in paths}
    if len(readers) > 1:
        raise InvalidData(f"{name} has CSV and Parquet files together: pass those of one kind.")
    return readers.pop()


def _shortened(name: str, most: int = 120) -> str:
    return name if len(name) <= most else f"{name[:most]}..."


def _said(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
