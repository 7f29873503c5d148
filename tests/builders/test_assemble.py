"""The file from the text: refused where the text is not whole, and made with duckdb alone."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from builders.assemble import Damaged, assemble, bibliography
from builders.store.entries import CATALOGUE, CHECKOUT

# What a wheel is built with: duckdb and the standard library.
WITHOUT_TOOLS = """
import sys
for name in ("flint", "numpy", "rich", "scipy", "symcat", "typer"):
    sys.modules[name] = None
from pathlib import Path
from builders.assemble import assemble
assemble(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def test_duckdb_is_enough(tmp_path: Path) -> None:
    target = tmp_path / "symcat.duckdb"
    subprocess.run([sys.executable, "-c", WITHOUT_TOOLS, str(CATALOGUE), str(target)], cwd=CHECKOUT, check=True)
    with duckdb.connect(str(target), read_only=True) as connection:
        labels = {label for (label,) in connection.execute("SELECT DISTINCT label FROM segments").fetchall()}
        macros = "SELECT function_name FROM duckdb_functions() WHERE function_type = 'macro' AND NOT internal"
        names = {name for (name,) in connection.execute(macros).fetchall()}
    shared = {label for label in labels if re.fullmatch(r"o\d+\.quartic", label)}  # one macro takes the dimension
    assert {label.replace(".", "_") for label in labels - shared} | {"on_quartic"} <= names


def test_text_that_is_changed_or_missing_is_refused(tmp_path: Path) -> None:
    root = shutil.copytree(CATALOGUE, tmp_path / "catalogue")
    path = root / "gaussian.full" / "coverage.ndjson"
    path.write_text(path.read_text().replace("nothing", "something"))
    shutil.rmtree(root / "gaussian.cyclic")
    with pytest.raises(Damaged, match=r"^gaussian\.cyclic, gaussian\.full: not what"):
        assemble(root, tmp_path / "symcat.duckdb")
    assert not (tmp_path / "symcat.duckdb").exists()


def test_bibliography_is_split_at_its_entries() -> None:
    text = "% a comment\n@book{baxter1982,\n title = {Exactly}\n}\n\n@article{a1, year = 1925}\n"
    assert [row["key"] for row in bibliography(text)] == ["baxter1982", "a1"]
