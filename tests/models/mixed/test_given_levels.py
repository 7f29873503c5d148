"""Real columns given categories: the likelihood term by term, gauge, errors, and what must not change the answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import symcat
from symcat import catalogue
from symcat.data.schema import Schema
from symcat.models import registry
from symcat.models.base import Options
from symcat.models.mixed.given_levels import GivenLevels
from tests.models.encoded import of_one
from tests.models.mixed.levels import EFFECTS, fitted, seen, table

LABEL = "mixed.conditional_gaussian"


def test_the_likelihood_is_that_of_the_levels_times_the_density_of_the_rest(rng: np.random.Generator) -> None:
    data = table(500, rng)
    model, fit, rows = fitted(GivenLevels, data)
    values = of_one(fit)
    density = model.log_density(values, float(fit.log_partition[0]), rows)
    assert density.sum() == pytest.approx(float(fit.log_likelihood[0]), rel=1e-10)
    alone = symcat.solve({name: data[name] for name in ("town", "member")}, fallback=None)
    assert fit.parts[0].label == alone.label
    town, member = (np.unique(data[name], return_inverse=True)[1] for name in ("town", "member"))
    mean = values["mean"] + values["effect"][town] + values["effect"][4 + member]
    covariance = np.linalg.inv(values["precision"])
    y = np.column_stack([data["weight"], data["height"]]) - mean
    direct = alone.log_likelihood + stats.multivariate_normal(np.zeros(2), covariance).logpdf(y).sum()
    assert float(fit.log_likelihood[0]) == pytest.approx(direct, rel=1e-10)
    dummies = np.column_stack([town[:, None] == np.arange(4), member]).astype(float)
    least = np.linalg.lstsq(dummies, np.column_stack([data["weight"], data["height"]]))[0]
    np.testing.assert_allclose(mean, dummies @ least, rtol=1e-9)
    np.testing.assert_allclose(covariance, y.T @ y / len(y), rtol=1e-9)
    assert values["effect"][:4].sum(axis=0) == pytest.approx(np.zeros(2), abs=1e-12)
    assert values["effect"][4:].sum(axis=0) == pytest.approx(np.zeros(2), abs=1e-12)
    assert fit.n_parameters == alone.n_parameters + 2 + 2 * 4 + 3


def test_it_is_never_less_likely_than_the_product_of_the_same_blocks(rng: np.random.Generator) -> None:
    for strength in (0.0, 0.3):
        data = table(300, rng, strength)
        _, fit, _ = fitted(GivenLevels, data)
        product = symcat.solve(data, classes=["mixed.product"], fallback=None).evidence[0]
        blocks = [fit.parts[0].label, "gaussian.full"]
        same = symcat.solve(data, classes=blocks, fallback=None)
        assert same.label == product.label == "mixed.product"
        assert float(fit.log_likelihood[0]) >= same.log_likelihood


def test_a_two_valued_column_is_one_of_two_levels(rng: np.random.Generator) -> None:
    n = 400
    s = np.where(rng.random((n, 2)) < np.array([0.25, 0.75]), 1.0, -1.0)
    s[:, 1] = np.where(rng.random(n) < 0.6, s[:, 0], s[:, 1])
    x = 3.0 + s @ np.array([[0.5, 0.0], [0.2, 1.0]]) + rng.standard_normal((n, 2))
    data = np.column_stack([s, x])
    model, fit, rows = fitted(GivenLevels, data)
    own = registry.model(LABEL, model.schema, Options(), catalogue.default())
    assert not isinstance(own, GivenLevels)
    other = own.fit(seen(data)[1].moments)
    assert fit.parts[0].label == own.marginal.label
    assert fit.log_likelihood[0] == pytest.approx(other.log_likelihood[0], rel=1e-12)
    assert fit.n_parameters == other.n_parameters
    values, expected = of_one(fit), of_one(other)
    np.testing.assert_allclose(values["mean"], expected["mean"], rtol=1e-10)
    np.testing.assert_allclose(values["precision"], expected["precision"], rtol=1e-10)
    slopes = expected["coupling"] @ np.linalg.inv(expected["precision"])
    np.testing.assert_allclose(values["effect"], np.stack([-slopes[0], slopes[0], -slopes[1], slopes[1]]), rtol=1e-9)
    np.testing.assert_allclose(fit.standard_errors["mean"], other.standard_errors["mean"], rtol=1e-9)
    np.testing.assert_allclose(fit.standard_errors["precision"], other.standard_errors["precision"], rtol=1e-9)
    density = own.log_density(expected, float(other.log_partition[0]), rows)
    np.testing.assert_allclose(model.log_density(values, float(fit.log_partition[0]), rows), density, rtol=1e-8)


def test_renaming_the_levels_permutes_the_effects(rng: np.random.Generator) -> None:
    data = table(400, rng)
    renamed = {"Bonn": "z", "Cork": "b", "Oslo": "y", "Pisa": "a"}
    _, fit, _ = fitted(GivenLevels, data)
    _, other, _ = fitted(GivenLevels, data | {"town": np.array([renamed[name] for name in data["town"]])})
    order = [3, 1, 2, 0, 4, 5]  # of Pisa, Cork, Oslo, Bonn: a, b, y, z
    np.testing.assert_allclose(other.parameters["effect"][0], fit.parameters["effect"][0][order], atol=1e-9)
    np.testing.assert_allclose(other.standard_errors["effect"][0], fit.standard_errors["effect"][0][order], rtol=1e-8)
    assert other.log_likelihood[0] == pytest.approx(fit.log_likelihood[0], rel=1e-12)


def test_rows_that_count_twice_are_two_rows(rng: np.random.Generator) -> None:
    data = table(150, rng)
    times = rng.integers(1, 4, 150)
    counted = symcat.solve(data | {"n": times}, counts="n", classes=[LABEL])
    repeated = symcat.solve({name: np.repeat(v, times) for name, v in data.items()}, classes=[LABEL])
    weighted = symcat.solve(data | {"n": 0.5 * np.ones(150)}, weights="n", classes=[LABEL])
    plain = symcat.solve(data, classes=[LABEL])
    for one, other in ((counted, repeated), (weighted, plain)):
        assert one.label == other.label
        assert one.log_likelihood == pytest.approx(other.log_likelihood, rel=1e-9)
        for name, value in one.parameters.items():
            np.testing.assert_allclose(value, other.parameters[name], rtol=1e-7, atol=1e-9)
        np.testing.assert_allclose(one.standard_errors["effect"], other.standard_errors["effect"], rtol=1e-9)


def test_sampling_and_fitting_comes_back_with_robust_errors_like_the_models(rng: np.random.Generator) -> None:
    model, fit, _ = fitted(GivenLevels, table(4000, rng))
    values = of_one(fit)
    again = model.schema.decode(model.sample(values, 6000, rng))
    s = symcat.solve(again, classes=[LABEL])
    assert s.robust_standard_errors is not None
    assert s.standard_errors is not None
    for name in ("mean", "effect", "precision"):
        error = np.hypot(np.asarray(s.standard_errors[name]), fit.standard_errors[name][0])
        assert (np.abs(np.asarray(s.parameters[name]) - values[name]) < 4.5 * error).all()
        np.testing.assert_allclose(s.robust_standard_errors[name], s.standard_errors[name], rtol=0.12)
    assert "effect       town = Cork, weight" in str(s)


def test_entropy_is_that_of_the_levels_and_the_noise(rng: np.random.Generator) -> None:
    s = symcat.solve(table(500, rng), classes=[LABEL])
    assert s.entropy() == pytest.approx(-s.log_likelihood / 500, rel=1e-9)  # of an exponential family at its maximum


def test_nested_columns_have_the_smallest_effects_and_say_so(rng: np.random.Generator) -> None:
    data = table(300, rng)
    data["country"] = np.where(np.isin(data["town"], ["Bonn", "Cork"]), "west", "east")
    _, plain, _ = fitted(GivenLevels, {name: data[name] for name in ("weight", "height", "town", "member")})
    model, fit, _ = fitted(GivenLevels, data)
    gained = float(fit.log_likelihood[0] - fit.parts[0].log_likelihood[0])
    assert gained == pytest.approx(float(plain.log_likelihood[0] - plain.parts[0].log_likelihood[0]), rel=1e-9)
    assert fit.n_parameters - fit.parts[0].n_parameters == plain.n_parameters - plain.parts[0].n_parameters
    assert np.isfinite(fit.parameters["effect"]).all()
    found = model.checks(fit, seen(data)[1])
    told = next(check for check in found if check.name == "effects told apart")
    assert told.weight == "told"
    assert "the smallest are given" in told.detail(0)


def test_checks_see_spreads_and_products_of_levels(rng: np.random.Generator) -> None:
    data = table(3000, rng)

    def failed(data: dict[str, Any]) -> set[str]:
        model, fit, _ = fitted(GivenLevels, data)
        return {check.name for check in model.checks(fit, seen(data)[1]) if not check.passed[0]}

    assert failed(data) == set()
    wider = data["height"] + np.where(data["town"] == "Oslo", 0.2, 0.0) * rng.standard_normal(3000)
    assert "equal covariance" in failed(data | {"height": wider})
    crossed = np.where((data["town"] == "Bonn") & (data["member"] == "yes"), 4.0, 0.0)
    assert "linearity" in failed(data | {"weight": data["weight"] + crossed})


def test_what_cannot_be_fitted_is_refused_with_a_reason(rng: np.random.Generator) -> None:
    data = table(200, rng)
    town = np.unique(data["town"], return_inverse=True)[1]
    with pytest.raises(symcat.NoEntry, match="determine a continuous one"):
        symcat.solve({"town": data["town"], "x": 3.0 * town + 0.25}, classes=[LABEL], fallback=None)
    model = GivenLevels(Schema(("a", "x"), (("p", "q", "r"), None)), Options(), catalogue.default())
    with pytest.raises(ValueError, match="before the class"):
        model.sample({}, 3, rng)


@pytest.mark.statistics
def test_intervals_of_effects_cover() -> None:
    hits: list[Any] = []
    truth = 4.0 * (EFFECTS["town"] - EFFECTS["town"].mean())
    for seed in range(400):
        _, fit, _ = fitted(GivenLevels, table(400, np.random.default_rng(seed)))
        error = np.abs(fit.parameters["effect"][0, :4, 0] - truth)
        hits.append(error < 1.96 * fit.standard_errors["effect"][0, :4, 0])
    assert 0.93 < np.mean(hits) < 0.97
