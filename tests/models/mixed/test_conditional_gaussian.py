"""The conditional Gaussian class: the factorisation against brute force, exact recovery, errors, checks and bases."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

from symcat.data.moments import Floats, Moments
from symcat.models import registry
from symcat.models.conditional.linear import Linear
from symcat.models.fit import Observed
from symcat.models.mixed.logistic import ConditionalGaussianLogistic
from tests import classes
from tests.models.encoded import mixed_schema, moments, observed, of_one
from tests.models.observing import grouped_errors

SPINS = (0, 2, 3)  # of five columns: the order of the table is kept whatever lies between


def parameters(rng: np.random.Generator, p: int, k: int, strength: float = 0.4) -> dict[str, Floats]:
    j = np.triu(strength * rng.standard_normal((p, p)), 1)
    root = rng.standard_normal((k, k + 2))
    return {
        "h": 0.3 * rng.standard_normal(p),
        "J": j + j.T,
        "mean": 5.0 * rng.standard_normal(k),
        "precision": root @ root.T / k + 0.3 * np.eye(k),
        "coupling": strength * rng.standard_normal((p, k)),
    }


def states(p: int) -> Floats:
    return np.array(list(itertools.product((-1.0, 1.0), repeat=p)))


def free_energy(values: dict[str, Floats], s: Floats, x: Floats) -> float:
    """F as the documentation writes it, term by term."""
    p, y = len(s), x - values["mean"]
    out = -sum(values["h"][i] * s[i] for i in range(p))
    out -= sum(values["J"][i, j] * s[i] * s[j] for i in range(p) for j in range(i + 1, p))
    return float(out + 0.5 * y @ values["precision"] @ y - s @ values["coupling"] @ y)


def exact_moments(
    values: dict[str, Floats], spins: tuple[int, ...], binary: bool = False, count: float = 1e12
) -> tuple[Moments, float]:
    """Averages and log Z by summing over every state, the Gaussian integral done in each by completing its square."""
    p, k = len(spins), len(values["mean"])
    covariance = np.linalg.inv(values["precision"])
    log_weight, means = [], []
    for s in states(p):
        v = 0.5 * (s + 1.0) if binary else s
        pull = values["coupling"].T @ v
        best = values["mean"] + covariance @ pull
        log_weight.append(-free_energy(values, v, best))
        means.append(best)
    constant = 0.5 * (k * math.log(2.0 * math.pi) + np.linalg.slogdet(covariance)[1])
    log_weights = np.array(log_weight) + constant
    log_z = float(np.logaddexp.reduce(log_weights))
    weight = np.exp(log_weights - log_z)
    d = p + k
    reals = [j for j in range(d) if j not in spins]
    rows = np.empty((len(weight), d))
    rows[:, list(spins)], rows[:, reals] = states(p), np.array(means)
    second = (weight[:, None] * rows).T @ rows
    second[np.ix_(reals, reals)] += covariance
    names = tuple(f"c{j}" for j in range(d))
    exact = Moments(names, np.array([count]), np.zeros((1, d)), 1.0, (weight @ rows)[None], second[None])
    return exact.about(np.where(np.isin(np.arange(d), spins), 0.0, exact.mean[0])).in_unit(2.0), log_z


def model(p: int, k: int, binary: bool = False, spins: tuple[int, ...] | None = None, **options: Any) -> Any:
    schema = mixed_schema(tuple(range(p)) if spins is None else spins, p + k)
    return classes.model("mixed.conditional_gaussian", schema, basis="binary" if binary else "spin", **options)


def blocks_of(rows: Floats, blocks: int) -> Moments:
    return moments(rows, mixed_schema(SPINS, rows.shape[1]), blocks)


def measured(rows: Floats) -> Moments:
    return blocks_of(rows, 1)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(1, 4), st.booleans())
def test_exact_averages_give_back_the_parameters(seed: int, p: int, k: int, binary: bool) -> None:
    rng = np.random.default_rng(seed)
    values = parameters(rng, p, k)
    spins = tuple(sorted(rng.choice(p + k, p, replace=False).tolist()))
    exact, log_z = exact_moments(values, spins, binary)
    fit = model(p, k, binary, spins).fit(exact, None)
    assert fit.answered[0]
    for name, value in values.items():
        np.testing.assert_allclose(fit.parameters[name][0], value, rtol=1e-8, atol=1e-8, err_msg=name)
    assert fit.log_partition[0] == pytest.approx(log_z, abs=1e-9)
    assert fit.n_parameters == p + p * (p - 1) // 2 + k + k * (k + 1) // 2 + p * k


def test_log_z_is_the_integral_of_exp_minus_f() -> None:
    values = parameters(np.random.default_rng(4), 3, 1)
    total = sum(
        integrate.quad(lambda x, s=s: math.exp(-free_energy(values, s, np.array([x]))), -60.0, 60.0, limit=400)[0]
        for s in states(3)
    )
    assert exact_moments(values, (0, 1, 2))[1] == pytest.approx(math.log(total), rel=1e-9)


@pytest.mark.parametrize("binary", [False, True])
def test_the_likelihood_has_its_maximum_at_the_fit(binary: bool) -> None:
    rng = np.random.default_rng(3)
    truth = parameters(rng, 3, 2)
    found = model(3, 2, binary, SPINS)
    rows = found.sample(truth, 4000, rng)
    fit = found.fit(measured(rows), None)
    answer = of_one(fit)
    density = found.log_density(answer, float(fit.log_partition[0]), rows)
    assert density.sum() == pytest.approx(float(fit.log_likelihood[0]), rel=1e-10)
    best = float(fit.log_likelihood[0])
    for name in answer:
        step = 0.01 * rng.standard_normal(np.shape(answer[name]))
        if name in ("J", "precision"):
            step = 0.5 * (step + step.T)
        if name == "J":
            np.fill_diagonal(step, 0.0)
        moved = {**answer, name: answer[name] + step}
        log_z = exact_moments(moved, SPINS, binary)[1]
        assert found.log_density(moved, log_z, rows).sum() < best, name


def test_both_bases_are_the_same_distribution() -> None:
    rng = np.random.default_rng(8)
    spin, binary = model(3, 2, False, SPINS), model(3, 2, True, SPINS)
    rows = spin.sample(parameters(rng, 3, 2), 600, rng)
    fits = [m.fit(measured(rows), None) for m in (spin, binary)]
    densities = [
        m.log_density(of_one(f), float(f.log_partition[0]), rows) for m, f in zip((spin, binary), fits, strict=True)
    ]
    np.testing.assert_allclose(densities[0], densities[1], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(fits[1].parameters["coupling"], 2.0 * fits[0].parameters["coupling"], rtol=1e-9)
    np.testing.assert_allclose(
        fits[1].standard_errors["coupling"], 2.0 * fits[0].standard_errors["coupling"], rtol=1e-9
    )
    np.testing.assert_allclose(fits[1].standard_errors["J"], 4.0 * fits[0].standard_errors["J"], rtol=1e-9)


@pytest.mark.statistics
@pytest.mark.slow
@pytest.mark.parametrize("binary", [False, True])
def test_standard_errors_are_the_spread_of_repeated_fits(binary: bool) -> None:
    rng = np.random.default_rng(5)
    truth = parameters(rng, 3, 2)
    found = model(3, 2, binary, SPINS)
    n, repeats = 2000, 600
    rows = found.sample(truth, n * repeats, rng)
    fits = found.fit(blocks_of(rows, repeats), None)
    for name, value in fits.parameters.items():
        spread = value.std(axis=0)
        said = np.sqrt((fits.standard_errors[name] ** 2).mean(axis=0))
        used = said > 0.0
        np.testing.assert_allclose(said[used] / spread[used], 1.0, atol=0.13, err_msg=name)
        # The mean of an inverse Wishart matrix: the precision is too large by this factor.
        inflated = n / (n - 3.0 - 2.0 - 2.0) if name in ("precision", "coupling") else 1.0
        bias = (value.mean(axis=0) - inflated * truth[name])[used] / spread[used]
        np.testing.assert_allclose(bias, 0.0, atol=0.05 + 4.0 / math.sqrt(repeats), err_msg=name)
    one = found.fit(measured(rows[: 200 * n]), None)
    robust = grouped_errors(found, one, blocks_of(rows[: 200 * n], 400))
    for name, value in robust.items():
        used = one.standard_errors[name] > 0.0
        np.testing.assert_allclose(value[used] / one.standard_errors[name][used], 1.0, atol=0.15, err_msg=name)


def test_units_and_offsets_of_the_real_columns() -> None:
    rng = np.random.default_rng(6)
    found = model(3, 2, False, SPINS)
    rows = found.sample(parameters(rng, 3, 2), 500, rng)
    moved = rows.copy()
    scale, shift = np.array([2.0**20, 2.0**-20]), np.array([1e9, -1e-3])
    moved[:, [1, 4]] = rows[:, [1, 4]] * scale + shift
    one, other = found.fit(measured(rows), None), found.fit(measured(moved), None)
    np.testing.assert_allclose(other.parameters["J"], one.parameters["J"], atol=1e-7)
    np.testing.assert_allclose(other.parameters["coupling"] * scale, one.parameters["coupling"], rtol=1e-6)
    np.testing.assert_allclose(other.parameters["mean"], one.parameters["mean"] * scale + shift, rtol=1e-9)


def test_a_batch_is_many_single_fits() -> None:
    rng = np.random.default_rng(7)
    found = model(3, 2, False, SPINS)
    rows = found.sample(parameters(rng, 3, 2), 3000, rng)
    batch = found.fit(blocks_of(rows, 10), None)
    for g in range(10):
        single = found.fit(measured(rows[300 * g : 300 * (g + 1)]), None)
        for name, value in single.parameters.items():
            np.testing.assert_allclose(batch.parameters[name][g], value[0], rtol=1e-7, atol=1e-8)


def checked(found: Any, rows: Floats) -> dict[str, float]:
    fit = found.fit(measured(rows), None)
    return {check.name: check.p_value[0] for check in found.checks(fit, observed(rows, found.schema), None)}


@pytest.mark.statistics
@pytest.mark.slow
def test_the_checks_are_calibrated() -> None:
    rng = np.random.default_rng(9)
    found = model(3, 2, False, SPINS)
    truth = parameters(rng, 3, 2)
    p_values: dict[str, list[float]] = {}
    for _ in range(400):
        for name, p in checked(found, found.sample(truth, 300, rng)).items():
            p_values.setdefault(name, []).append(p)
    assert set(p_values) >= {"residual skewness", "residual kurtosis", "equal covariance", "linearity"}
    for name, values in p_values.items():
        if name in ("equal covariance", "linearity"):
            for level in (0.01, 0.05, 0.2):
                rate = np.mean(np.array(values) < level)
                assert abs(rate - level) < 4.0 * math.sqrt(level / 400), (name, level, rate)
        assert np.mean(np.array(values) < 0.01) < 0.04, name


def test_each_check_sees_what_it_is_for() -> None:
    rng = np.random.default_rng(10)
    found = model(3, 2, False, SPINS)
    rows = found.sample(parameters(rng, 3, 2), 4000, rng)
    reals = list(found.reals)

    spread = rows.copy()
    mean = found.fit(measured(rows), None).parameters["mean"][0]
    spread[:, reals] = mean + (rows[:, reals] - mean) * np.where(rows[:, [0]] > 0, 1.3, 1.0)
    assert checked(found, spread)["equal covariance"] < 1e-6

    product = rows.copy()
    product[:, reals[0]] += 0.3 * rows[:, 0] * rows[:, 2]
    said = checked(found, product)
    assert said["linearity"] < 1e-6

    skewed = rows.copy()
    skewed[:, reals[1]] += rng.exponential(3.0, len(rows))
    assert checked(found, skewed)["residual skewness"] < 1e-6
    assert min(checked(found, rows).values()) > 1e-3


def test_what_has_no_answer_says_why() -> None:
    rng = np.random.default_rng(11)
    found = model(3, 2, False, SPINS)
    rows = found.sample(parameters(rng, 3, 2), 200, rng)

    def why(change: dict[int, Floats]) -> str:
        moved = rows.copy()
        for column, values in change.items():
            moved[:, column] = values
        fit = found.fit(measured(moved), None)
        assert np.isnan(fit.parameters["J"]).all()
        return fit.why(0)

    assert "two-valued column" in why({2: rows[:, 0]})
    assert "two-valued column" in why({2: np.ones(200)})
    assert "linearly dependent" in why({4: 2.0 * rows[:, 1] + 1.0})
    assert "determine" in why({4: 3.0 * rows[:, 0] - rows[:, 2]})
    assert "fewer rows" in found.fit(measured(rows[:5]), None).why(0)


def test_values_that_never_occur_together_need_the_prior() -> None:
    rng = np.random.default_rng(12)
    rows = model(3, 2, False, SPINS).sample(parameters(rng, 3, 2), 400, rng)
    rows = rows[~((rows[:, 0] > 0) & (rows[:, 2] > 0))]
    weak = model(3, 2, False, SPINS)
    fit = weak.fit(measured(rows), None)
    assert fit.statistics["prior_rows"][0] == 1.0
    names = [c.name for c in weak.checks(fit, observed(rows, weak.schema), None) if not c.passed[0]]
    assert "finite maximum" in names
    refusing = model(3, 2, False, SPINS, prior=None)
    assert "no finite maximum" in refusing.fit(measured(rows), None).why(0)


def test_the_class_is_of_columns_of_both_kinds() -> None:
    label = "mixed.conditional_gaussian"
    assert label in registry.candidates(mixed_schema((0,), 2))
    for columns in ((), (0, 1, 2)):
        assert label not in registry.candidates(mixed_schema(columns, 3))
        with pytest.raises(LookupError, match="does not describe"):
            classes.model(label, mixed_schema(columns, 3))


def test_more_two_valued_columns_than_can_be_summed_are_refused_by_the_fit() -> None:
    wide = model(23, 1)
    rows = np.where(np.random.default_rng(0).random((100, 24)) < 0.5, 1.0, -1.0)
    fit = wide.fit(moments(rows, wide.schema), None)
    assert not fit.answered.any()
    assert fit.why(0) == "23 two-valued columns are more than the 22 of which all states can be summed"
    assert fit.n_parameters == wide.n_free


def test_many_groups_are_checked_by_their_averages() -> None:
    rng = np.random.default_rng(18)
    found = model(3, 2, False, SPINS)
    rows = found.sample(parameters(rng, 3, 2), 400, rng)
    rows = np.concatenate([rows, rows])
    rows[400:][(rows[400:, 0] > 0) & (rows[400:, 2] > 0), 0] = -1.0
    groups = blocks_of(rows, 2)
    checks = {check.name: check for check in found.checks(found.fit(groups, None), Observed(groups), None)}
    assert checks["finite maximum"].passed.tolist() == [True, False]
    assert "never" in checks["finite maximum"].detail(1)
    assert not any(name.startswith("residual") for name in checks)


def test_the_models_of_one_column_that_it_implies() -> None:
    found = model(3, 2, True, SPINS)
    real, spin = found.conditional(1), found.conditional(2)
    assert isinstance(real, Linear)
    assert isinstance(spin, ConditionalGaussianLogistic)
    assert real.label == spin.label == found.label


def test_formula_and_entries_name_every_parameter() -> None:
    found = model(3, 2, False, SPINS)
    values = parameters(np.random.default_rng(19), 3, 2)
    formula = found.formula(values)
    entries = {name: found.entries(name, values) for name in values}
    assert all(name in formula.replace("h_i", "h").replace("J_ij", "J") for name in values)
    assert sum(map(len, entries.values())) == found.n_free
    assert entries["coupling"][1] == ((0, 1), (0, 4))
    assert entries["J"] == [((0, 1), (0, 2)), ((0, 2), (0, 3)), ((1, 2), (2, 3))]


def test_free_energy_is_what_the_density_says() -> None:
    import sympy

    rng = np.random.default_rng(13)
    for binary in (False, True):
        found = model(3, 2, binary, SPINS)
        values = parameters(rng, 3, 2)
        names = list("abcde")
        expression = found.free_energy(values, 0.0, names)
        for row in found.sample(values, 3, rng):
            shown = np.array(row)
            if binary:
                shown[list(SPINS)] = 0.5 * (shown[list(SPINS)] + 1.0)
            value = expression.subs({sympy.Symbol(n, real=True): v for n, v in zip(names, shown, strict=True)})
            assert float(value) == pytest.approx(-found.log_density(values, 0.0, row[None])[0], rel=1e-9)
