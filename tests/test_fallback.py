"""The analog device answers where no class fits: through ``solve``, with the trail, and what it learns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import symcat


def tilted_well(n: int, seed: int = 0) -> np.ndarray:
    """Draws of ``exp(-F)``, ``F = -0.8 y^2 + 0.5 y^4 - 0.35 y + 0.1 y^3``: two unequal wells, no class of the table."""
    y = np.linspace(-4.0, 4.0, 40_001)
    weight = np.exp(0.8 * y**2 - 0.5 * y**4 + 0.35 * y - 0.1 * y**3)
    return np.interp(np.random.default_rng(seed).random(n), np.cumsum(weight) / weight.sum(), y)


def test_a_tilted_well_is_found_and_then_remembered(home: Path) -> None:
    x = tilted_well(20_000)
    with pytest.raises(symcat.NoEntry, match="No class fits"):
        symcat.solve(x, fallback=None)
    found = symcat.solve(x, fallback="analog", budget_s=60.0)
    assert found.label == "polynomial.quartic"
    assert found.source == "analog"
    assert [(step.strategy, step.outcome) for step in found.trail] == [
        ("lookup", "declined"),
        ("correction", "declined"),
        ("analog", "answered"),
    ]
    assert all(check.passed for check in found.checks)
    # About the point ``mean`` the couplings of the truth are those of its Taylor series there.
    c = found.parameters["mean"]
    truth = {
        "h": -0.35 - 1.6 * c + 0.3 * c**2 + 2.0 * c**3,
        "K": -1.6 + 0.6 * c + 6.0 * c**2,
        "g": 0.6 + 12.0 * c,
        "u": 12.0,
    }
    for name, value in truth.items():
        assert abs(found.parameters[name] - value) < 4.0 * found.standard_errors[name], name
    # Normalised, and its samples have the data's averages.
    grid = np.linspace(-4.0, 4.0, 4001)
    assert np.trapezoid(np.exp(found.log_density(grid)), grid) == pytest.approx(1.0, abs=0.05)
    rows = found.sample(20_000, seed=1)
    assert rows.mean() == pytest.approx(x.mean(), abs=0.03)
    assert rows.std() == pytest.approx(x.std(), abs=0.03)

    again = symcat.solve(x, fallback="analog")
    assert "learned entry" in again.trail[-1].reason
    assert again.parameters["u"] == pytest.approx(found.parameters["u"], rel=1e-6)
    # In other units it is the same problem.
    scaled = symcat.solve(1000.0 * x + 5.0, fallback="analog")
    assert "learned entry" in scaled.trail[-1].reason
    assert scaled.parameters["u"] == pytest.approx(found.parameters["u"] * 1e-12, rel=1e-6)
    connection = symcat.connect()
    ((label, rigor),) = connection.execute("select label, rigor from learned").fetchall()
    assert label.startswith("polynomial.quartic/")
    assert rigor == "sampled"


def test_the_same_seed_gives_the_same_answer(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    x = tilted_well(2000)
    first = symcat.solve(x, fallback="analog", seed=3)
    monkeypatch.setenv("SYMCAT_HOME", str(home / "elsewhere"))
    second = symcat.solve(x, fallback="analog", seed=3)
    assert first.parameters == second.parameters


def test_no_time_is_said() -> None:
    found_or_refused = "unfinished"
    try:
        found = symcat.solve(tilted_well(20_000), fallback="analog", budget_s=1e-3)
        found_or_refused = found.trail[-1].reason
        assert not found.checks[0].passed
    except symcat.NoEntry as error:
        found_or_refused = str(error)
    assert "budget_s" in found_or_refused or "time is used up" in found_or_refused


def test_kurtosis_above_three_takes_degree_six() -> None:
    """``F = 1.2 y^2 - 0.25 y^4 + 0.016 y^6`` has kurtosis 3.16: no quartic is normalisable, the sextic is the truth."""
    y = np.linspace(-8.0, 8.0, 80_001)
    weight = np.exp(-(1.2 * y**2 - 0.25 * y**4 + 0.016 * y**6))
    x = np.interp(np.random.default_rng(1).random(50_000), np.cumsum(weight) / weight.sum(), y)
    with pytest.raises(symcat.NoEntry, match="no normalisable quartic"):
        symcat.solve(x)
    found = symcat.solve(x, fallback="analog", budget_s=120.0)
    assert found.label == "polynomial.sextic"
    assert all(check.passed for check in found.checks)
    for name, value in {"K": 2.4, "u": -6.0, "w": 11.52}.items():
        assert abs(found.parameters[name] - value) < 4.0 * found.standard_errors[name], name


def test_an_unknown_fallback() -> None:
    with pytest.raises(symcat.InvalidData, match="fallback='digital' is not known"):
        symcat.solve(tilted_well(100), fallback="digital")


def test_more_rows_than_can_be_held_are_said_not_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    from symcat import fallback

    monkeypatch.setattr(fallback, "_MOST_HELD", 1000)
    with pytest.raises(symcat.NoEntry, match="more than 1,000 numbers: pass a sample of them"):
        symcat.solve(tilted_well(2000), fallback="analog")
