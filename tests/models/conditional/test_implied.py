"""Logistic regression implied by a joint class, from moments, states and a sample alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcat import catalogue
from symcat.data.moments import Floats
from symcat.data.schema import Schema
from symcat.data.states import States
from symcat.models.base import Options
from symcat.models.fit import Observed
from symcat.models.targets import conditional_models
from symcat.models.weighing import weigh
from tests import classes
from tests.models.encoded import mixed_schema, moments, observed, of_one

EXAMPLE = Schema(("x", "y"), ((0, 1), (0, 1)))
ROWS = 2.0 * np.array([[0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 1, 0, 1, 1, 1]], dtype=np.float64).T - 1.0


def implied(schema: Schema, target: int, **options: Any) -> Any:
    return conditional_models(None, schema, target, Options(**options), catalogue.default())[0]


def fitted(model: Any, rows: Floats) -> Any:
    seen = observed(rows, model.schema)
    return model.completed(model.fit(seen.moments), seen)


def mixed_rows(rng: np.random.Generator, n: int) -> tuple[Schema, Floats]:
    schema = mixed_schema((0, 2), 4)
    joint = classes.model("mixed.conditional_gaussian", schema)
    truth = {
        "h": np.array([0.2, -0.1]),
        "J": np.array([[0.0, 0.3], [0.3, 0.0]]),
        "mean": np.array([3.0, -100.0]),
        "precision": np.array([[1.0, 0.05], [0.05, 0.02]]),
        "coupling": np.array([[0.5, -0.06], [0.1, 0.03]]),
    }
    return schema, joint.sample(truth, n, rng)


def spin_rows(rng: np.random.Generator, n: int, d: int) -> tuple[Schema, Floats]:
    schema = Schema.two_valued([f"q{j}" for j in range(d)], (0, 1))
    j = np.triu(0.35 * rng.standard_normal((d, d)), 1)
    truth = {"h": 0.3 * rng.standard_normal(d), "J": j + j.T}
    return schema, classes.model("ising.pairwise", schema).sample(truth, n, rng)


def test_eight_rows() -> None:
    model = implied(EXAMPLE, 1)
    fit = model.fit(moments(ROWS, EXAMPLE))
    assert fit.label == "ising.pairwise"
    assert fit.parameters["intercept"][0] == pytest.approx(-np.log(3.0), rel=1e-10)
    assert fit.parameters["coefficients"][0, 0] == pytest.approx(2.0 * np.log(3.0), rel=1e-10)
    assert fit.log_likelihood[0] == pytest.approx(6.0 * np.log(0.75) + 2.0 * np.log(0.25), rel=1e-10)
    assert np.isinf(fit.regression.degrees_of_freedom).all()


@pytest.mark.parametrize("kind", ["spins", "mixed"])
def test_a_batch_is_many_single_fits(kind: str, rng: np.random.Generator) -> None:
    schema, rows = spin_rows(rng, 900, 4) if kind == "spins" else mixed_rows(rng, 900)
    model = implied(schema, 2)
    batch = model.fit(moments(rows, schema, 3))
    for g in range(3):
        single = model.fit(moments(rows[300 * g : 300 * (g + 1)], schema))
        for name, value in single.parameters.items():
            np.testing.assert_allclose(batch.parameters[name][g], value[0], rtol=1e-7, atol=1e-10)
            np.testing.assert_allclose(batch.standard_errors[name][g], single.standard_errors[name][0], rtol=1e-7)


def test_groups_that_cannot_be_solved_say_why(rng: np.random.Generator) -> None:
    schema, rows = mixed_rows(rng, 900)
    rows[300:600, 2] = 1.0
    rows[600:, 1] -= rows[:, 1].mean()
    rows[600:, 3] = 2.0 * rows[600:, 1] + rows[:600, 3].mean()
    fit = implied(schema, 0).fit(moments(rows, schema, 3))
    assert [fit.why(g) for g in range(3)] == ["", "a column is constant", "predictors are linearly dependent"]
    assert np.isnan(fit.parameters["coefficients"][1:]).all()


def test_why_one_table_is_refused_is_a_sentence_that_names_the_columns(rng: np.random.Generator) -> None:
    schema, rows = mixed_rows(rng, 300)

    def why(change: dict[int, Any], n: int = 300) -> str:
        moved = rows.copy()
        for column, values in change.items():
            moved[:, column] = values
        return implied(schema, 0).fit(moments(moved[:n], schema)).why(0)

    assert why({2: 1.0}) == "Column 'c2' is constant (1 in every row): leave it out with columns=."
    assert why({3: 2.0 * rows[:, 1]}).startswith("Columns 'c1', 'c3' are linearly dependent, the intercept")
    assert why({}, 4).startswith("4 rows cannot determine 3 coefficients and an intercept: at least 5 rows are needed.")


@pytest.mark.parametrize("kind", ["spins", "mixed"])
def test_the_likelihood_is_known_where_all_rows_are(kind: str, rng: np.random.Generator) -> None:
    schema, rows = spin_rows(rng, 500, 5) if kind == "spins" else mixed_rows(rng, 500)
    model = implied(schema, 0)
    fit = model.fit(moments(rows, schema))
    assert np.isnan(fit.log_likelihood[0])
    fit = fitted(model, rows)
    density = model.log_density(of_one(fit), 0.0, rows)
    assert fit.log_likelihood[0] == pytest.approx(density.sum(), rel=1e-10)
    assert fit.bic[0] == pytest.approx(len(schema) * np.log(500) - 2.0 * density.sum(), rel=1e-10)
    part = model.completed(fit, Observed(moments(rows, schema), rows[:100]))
    assert part is fit


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 3))
def test_averages_tell_the_likelihood_of_two_predictors(seed: int, d: int) -> None:
    schema, rows = spin_rows(np.random.default_rng(seed), 60, d)
    model = implied(schema, d - 1)
    fit = model.fit(moments(rows, schema))
    if fit.answered[0]:
        assert fit.log_likelihood[0] == pytest.approx(fitted(model, rows).log_likelihood[0], rel=1e-9)


def test_coefficients_are_of_the_users_own_values(rng: np.random.Generator) -> None:
    schema, rows = mixed_rows(rng, 2000)
    other = Schema(schema.columns, ((-2, 7), None, ("no", "yes"), None))
    fits = [implied(s, 0).fit(moments(rows, s)) for s in (schema, other)]
    spin, text = (fit.parameters["coefficients"][0] for fit in fits)
    np.testing.assert_allclose(text, spin * [1.0, 2.0, 1.0], rtol=1e-12)
    assert fits[1].parameters["intercept"][0] == pytest.approx(fits[0].parameters["intercept"][0] - spin[1], rel=1e-9)
    means = [implied(s, 0).predict(of_one(fit), rows[:, 1:]) for s, fit in zip((schema, other), fits, strict=True)]
    np.testing.assert_allclose(means[0], means[1], rtol=1e-9)


def test_the_basis_of_the_joint_class_does_not_matter(rng: np.random.Generator) -> None:
    for schema, rows in (spin_rows(rng, 400, 4), mixed_rows(rng, 400)):
        label = "ising.pairwise" if schema.only("two-valued") else "mixed.conditional_gaussian"
        models = [classes.model(label, schema, basis=basis).conditional(0) for basis in ("spin", "binary")]
        spin, binary = (model.fit(moments(rows, schema)) for model in models)
        np.testing.assert_allclose(binary.parameters["coefficients"], spin.parameters["coefficients"], rtol=1e-8)
        np.testing.assert_allclose(binary.standard_errors["intercept"], spin.standard_errors["intercept"], rtol=1e-8)


def test_the_checks_of_one_table_and_of_many_groups(rng: np.random.Generator) -> None:
    schema, rows = spin_rows(rng, 2000, 4)
    rows[(rows[:, 0] > 0) & (rows[:, 1] > 0), 1] = -1.0
    model = implied(schema, 3)
    fit = fitted(model, rows)
    names = [check.name for check in model.checks(fit, observed(rows, schema))]
    assert names == ["finite maximum", "joint model", "calibration"]
    groups = moments(rows, schema, 2)
    (told,) = model.checks(model.fit(groups), Observed(groups))
    assert told.name == "finite maximum"
    assert not told.passed.any()


def test_the_joint_class_gives_way_to_maximum_likelihood_where_there_are_rows(rng: np.random.Generator) -> None:
    a, b = np.where(rng.random((2, 5000)) < 0.5, 1.0, -1.0)
    c = np.where(rng.random(5000) < 0.1, -a * b, a * b)
    schema = Schema.two_valued("abcd")
    models = conditional_models(None, schema, 3, Options(), catalogue.default())
    for log_odds, said in ((a + b + c + 1.0, "joint model"), (a, "read from averages; logistic.linear is the maximum")):
        up = np.where(rng.random(5000) < 1.0 / (1.0 + np.exp(-log_odds)), 1.0, -1.0)
        rows = np.column_stack([a, b, c, up])
        weighed = weigh(models, observed(rows, schema), rows=lambda rows=rows: [rows])
        assert [candidate.label for candidate in weighed.candidates] == ["ising.pairwise", "logistic.linear"]
        assert said in weighed.reason(weighed.candidates[0])
        assert weighed.winner().label == "logistic.linear"
        alone = weigh(models[:1], observed(rows, schema), alone=True)
        assert alone.winner().label == "ising.pairwise"


def test_more_columns_than_can_be_summed_are_refused(rng: np.random.Generator) -> None:
    rows = np.where(rng.random((60, 25)) < 0.5, 1.0, -1.0)
    for schema in (Schema.two_valued([f"q{j}" for j in range(25)]), mixed_schema(range(24), 25)):
        model = implied(schema, 0)
        averages = moments(rows, Schema.two_valued(schema.columns))
        assert "two-valued columns are more than the 22" in model.fit(averages).why(0)


def test_without_rows_there_is_nothing_to_test_with() -> None:
    averages = moments(ROWS, EXAMPLE)
    model = implied(EXAMPLE, 1)
    assert list(model.checks(model.fit(averages), Observed(averages))) == []
    with_states = Observed(averages, states=States.of(ROWS))
    (check,) = model.checks(model.fit(averages), with_states)
    assert check.name == "joint model"
