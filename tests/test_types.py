"""The types as a user's program sees them: what mypy says of a file that uses the library."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import symcat
from tests.source_tree import ROOT

PROGRAM = """\
import numpy as np
import symcat

x = np.zeros((10, 2))
reveal_type(symcat.solve(x))  # Solution
reveal_type(symcat.solve(x, target="x1", classes=["gaussian.full"], fallback=None))  # Solution
reveal_type(symcat.solve(x, by="x1"))  # Any
reveal_type(symcat.solve(x, by=["x0", "x1"], target="x1", form="long"))  # Any
reveal_type(symcat.classify(x))  # Classification
reveal_type(symcat.lookup("z2.quartic", m2=1.0, m4=2.5))  # Solution
reveal_type(symcat.solve(x).label)  # str
reveal_type(symcat.solve(x).parameters["mean"])  # float | ndarray
reveal_type(symcat.solve(x).evidence[0].bic)  # float | None
symcat.solve(x).parameterz  # error
symcat.solve(x, targets="x1")  # error
symcat.solve(x, form="long")  # error
symcat.solve(x, basis="ternary")  # error
symcat.lookup("z2.quartic", m2=1.0, m4=2.5).parameterz  # error
"""

SAID = re.compile(r"^program\.py:(?P<line>\d+):(?:\d+:)? (?P<kind>error|note): (?P<text>.*)$", re.MULTILINE)
REVEALED = re.compile(r'Revealed type is "(.*)"')


def said_by_mypy(program: str, directory: Path) -> dict[int, str]:
    """For each line, the type that it reveals, bare of modules and of what stands in brackets; or ``error``."""
    (directory / "program.py").write_text(program, encoding="utf-8")
    # The library is found where it is; of its own files nothing is said, as of an installed package.
    command = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "program.py"]
    environment = {**os.environ, "MYPYPATH": str(ROOT)}
    done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    said: dict[int, str] = {}
    for match in SAID.finditer(done.stdout):
        revealed = REVEALED.search(match["text"])
        if revealed is not None:
            said[int(match["line"])] = re.sub(r"\b(?:\w+\.)+|\[.*\]", "", revealed[1])
        elif match["kind"] == "error":
            said[int(match["line"])] = "error"
    return said


@pytest.mark.slow
def test_what_a_program_is_told(tmp_path: Path) -> None:
    wanted = {k: line.rpartition("  # ")[2] for k, line in enumerate(PROGRAM.splitlines(), 1) if "  # " in line}
    assert said_by_mypy(PROGRAM, tmp_path) == wanted


def test_the_package_says_that_it_has_types() -> None:
    assert (Path(symcat.__file__).parent / "py.typed").is_file()
