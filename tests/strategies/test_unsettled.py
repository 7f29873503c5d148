"""The device is not asked about what integration has settled."""

from __future__ import annotations

import numpy as np

import symcat
from symcat.strategies.base import Answered, Declined, Problem
from symcat.strategies.unsettled import Unsettled
from tests.strategies.problems import posed, three_columns, tilted_well


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
    named = ("gaussian.full", "polynomial.quartic")
    for table, options, said, classes in (
        (rng.standard_cauchy(size=(2000, 2)), {"classes": named}, "exact fits have settled every class", []),
        (rng.exponential(size=(200, 5)), {}, "asked", [None]),
    ):
        asked = Asked()
        answer = Unsettled(asked).ask(posed(table, **options))
        assert isinstance(answer, Declined)
        assert answer.reason.startswith(said)
        assert asked.classes == classes


def test_the_device_is_not_reached_by_solve_where_integration_answers() -> None:
    found = symcat.solve(three_columns(2000)[:, :2], classes=["gaussian.full", "polynomial.quartic"])
    assert found.label.startswith("polynomial.")
    assert found.trail[-1].strategy == "exact"
    assert not {step.strategy for step in found.trail} & {"learned", "analog"}


def test_of_one_column_the_classes_of_one_column_leave_nothing_to_look_for() -> None:
    found = symcat.solve(tilted_well(2000))
    assert found.label == "scalar.quartic"
    assert [step.strategy for step in found.trail] == ["catalogue"]
