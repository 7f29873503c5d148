"""The analog device answers where no class fits: through ``solve``, with the trail, and what it learns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import symcat
from symcat.models.ising.wide import gibbs


def tilted_well(n: int, seed: int = 0) -> np.ndarray:
    """Draws of ``exp(-F)``, ``F = -0.8 y^2 + 0.5 y^4 - 0.35 y + 0.1 y^3``: two unequal wells, no class of the table."""
    y = np.linspace(-4.0, 4.0, 40_001)
    weight = np.exp(0.8 * y**2 - 0.5 * y**4 + 0.35 * y - 0.1 * y**3)
    return np.interp(np.random.default_rng(seed).random(n), np.cumsum(weight) / weight.sum(), y)


def about(c: float) -> dict[str, float]:
    """The couplings of ``tilted_well`` about the point c: those of the Taylor series there."""
    return {
        "h": -0.35 - 1.6 * c + 0.3 * c**2 + 2.0 * c**3,
        "K": -1.6 + 0.6 * c + 6.0 * c**2,
        "g": 0.6 + 12.0 * c,
        "u": 12.0,
    }


def test_a_tilted_well_is_found_and_then_remembered() -> None:
    x = tilted_well(20_000)
    with pytest.raises(symcat.NoEntry, match="No class fits"):
        symcat.solve(x, fallback=None)
    found = symcat.solve(x)
    assert found.label == "polynomial.quartic"
    assert found.source == "analog"
    assert [(step.strategy, step.outcome) for step in found.trail] == [
        ("lookup", "declined"),
        ("correction", "declined"),
        ("analog", "answered"),
    ]
    assert all(check.passed for check in found.checks)
    for name, value in about(found.parameters["mean"]).items():
        assert abs(found.parameters[name] - value) < 4.0 * found.standard_errors[name], name
        assert found.robust_standard_errors[name] == pytest.approx(found.standard_errors[name], rel=0.3), name
    # Normalised to rounding, and its samples have the data's averages.
    grid = np.linspace(-4.0, 4.0, 4001)
    assert np.trapezoid(np.exp(found.log_density(grid)), grid) == pytest.approx(1.0, abs=1e-9)
    assert found.log_likelihood == pytest.approx(found.log_density(x).sum(), rel=1e-9)
    rows = found.sample(20_000, seed=1)
    assert rows.mean() == pytest.approx(x.mean(), abs=0.03)
    assert rows.std() == pytest.approx(x.std(), abs=0.03)

    again = symcat.solve(x)
    assert "learned entry" in again.trail[-1].reason
    assert again.parameters["u"] == pytest.approx(found.parameters["u"], rel=1e-6)
    # In other units it is the same problem.
    scaled = symcat.solve(1000.0 * x + 5.0)
    assert "learned entry" in scaled.trail[-1].reason
    assert scaled.parameters["u"] == pytest.approx(found.parameters["u"] * 1e-12, rel=1e-6)
    connection = symcat.connect()
    ((label, rigor),) = connection.execute("select label, rigor from learned").fetchall()
    assert label.startswith("polynomial.quartic/")
    assert rigor == "sampled"


def test_a_known_centre_is_where_the_polynomial_is_written() -> None:
    found = symcat.solve(tilted_well(20_000), center=0.25)
    assert found.parameters["mean"] == 0.25
    for name, value in about(0.25).items():
        assert abs(found.parameters[name] - value) < 4.0 * found.standard_errors[name], name


def test_the_same_seed_gives_the_same_answer(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    x = tilted_well(2000)
    first = symcat.solve(x, seed=3)
    monkeypatch.setenv("SYMCAT_HOME", str(home / "elsewhere"))
    second = symcat.solve(x, seed=3)
    assert first.parameters == second.parameters


def test_no_time_is_said() -> None:
    found_or_refused = "unfinished"
    try:
        found = symcat.solve(tilted_well(20_000), budget_s=1e-3)
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
        symcat.solve(x, fallback=None)
    found = symcat.solve(x)
    assert found.label == "polynomial.sextic"
    assert all(check.passed for check in found.checks)
    assert "even about the centre" in found.checks[0].detail
    assert found.parameters["h"] == found.parameters["g"] == found.parameters["v"] == 0.0
    assert found.standard_errors["mean"] == pytest.approx(x.std() / np.sqrt(len(x)))
    for name, value in {"K": 2.4, "u": -6.0, "w": 11.52}.items():
        assert abs(found.parameters[name] - value) < 4.0 * found.standard_errors[name], name


def test_tails_too_heavy_for_any_polynomial_are_refused_with_what_to_try() -> None:
    heavy = np.random.default_rng(2).standard_t(3, size=3000)
    with pytest.raises(
        symcat.NoEntry, match=r"analog device has no answer either.*degree 4: no normalisable"
    ) as raised:
        symcat.solve(heavy)
    assert raised.value.statistic == "kurtosis"
    assert raised.value.suggestion is not None
    assert str(raised.value).endswith(raised.value.suggestion)


def test_spins_of_strong_dense_couplings() -> None:
    """Thirty spins of Sherrington and Kirkpatrick's glass at its critical temperature: no closed form matches."""
    d, n = 30, 20_000
    upper = np.triu(np.random.default_rng(5).normal(size=(d, d)), 1) / np.sqrt(d)
    true = upper + upper.T
    rows = gibbs.sample(np.zeros(d), true, n, np.random.default_rng(6))
    with pytest.raises(symcat.NoEntry):
        symcat.solve(rows, fallback=None)
    found = symcat.solve(rows)
    assert (found.label, found.source) == ("ising.pairwise", "analog")
    assert [step.outcome for step in found.trail] == ["declined", "declined", "answered"]
    assert all(check.passed for check in found.checks)
    z = (found.parameters["J"] - true)[np.triu_indices(d, 1)] / found.standard_errors["J"][np.triu_indices(d, 1)]
    assert np.abs(z).max() < 4.5
    assert 0.9 < np.sqrt(np.mean(z**2)) < 1.1
    assert found.sample(10).shape == (10, d)


