"""How errors fall."""

from __future__ import annotations

import pytest

from builders.diagrams.falling import Errors, check_powers


def errors(strength: float, power: int) -> Errors:
    return {("u", 2): 5.0 * strength**power}


@pytest.mark.parametrize(("power", "passed"), [(4, True), (3, False), (5, False)])
def test_a_wrong_power_is_noticed(power: int, passed: bool) -> None:
    draws = [[errors(s, power) for s in (0.1, 0.05)]]
    row = check_powers("a", "powers", "what", draws, "fast", lambda order: order + 2)
    assert (row["passed"], row["points"]) == (passed, 1)


def test_one_draw_in_three_does_not_count() -> None:
    draws = [[errors(s, power) for s in (0.1, 0.05)] for power in (4, 4, 9)]
    assert check_powers("a", "powers", "what", draws, "fast", lambda order: order + 2)["passed"]
