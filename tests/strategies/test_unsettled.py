"""The device is not asked about what integration has settled."""

from __future__ import annotations

import numpy as np

import symcat
from symcat.strategies.base import Answered, Declined, Problem
from symcat.strategies.unsettled import Unsettled
from tests.strategies.problems import posed, tilted_well


class Asked:
    """A strategy that remembers for which classes it was asked."""

    name = "asked"

    def __init__(self) -> None:
        self.classes: list[tuple[str, ...] | None] = []

    def ask(self, problem: Problem) -> Answered | Declined:
        self.classes.append(problem.classes)
        return Declined("asked")


def test_classes_that_were_integrated_are_left_out() -> None:
    rng = np.random.default_rng(0)
    for table, said, classes in (
        (np.random.default_rng(2).standard_cauchy(size=2000), "integration over the columns has settled", []),
        (rng.exponential(size=(200, 5)), "asked", [None]),
    ):
        asked = Asked()
        answer = Unsettled(asked).ask(posed(table))
        assert isinstance(answer, Declined)
        assert answer.reason.startswith(said)
        assert asked.classes == classes


def test_the_device_is_not_reached_by_solve_where_integration_answers() -> None:
    found = symcat.solve(tilted_well(2000))
    assert [step.strategy for step in found.trail] == ["exact"]
