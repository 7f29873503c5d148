"""t- and p-values of a regression, against scipy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import scipy.stats

from symcat.answer.significance import regression_summary
from symcat.data.schema import Schema
from symcat.models.fit import Regression
from tests.answer import made

COLUMNS = Schema.real(["x", "y", "z"])
PARAMETERS = {"intercept": [1.0, 2.0], "coefficients": [[0.1, -3.0], [0.5, 0.0]]}


def summary(freedom: list[float], group: int = 0, link: Any = "identity", **fields: Any) -> Any:
    found = Regression(1, link, np.array(freedom), residual_standard_deviation=np.array([0.5, 0.6]))
    errors = {"intercept": np.array([0.5, 0.5]), "coefficients": np.array([[0.1, 1.0], [0.25, 0.5]])}
    return regression_summary(
        made.fit("made.plain", PARAMETERS, **({"standard_errors": errors} | fields)), found, COLUMNS, group
    )


def test_student() -> None:
    found = summary([7.0, 5.0], group=1)
    assert (found.target, found.predictors, found.family) == ("y", ("x", "z"), "gaussian")
    np.testing.assert_allclose(found.t_values["coefficients"], [2.0, 0.0])
    np.testing.assert_allclose(found.p_values["coefficients"], [2.0 * scipy.stats.t.sf(2.0, 5.0), 1.0])
    assert found.p_values["intercept"] == pytest.approx(2.0 * scipy.stats.t.sf(4.0, 5.0))
    assert (found.degrees_of_freedom, found.residual_standard_deviation, found.r_squared) == (5, 0.6, None)


def test_normal() -> None:
    found = summary([math.inf, math.inf], link="logit")
    assert found.family == "logistic"
    np.testing.assert_allclose(found.p_values["coefficients"], 2.0 * scipy.stats.norm.sf([1.0, 3.0]))
    assert found.degrees_of_freedom == 7  # ten rows less three coefficients


def test_without_a_number_of_rows() -> None:
    found = summary([math.nan, math.nan], standard_errors={})
    assert found.degrees_of_freedom == 0
    assert np.isnan(found.t_values["coefficients"]).all()
    assert math.isnan(found.p_values["intercept"])
