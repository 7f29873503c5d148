"""No parameter is left out of the F that is printed, whichever class answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

import symcat
from symcat import catalogue
from symcat.data.schema import Schema
from symcat.models import registry
from symcat.models.base import Options

# Columns of the table below, and options, with which ``solve`` gives an answer of the class.
ASKED: dict[str, dict[str, Any]] = {
    "gaussian.full": {"columns": ["x", "y"]},
    "gaussian.diagonal": {"columns": ["x", "y"]},
    "gaussian.exchangeable": {"columns": ["x", "y"]},
    "gaussian.cyclic": {"columns": ["x", "y", "z", "w"]},
    "gaussian.permutation": {"columns": ["x", "y", "z", "w"]},
    "gaussian.isotropic": {"columns": ["x", "y"]},
    "z2.quartic": {"columns": ["x"]},
    "log(gaussian.full)": {"columns": ["positive"]},
    "log(z2.quartic)": {"columns": ["positive"]},
    "asinh(gaussian.full)": {"columns": ["x"]},
    "asinh(z2.quartic)": {"columns": ["x"]},
    "scores(gaussian.full)": {"columns": ["x", "positive"]},
    "scores(gaussian.diagonal)": {"columns": ["x", "positive"]},
    "scores(gaussian.exchangeable)": {"columns": ["x", "y", "positive"]},
    "scores(gaussian.cyclic)": {"columns": ["x", "y", "z", "positive"]},
    "scores(student)": {"columns": ["u1", "u2"]},
    "scores(hidden.gaussian)": {"columns": ["x", "positive"]},
    "whitened(o{N}.quartic)": {"columns": ["x", "y", "z"], "classes": ["whitened(o3.quartic)"]},
    "o{N}.quartic": {"columns": ["x", "y", "z"], "classes": ["o3.quartic"]},
    "ising.independent": {"columns": ["a", "b"]},
    "ising.curie_weiss": {"columns": ["a", "b", "c"]},
    "ising.ring": {"columns": ["a", "b", "c", "d"]},
    "ising.square": {"columns": list("abcdefghi")},
    "ising.tree": {"columns": ["a", "b", "c"]},
    "potts.independent": {"columns": ["a", "b", "c"]},
    "potts.curie_weiss": {"columns": ["a", "b", "c"]},
    "potts.tree": {"columns": ["a", "b", "c"]},
    "potts.pairwise": {"columns": ["a", "b", "c"], "interactions": [("a", "b", "c")]},
    "ising.pairwise": {"columns": ["a", "b", "c"], "interactions": [("a", "b", "c")]},
    "mixed.product": {"columns": ["a", "b", "v"]},
    "mixed.conditional_gaussian": {"columns": ["a", "b", "x"]},
    "scores(mixed.conditional_gaussian)": {"columns": ["a", "b", "x", "positive"]},
    "logistic.linear": {"columns": ["x", "a"], "target": "a"},
    "multinomial.linear": {"columns": ["x", "y", "kind"], "target": "kind"},
    "discriminant.linear": {"columns": ["x", "y", "kind"], "target": "kind"},
    "discriminant.quadratic": {"columns": ["x", "y", "kind"], "target": "kind"},
    "scalar.quartic": {"columns": ["x"]},
    "scalar.sextic": {"columns": ["x"]},
    "scalar.octic": {"columns": ["x"]},
    "z2.sextic": {"columns": ["x"]},
    "z2.octic": {"columns": ["x"]},
    "student.scalar": {"columns": ["t"]},
    "hidden.gaussian": {"columns": ["x"]},
    "exponential.scalar": {"columns": ["p"]},
    "gamma.scalar": {"columns": ["p"]},
    "beta.scalar": {"columns": ["share"]},
    "vonmises.scalar": {"columns": ["angle"]},
    "counts.poisson": {"columns": ["k"]},
    "counts.negative_binomial": {"columns": ["k"]},
    "scores(polynomial.quartic)": {"columns": ["v", "curved"]},
    "sphere.uniform": {"columns": ["n0", "n1", "n2"]},
    "sphere.von_mises_fisher": {"columns": ["n0", "n1", "n2"]},
    "sphere.watson": {"columns": ["n0", "n1", "n2"]},
    "sphere.bingham": {"columns": ["n0", "n1", "n2"]},
    "stationary.ar": {"columns": ["lagged"], "order": "time"},
    "ising.kinetic": {"columns": ["a", "b"], "order": "time"},
}
# Couplings that only the device finds: shapes of the tensors of two columns by hand.
RELAXED = {
    "polynomial.quartic": ("hKgu", (None, None)),
    "polynomial.sextic": ("hKguvw", (None, None)),
    "mixed.quartic": ("hKgu", (None, (0, 1))),
    "mixed.sextic": ("hKguvw", (None, (0, 1))),
}


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    real = {"v": rng.normal(size=500)} | {name: rng.uniform(-1.0, 1.0, 500) for name in "xyzw"}
    of_itself = {"t": rng.standard_t(3, size=500), "k": rng.negative_binomial(2, 0.3, size=500)}
    of_itself["positive"] = np.exp(real["x"])
    of_itself["p"] = rng.gamma(2.0, size=500)
    of_itself |= {"share": rng.beta(2.0, 3.0, size=500), "angle": rng.vonmises(1.0, 2.0, size=500)}
    wide = rng.normal(size=(500, 2)) / np.sqrt(rng.chisquare(3.0, size=(500, 1)) / 3.0)  # tails that go together
    of_itself |= {"u1": wide[:, 0], "u2": wide[:, 1]}
    normal = rng.normal([1.0, 0.5, 0.0], size=(500, 3))
    of_itself |= {f"n{j}": v for j, v in enumerate((normal / np.linalg.norm(normal, axis=1)[:, None]).T)}
    of_itself["lagged"] = np.convolve(rng.normal(size=509), 0.8 ** np.arange(10), mode="valid")
    of_itself["curved"] = real["v"] ** 2 + rng.normal(size=500)
    of_itself["kind"] = rng.choice(["p", "q", "r"], 500)
    return pd.DataFrame(real | {name: rng.random(500) < 0.5 for name in "abcdefghi"} | of_itself)


def left_out(formula: str, parameters: Mapping[str, Any]) -> list[str]:
    """Parameters that are not named; those of a column's own class, COLUMN.PARAMETER, are in its own formula."""
    named = [name for name in parameters if "." not in name]
    return [name for name in named if not re.search(rf"(?<![A-Za-z]){name}(?![A-Za-z])", formula)]


