"""Real data that are not shipped: what symcat says of them (skipped where they are not at hand)."""

from __future__ import annotations

from pathlib import Path

import pytest

import symcat

DATA = Path(__file__).parents[2] / "shared" / "data"


def data(name: str) -> Path:
    if not (DATA / name).exists():
        pytest.skip(f"{name} is not beside the repository")
    return DATA / name


@pytest.mark.parametrize(("column", "kurtosis"), [("sp500", 11.2), ("nasdaq", 8.4)])
def test_heavy_tails_are_refused(column: str, kurtosis: float) -> None:
    with pytest.raises(symcat.NoEntry, match="no normalisable quartic") as raised:
        symcat.solve(data("index_returns.csv"), columns=[column])
    assert raised.value.value == pytest.approx(kurtosis, abs=0.05)


def test_two_unequal_modes_are_not_called_symmetric() -> None:
    with pytest.raises(symcat.NoEntry, match="sixth moment"):
        symcat.solve(data("old_faithful.csv"), columns=["duration"])


def test_points_on_a_sphere_lie_below_the_table() -> None:
    found = symcat.classify(data("venus_craters.csv"), columns=["x", "y", "z"], center=0.0)
    assert found.label is None
    assert found["o3.quartic"].statistics["kurtosis"] == pytest.approx(1.0, abs=1e-6)
    assert "below" in found["o3.quartic"].reason


def test_body_heights_are_flat_together_and_gaussian_apart() -> None:
    path = data("body_dimensions.csv")
    assert symcat.solve(path, columns=["hgt"]).label == "z2.quartic"
    assert set(symcat.solve(path, by="sex", columns=["hgt"])["label"]) == {"gaussian.full"}


def test_dependent_image_patches_are_refused_by_every_class() -> None:
    found = symcat.classify(data("grass_patches.parquet"))
    assert found.label is None
    assert len(found.evidence) == 6
