"""Files that the program is asked about."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def bills(examples: Path) -> Path:
    return examples / "penguin_bill_depth.csv"
