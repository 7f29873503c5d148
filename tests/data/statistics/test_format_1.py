"""Files of the first format are read, and hold what they held."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from symcat.data.ingest import open_table
from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.data.statistics import Statistics
from symcat.errors import InvalidData

SECOND, COLUMN_POWERS, RADIAL, STATES = 1, 2, 4, 8
ALL = SECOND | COLUMN_POWERS | RADIAL
COMPLETE = np.random.default_rng(0).normal(size=(40, 3)) + 2.0
BITS = np.random.default_rng(1).integers(0, 2, (40, 2))


def write(path: Path, rows: np.ndarray, flags: int, levels: list[Any] | None = None, **state: Any) -> Path:
    """Encoded ``rows`` in two blocks, as the first format stored them: about zero, in a unit of one."""
    d = rows.shape[1]
    powers = range(3, 7 if d == 1 else 5) if flags & (COLUMN_POWERS | RADIAL * (d == 1)) else range(0)
    rho2 = (rows**2).sum(axis=1)
    sums = []
    for y, r in zip(np.split(rows, [32]), np.split(rho2, [32]), strict=True):
        parts = [[float(len(y))], y.sum(axis=0), (y.T @ y).reshape(-1)]
        parts += [np.stack([(y**k).sum(axis=0) for k in powers], axis=1).reshape(-1)] if powers else []
        parts += [(y * r[:, None]).sum(axis=0), [(r**2).sum()]] if flags & RADIAL and d > 1 else []
        sums.append(np.concatenate(parts))
    arrays = {"sums": np.array(sums), "sample": rows, "origin": np.zeros(d)}
    if flags & STATES and levels:
        spins = np.array([pair is not None for pair in levels])
        codes = ((rows[:, spins] > 0) << np.arange(spins.sum())).sum(axis=1)
        arrays["codes"], arrays["counts"] = np.unique(codes, return_counts=True)
    record = {
        "format": 1, "columns": [f"c{j}" for j in range(d)], "needs": flags, "kind": "real", "levels": levels,
        "given": False, "sample_size": 100, "max_blocks": 256, "seed": 0, "n_missing": 3, "unit": 1.0,
        "recentre_at": 80, "length": 32, "states": "codes" in arrays, "seen": len(rows), "reservoir_size": 100,
        "generator": np.random.PCG64(0).state,
    }  # fmt: skip
    np.savez(path, **arrays, state=np.array(json.dumps({**record, **state})))  # type: ignore[arg-type]
    return path


def assert_same(found: Moments, expected: Moments) -> None:
    found = found.about(expected.origin[0]).in_unit(expected.unit)
    assert found.columns == expected.columns
    assert found.radial_columns == expected.radial_columns
    for name in ("first", "second", "column_powers", "radial_third", "radial_fourth"):
        a, b = getattr(found, name), getattr(expected, name)
        assert (a is None) == (b is None)
        if a is not None:
            assert_allclose(a, b, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("d", [1, 3])
@pytest.mark.parametrize(
    ("flags", "several", "one"),
    [
        (SECOND, Needs(), Needs()),
        (SECOND | COLUMN_POWERS, Needs(power=4), Needs(power=6)),
        (SECOND | RADIAL, Needs(radius=4), Needs(power=6, radius=4)),
        (ALL, Needs(power=4, radius=4), Needs(power=6, radius=4)),
    ],
)
def test_real_columns(tmp_path: Path, d: int, flags: int, several: Needs, one: Needs) -> None:
    rows = COMPLETE[:, :d]
    loaded = Statistics.load(write(tmp_path / "s.npz", rows, flags))
    assert loaded.needs == (one if d == 1 else several)
    assert loaded.schema == Schema.real([f"c{j}" for j in range(d)])
    assert (loaded.n_rows, loaded.n_missing, loaded.blocks.n_groups) == (40, 3, 2)
    assert_same(loaded.moments, Statistics(loaded.columns, needs=loaded.needs).update(rows).moments)


def test_two_valued_columns(tmp_path: Path) -> None:
    spins = 2.0 * BITS - 1.0
    path = write(tmp_path / "s.npz", spins, SECOND | STATES, [[False, True], ["n", "y"]], kind="spin")
    loaded = Statistics.load(path)
    assert loaded.needs == Needs(states=True)
    assert loaded.schema == Schema(("c0", "c1"), ((False, True), ("n", "y")))
    assert loaded.states is not None
    assert loaded.states.n_rows == 40
    twice = loaded.update({"c0": BITS[:, 0] == 1, "c1": np.where(BITS[:, 1] == 1, "y", "n")})
    assert_allclose(twice.moments.mean[0], spins.mean(axis=0), rtol=1e-14)


def mixed(scale: float) -> tuple[np.ndarray, list[Any], Statistics]:
    rows = np.column_stack([2.0 * BITS[:, 0] - 1.0, scale * COMPLETE[:, 0], scale * COMPLETE[:, 1]])
    table = {"c0": BITS[:, 0] == 1, "c1": rows[:, 1], "c2": rows[:, 2]}
    return rows, [[False, True], None, None], Statistics().update(open_table(table))


def test_the_two_valued_columns_are_taken_out_of_the_distance(tmp_path: Path) -> None:
    rows, levels, again = mixed(1.0)
    loaded = Statistics.load(write(tmp_path / "s.npz", rows, ALL | STATES, levels))
    assert loaded.needs == again.needs == Needs(power=4, radius=4, states=True)
    assert_same(loaded.moments, again.moments)
    assert loaded.merge(again).n_rows == 80


def test_a_distance_without_digits_is_left_out(tmp_path: Path) -> None:
    rows, levels, _ = mixed(1e-4)
    loaded = Statistics.load(write(tmp_path / "s.npz", rows, ALL | STATES, levels))
    assert loaded.needs == Needs(power=4, states=True)
    assert_allclose(loaded.moments.mean[0], rows.mean(axis=0), rtol=1e-14)


def test_one_real_column_has_its_own_powers(tmp_path: Path) -> None:
    rows = np.column_stack([2.0 * BITS - 1.0, COMPLETE[:, 0]])
    loaded = Statistics.load(write(tmp_path / "s.npz", rows, ALL | STATES, [[0, 1], [0, 1], None]))
    alone = Statistics(["c2"]).update(COMPLETE[:, 0]).moments
    found = loaded.moments.part([2]).about(alone.origin[0]).in_unit(alone.unit)
    assert_allclose(found.m4, alone.m4, rtol=1e-12)


def test_without_columns(tmp_path: Path) -> None:
    empty = np.empty((0, 1))
    path = write(tmp_path / "s.npz", empty, ALL, columns=None)
    assert Statistics.load(path).update(COMPLETE).needs == Needs(power=4, radius=4)
    path = write(tmp_path / "s.npz", empty, SECOND, columns=None, kind="spin")
    assert Statistics.load(path).update(BITS).needs == Needs()


def test_damaged(tmp_path: Path) -> None:
    for state in ({"needs": "x"}, {"columns": ["a", "b"]}, {"format": 4}):
        path = write(tmp_path / "s.npz", COMPLETE, ALL | STATES, [[0, 1], None, None], **state)
        with pytest.raises(InvalidData, match="measure the data again"):
            Statistics.load(path)
