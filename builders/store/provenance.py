"""``provenance.ndjson`` of an entry: the hash of all that decides its numbers, and that of its other files.

It is written last and is the commit mark: an entry whose writing was cut short does not match it and is built again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from builders.base import Builder, Row, Tables
from builders.store.closure import Sources
from builders.store.entries import CHECKOUT, entry_files, replace_entry
from builders.store.text import content_hash, from_text, to_text

PROVENANCE = "provenance.ndjson"
_TEXT_FORM = "builders.store.text"


@cache
def _checkout() -> Sources:
    return Sources(CHECKOUT)


def input_hash(builder: Builder, label: str, sources: Sources | None = None) -> str:
    """sha256 of the code that the builder runs and of its parameters.

    The code is that of this checkout, unless ``sources`` says otherwise.
    """
    parameters = json.dumps([builder.VERSION, label, builder.parameters(label)], sort_keys=True)
    code = (sources or _checkout()).hash(builder.__name__, _TEXT_FORM)
    return content_hash({"code": code, "parameters": parameters})


def content_matches(files: Mapping[str, str]) -> bool:
    """Whether the files of an entry are those its provenance was written for."""
    others = dict(files)
    try:
        rows = from_text(others.pop(PROVENANCE, ""))
    except ValueError:
        return False
    return len(rows) == 1 and rows[0].get("content_hash") == content_hash(others)


def is_current(files: Mapping[str, str], builder: Builder, label: str) -> bool:
    """Whether the files of an entry, which are whole, were built by the present code with the present parameters."""
    return from_text(files[PROVENANCE])[0].get("input_hash") == input_hash(builder, label)


def up_to_date(root: Path, builder: Builder, label: str) -> bool:
    """Whether an entry is whole and was built by the present code with the present parameters."""
    files = entry_files(root, label)
    return content_matches(files) and is_current(files, builder, label)


def _provenance(builder: Builder, label: str, files: dict[str, str]) -> Row:
    """The row of ``provenance``. No times: equal inputs give equal bytes."""
    parameters = builder.parameters(label)
    return {
        "label": label,
        "builder": builder.__name__,
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
    replace_entry(root, label, {**files, PROVENANCE: to_text([_provenance(builder, label, files)])})
