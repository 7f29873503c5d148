"""Enclosures, polynomials and closed forms of the Ising entries."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("flint")

from flint import arb, ctx

from builders import ising, ising_checks, ising_closed, ising_corrections, ising_segments, registry
from builders.quartic.ball import CannotCertify
from builders.ising.lattice.ball import PRECISION, solve
from builders.ising.macros import Table, ising_macro
from builders.ising.lattice.words import SIZES, coverage_row, limits
from symcat.models.ising.lattice.reduced import CURIE_WEISS, INFINITE, RING, SQUARE, reduced
from symcat.models.ising.wide import mean_field

ENTRIES = [
    (CURIE_WEISS, 2),
    (CURIE_WEISS, 11),
    (RING, INFINITE),
    (RING, 9),
    (SQUARE, 5),
    (SQUARE, 6),
    (SQUARE, INFINITE),
]


@pytest.fixture(autouse=True)
def _precision() -> Iterator[None]:
    with ctx.workprec(PRECISION):
        yield


@pytest.mark.parametrize(("label", "size"), ENTRIES)
def test_the_enclosure_is_tight_and_gives_back_the_average(label: str, size: int) -> None:
    ensemble = ising_checks.ensemble_of(label, size)
    lo, hi = limits(reduced(label, size))
    for q in (lo, 0.5 * lo, 1e-9, 0.3, hi):
        state = solve(ensemble, arb(q))
        assert state.j.rel_accuracy_bits() > 60
        low, high = (ensemble.averages(arb(end)) for end in (state.j.lower(), state.j.upper()))
        assert low.above < arb(q) - ensemble.least < high.above
        assert (state.log_z - state.entropy - ensemble.pairs * state.q * state.j).contains(0)


def test_no_enclosure_outside_the_range() -> None:
    ensemble = ising_checks.ensemble_of(RING, 5)
    with pytest.raises((CannotCertify, ValueError)):
        solve(ensemble, arb(-0.7))


@pytest.mark.parametrize("label", [CURIE_WEISS, RING, SQUARE])
def test_the_least_average_of_every_size_is_that_of_its_states(label: str) -> None:
    for size in SIZES[label]:
        if size > 9 and label == SQUARE:
            continue
        ising_checks.ensemble_of(label, size)  # raises if the exact numbers of states say otherwise
        row = coverage_row(label, size)
        assert row["lo"] < row["hi"] < 1.0  # type: ignore[operator]
        assert Fraction(row["lo"]) > reduced(label, size).least  # type: ignore[arg-type]


def test_polynomials_meet_their_bound_at_fresh_points() -> None:
    for label, size in ((CURIE_WEISS, 7), (SQUARE, 4)):
        ensemble, form = ising_checks.ensemble_of(label, size), reduced(label, size)
        pieces = ising_segments.fit(ising_segments.stored(ensemble, form), form)
        rows = ising_segments.rows(label, {size: pieces})
        at = ising_checks.points(form, 40, random.Random(1))
        assert max(ising_checks.lookup_errors(label, size, ensemble, rows, at)) < 1e-10
        assert ising_checks.contiguous(label, [size], rows, "fast")["passed"]
        broken = [dict(row, coefficients=[2.0 * c for c in row["coefficients"]]) for row in rows]  # type: ignore[union-attr]
        assert max(ising_checks.lookup_errors(label, size, ensemble, broken, at)) > 1e-10
        assert not ising_checks.contiguous(label, [size], rows[2:], "fast")["passed"]


def test_a_function_that_cannot_be_met_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ising_segments, "MOST", 6)
    form = reduced(CURIE_WEISS, 40)
    with pytest.raises(CannotCertify, match="polynomials of degree"):
        ising_segments.fit(ising_segments.stored(ising_checks.ensemble_of(CURIE_WEISS, 40), form), form)


def test_wrong_numbers_do_not_verify(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SIZES, RING, (INFINITE, 3, 4, 5, 8))
    tables = ising.build(RING)
    assert all(row["passed"] for row in ising.verify(RING, tables, "full"))
    tables["solutions"][3]["J_upper"] = tables["solutions"][3]["J_lower"]
    assert not all(row["passed"] for row in ising.verify(RING, tables, "full"))


def exact_averages(h: np.ndarray, j: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    s = np.array(list(product([-1.0, 1.0], repeat=len(h))))
    p = np.exp(s @ h + 0.5 * np.einsum("mi,ij,mj->m", s, j, s))
    p /= p.sum()
    return p @ s, (s * p[:, None]).T @ s


@pytest.mark.parametrize("name", sorted(ising_corrections.FORMS))
def test_the_terms_of_a_closed_form_add_up_to_what_the_library_computes(name: str) -> None:
    rng = np.random.default_rng(4)
    h = rng.normal(scale=0.5, size=6)
    j = np.triu(rng.normal(scale=0.05, size=(6, 6)), 1)
    m, q = exact_averages(h, j + j.T)
    found_h, found_j = ising_corrections.couplings(name, m, q)
    library = getattr(mean_field, name)(m, q)
    np.testing.assert_allclose(found_j, library.J, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(found_h, library.h, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("label", ising_closed.labels())
def test_closed_entries_verify(label: str) -> None:
    tables = ising_closed.build(label)
    assert all(row["passed"] for row in ising_closed.verify(label, tables, "fast"))
    if label == "ising.pairwise":
        tables["corrections"][0]["weight"] = "1/7"
        assert not all(row["passed"] for row in ising_closed.verify(label, tables, "fast"))


def test_every_entry_has_one_builder() -> None:
    labels = registry.all_labels()
    assert len(labels) == len(set(labels))
    assert {label for label in labels if label.startswith("ising.")} == {
        *SIZES,
        *ising_closed.labels(),
    }


def test_macros_are_made_of_constants() -> None:
    table = Table(3, 3, -1 / 3, 0.0, 1.0, -0.3, 0.9, -2.0, 2.0, [[1.0, 0.5]], [[0.1, 0.2]])
    text = ising_macro("ising.ring", "d", [table])
    assert text.startswith("CREATE MACRO ising_ring(d, q) AS ")
    assert "SELECT" not in text
    assert SimpleNamespace(text=text).text.count("NULL,NULL,NULL,[") == 1  # no tables for 0, 1 and 2 spins
