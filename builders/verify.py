"""Replay the data checks: is every stored number right?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from builders.assemble import bibliography
from builders.base import Level, Row
from builders.rebuild import run
from builders.registry import all_labels, builder_of
from builders.store.entries import HAND_WRITTEN, entry_files, read_entry, stored_labels, tables_of
from builders.store.manifest import read_manifest
from builders.store.provenance import content_matches, is_current
from builders.store.text import content_hash
from builders.tools.checks import check


def verify_one(root: Path, label: str, level: Level) -> list[Row]:
    """Rows of ``checks`` of one entry: its files are whole and of this builder, and its numbers recompute."""
    builder = builder_of(label)
    files = entry_files(root, label)
    listed = read_manifest(root)["entries"].get(label)
    whole = content_matches(files) and listed == content_hash(files)

    def yes(name: str, method: str, passed: bool) -> Row:
        return check(label, name, method, level=level, points=len(files), residual=float(not passed), bound=0.0)

    rows = [yes("content", "files against the hashes in provenance and manifest", whole)]
    if not whole:
        return rows
    current = is_current(files, builder, label)
    rows.append(
        yes("provenance", "built by the present code and parameters; if not: python -m builders rebuild", current)
    )
    return rows + builder.verify(label, tables_of(files), level)


def citations(root: Path) -> Row:
    """Every work cited is in ``references.bib``."""
    known = {row["key"] for row in bibliography((root / "references.bib").read_text(encoding="utf-8"))}
    cited: set[object] = {row["reference"] for row in read_entry(root, HAND_WRITTEN)["exponents"]}
    for label in set(stored_labels(root)) & set(all_labels()):
        for row in read_entry(root, label).get("classes", []):
            references = row["references"]
            assert isinstance(references, list)
            cited.update(references)
    missing = float(len(cited - known))
    method = "keys in references.bib"
    return check(HAND_WRITTEN, "citations", method, level="fast", points=len(cited), residual=missing, bound=0.0)


def verify(
    root: Path, labels: Sequence[str], level: Level, jobs: int, report: Callable[[list[Row]], None]
) -> list[Row]:
    """All rows of ``checks``, also handed to ``report`` entry by entry."""
    rows = [citations(root)]
    for found in run(partial(verify_one, level=level), root, labels, jobs):
        report(found)
        rows.extend(found)
    return rows
