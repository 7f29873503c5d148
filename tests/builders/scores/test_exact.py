"""The builder of normal scores certifies its entries at fresh points, and would not certify a wrong density."""

from __future__ import annotations

import pytest

from builders.scores import exact
from builders.tools.checks import CannotCertify
from symcat.models.scores import replay


@pytest.mark.parametrize("label", exact.labels())
def test_entries_verify(label: str) -> None:
    assert all(row["passed"] for row in exact.verify(label, {}, "fast"))


def test_a_wrong_density_is_not_certified(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "_integral", lambda model, parameters: 1.001)
    with pytest.raises(CannotCertify, match="integral of the density"):
        exact.build("scores(gaussian.full)")
