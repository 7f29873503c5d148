"""The entries are built, and a wrong integral is refused."""

from __future__ import annotations

import numpy as np
import pytest

from builders.polynomial import exact
from builders.polynomial.words import COVERAGE
from builders.tools.checks import CannotCertify
from symcat.models.polynomial.relaxation import MOST_COUPLINGS


def test_an_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "POINTS", 1)
    tables = exact.build("mixed.quartic")
    assert set(tables) == {"classes", "coverage", "checks"}
    assert {row["name"] for row in tables["checks"]} == {"couplings", "log_z", "integration by parts"}
    assert "{-1, +1}" in str(tables["classes"][0]["domain"])


def test_a_wrong_rule_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = exact.gauss

    def wrong(exponents: np.ndarray, theta: np.ndarray, two_valued: int) -> tuple[float, np.ndarray]:
        log_z, averages = right(exponents, theta, two_valued)
        return log_z, averages * (1.0 + 1e-6)

    monkeypatch.setattr(exact, "POINTS", 1)
    monkeypatch.setattr(exact, "gauss", wrong)
    with pytest.raises(CannotCertify, match="couplings"):
        exact.build("polynomial.quartic")


def test_the_words_name_the_limit_of_the_class() -> None:
    # Typed there: taken from the class, it would make the entries depend on all that the class runs.
    assert all(f"at most {MOST_COUPLINGS} couplings" in str(row["statistic"]) for row in COVERAGE.values())
