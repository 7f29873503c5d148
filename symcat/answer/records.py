"""The records an answer is made of: evidence, checks, the trail of what was asked, and what a regression reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer


def _number_or_array(value: Any) -> Any:
    array = np.asarray(value, dtype=np.float64)
    return float(array) if array.ndim == 0 else array


def _plain(value: Any) -> Any:
    """Numbers and lists for JSON, where a value that is not finite is null."""
    if np.ndim(value) == 0:
        return value if np.isfinite(value) else None
    return [_plain(v) for v in np.asarray(value).tolist()]


Numbers = Annotated[Any, BeforeValidator(_number_or_array), PlainSerializer(_plain)]
"""A float, or an array of floats."""


class Record(BaseModel):
    """Base of the records: frozen, strict about names, with arrays allowed."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, ser_json_inf_nan="null")


class Check(Record):
    """One test made after the fit."""

    name: str
    statistic: float | None
    p_value: float | None
    passed: bool
    detail: str


class Evidence(Record):
    """One candidate class: how well it explains the data, and why it was taken or declined."""

    label: str
    log_likelihood: float | None
    n_parameters: int
    bic: float | None
    statistics: dict[str, Numbers]
    parameters: dict[str, Numbers]
    checks: tuple[Check, ...]
    verdict: Literal["taken", "declined"]
    reason: str


Strategy = Literal["closed_form", "lookup", "correction", "analog", "maximum_likelihood"]


class Step(Record):
    """One strategy that was asked for the answer."""

    strategy: Strategy
    outcome: Literal["answered", "declined"]
    reason: str


class Information(Record):
    """Entropies of a table of two-valued columns, in nats a row, and the share of their dependence that pairs explain.

    ``entropy`` is the model's; the data's is that of their distinct rows (plug-in), also with the correction of Miller
    (1955) for rows not seen, (U - 1) / 2n with U distinct ones. The multi-information is the entropy that independent
    columns would have, less the data's; ``share`` is the part of it that the model has too (Schneidman et al. 2003).
    """

    entropy: float
    independent_entropy: float
    data_entropy: float
    data_entropy_corrected: float
    multi_information: float
    multi_information_corrected: float
    share: float | None
    share_corrected: float | None


class RegressionSummary(Record):
    """What a regression reports beside the coefficients; arrays in the order of the predictors, intercept apart.

    Least squares is of the family ``"gaussian"``. A ``"logistic"`` one has no residuals, and its t are normal scores.
    """

    target: str
    predictors: tuple[str, ...]
    family: Literal["gaussian", "logistic"] = "gaussian"
    residual_standard_deviation: float | None = None
    degrees_of_freedom: int
    r_squared: float | None = None
    t_values: dict[str, Numbers]
    p_values: dict[str, Numbers]
    condition_number: float | None = None


class Classification(Record):
    """Every candidate class weighed against the data; ``label`` is the one taken, None when none passes."""

    label: str | None
    columns: tuple[str, ...]
    n_rows: int
    n_missing: int
    evidence: tuple[Evidence, ...]
    catalogue_version: str
    seed: int

    def __iter__(self) -> Any:
        return iter(self.evidence)

    def __getitem__(self, label: str) -> Evidence:
        """The evidence on one class."""
        for found in self.evidence:
            if found.label == label:
                return found
        raise KeyError(label)

    def __rich__(self) -> Any:
        from symcat.answer import presentation

        return presentation.classification(self)

    def __repr__(self) -> str:
        from symcat.answer import presentation

        return presentation.text(self)

    __str__ = __repr__

    def _repr_html_(self) -> str:
        from symcat.answer import presentation

        return presentation.html(self)


def refusals(evidence: Sequence[Evidence]) -> str:
    """The reasons of all declined candidates in one sentence."""
    return "; ".join(f"{e.label}: {e.reason}" for e in evidence)
