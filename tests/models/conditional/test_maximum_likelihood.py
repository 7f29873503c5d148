"""``logistic.linear``: the maximum of the logistic likelihood from rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcat import catalogue
from symcat.data.grouped import GroupRows
from symcat.data.moments import Floats, Moments
from symcat.data.schema import Schema
from symcat.models import registry
from symcat.models.base import Options
from symcat.models.conditional.maximum_likelihood import Logistic
from symcat.models.fit import Observed
from tests.models.encoded import mixed_schema, moments, observed, of_one
from tests.models.observing import row_errors

SCHEMA = Schema(("x", "t", "up"), (None, (3, 7), (False, True)))


def skewed(rng: np.random.Generator, n: int) -> Floats:
    x = np.exp(rng.standard_normal(n))
    t = np.where(rng.random(n) < 0.4, 1.0, -1.0)
    up = rng.random(n) < 1.0 / (1.0 + np.exp(1.0 - 0.8 * x + 0.5 * (t > 0)))
    return np.column_stack([x, t, np.where(up, 1.0, -1.0)])


def masses(rows: Floats) -> Iterator[tuple[Floats, Floats]]:
    return ((some, np.ones(len(some))) for some in np.array_split(rows, 3))


def fitted(rows: Floats, schema: Schema = SCHEMA, **options: Any) -> tuple[Logistic, Any]:
    model = Logistic(schema, len(schema) - 1, Options(**options))
    return model, model.fit_rows(masses(rows), Observed(moments(rows, schema)))


def newton(rows: Floats) -> tuple[Floats, Floats, Floats]:
    """The peer: textbook Newton on the rows, and White's sandwich (McCullagh & Nelder 1989, section 4.4)."""
    design = np.column_stack([np.ones(len(rows)), rows[:, 0], np.where(rows[:, 1] > 0, 7.0, 3.0)])
    up = rows[:, 2] > 0
    beta = np.zeros(3)
    for _ in range(40):
        p = 1.0 / (1.0 + np.exp(-design @ beta))
        inverse = np.linalg.inv(design.T @ (design * (p * (1.0 - p))[:, None]))
        beta += inverse @ design.T @ (up - p)
    score = design * (up - p)[:, None]
    return beta, np.sqrt(np.diag(inverse)), np.sqrt(np.diag(inverse @ score.T @ score @ inverse))


@pytest.mark.parametrize("n", [3000, 60_000])
def test_it_is_the_maximum_in_the_users_own_values(n: int, rng: np.random.Generator) -> None:
    rows = skewed(rng, n)
    model, fit = fitted(rows)
    beta, errors, sandwich = newton(rows)
    robust = row_errors(model, fit, rows, moments(rows, SCHEMA))
    for found, expected in ((fit.parameters, beta), (fit.standard_errors, errors), (robust, sandwich)):
        np.testing.assert_allclose(np.append(found["intercept"], found["coefficients"]), expected, rtol=1e-6)
    assert (fit.label, fit.source, fit.n_parameters) == ("logistic.linear", "exact", 3)
    density = model.log_density(of_one(fit), 0.0, rows)
    assert fit.log_likelihood[0] == pytest.approx(density.sum(), rel=1e-10)
    assert [check.name for check in model.checks(fit, Observed(moments(rows, SCHEMA)))] == ["calibration"]


def test_through_zero_in_the_users_own_values(rng: np.random.Generator) -> None:
    """The log-odds are zero where all predictors are, the two-valued ones in their own numbers too."""
    rows = skewed(rng, 3000)
    model, fit = fitted(rows, intercept=False)
    assert set(fit.parameters) == {"coefficients"}
    design = np.column_stack([rows[:, 0], np.where(rows[:, 1] > 0, 7.0, 3.0)])
    beta = np.zeros(2)
    for _ in range(40):
        p = 1.0 / (1.0 + np.exp(-design @ beta))
        inverse = np.linalg.inv(design.T @ (design * (p * (1.0 - p))[:, None]))
        beta += inverse @ design.T @ ((rows[:, 2] > 0) - p)
    np.testing.assert_allclose(fit.parameters["coefficients"][0], beta, rtol=1e-8)
    np.testing.assert_allclose(fit.standard_errors["coefficients"][0], np.sqrt(np.diag(inverse)), rtol=1e-7)
    assert model.log_density(of_one(fit), 0.0, rows).sum() == pytest.approx(fit.log_likelihood[0], rel=1e-10)
    assert model.predict(of_one(fit), np.array([[0.0, -2.5]]))[0] == pytest.approx(0.5)  # 3 and 7 are 5 -+ 2
    assert fit.n_parameters == 2
    assert "intercept" not in model.formula(of_one(fit))


def test_rows_of_two_valued_columns_are_counted(rng: np.random.Generator) -> None:
    rows = np.where(rng.random((2000, 3)) < 0.4, 1.0, -1.0)
    rows[:, 2] = np.where(rng.random(2000) < 0.6, rows[:, 0], rows[:, 2])
    schema = Schema.two_valued("abc")
    model, one = fitted(rows, schema)
    other = fitted(rows[rng.permutation(2000)], schema)[1]
    for name, value in one.parameters.items():
        np.testing.assert_allclose(other.parameters[name], value, rtol=1e-10)
        errors = [row_errors(model, fit, rows, moments(rows, schema))[name] for fit in (one, other)]
        np.testing.assert_allclose(*errors, rtol=1e-10)


