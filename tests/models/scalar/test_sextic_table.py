"""The even sextic of one column read from the catalogue: reference numbers, round trips, edges, the search outside."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import symcat
from symcat import catalogue
from symcat.models.patches import Patches
from symcat.models.scalar import newton, sextic_shape
from symcat.models.scalar import sextic_reduced as reduced
from symcat.models.scalar.kernels import ENDED
from symcat.models.scalar.sextic_replay import replay
from symcat.models.scalar.sextic_table import read

# (<y^4>, <y^6>, (r, u, w, log Z, entropy)), certified, to the nearest doubles.
CERTIFIED = (
    (1.2, 1.5, (20.51096202290919, -488.4847365165176, 6254.878822431547, 1.485069783938438, 0.3473115162995412)),
    (1.5, 2.6, (-0.765357013154661, -19.874215078462814, 310.7958822817091, 1.6264933647144069, 1.123994879528211)),
    (2.2, 5.5, (8.682839947556957, -77.9670612789392, 456.1108913757255, 0.501592826715488, 1.1802126034891087)),
    (2.6, 9.0, (2.18825146904355, -9.0432316628748, 36.40643002047374, 0.8248477595237451, 1.3943704391566716)),
    (3.0, 14.0, (1.2563358587229372, -1.1742308656415674, 2.8352534922672556, 0.8809280996675932, 1.4174470998401736)),
    (3.5, 24.0, (1.1954819875997762, -0.4009372869776041, 0.19199048235246483, 0.8698595206669896, 1.4155301761943926)),
    (5.0, 70.0, (1.37447804085587, -0.6336440996437844, 0.26324350088105747, 0.8157006769357111, 1.3965236280790718)),
)
BEYOND = (
    (2.6, 10.0, (0.7607200435507359, 0.32162181122260014, 1.1989260590336495)),
    (6.0, 90.0, (1.5907879235448634, -0.9849082820685349, 0.5254938113648954)),
)


def stored() -> Patches:
    found = catalogue.default().table("z2.sextic").patches
    assert found is not None
    return found


@pytest.mark.parametrize(("fourth", "sixth", "exact"), CERTIFIED)
def test_certified_values(fourth: float, sixth: float, exact: tuple[float, ...]) -> None:
    found = read(stored(), np.array([fourth]), np.array([sixth]))
    assert found.inside.all()
    for name, value in zip(("r", "u", "w", "log_z", "entropy"), exact, strict=True):
        assert getattr(found, name)[0] == pytest.approx(value, rel=1e-10, abs=1e-10), name


@pytest.mark.parametrize(("fourth", "sixth", "exact"), [(*point[:2], point[2][:3]) for point in CERTIFIED])
def test_a_lookup_says_that_it_read(fourth: float, sixth: float, exact: tuple[float, ...]) -> None:
    """In the units of the data: a variance of 4."""
    s = symcat.lookup("z2.sextic", m2=4.0, m4=16.0 * fourth, m6=64.0 * sixth)
    assert s.source == "catalogue"
    for name, value, power in zip(("r", "u", "w"), exact, (2, 4, 6), strict=True):
        assert float(s.parameters[name]) * 2.0**power == pytest.approx(value, rel=1e-9, abs=1e-10)


@pytest.mark.parametrize(("fourth", "sixth", "exact"), BEYOND)
def test_outside_the_table_the_search_answers(fourth: float, sixth: float, exact: tuple[float, ...]) -> None:
    s = symcat.lookup("z2.sextic", m2=1.0, m4=fourth, m6=sixth)
    assert s.source == "exact"
    for name, value in zip(("r", "u", "w"), exact, strict=True):
        assert float(s.parameters[name]) == pytest.approx(value, rel=1e-8)


@given(
    fourth=st.floats(reduced.FLATTEST, reduced.PEAKED),
    t=st.floats(reduced.LEAST + 1e-6, reduced.MOST - 1e-6),
)
def test_the_table_and_the_search_agree(fourth: float, t: float) -> None:
    sixth = reduced.sixth_at(fourth, t)
    found = read(stored(), np.array([fourth]), np.array([sixth]))
    assert found.inside.all()
    searched = newton.search(np.array([[1.0, 1.0, fourth, sixth]]), np.array([1e12]), even=True)
    if not searched.answered[0]:  # a hump, or three values, to the search
        return
    _, r, u, w = searched.theta[0] * (1.0, 2.0, 24.0, 720.0)
    for name, value in (("r", r), ("u", u), ("w", w), ("log_z", searched.log_z[0])):
        assert getattr(found, name)[0] == pytest.approx(value, rel=1e-6, abs=1e-7), name


def test_quadrature_gives_the_averages_back() -> None:
    table = catalogue.default().table("z2.sextic")
    for check in replay(60, np.random.default_rng(3), table):
        assert check.residual <= check.bound, check


def test_what_is_not_inside_is_not_a_number() -> None:
    found = read(stored(), np.array([1.05, 2.0, 2.0, 6.0, np.nan]), np.array([1.2, 4.0, 9.0, 60.0, 9.0]))
    assert not found.inside.any()
    assert np.isnan(found.w).all()


def test_data_are_read() -> None:
    x = 3.0 + 0.1 * symcat.model("z2.sextic", r=2.0, u=-9.0, w=36.0).sample(3000, seed=1)
    s = symcat.solve(x, classes=["z2.sextic"])
    assert s.source == "catalogue"
    assert float(s.parameters["mean"]) == pytest.approx(3.0, abs=0.02)
    assert abs(s.parameters["w"] * 1e-6 - 36.0) < 4.0 * s.standard_errors["w"] * 1e-6


def test_the_share_behind_a_barrier_is_that_of_the_search() -> None:
    """Three spikes, parted by barriers."""
    for k, t in ((1.1, 0.05), (1.5, 0.05), (2.0, 0.03)):
        m = reduced.sixth_at(k, t)
        found = read(stored(), np.array([k]), np.array([m]))
        mass = sextic_shape.second_hump(found.r, found.u, found.w, found.log_z, ENDED)
        searched = newton.search(np.array([[1.0, 1.0, k, m]]), np.array([1e6]), even=True)
        assert searched.answered[0]
        assert mass[0] == pytest.approx(searched.seen[0, 2], rel=1e-3)


def test_the_end_and_the_hump() -> None:
    r, u, w = np.array([-2.0, 1.0, 30.0]), np.array([6.0, 0.0, -480.0]), np.array([1.0, 1.0, 2880.0])
    last = sextic_shape.end(r, u, w, ENDED)
    energy = sextic_shape.free_energy(r, u, w, (np.linspace(0.0, 1.0, 4001)[:, None] * last) ** 2)
    assert energy[-1] - energy.min(axis=0) == pytest.approx(ENDED, rel=1e-5)
    assert np.isnan(sextic_shape.second_hump(r[:2], u[:2], w[:2], np.zeros(2), ENDED)).all()
