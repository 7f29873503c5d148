"""The catalogue's folders: reading them, and writing files so that a kill at any moment leaves only whole ones.

Every file is written beside the catalogue and moved into place.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from builders.base import Tables
from builders.store.text import from_text

CHECKOUT = Path(__file__).resolve().parents[2]
CATALOGUE = CHECKOUT / "catalogue"
HAND_WRITTEN = "common"
"""The folder of tables that no builder writes."""
_INCOMING = ".incoming"
_NOT_ENTRIES = ("schema", _INCOMING)


def entry_files(root: Path, label: str) -> dict[str, str]:
    """File name -> text of an entry; empty if there is none."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted((root / label).glob("*.ndjson"))}


def read_entry(root: Path, label: str) -> Tables:
    """The tables of an entry. Raises ValueError if a file is damaged."""
    return tables_of(entry_files(root, label))


def tables_of(files: Mapping[str, str]) -> Tables:
    """The tables in the files of an entry. Raises ValueError if one is damaged."""
    return {name.removesuffix(".ndjson"): from_text(text) for name, text in files.items()}


def stored_labels(root: Path) -> list[str]:
    """Folders of the catalogue that hold tables, hand-written ones (``common``) included."""
    return sorted(path.name for path in root.iterdir() if path.is_dir() and path.name not in _NOT_ENTRIES)


def replace_entry(root: Path, label: str, files: dict[str, str]) -> None:
    """Put the files of an entry in place in the order given, and remove all others."""
    folder = root / label
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.ndjson"):
        if path.name not in files:
            path.unlink()
    replace_files(root, {folder / name: text for name, text in files.items()})


def replace_files(root: Path, texts: dict[Path, str]) -> None:
    """Write every text beside the catalogue, then move them into place in the order given."""
    incoming = root / _INCOMING
    incoming.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=incoming) as place:
        ready = []
        for number, (target, text) in enumerate(texts.items()):
            source = Path(place) / str(number)
            source.write_text(text, encoding="utf-8", newline="\n")
            ready.append((source, target))
        for source, target in ready:
            source.replace(target)


def clear_incoming(root: Path) -> None:
    """Remove what a killed rebuild left beside the catalogue."""
    shutil.rmtree(root / _INCOMING, ignore_errors=True)
