"""What the tests of the builders share: reference numbers, a small catalogue, and a copy of the code to change."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from builders.rebuild import rebuild
from builders.store.entries import CHECKOUT

QUICK = ("gaussian.cyclic", "gaussian.full", "gaussian.isotropic")
REFERENCES = CHECKOUT.parent / "shared" / "reference"


@pytest.fixture(scope="session")
def reference() -> Callable[[str], Any]:
    """Reads a file of reference numbers; the test is skipped where there is none."""

    def read(name: str) -> Any:
        path = REFERENCES / name
        if not path.exists():
            pytest.skip(f"no reference numbers at {path}")
        return json.loads(path.read_text(encoding="utf-8"))

    return read


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the code of the builders and of the library, to be changed."""
    for package in ("builders", "symcat"):
        ignored = shutil.ignore_patterns("*.duckdb", "__pycache__")
        shutil.copytree(CHECKOUT / package, tmp_path / "checkout" / package, ignore=ignored)
    return tmp_path / "checkout"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue of the quick entries, to be copied, not changed."""
    root = tmp_path_factory.mktemp("catalogue")
    failures = rebuild(root, QUICK, 1, lambda outcome: None)
    assert not failures
    return root


@pytest.fixture
def catalogue(built: Path, tmp_path: Path) -> Path:
    """A copy of the catalogue of the quick entries."""
    return shutil.copytree(built, tmp_path / "catalogue")
