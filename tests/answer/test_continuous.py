"""An answer of one real column as a distribution of scipy."""

from __future__ import annotations

import numpy as np
import pytest

import symcat


def test_it_is_the_answer() -> None:
    answer = symcat.model("z2.quartic", r=-1.0, u=6.0, mean=2.0)
    found = answer.distribution()
    x = np.array([[1.0, 2.5], [3.0, 4.0]])
    np.testing.assert_allclose(found.logpdf(x), answer.log_density(x.reshape(-1)).reshape(2, 2))
    np.testing.assert_allclose(found.cdf(x).reshape(-1), answer.cdf(x.reshape(-1)))
    assert float(found.icdf(0.9)) == pytest.approx(answer.ppf(0.9), rel=1e-12)
    assert float(found.mean()) == pytest.approx(2.0, abs=1e-9)
    assert float(found.moment(4, kind="central")) == pytest.approx(answer.moment(4, central=True), rel=1e-8)
    assert float(found.entropy()) == pytest.approx(answer.entropy(), rel=1e-8)


def test_a_central_interval_holds_its_share() -> None:
    answer = symcat.model("gaussian.full", mean=1.0, precision=0.25)
    low, high = answer.interval(0.95)
    assert (low, high) == pytest.approx((1.0 - 2.0 * 1.959963984540054, 1.0 + 2.0 * 1.959963984540054))
    with pytest.raises(symcat.InvalidData, match="is no share of rows"):
        answer.interval(95)


def test_several_columns_have_none() -> None:
    answer = symcat.model("gaussian.full", mean=[0.0, 0.0], precision=np.eye(2))
    with pytest.raises(symcat.SymcatError, match="no distribution function of one real column"):
        answer.distribution()


@pytest.mark.parametrize(("mean", "precision"), [(1e4, 1.0), (0.0, 1e8), (-3e9, 25.0)])
def test_moments_of_a_density_far_from_zero_or_narrow(mean: float, precision: float) -> None:
    """Quadrature over the whole line misses it: a mean of 25 was said for one of 1000."""
    answer = symcat.model("gaussian.full", mean=mean, precision=precision)
    found = answer.distribution()
    assert found.mean() == pytest.approx(mean)
    assert found.variance() == pytest.approx(1.0 / precision, rel=1e-6)
    assert found.entropy() == pytest.approx(answer.entropy())
    assert found.kurtosis() == pytest.approx(3.0, rel=1e-6)
