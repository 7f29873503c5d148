"""Real data that are not shipped: what symcat says of them (skipped where they are not at hand)."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import symcat

DATA = Path(__file__).parents[2] / "shared" / "data"


def data(name: str) -> Path:
    if not (DATA / name).exists():
        pytest.skip(f"{name} is not beside the repository")
    return DATA / name


@pytest.mark.parametrize(("column", "kurtosis"), [("sp500", 11.2), ("nasdaq", 8.4)])
def test_heavy_tails_have_no_quartic(column: str, kurtosis: float) -> None:
    """Coordinates that draw the tails in have an answer, far more likely than the Gaussian."""
    path = data("index_returns.csv")
    with pytest.raises(symcat.NoEntry, match="no normalisable quartic") as raised:
        symcat.solve(path, columns=[column], classes=["z2.quartic"], fallback=None)
    assert raised.value.value == pytest.approx(kurtosis, abs=0.05)
    found = symcat.solve(path, columns=[column], fallback=None, order=None)
    assert found.label in {"asinh(scalar.quartic)", "asinh(scalar.sextic)", "hidden.gaussian"}
    gaussian = symcat.solve(path, columns=[column], classes=["gaussian.full"], order=None)
    assert found.log_likelihood > gaussian.log_likelihood + 100.0


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("old_faithful", "waiting"),
        ("old_faithful", "duration"),
        ("index_returns", "sp500"),
        ("index_returns", "nasdaq"),
    ],
)
def test_the_page_says_what_solve_does(name: str, column: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = symcat.solve(data(f"{name}.csv"), columns=[column])
    first, second = found.evidence[:2]
    costs = (second.bic - first.bic) / (2 * (found.n_effective or found.n_rows))
    line = f"{name}.csv, {column}: {found.label}: {found.verdict}; then {second.label}, {costs:.4f} nats a row more"
    page = Path(__file__).parents[1] / "docs" / "one_column.md"
    assert line in page.read_text(encoding="utf-8").splitlines()


def test_two_unequal_modes_are_not_called_symmetric() -> None:
    found = symcat.classify(data("old_faithful.csv"), columns=["duration"])
    assert found.label == "hidden.gaussian"
    assert found.evidence[1].label == "scalar.octic"
    assert "symmetry (odd moments)" in found["z2.octic"].reason


def test_bills_of_penguins_are_integrated(examples: Path) -> None:
    bills = pd.read_csv(examples / "penguins.csv")[["bill_length_mm", "bill_depth_mm"]].dropna()
    found = symcat.solve(bills, fallback=None, classes=["gaussian.full", "polynomial.quartic"])
    assert (found.label, found.source) == ("polynomial.quartic", "exact")
    assert found.log_likelihood / found.n_rows == pytest.approx(-4.930305957, abs=2e-8)


@pytest.mark.slow
def test_points_on_a_sphere_lie_below_the_table() -> None:
    found = symcat.classify(data("venus_craters.csv"), columns=["x", "y", "z"], center=0.0)
    assert found.verdict == "misfit"
    assert found["o3.quartic"].statistics["kurtosis"] == pytest.approx(1.0, abs=1e-6)
    assert "below" in found["o3.quartic"].reason


def test_body_heights_are_flat_together_and_gaussian_apart() -> None:
    path = data("body_dimensions.csv")
    together = symcat.classify(path, columns=["hgt"], classes=["gaussian.full", "z2.quartic"])
    assert (together.label, [check.passed for check in together["z2.quartic"].checks]) == ("z2.quartic", [True, True])
    assert set(symcat.solve(path, by="sex", columns=["hgt"])["label"]) == {"gaussian.full"}


def test_dependent_image_patches_are_refused_by_every_class() -> None:
    found = symcat.classify(data("grass_patches.parquet"))
    assert found.verdict == "misfit"
    fitted = [evidence for evidence in found if evidence.bic is not None]
    assert not any(all(check.passed for check in one.checks if check.decides) for one in fitted)


def test_supreme_court_votes_reproduce_the_published_picture() -> None:
    """Lee, Broedersz & Bialek, arXiv 1306.5004: all covariances positive, few couplings negative, pairs say most."""
    path = data("scotus_votes.csv")
    votes = symcat.solve(path)
    assert votes.label == "ising.pairwise"
    above = np.triu_indices(9, 1)
    assert (np.cov(pd.read_csv(path).to_numpy().T)[above] > 0.0).all()
    assert (votes.parameters["J"][above] < 0.0).sum() == 8
    assert votes.information.share == pytest.approx(0.92, abs=0.005)
    assert votes.information.share_corrected == pytest.approx(0.945, abs=0.0005)


@pytest.mark.parametrize(("size", "coupling"), [(4, 0.0200), (6, 0.0546), (8, 0.0869), (10, 0.1161), (12, 0.1569)])
def test_sexes_of_siblings_couple_as_published(size: int, coupling: float) -> None:
    """Families of one size (Geissler 1889): K of exp(K M^2 / 2 n) from the first two moments of the number of boys."""
    families = pd.read_csv(data("geissler_sex_ratio.csv"))
    families = families[families["size"] == size]
    total = families["boys"] - families["girls"]
    n = families["Freq"].sum()
    mean, square = (np.average(total**k, weights=families["Freq"]) for k in (1, 2))
    found = symcat.lookup(
        "ising.curie_weiss", d=size, m=mean / size, q=(square - size) / (size * (size - 1)), n=float(n)
    )
    assert found.parameters["J"] * size == pytest.approx(coupling, abs=1e-3)


def test_retina_names_the_pairs_that_never_fire_together_and_solves_the_rest() -> None:
    spikes = symcat.solve(data("retina_me1_20ms.parquet"), order=None)
    assert spikes.label == "ising.pairwise"
    finite = next(check for check in spikes.checks if check.name == "finite maximum")
    assert not finite.passed
    assert finite.detail.startswith("19 pairs never both +1: (n0, n2), ")
    assert np.abs(spikes.parameters["J"]).max() < 5.0
    with pytest.raises(symcat.NoEntry, match="19 pairs never both"):
        symcat.solve(data("retina_me1_20ms.parquet"), classes=["ising.pairwise"], prior=None)


def test_craters_on_venus_are_spread_evenly() -> None:
    found = symcat.solve(data("venus_craters.csv"), columns=["x", "y", "z"])
    assert (found.label, found.verdict) == ("sphere.uniform", "fits")
    rayleigh, bingham = found.checks[:2]
    assert rayleigh.p_value == pytest.approx(0.17, abs=0.005)
    assert bingham.p_value == pytest.approx(0.12, abs=0.005)
