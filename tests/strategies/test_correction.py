"""The series of the catalogue answer where a class's own sums are out of reach, or say why they are not trusted."""

from __future__ import annotations

import numpy as np
import pytest

import symcat
from symcat.strategies.base import Answered, Declined, Problem
from symcat.strategies.correction import Correction
from symcat.strategies.device import Device
from symcat.strategies.unsettled import Unsettled
from tests.models.polynomial.series import quartics
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


@pytest.mark.long
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


QUARTIC = ("gaussian.full", "polynomial.quartic")


@pytest.fixture(scope="module")
def quartic_rows() -> np.ndarray:
    """Five columns of a weak quartic."""
    couplings = quartics.weak(5, 0.05, np.random.default_rng(0), cubic=2.0)
    return quartics.rows_of(couplings, 60_000, np.random.default_rng(1))


@pytest.fixture(scope="module")
def asked(quartic_rows: np.ndarray) -> tuple[Problem, Answered | Declined]:
    """The problem of these rows, of which a series was asked, and its answer."""
    problem = posed(quartic_rows, classes=QUARTIC)
    return problem, Correction().ask(problem)


def test_five_columns_are_answered_by_the_series(asked: tuple[Problem, Answered | Declined]) -> None:
    _, answer = asked
    assert isinstance(answer, Answered)
    assert answer.fit.source == "correction"
    assert answer.fit.label == "polynomial.quartic"
    assert answer.judgement.verdict == "fits"
    assert "order 2 moves the couplings by" in answer.reason
    assert "it leaves out" in answer.reason
    gaussian = next(c for c in answer.evidence.candidates if c.label == "gaussian.full")
    assert answer.fit.log_likelihood[0] > gaussian.fit.log_likelihood[0]
    ratio = answer.robust["u"] / answer.fit.standard_errors["u"][0]  # the latter with what the series leaves out
    assert 0.5 < ratio.min() <= ratio.max() < 1.6


def test_nothing_else_is_asked_about_what_a_series_has_answered(asked: tuple[Problem, Answered | Declined]) -> None:
    problem, _ = asked
    said = Unsettled(Device()).ask(problem)
    assert isinstance(said, Declined)
    assert said.reason == "series have settled every class that could be looked for"


def test_a_series_that_is_not_worth_its_parameters_says_so(quartic_rows: np.ndarray) -> None:
    said = Correction().ask(posed(quartic_rows[:20_000], classes=QUARTIC))
    assert isinstance(said, Declined)
    assert "polynomial.quartic: fits, but its BIC is" in said.reason


def test_why_a_series_declines_is_told(quartic_rows: np.ndarray) -> None:
    heavy = np.random.default_rng(0).standard_t(5, size=(4000, 5))
    said = Correction().ask(posed(heavy, classes=QUARTIC))
    assert isinstance(said, Declined)
    assert "polynomial.quartic: no normalisable quartic by the series" in said.reason
    counted = {**{f"x{j}": quartic_rows[:3000, j] for j in range(5)}, "n": np.tile([1, 2, 1], 1000)}
    said = Correction().ask(posed(counted, classes=QUARTIC, weights="n"))
    assert isinstance(said, Declined)
    assert "count every row as one" in said.reason
