"""The Gaussian classes as a family: which there are, the averages they are looked up by, and their data checks."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.catalogue import default
from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models.base import Options
from symcat.models.gaussian import FAMILY
from tests.models.observing import look_up, names


@pytest.mark.parametrize(("dimension", "count"), [(1, 1), (2, 4), (3, 5), (4, 6), (9, 5)])
def test_classes_that_coincide_are_weighed_once(dimension: int, count: int) -> None:
    found = FAMILY.candidates(Schema.real(names(dimension)))
    assert len(found) == count
    assert found[0] == "gaussian.full"


def test_two_valued_columns_are_not_gaussian() -> None:
    for schema in (Schema.two_valued(("a", "b")), Schema(("a", "b"), (None, (0, 1)))):
        assert FAMILY.candidates(schema) == ()
        assert FAMILY.model("gaussian.full", schema, Options(), default()) is None


@pytest.mark.parametrize("label", FAMILY.labels)
def test_the_average_of_the_free_energy_and_log_z(label: str) -> None:
    for replay in FAMILY.replay(label, 3, np.random.default_rng(2), default()):
        assert replay.residual <= replay.bound


def test_a_covariance_is_looked_up() -> None:
    fit = look_up(FAMILY, "gaussian.full", n=100, covariance=[[2.0, 0.5], [0.5, 1.0]], mean=[1.0, 2.0])
    np.testing.assert_allclose(fit.parameters["precision"][0], np.linalg.inv([[2.0, 0.5], [0.5, 1.0]]))
    np.testing.assert_allclose(fit.parameters["mean"][0], [1.0, 2.0])
    many = look_up(FAMILY, "gaussian.full", covariance=np.array([[[4.0]], [[np.nan]], [[-1.0]]]), mean=np.arange(3.0))
    assert many.answered.tolist() == [True, False, False]
    assert many.parameters["precision"][0] == pytest.approx(0.25)
    assert many.standard_errors == {}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "missing: covariance"),
        ({"covariance": np.eye(2), "kurtosis": 3.0}, "not understood: kurtosis"),
        ({"covariance": "a"}, "numbers"),
        ({"covariance": [[1.0, 0.5], [0.2, 1.0]]}, "symmetric"),
        ({"covariance": np.ones((2, 3))}, "symmetric"),
        ({"covariance": np.eye(2), "mean": np.ones(3)}, "mean has shape"),
        ({"covariance": [[1.0, np.nan], [np.nan, 1.0]]}, "finite"),
        ({"covariance": [[1.0, 0.0], [0.0, -2.0]]}, "variance of column 'x1' is -2"),
    ],
)
def test_averages_that_say_nothing_are_refused(given: dict[str, object], words: str) -> None:
    with pytest.raises(InvalidData, match=words) as raised:
        FAMILY.averages("gaussian.full", given, None, None)
    assert "nan" not in str(raised.value).lower()
