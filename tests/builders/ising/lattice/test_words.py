"""The covered range of every size."""

from __future__ import annotations

from fractions import Fraction

import pytest

pytest.importorskip("flint")

from builders.ising.lattice import checks
from builders.ising.lattice.words import SIZES, coverage_row
from symcat.models.ising.lattice.reduced import CURIE_WEISS, RING, SQUARE, reduced


@pytest.mark.parametrize("label", [CURIE_WEISS, RING, SQUARE])
def test_the_least_average_of_every_size_is_that_of_its_states(label: str) -> None:
    for size in SIZES[label]:
        if size > 9 and label == SQUARE:
            continue
        checks.ensemble_of(label, size)  # raises if the exact numbers of states say otherwise
        row = coverage_row(label, size)
        assert row["lo"] < row["hi"] < 1.0  # type: ignore[operator]
        assert Fraction(row["lo"]) > reduced(label, size).least  # type: ignore[arg-type]
