"""The catalogue's folders: reading them, and writing one so that a kill at any moment leaves only whole files.

Every file is written beside the catalogue and moved into place; ``provenance.ndjson`` goes last and is the commit
mark: it holds the hash of the other files, so an entry whose writing was cut short does not match it and is built
again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from builders.store.text import Builder, Row, Tables, content_hash, from_text, to_text

ROOT = Path(__file__).resolve().parent.parent / "catalogue"
SCHEMA_VERSION = "1"
FIRST_VERSION = "0.1.0"
PROVENANCE = "provenance.ndjson"
MANIFEST = "manifest.json"
_INCOMING = ".incoming"
_NOT_ENTRIES = ("schema", _INCOMING)
HAND_WRITTEN = "common"


def entry_files(root: Path, label: str) -> dict[str, str]:
    """File name -> text of an entry; empty if there is none."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted((root / label).glob("*.ndjson"))}


def read_entry(root: Path, label: str) -> Tables:
    """The tables of an entry. Raises ValueError if a file is damaged."""
    return {name.removesuffix(".ndjson"): from_text(text) for name, text in entry_files(root, label).items()}


def stored_labels(root: Path) -> list[str]:
    """Folders of the catalogue that hold tables, hand-written ones (``common``) included."""
    return sorted(path.name for path in root.iterdir() if path.is_dir() and path.name not in _NOT_ENTRIES)


def input_hash(builder: Builder, label: str) -> str:
    """sha256 of the builder's sources, version and parameters."""
    here = Path(__file__).parent
    files = {name: (here / name).read_text(encoding="utf-8") for name in builder.SOURCES}
    asked = json.dumps([builder.NAME, builder.VERSION, label, builder.parameters(label)], sort_keys=True)
    return hashlib.sha256((content_hash(files) + asked).encode()).hexdigest()


def content_matches(root: Path, label: str) -> bool:
    """Whether the files of an entry are those its provenance was written for."""
    files = entry_files(root, label)
    try:
        rows = from_text(files.pop(PROVENANCE, ""))
    except ValueError:
        return False
    return len(rows) == 1 and rows[0].get("content_hash") == content_hash(files)


def up_to_date(root: Path, builder: Builder, label: str) -> bool:
    """Whether an entry is whole and was built from the present sources and parameters."""
    if not content_matches(root, label):
        return False
    return read_entry(root, label)["provenance"][0].get("input_hash") == input_hash(builder, label)


def provenance(builder: Builder, label: str, files: dict[str, str]) -> Row:
    """The row of ``provenance``. No times: equal inputs give equal bytes."""
    parameters = builder.parameters(label)
    return {
        "label": label,
        "builder": builder.NAME,
        "builder_version": builder.VERSION,
        "parameters": json.dumps(parameters, sort_keys=True),
        "seed": parameters.get("seed"),
        "input_hash": input_hash(builder, label),
        "content_hash": content_hash(files),
        "software": builder.SOFTWARE,
    }


def write_entry(root: Path, builder: Builder, label: str, tables: Tables) -> None:
    """Put an entry in place, file by file, the provenance last."""
    files = {f"{table}.ndjson": to_text(rows) for table, rows in tables.items()}
    marked = {**files, PROVENANCE: to_text([provenance(builder, label, files)])}
    folder = root / label
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.ndjson"):
        if path.name not in marked:
            path.unlink()
    replace_files(root, {folder / name: text for name, text in marked.items()})


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


def read_manifest(root: Path) -> dict[str, Any]:
    """The manifest, or an empty one if there is none yet."""
    try:
        manifest: dict[str, Any] = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {"version": FIRST_VERSION, "schema_version": SCHEMA_VERSION, "entries": {}}
    return manifest


def write_manifest(root: Path, built: Iterable[str]) -> None:
    """Bring ``manifest.json`` up to date for the entries of ``built`` and for the hand-written tables.

    A folder whose files do not match its provenance keeps its old hash, so that ``assemble`` refuses it.
    """
    manifest = read_manifest(root)
    entries = {}
    for label in stored_labels(root):
        if label == HAND_WRITTEN or (label in built and content_matches(root, label)):
            entries[label] = content_hash(entry_files(root, label))
        elif label in built:
            entries[label] = manifest["entries"].get(label, "")
    text = (
        json.dumps({**manifest, "schema_version": SCHEMA_VERSION, "entries": entries}, indent=1, sort_keys=True) + "\n"
    )
    replace_files(root, {root / MANIFEST: text})
