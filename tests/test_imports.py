"""The public names, listed one by one, and what ``import symcat`` costs its users."""

from __future__ import annotations

import json
import subprocess
import sys
from types import ModuleType

import pytest

import symcat
import symcat.analog

PUBLIC = {
    "CatalogueError",
    "Check",
    "Classification",
    "Evidence",
    "InvalidData",
    "NoEntry",
    "NotConverged",
    "Parts",
    "Schema",
    "Solution",
    "Statistics",
    "Step",
    "SymcatError",
    "SymmetryTest",
    "classify",
    "connect",
    "lookup",
    "lookup_batch",
    "model",
    "solve",
    "sql",
    "test_symmetry",
}
OF_THE_DEVICE = {
    "Answer",
    "Device",
    "Energy",
    "Mixed",
    "Polynomial",
    "Quadratic",
    "Reading",
    "Samples",
    "Settings",
    "Spins",
    "SufficientStatistics",
    "fit",
    "match_averages",
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


@pytest.mark.parametrize(("module", "names"), [(symcat, PUBLIC), (symcat.analog, OF_THE_DEVICE)])
def test_public_names(module: ModuleType, names: set[str]) -> None:
    assert sorted(module.__all__) == sorted(names)
    assert all(getattr(module, name) is not None for name in names)


def test_no_two_public_things_share_a_name() -> None:
    assert not PUBLIC & OF_THE_DEVICE


def test_import_is_light() -> None:
    assert not HEAVY & loaded_by("import symcat")


def test_two_valued_columns_are_solved_without_heavy_packages() -> None:
    """The classes of every family are known then."""
    assert not HEAVY & loaded_by("import symcat; symcat.solve({'a': [0, 1, 1, 0] * 9, 'b': [0, 1, 0, 0] * 9})")


def test_the_check_can_fail() -> None:
    assert HEAVY & loaded_by("import symcat, numba") >= {"numba"}


def test_the_command_line_is_not_imported() -> None:
    code = "import sys, symcat; sys.exit('symcat.cli' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
