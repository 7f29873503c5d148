"""Curie-Weiss and ring: without field the catalogue is read, in Python as in SQL; with one the sums are done."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from symcat import catalogue
from symcat.catalogue.file import PACKAGED
from symcat.models.base import Options
from symcat.models.ising import FAMILY
from symcat.models.ising.uniform import Uniform
from tests.models.ising.tables import averages_of, looked_up, made, measured, member, one, states, together

LABELS = ("ising.curie_weiss", "ising.ring")
TABULATED = (*LABELS, "ising.square")


def uniform(label: str, dimension: int, **options: object) -> Uniform:
    found = made(label, dimension, **options)
    assert isinstance(found, Uniform)
    return found


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    found = duckdb.connect()
    found.execute(f"ATTACH '{PACKAGED}' AS symcat (READ_ONLY)")
    yield found
    found.close()


@pytest.mark.parametrize("label", TABULATED)
def test_sql_and_python_say_the_same(connection: duckdb.DuckDBPyConnection, label: str) -> None:
    """Random sizes and averages: J and log Z of the macro are those of the class, to 1e-12."""
    rng = np.random.default_rng(3)
    book = catalogue.default()
    sizes = rng.choice([size for size in book.sizes(label) if size], size=60)
    asked = []
    for size in sizes:
        table = book.table(label, int(size))
        asked.append((int(size), float(table.lo + (table.hi - table.lo) * rng.uniform(0.001, 0.999))))
    values = ", ".join(f"({k}, {size}, {q!r}::DOUBLE)" for k, (size, q) in enumerate(asked))
    macro = label.replace(".", "_")
    rows = connection.execute(f"SELECT symcat.{macro}(n, q) FROM (VALUES {values}) AS t(k, n, q) ORDER BY k").fetchall()
    for (size, q), (said,) in zip(asked, rows, strict=True):
        found = looked_up(label, d=size**2 if label == "ising.square" else size, q=q)
        assert (found.source, said["reason"]) == ("catalogue", None)
        assert found.parameters["h"][0] == 0.0
        assert said["J"] == pytest.approx(found.parameters["J"][0], rel=1e-12, abs=1e-12)
        assert said["log_z"] == pytest.approx(found.log_partition[0], rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("label", LABELS)
@given(dimension=st.integers(3, 64), coupling=st.floats(-0.6, 1.2), count=st.sampled_from([np.nan, 500.0]))
@settings(max_examples=40)
def test_the_table_is_the_exact_answer_without_field(label: str, dimension: int, coupling: float, count: float) -> None:
    """To its certified error; errors of h and J are those of the exact sums, where a field could have been."""
    model = uniform(label, dimension)
    if label == "ising.curie_weiss":
        coupling *= 3.0 / dimension
    implied = model.implied(np.array([[0.0, coupling]]))
    moments = averages_of(np.zeros(dimension), implied.pair[0], count)
    target = model.reduce(np.zeros((1, dimension)), implied.pair)
    assume(model.place(target).inside[0] and not model.at_boundary(moments.first, moments.second, moments.count)[0])
    found, summed = model.fit(moments), model._summed(target)
    assert found.source == "catalogue"
    assert found.parameters["J"][0] == pytest.approx(coupling, rel=1e-7, abs=1e-9)
    assert found.log_partition[0] == pytest.approx(summed.log_z[0], rel=1e-9, abs=1e-9)
    if count == count:
        exact = np.sqrt(np.diagonal(np.linalg.inv(summed.covariance[0])) / count)
        assert found.standard_errors["h"][0] == pytest.approx(exact[0], rel=1e-6)
        assert found.standard_errors["J"][0] == pytest.approx(exact[1], rel=1e-6)


@pytest.mark.parametrize("label", LABELS)
def test_where_there_is_a_field_or_no_table_the_sums_are_done(label: str) -> None:
    assert looked_up(label, d=10, m=0.1, q=0.2).source == "exact"
    assert looked_up(label, d=10, m=0.0, q=0.2).source == "catalogue"
    assert looked_up(label, d=10, q=0.2).source == "catalogue"
    beyond = looked_up(label, d=65, q=0.02)
    assert (beyond.source, beyond.parameters["h"][0]) == ("exact", pytest.approx(0.0, abs=1e-12))
    edge = looked_up(label, d=10, q=0.9999999)
    assert edge.source == "exact"
    assert edge.answered[0]
    # A field that is nearly none joins without a step.
    near = looked_up(label, d=10, m=1e-9, q=0.2)
    assert near.parameters["J"][0] == pytest.approx(looked_up(label, d=10, q=0.2).parameters["J"][0], rel=1e-9)


@pytest.mark.parametrize("label", LABELS)
def test_data_without_a_mean_read_the_table(label: str) -> None:
    """Rows and their opposites: as many +1 as -1."""
    half = np.where(np.random.default_rng(4).random((300, 6)) < 0.4, 1.0, -1.0)
    moments = measured(np.concatenate([half, -half]))
    model = uniform(label, 6)
    found = model.fit(moments)
    q = model.reduce(moments.first, moments.second)[0, 1] / model.n_pairs
    assert found.source == "catalogue"
    assert found.parameters["J"][0] == pytest.approx(looked_up(label, d=6, q=q).parameters["J"][0], rel=1e-12)
    assert model.fit(measured(half)).source == "exact"


@pytest.mark.parametrize("basis", ["spin", "binary"])
@pytest.mark.parametrize("label", LABELS)
def test_groups_with_and_without_field_are_what_they_are_alone(label: str, basis: str) -> None:
    model = uniform(label, 7, basis=basis)
    implied = model.implied(np.array([[0.0, 0.1], [0.2, 0.1], [0.0, -0.05], [-0.1, 0.0]]))
    single = [averages_of(mean, pair, 100.0) for mean, pair in zip(*implied, strict=True)]
    batch = model.fit(together(single))
    assert batch.source == "catalogue"
    for g, moments in enumerate(single):
        alone = model.fit(moments)
        assert alone.source == ("exact" if g % 2 else "catalogue")
        for name in ("h", "J"):
            np.testing.assert_allclose(batch.parameters[name][g], alone.parameters[name][0], rtol=1e-12, atol=1e-14)
            np.testing.assert_allclose(batch.standard_errors[name][g], alone.standard_errors[name][0], rtol=1e-12)


def test_the_binary_basis_without_field_is_the_same_distribution() -> None:
    rows = states(6)
    densities = []
    for basis in ("spin", "binary"):
        found = looked_up("ising.ring", basis=basis, d=6, q=0.3)
        model = member("ising.ring", 6, basis)
        densities.append(model.log_density(one(found.parameters), float(found.log_partition[0]), rows))
    np.testing.assert_allclose(*densities, rtol=1e-12)


def test_without_a_catalogue_the_sums_answer() -> None:
    class Nothing:
        def sizes(self, entry: str) -> list[int]:
            return []

        def table(self, entry: str, size: int | None = None) -> object:
            raise AssertionError

        terms = table

    book = Nothing()
    model = FAMILY.model("ising.ring", uniform("ising.ring", 5).schema, Options(), book)  # type: ignore[arg-type]
    assert model is not None
    found = model.fit(averages_of(np.zeros(5), np.full((5, 5), 0.2) + 0.8 * np.eye(5)))
    assert found.source == "exact"
