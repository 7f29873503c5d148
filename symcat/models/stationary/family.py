"""The family of stationary series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from symcat.data.levels import MINUS_PLUS
from symcat.data.schema import Kind, Schema
from symcat.errors import InvalidData
from symcat.models import averages
from symcat.models.base import Floats, Model, Options
from symcat.models.family import Averages, Replay, Stated, fitted_to_rows
from symcat.models.fit import Fault
from symcat.models.one_column import moments_of_means
from symcat.models.stationary import autoregression, kinetic
from symcat.models.stationary.autoregression import COVARIANCES, Autoregression
from symcat.models.stationary.levinson import reflections, reflections_of
from symcat.models.stationary.replay import replay, replay_chains
from symcat.models.tables import Tables


class Series:
    """Processes of rows in order of time."""

    name = "stationary"
    labels: tuple[str, ...] = (autoregression.LABEL, kinetic.LABEL)
    entries = labels
    of_series = labels

    def canonical(self, label: str) -> str | None:
        return label if label in self.labels else None

    def kinds(self, label: str) -> frozenset[Kind]:
        return frozenset({"two-valued" if label == kinetic.LABEL else "real"})

    def entry(self, label: str) -> str:
        return label

    def candidates(self, schema: Schema) -> tuple[str, ...]:
        """None: series are weighed only where rows are declared to be in order of time."""
        return ()

    def model(self, label: str, schema: Schema, options: Options, tables: Tables) -> Model | None:
        if label == kinetic.LABEL:
            described = schema.only("two-valued") and len(schema) <= kinetic.MOST_COLUMNS
            return kinetic.Kinetic(schema, options) if described else None
        return Autoregression(schema) if schema.only("real") and len(schema) == 1 else None

    def averages(
        self, label: str, given: Mapping[str, Any], n: float | Floats | None, columns: Sequence[str] | None
    ) -> Averages:
        """``autocovariances`` (p + 1,), at lags 0 to p, and ``mean``, zero where left out; or a batch (G, p + 1).

        InvalidData for ``ising.kinetic``, which is fitted to rows.
        """
        if label == kinetic.LABEL:
            raise fitted_to_rows(label, "call solve with the rows and order='time'")
        found = averages.numbers(label, given, (COVARIANCES,), ("mean",))
        covariances = found[COVARIANCES]
        batch = covariances.ndim == 2
        covariances = np.atleast_2d(covariances)
        if covariances.ndim != 2 or not covariances.shape[1]:
            raise InvalidData(f"{COVARIANCES} has shape {found[COVARIANCES].shape}: pass those at lags 0, 1, ..., p.")
        mean = averages.points(found.get("mean"), len(covariances), 1)
        faults = averages.Faults()
        faults.add_missing(mean=mean, **{COVARIANCES: covariances})
        with np.errstate(all="ignore"):
            reflection, _ = reflections(covariances)
            wrong = ~((np.abs(reflection) < 1.0).all(axis=1) & (covariances[:, 0] > 0.0))
        faults.add(
            wrong,
            lambda g: Fault(
                f"{COVARIANCES} are those of no series that varies: their Toeplitz matrix is not positive definite; "
                "state sums of y_t y_(t+k) over all n values, divided by n for every lag."
            ),
        )
        faults.check(batch)
        moments = moments_of_means(
            faults.cleared(mean)[:, 0], n, columns, np.sqrt(np.abs(covariances[:, 0])), **{COVARIANCES: covariances}
        )
        return Averages(moments, Schema.real(moments.columns), batch, faults=faults)

    def stated(self, label: str, given: Mapping[str, Any], columns: Sequence[str] | None, options: Options) -> Stated:
        """``coefficients`` (p,), ``innovation_variance``, and ``mean``, zero where left out; of two-valued columns
        ``J`` (d, d), of a column to those of the row before, and ``h`` (d,). InvalidData for what is no stationary
        process."""
        if label == kinetic.LABEL:
            return _couplings(label, given, columns)
        wanted = ("coefficients", "innovation_variance")
        found = averages.numbers(label, given, wanted, ("mean",), averages.FORWARDS)
        averages.check_finite(found)
        coefficients, variance = np.atleast_1d(found["coefficients"]), found["innovation_variance"]
        if coefficients.ndim != 1 or variance.size != 1 or not variance.reshape(()) > 0.0:
            raise InvalidData(f"{label} has coefficients (p,) and one positive innovation_variance: state these.")
        if not (np.abs(reflections_of(coefficients[None])) < 1.0).all():
            raise InvalidData(
                f"coefficients={coefficients.tolist()} are of no stationary process, whose roots lie inside the unit "
                "circle: state smaller ones."
            )
        mean = averages.points(found.get("mean"), 1, 1)[0]
        values = {"mean": mean, "coefficients": coefficients, "innovation_variance": variance.reshape(())}
        return Stated(Schema.real(averages.column_names(columns, 1)), values)

    def replay(self, entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
        return replay_chains(points, rng) if entry == kinetic.LABEL else replay(points, rng)


def _couplings(label: str, given: Mapping[str, Any], columns: Sequence[str] | None) -> Stated:
    found = averages.numbers(label, given, ("J",), ("h",), averages.FORWARDS)
    averages.check_finite(found)
    coupling = np.atleast_2d(found["J"])
    d = len(coupling)
    h = np.atleast_1d(found.get("h", np.zeros(d)))
    if coupling.shape != (d, d) or h.shape != (d,) or d > kinetic.MOST_COLUMNS:
        raise InvalidData(
            f"J has shape {found['J'].shape} and h {h.shape}: pass (d, d) couplings of each column to those of the row "
            f"before, and d fields, of at most {kinetic.MOST_COLUMNS} columns."
        )
    names = averages.column_names(columns, d)
    return Stated(Schema.two_valued(names, MINUS_PLUS), {"h": h, "J": coupling})
