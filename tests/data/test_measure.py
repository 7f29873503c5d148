"""One pass for the averages that are needed; statistics collected before are asked whether they hold them."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from symcat.data.levels import MINUS_PLUS
from symcat.data.measure import Measured, measure
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.data.statistics import Statistics
from symcat.errors import InvalidData

X = np.random.default_rng(0).normal(size=(50, 2))
BITS = np.random.default_rng(1).integers(0, 2, (50, 4))


def second(_: Schema) -> Needs:
    return Needs()


def rows_of(measured: Measured) -> np.ndarray:
    return np.concatenate(list(measured.rows()))


def test_the_schema_says_what_is_needed() -> None:
    seen: list[Schema] = []

    def needs_of(schema: Schema) -> Needs:
        seen.append(schema)
        return Needs(power=5, states=True)

    frame = pl.DataFrame({"x": X[:, 0], "b": BITS[:, 0], "y": X[:, 1]})
    measured = measure(frame, ["b", "x"], needs_of, seed=3)
    assert seen == [measured.schema] == [Schema(("b", "x"), ((0, 1), None))]
    assert measured.statistics.needs == Needs(power=5, states=True)
    assert measured.statistics.n_rows == 50


def test_kind() -> None:
    assert measure(BITS, None, second).schema.only("two-valued")
    assert measure(BITS, None, second, kind="real").schema.only("real")
    with pytest.raises(InvalidData, match="more than two values"):
        measure(X, None, second, kind="two-valued")


def test_complete_rows_again() -> None:
    x = X.copy()
    x[::7, 1] = np.nan
    measured = measure(x, None, second)
    np.testing.assert_array_equal(rows_of(measured), x[~np.isnan(x[:, 1])])
    np.testing.assert_array_equal(rows_of(measured), rows_of(measured))
    assert measured.everything


def test_a_wrong_guess_is_read_again() -> None:
    values = [0, 1] * 1000 + [7]
    measured = measure(pl.LazyFrame({"x": values}), None, second)
    assert measured.schema == Schema.real(["x"])
    np.testing.assert_array_equal(rows_of(measured)[:, 0], values)


def test_products_are_further_columns() -> None:
    """Of three columns and more: those of two are among the averages anyway."""
    spins = 2.0 * BITS - 1.0
    measured = measure(BITS, None, second, products=[("x0", "x1"), ("x2", "x0", "x1")])
    assert measured.schema == Schema.two_valued([f"x{j}" for j in range(4)], (0, 1))
    assert measured.statistics.columns == ("x0", "x1", "x2", "x3", "x0*x1*x2")
    assert measured.statistics.schema.levels[-1] == MINUS_PLUS
    assert measured.statistics.moments.mean[0, 4] == spins[:, :3].prod(axis=1).mean()
    np.testing.assert_array_equal(rows_of(measured), spins)


def test_statistics_as_they_are() -> None:
    statistics = Statistics(["a", "b"], sample_size=20).update(X)
    measured = measure(statistics, ["a", "b"], lambda _: Needs(power=4, radius=4))
    assert measured.statistics is statistics
    assert measured.schema == Schema.real(["a", "b"])
    assert not measured.everything
    np.testing.assert_array_equal(rows_of(measured), statistics.sample)
    assert measure(Statistics().update(X), None, second).everything


@pytest.mark.parametrize(
    ("needs", "lacking"),
    [(Needs(power=6), "power=6 is missing"), (Needs(radius=4), "radius=4 is"), (Needs(6, 4), "power=6 and radius=4")],
)
def test_statistics_that_lack_what_is_needed(needs: Needs, lacking: str) -> None:
    with pytest.raises(InvalidData, match=lacking):
        measure(Statistics(needs=Needs(power=4)).update(X), None, lambda _: needs)


def test_states_are_not_insisted_on() -> None:
    """They may be too many to be kept, so that whoever asks for them does without."""
    statistics = Statistics(kind="two-valued", needs=Needs()).update(BITS)
    assert measure(statistics, None, lambda _: Needs(states=True)).statistics.states is None


def test_statistics_of_other_columns() -> None:
    with pytest.raises(InvalidData, match="columns= cannot change that"):
        measure(Statistics(["a", "b"]).update(X), ["b", "a"], second)
    pairs = Statistics(kind="two-valued").update(BITS)
    assert measure(pairs, None, second, products=[("x0", "x1")]).statistics is pairs
    with pytest.raises(InvalidData, match="need the rows"):
        measure(pairs, None, second, products=[("x0", "x1", "x2")])
