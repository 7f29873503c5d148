"""The series of the catalogue answer where a class's own sums are out of reach, or say why they are not trusted."""

from __future__ import annotations

import pytest

import symcat
from symcat.strategies.base import Declined
from symcat.strategies.correction import Correction
from tests.strategies.problems import glass, posed, tilted_well


@pytest.fixture(scope="module")
def weak() -> symcat.Solution:
    """Of weak dense couplings."""
    return symcat.solve(glass(0.5), fallback=None)


def test_weak_dense_couplings_are_answered_by_a_series(weak: symcat.Solution) -> None:
    found = weak
    assert (found.label, found.source) == ("ising.pairwise", "correction")
    catalogue, correction = found.trail
    assert (catalogue.strategy, catalogue.outcome) == ("catalogue", "declined")
    assert "ising.pairwise: 30 columns hang together" in catalogue.reason
    assert (correction.strategy, correction.outcome) == ("correction", "answered")
    assert correction.reason.startswith("Sessak-Monasson: normalised error 0.")
    assert all(check.passed for check in found.checks)


def test_the_evidence_is_weighed_anew(weak: symcat.Solution) -> None:
    problem = posed(glass(0.5))
    assert not problem.weighed.settled
    first, *others = weak.evidence
    assert (first.label, first.verdict) == ("ising.pairwise", "taken")
    assert {entry.label for entry in others} == {c.label for c in problem.weighed.candidates} - {"ising.pairwise"}
    assert {entry.verdict for entry in others} == {"declined"}


@pytest.mark.slow
def test_series_that_miss_the_averages_are_named_in_the_error() -> None:
    strong = glass(1.5)
    said = Correction().ask(posed(strong))
    assert isinstance(said, Declined)
    for name in ("Sessak-Monasson", "Bethe", "TAP", "naive mean field"):
        assert f"{name}: normalised error " in said.reason
    with pytest.raises(symcat.NoEntry) as raised:
        symcat.solve(strong, fallback=None, strict=True)
    line = next(line for line in str(raised.value.table).splitlines() if line.split()[0] == "correction")
    assert said.reason.startswith(line.split(maxsplit=1)[1].removesuffix("..."))


def test_classes_without_a_series_are_said_to_have_none() -> None:
    problem = posed(tilted_well(2000), classes=["gaussian.full", "z2.quartic"])
    assert Correction().ask(problem) == Declined("no series of the catalogue covers these data")
