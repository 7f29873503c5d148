"""Which sum is taken, against exact integration in one column: no truncation is understated."""

from __future__ import annotations

import numpy as np
import pytest

from symcat import catalogue
from symcat.models.polynomial.exact.bases import Axes, every_term
from symcat.models.polynomial.exact.maximum import Maximum
from symcat.models.polynomial.exact.terms import Terms
from symcat.models.polynomial.series.cumulants import Cumulants
from symcat.models.polynomial.series.expansion import Expansion
from symcat.models.polynomial.series.hermite import Hermites
from symcat.models.polynomial.series.judging import Judged, couplings_of_statistics, judge
from symcat.models.polynomial.series.summing import Series
from symcat.models.relaxation import Refusal
from tests.models.polynomial.exact.populations import of_moments


@pytest.fixture(scope="module")
def expansion() -> Expansion:
    return Expansion.of(catalogue.default().terms("polynomial.quartic"))


def _judged(expansion: Expansion, skewness: float, kurtosis: float, n: float) -> Judged | Refusal:
    terms = Terms.of(1, 4)
    axes = Axes(np.eye(1), np.zeros(1))
    data = Cumulants(axes, n, np.array([0.0, 0.0, 0.0, skewness, kurtosis - 3.0]))
    orders = expansion.at(data.tensors[3], data.tensors[4])
    return judge(Series.of(orders, expansion.highest), data, every_term(axes, terms, np.zeros(1)), 0)


def _off(found: Judged, skewness: float, kurtosis: float) -> np.ndarray:
    """(4,) the couplings less those of exact integration."""
    exact = of_moments([1.0, 0.0, 1.0, skewness, kurtosis], -6.0, 6.0)
    assert isinstance(exact, Maximum)
    basis = every_term(Axes(np.eye(1), np.zeros(1)), Terms.of(1, 4), np.zeros(1))
    own = couplings_of_statistics(Hermites.of(1).in_monomials(found.sum.tensors), basis)
    own[1] += 0.5  # of the Gaussian
    out: np.ndarray = own - exact.dual.theta[1:]
    return out


@pytest.mark.parametrize(
    ("skewness", "kurtosis", "n"),
    [(0.0, 2.9, 1e4), (0.0, 2.55, 1e3), (0.2, 2.49, 1e3), (0.0, 2.75, 1e4), (0.1, 2.96, 1e5), (0.3, 2.94, 1e3)],
)
def test_a_truncation_is_not_understated(expansion: Expansion, skewness: float, kurtosis: float, n: float) -> None:
    found = _judged(expansion, skewness, kurtosis, n)
    assert isinstance(found, Judged)
    stated = np.maximum(np.abs(found.step), np.abs(found.omitted))
    assert (np.abs(_off(found, skewness, kurtosis)) <= stated).all()


@pytest.mark.parametrize("kurtosis", [1.1, 1.4, 1.79])
@pytest.mark.parametrize("n", [1e3, 1e6])
def test_strong_coupling_is_declined(expansion: Expansion, kurtosis: float, n: float) -> None:
    found = _judged(expansion, 0.0, kurtosis, n)
    assert isinstance(found, Refusal)
    assert "does not settle" in found.reason or "leads too far" in found.reason
    assert "ratio of the last two" in found.reason


def test_heavy_tails_are_declined(expansion: Expansion) -> None:
    found = _judged(expansion, 0.0, 3.2, 1e4)
    assert isinstance(found, Refusal)
    assert found.reason.startswith("no normalisable quartic by the series: F falls beyond")


def test_more_rows_ask_for_a_smaller_truncation(expansion: Expansion) -> None:
    assert isinstance(_judged(expansion, 0.0, 2.7, 1e4), Judged)
    found = _judged(expansion, 0.0, 2.7, 1e7)
    assert isinstance(found, Refusal)
    assert "before the statistical error" in found.reason
