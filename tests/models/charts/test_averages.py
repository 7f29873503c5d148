"""Looking up a class in a chart from the averages of the coordinate, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symcat

RNG = np.random.default_rng(0)
ROWS = {
    "log(gaussian.full)": RNG.lognormal(size=500),
    "log(z2.quartic)": np.exp(RNG.uniform(-1.0, 1.0, size=500)),
    "asinh(z2.quartic)": 3.0 + np.sinh(RNG.uniform(-3.0, 3.0, size=500)),
}


@pytest.mark.parametrize("label", ROWS)
def test_there_and_back(label: str) -> None:
    found = symcat.solve(ROWS[label], classes=[label])
    again = symcat.lookup(label, **found.moments())
    assert again.parameters == pytest.approx(found.parameters, rel=1e-8)
    assert again.log_partition == pytest.approx(found.log_partition, rel=1e-9)
    counted = symcat.lookup(label, n=500, **found.moments())
    for name in set(found.standard_errors) - {"mean"}:  # which lookup takes as the sample mean
        assert counted.standard_errors[name] == pytest.approx(found.standard_errors[name], rel=1e-7)
    # At its own averages a model is as likely as it can be: entropy times rows.
    assert counted.log_likelihood == pytest.approx(-500 * found.entropy(), rel=1e-9)
    stated = symcat.model(label, **found.parameters)
    assert stated.log_partition == pytest.approx(found.log_partition, rel=1e-9)
    assert stated.n_parameters == found.n_parameters
    np.testing.assert_allclose(stated.log_density(ROWS[label]), found.log_density(ROWS[label]), rtol=1e-9)


def test_from_averages_of_the_logarithm() -> None:
    y = np.log(ROWS["log(gaussian.full)"])
    given = {"mean": y.mean(), "covariance": y.var()}
    found = symcat.lookup("log(gaussian.full)", n=500, **given)
    solved = symcat.solve(ROWS["log(gaussian.full)"], classes=["log(gaussian.full)"])
    assert found.parameters == pytest.approx(solved.parameters)
    assert found.log_likelihood == pytest.approx(solved.log_likelihood)
    assert found.bic == pytest.approx(solved.bic)


def test_batches() -> None:
    found = symcat.lookup_batch("log(z2.quartic)", m2=np.ones(3), m4=np.array([1.5, 2.5, 3.5]), mean=np.zeros(3))
    assert found.answered.tolist() == [True, True, False]
    one = symcat.lookup("z2.quartic", m2=1.0, m4=2.5, mean=0.0)
    assert found.parameters["u"][1] == pytest.approx(one.parameters["u"])
    placed = symcat.lookup_batch(
        "asinh(gaussian.full)",
        mean=np.zeros((2, 1)),
        covariance=np.ones((2, 1, 1)),
        center=np.array([0.0, 5.0]),
        unit=2.0,
    )
    assert placed.parameters["center"].tolist() == [0.0, 5.0]
    assert placed.parameters["unit"].tolist() == [2.0, 2.0]


@pytest.mark.parametrize(
    ("label", "given", "said"),
    [
        ("log(gaussian.full)", {"covariance": 1.0}, "needs mean= too, the average of log x"),
        ("log(gaussian.full)", {"mean": 0.0}, "missing: covariance"),
        ("log(gaussian.full)", {"mean": 0.0, "covariance": 1.0, "unit": 2.0}, "not understood: unit"),
        ("asinh(gaussian.full)", {"mean": 0.0, "covariance": 1.0}, "missing: center, unit"),
        (
            "asinh(gaussian.full)",
            {"mean": 0.0, "covariance": 1.0, "center": 0.0, "unit": 1.0, "n": 9},
            "missing: log_jacobian",
        ),
        (
            "asinh(gaussian.full)",
            {"mean": 0.0, "covariance": 1.0, "center": "a", "unit": 1.0},
            "center is not 1 number",
        ),
        (
            "asinh(gaussian.full)",
            {"mean": 0.0, "covariance": 1.0, "center": 0.0, "unit": np.nan},
            "unit is missing or infinite",
        ),
    ],
)
def test_what_is_missing_or_too_much(label: str, given: dict[str, Any], said: str) -> None:
    with pytest.raises(symcat.InvalidData, match=said):
        symcat.lookup(label, **given)


def test_no_unit() -> None:
    with pytest.raises(symcat.NoEntry, match="asinh x cannot be taken without a unit"):
        symcat.lookup("asinh(gaussian.full)", mean=0.0, covariance=1.0, center=0.0, unit=0.0)
    with pytest.raises(symcat.InvalidData, match="the unit positive"):
        symcat.model("asinh(gaussian.full)", precision=1.0, center=0.0, unit=-1.0)


def test_outside_of_the_entry() -> None:
    with pytest.raises(symcat.NoEntry, match="kurtosis") as caught:
        symcat.lookup("log(z2.quartic)", m2=1.0, m4=3.5, mean=0.0)
    assert caught.value.label == "log(z2.quartic)"
    assert caught.value.valid_range == pytest.approx((1.0, 3.0), abs=1e-5)


def test_couplings_that_are_missing_or_wrong() -> None:
    with pytest.raises(symcat.InvalidData, match="missing: center, unit"):
        symcat.model("asinh(gaussian.full)", precision=1.0)
    with pytest.raises(symcat.InvalidData, match="no finite integral"):
        symcat.model("log(gaussian.full)", precision=-1.0)
    with pytest.raises(symcat.NoEntry, match="does not describe 2 columns"):
        symcat.model("log(gaussian.full)", precision=np.eye(2))
