"""Certified fits at one average: tight, consistent, and refused outside the range."""

from __future__ import annotations

import pytest

pytest.importorskip("flint")

from flint import arb

from builders.ising.lattice import checks
from builders.ising.lattice.ball import solve
from builders.ising.lattice.words import limits
from builders.tools.checks import CannotCertify
from symcat.models.ising.lattice.reduced import CURIE_WEISS, INFINITE, RING, SQUARE, reduced

ENTRIES = [
    (CURIE_WEISS, 2),
    (CURIE_WEISS, 11),
    (RING, INFINITE),
    (RING, 9),
    (SQUARE, 5),
    (SQUARE, 6),
    (SQUARE, INFINITE),
]


@pytest.mark.parametrize(("label", "size"), ENTRIES)
def test_the_enclosure_is_tight_and_gives_back_the_average(label: str, size: int) -> None:
    ensemble = checks.ensemble_of(label, size)
    lo, hi = limits(reduced(label, size))
    for q in (lo, 0.5 * lo, 1e-9, 0.3, hi):
        state = solve(ensemble, arb(q))
        assert state.j.rel_accuracy_bits() > 60
        low, high = (ensemble.averages(arb(end)) for end in (state.j.lower(), state.j.upper()))
        assert low.above < arb(q) - ensemble.least < high.above
        assert (state.log_z - state.entropy - ensemble.pairs * state.q * state.j).contains(0)


def test_no_enclosure_outside_the_range() -> None:
    ensemble = checks.ensemble_of(RING, 5)
    with pytest.raises((CannotCertify, ValueError)):
        solve(ensemble, arb(-0.7))
