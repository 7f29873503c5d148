"""The Ising entries without a table."""

from __future__ import annotations

import pytest

from builders.ising import exact


@pytest.mark.parametrize("label", exact.labels())
def test_entries_verify_and_changed_ones_do_not(label: str) -> None:
    tables = exact.build(label)
    assert all(row["passed"] for row in exact.verify(label, tables, "fast"))
    if label == "ising.pairwise":
        tables["corrections"][0]["weight"] = "1/7"
        assert not all(row["passed"] for row in exact.verify(label, tables, "fast"))
