"""The user's learned entries: a directory with one small file for each.

A file is written under a name of its own, brought to the disk and put in place in one step, so that readers and other
writers see the whole of it or nothing, whenever the writer ends. Its second line is the SHA-256 of its first; what does
not agree is skipped. The name is a hash of the problem: two processes that solve the same one write the same file.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from symcat.catalogue.learned.entry import Entry
from symcat.catalogue.learned.home import SUFFIX, directory
from symcat.errors import InvalidData
from symcat.notices import warn

_PARTIAL = ".partial"
_STALE_S = 86400.0  # age of an unfinished file from which its writer cannot be at work any more
_DAMAGE = (OSError, KeyError, TypeError, ValueError, OverflowError, RecursionError)

_warned: set[Path] = set()


def learn(entry: Entry) -> Path | None:
    """Keep an entry; of two of the same problem, the less noisy. Returns its file.

    Where it cannot be kept (a read-only home, a full disk), warns once for the directory and returns None.
    """
    home = directory()
    path = home / _name(entry)
    try:
        home.mkdir(parents=True, exist_ok=True)
        _sweep(home)
        if not _is_kept(path, entry):
            _write(path, _content(entry))
    except OSError as error:
        if home not in _warned:
            _warned.add(home)
            warn(
                f"What was learned cannot be kept in {home}: {error}. The answer stands, but it will have to be "
                "found again: make room or the directory writable, or set SYMCAT_HOME to another one."
            )
        return None
    return path


def entries(label: str | None = None) -> Iterator[Entry]:
    """The learned entries, of one label or all, in the order of their files' names.

    A file that cannot be used (damaged, foreign, of another schema) is skipped with a warning that names it.
    """
    prefix = "" if label is None else f"{_slug(label)}-"
    for path in _files(prefix):
        entry = _read(path)
        if entry is not None and label in (None, entry.label):
            yield entry


def kept() -> Iterator[tuple[Path, Entry]]:
    """The files of all learned entries and what they hold, as ``entries`` has them."""
    for path in _files():
        entry = _read(path)
        if entry is not None:
            yield path, entry


def named(name: str) -> list[tuple[Path, Entry]]:
    """Those whose label or file begins so. Raises InvalidData where there is none."""
    found = [(path, entry) for path, entry in kept() if path.name.startswith(name) or entry.label.startswith(name)]
    if not found:
        raise InvalidData(f"Nothing was learned whose label or file begins with {name!r}: symcat learned list has all.")
    return found


def forget(name: str | None = None) -> int:
    """Delete those that begin so, or all, also the files that cannot be used; how many there were.

    Raises InvalidData where none begins so, or where a file cannot be deleted.
    """
    paths = _files() if name is None else [path for path, _ in named(name)]
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise InvalidData(f"{path} cannot be deleted: {error}. Make the directory writable.") from error
    return len(paths)


def learned_at(path: Path) -> str:
    """When a file was written, in local time."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(path.stat().st_mtime))


def _files(prefix: str = "") -> list[Path]:
    try:
        return sorted(path for path in directory().iterdir() if path.suffix == SUFFIX and path.name.startswith(prefix))
    except OSError:  # nothing has been learned yet
        return []


def _slug(label: str) -> str:
    return label.replace("/", "-")


def _name(entry: Entry) -> str:
    problem = json.dumps([entry.label, entry.count, entry.statistics.tolist()])
    return f"{_slug(entry.label)}-{hashlib.sha256(problem.encode()).hexdigest()[:16]}{SUFFIX}"


def _content(entry: Entry) -> bytes:
    line = json.dumps(entry.record(), allow_nan=False, separators=(",", ":")).encode()
    return b'%b\n"%b"\n' % (line, hashlib.sha256(line).hexdigest().encode())


def _read(path: Path) -> Entry | None:
    try:
        line, _, digest = path.read_bytes().partition(b"\n")
        if digest.strip() != b'"%b"' % hashlib.sha256(line).hexdigest().encode():
            raise ValueError("it is damaged, or not a file of symcat's")
        return Entry.from_record(json.loads(line))
    except FileNotFoundError:  # removed since the directory was listed
        return None
    except _DAMAGE as error:
        warn(f"The learned entry {path} is skipped: {error}. Delete the file to be rid of it.")
        return None


def _is_kept(path: Path, entry: Entry) -> bool:
    """Whether the same problem is there already with no more noise than ``entry`` has."""
    kept = _read(path) if path.exists() else None
    return kept is not None and bool((kept.noise**2).sum() <= (entry.noise**2).sum())


def _write(path: Path, content: bytes) -> None:
    """Put the content in place in one step. An unfinished file is taken away, also where Ctrl-C interrupts."""
    partial = path.with_name(f"{path.name}.{uuid.uuid4().hex}{_PARTIAL}")
    try:
        with partial.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _sweep(home: Path) -> None:
    """Take away what killed processes have left unfinished."""
    for path in home.glob(f"*{_PARTIAL}"):
        try:
            if time.time() - path.stat().st_mtime > _STALE_S:
                path.unlink()
        except FileNotFoundError:  # finished, or swept by another process
            continue
