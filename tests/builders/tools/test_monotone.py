"""Solutions of monotone equations: enclosed, or refused."""

from __future__ import annotations

import pytest

pytest.importorskip("flint")

from flint import arb, ctx

from builders.tools.checks import CannotCertify
from builders.tools.monotone import root


@pytest.mark.parametrize("start", [0.1, 1.4, 30.0])
def test_a_root_is_enclosed(start: float) -> None:
    with ctx.workprec(200):
        found = root(lambda x: x**2, arb(2), start)
        assert found.contains(arb(2).sqrt())
        assert found.rad() < 1e-25
        assert root(lambda x: -x, arb(-3), start).contains(3)


def test_what_has_no_solution_is_refused() -> None:
    with ctx.workprec(200), pytest.raises(CannotCertify, match="no sign change"):
        root(lambda x: x + 1, arb(0), 1.0)
