"""``manifest.json``: the content hash of every folder that is to be assembled."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from builders.store.entries import HAND_WRITTEN, entry_files, replace_files, stored_labels
from builders.store.provenance import content_matches
from builders.store.text import content_hash

MANIFEST = "manifest.json"
SCHEMA_VERSION = "2"
_FIRST_VERSION = "0.1.0"


def read_manifest(root: Path) -> dict[str, Any]:
    """The manifest, or an empty one if there is none yet."""
    try:
        manifest: dict[str, Any] = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {"version": _FIRST_VERSION, "schema_version": SCHEMA_VERSION, "entries": {}}
    return manifest


def write_manifest(root: Path, built: Iterable[str]) -> None:
    """Bring the manifest up to date for the entries of ``built`` and for the hand-written tables.

    A folder whose files do not match its provenance keeps its old hash, so that ``assemble`` refuses it.
    """
    manifest = read_manifest(root)
    entries = {}
    for label in stored_labels(root):
        files = entry_files(root, label)
        if label == HAND_WRITTEN or (label in built and content_matches(files)):
            entries[label] = content_hash(files)
        elif label in built:
            entries[label] = manifest["entries"].get(label, "")
    text = (
        json.dumps({**manifest, "schema_version": SCHEMA_VERSION, "entries": entries}, indent=1, sort_keys=True) + "\n"
    )
    replace_files(root, {root / MANIFEST: text})
