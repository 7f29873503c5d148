"""The Ising entries with a table: built, verified, and found out where a number is wrong."""

from __future__ import annotations

import pytest

pytest.importorskip("flint")

from builders.ising.lattice import table
from builders.ising.lattice.words import SIZES
from symcat.models.ising.lattice.reduced import INFINITE, RING


def test_wrong_numbers_do_not_verify(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SIZES, RING, (INFINITE, 3, 4, 5, 8))
    tables = table.build(RING)
    assert all(row["passed"] for row in table.verify(RING, tables, "full"))
    tables["solutions"][3]["J_upper"] = tables["solutions"][3]["J_lower"]
    assert not all(row["passed"] for row in table.verify(RING, tables, "full"))
