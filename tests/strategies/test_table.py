"""The table answers with the class that was weighed best, and says of each class why it has no answer."""

from __future__ import annotations

import numpy as np
import pytest

import symcat
from symcat.strategies.base import Declined
from symcat.strategies.table import Table
from tests.strategies.problems import posed, tilted_well


def test_the_first_strategy_that_answers_ends_the_trail() -> None:
    found = symcat.solve(np.random.default_rng(0).normal(size=500))
    (step,) = found.trail
    assert (found.label, found.source) == ("gaussian.full", "exact")
    assert (step.strategy, step.outcome) == ("exact", "answered")
    assert step.reason == "smallest BIC of the classes that fit"


def test_of_the_classes_that_fit_the_one_with_the_smallest_bic_is_taken() -> None:
    found = symcat.solve(np.random.default_rng(0).normal(size=(500, 2)))
    fits = {
        entry.label: entry.bic
        for entry in found.evidence
        if entry.bic is not None and all(check.passed for check in entry.checks)
    }
    assert len(fits) > 1
    assert fits[found.label] == min(fits.values())
    assert [entry.label for entry in found.evidence if entry.verdict == "taken"] == [found.label]


def test_a_class_asked_for_alone_is_answered_with_what_it_fails() -> None:
    found = symcat.solve(tilted_well(2000), classes=["gaussian.full"])
    (step,) = found.trail
    assert step.reason.startswith("the only class asked for, though it does not fit: skewness (")
    assert [check.passed for check in found.checks] == [False, False]


def test_where_no_class_fits_the_reason_of_each_is_said() -> None:
    said = Table().ask(posed(tilted_well(2000), classes=["gaussian.full", "z2.quartic"]))
    assert isinstance(said, Declined)
    first, second = said.reason.split("; gaussian.full: ")
    assert first.startswith("z2.quartic: does not fit: symmetry (odd moments) (")
    assert second.startswith("does not fit: skewness (")


def test_what_it_said_is_the_first_step_and_the_beginning_of_the_table() -> None:
    x = tilted_well(2000)
    classes = ["gaussian.full", "z2.quartic"]
    said = Table().ask(posed(x, classes=classes))
    with pytest.raises(symcat.NoEntry) as raised:
        symcat.solve(x, classes=classes, fallback=None)
    first, second = said.reason.split("; gaussian.full: ")
    lines = str(raised.value.table).splitlines()
    assert [line.split()[0] for line in lines] == ["z2.quartic", "gaussian.full", "correction", "Or"]
    for line, reason in zip(lines, (first.removeprefix("z2.quartic: "), second), strict=False):
        assert line.split("fails ", 1)[1].split(" (")[0].split(": ")[-1] in reason
