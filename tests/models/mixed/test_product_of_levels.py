"""The product of blocks where the discrete one has categories: which classes it is made of, and its tests."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import symcat
from symcat.models.mixed.dependence import beyond_means, moments_of_levels, wilks
from tests.models.mixed.levels import encoded, seen, table


def test_independent_blocks_take_their_own_classes(rng: np.random.Generator) -> None:
    data = table(800, rng, 0.0)
    s = symcat.solve(data, fallback=None)
    assert (s.label, s.verdict) == ("mixed.product", "fits")
    assert [part.label for part in s.parts] == ["potts.tree", "gaussian.full"]
    apart = [symcat.solve({name: data[name] for name in part.columns}, fallback=None) for part in s.parts]
    assert s.log_likelihood == pytest.approx(sum(one.log_likelihood for one in apart), rel=1e-10)
    assert s.bic == pytest.approx(sum(one.bic for one in apart), rel=1e-10)
    assert s.log_density(s.sample(5)).shape == (5,)


def test_classes_of_the_blocks_may_be_named(rng: np.random.Generator) -> None:
    s = symcat.solve(table(300, rng, 0.0), classes=["potts.independent", "potts.pairwise", "gaussian.diagonal"])
    assert s.label == "mixed.product"
    assert s.parts[0].label in ("potts.independent", "potts.pairwise")
    assert s.parts[1].label == "gaussian.diagonal"
    with pytest.raises(symcat.NoEntry, match="does not describe"):
        symcat.solve(table(50, rng), classes=["potts.curie_weiss", "gaussian.full"])


def test_the_real_block_is_searched_in_all_rows_of_a_long_table(rng: np.random.Generator) -> None:
    n = 12_000  # more than the sample that a pass keeps
    data = {"town": rng.choice(["a", "b", "c"], n), "x": rng.gamma(2.0, size=n), "y": rng.gamma(3.0, size=n)}
    s = symcat.solve(data, classes=["mixed.product", "potts.independent", "scores(gaussian.full)"], fallback=None)
    assert s.parts[1].label == "scores(gaussian.full)"
    assert s.parts[1].n_rows == n


def test_indicators_of_levels_are_tested_like_two_valued_columns(rng: np.random.Generator) -> None:
    """Wilks' ratio of any indicators of the same levels is that of the regression on them."""
    data = table(400, rng, 0.2)
    measured, _ = seen(data)
    rows, schema = encoded(measured), measured.schema
    found = wilks(moments_of_levels(schema, rows), range(5))
    design = pd.get_dummies(pd.DataFrame(data)[["town", "member"]], drop_first=True).to_numpy(float)
    reals = np.column_stack([data["weight"], data["height"]])
    left = (
        reals
        - np.column_stack([np.ones(400), design]) @ np.linalg.lstsq(np.column_stack([np.ones(400), design]), reals)[0]
    )
    ratio = np.linalg.slogdet(left.T @ left)[1] - 2.0 * np.log(400) - np.linalg.slogdet(np.cov(reals.T, bias=True))[1]
    assert found.log_wilks == pytest.approx(ratio, rel=1e-9)
    assert found.degrees[0] == 2.0 * 4.0
    assert "'town = " in found.strongest or "'member'" in found.strongest


def test_spreads_that_differ_between_levels_are_seen_by_ranks(rng: np.random.Generator) -> None:
    data = table(1500, rng, 0.0)
    measured, _ = seen(data)
    rows, schema = encoded(measured), measured.schema
    discrete, reals = rows[:, list(schema.discrete)], rows[:, list(schema.at("real"))]
    levels, names = schema.part(schema.discrete), schema.part(schema.at("real")).columns
    assert beyond_means(discrete, reals, levels, names).passed[0]
    reals = reals.copy()
    reals[data["town"] == "Oslo", 0] = 70.0 + 2.0 * (reals[data["town"] == "Oslo", 0] - 70.0)
    found = beyond_means(discrete, reals, levels, names)
    assert not found.passed[0]
    assert "the spread of 'weight' with 'town = Oslo'" in found.detail(0)


def test_groups_have_an_answer_each(rng: np.random.Generator) -> None:
    frame = pd.DataFrame(table(900, rng)).assign(year=rng.choice([2001, 2002, 2003], 900))
    found = symcat.solve(frame, by="year")
    assert set(found["label"]) == {"mixed.conditional_gaussian"}
    alone = symcat.solve(frame[frame["year"] == 2002].drop(columns="year"), fallback=None)
    assert found.loc[found["year"] == 2002, "log_likelihood"].item() == pytest.approx(alone.log_likelihood, rel=1e-9)
