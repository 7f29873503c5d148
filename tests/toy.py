"""A class of its own beside symcat's: the exponential distribution of one column, ``P(x) = rate exp(-rate x)``, x >= 0.

It shows all that a new class takes, and that it touches no other file: within ``registered()`` its family is one of
symcat's, and it can be solved for, grouped by, looked up, printed and verified.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from scipy.special import erfc

from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.schema import Kind, Schema
from symcat.errors import InvalidData
from symcat.models import registry
from symcat.models.base import Center, Class, Entry, Facts, Floats, Options, Parameters, counted
from symcat.models.batches import blank_refused
from symcat.models.family import Averages, Replay
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.tables import Tables

LABEL = "toy.exponential"
ENOUGH_ROWS = 20
"""Rows from which the coefficient of variation is tested."""


class Exponential(Class):
    """The exponential distribution. Its mean is a sufficient statistic, and the rate is one over it."""

    label = LABEL
    facts = Facts("Exponential distribution", "scale")
    needs = Needs()

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        mean, count = moments.mean[:, 0], moments.count
        with np.errstate(all="ignore"):  # groups without a solution are told by their reason
            rate = 1.0 / mean
            log_partition = np.log(mean)
            errors = {"rate": rate / np.sqrt(count)} if counted(moments) else {}
        return blank_refused(
            Fit(
                label=self.label,
                count=count,
                parameters={"rate": rate},
                standard_errors=errors,
                log_partition=log_partition,
                log_likelihood=-count * (1.0 + log_partition),
                n_parameters=1,
                statistics={"mean": mean},
                reason=np.where(mean > 0.0, 0, 1).astype(np.int8),
                reasons=("", "the mean is not positive"),
            )
        )

    def influence(self, fit: Fit, groups: Moments, whole: Moments, center: Center = None) -> dict[str, Floats]:
        rate = fit.parameters["rate"]
        return {"rate": groups.count / whole.count * rate * (1.0 - rate * groups.mean[:, 0])}

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """The squared coefficient of variation (Greenwood 1946), and that no row of the sample is negative."""
        about = observed.moments.about(observed.moments.mean)
        count, spread = about.count, about.second[:, 0, 0] * about.unit**2
        with np.errstate(all="ignore"):
            ratio = spread * fit.parameters["rate"] ** 2
            scores = (ratio - 1.0) * np.sqrt(count) / 2.0
        varied = CheckResult(
            name="variation",
            statistic=ratio,
            p_value=erfc(np.abs(scores) / math.sqrt(2.0)),
            detail=lambda g: (
                f"variance over squared mean {ratio[g]:.3g}; 1 +- {2.0 / math.sqrt(count[g]):.2g} expected"
            ),
            made=count >= ENOUGH_ROWS,
        )
        if observed.sample is None:
            return (varied,)
        lowest = float(observed.sample.min())
        positive = CheckResult.single(
            "positive", lowest, math.nan, f"smallest value {lowest:.3g}", weight="always", verdict=lowest >= 0.0
        )
        return (varied, positive)

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        return np.where(x[:, 0] >= 0.0, -parameters["rate"] * x[:, 0] - log_partition, -np.inf)

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        return rng.exponential(1.0 / parameters["rate"], size=(n, 1))

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        import sympy

        return sympy.Float(parameters["rate"]) * sympy.Symbol(columns[0], real=True)

    def formula(self, parameters: Parameters) -> str:
        return "rate x,   x >= 0"

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        return [((), "")]


class Toy:
    """The family of the one class."""

    name = "toy"
    labels: tuple[str, ...] = (LABEL,)
    entries: tuple[str, ...] = (LABEL,)

    def canonical(self, label: str) -> str | None:
        return label if label == LABEL else None

    def kinds(self, label: str) -> frozenset[Kind]:
        return frozenset({"real"})

    def entry(self, label: str) -> str:
        return label

    def candidates(self, schema: Schema) -> tuple[str, ...]:
        return self.labels if len(schema) == 1 and schema.only("real") else ()

    def model(self, label: str, schema: Schema, options: Options, tables: Tables) -> Exponential | None:
        return Exponential(schema) if label in self.candidates(schema) else None

    def averages(
        self, label: str, given: Mapping[str, Any], n: float | None, columns: Sequence[str] | None
    ) -> Averages:
        if set(given) != {"mean"}:
            raise InvalidData(f"{LABEL} is read from the average mean=, and from no other.")
        names = tuple(columns or ("x",))
        mean = np.atleast_1d(np.asarray(given["mean"], dtype=np.float64))
        count = np.full(len(mean), math.nan if n is None else float(n))
        spread = (mean**2)[:, None, None]
        moments = Moments(names, count, mean[:, None], 1.0, np.zeros((len(mean), 1)), spread)
        return Averages(moments, Schema.real(names), batch=np.ndim(given["mean"]) > 0)

    def replay(self, entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
        """The density sums to one."""
        rates = rng.uniform(0.1, 10.0, points)
        grid = np.linspace(0.0, 50.0, 100_001)[:, None]
        model = Exponential(Schema.real(("x",)))
        sums = [np.trapezoid(np.exp(model.log_density({"rate": 1.0}, 0.0, grid * r)), grid[:, 0] * r) for r in rates]
        yield Replay("normalised", points, float(np.max(np.abs(np.array(sums) - 1.0))), 1e-4)


@contextmanager
def registered() -> Iterator[None]:
    """The toy family is one of symcat's while the block runs."""
    registry.register(Toy())
    try:
        yield
    finally:
        registry.unregister(Toy.name)