def test_separated_values_get_a_stated_prior_or_are_refused(rng: np.random.Generator) -> None:
    x = np.round(rng.exponential(1.0, 400), 2)
    rows = np.column_stack([x, np.where(rng.random(400) < 0.5, 1.0, -1.0), np.where(x > 0.7, 1.0, -1.0)])
    model, fit = fitted(rows)
    told = model.checks(fit, Observed(moments(rows, SCHEMA)))[0]
    assert told.name == "finite maximum"
    assert not told.passed[0]
    assert "'x'" in told.detail(0)
    assert "1 row was added" in told.detail(0)
    refused = fitted(rows, prior=None)[1]
    assert not refused.answered[0]
    assert refused.why(0) == (
        "'x' separates the two values of the target in all rows: the maximum of the likelihood is infinite. Ask for "
        "prior='weak' or a number of rows, or leave the columns out with columns=."
    )
    heavier = fitted(rows, prior=20.0)[1]
    assert abs(heavier.parameters["coefficients"][0, 0]) < abs(fit.parameters["coefficients"][0, 0])


def test_data_that_cannot_be_used_are_refused_before_the_rows_are_read(rng: np.random.Generator) -> None:
    rows = skewed(rng, 100)
    rows[:, 0] = 2.5

    def unread() -> Any:
        raise AssertionError("the rows were read")
        yield

    fit = Logistic(SCHEMA, 2, Options()).fit_rows(unread(), Observed(moments(rows, SCHEMA)))
    assert fit.why(0) == "Column 'x' is constant (2.5 in every row): leave it out with columns=."


def test_averages_alone_do_not_answer(rng: np.random.Generator) -> None:
    fit = Logistic(SCHEMA, 2, Options()).fit(moments(skewed(rng, 50), SCHEMA))
    assert "needs all rows" in fit.why(0)
    seen = Observed(moments(skewed(rng, 50), SCHEMA))
    assert "needs all rows" in Logistic(SCHEMA, 2, Options()).fit_rows(None, seen).why(0)


def test_counted_states_answer_without_rows(rng: np.random.Generator) -> None:
    rows = np.where(rng.random((2000, 3)) < 0.4, 1.0, -1.0)
    schema = Schema.two_valued("abc")
    fit = Logistic(schema, 2, Options()).fit_rows(None, observed(rows, schema))
    np.testing.assert_allclose(
        fit.parameters["coefficients"], fitted(rows, schema)[1].parameters["coefficients"], rtol=1e-12
    )


def test_the_family_asks_for_a_target() -> None:
    family = registry.family_of("logistic.linear")
    assert family.candidates(SCHEMA) == ()
    with pytest.raises(LookupError, match="target="):
        registry.model("logistic.linear", mixed_schema((0,), 2), Options(), catalogue.default())
    with pytest.raises(ValueError, match="fitted to rows"):
        family.averages("logistic.linear", {}, None, None)


def test_data_checks_are_repeated() -> None:
    family = registry.family_of("logistic.linear")
    (found,) = family.replay("logistic.linear", 5, np.random.default_rng(0), catalogue.default())
    assert found.residual < found.bound


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["weak", None, 0.5]), st.booleans(), st.booleans())
def test_a_fit_is_a_batch_of_one(seed: int, prior: Any, intercept: bool, weighted: bool) -> None:
    """Groups of all sizes, some without spread, too small or separated: each has what its rows have alone."""
    dice = np.random.default_rng(seed)
    sizes = dice.integers(1, 60, size=20)
    rows = skewed(dice, int(sizes.sum()))
    weight = dice.gamma(2.0, size=len(rows)) if weighted else np.ones(len(rows))
    starts = np.concatenate([[0], np.cumsum(sizes)])
    table = GroupRows(rows, weight, starts)
    parts = [slice(*ends) for ends in pairwise(starts.tolist())]
    whole = [weighed_moments(rows[part], weight[part]) for part in parts]
    model = Logistic(SCHEMA, 2, Options(prior=prior, intercept=intercept))
    names = ("count", "origin", "first", "second")
    joined = replace(whole[0], **{name: np.concatenate([getattr(one, name) for one in whole]) for name in names})
    together = model.fit_rows(None, Observed(joined, rows_of=lambda _: table))
    for g, part in enumerate(parts):
        alone = model.fit_rows(iter([(rows[part], weight[part])]), Observed(whole[g]))
        assert together.why(g) == alone.why(0)
        for name in alone.parameters:
            found, expected = together.parameters[name][g], alone.parameters[name][0]
            np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-10)
            found, expected = together.standard_errors[name][g], alone.standard_errors[name][0]
            np.testing.assert_allclose(
                found, expected, rtol=1e-7
            )  # those of nearly infinite coefficients are stretched
        np.testing.assert_allclose(together.log_likelihood[g], alone.log_likelihood[0], rtol=1e-10)
        own = {check.name: check for check in together.checks if check.made is None or check.made[g]}
        assert [check.name for check in alone.checks] == list(own) or not alone.answered[0]
        for check in alone.checks:
            assert own[check.name].detail(g) == check.detail(0)
            assert own[check.name].passed[g] == check.passed[0]
            np.testing.assert_allclose(own[check.name].p_value[g], check.p_value[0], atol=1e-10)


def weighed_moments(rows: Floats, weight: Floats) -> Moments:
    """Averages of rows that count so much, about zero."""
    total = np.add.reduce(weight[:, None])[0]
    return Moments(
        columns=SCHEMA.columns,
        count=np.array([total]),
        origin=np.zeros((1, 3)),
        unit=1.0,
        first=np.add.reduce(weight[:, None] * rows)[None] / total,
        second=np.add.reduce(weight[:, None, None] * rows[:, :, None] * rows[:, None, :])[None] / total,
    )