def test_a_spin_beside_a_column_of_two_wells() -> None:
    """Neither independent nor conditionally Gaussian: ``F = -0.4 s - y^2 + 0.5 y^4 - 0.6 s y``."""
    y = np.linspace(-4.0, 4.0, 8001)
    states = np.concatenate([np.stack([np.full_like(y, s), y], axis=1) for s in (-1.0, 1.0)])
    weight = np.exp(0.4 * states[:, 0] + states[:, 1] ** 2 - 0.5 * states[:, 1] ** 4 + 0.6 * states.prod(axis=1))
    rows = states[np.random.default_rng(0).choice(len(states), size=20_000, p=weight / weight.sum())]
    table = {"side": np.where(rows[:, 0] > 0.0, "right", "left"), "y": rows[:, 1]}
    with pytest.raises(symcat.NoEntry):
        symcat.solve(table, fallback=None)
    found = symcat.solve(table)
    assert (found.label, found.source) == ("mixed.quartic", "analog")
    assert all(check.passed for check in found.checks)
    assert found.levels == {"side": ("left", "right")}
    c = found.parameters["mean"][1]
    # About the mean, the odd powers of y come with those of c.
    truth = {("h", (0,)): -0.4 - 0.6 * c, ("K", (0, 1)): -0.6, ("K", (1, 1)): -2.0 + 6.0 * c**2, ("u", (1,) * 4): 12.0}
    for (name, at), value in truth.items():
        assert abs(found.parameters[name][at] - value) < 4.0 * found.standard_errors[name][at], (name, at)
    drawn = found.sample(4000, seed=1)
    assert set(drawn[:, 0]) == {"left", "right"}
    together = np.mean(np.where(drawn[:, 0] == "right", 1.0, -1.0) * drawn[:, 1].astype(float))
    assert together == pytest.approx(rows.prod(axis=1).mean(), abs=0.06)


def test_the_most_symmetric_free_energy_is_taken() -> None:
    """Draws of ``exp(-F)``, F a sextic of the radius in the plane with a kurtosis above a Gaussian's."""
    rng = np.random.default_rng(3)
    rho = np.linspace(0.0, 8.0, 80_001)
    weight = rho * np.exp(-(2.0 * rho**2 - 0.4 * rho**4 + 0.024 * rho**6))
    radius = np.interp(rng.random(20_000), np.cumsum(weight) / weight.sum(), rho)
    angle = 2.0 * np.pi * rng.random(20_000)
    rows = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    found = symcat.solve(rows)
    assert found.label == "polynomial.sextic"
    assert "all directions alike" in found.checks[0].detail
    assert all(check.passed for check in found.checks)
    k, errors = found.parameters["K"], found.standard_errors["K"]
    assert k[0, 0] == k[1, 1]
    assert k[0, 1] == 0.0
    assert abs(k[0, 0] - 4.0) < 4.0 * errors[0, 0]
    again = symcat.solve(rows)
    assert "learned entry" in again.trail[-1].reason
    np.testing.assert_allclose(again.parameters["w"], found.parameters["w"], rtol=1e-6)


def test_classes_asked_for_are_not_replaced_by_another() -> None:
    with pytest.raises(symcat.NoEntry) as raised:
        symcat.solve(tilted_well(20_000), classes=["gaussian.full", "z2.quartic"])
    assert "device" not in str(raised.value)


def test_statistics_answer_from_the_rows_they_keep_and_say_so() -> None:
    collected = symcat.Statistics(["x"])
    collected.update(tilted_well(20_000)[:, None])
    found = symcat.solve(collected)
    assert found.label == "polynomial.quartic"
    assert "random sample" in found.checks[0].detail
    for name, value in about(found.parameters["mean"]).items():
        assert abs(found.parameters[name] - value) < 4.0 * found.standard_errors[name], name


def test_an_unknown_fallback() -> None:
    with pytest.raises(symcat.InvalidData, match="fallback='digital' is not known"):
        symcat.solve(tilted_well(100), fallback="digital")


def test_more_rows_than_can_be_held_are_said_not_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    from symcat.strategies.device import asking

    monkeypatch.setattr(asking, "MOST_HELD", 1000)
    with pytest.raises(symcat.NoEntry, match="more than 1,000 numbers: pass a sample of them"):
        symcat.solve(tilted_well(2000))


def test_what_the_device_is_not_asked_to_find() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(symcat.NoEntry, match="7 columns have 329 couplings to degree four, more than the 220"):
        symcat.solve(rng.exponential(size=(2000, 7)))
    spins = {f"s{i}": rng.random(500) < 0.5 for i in range(40)}
    y = rng.exponential(size=500) * np.where(spins["s0"], 1.0, 4.0)
    with pytest.raises(symcat.NoEntry, match=r"41 columns, 40 of them two-valued, have [0-9,]+ couplings"):
        symcat.solve({**spins, "y": y})
    with pytest.raises(symcat.NoEntry, match="rows cannot determine"):
        symcat.solve(rng.exponential(size=(40, 4)) ** 2)
