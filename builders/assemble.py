"""From the reviewed text to ``symcat.duckdb``. Needs only duckdb, so that it also runs while a wheel is built."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from pathlib import Path
from typing import Any

import duckdb

from builders.ising.macros import Table, ising_macro
from builders.quartic.macros import Segment, macro

Row = dict[str, Any]
LICENCE = "CC BY 4.0"
_MACRO_COMMENT = (
    "{label} from m2 = <rho^2> and m4 = <rho^4> about the centre: struct(r, u, log_z, reason) in data units; "
    "r, u and log_z are null where reason says why there is no answer."
)
_ISING_COMMENT = (
    "{label} without field from {size} and q, the average of s_i s_j over the coupled pairs: struct(J, log_z, reason); "
    "J and log_z (natural logarithm of the sum over all states{infinite}) are null where reason says why."
)


class Damaged(ValueError):
    """The text in ``catalogue/`` is not what its manifest says."""


def _entry(root: Path, label: str) -> dict[str, list[Row]]:
    return {
        path.stem: [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
        for path in sorted((root / label).glob("*.ndjson"))
    }


def _hash(root: Path, label: str) -> str:
    # The same as builders.store.text.content_hash, over the bytes of the files.
    digest = hashlib.sha256()
    for path in sorted((root / label).glob("*.ndjson"), key=lambda path: path.name):
        text = path.read_bytes()
        digest.update(f"{path.name} {len(text)}\n".encode())
        digest.update(text)
    return digest.hexdigest()


def bibliography(text: str) -> list[Row]:
    """Rows of ``bibliography`` from BibTeX whose entries begin with ``@`` in the first column."""
    rows: list[Row] = []
    for part in re.split(r"(?m)^(?=@)", text):
        found = re.match(r"@\w+\{([^,\s]+),", part)
        if found:
            rows.append({"key": found.group(1), "bibtex": part.strip()})
    return rows


def collect(root: Path) -> tuple[dict[str, str], dict[str, list[Row]]]:
    """(meta, table -> rows) of the whole catalogue. Raises Damaged if a folder differs from the manifest."""
    manifest = json.loads((root / "manifest.json").read_text(encoding="utf-8"))
    tables: dict[str, list[Row]] = {}
    wrong = []
    for label, expected in sorted(manifest["entries"].items()):
        if _hash(root, label) != expected:
            wrong.append(label)
            continue
        for table, rows in _entry(root, label).items():
            tables.setdefault(table, []).extend(rows)
    if wrong:
        raise Damaged(f"{', '.join(wrong)}: not what {root / 'manifest.json'} says. Run: python -m builders rebuild")
    tables["bibliography"] = bibliography((root / "references.bib").read_text(encoding="utf-8"))
    meta = {
        "schema_version": str(manifest["schema_version"]),
        "catalogue_version": str(manifest["version"]),
        "licence": LICENCE,
        "about": "symcat: certified maximum-likelihood parameters of symmetric models. Start with: select * from help",
    }
    tables["meta"] = [{"key": key, "value": value} for key, value in sorted(meta.items())]
    return meta, tables


def _quoted(value: str | Path) -> str:
    return "'" + str(value).replace("'", "''") + "'"


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
    columns = ", ".join(f"{_quoted(name)}: {_quoted(kind)}" for name, kind in types.items())
    source = f"read_json({_quoted(text)}, format = 'newline_delimited', columns = {{{columns}}})"
    names = ", ".join(f'"{name}"' for name in types)
    if rows:
        connection.execute(f'INSERT INTO "{table}" SELECT {names} FROM {source}')


def _radial_macro(label: str, coverage: Row, segments: list[Row]) -> list[str]:
    pieces: dict[str, list[Segment]] = {}
    for row in segments:
        pieces.setdefault(row["quantity"], []).append(Segment(row["lo"], row["hi"], row["coefficients"]))
    dimension = 1 if label == "z2.quartic" else int(label.removeprefix("o").removesuffix(".quartic"))
    comment = _MACRO_COMMENT.format(label=label)
    return [macro(label, dimension, pieces, coverage["lo"], coverage["hi"]), _comment(label, comment)]


def _ising_macro(label: str, coverage: list[Row], segments: list[Row]) -> list[str]:
    tables = []
    for covered in coverage:
        own = [row for row in segments if row["size"] == covered["size"]]
        rows = {name: [row for row in own if row["quantity"] == name] for name in ("J", "entropy")}
        coefficients = {name: [row["coefficients"] for row in found] for name, found in rows.items()}
        numbers = {name: covered[name] for name in ("size", "pairs", "least", "center", "width", "lo", "hi")}
        tables.append(
            Table(
                **numbers,
                start=rows["J"][0]["lo"],
                end=rows["J"][-1]["hi"],
                couplings=coefficients["J"],
                entropies=coefficients["entropy"],
            )
        )
    size = "the side l" if label == "ising.square" else "the number d of spins"
    infinite = "; per spin for size 0, the infinite one" if min(table.size for table in tables) == 0 else ""
    comment = _ISING_COMMENT.format(label=label, size=size, infinite=infinite)
    return [ising_macro(label, "l" if label == "ising.square" else "d", tables), _comment(label, comment)]


def _comment(label: str, text: str) -> str:
    return f"COMMENT ON MACRO {label.replace('.', '_')} IS {_quoted(text)}"


def _macros(tables: dict[str, list[Row]]) -> list[str]:
    """One macro for each entry with a table, and its comment."""
    segments: dict[str, list[Row]] = {}
    for row in sorted(tables.get("segments", []), key=lambda row: row["segment"]):
        segments.setdefault(row["label"], []).append(row)
    coverage: dict[str, list[Row]] = {}
    for row in tables["coverage"]:
        coverage.setdefault(row["label"], []).append(row)
    statements: list[str] = []
    for label, covered in coverage.items():
        if label not in segments:
            continue
        if label.startswith("ising."):
            statements += _ising_macro(label, covered, segments[label])
        else:
            statements += _radial_macro(label, covered[0], segments[label])
    return statements


def assemble(root: Path, target: Path) -> None:
    """Write ``target``: built beside it, then moved into place, so that no reader sees half a file.

    Raises Damaged if the text is not whole.
    """
    _, tables = collect(root)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".assemble-") as name:
        place = Path(name)
        built = place / "symcat.duckdb"
        connection = duckdb.connect(":memory:")
        try:
            connection.execute("SET threads = 1")
            connection.execute(f"ATTACH {_quoted(built)} AS symcat (STORAGE_VERSION 'v1.0.0', BLOCK_SIZE 16384)")
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
        built.replace(target)
