"""Tables of both kinds of column: independent blocks, Gaussian columns given two-valued ones, and clear refusals."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import symcat
from symcat.data.ingest import open_table
from symcat.data.moments import Floats
from symcat.data.needs import Needs
from tests.classes import model

CONDITIONAL, PRODUCT = "mixed.conditional_gaussian", "mixed.product"


def solved(data: Any, classes: Sequence[str] | None = None, **options: Any) -> symcat.Solution:
    return symcat.solve(data, classes=classes, fallback=None, **options)


def independent(rng: np.random.Generator, n: int = 3000) -> pd.DataFrame:
    a = rng.random(n) < 0.4
    b = np.where(rng.random(n) < 0.7, a, rng.random(n) < 0.5).astype(bool)
    x = rng.standard_normal((n, 2)) @ np.array([[1.0, 0.5], [0.0, 2.0]])
    return pd.DataFrame({"x": x[:, 0], "a": a, "y": x[:, 1], "b": np.where(b, "on", "off")})


def dependent(rng: np.random.Generator, n: int = 3000) -> pd.DataFrame:
    frame = independent(rng, n)
    return frame.assign(x=frame.x + 0.5 * frame.a - 0.4 * (frame.b == "on"))


def double_well(rng: np.random.Generator, n: int) -> Floats:
    return model("z2.quartic", 1).sample({"mean": np.zeros(1), "r": -4.0, "u": 6.0}, n, rng)[:, 0]


def test_independent_blocks_are_weighed_each_by_itself(rng: np.random.Generator) -> None:
    frame = independent(rng)
    answer = solved(frame)
    assert answer.label == PRODUCT
    assert [part.label for part in answer.parts] in (
        ["ising.curie_weiss", "gaussian.full"],
        ["ising.pairwise", "gaussian.full"],
    )
    alone = symcat.solve(frame[["x", "y"]])
    np.testing.assert_allclose(answer.parameters["precision"], alone.parameters["precision"], rtol=1e-9)
    assert answer.log_likelihood == pytest.approx(sum(part.log_likelihood for part in answer.parts))
    assert answer.bic == pytest.approx(sum(part.bic for part in answer.parts))
    assert answer.n_parameters == sum(part.n_parameters for part in answer.parts)
    assert answer.levels == {"a": (False, True), "b": ("off", "on")}
    assert [e.verdict for e in answer.evidence] == ["taken", "declined", "declined"]
    assert all(check.passed for check in answer.checks)


def test_a_double_well_beside_a_coin_is_both(rng: np.random.Generator) -> None:
    frame = pd.DataFrame({"coin": rng.random(4000) < 0.3, "x": double_well(rng, 4000)})
    answer = solved(frame)
    assert [part.label for part in answer.parts] == ["ising.independent", "z2.quartic"]
    assert answer.source == "catalogue"
    alone = symcat.solve(frame[["x"]])
    assert answer.parameters["u"] == pytest.approx(alone.parameters["u"], rel=1e-9)
    assert answer.standard_errors["r"] == pytest.approx(alone.standard_errors["r"], rel=1e-9)


def test_dependent_blocks_are_gaussian_given_the_two_valued_columns(rng: np.random.Generator) -> None:
    answer = solved(dependent(rng))
    assert answer.label == CONDITIONAL
    assert answer.source == "exact"
    assert [e.label for e in answer.evidence] == [CONDITIONAL, PRODUCT, f"scores({CONDITIONAL})"]
    assert answer.evidence[0].bic < answer.evidence[1].bic
    slopes = np.linalg.solve(answer.parameters["precision"], answer.parameters["coupling"].T)
    np.testing.assert_allclose(slopes[0], [0.25, -0.2], atol=0.1)  # half of what the rows of both values differ by
    assert set(answer.standard_errors) == {"h", "J", "mean", "precision", "coupling"}


@pytest.mark.slow
def test_independence_is_rarely_missed(rng: np.random.Generator) -> None:
    labels = [solved(independent(rng, 400)).label for _ in range(60)]
    assert labels.count(PRODUCT) >= 57


def test_a_hidden_dependence_is_refused_with_a_cure(rng: np.random.Generator) -> None:
    frame = independent(rng)
    frame["x"] *= np.where(frame.a, 2.0, 1.0)
    with pytest.raises(symcat.NoEntry, match=r"(?s)equal covariance.*by=") as caught:
        solved(frame, strict=True)
    assert "independence beyond the means" in str(caught.value)
    assert caught.value.suggestion is not None
    alone = solved(frame, [CONDITIONAL])
    assert not all(check.passed for check in alone.checks)
    assert "though it does not fit" in alone.evidence[0].reason
    product = solved(frame, ["ising.pairwise", "gaussian.full"])
    assert [check.passed for check in product.checks] == [True, False]


def test_classes_of_the_blocks_ask_for_their_product(rng: np.random.Generator) -> None:
    answer = solved(dependent(rng), ["ising.pairwise", "gaussian.diagonal"])
    assert [part.label for part in answer.parts] == ["ising.pairwise", "gaussian.diagonal"]
    assert not answer.checks[0].passed
    with pytest.raises(symcat.NoEntry, match=r"no class 'ising\.nope'"):
        solved(independent(rng), ["ising.nope"])
    with pytest.raises(symcat.InvalidData, match="empty"):
        solved(independent(rng), [])


def test_the_binary_basis(rng: np.random.Generator) -> None:
    frame = dependent(rng)
    spin, binary = solved(frame), solved(frame, basis="binary")
    np.testing.assert_allclose(binary.parameters["coupling"], 2.0 * spin.parameters["coupling"], rtol=1e-9)
    assert binary.log_likelihood == pytest.approx(spin.log_likelihood, rel=1e-12)
    assert (spin.basis, binary.basis) == ("spin", "binary")


def test_one_pass_in_pieces_and_with_missing_values(rng: np.random.Generator, tmp_path: Path) -> None:
    frame = dependent(rng, 5000)
    frame.loc[::7, "x"] = np.nan
    frame.loc[3::11, "b"] = None
    path = tmp_path / "table.csv"
    frame.to_csv(path, index=False)
    complete = solved(frame.dropna())
    with pytest.warns(UserWarning, match="1,105 of 5,000 rows"):
        answer = solved(path)
    assert (answer.n_rows, answer.n_missing) == (complete.n_rows, 5000 - complete.n_rows)
    for name, value in complete.parameters.items():
        np.testing.assert_allclose(answer.parameters[name], value, rtol=1e-8, atol=1e-10)


def test_statistics_answer_as_the_data_do(rng: np.random.Generator) -> None:
    for frame in (dependent(rng), independent(rng)):
        source = open_table(frame)
        answer, alone = solved(symcat.Statistics(schema=source.schema).update(source)), solved(frame)
        assert answer.label == alone.label
        np.testing.assert_allclose(answer.parameters["J"], alone.parameters["J"], rtol=1e-9)
    few = symcat.Statistics(schema=source.schema, needs=Needs(states=True)).update(source)
    assert solved(few, [CONDITIONAL]).label == CONDITIONAL
    with pytest.raises(symcat.InvalidData, match="missing"):
        solved(few)


def test_too_many_dependent_columns_are_refused_and_independent_ones_are_not(rng: np.random.Generator) -> None:
    two_valued = pd.DataFrame(rng.random((4000, 23)) < 0.5, columns=[f"q{j}" for j in range(23)])
    x = rng.standard_normal(4000)
    answer = solved(two_valued.assign(x=x), ["mixed.product", "ising.independent"])
    assert [part.label for part in answer.parts] == ["ising.independent", "gaussian.full"]
    with pytest.raises(symcat.NoEntry, match="23 two-valued columns are more than the 22"):
        solved(two_valued.assign(x=x + 0.5 * two_valued.q0), [CONDITIONAL, PRODUCT, "ising.independent"], strict=True)


def test_what_cannot_be_used(rng: np.random.Generator) -> None:
    frame = independent(rng, 50)
    with pytest.warns(UserWarning, match="'x' .constant, 2.5 in every row"):
        assert "x" not in symcat.solve(frame.assign(x=2.5)).columns
    with pytest.warns(UserWarning, match="'y' .a linear combination of 'x'"):
        assert "y" not in symcat.solve(frame.assign(y=2.0 * frame.x)).columns
    with pytest.raises(symcat.SymcatError, match="at least 6 are needed"):
        solved(frame[:5])
    with pytest.raises(symcat.InvalidData, match="infinity"):
        solved(frame.assign(x=np.where(np.arange(50) == 7, np.inf, frame.x)))
    copied = dependent(rng).assign(c=lambda f: f.a)
    with pytest.raises(symcat.NoEntry, match="follows from others"):
        solved(copied, [CONDITIONAL, PRODUCT], columns=list(copied), strict=True)
    answer = solved(copied, columns=list(copied))
    assert answer.label == f"scores({CONDITIONAL})"
    told = next(check for check in answer.checks if check.name == "effects told apart")
    assert not told.passed
    assert not told.decides


def test_a_two_valued_column_that_decides_a_real_one(rng: np.random.Generator) -> None:
    frame = independent(rng, 200)
    with pytest.raises(symcat.NoEntry, match="determine a continuous one"):
        solved(frame.assign(y=np.where(frame.a, 3.25, 1.5) + np.where(frame.b == "on", 0.5, 0.0)), strict=True)


def test_the_answer_is_used_in_the_values_of_the_data(rng: np.random.Generator) -> None:
    for frame in (independent(rng), dependent(rng)):
        answer = solved(frame)
        drawn = pd.DataFrame(answer.sample(20_000, seed=4), columns=answer.columns)
        assert set(drawn.a) == {False, True}
        assert set(drawn.b) == {"on", "off"}
        on = (frame.b == "on", drawn.b == "on")
        for one, other in ((frame.a, drawn.a), on, (frame.x, drawn.x), (frame.x * on[0], drawn.x * on[1])):
            one, other = one.astype(float), other.astype(float)
            assert abs(one.mean() - other.mean()) < 5.0 * one.std() * np.sqrt(1 / 3000 + 1 / 20_000)
        assert answer.log_density(frame.to_numpy()).sum() == pytest.approx(answer.log_likelihood, rel=1e-9)
        assert {str(symbol) for symbol in answer.free_energy().free_symbols} == {"x", "a", "y", "b"}
        assert answer.label in str(answer)
    places = [(name, place) for name, place, *_ in answer.scalars() if name == "coupling"]
    assert places == [("coupling", f"{two_valued}, {real}") for two_valued in "ab" for real in "xy"]


def test_penguins_of_one_species(examples: Path) -> None:
    """Within a species, sex shifts the measurements and leaves their covariance: the class holds."""
    frame = pd.read_csv(examples / "penguins.csv")
    columns = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "sex"]
    answer = solved(frame[frame.species == "Adelie"][columns])
    assert answer.label == CONDITIONAL
    known = frame[frame.species == "Adelie"][columns].dropna()
    means = known.groupby("sex").mean()
    middle = 0.5 * (means.loc["male"] + means.loc["female"])
    np.testing.assert_allclose(answer.parameters["mean"], middle.to_numpy(), rtol=1e-9)
    with pytest.raises(symcat.NoEntry):
        solved(frame[columns], strict=True)
