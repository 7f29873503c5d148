"""The entries are built, and a constant that is not that of the balls is refused."""

from __future__ import annotations

import pytest

from builders.sphere import exact
from builders.tools.checks import CannotCertify, require
from symcat.models.sphere.integral import Integral, integral


@pytest.mark.parametrize("label", exact.labels())
def test_the_entries(label: str) -> None:
    assert all(row["passed"] for row in exact._checks(label, 1, "fast", 2))


def test_a_wrong_constant_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*given: object) -> Integral:
        found = integral(*given)  # type: ignore[arg-type]
        found.log_c[:] += 1e-9
        return found

    monkeypatch.setattr(exact, "integral", wrong)
    with pytest.raises(CannotCertify, match="log Z"):
        require(exact._checks("sphere.uniform", 1, "fast", 2))
