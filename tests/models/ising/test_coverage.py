"""The error bars of couplings cover: 500 simulated tables of 5 columns and 5000 rows, 95 % intervals."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.data.moments import Moments
from tests.models.ising.tables import measured, member, one, states
from tests.models.observing import grouped_errors

TABLES, ROWS, COLUMNS = 500, 5000, 5


@pytest.mark.slow
def test_intervals_for_couplings_cover() -> None:
    rng = np.random.default_rng(7)
    model = member("ising.pairwise", COLUMNS)
    theta = np.concatenate([rng.normal(0.0, 0.3, COLUMNS), rng.normal(0.0, 0.35, COLUMNS * (COLUMNS - 1) // 2)])
    truth = one(model.arrange(theta[None]))
    hits = {"model-based": np.zeros(len(theta)), "robust": np.zeros(len(theta))}
    for _ in range(TABLES):
        rows = model.sample(truth, ROWS, rng)
        found = model.fit(measured(rows))
        robust = grouped_errors(model, found, measured(*np.split(rows, 100)))
        off = np.abs(model.flatten(found.parameters)[0] - theta)
        for name, errors in (("model-based", found.standard_errors), ("robust", robust)):
            hits[name] += off < 1.959964 * model.flatten(errors)[0]
    for name, count in hits.items():
        share = count / TABLES
        couplings = share[COLUMNS:]
        print(f"{name}: couplings {couplings.mean():.3f} ({couplings.min():.3f} to {couplings.max():.3f})")
        assert couplings.mean() == pytest.approx(0.95, abs=0.02)
        # Of 500 intervals of 95 % the share that cover has a standard deviation of 0.0097: none is five of them away.
        assert np.abs(share - 0.95).max() < 5.0 * np.sqrt(0.95 * 0.05 / TABLES)
        assert share[:COLUMNS].mean() == pytest.approx(0.95, abs=0.02)


@pytest.mark.slow
def test_every_interval_covers_on_its_own() -> None:
    """The same model, 20 000 tables at once as counts of its states: each parameter by itself."""
    tables = 20_000
    rng = np.random.default_rng(7)
    model = member("ising.pairwise", COLUMNS)
    theta = np.concatenate([rng.normal(0.0, 0.3, COLUMNS), rng.normal(0.0, 0.35, COLUMNS * (COLUMNS - 1) // 2)])
    s = states(COLUMNS)
    share = rng.multinomial(ROWS, model.probabilities(theta), size=tables) / ROWS
    moments = Moments(
        tuple("abcde"),
        np.full(tables, float(ROWS)),
        np.zeros((tables, COLUMNS)),
        1.0,
        share @ s,
        np.einsum("gx,xi,xj->gij", share, s, s),
    )
    found = model.fit(moments)
    assert found.answered.all()
    pairs = np.triu_indices(COLUMNS, 1)
    estimate, error = (
        np.concatenate([named["h"], named["J"][:, *pairs]], axis=1)
        for named in (found.parameters, found.standard_errors)
    )
    covered = (np.abs(estimate - theta) < 1.959964 * error).mean(axis=0)
    assert np.abs(covered - 0.95).max() < 0.01
