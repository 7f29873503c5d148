"""The family: which classes describe which tables, what is asked of each, and how their numbers are told."""

from __future__ import annotations

import re

import numpy as np
import pytest

from symcat import catalogue
from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models.base import Options
from symcat.models.ising import FAMILY
from symcat.models.ising.pairwise import Pairwise
from symcat.models.ising.spins import Spins
from symcat.models.ising.wide.pairwise import WidePairwise
from tests.classes import real, two_valued
from tests.models.ising.tables import made, measured, one, signs

I, CW, RING, SQUARE, TREE, PAIRS = FAMILY.labels  # noqa: E741


def test_candidates_are_the_distinct_members() -> None:
    assert FAMILY.candidates(two_valued(1)) == (I,)
    assert FAMILY.candidates(two_valued(2)) == (I, CW, PAIRS)
    assert FAMILY.candidates(two_valued(3)) == (I, CW, TREE, PAIRS)
    assert FAMILY.candidates(two_valued(4)) == (I, CW, RING, SQUARE, TREE, PAIRS)
    assert FAMILY.candidates(two_valued(23)) == (I, CW, RING, TREE, PAIRS)
    assert FAMILY.candidates(real(3)) == ()
    assert FAMILY.candidates(Schema(("a", "b"), ((0, 1), None))) == ()


def test_members_describe_two_valued_columns_only() -> None:
    book = catalogue.default()
    for label in FAMILY.labels:
        assert FAMILY.canonical(label) == FAMILY.entry(label) == label
        assert FAMILY.kinds(label) == {"two-valued"}
        assert FAMILY.model(label, real(4), Options(), book) is None
    assert FAMILY.canonical("ising.nope") is None
    assert FAMILY.model(RING, two_valued(2), Options(), book) is None
    assert isinstance(made(PAIRS, 22), Pairwise)
    assert isinstance(made(PAIRS, 23), WidePairwise)


def test_what_is_asked_of_each() -> None:
    for label in FAMILY.labels:
        model = made(label, 4)
        assert model.takes == {"prior", "basis"} | ({"interactions"} if label == PAIRS else set())
        assert (model.needs.power, model.needs.states, model.check_needs.states) == (2, False, True)
    assert "interactions" in made(PAIRS, 30).takes
    assert [made(label, 4).conditional(0) is None for label in FAMILY.labels] == [True] * 5 + [False]
    assert made(PAIRS, 4).conditional(2).target == 2
    assert "more than the 22" in made(PAIRS, 30).conditional(0).fit(measured(signs(np.eye(40, 30) > 0))).why(0)
    assert made(PAIRS, 4, interactions=((0, 1),)).conditional(0) is None


@pytest.mark.parametrize("basis", ["spin", "binary"])
@pytest.mark.parametrize("label", FAMILY.labels)
def test_every_parameter_is_in_the_formula_and_every_free_number_among_the_entries(label: str, basis: str) -> None:
    d = 4
    model: Spins = made(label, d, basis=basis)
    rows = signs(np.random.default_rng(0).random((500, d)) < [0.3, 0.4, 0.5, 0.6])
    parameters = one(model.fit(measured(rows)).parameters)
    formula = model.formula(parameters)
    for name, value in parameters.items():
        assert re.search(rf"\b{name}(_|\b)", formula)
        for index, at in model.entries(name, parameters):
            assert np.ndim(np.asarray(value)[index]) == 0
            assert isinstance(at, str) == (index == ())
    assert ("0, 1" if basis == "binary" else "-1, +1") in formula
    count = sum(len(model.entries(name, parameters)) for name in parameters)
    expected = {I: 4, CW: 2, RING: 2, SQUARE: 2, TREE: 7, PAIRS: 10}[label]
    assert count == expected


