"""What every test may use: the shipped data, a seeded generator, and hypothesis without wall-clock flakiness."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]

# Derandomised: the same examples on every run and machine; deadlines fail on a busy one, so there are none.
settings.register_profile("symcat", deadline=None, derandomize=True)
settings.load_profile("symcat")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a test learns stays in a directory of its own, and nothing learned elsewhere is read."""
    monkeypatch.setenv("SYMCAT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="session")
def examples() -> Path:
    """The directory of the data sets that the repository ships."""
    return ROOT / "examples"


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20240117)
