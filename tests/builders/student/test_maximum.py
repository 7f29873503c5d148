"""The entry is built, and a wrong constant is refused."""

from __future__ import annotations

import pytest

from builders.student import maximum
from builders.tools.checks import CannotCertify


def test_the_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maximum, "POINTS", 3)
    (label,) = maximum.labels()
    tables = maximum.build(label)
    assert all(row["passed"] for row in tables["checks"])
    assert len(tables["checks"]) == 7


def test_a_wrong_constant_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = maximum.constant
    monkeypatch.setattr(maximum, "POINTS", 2)
    monkeypatch.setattr(maximum, "constant", lambda nu: (right(nu)[0] + 1e-6, *right(nu)[1:]))
    with pytest.raises(CannotCertify, match="constant of the density"):
        maximum.build("student.scalar")
