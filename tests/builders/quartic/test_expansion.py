"""The expansion in 2/N against certified values."""

from __future__ import annotations

import pytest

pytest.importorskip("flint")

from flint import arb, fmpq

from builders.quartic.ball import solve
from builders.quartic.expansion import expansions
from builders.quartic.reduced import reduced


def test_the_expansion_tends_to_the_certified_value() -> None:
    n = 100
    for x in (fmpq(1, 10), fmpq(1, 2), fmpq(9, 10)):
        exact = reduced(n, solve(n, 1 + 2 * arb(x) / n))["u"]
        terms = [arb(p(x)) * (arb(2) / n) ** j for j, p in enumerate(expansions()["u"])]
        errors = [abs(float((sum(terms[: order + 1], arb(0)) / exact - 1).mid())) for order in (2, 4, 6)]
        assert errors[0] > errors[1] > errors[2]
        assert errors[2] < 1e-10
