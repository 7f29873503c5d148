"""Which classes answer for one column given the others, and which cannot."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from symcat import catalogue
from symcat.data.schema import Schema
from symcat.errors import InvalidData, NoEntry
from symcat.models.base import Model, Options
from symcat.models.conditional.implied import ImpliedLogistic
from symcat.models.conditional.linear import Linear
from symcat.models.conditional.maximum_likelihood import Logistic
from symcat.models.ising.logistic import PairwiseLogistic
from symcat.models.mixed.logistic import ConditionalGaussianLogistic
from symcat.models.targets import conditional_models
from tests.models.encoded import mixed_schema

REAL = Schema.real("xyz")
TWO_VALUED = Schema.two_valued("abc")
MIXED = mixed_schema((0, 2), 4)


def asked(schema: Schema, target: int, classes: Sequence[str] | None = None) -> list[Model]:
    return conditional_models(classes, schema, target, Options(), catalogue.default())


@pytest.mark.parametrize(
    ("schema", "target", "labels", "types"),
    [
        (REAL, 0, ["gaussian.full"], [Linear]),
        (MIXED, 1, ["mixed.conditional_gaussian"], [Linear]),
        (TWO_VALUED, 1, ["ising.pairwise", "logistic.linear"], [PairwiseLogistic, Logistic]),
        (MIXED, 2, ["mixed.conditional_gaussian", "logistic.linear"], [ConditionalGaussianLogistic, Logistic]),
    ],
)
def test_every_class_that_implies_a_model_is_asked(
    schema: Schema, target: int, labels: list[str], types: list[type[Model]]
) -> None:
    models = asked(schema, target)
    assert [model.label for model in models] == labels
    assert all(model.schema is schema for model in models)
    assert [type(model) for model in models] == types


def test_a_class_that_is_named_is_asked_alone() -> None:
    (implied,) = asked(MIXED, 0, ["mixed.conditional_gaussian"])
    assert isinstance(implied, ImpliedLogistic)
    (own,) = asked(MIXED, 0, ["logistic.linear"])
    assert isinstance(own, Logistic)
    assert "prior" in implied.takes & own.takes
    assert "basis" not in implied.takes | own.takes


@pytest.mark.parametrize(
    ("schema", "target", "label"),
    [
        (MIXED, 0, "gaussian.full"),
        (TWO_VALUED, 0, "gaussian.full"),
        (MIXED, 1, "logistic.linear"),
        (REAL, 0, "gaussian.diagonal"),
    ],
)
def test_a_class_that_implies_none_is_an_error_that_says_which_do(schema: Schema, target: int, label: str) -> None:
    with pytest.raises(NoEntry, match=f"{label}.*{schema.kinds[target]} column '{schema.columns[target]}'") as caught:
        asked(schema, target, [label])
    assert asked(schema, target)[0].label in str(caught.value)


def test_what_cannot_be_asked() -> None:
    with pytest.raises(NoEntry, match=r"There is no class 'ising\.nope'"):
        asked(TWO_VALUED, 0, ["ising.nope"])
    with pytest.raises(InvalidData, match="at least two columns"):
        asked(Schema.real("x"), 0)