def test_every_class_is_tested() -> None:
    assert {*ASKED, *RELAXED} == set(registry.all_labels())


@pytest.mark.parametrize("label", ASKED)
def test_every_parameter_is_in_the_formula(label: str, table: pd.DataFrame) -> None:
    answer = symcat.solve(table, **({"classes": [label]} | ASKED[label]))
    formula = answer.model.formula(answer.parameters)
    assert not left_out(formula, answer.parameters), formula
    assert " ".join(formula.split()) in " ".join(repr(answer).split())


@pytest.mark.parametrize("target", ["x", "a"])
def test_every_parameter_of_a_conditional_model_is(target: str, table: pd.DataFrame) -> None:
    answer = symcat.solve(table, columns=["x", "y", "a"], target=target)
    assert not left_out(answer.model.formula(answer.parameters), answer.parameters)


@pytest.mark.parametrize("label", RELAXED)
def test_every_coupling_of_a_polynomial_is(label: str) -> None:
    names, levels = RELAXED[label]
    model = registry.model(label, Schema(("x", "y"), levels), Options(), catalogue.default())
    parameters = {"mean": np.zeros(2)} | {name: np.ones((2,) * order) for order, name in enumerate(names, start=1)}
    assert not left_out(model.formula(parameters), parameters)


def test_a_parameter_left_out_is_found() -> None:
    assert left_out("r/2 (x - mean)^2", {"mean": 0.0, "r": 1.0, "u": 2.0}) == ["u"]
