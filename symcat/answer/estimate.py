"""The numbers of an answer, and the class that gives them their meaning."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from symcat import catalogue
from symcat.answer.printed import Printed
from symcat.answer.records import (
    AveragedCouplings,
    Check,
    Evidence,
    Floats,
    Histogram,
    Information,
    Number,
    Numbers,
    RegressionSummary,
    Step,
)
from symcat.answer.rows import encoded, with_indicators
from symcat.data.levels import Level, Levels
from symcat.data.schema import Schema
from symcat.models import registry
from symcat.models.base import Model, Options
from symcat.models.fit import Source
from symcat.models.misfit import Verdict
from symcat.models.robust import ErrorsOf
from symcat.models.targets import conditional_models


class Estimate(Printed):
    """What was estimated of these columns; ``Solution`` says what each field means."""

    label: str
    source: Source
    columns: tuple[str, ...]
    parameters: dict[str, Numbers]
    standard_errors: dict[str, Numbers] | None = None
    robust_standard_errors: dict[str, Numbers] | None = None
    errors: ErrorsOf | None = None
    log_partition: Number
    log_likelihood: float | None = None
    bic: float | None = None
    n_parameters: int
    verdict: Verdict | None = None
    misfit: float | None = None
    misfit_interval: tuple[float, float] | None = None
    n_rows: int | None = None
    n_effective: float | None = None
    order: Literal["declared", "found"] | None = None
    n_missing: int = 0
    set_aside: dict[str, str] = Field(default_factory=dict)
    categories: dict[str, tuple[Level, ...]] = Field(default_factory=dict)
    regression: RegressionSummary | None = None
    levels: dict[str, Levels] | None = None
    basis: Literal["spin", "binary"] | None = None
    interactions: tuple[tuple[str, ...], ...] = ()
    information: Information | None = None
    histogram: Histogram | None = None
    conditional_on: str | None = None
    averaged: AveragedCouplings | None = None
    parts: tuple[Estimate, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    checks: tuple[Check, ...] = ()
    trail: tuple[Step, ...] = ()
    catalogue_version: str
    seed: int | None = None
    library: str | None = None

    @property
    def _schema(self) -> Schema:
        """The columns, and the levels of each that has such."""
        levels = self.levels or {}
        return Schema(self.columns, tuple(levels.get(name) for name in self.columns))

    def _encoded(self, x: Any, without: str | None = None) -> Floats:
        """Rows of all columns, or all but one, as numbers; texts of several levels by their indicators."""
        schema = self._schema if without is None else self._schema.without(without)
        return encoded(with_indicators(x, schema.columns, self.categories), schema)

    @property
    def model(self) -> Model:
        """The class that answered; of a regression, that of the target given the other columns."""
        at = self.columns.index
        options = Options(
            interactions=tuple(tuple(map(at, chosen)) for chosen in self.interactions),
            basis=self.basis or "spin",
            parts=tuple(part.label for part in self.parts),
            inner=tuple(tuple(part.label for part in whole.parts) for whole in self.parts),
            intercept=self.regression is None or self.regression.intercept,
        )
        schema, book = self._schema, catalogue.default()
        if self.regression is None:
            return registry.model(self.label, schema, options, book)
        (model,) = conditional_models((self.label,), schema, at(self.regression.target), options, book)
        return model
