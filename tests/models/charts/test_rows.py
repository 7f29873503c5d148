"""A class that is fitted to rows gets them in the coordinate of its chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from symcat.data.charts import CHARTS
from symcat.data.schema import Schema
from symcat.models.base import Center, Masses, Options
from symcat.models.charts.rows import ChartedRows, charted
from symcat.models.fit import CheckResult, Fit, Moves, Observed
from symcat.models.gaussian.gaussian import Gaussian
from tests.data.statistics.test_coordinates import measured
from tests.models.observing import names

X = np.random.default_rng(0).lognormal(size=300)


class OfRows(Gaussian):
    """The Gaussian, by rows."""

    def fit_rows(self, rows: Masses | None, observed: Observed, center: Center = None) -> Fit:
        assert rows is not None
        assert sum(len(some) for some, _ in rows) == observed.moments.count[0]  # they can be read again
        held, weight = (np.concatenate(parts) for parts in zip(*rows, strict=True))
        fit = self.fit(observed.moments, center)
        mean = np.average(held[:, 0], weights=weight)
        moves = Moves(lambda rows: {"mean": (rows - mean) / weight.sum()}, {"mean": np.zeros((1, 1))})
        return replace(fit, parameters=fit.parameters | {"mean": np.array([[mean]])}, moves=moves)

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        return ()


def model(name: str) -> ChartedRows:
    one = Schema.real(names(1))
    found = charted(one, CHARTS[name], OfRows("gaussian.full", Schema.real((f"{name} x",)), Options()))
    assert isinstance(found, ChartedRows)
    return found


def observed(x: np.ndarray) -> Observed:
    statistics = measured(x).statistics
    return Observed(statistics.moments, statistics.sample)


def test_fit() -> None:
    for name in CHARTS:
        seen = observed(X)
        halves = [(part[:, None], np.ones(len(part))) for part in np.split(X, 2)]
        fit = model(name).fit_rows(halves, seen)
        at = seen.moments.charts[name].at[0]
        y = CHARTS[name].coordinate(X, at)
        np.testing.assert_allclose(fit.parameters["mean"], y.mean())
        moved = model(name).row_influence(fit, X[:, None], seen.moments)["mean"]
        np.testing.assert_allclose(moved[:, 0], (y - y.mean()) / len(X))
        assert model(name).influence_besides(fit, seen.moments)["mean"].shape == (1, 1)


def test_values_outside() -> None:
    seen = observed(np.concatenate([X, [-1.0]]))
    fit = model("log").fit_rows(None, seen)
    assert fit.why(0) == "1 value is zero or negative, where log x does not exist"
    unmeasured = model("log").fit_rows(None, replace(seen, moments=replace(seen.moments, charts={})))
    assert "hold no averages of log x" in unmeasured.why(0)
