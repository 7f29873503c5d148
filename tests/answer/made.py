"""Answers as tests make them: by hand, or by the toy class, without a solve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symcat.answer.build import evidence_of, solution_of
from symcat.answer.solution import Solution
from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.models.base import Class, Entry, Facts, Floats, Options, symmetric_entries
from symcat.models.candidates import Candidate, Weighed
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.weighing import weigh
from tests.toy import Exponential


class Plain(Class):
    """A class that fits nothing: vectors and symmetric matrices over its columns, whatever their names."""

    facts = Facts("Plain", "none")

    def __init__(self, schema: Schema, label: str = "made.plain") -> None:
        self.schema = schema
        self.label = label

    def entries(self, name: str, parameters: Any) -> Sequence[Entry]:
        shape = np.shape(parameters[name])
        return symmetric_entries(shape, range(len(self.schema))) if shape else [((), "")]

    def formula(self, parameters: Any) -> str:
        return " + ".join(parameters)

    def of_block(self, block: int, values: Any) -> dict[str, Any]:
        """Each parameter is of one block, in order."""
        return {name: value for k, (name, value) in enumerate(values.items()) if k == block}


def moments(x: Floats) -> Moments:
    """Averages of one column of a single table."""
    return Moments(
        ("x",), np.array([float(len(x))]), np.zeros((1, 1)), 1.0, np.array([[x.mean()]]), np.array([[[(x * x).mean()]]])
    )


def exponential(x: Floats, **options: Any) -> Solution:
    """The answer of the toy class, which must be registered."""
    observed = Observed(moments(x), x[:, None])
    weighed = weigh([Exponential(Schema.real(("x",)))], observed, alone=True)
    winner = weighed.winner()
    assert winner is not None
    return solution_of(
        winner.model,
        winner.fit,
        options=Options(),
        version="1",
        checks=winner.checks,
        evidence=evidence_of(weighed),
        observed=observed,
        **options,
    )


def fit(label: str, parameters: dict[str, Any], reason: Sequence[int] | None = None, **fields: Any) -> Fit:
    """Fits of as many groups as the parameters have, ten rows each; errors are a tenth of the parameters."""
    values = {name: np.asarray(value, dtype=np.float64) for name, value in parameters.items()}
    groups = len(next(iter(values.values())))
    given: dict[str, Any] = {
        "count": np.full(groups, 10.0),
        "standard_errors": {name: np.abs(value) / 10.0 for name, value in values.items()},
        "log_partition": np.arange(groups, dtype=np.float64),
        "log_likelihood": -np.arange(groups, dtype=np.float64),
        "n_parameters": 2,
        "statistics": {},
        "reasons": ("", "it is too short", "it is too long"),
    }
    codes = np.zeros(groups, dtype=np.int8) if reason is None else np.array(reason, dtype=np.int8)
    return Fit(label=label, parameters=values, reason=codes, **(given | fields))


def check(name: str, p_value: Sequence[float], made: Sequence[bool] | None = None, **fields: Any) -> CheckResult:
    """A check of many groups."""
    p = np.array(p_value, dtype=np.float64)
    return CheckResult(name, p, p, lambda g: f"group {g}", made=None if made is None else np.array(made), **fields)


def weighed(*candidates: Candidate, taken: Sequence[int] | None = None) -> Weighed:
    """Candidates of many groups, each group taking the first that has an answer if nothing else is said."""
    out = np.stack([~c.ruled_out for c in candidates] + [np.ones(len(candidates[0].fit.count), bool)])
    return Weighed(candidates, out.argmax(axis=0) if taken is None else np.array(taken), len(candidates) == 1)
