"""What is tested after the fit: that it rejects other laws, and its own as rarely as it says."""

from __future__ import annotations

import numpy as np
import pytest

import symcat
from symcat.models.base import Center
from symcat.models.fit import Observed
from symcat.models.scalar.labels import LABELS, is_even
from tests.models.observing import moments_of, observed
from tests.models.scalar.shapes import POWER, polynomial, rows_of


def p_values(label: str, rows: np.ndarray, center: Center = None) -> dict[str, float]:
    model, seen = polynomial(label), observed(rows, POWER[label])
    fit = model.fit(seen.moments, center)
    assert fit.answered[0], fit.why(0)
    return {check.name: float(check.p_value[0]) for check in model.checks(fit, seen, center)}


@pytest.mark.parametrize("label", LABELS)
def test_rows_of_the_class_pass(label: str) -> None:
    found = p_values(label, rows_of(label, 5000, seed=2))
    assert set(found) == {"shape", *["symmetry (odd moments)"] * is_even(label)}
    assert min(found.values()) > 1e-3


def test_the_shape_of_another_law() -> None:
    rng = np.random.default_rng(0)
    assert p_values("scalar.quartic", rng.exponential(size=(5000, 1)))["shape"] < 1e-10
    assert p_values("z2.sextic", rng.standard_t(5, size=(5000, 1)))["shape"] < 1e-8


def test_the_next_moments_where_there_are_no_rows() -> None:
    rng = np.random.default_rng(0)
    rows = rng.exponential(size=(5000, 1))
    model, seen = polynomial("scalar.quartic"), Observed(observed(rows, 6).moments)
    (check,) = model.checks(model.fit(seen.moments), seen)
    assert check.name == "next moments"
    assert check.p_value[0] < 1e-10


@pytest.mark.slow
@pytest.mark.statistics
@pytest.mark.parametrize("label", ["scalar.octic", "z2.octic"])
def test_the_level_of_the_shape_where_the_class_ends(label: str) -> None:
    """Of a Gaussian's rows, of which the highest coupling is within its error of zero."""
    model, tables, n = polynomial(label), 1000, 200
    rows = np.random.default_rng(5).standard_normal((tables, n, 1))
    p = []
    for table in rows:
        seen = observed(table, POWER[label])
        fit = model.fit(seen.moments)
        if fit.answered[0]:
            p += [check.p_value[0] for check in model.checks(fit, seen) if check.name == "shape"]
    assert len(p) > 300
    assert 0.03 < np.mean(np.array(p) < 0.05) < 0.07


@pytest.mark.parametrize("center", [None, "mean", np.zeros(1)])
def test_odd_moments_tell_asymmetry(center: Center) -> None:
    rows = rows_of("scalar.sextic", 4000, seed=1)
    assert p_values("z2.sextic", rows - rows.mean(), center)["symmetry (odd moments)"] < 1e-10


def test_without_higher_averages_they_are_not_made() -> None:
    model, seen = polynomial("scalar.sextic"), observed(rows_of("scalar.sextic", 500), 6)
    assert list(model.checks(model.fit(seen.moments), Observed(seen.moments))) == []


def test_few_rows_say_nothing() -> None:
    model, seen = polynomial("scalar.quartic"), observed(rows_of("scalar.quartic", 30), 6)
    (check,) = model.checks(model.fit(seen.moments), Observed(seen.moments))
    assert check.passed[0]
    assert "from 100 rows on" in check.detail(0)


def test_a_hump_that_hardly_holds_a_row_is_told() -> None:
    x = np.r_[np.random.default_rng(0).laplace(size=2000), -15.0]
    told = {check.name: check for check in symcat.solve(x, classes=["scalar.octic"]).checks}
    check = told["rows in the second hump"]
    assert not check.passed
    assert "rows are expected in a hump" in check.detail


@pytest.mark.slow
@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("center", [None, "mean", np.zeros(1)])
@pytest.mark.statistics
def test_the_level(label: str, center: Center) -> None:
    if center is not None and not is_even(label):
        return
    tables, n = 2000, 2000
    rows = rows_of(label, tables * n, seed=8)
    moments = moments_of(np.split(rows, tables), POWER[label])
    fit = polynomial(label).fit(moments, center)
    for check in polynomial(label).checks(fit, Observed(moments), center):
        if check.weight != "told":
            p = check.p_value[fit.answered]
            assert 0.03 < np.mean(p < 0.05) < 0.07, check.name
            assert np.mean(p < 0.001) < 0.004, check.name
