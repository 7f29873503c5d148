"""Diagrams as rows: what is written is what is meant."""

from __future__ import annotations

from collections import Counter

import pytest

pytest.importorskip("networkx")

from builders.diagrams.rows import DEGREES, rows
from symcat.models.contraction import parse

ROWS = rows("polynomial.quartic", 4, "checked")


def test_every_row_is_read_and_its_picture_is_its_contraction() -> None:
    for row in ROWS:
        contraction = parse(str(row["subscripts"]))
        assert len(contraction.output) == (0 if row["diagram"] == "identity" else DEGREES[str(row["target"])])
        ends = Counter(v for line in row["picture"] for v in line)  # type: ignore[attr-defined]
        assert [ends[v] for v in range(len(ends))] == [len(operand) for operand in contraction.operands]
        assert row["order"] == sum(len(operand) - 2 for operand in contraction.operands)
        lines = sum(len(line) == 2 for line in row["picture"])  # type: ignore[attr-defined]
        assert row["diagram"] == "identity" or row["loops"] == lines - len(contraction.operands) + 1


def test_the_names_of_a_target_s_order_differ() -> None:
    names = Counter((row["target"], row["order"], row["diagram"]) for row in ROWS)
    assert set(names.values()) == {1}


def test_the_lowest_rows() -> None:
    lowest = {(row["target"], row["subscripts"]): row["weight"] for row in ROWS if row["order"] in (0, 1, 2)}
    assert lowest["K", ""] == "1"
    assert lowest["h", "iaa->i"] == "1/2"
    assert lowest["g", "ijk->ijk"] == "-1"
    assert lowest["u", "ijkl->ijkl"] == "-1"
    assert lowest["u", "ija,kla->ijkl"] == "3"
