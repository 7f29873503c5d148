"""The table answers with the class that was weighed best, and says of each class why it has no answer."""

from __future__ import annotations

import numpy as np
import pytest

import symcat
from symcat.strategies.base import Answered
from symcat.strategies.table import Table
from tests.strategies.problems import posed, tilted_well


def test_the_first_strategy_that_answers_ends_the_trail() -> None:
    found = symcat.solve(np.random.default_rng(0).normal(size=500))
    (step,) = found.trail
    assert (found.label, found.source) == ("gaussian.full", "exact")
    assert (step.strategy, step.outcome) == ("exact", "answered")
    assert step.reason == "smallest BIC"


def test_the_class_with_the_smallest_bic_is_taken() -> None:
    found = symcat.solve(np.random.default_rng(0).normal(size=(500, 2)))
    known = {entry.label: entry.bic for entry in found.evidence if entry.bic is not None}
    assert len(known) > 1
    assert known[found.label] == min(known.values())
    assert [entry.label for entry in found.evidence if entry.verdict == "taken"] == [found.label]


def test_a_class_asked_for_alone_is_answered_with_what_it_fails() -> None:
    found = symcat.solve(tilted_well(2000), classes=["gaussian.full"])
    (step,) = found.trail
    assert step.reason.startswith("the only class asked for, though it does not fit: skewness (")
    assert [check.passed for check in found.checks] == [False, False]


def test_a_poorer_class_is_not_taken_because_a_better_one_fails_a_check() -> None:
    said = Table().ask(posed(tilted_well(2000), classes=["gaussian.full", "z2.quartic"]))
    assert isinstance(said, Answered)
    assert (said.fit.label, said.judgement.verdict) == ("z2.quartic", "misfit")
    assert said.reason.startswith("smallest BIC, though it does not fit: symmetry (odd moments) (")


def test_what_it_fails_is_the_first_step_and_the_beginning_of_the_table() -> None:
    with pytest.raises(symcat.NoEntry) as raised:
        symcat.solve(tilted_well(2000), classes=["gaussian.full", "z2.quartic"], fallback=None, strict=True)
    lines = str(raised.value.table).splitlines()
    assert [line.split()[0] for line in lines] == ["z2.quartic", "gaussian.full", "correction", "Or"]
    assert "fails symmetry (odd moments)" in lines[0]
    assert "fails skewness, kurtosis" in lines[1]
