"""Every option of every verb means something where it is given, or is refused with a sentence that says why."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import symcat
from symcat.data.schema import Schema
from symcat.question import Question


@pytest.fixture
def table(rng: np.random.Generator) -> pd.DataFrame:
    """A real column that depends on a two-valued one, another real one, and a key of two groups."""
    b = rng.random(200) < 0.4
    x = rng.normal(size=200) + b
    return pd.DataFrame({"x": x, "y": rng.normal(size=200) + x, "b": b, "g": np.arange(200) % 2})


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"target": "x", "interactions": [("x", "b")]}, "interactions="),
        ({"target": "x", "columns": ["x", "y"], "prior": None}, "prior="),
        ({"target": "x", "columns": ["x", "y"], "basis": "binary"}, "basis="),
        ({"target": "x", "center": 0.0}, "center="),
        ({"target": "x", "fallback": "analog"}, "fallback="),
        ({"target": "x", "budget_s": 1.0}, "budget_s="),
        ({"by": "g", "columns": ["x"], "fallback": "analog"}, "fallback="),
        ({"by": "g", "columns": ["x"], "budget_s": 1.0}, "budget_s="),
        ({"by": "g", "columns": ["b"], "interactions": [("b", "x")]}, "interactions="),
        ({"target": "x", "strategies": ["analog"]}, "strategies="),
        ({"target": "x", "learn": True}, "learn="),
        ({"by": "g", "columns": ["x"], "strategies": ["catalogue"]}, "strategies="),
        ({"by": "g", "columns": ["x"], "learn": False}, "learn="),
        ({"columns": ["x"], "fallback": None, "strategies": ["catalogue", "learned"]}, "fallback=None"),
        ({"columns": ["x"], "fallback": "analog", "strategies": ["catalogue"]}, "fallback='analog'"),
        ({"columns": ["x"], "fallback": None, "learn": True}, "learn="),
        ({"columns": ["x"], "strategies": ["catalogue"], "learn": True}, "learn="),
        ({"columns": ["x"], "prior": None}, "prior="),
        ({"columns": ["x"], "prior": 2.0}, "prior="),
        ({"columns": ["x"], "basis": "binary"}, "basis="),
        ({"columns": ["x", "y"], "interactions": [("x", "y")]}, "interactions="),
        ({"columns": ["b"], "center": 0.0}, "center="),
        ({"columns": ["x", "b"], "center": 0.0}, "center="),
        ({"columns": ["x"], "form": "long"}, "form="),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else None,
)
def test_an_option_that_cannot_apply_is_an_error(table: pd.DataFrame, options: dict[str, Any], named: str) -> None:
    with pytest.raises(symcat.InvalidData, match=named):
        symcat.solve(table, **options)


def test_a_target_is_answered_by_the_class_that_implies_it(table: pd.DataFrame) -> None:
    asked = symcat.solve(table[["x", "y", "b"]], target="b", classes=["mixed.conditional_gaussian"])
    assert asked.label == "mixed.conditional_gaussian"
    # A class of real columns reads the two values as the numbers 0 and 1, as it does without a target.
    linear = symcat.solve(table[["x", "y", "b"]], target="b", classes=["gaussian.full"])
    assert (linear.label, linear.regression.family) == ("gaussian.full", "gaussian")
    with pytest.raises(symcat.NoEntry, match=r"mixed\.product"):
        symcat.solve(table[["x", "y", "b"]], target="b", classes=["mixed.product"])


def test_a_regression_may_have_no_intercept() -> None:
    for options, message in (
        ({"intercept": "no", "target": "y"}, "intercept='no' is not known"),
        ({"intercept": False}, "name the column to predict with target="),
    ):
        with pytest.raises(symcat.InvalidData, match=message):
            Question.of(**options)
    assert not Question.of(intercept=False, target="y").options(Schema.real("xy")).intercept
    b = np.arange(60) % 3 == 0
    with pytest.raises(symcat.InvalidData, match=r"intercept= has no meaning for ising\.pairwise"):
        symcat.solve({"a": b, "b": b[::-1]}, target="a", intercept=False, classes=["ising.pairwise"])


def test_leverage_is_of_least_squares_only() -> None:
    with pytest.raises(symcat.InvalidData, match="errors= has no meaning for real columns"):
        symcat.solve(np.arange(50.0) ** 2, errors="HC2")


def test_strategies_are_asked_by_name_and_in_order() -> None:
    usual = ("catalogue", "correction", "learned", "analog")
    assert Question.of().strategies == usual
    assert Question.of(fallback=None).strategies == Question.of(target="y").strategies == usual[:2]
    assert Question.of(strategies=["analog", "catalogue"]).strategies == ("analog", "catalogue")
    assert Question.of(strategies="analog").strategies == ("analog",)
    with pytest.raises(
        symcat.InvalidData, match=r"There is no strategy 'device': pass some of 'catalogue', "
    ) as raised:
        Question.of(strategies=["device"])
    assert str(raised.value).count(". ") == 0


def test_what_is_learned_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    for learn, setting, expected in (
        (None, "", (False, True)),
        (None, "1", (True, True)),
        (True, "", (True, True)),
        (False, "1", (False, False)),
    ):
        monkeypatch.setenv("SYMCAT_LEARN", setting)
        question = Question.of(learn=learn)
        assert (question.learn, question.recall) == expected


@pytest.mark.parametrize("option", [{"prior": "weak"}, {"basis": "spin"}], ids=str)
def test_an_option_at_its_default_is_refused_where_it_has_no_meaning(option: dict[str, Any]) -> None:
    """And is what is done anyway where it has one."""
    (name,) = option
    real, spins = np.arange(30.0), np.arange(30) % 2
    with pytest.raises(symcat.InvalidData, match=f"{name}= has no meaning for real columns"):
        symcat.solve(real, **option)
    with pytest.raises(symcat.InvalidData, match=f"{name}= has no meaning for real columns with target="):
        symcat.solve({"x": real, "y": real**2}, target="y", **option)
    assert symcat.solve(spins, fallback=None, **option).parameters == symcat.solve(spins, fallback=None).parameters
    table = {"s": spins, "t": np.arange(30) % 3 == 0}
    assert symcat.solve(table, **option).label == symcat.solve(table).label
