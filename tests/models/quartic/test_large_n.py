"""The expansion in 2/N, summed at one N."""

from __future__ import annotations

import numpy as np

from symcat.catalogue import default
from symcat.models.quartic import FAMILY, large_n
from tests.models.observing import look_up


def test_the_expansion_is_the_table_where_both_answer() -> None:
    tabulated, expanded = default().table("o64.quartic"), large_n.table(64, default())
    kurtosis = np.linspace(tabulated.lo, tabulated.hi, 200)
    for quantity, polynomial in expanded.quantities.items():
        np.testing.assert_allclose(polynomial(kurtosis), tabulated.quantities[quantity](kurtosis), rtol=1e-12)


def test_the_coverage_is_that_of_the_scaled_kurtosis() -> None:
    covered = default().table("on.quartic")
    for dimension in (65, 1000):
        table = large_n.table(dimension, default())
        np.testing.assert_allclose((table.lo - 1.0) * dimension / 2.0, covered.lo, rtol=1e-6)
        np.testing.assert_allclose((table.hi - 1.0) * dimension / 2.0, covered.hi, rtol=1e-12)
        assert (table.below, table.above) == (covered.below, covered.above)


def test_the_expansion_joins_the_tables_smoothly() -> None:
    """N = 64 is tabulated, N = 65 is expanded."""
    x = 0.4
    u = [
        look_up(FAMILY, f"o{n}.quartic", m2=n, m4=(1 + 2 * x / n) * n * n).parameters["u"][0] * n
        for n in (63, 64, 65, 66)
    ]
    assert np.abs(np.diff(u, 2)).max() < 1e-4
