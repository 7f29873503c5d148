"""Text in a stream of batches: statistics say what the frame says, however its rows and levels came."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symcat
from symcat import Statistics
from symcat.errors import InvalidData


def rows(dice: np.random.Generator, n: int = 300, levels: str = "rgb") -> pd.DataFrame:
    frame = pd.DataFrame(
        {"x": dice.normal(2.0, 3.0, n), "c": dice.choice([*levels], n), "t": dice.choice(["n", "y"], n)}
    )
    frame["y"] = frame["x"] + (frame["c"] == "r") + 2.0 * (frame["t"] == "y") + dice.normal(size=n)
    return frame


def same(found: Any, expected: Any, rel: float = 1e-9) -> None:
    assert found.label == expected.label
    for name, value in expected.parameters.items():
        np.testing.assert_allclose(found.parameters[name], value, rtol=rel, atol=1e-12)
    assert found.log_likelihood == pytest.approx(expected.log_likelihood, rel=1e-10)


@pytest.mark.parametrize("library", [pd.DataFrame, pl.DataFrame, lambda frame: pl.DataFrame(frame).lazy(), dict])
def test_text_predictors_are_encoded_as_of_a_frame(rng: np.random.Generator, library: Any) -> None:
    frame = rows(rng)
    statistics = Statistics()
    for part in (frame[:100], frame[100:130], frame[130:]):
        statistics.update(library({name: part[name].to_numpy() for name in part}))
    assert statistics.columns == ("x", "c[g]", "c[r]", "t", "y")
    assert statistics.categories == {"c": ("b", "g", "r")}
    expected = symcat.solve(frame, target="y")
    answer = symcat.solve(statistics, target="y")
    same(answer, expected)
    np.testing.assert_allclose(answer.predict(frame[:5]), expected.predict(frame[:5]))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*linearity")  # rows repeated at random are no independent ones
@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([None, "counts", "weights"]))
def test_levels_may_come_in_any_batch_and_merge(seed: int, weight: str | None) -> None:
    """The reference is that of the first rows; the fit, the averages and the states are those of all rows at once."""
    dice = np.random.default_rng(seed)
    frame = rows(dice, 120, "abcdef"[: dice.integers(2, 7)]).assign(w=dice.integers(1, 4, 120))
    frame = frame.drop(columns=[] if weight else "w")
    asked: dict[str, Any] = {weight: "w"} if weight else {}
    order = dice.permutation(120) if dice.random() < 0.5 else np.argsort(frame["c"].to_numpy(), kind="stable")
    frame = frame.iloc[order]
    stated = {"categories": {"c": ["a", "b"], "t": ["n", "y"]}}
    whole = Statistics(**stated, **asked).update(frame)
    cuts = [0, *sorted(dice.integers(1, 119, 2).tolist()), 120]
    pieces = [frame.iloc[start:stop] for start, stop in pairwise(cuts) if start < stop]
    parts = [Statistics(**stated, **asked).update(piece) for piece in pieces]
    for part in parts[1:]:
        before = part.columns
        parts[0].merge(part)
        assert part.columns == before
    streamed = Statistics(**stated, **asked)
    for piece in pieces:
        streamed.update(piece)
    for found in (parts[0], streamed):
        assert set(found.columns) == set(whole.columns)
        at = [found.columns.index(name) for name in whole.columns]
        moments, expected = found.moments.part(at).about(np.zeros(len(at))), whole.moments.about(np.zeros(len(at)))
        np.testing.assert_allclose(moments.in_unit(1.0).first, expected.in_unit(1.0).first, atol=1e-10)
        np.testing.assert_allclose(moments.in_unit(1.0).second, expected.in_unit(1.0).second, atol=1e-9)
        assert sorted(map(tuple, found.sample[:, at].tolist())) == sorted(map(tuple, whole.sample.tolist())) or weight
        if whole.states is not None:
            assert found.states is not None
            assert found.states.n_rows == whole.states.n_rows
            two = [name for name, pair in zip(found.columns, found.schema.levels, strict=True) if pair]
            other = [name for name, pair in zip(whole.columns, whole.schema.levels, strict=True) if pair]
            mine = found.states.rows[:, [two.index(name) for name in other]]
            known = dict(zip(map(tuple, mine.tolist()), found.states.counts.tolist(), strict=True))
            assert known == dict(zip(map(tuple, whole.states.rows.tolist()), whole.states.counts.tolist(), strict=True))
        one, all_rows = symcat.solve(found, target="y"), symcat.solve(whole, target="y")
        assert one.log_likelihood == pytest.approx(all_rows.log_likelihood, rel=1e-9)
        np.testing.assert_allclose(one.predict(frame[:9]), all_rows.predict(frame[:9]), rtol=1e-7, atol=1e-7)


def test_two_levels_become_three(rng: np.random.Generator) -> None:
    """Of a column that was two-valued so far."""
    frame = rows(rng)
    first, last = frame[frame.c != "r"], frame[frame.c == "r"]
    statistics = Statistics().update(first)
    assert statistics.schema.levels_of["c"] == ("b", "g")
    same(symcat.solve(statistics.update(last), target="y"), symcat.solve(frame, target="y"))
    merged = Statistics().update(first).merge(Statistics().update(frame[:0]).update(pd.concat([first, last])))
    assert merged.categories == {"c": ("b", "g", "r")}
    assert merged.n_rows == len(frame) + len(first)


def test_a_two_valued_text_target(rng: np.random.Generator) -> None:
    frame = rows(rng)
    same(symcat.solve(Statistics().update(frame), target="t"), symcat.solve(frame, target="t"), 1e-8)


def test_they_are_saved_with_their_levels(rng: np.random.Generator, tmp_path: Path) -> None:
    frame = rows(rng)
    Statistics().update(frame[:200]).save(tmp_path / "kept.npz")
    loaded = Statistics.load(tmp_path / "kept.npz").update(frame[200:])
    assert loaded.categories == {"c": ("b", "g", "r")}
    same(symcat.solve(loaded, target="y"), symcat.solve(frame, target="y"))


def test_what_cannot_be_is_said(rng: np.random.Generator) -> None:
    frame = rows(rng)
    with pytest.raises(InvalidData, match=r"reference level of column 'c' is 'b' .* and 'g' .*categories=.* in both"):
        Statistics().update(frame).merge(Statistics().update(frame[frame.c != "b"]))
    with pytest.raises(InvalidData, match=r"There is no column 'colour'"):
        Statistics(categories={"colour": ["a", "b"]}).update(frame)
    with pytest.raises(InvalidData, match="'x' holds no text"):
        Statistics(categories={"x": ["a", "b"]}).update(frame)
    for wrong in ("c", {"c": "red"}, {"c": ["a", "a"]}, {"c": [1, 2]}):
        with pytest.raises(InvalidData, match="categories="):
            Statistics(categories=wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidData, match=r"which this batch does not name: pass a frame"):
        Statistics().update(frame).update(frame.to_numpy())
    with pytest.raises(InvalidData, match=r"'c' as predictors of a regression: pass target=.*kinds="):
        symcat.solve(Statistics().update(frame))
    with pytest.raises(InvalidData, match=r"'c' holds one level only, 'b', .* state them by categories="):
        Statistics().update(frame[frame.c == "b"])
    with pytest.raises(InvalidData, match=r"more than 64 levels"):
        Statistics().update(frame).update(frame.assign(c=[f"c{i % 90}" for i in range(300)]))
    for more in ({"kind": "real"}, {"categories": {"c": ["a", "b"]}}):
        with pytest.raises(InvalidData, match="schema= says what each column holds"):
            Statistics(schema=symcat.Schema.real("ab"), **more)  # type: ignore[arg-type]
    with pytest.raises(InvalidData, match="categories= are of text beside real columns"):
        Statistics(kind="two-valued", categories={"c": ["a", "b"]})