def test_entries_and_formula_of_interactions() -> None:
    model = made(PAIRS, 4, interactions=((0, 1), (1, 3), (0, 1, 2)))
    parameters = {"h": np.zeros(4), "J": np.zeros((4, 4)), "interactions": np.zeros(1)}
    assert model.entries("J", parameters) == [((0, 1), (0, 1)), ((1, 3), (1, 3))]
    assert model.entries("interactions", parameters) == [((0,), (0, 1, 2))]
    assert "interactions" in model.formula(parameters)
    assert made(CW, 4).entries("h", {}) == [((), "all columns")]
    assert made(CW, 4).entries("J", {}) == [((), "all coupled pairs")]


def test_entries_of_several_trees_are_those_of_any() -> None:
    j = np.zeros((2, 3, 3))
    j[0, 0, 1] = j[0, 1, 0] = j[1, 1, 2] = j[1, 2, 1] = 0.3
    model = made(TREE, 3)
    assert [index for index, _ in model.entries("J", {"J": j[0]})] == [(0, 1)]
    assert [index for index, _ in model.entries("J", {"J": j})] == [(0, 1), (1, 2)]


# --- averages stated by name -----------------------------------------------------------------------------------------


def test_averages_of_the_symmetric_classes() -> None:
    found = FAMILY.averages(CW, {"d": 3, "m": 0.1, "q": 0.2}, 50, ("a", "b", "c"))
    assert not found.batch
    assert found.schema == Schema.two_valued(("a", "b", "c"))
    assert found.moments.columns == ("a", "b", "c")
    assert found.moments.count.tolist() == [50.0]
    np.testing.assert_array_equal(found.moments.first, np.full((1, 3), 0.1))
    np.testing.assert_array_equal(found.moments.second[0], np.full((3, 3), 0.2) + 0.8 * np.eye(3))
    batch = FAMILY.averages(RING, {"d": 4, "q": np.array([0.1, 0.2])}, None, None)
    assert batch.batch
    assert batch.moments.first.tolist() == [[0.0] * 4] * 2
    assert np.isnan(batch.moments.count).all()
    assert len(FAMILY.averages(SQUARE, {"d": 9, "q": 0.3}, None, None).schema) == 9


def test_averages_column_by_column() -> None:
    one_table = FAMILY.averages(I, {"m": [0.1, 0.2]}, 10, None)
    assert one_table.moments.second[0, 0, 1] == pytest.approx(0.02)
    assert not one_table.batch
    pairs = FAMILY.averages(PAIRS, {"m": np.zeros((2, 3)), "q": np.zeros((2, 3, 3))}, None, None)
    assert pairs.batch
    assert pairs.moments.second[1].diagonal().tolist() == [1.0] * 3


@pytest.mark.parametrize(
    ("label", "given", "said"),
    [
        (CW, {"d": 3}, "missing: q"),
        (CW, {"d": 1, "q": 0.1}, "not a number of columns"),
        (CW, {"d": 2.5, "q": 0.1}, "not a number of columns"),
        (CW, {"d": np.array([3, 4]), "q": 0.1}, "not a number of columns"),
        (SQUARE, {"d": 4, "q": 0.1, "m": 0.0}, "not understood: m"),
        (TREE, {"m": [0.1, 0.2]}, "missing: q"),
        (PAIRS, {"m": [0.1, 0.2], "q": [[1.0, 0.2], [0.3, 1.0]]}, "symmetric"),
        (PAIRS, {"m": [0.1, 0.2], "q": np.eye(3)}, "symmetric"),
        (PAIRS, {"d": 3, "q": 0.1}, "missing: m"),
        (I, {"m": "a"}, "numbers"),
        (I, {"m": [0.1], "columns": 3}, "not understood: columns"),
    ],
)
def test_averages_that_cannot_be(label: str, given: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidData, match=said):
        FAMILY.averages(label, given, None, None)


@pytest.mark.parametrize("label", FAMILY.labels)
def test_replays_pass(label: str) -> None:
    for replay in FAMILY.replay(label, 5, np.random.default_rng(0), catalogue.default()):
        assert replay.residual <= replay.bound, replay
