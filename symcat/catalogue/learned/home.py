"""Where learned entries are kept, and in which form: what reads them in Python and in SQL agrees on."""

from __future__ import annotations

import os
import sys
from pathlib import Path

SUFFIX = ".ndjson"
SCHEMA = 2


def directory() -> Path:
    """The directory of the learned entries. It need not exist.

    ``learned`` in ``$SYMCAT_HOME`` if that is set; else in ``symcat`` in the platform's data directory:
    ``$XDG_DATA_HOME`` or ``~/.local/share``; on macOS ``~/Library/Application Support``; on Windows ``%LOCALAPPDATA%``.
    """
    chosen = os.environ.get("SYMCAT_HOME")
    return (Path(chosen).expanduser().absolute() if chosen else _data_directory() / "symcat") / "learned"


def _data_directory() -> Path:
    if sys.platform == "darwin":
        return _user() / "Library" / "Application Support"
    windows = sys.platform.startswith("win")
    variable, default = ("LOCALAPPDATA", "AppData/Local") if windows else ("XDG_DATA_HOME", ".local/share")
    chosen = Path(os.environ.get(variable, ""))
    return chosen if chosen.is_absolute() else _user() / default  # the XDG specification ignores relative paths


def _user() -> Path:
    try:
        return Path.home()
    except RuntimeError:  # an account without a home: nothing can be written below a device
        return Path(os.devnull)
