"""Strategies in turn: what is kept, and when there is no answer."""

from __future__ import annotations

import numpy as np
import pytest

import symcat
from symcat import clock
from symcat.strategies.asking import settle
from symcat.strategies.base import Closest, Declined, Problem
from symcat.strategies.table import Table
from tests.strategies.problems import posed


class Stalled:
    """A search that comes to no end."""

    name = "analog"

    def ask(self, problem: Problem) -> Declined:
        return Declined("stalled", Closest("polynomial.quartic", None, 2.0, "it stalled"))


class Patient:
    """A search that uses all its time."""

    name = "analog"

    def ask(self, problem: Problem) -> Declined:
        with clock.step("looking for couplings"):
            while True:
                clock.check()


def test_beside_an_answer_a_search_takes_no_longer_than_is_allowed_for_it() -> None:
    """Then the misfit is the answer; where there is none, the time of the whole call decides."""
    problem = posed(np.random.default_rng(0).exponential(size=(500, 5)), classes=["gaussian.full", "gaussian.diagonal"])
    with pytest.warns(UserWarning, match="does not describe"), clock.within(20.0):
        _, trail = settle(problem, [Table(), Patient()], patience=0.01)
    assert [step.reason for step in trail][1] == "the time was used up while looking for couplings"
    with pytest.raises(clock.OutOfTime), clock.within(0.01):
        settle(problem, [Patient()])


def test_a_search_that_has_not_converged_takes_no_answer_away() -> None:
    """The misfit of the table is the answer, with a warning that tells of both; strict=True has none to give."""
    problem = posed(np.random.default_rng(0).exponential(size=(500, 5)), classes=["gaussian.full", "gaussian.diagonal"])
    with pytest.warns(UserWarning, match=r"does not describe .* the search for polynomial\.quartic has not converged"):
        said, trail = settle(problem, [Table(), Stalled()])
    assert said.judgement.verdict == "misfit"
    assert [(step.strategy, step.outcome) for step in trail] == [
        ("catalogue", "declined"),
        ("analog", "declined"),
        (said.fit.source, "answered"),
    ]
    with pytest.raises(symcat.NotConverged):
        settle(problem, [Table(), Stalled()], strict=True)
