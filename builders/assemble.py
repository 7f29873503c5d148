"""From the reviewed text to ``symcat.duckdb``. Needs only duckdb, so that it also runs while a wheel is built."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import duckdb

from builders.base import Row, Tables, number
from builders.registry import all_closed_forms, all_macros
from builders.store.entries import entry_files, tables_of
from builders.store.manifest import MANIFEST
from builders.store.text import content_hash
from builders.tools.sql import Entry, quoted

LICENCE = "CC BY 4.0"
DIGEST_SUFFIX = ".sha256"
"""Behind the name of the file, of its digest, which the library holds it to."""


class Damaged(ValueError):
    """The text in ``catalogue/`` is not what its manifest says."""


def bibliography(text: str) -> list[Row]:
    """Rows of ``bibliography`` from BibTeX whose entries begin with ``@`` in the first column."""
    rows: list[Row] = []
    for part in re.split(r"(?m)^(?=@)", text):
        found = re.match(r"@\w+\{([^,\s]+),", part)
        if found:
            rows.append({"key": found.group(1), "bibtex": part.strip()})
    return rows


def collect(root: Path) -> Tables:
    """All rows of the whole catalogue. Raises Damaged if a folder differs from the manifest."""
    manifest = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
    tables: Tables = {}
    wrong = []
    for label, expected in sorted(manifest["entries"].items()):
        files = entry_files(root, label)
        if content_hash(files) != expected:
            wrong.append(label)
            continue
        for table, rows in tables_of(files).items():
            tables.setdefault(table, []).extend(rows)
    if wrong:
        raise Damaged(f"{', '.join(wrong)}: not what {root / MANIFEST} says. Run: python -m builders rebuild")
    tables["bibliography"] = bibliography((root / "references.bib").read_text(encoding="utf-8"))
    meta = {
        "schema_version": str(manifest["schema_version"]),
        "catalogue_version": str(manifest["version"]),
        "licence": LICENCE,
        "about": "symcat: certified maximum-likelihood parameters of symmetric models. Start with: select * from help",
    }
    tables["meta"] = [{"key": key, "value": value} for key, value in sorted(meta.items())]
    return tables


def _load(connection: duckdb.DuckDBPyConnection, table: str, rows: list[Row], place: Path) -> None:
    """Insert the rows; a column that a row does not name is null, if the schema allows it."""
    described = connection.execute(f'DESCRIBE "{table}"').fetchall()
    types = {name: kind for name, kind, *_ in described}
    required = {name for name, _, null, *_ in described if null == "NO"}
    for row in rows:
        if not required <= set(row) <= set(types):
            raise Damaged(f"{table}: a row has columns {sorted(row)}, the schema {sorted(types)}")
    text = place / f"{table}.ndjson"
    text.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    columns = ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in types.items())
    source = f"read_json({quoted(str(text))}, format = 'newline_delimited', columns = {{{columns}}})"
    names = ", ".join(f'"{name}"' for name in types)
    if rows:
        connection.execute(f'INSERT INTO "{table}" SELECT {names} FROM {source}')


def _by_label(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(str(row["label"]), []).append(row)
    return found


def _macros(tables: Tables) -> list[str]:
    """The SQL of the macros: what needs no table, and what each family makes of its tables."""
    families = {str(row["label"]): str(row["family"]) for row in tables["classes"]}
    coverage = _by_label(tables["coverage"])
    segments = _by_label(sorted(tables.get("segments", []), key=lambda row: number(row["segment"])))
    entries: dict[str, dict[str, Entry]] = {}
    for label, covered in coverage.items():
        if label in segments:
            entries.setdefault(families[label], {})[label] = covered, segments[label]
    found = [statement for forms in all_closed_forms() for statement in forms.statements()]
    for family, macros in all_macros().items():
        found += macros.statements(entries.get(family, {}))
    return found


def assemble(root: Path, target: Path) -> None:
    """Write ``target``: built beside it, then moved into place, so that no reader sees half a file.

    Raises Damaged if the text is not whole.
    """
    tables = collect(root)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".assemble-") as name:
        place = Path(name)
        built = place / "symcat.duckdb"
        connection = duckdb.connect(":memory:")
        try:
            connection.execute("SET threads = 1")
            connection.execute(f"ATTACH {quoted(str(built))} AS symcat (STORAGE_VERSION 'v1.0.0', BLOCK_SIZE 16384)")
            connection.execute("USE symcat")
            for path in sorted((root / "schema").glob("*.sql")):
                connection.execute(path.read_text(encoding="utf-8"))
            for table in sorted(tables):
                _load(connection, table, tables[table], place)
            for statement in _macros(tables):
                connection.execute(statement)
            connection.execute("USE memory")
            connection.execute("CHECKPOINT symcat")
            connection.execute("DETACH symcat")
        finally:
            connection.close()
        digest = place / "digest"
        digest.write_text(f"{sha256(built.read_bytes()).hexdigest()}  {target.name}\n", encoding="utf-8")
        target.with_name(target.name + DIGEST_SUFFIX).unlink(missing_ok=True)  # none is better than that of another
        built.replace(target)
        digest.replace(target.with_name(target.name + DIGEST_SUFFIX))
