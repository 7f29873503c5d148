"""The two expansions of the radial quartics say the same, and a wrong coefficient is noticed."""

from __future__ import annotations

import pytest

pytest.importorskip("flint")

from builders.quartic import composition
from builders.quartic.series import edge_series
from builders.tools.ratio import Series, number


def test_one_expansion_put_into_the_other() -> None:
    assert composition.check_composition("a", [1, 2, 9], "fast")["passed"]


@pytest.mark.parametrize("target", ["r", "u", "entropy", "log_z"])
def test_a_wrong_coefficient_is_noticed(monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    right = edge_series()[target]

    def wrong() -> dict[str, Series]:
        return {**edge_series(), target: [*right[:-1], right[-1] + number(1)]}

    monkeypatch.setattr(composition, "edge_series", wrong)
    assert not composition.check_composition("a", [1], "fast")["passed"]
