"""A value that means nothing is refused, with those that do."""

from __future__ import annotations

from typing import Any

import pytest

import symcat
from symcat.question import Question


@pytest.mark.parametrize(
    "options",
    [
        {"prior": "strong"},
        {"prior": -1.0},
        {"basis": "ternary"},
        {"fallback": "quantum"},
        {"budget_s": 0.0},
        {"seed": -1},
        {"by": []},
        {"by": ["g", "g"]},
        {"by": 3},
        {"by": 0},
        {"target": ["x"]},
        {"target": 1.0},
        {"target": True},
        {"budget_s": 10**400},
        {"classes": []},
        {"form": "wider"},
        {"strategies": []},
        {"strategies": ["catalogue", "catalogue"]},
        {"learn": 1},
        {"errors": "robust"},
        {"cluster": 3, "errors": "cluster"},
        {"missing": "mean"},
        {"intercept": "no", "target": "y"},
    ],
    ids=str,
)
def test_a_value_that_means_nothing_is_an_error(options: dict[str, Any]) -> None:
    with pytest.raises(symcat.InvalidData, match=next(iter(options))):
        Question.of(**options)


@pytest.mark.parametrize("classes", [[3], 3, [None], ["gaussian.full", 3]], ids=str)
def test_what_is_no_label_names_the_labels(classes: Any) -> None:
    with pytest.raises(symcat.InvalidData, match=r"is not the label of a class: pass a text such as 'gaussian\.full'"):
        Question.of(classes=classes)


def test_an_unknown_class_names_near_ones() -> None:
    with pytest.raises(symcat.NoEntry, match=r"z2\.quartic"):
        Question.of(classes=["z2.quartc"])
