"""Rows left out of Gaussians of classes: the closed formula against fits without each of them."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.models.conditional.left_out import ByLevel, Gaussians

SHRINKAGES = np.array([0.0, 0.1, 0.6, 1.0])


def table(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    place = np.repeat([0, 1, 2], [9, 12, 20])
    return rng.normal(size=(41, 3)) @ rng.normal(size=(3, 3)) + place[:, None] * [0.5, -1.0, 0.2], place


def by_level(rows: np.ndarray, place: np.ndarray) -> ByLevel:
    count = np.bincount(place).astype(float)
    mean = np.array([rows[place == k].mean(axis=0) for k in range(3)])
    return ByLevel(count, mean, np.array([np.cov(rows[place == k].T, bias=True) for k in range(3)]))


def by_hand(rows: np.ndarray, place: np.ndarray, left: int, shrinkage: float) -> tuple[np.ndarray, np.ndarray]:
    """Squared distances of one row, and log of share over root of the determinant, from a fit of the others."""
    others = np.arange(len(rows)) != left
    of = by_level(rows[others], place[others])
    square, height = np.empty(3), np.log(of.count / of.count.sum())
    for k in range(3):
        covariance = (1.0 - shrinkage) * of.covariance[k] + shrinkage * of.pooled
        away = rows[left] - of.mean[k]
        square[k] = away @ np.linalg.solve(covariance, away)
        height[k] -= 0.5 * np.linalg.slogdet(covariance)[1]
    return square, height


@pytest.mark.parametrize("at", range(len(SHRINKAGES)))
def test_it_is_what_a_fit_without_the_row_says(at: int, rng: np.random.Generator) -> None:
    rows, place = table(rng)
    of = by_level(rows, place)
    values, vectors = np.linalg.eigh(of.pooled)
    turn = vectors / np.sqrt(values)
    square, height = Gaussians.of_levels(of.turned(turn)).left_out(rows @ turn, place, SHRINKAGES)
    lost = np.log(np.abs(np.linalg.det(turn)))  # of the coordinates, alike for all classes
    for left in range(len(rows)):
        expected = by_hand(rows, place, left, float(SHRINKAGES[at]))
        np.testing.assert_allclose(square[at, left], expected[0], rtol=1e-9)
        np.testing.assert_allclose(height[at, left] + lost, expected[1], rtol=1e-9, atol=1e-9)


def test_too_few_rows_for_a_covariance_are_no_number() -> None:
    rng = np.random.default_rng(0)
    rows, place = rng.normal(size=(9, 3)), np.repeat([0, 1, 2], 3)
    of = by_level(rows, place)
    values, vectors = np.linalg.eigh(of.pooled)
    turn = vectors / np.sqrt(values)
    square, height = Gaussians.of_levels(of.turned(turn)).left_out(rows @ turn, place, SHRINKAGES)
    usable = np.isfinite(square + height).all(axis=(1, 2))
    assert not usable[0]
    assert usable[1:].all()
