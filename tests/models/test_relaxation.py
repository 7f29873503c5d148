"""Averages that a model implies against those of the data: in the errors of both."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.models.relaxation import ExponentialFamily, agreement
from symcat.symmetry.sufficient_statistics import SufficientStatistics

COUNT = 100.0


def measured(difference: float, of_data: float, of_model: float, drawn: float = np.inf) -> tuple[float, bool]:
    """Three uncorrelated statistics of these variances a row, all averages apart by as much."""
    family = ExponentialFamily("made", SufficientStatistics.pairwise(2), np.zeros(3), COUNT, of_data * np.eye(3))
    found = agreement(family, np.full(3, difference), of_model * np.eye(3), "hand", drawn)
    return found.normalised_error, found.accepted


def test_differences_count_in_standard_errors() -> None:
    assert measured(0.05, 1.0, 1.0) == (pytest.approx(0.5), True)
    assert measured(0.15, 1.0, 1.0) == (pytest.approx(1.5), False)


@pytest.mark.parametrize(("of_data", "of_model"), [(1e4, 1.0), (1.0, 1e4)])
def test_the_stricter_of_the_two_errors_decides(of_data: float, of_model: float) -> None:
    """What a heavy tail leaves uncertain in the data a model without one has to meet all the same."""
    assert measured(5.0, of_data, of_model) == (pytest.approx(50.0), False)


def test_noise_makes_no_answer_look_better() -> None:
    """As many rows drawn as there are in the data halve the normalised error's square, and are allowed for."""
    error, accepted = measured(0.2, 1.0, 1.0, COUNT)
    assert error == pytest.approx(np.sqrt(2.0))
    assert accepted  # 4 less the noise's share of 1 is within three standard deviations of 1
    assert not measured(0.3, 1.0, 1.0, COUNT)[1]
