"""The entry is built, and a wrong maximum is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from builders.conditional import logistic
from builders.tools.checks import CannotCertify


@pytest.mark.long
def test_the_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logistic, "POINTS", 2)
    (label,) = logistic.labels()
    tables = logistic.build(label)
    assert all(row["passed"] for row in tables["checks"])
    assert len(tables["checks"]) == 3


@pytest.mark.long
def test_a_wrong_maximum_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = logistic.maximum

    def wrong(*given: Any, **options: Any) -> Any:
        found = right(*given, **options)
        return replace(found, odds=replace(found.odds, coefficients=found.odds.coefficients + 1e-5))

    monkeypatch.setattr(logistic, "POINTS", 1)
    monkeypatch.setattr(logistic, "maximum", wrong)
    with pytest.raises(CannotCertify, match="coefficients"):
        logistic.build("logistic.linear")
