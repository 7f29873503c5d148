"""The data checks pass, and would not if the integrals were wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from symcat.models.polynomial import FAMILY, replay
from symcat.models.polynomial.quadrature import Grid


@pytest.mark.parametrize("label", FAMILY.entries)
def test_the_checks_of_an_entry(label: str) -> None:
    found = list(FAMILY.replay(label, 2, np.random.default_rng(3), None))  # type: ignore[arg-type]
    assert [one.check for one in found] == ["log Z", "integration by parts"]
    for one in found:
        assert one.points == 2
        assert one.residual < one.bound


def test_they_see_a_wrong_energy(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Grid.of

    def wrong(parameters: object, dimension: int) -> Grid:
        found = right(parameters, dimension)  # type: ignore[arg-type]
        return replace(found, energy=found.energy * (1.0 + 1e-6))

    monkeypatch.setattr(replay.Grid, "of", wrong)
    for one in replay.run("polynomial.quartic", 1, np.random.default_rng(0)):
        assert one.residual > one.bound, one.check
