"""Enclosed averages against closed forms and quadrature."""

from __future__ import annotations

import numpy as np
import pytest

from builders.scalar import exact
from builders.scalar.ball import integrals
from builders.tools.checks import CannotCertify
from symcat.models.line import Line


def test_the_gaussian_with_a_quartic_term_of_nothing() -> None:
    found = integrals([0.0, 0.0, 0.5], 4)
    assert abs(found.averages[4] - 3) < 1e-40
    assert float(found.averages[4].rad()) < 1e-40
    assert float(found.log_z.mid()) == pytest.approx(0.5 * np.log(2.0 * np.pi), abs=1e-15)


def test_wells_far_apart_by_quadrature() -> None:
    coefficients = [0.0, 0.3, -4.0, 0.1, 0.5]
    found, line = integrals(coefficients, 4), Line(np.array(coefficients))
    for k in range(1, 5):
        assert float(found.averages[k].mid()) == pytest.approx(line.about(0.0, k), rel=1e-12)
    assert float(found.log_z.mid()) == pytest.approx(line.log_partition, rel=1e-13)


def test_what_has_no_integral() -> None:
    with pytest.raises(CannotCertify, match="does not grow"):
        integrals([0.0, 0.0, 1.0, 0.0, -0.01], 2)


@pytest.mark.parametrize("label", exact.labels())
def test_couplings_come_back(label: str) -> None:
    rows = exact.verify(label, {}, "fast")
    assert [row["name"] for row in rows] == ["couplings", "log_z"]
    assert all(row["passed"] for row in rows)
