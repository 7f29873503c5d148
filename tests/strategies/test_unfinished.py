"""More time is advised where time was what a search lacked."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.strategies.base import Closest
from symcat.strategies.unfinished import not_converged


@pytest.mark.parametrize("late", [True, False])
def test_more_time_is_advised_only_where_it_may_help(late: bool) -> None:
    error = not_converged(Closest("polynomial.quartic", None, np.inf, "it has stalled", late))
    assert ("Give it more time with budget_s=" in str(error)) is late
    assert ("More time does not help" in str(error)) is not late
