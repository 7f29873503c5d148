"""An approximate answer is held against its special cases, and against its own density of the rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from symcat.strategies.honesty import dishonest, special_cases
from tests.strategies.problems import pair_of_wells, posed, tilted_well

X = tilted_well(2000)


def test_the_exact_answer_is_honest_and_one_of_another_likelihood_is_not() -> None:
    problem = posed(X)
    winner = problem.weighed.winner()
    assert winner is not None
    assert dishonest(problem, winner.model, winner.fit) == ""
    moved = replace(winner.fit, log_likelihood=winner.fit.log_likelihood + 3.0)
    assert "while its density of the rows gives" in dishonest(problem, winner.model, moved)
    lower = replace(winner.fit, log_partition=winner.fit.log_partition + 1.0)
    lower = replace(lower, log_likelihood=winner.fit.log_likelihood - len(X))
    assert "a special case: this is not the maximum" in dishonest(problem, winner.model, lower)


def test_special_cases_that_were_not_weighed_are_fitted_from_the_averages() -> None:
    x = pair_of_wells(2000)
    problem = posed(x, classes=["polynomial.sextic"])
    winner = problem.weighed.winner()
    assert winner is not None
    found = {fit.label: fit.log_likelihood[0] for fit in special_cases(problem, winner.model)}
    spread = 2.0 * np.pi * np.e * np.cov(x.T, bias=True)
    gaussian = -0.5 * len(x) * np.linalg.slogdet(spread)[1]
    np.testing.assert_allclose(found["gaussian.full"], gaussian, rtol=1e-9)
