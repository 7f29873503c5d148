"""An answer below a special case of its class is not a maximum."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from symcat import catalogue
from symcat.data.schema import Schema
from symcat.models import registry
from symcat.models.base import Options
from symcat.models.candidates import Candidate, weighed_of
from symcat.models.fit import LOG_Z_ERROR, PRIOR_ROWS, Fit
from symcat.models.nesting import nested_check

MODEL = registry.model("polynomial.quartic", Schema.real(("x", "y")), Options(), catalogue.default())


def fit(label: str, log_likelihood: float, count: float = 1000.0, **statistics: float) -> Fit:
    return Fit(
        label=label,
        count=np.array([count]),
        parameters={},
        standard_errors={},
        log_partition=np.zeros(1),
        log_likelihood=np.array([log_likelihood]),
        n_parameters=2,
        statistics={name: np.array([value]) for name, value in statistics.items()},
        reason=np.zeros(1, dtype=np.int8),
    )


@pytest.mark.parametrize(
    ("answer", "other", "declined"),
    [
        (fit("polynomial.quartic", -10.0), fit("gaussian.full", -9.0), True),
        (fit("polynomial.quartic", -9.0), fit("gaussian.full", -9.0), False),
        (fit("polynomial.quartic", -9.0 - 1e-6), fit("gaussian.full", -9.0), False),
        (fit("polynomial.quartic", -10.0, **{LOG_Z_ERROR: 1e-3}), fit("gaussian.full", -9.0), False),
        (fit("polynomial.quartic", -10.0, **{LOG_Z_ERROR: 1e-4}), fit("gaussian.full", -9.0), True),
        (fit("polynomial.quartic", -10.0), fit("polynomial.sextic", -9.0), False),
        (fit("polynomial.quartic", -10.0), fit("gaussian.full", -9.0, 2000.0), False),
        (fit("polynomial.quartic", -10.0, **{PRIOR_ROWS: 1.0}), fit("gaussian.full", -9.0), False),
    ],
    ids=["below", "equal", "rounding", "error of log Z", "more than that", "no special case", "other rows", "prior"],
)
def test_below_a_special_case(answer: Fit, other: Fit, declined: bool) -> None:
    check = nested_check(MODEL, answer, [answer, other])
    assert (check is not None) == declined
    if check is not None:
        assert "of gaussian.full, a special case: this is not the maximum" in check.detail(0)
        assert not check.passed[0]


def test_it_is_not_taken_even_alone() -> None:
    below = Candidate(MODEL, fit("polynomial.quartic", -10.0))
    gaussian = registry.model("gaussian.full", Schema.real(("x", "y")), Options(), catalogue.default())
    weighed = weighed_of([below, Candidate(gaussian, fit("gaussian.full", -9.0))], 1, alone=False)
    winner = weighed.winner()
    assert winner is not None
    assert winner.label == "gaussian.full"
    assert below.held_against([fit("gaussian.full", -9.0)]).ruled_out[0]


def test_of_many_groups_each_is_held_against_its_own() -> None:
    two = replace(
        fit("polynomial.quartic", 0.0),
        count=np.full(2, 10.0),
        log_likelihood=np.array([-5.0, -3.0]),
        reason=np.zeros(2, dtype=np.int8),
    )
    other = replace(two, label="gaussian.full", log_likelihood=np.array([-4.0, -4.0]))
    check = nested_check(MODEL, two, [other])
    assert check is not None
    np.testing.assert_array_equal(check.passed, [False, True])
