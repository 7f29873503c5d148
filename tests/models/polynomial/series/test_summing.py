"""The series added up: partial sums, where they end, and what they leave out."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.models.polynomial.series.summing import PADE, Series


def _one_column(*u: float, g: tuple[float, ...] = (0.0, 0.0, 0.0)) -> Series:
    def step(third: float, fourth: float) -> dict[int, np.ndarray]:
        return {1: np.zeros(1), 2: np.zeros((1, 1)), 3: np.full((1,) * 3, third), 4: np.full((1,) * 4, fourth)}

    return Series([step(third, fourth) for third, fourth in zip(g, u, strict=True)])


def test_it_ends_at_the_smallest_step() -> None:
    growing = _one_column(1.0, 0.1, 0.2)
    assert growing.settled == 2
    best = growing.sums()[0]
    assert (best.name, best.tensors[4].item(), best.omitted[4].item()) == ("order 4", 1.1, 0.2)


def test_the_last_order_leaves_out_what_goes_on_as_before() -> None:
    best = _one_column(1.0, 0.1, 0.02).sums()[0]
    assert best.name == "order 6"
    assert best.tensors[4].item() == pytest.approx(1.12)
    assert best.omitted[4].item() == pytest.approx(0.004)


def test_pade_sums_a_geometric_series() -> None:
    series = _one_column(1.0, 0.4, 0.16, g=(0.5, 0.1, 0.02))
    found = next(one for one in series.sums() if one.name == PADE)
    assert found.tensors[4].item() == pytest.approx(1.0 / 0.6)
    assert found.tensors[3].item() == pytest.approx(0.5 / 0.8)


def test_there_is_no_pade_of_steps_that_grow() -> None:
    assert [one.name for one in _one_column(1.0, 0.1, 0.2).sums()] == ["order 4", "order 2"]
