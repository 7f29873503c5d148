"""The builder of normal scores certifies its entries at fresh points, and would not certify a wrong maximum."""

from __future__ import annotations

import pytest

from builders.scores import exact
from builders.tools.checks import CannotCertify
from symcat.models.scores import matrices


@pytest.mark.parametrize("label", exact.labels())
def test_entries_verify(label: str) -> None:
    assert all(row["passed"] for row in exact.verify(label, {}, "fast"))


def test_a_wrong_maximum_is_not_certified(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrices, "maximum", lambda second, pattern: second + 1e-3)
    with pytest.raises(CannotCertify, match="correlations"):
        exact.build("scores(gaussian.full)")
