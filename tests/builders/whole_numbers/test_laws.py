"""The entries are built, and a wrong probability is refused."""

from __future__ import annotations

from typing import Any

import pytest

from builders.tools.checks import CannotCertify
from builders.whole_numbers import laws


@pytest.mark.parametrize("label", laws.labels())
def test_an_entry(label: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builders.tools.laws.POINTS", 3)
    tables = laws.build(label)
    assert all(row["passed"] for row in tables["checks"])
    assert len(tables["checks"]) == 3


def test_a_wrong_probability_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = laws._log_probability

    def wrong(*given: Any) -> Any:
        return right(*given) + 1e-5

    monkeypatch.setattr("builders.tools.laws.POINTS", 2)
    monkeypatch.setattr(laws, "_log_probability", wrong)
    with pytest.raises(CannotCertify, match="log probabilities"):
        laws.build("counts.poisson")
