"""The public names, listed one by one, and what ``import symcat`` costs its users."""

from __future__ import annotations

import json
import subprocess
import sys

import symcat

PUBLIC = {
    "CatalogueError",
    "Classification",
    "Evidence",
    "InvalidData",
    "NoEntry",
    "Solution",
    "Statistics",
    "SymcatError",
    "classify",
    "connect",
    "lookup",
    "solve",
    "sql",
}

# Each costs 0.1 to 1.2 s to import; symcat imports them where they are used, if ever.
HEAVY = {
    "dask", "flint", "matplotlib", "numba", "pandas", "polars", "pyarrow", "rich", "scipy", "sklearn", "sympy", "typer",
}  # fmt: skip


def loaded_by(statement: str) -> set[str]:
    """Top-level packages in memory after ``statement`` in a fresh interpreter."""
    code = (
        f"{statement}\nimport json, sys\nprint(json.dumps(sorted({{name.partition('.')[0] for name in sys.modules}})))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in json.loads(done.stdout)}


def test_public_names() -> None:
    assert set(symcat.__all__) == PUBLIC
    assert len(symcat.__all__) == len(set(symcat.__all__))
    for name in symcat.__all__:
        assert getattr(symcat, name) is not None


def test_import_is_light() -> None:
    assert not HEAVY & loaded_by("import symcat")


def test_the_check_can_fail() -> None:
    assert HEAVY & loaded_by("import symcat, numba") >= {"numba"}


def test_the_command_line_is_not_imported() -> None:
    code = "import sys, symcat; sys.exit('symcat.cli' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
