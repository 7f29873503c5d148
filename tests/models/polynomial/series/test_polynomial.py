"""``polynomial.quartic`` of more columns than are integrated over, by its series."""

from __future__ import annotations

import re

import numpy as np
import pytest

from symcat import catalogue
from symcat.models.fit import Fit
from symcat.models.polynomial.moved import about
from symcat.models.polynomial.series.expansion import Expansion
from symcat.models.polynomial.series.polynomial import fitted
from symcat.models.polynomial.tensors import energy
from symcat.models.relaxation import Refusal
from tests.models.polynomial.series.quartics import rows_of, weak


@pytest.fixture(scope="module")
def expansion() -> Expansion:
    return Expansion.of(catalogue.default().terms("polynomial.quartic"))


@pytest.fixture(scope="module")
def table() -> tuple[dict[str, np.ndarray], np.ndarray]:
    couplings = weak(5, 0.05, np.random.default_rng(0))
    return couplings, rows_of(couplings, 60_000, np.random.default_rng(1))


def test_couplings_come_back(expansion: Expansion, table: tuple[dict[str, np.ndarray], np.ndarray]) -> None:
    couplings, rows = table
    fit = fitted("polynomial.quartic", rows, None, expansion)
    assert isinstance(fit, Fit)
    assert fit.source == "correction"
    for name, value in about(couplings, fit.parameters["mean"][0]).items():
        scores = (fit.parameters[name][0] - value) / fit.standard_errors[name][0]
        assert np.abs(scores).max() < 4.0, name
    # The likelihood is what its density gives to the rows.
    own = {name: value[0] for name, value in fit.parameters.items()}
    density = -energy(own, rows - own["mean"]) - fit.log_partition[0]
    assert density.sum() == pytest.approx(fit.log_likelihood[0], abs=1e-4)


@pytest.mark.slow
def test_units_of_the_columns_do_not_matter(
    expansion: Expansion, table: tuple[dict[str, np.ndarray], np.ndarray]
) -> None:
    _, rows = table
    scale, shift = np.array([1e3, 1.0, 1e-3, 2.0, 5.0]), np.array([1e4, 0.0, 1.0, -3.0, 2.0])
    here = fitted("polynomial.quartic", rows[:60_000], None, expansion)
    there = fitted("polynomial.quartic", rows[:60_000] * scale + shift, None, expansion)
    assert isinstance(here, Fit)
    assert isinstance(there, Fit)
    ratio = there.parameters["u"][0] * np.einsum("i,j,k,l->ijkl", scale, scale, scale, scale)
    np.testing.assert_allclose(ratio, here.parameters["u"][0], rtol=1e-6, atol=1e-8)
    assert there.bic[0] - here.bic[0] == pytest.approx(2.0 * 60_000 * np.log(scale).sum(), abs=1e-3)


@pytest.mark.long
def test_an_even_law_has_no_odd_couplings(expansion: Expansion) -> None:
    couplings = weak(5, 0.05, np.random.default_rng(3), cubic=0.0)
    fit = fitted("polynomial.quartic", rows_of(couplings, 50_000, np.random.default_rng(4)), None, expansion)
    assert isinstance(fit, Fit)
    assert not fit.parameters["g"].any()
    assert "even about the centre" in fit.note
    assert fit.n_parameters == 5 + 15 + 70


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (np.random.default_rng(0).standard_t(4, size=(5000, 5)), "no normalisable quartic by the series"),
        (np.random.default_rng(0).choice([-1.0, 1.0], size=(4000, 5)), "does not settle|leads too far"),
        (np.random.default_rng(0).normal(size=(5, 5)), "5 rows cannot determine"),
        (np.repeat(np.random.default_rng(0).normal(size=(500, 1)), 5, axis=1), "combination of the others"),
    ],
    ids=["heavy", "two values", "few", "dependent"],
)
def test_what_has_no_answer_says_why(expansion: Expansion, rows: np.ndarray, reason: str) -> None:
    found = fitted("polynomial.quartic", rows, None, expansion)
    assert isinstance(found, Refusal)
    assert re.search(reason, found.reason)
