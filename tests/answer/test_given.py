"""What an answer says of some columns given others."""

from __future__ import annotations

import numpy as np
import pytest

import symcat
from symcat.errors import InvalidData, SymcatError

COVARIANCE = np.array([[2.0, 0.5, 0.3], [0.5, 1.0, -0.2], [0.3, -0.2, 0.7]])
MEAN = np.array([1.0, -1.0, 0.5])
MIXTURE = symcat.model(
    "hidden.gaussian",
    weights=[0.4, 0.6],
    means=np.stack([MEAN, -MEAN]),
    covariances=np.stack([COVARIANCE, 0.5 * COVARIANCE]),
)


def skewed(n: int = 800) -> dict[str, np.ndarray]:
    z = np.random.default_rng(0).normal(size=(n, 3)) @ np.linalg.cholesky(COVARIANCE).T
    return {"a": np.exp(z[:, 0]), "b": z[:, 1], "c": np.exp(0.5 * z[:, 2])}


def test_of_a_gaussian_it_is_regression() -> None:
    whole = symcat.model("gaussian.full", mean=MEAN, precision=np.linalg.inv(COVARIANCE))
    rest = whole.given(x1=0.7)
    slope = COVARIANCE[[0, 2], 1] / COVARIANCE[1, 1]
    assert rest.columns == ("x0", "x2")
    assert rest.moment(1) == pytest.approx(MEAN[[0, 2]] + slope * 1.7)
    left = COVARIANCE[np.ix_([0, 2], [0, 2])] - np.outer(slope, slope) * COVARIANCE[1, 1]
    assert rest.moments()["covariance"] == pytest.approx(left)


@pytest.mark.parametrize("label", ["gaussian.full", "gaussian.diagonal", "hidden.gaussian", "scores(gaussian.full)"])
def test_joint_densities_are_products(label: str) -> None:
    """P(a, c | b) P(b | c) ... : ratios of conditional densities are those of joint ones."""
    whole = symcat.solve(skewed(), classes=[label])
    rest = whole.given(b=0.3)
    rows = np.array([[0.5, 1.0], [1.5, 0.8], [2.0, 1.4]])
    joint = whole.log_density(np.insert(rows, 1, 0.3, axis=1))
    assert np.diff(rest.log_density(rows)) == pytest.approx(np.diff(joint), abs=1e-9)
    of_one = rest.given({"c": 1.0})
    grid = np.linspace(-80.0, 90.0, 40_001) if "scores" not in label else np.linspace(1e-4, 60.0, 40_001)
    assert np.trapezoid(np.exp(of_one.log_density(grid)), grid) == pytest.approx(1.0, abs=1e-3)
    low = of_one.ppf(0.3)
    assert of_one.cdf(low) == pytest.approx(0.3)
    assert np.mean(of_one.sample(4000, seed=1) <= low) == pytest.approx(0.3, abs=0.03)


def test_of_a_mixture_the_weights_move() -> None:
    rest = MIXTURE.given(x0=4.0)
    assert rest.parameters["weights"][0] > 0.9
    assert rest.label == "hidden.gaussian"
    assert MIXTURE.given(x0=4.0, x1=0.0).moment(1) == pytest.approx(rest.given(x1=0.0).moment(1))


def test_what_cannot_be_given_is_told() -> None:
    with pytest.raises(InvalidData, match="no column 'y'"):
        MIXTURE.given(y=1.0)
    with pytest.raises(InvalidData, match="leaves no column"):
        MIXTURE.given(x0=1.0, x1=1.0, x2=1.0)
    with pytest.raises(InvalidData, match="one finite number"):
        MIXTURE.given(x0=np.inf)
    with pytest.raises(InvalidData, match="takes values of columns"):
        MIXTURE.given()
    with pytest.warns(UserWarning, match="linearity"):
        bent = symcat.solve(skewed(), target="b")
    with pytest.raises(SymcatError, match="predict"):
        bent.given(a=1.0)


@pytest.mark.parametrize("values", ["a", [1.0], [("x0", 1.0)], 3.0])
def test_what_is_no_mapping_is_refused(values: object) -> None:
    with pytest.raises(InvalidData, match="pass a mapping of names"):
        MIXTURE.given(values)  # type: ignore[arg-type]


def test_a_column_stated_twice_is_refused() -> None:
    with pytest.raises(InvalidData, match="'x0' in the mapping and beside it"):
        MIXTURE.given({"x0": 1.0}, x0=2.0)


@pytest.mark.parametrize(
    ("whole", "value"),
    [
        (MIXTURE, 1e155),
        (symcat.model("gaussian.full", mean=MEAN, precision=np.linalg.inv(COVARIANCE)), 1e200),
        (symcat.model("o3.quartic", r=-1.0, u=6.0), 1e80),
        (symcat.model("o3.quartic", r=-1.0, u=6.0), 1e300),
    ],
)
def test_values_beyond_double_precision_are_refused(whole: symcat.Solution, value: float) -> None:
    with pytest.raises(InvalidData, match=r"gives rows with x0 = .* no probability"):
        whole.given(x0=value)


@pytest.mark.parametrize("label", ["scores(gaussian.full)", "scores(gaussian.diagonal)"])
def test_values_that_a_column_never_has_are_refused(label: str) -> None:
    """A positive column has none below zero; one of counts none between whole numbers."""
    rng = np.random.default_rng(1)
    whole = symcat.solve(skewed(200) | {"n": rng.poisson(30, 200)}, classes=[label], columns=["a", "c", "n"])
    for value in (-1.0, 0.0):
        with pytest.raises(InvalidData, match=r"gives rows with a = .* no probability"):
            whole.given(a=value)
    assert whole.given(a=0.5).columns == ("c", "n")
    if label == "scores(gaussian.diagonal)":
        with pytest.raises(InvalidData, match=r"n = 2\.5 no probability"):
            whole.given(n=2.5)
