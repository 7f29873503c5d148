"""Categories beside columns of any law: the density in the data's units, errors with the margins estimated, counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

import symcat
from symcat.models.mixed.scores_given_levels import ScoresGivenLevels
from tests.models.encoded import of_one
from tests.models.mixed.levels import fitted, table

LABEL = "scores(mixed.conditional_gaussian)"


def skewed(n: int, rng: np.random.Generator, strength: float = 1.0) -> dict[str, Any]:
    """Lognormal and Gaussian columns whose scores go together given the levels."""
    data = table(n, rng, strength)
    return data | {"weight": np.exp(0.15 * (data["weight"] - 70.0))}


def test_the_likelihood_is_that_of_levels_scores_and_margins(rng: np.random.Generator) -> None:
    data = skewed(400, rng)
    model, fit, rows = fitted(ScoresGivenLevels, data)
    values = of_one(fit)
    density = model.log_density(values, float(fit.log_partition[0]), rows)
    assert density.sum() == pytest.approx(float(fit.log_likelihood[0]), rel=1e-9)
    margins = [symcat.solve(data[name], fallback=None) for name in ("weight", "height")]
    z = np.column_stack([stats.norm.ppf(m.cdf(data[n])) for m, n in zip(margins, ("weight", "height"), strict=True)])
    town, member = (np.unique(data[name], return_inverse=True)[1] for name in ("town", "member"))
    y = z - values["mean"] - values["effect"][town] - values["effect"][4 + member]
    levels = symcat.solve({name: data[name] for name in ("town", "member")}, fallback=None)
    direct = levels.log_likelihood + stats.multivariate_normal([0.0, 0.0], y.T @ y / len(y)).logpdf(y).sum()
    direct += sum(m.log_likelihood for m in margins) - stats.norm.logpdf(z).sum()
    assert float(fit.log_likelihood[0]) == pytest.approx(direct, rel=1e-8)
    least = np.linalg.lstsq(np.column_stack([town[:, None] == np.arange(4), member]).astype(float), z)[1]
    np.testing.assert_allclose((y**2).sum(axis=0), least, rtol=1e-6)


def test_the_density_integrates_to_one(rng: np.random.Generator) -> None:
    data = skewed(200, rng)
    model, fit, _ = fitted(ScoresGivenLevels, {name: data[name] for name in ("weight", "member")})
    values, log_z = of_one(fit), float(fit.log_partition[0])
    at = {name: model.schema.columns.index(name) for name in ("weight", "member")}

    def density(x: float, member: float) -> float:
        row = np.empty((1, 2))
        row[0, at["weight"]], row[0, at["member"]] = x, member
        return float(np.exp(model.log_density(values, log_z, row))[0])

    top = 20.0 * data["weight"].max()
    total = sum(
        integrate.quad(density, 1e-9, top, (m,), points=np.quantile(data["weight"], [0.1, 0.5, 0.9, 1.0]), limit=200)[0]
        for m in (-1.0, 1.0)
    )
    assert total == pytest.approx(1.0, abs=1e-4)


def test_gaussian_columns_give_the_conditional_gaussian_itself(rng: np.random.Generator) -> None:
    data = table(300, rng, 0.1)
    _, fit, _ = fitted(ScoresGivenLevels, data)
    if all("gaussian" in part.label for part in fit.parts[1:]):
        plain = symcat.solve(data, classes=["mixed.conditional_gaussian"])
        assert float(fit.log_likelihood[0]) == pytest.approx(plain.log_likelihood, rel=1e-8)
        assert fit.n_parameters == plain.n_parameters


def test_skewed_columns_beside_categories_are_answered_in_scores(rng: np.random.Generator) -> None:
    data = pd.DataFrame(skewed(1000, rng, 0.5))
    s = symcat.solve(data, fallback=None)
    assert s.label == LABEL
    assert s.verdict == "fits"
    drawn = s.sample(2000, seed=1)
    assert set(np.unique(drawn["town"])) == {"Bonn", "Cork", "Oslo", "Pisa"}
    assert abs(np.log(drawn["weight"]).std() / np.log(data["weight"]).std() - 1.0) < 0.1
    again = symcat.Solution.model_validate_json(s.model_dump_json())
    np.testing.assert_allclose(again.log_density(drawn)[:50], s.log_density(drawn)[:50])
    assert "effect" in str(s)
    assert [part.columns for part in s.parts] == [("town", "member"), ("weight",), ("height",)]


def test_a_product_in_scores_is_made_again_from_its_labels(rng: np.random.Generator) -> None:
    data = skewed(400, rng, 0.0)
    s = symcat.solve(data, classes=["mixed.product"], fallback=None)
    assert s.parts[1].label.startswith("scores(")
    again = symcat.Solution.model_validate_json(s.model_dump_json())
    drawn = s.sample(20)
    np.testing.assert_allclose(again.log_density(drawn), s.log_density(drawn))
    assert "correlation" in str(s)


@pytest.mark.statistics
def test_intervals_of_effects_on_scores_cover_with_margins_estimated() -> None:
    """Of two groups alike in size: the difference of the means of normal scores, which are of the mixture's margin."""
    hits, truth = [], None
    for seed in range(-1, 200):
        rng = np.random.default_rng(seed + 1)
        n = 200_000 if seed < 0 else 400
        group = rng.random(n) < 0.5
        x = np.exp(0.5 * (rng.standard_normal(n) + 0.4 * np.where(group, 1.0, -1.0)))
        _, fit, _ = fitted(ScoresGivenLevels, {"group": np.where(group, "b", "a"), "x": x})
        effect = fit.parameters["effect"][0, 1, 0]
        if truth is None:
            truth = effect
        else:
            hits.append(abs(effect - truth) < 1.96 * fit.standard_errors["effect"][0, 1, 0])
    assert 0.91 < np.mean(hits) < 0.985
