"""Solving in a chart: the class of the coordinate, told in the units of the column."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import symcat
from symcat.data.charts import CHARTS
from symcat.data.charts.base import Chart
from symcat.data.needs import Needs

RNG = np.random.default_rng(0)
FLAT = np.exp(RNG.uniform(-1.0, 1.0, size=3000))  # a logarithm with no tails
LOGNORMAL = RNG.lognormal(1.0, 0.5, size=3000)
TAILS = np.sinh(RNG.uniform(-4.0, 4.0, size=3000)) * 2.0 - 3.0  # likewise on both sides

CASES = [
    ("log", "gaussian.full", LOGNORMAL),
    ("log", "z2.quartic", FLAT),
    ("log", "scalar.quartic", FLAT),
    ("asinh", "gaussian.full", LOGNORMAL),
    ("asinh", "z2.quartic", TAILS),
]
each = pytest.mark.parametrize(("name", "inner", "x"), CASES)


def solved(name: str, inner: str, x: Any, **options: Any) -> symcat.Solution:
    return symcat.solve(x, classes=[f"{name}({inner})"], **options)


def placed(answer: symcat.Solution) -> tuple[Chart, np.ndarray]:
    chart = CHARTS[answer.label.partition("(")[0]]
    return chart, np.array([answer.parameters[name] for name in chart.places])


@each
def test_it_is_the_class_of_the_coordinate(name: str, inner: str, x: np.ndarray) -> None:
    found = solved(name, inner, x)
    chart, at = placed(found)
    y = chart.coordinate(x, at)
    own = symcat.solve(y, classes=[inner])
    for key, value in own.parameters.items():
        assert found.parameters[key] == pytest.approx(value, rel=1e-9, abs=1e-9)
        for errors in ("standard_errors", "robust_standard_errors"):
            if key in getattr(own, errors):
                assert getattr(found, errors)[key] == pytest.approx(getattr(own, errors)[key], rel=1e-8)
    assert found.log_partition == pytest.approx(own.log_partition, rel=1e-9)
    assert found.log_likelihood == pytest.approx(own.log_likelihood - chart.log_jacobian(y, at).sum(), rel=1e-10)
    assert found.n_parameters == own.n_parameters + len(chart.places)
    assert found.source == own.source
    assert [check.name for check in found.checks] == [check.name for check in own.checks]
    for mine, theirs in zip(found.checks, own.checks, strict=True):
        assert mine.passed == theirs.passed
        assert mine.detail.startswith(f"of {name} x: ")
    assert not set(chart.places) & {*found.standard_errors, *found.robust_standard_errors}
    assert found.log_likelihood == pytest.approx(found.log_density(x).sum(), rel=1e-8)


def test_lognormal_is_that_of_scipy() -> None:
    found = solved("log", "gaussian.full", LOGNORMAL)
    shape, _, scale = stats.lognorm.fit(LOGNORMAL, floc=0)
    assert found.parameters["mean"] == pytest.approx(np.log(scale), abs=1e-10)
    assert found.parameters["precision"] == pytest.approx(shape**-2, rel=1e-10)
    law = stats.lognorm(shape, 0.0, scale)
    assert found.log_likelihood == pytest.approx(law.logpdf(LOGNORMAL).sum(), rel=1e-10)
    points = np.array([-1.0, 0.0, 1e-300, 0.5, 3.0, 50.0])
    np.testing.assert_allclose(found.log_density(points), law.logpdf(points), rtol=1e-9)
    np.testing.assert_allclose(found.cdf(points), law.cdf(points), rtol=1e-9, atol=1e-300)
    np.testing.assert_allclose(found.ppf([0.0, 0.1, 0.5, 0.99, 1.0]), law.ppf([0.0, 0.1, 0.5, 0.99, 1.0]), rtol=1e-9)
    assert found.entropy() == pytest.approx(float(law.entropy()), rel=1e-9)
    for k in (1, 2, 3, 4):
        assert found.moment(k) == pytest.approx(law.moment(k), rel=1e-9)
    assert found.moment(2, central=True) == pytest.approx(law.var(), rel=1e-9)
    assert stats.kstest(found.sample(4000, seed=1), law.cdf).pvalue > 1e-3


@given(scale=st.floats(1e-60, 1e60), seed=st.integers(0, 20))
@settings(max_examples=20, deadline=None)
def test_units_shift_the_logarithm(scale: float, seed: int) -> None:
    x = np.exp(np.random.default_rng(seed).uniform(-1.0, 1.0, size=300))
    for inner in ("gaussian.full", "z2.quartic"):
        one, other = solved("log", inner, x), solved("log", inner, scale * x)
        assert other.parameters["mean"] == pytest.approx(one.parameters["mean"] + np.log(scale), abs=1e-9)
        for key in set(one.parameters) - {"mean"}:
            assert other.parameters[key] == pytest.approx(one.parameters[key], rel=1e-8)
        shifted = one.log_likelihood - 300 * np.log(scale)
        assert other.log_likelihood == pytest.approx(shifted, rel=1e-11, abs=1e-8)


@given(scale=st.floats(1e-30, 1e30), shift=st.floats(-1e3, 1e3), sign=st.sampled_from([-1.0, 1.0]))
@settings(max_examples=20, deadline=None)
def test_units_and_shifts_do_not_change_asinh(scale: float, shift: float, sign: float) -> None:
    x = TAILS[:500]
    one = solved("asinh", "z2.quartic", x)
    other = solved("asinh", "z2.quartic", sign * scale * (x + shift))
    assert other.parameters["center"] == pytest.approx(
        sign * scale * (one.parameters["center"] + shift), rel=1e-9, abs=1e-9 * scale
    )
    assert other.parameters["unit"] == pytest.approx(scale * one.parameters["unit"], rel=1e-9)
    assert other.parameters["mean"] == pytest.approx(sign * one.parameters["mean"], abs=1e-8)
    for key in ("r", "u"):
        assert other.parameters[key] == pytest.approx(one.parameters[key], rel=1e-7)
    assert other.log_likelihood == pytest.approx(one.log_likelihood - 500 * np.log(scale), rel=1e-10)


def test_values_without_a_logarithm_are_counted() -> None:
    with pytest.raises(symcat.NoEntry, match=r"1 value is zero or negative, where log x does not exist"):
        solved("log", "gaussian.full", [1.0, 2.0, 0.0])
    rows = np.concatenate([LOGNORMAL, [-1.0, 0.0]])
    found = symcat.classify(rows, classes=["log(gaussian.full)", "asinh(gaussian.full)"])
    assert "2 values are zero or negative" in found["log(gaussian.full)"].reason
    assert found["asinh(gaussian.full)"].bic is not None


def test_more_than_half_of_the_rows_equal() -> None:
    x = np.concatenate([np.zeros(30), [1.0, -2.0, 4.0, 3.0, -3.0]])
    found = solved("asinh", "gaussian.full", x)
    assert found.parameters["center"] == 0.0
    assert found.parameters["unit"] == pytest.approx(np.sqrt(np.pi / 2.0) * np.abs(x).mean())


def test_no_unit_without_spread_in_the_sample() -> None:
    x = np.zeros(500_000)
    x[:2] = 1.0, 2.0
    with pytest.raises(symcat.NoEntry, match="asinh x cannot be taken without a unit"):
        solved("asinh", "gaussian.full", x)


def test_a_known_centre_is_in_the_units_of_the_column() -> None:
    found = solved("log", "z2.quartic", FLAT, center=1.0)
    assert found.parameters["mean"] == 0.0
    assert found.standard_errors["mean"] == 0.0
    own = symcat.solve(np.log(FLAT), classes=["z2.quartic"], center=0.0)
    assert found.parameters["u"] == pytest.approx(own.parameters["u"])
    assert found.robust_standard_errors["u"] == pytest.approx(own.robust_standard_errors["u"])
    mean = solved("log", "z2.quartic", FLAT, center="mean")
    assert mean.parameters["mean"] == pytest.approx(np.log(FLAT).mean())
    with pytest.raises(symcat.NoEntry, match="center= is zero or negative, where log x has no value"):
        solved("log", "z2.quartic", FLAT, center=-1.0)


@each
def test_counts_and_weights(name: str, inner: str, x: np.ndarray) -> None:
    counts = RNG.integers(1, 4, len(x))
    found = solved(name, inner, {"x": x, "n": counts}, counts="n")
    repeated = solved(name, inner, np.repeat(x, counts))
    weighted = solved(name, inner, {"x": x, "n": counts * 0.25}, weights="n")
    for key, value in repeated.parameters.items():
        assert found.parameters[key] == pytest.approx(value, rel=1e-10, abs=1e-12)
        assert weighted.parameters[key] == pytest.approx(value, rel=1e-10, abs=1e-12)
    assert found.log_likelihood == pytest.approx(repeated.log_likelihood, rel=1e-12)
    worth = weighted.n_effective / counts.sum()
    assert weighted.log_likelihood == pytest.approx(repeated.log_likelihood * worth, rel=1e-9)
    assert weighted.robust_standard_errors is not None


@each
def test_errors_of_blocks_and_clusters(name: str, inner: str, x: np.ndarray) -> None:
    """Those of the coordinate."""
    chart, at = placed(solved(name, inner, x))
    y, key = chart.coordinate(x, at), np.arange(len(x)) // 30
    for options, of in (({"errors": "blocks"}, {}), ({"errors": "cluster", "cluster": "k"}, {"k": key})):
        found = solved(name, inner, {"x": x, **of}, **options)
        own = symcat.solve({"y": y, **of}, classes=[inner], **options)
        for parameter, error in own.robust_standard_errors.items():
            assert found.robust_standard_errors[parameter] == pytest.approx(error, rel=1e-6)


def test_the_order_of_the_rows_is_looked_at() -> None:
    with_order = solved("log", "gaussian.full", np.exp(np.cumsum(RNG.normal(size=3000)) * 0.05))
    assert "order of the rows" in {check.name for check in with_order.checks}


@each
def test_groups_are_single_tables(name: str, inner: str, x: np.ndarray) -> None:
    pandas = pytest.importorskip("pandas")
    key = RNG.integers(0, 5, len(x))
    label = f"{name}({inner})"
    frame = symcat.solve(pandas.DataFrame({"x": x, "k": key}), by="k", classes=[label])
    for g in range(5):
        alone = solved(name, inner, x[key == g])
        row = frame[frame["k"] == g].iloc[0]
        for parameter, value in alone.parameters.items():
            assert row[parameter] == pytest.approx(value, rel=1e-9, abs=1e-11)
        for parameter, value in alone.standard_errors.items():
            assert row[f"{parameter}_se"] == pytest.approx(value, rel=1e-9)
        assert row["log_likelihood"] == pytest.approx(alone.log_likelihood, rel=1e-11)
        assert row["bic"] == pytest.approx(alone.bic, rel=1e-11)
        made = [check.name for check in alone.checks if check.name != "order of the rows"]
        # Of groups there are averages alone.
        assert row["checks"] == ", ".join("next moments" if name == "shape" else name for name in made)


def test_groups_with_reasons() -> None:
    pandas = pytest.importorskip("pandas")
    key = np.repeat(np.arange(4), 50)
    x = LOGNORMAL[:200].copy()
    x[60] = -1.0
    x[100:150] = 2.0
    x[150] = np.inf
    frame = symcat.solve(pandas.DataFrame({"x": x, "k": key}), by="k", classes=["log(gaussian.full)"])
    reasons = frame["reason"].tolist()
    assert reasons[1] == "1 value is zero or negative, where log x does not exist"
    assert "constant" in reasons[2]
    assert "infinite" in reasons[3]
    assert frame["mean"].isna().tolist() == [False, True, True, True]


def test_collected_statistics() -> None:
    collected = symcat.Statistics(needs=Needs(charts=(("log", 6),))).update(FLAT)
    for inner in ("z2.quartic", "gaussian.full"):
        found, alone = solved("log", inner, collected), solved("log", inner, FLAT)
        assert found.parameters == pytest.approx(alone.parameters, rel=1e-12)
        assert found.robust_standard_errors == pytest.approx(alone.robust_standard_errors, rel=1e-12)
    with pytest.raises(
        symcat.NoEntry, match=r'hold no averages of log x: .* Statistics\(needs=Needs\(charts=\(\("log"'
    ):
        solved("log", "z2.quartic", symcat.Statistics().update(FLAT))
    with pytest.raises(symcat.NoEntry, match="hold no averages of asinh x: pass the data itself"):
        solved("asinh", "z2.quartic", symcat.Statistics().update(FLAT))
    both = symcat.classify(symcat.Statistics().update(LOGNORMAL), classes=["gaussian.full", "log(gaussian.full)"])
    assert "hold no averages" in both["log(gaussian.full)"].reason


def test_beside_two_valued_columns() -> None:
    """The class of a block, with the errors of the column alone."""
    table = {"x": FLAT, "b": RNG.integers(0, 2, len(FLAT))}
    found = symcat.solve(table, classes=["log(z2.quartic)", "ising.independent"])
    alone = solved("log", "z2.quartic", FLAT)
    assert found.label == "mixed.product"
    for key, value in alone.parameters.items():
        assert found.parameters[key] == pytest.approx(value, rel=1e-9)
        assert found.robust_standard_errors[key] == pytest.approx(alone.robust_standard_errors[key], rel=1e-9)
    rows = found.sample(5)
    assert (np.asarray(rows["x"] if not isinstance(rows, np.ndarray) else rows[:, 0]) > 0.0).all()


def test_compared_with_other_classes() -> None:
    """Likelihoods are all of x, and the right chart wins."""
    found = symcat.solve(LOGNORMAL, classes=["gaussian.full", "log(gaussian.full)", "asinh(gaussian.full)"])
    assert found.label == "log(gaussian.full)"
    best = {e.label: e.log_likelihood for e in found.evidence}
    assert best["log(gaussian.full)"] > best["asinh(gaussian.full)"] > best["gaussian.full"]


def test_printed_and_stored() -> None:
    found = solved("asinh", "z2.quartic", TAILS)
    text = str(found)
    assert "fixed from the rows" in text
    assert "1/2 log(unit^2 + (x - center)^2)" in text
    assert symcat.Solution.model_validate_json(found.model_dump_json()) == found
    assert "95 % confidence intervals" in str(found.summary())


@each
def test_the_free_energy_is_the_density(name: str, inner: str, x: np.ndarray) -> None:
    import sympy

    found = solved(name, inner, x)
    energy = found.free_energy()
    for point in (0.7, 1.9):
        value = -float(energy.subs(sympy.Symbol("x", real=True), point)) - found.log_partition
        assert found.log_density([point])[0] == pytest.approx(value, rel=1e-9)


@pytest.mark.slow
@pytest.mark.statistics
def test_intervals_cover() -> None:
    """The centre, and the shape about it, of rows drawn from the class: 95 % intervals, model-based and robust."""
    truth = symcat.model("log(z2.quartic)", mean=1.0, r=-1.0, u=6.0)
    known = truth.parameters
    draws, covered = 400, {"model": dict.fromkeys(known, 0), "robust": dict.fromkeys(known, 0)}
    for seed in range(draws):
        found = symcat.solve(truth.sample(2000, seed=seed), classes=["log(z2.quartic)"])
        for kind, hits in covered.items():
            for key, (low, high) in found.confidence_intervals(robust=kind == "robust").items():
                hits[key] += bool(low <= known[key] <= high)
    for hits in covered.values():
        for key, number in hits.items():
            assert 0.92 <= number / draws <= 0.98, (key, number / draws)
