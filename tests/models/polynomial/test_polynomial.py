"""The class: what it says of its couplings, its density, and that averages of two columns do not tell them."""

from __future__ import annotations

import numpy as np
import pytest

import symcat
from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.errors import InvalidData, NoEntry, SymcatError
from symcat.models.base import Options
from symcat.models.fit import Observed
from symcat.models.polynomial import FAMILY
from symcat.models.polynomial.polynomial import Polynomial
from symcat.models.polynomial.quadrature import Grid
from symcat.models.polynomial.tensors import NAMES, tensors_of

MIXED = Schema(("side", "y"), (("left", "right"), None))


def model(label: str, schema: Schema) -> Polynomial:
    found = FAMILY.model(label, schema, Options(), None)  # type: ignore[arg-type]
    assert isinstance(found, Polynomial)
    return found


def moments(groups: int, names: tuple[str, ...]) -> Moments:
    d = len(names)
    zeros = np.zeros((groups, d))
    return Moments(names, np.full(groups, 50.0), zeros, 1.0, zeros, np.tile(np.eye(d), (groups, 1, 1)))


def test_which_tables_it_describes() -> None:
    real = Schema.real(("x", "y"))
    signs = Schema.two_valued(("a", "b"))
    for label, good, bad in (
        ("polynomial.quartic", real, MIXED),
        ("polynomial.sextic", real, signs),
        ("mixed.quartic", MIXED, real),
        ("mixed.sextic", MIXED, signs),
    ):
        assert FAMILY.model(label, good, Options(), None) is not None  # type: ignore[arg-type]
        assert FAMILY.model(label, bad, Options(), None) is None  # type: ignore[arg-type]
        assert set(good.kinds) == FAMILY.kinds(label)
    for schema in (signs, Schema.real(tuple("abcdefghijklm"))):
        assert FAMILY.candidates(schema) == ()
    assert FAMILY.candidates(MIXED) == ("mixed.quartic", "mixed.sextic")
    assert FAMILY.candidates(Schema.real(tuple("abcde"))) == ("polynomial.quartic",)
    assert FAMILY.candidates(real) == ("polynomial.quartic", "polynomial.sextic")
    assert FAMILY.candidates(Schema.real(tuple("abcd"))) == ("polynomial.quartic", "polynomial.sextic")
    labels = [r.model.label for r in FAMILY.relaxables(MIXED, Options(), None)]  # type: ignore[arg-type]
    assert labels == ["mixed.quartic", "mixed.sextic"]
    assert FAMILY.relaxables(signs, Options(), None) == ()  # type: ignore[arg-type]


@pytest.mark.parametrize("label", ["polynomial.quartic", "polynomial.sextic"])
def test_one_column_is_the_business_of_other_classes(label: str) -> None:
    """Also where the label is that of a chart, of a block, or comes with couplings."""
    alone, x = label.replace("polynomial", "scalar"), np.random.default_rng(0).uniform(1.0, 2.0, size=300)
    words = rf"^{label} is of two columns or more: of one, name {alone}\.$"
    beside = {"x": x, "b": np.where(x > 1.4, "high", "low")}
    for asked, data in (([label], x), ([f"log({label})"], x), ([label, "ising.independent"], beside)):
        with pytest.raises(NoEntry, match=words):
            symcat.solve(data, classes=asked)
    with pytest.raises(InvalidData, match=f"or state the couplings of one column to {alone}"):
        symcat.model(label, u=1.0, K=1.0)
    assert FAMILY.candidates(Schema.real(("x",))) == ()
    assert FAMILY.relaxables(Schema.real(("x",)), Options(), None) == ()  # type: ignore[arg-type]


def test_no_group_is_answered_from_averages() -> None:
    names = tuple("abcde")
    fit = model("polynomial.quartic", Schema.real(names)).fit(moments(3, names))
    assert not fit.answered.any()
    assert "follow from a series" in fit.why(2)
    with pytest.raises(InvalidData, match="no table to look up"):
        FAMILY.averages("mixed.quartic", {}, None, None)


@pytest.mark.parametrize(
    ("label", "schema"),
    [
        ("polynomial.quartic", Schema.real(("x", "y"))),
        ("polynomial.sextic", Schema.real(("x", "y", "z"))),
        ("mixed.quartic", MIXED),
    ],
)
def test_the_formula_names_every_parameter(label: str, schema: Schema) -> None:
    chosen = model(label, schema)
    d = len(schema)
    parameters = {"mean": np.zeros(d), **{n: np.ones((d,) * k) for k, n in enumerate(NAMES[: chosen.degree], start=1)}}
    text = chosen.formula(parameters)
    for name in parameters:
        assert name in text.replace("sum", ""), name


def test_entries_are_each_multiset_once_with_its_columns() -> None:
    every = np.array([e for e in np.ndindex(5, 5) if 0 < sum(e) <= 4])
    parameters = {"mean": np.zeros(2), **tensors_of(every, np.arange(1.0, len(every) + 1))}
    chosen = model("polynomial.quartic", Schema.real(("x", "y")))
    assert chosen.entries("mean", parameters) == [((0,), (0,)), ((1,), (1,))]
    assert [columns for _, columns in chosen.entries("u", parameters)] == [
        *((0, 0, 0, 0), (0, 0, 0, 1), (0, 0, 1, 1), (0, 1, 1, 1), (1, 1, 1, 1))
    ]
    assert sum(len(chosen.entries(name, parameters)) for name in "hKgu") == len(every)
    # What a symmetry makes zero is not told.
    even = tensors_of(every, np.where(every.sum(axis=1) % 2, 0.0, 1.0))
    assert [len(chosen.entries(name, even)) for name in "hKgu"] == [0, 3, 0, 5]


def test_entries_beside_a_two_valued_column() -> None:
    """The mean of a two-valued column is no parameter, and its square is none either."""
    every = np.array([(1, 0), (0, 1), (1, 1), (0, 2), (0, 4)])
    parameters = {"mean": np.zeros(2), **tensors_of(every, np.ones(5))}
    chosen = model("mixed.quartic", MIXED)
    assert chosen.entries("mean", parameters) == [((1,), (1,))]
    assert [columns for _, columns in chosen.entries("K", parameters)] == [(0, 1), (1, 1)]


def test_the_density_is_normalised_and_its_rows_are_about_the_mean() -> None:
    every = np.array([(1, 0), (2, 0), (0, 2), (1, 1), (4, 0), (0, 4)])
    tensors = tensors_of(every, np.array([0.2, -1.0, -0.8, -0.5, 0.3, 0.25]))
    parameters = {"mean": np.array([3.0, -1.0]), **tensors}
    chosen = model("polynomial.quartic", Schema.real(("x", "y")))
    grid = Grid.of(tensors, 2)
    density = np.exp(chosen.log_density(parameters, grid.log_partition, grid.points + parameters["mean"]))
    assert density.sum() * grid.steps.prod() == pytest.approx(1.0, abs=1e-9)
    rows = chosen.sample(parameters, 2000, np.random.default_rng(0))
    expected = grid.probabilities @ grid.points + parameters["mean"]
    np.testing.assert_allclose(rows.mean(axis=0), expected, atol=0.15)


def test_couplings_without_rows_are_not_checked() -> None:
    chosen = model("polynomial.quartic", Schema.real(("x", "y")))
    one = moments(1, ("x", "y"))
    assert chosen.checks(chosen.fit(one), Observed(one)) == []
    assert model("polynomial.sextic", Schema.real(("x", "y"))).conditional(0) is None
    with pytest.raises(SymcatError, match="no target"):
        chosen.predict({}, np.zeros((1, 1)))
