"""The SQL macros of the Ising tables are made of constants."""

from __future__ import annotations

from builders.ising.macros import Table, answer


def test_no_macro_names_a_table() -> None:
    table = Table(3, 3, -1 / 3, 0.0, 1.0, -0.3, 0.9, -2.0, 2.0, [[1.0, 0.5]], [[0.1, 0.2]])
    text = answer("d", [table])
    assert "SELECT" not in text
    assert text.count("NULL,NULL,NULL,[") == 1  # no tables for 0, 1 and 2 spins
