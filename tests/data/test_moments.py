"""What becomes of the averages of charts where those of the columns are chosen from, moved, joined or split."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from symcat.data.moments import Coordinate, Floats, Moments
from symcat.data.needs import Needs
from symcat.data.statistics import Statistics

RNG = np.random.default_rng(0)
PARTS = [RNG.lognormal(sigma=0.5, size=n) for n in (40, 60, 100)]
NEEDS = Needs(power=4, charts=(("log", 4),))


def of(rows: Floats) -> Moments:
    return Statistics(needs=NEEDS).update(rows).moments


def batch() -> Moments:
    """The parts as groups."""
    return Statistics(needs=NEEDS, max_blocks=5).update(np.concatenate(PARTS)).blocks


def assert_same(one: Coordinate, other: Coordinate) -> None:
    about = other.moments.about(one.moments.origin).in_unit(one.moments.unit)
    for name in ("count", "first", "second", "column_powers"):
        np.testing.assert_allclose(getattr(one.moments, name), getattr(about, name), atol=1e-12)
    for name in ("at", "log_jacobian", "outside"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), atol=1e-12)


def test_chosen_groups() -> None:
    whole = batch()
    for chosen in (slice(1, 3), np.array([2, 0]), np.arange(whole.n_groups) > 1):
        some = whole.groups(chosen).charts["log"]
        np.testing.assert_array_equal(some.moments.first, whole.charts["log"].moments.first[chosen])
        np.testing.assert_array_equal(some.log_jacobian, whole.charts["log"].log_jacobian[chosen])
        assert len(some.at) == len(some.outside) == len(some.moments.count)


def test_merged_groups_are_all_rows() -> None:
    whole = batch()
    assert whole.n_groups > 2
    assert_same(whole.merged().charts["log"], of(np.concatenate(PARTS)).charts["log"])


def test_groups_placed_differently_have_no_coordinate_in_common() -> None:
    whole = batch()
    own = whole.charts["log"]
    apart = replace(own, at=np.arange(float(whole.n_groups))[:, None])
    assert not replace(whole, charts={"log": apart}).merged().charts


def test_origin_and_unit_of_the_column_do_not_matter() -> None:
    whole = of(PARTS[0])
    for moved in (whole.about(np.array([3.0])), whole.in_unit(8.0)):
        assert_same(moved.charts["log"], whole.charts["log"])


def test_part_has_the_charts_of_its_columns() -> None:
    whole = of(PARTS[0])
    wide = replace(
        whole,
        columns=("b", "x"),
        origin=np.zeros((1, 2)),
        first=np.zeros((1, 2)),
        second=np.zeros((1, 2, 2)),
        column_powers=None,
        charts={"log": replace(whole.charts["log"], column=1)},
    )
    assert not wide.part([0]).charts
    assert wide.part([1]).charts["log"].column == 0
    assert wide.part([1, 0]).charts["log"].column == 0
    assert wide.part([0, 1]).charts["log"].column == 1


def test_every_array_of_averages_changes() -> None:
    whole = of(PARTS[0])
    nothing = whole.each(lambda values: np.zeros_like(values)).charts["log"]
    assert not nothing.moments.first.any()
    assert not nothing.log_jacobian.any()
    assert nothing.moments.count == whole.charts["log"].moments.count


def test_single_rows() -> None:
    """Together they are all rows, but for those that have no coordinate."""
    rows = np.array([0.5, 2.0, -1.0, 4.0])
    single = of(PARTS[0]).of_rows(rows[:, None]).charts["log"]
    np.testing.assert_allclose(single.moments.mean[[0, 1, 3], 0], np.log(rows[[0, 1, 3]]))
    np.testing.assert_array_equal(single.outside, [0.0, 0.0, 1.0, 0.0])
    np.testing.assert_allclose(single.merged().moments.mean, np.log(rows[[0, 1, 3]]).mean())
