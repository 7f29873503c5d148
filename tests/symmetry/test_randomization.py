"""The level is exact whatever the law, and with an estimated centre nearly so; the power is what theory promises."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from symcat.symmetry.betting import Wager
from symcat.symmetry.by_elements import together
from symcat.symmetry.departures import Departures, in_words
from symcat.symmetry.group import Group
from symcat.symmetry.groups import named
from symcat.symmetry.randomization import _moved_by_the_centre, orbits, randomize

Floats = NDArray[np.float64]
Law = Callable[[np.random.Generator], Floats]


def p_values(acting: Group, law: Law, tables: int, *, recentred: bool = False) -> Floats:
    found = []
    for seed in range(tables):
        y = law(np.random.default_rng([seed, 7]))
        y = y - y.mean(axis=0) if recentred else y
        rng = np.random.default_rng([seed, 8])
        departures = Departures.of(y.shape[1], rng)
        found.append(randomize(orbits(y, acting, departures, rng, recentred=recentred), departures, 39, rng).p_value)
    return np.array(found)


@pytest.mark.statistics
@pytest.mark.parametrize(
    ("name", "law"),
    [
        ("rotation", lambda rng: rng.normal(size=(30, 2))),
        ("z2", lambda rng: rng.standard_t(1.5, size=(30, 2))),
        ("permutation", lambda rng: rng.integers(2, size=(30, 3)).astype(float)),
        ("permutation", lambda rng: rng.exponential(size=(30, 1)) + rng.gamma(0.5, size=(30, 3))),
    ],
)
def test_the_level_is_exact_in_small_samples_of_any_invariant_law(name: str, law: Law) -> None:
    """Below three standard errors above 5 %; ties make it smaller."""
    p = p_values(named(name, law(np.random.default_rng(0)).shape[1]), law, 200)
    assert (p <= 0.05).mean() <= 0.05 + 3.0 * np.sqrt(0.05 * 0.95 / 200)


def test_an_estimated_centre_is_taken_into_account() -> None:
    p = p_values(named("z2", 1), lambda rng: rng.normal(size=(60, 1)), 200, recentred=True)
    assert 0.005 <= (p <= 0.05).mean() <= 0.10
    assert 0.38 <= (p <= 0.5).mean() <= 0.62


def test_departures_are_found_and_named() -> None:
    rng = np.random.default_rng(3)
    y = rng.normal(size=(200, 3)) * [1.0, 1.0, 1.6]
    departures = Departures.of(3, rng)
    found = randomize(orbits(y, named("rotation", 3), departures, rng), departures, 199, rng)
    assert found.p_value == 1 / 200
    assert in_words(departures.monomials[found.strongest], ("a", "b", "c")) == "variance of 'c'"
    assert found.effect > 0.3
    assert found.errors > 5.0


def test_what_no_low_average_sees_is_found_by_the_waves() -> None:
    """Four rays: all averages to degree three are those of an isotropic law."""
    rng = np.random.default_rng(4)
    angle, radius = 0.5 * np.pi * rng.integers(4, size=300), np.sqrt(rng.chisquare(2, size=300))
    y = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1) + 0.3 * rng.normal(size=(300, 2))
    departures = Departures.of(2, rng)
    assert randomize(orbits(y, named("rotation", 2), departures, rng), departures, 499, rng).p_value <= 0.02


def test_rows_that_the_group_leaves_as_they_are_show_nothing() -> None:
    rng = np.random.default_rng(5)
    departures = Departures.of(3, rng)
    found = orbits(np.ones((20, 3)), named("permutation", 3), departures, rng)
    assert randomize(found, departures, 39, rng).p_value == 1.0
    assert Wager(departures).bet(found) == 0.0


def test_blocks_share_an_element() -> None:
    """Rows that are repeated count once: in blocks of four the test knows no more than of a quarter of them."""
    once = np.random.default_rng(6).normal(0.45, 1.0, size=(30, 1))
    rng = np.random.default_rng(7)
    departures = Departures.of(1, rng)
    acting = named("z2", 1)
    p = [
        randomize(orbits(np.repeat(once, 4, axis=0), acting, departures, rng, block), departures, 999, rng).p_value
        for block in (1, 4)
    ]
    alone = randomize(orbits(once, acting, departures, rng), departures, 999, rng).p_value
    assert p[0] < 0.01
    assert p[1] == pytest.approx(alone, rel=0.4)


def test_no_more_than_one_is_to_be_expected_of_an_e_value() -> None:
    """Its mean over tables of an invariant law is 1; of another it grows without end."""
    e_values = []
    acting = named("z2", 1)
    for seed in range(150):
        rng = np.random.default_rng([seed, 9])
        departures = Departures.of(1, rng)
        e_values.append(np.exp(Wager(departures).bet(orbits(rng.normal(size=(40, 1)), acting, departures, rng))))
    assert np.mean(e_values) <= 1.0 + 3.0 * np.std(e_values) / np.sqrt(150)
    rng = np.random.default_rng(10)
    departures = Departures.of(1, rng)
    assert Wager(departures).bet(orbits(rng.exponential(size=(500, 1)) - 1.0, acting, departures, rng)) > np.log(1e3)


def test_slopes_of_departures_are_those_of_their_averages() -> None:
    rng = np.random.default_rng(11)
    departures, z = Departures.of(3, rng), rng.normal(size=(200, 3))
    found = departures.slopes(departures.values(z).mean(axis=0))
    step = 0.05 * np.eye(3)  # the waves have single precision
    for j in range(3):
        moved = (departures.values(z + step[j]) - departures.values(z - step[j])).mean(axis=0) / 0.1
        np.testing.assert_allclose(found[j], moved, atol=0.05)


def test_a_centre_that_is_estimated_costs_a_test_little() -> None:
    """The level is near the nominal one for groups whose waves are even and odd in the columns."""
    rejected = []
    acting = named("z2_each", 3)
    for seed in range(200):
        rng = np.random.default_rng([seed, 12])
        y = rng.normal(size=(50, 3))
        departures = Departures.of(3, rng)
        found = orbits(y - y.mean(axis=0), acting, departures, rng, recentred=True)
        rejected.append(randomize(found, departures, 99, rng, bounded=True).p_value <= 0.1)
    assert 0.04 <= np.mean(rejected) <= 0.16


def test_columns_that_a_group_leaves_alone_need_no_centre() -> None:
    """The centre of what changes places does not matter: nothing is taken out for it."""
    acting = together([(named("z2", 1), (0,)), (named("permutation", 2), (1, 2))])
    moved = _moved_by_the_centre(acting, 3, np.random.default_rng(0))
    np.testing.assert_allclose(moved, [[1, 0, 0], [0, 0.5, -0.5], [0, -0.5, 0.5]], atol=0.2)
