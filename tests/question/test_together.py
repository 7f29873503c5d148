"""Options that do not go together are refused, each row of the table in its own words."""

from __future__ import annotations

from typing import Any

import pytest

import symcat
from symcat.question import Question
from symcat.question.together import EXCLUDED

TOGETHER: tuple[tuple[dict[str, Any], str], ...] = (
    ({"target": "x", "fallback": "analog"}, "fallback='analog' cannot be used with target="),
    ({"by": "g", "fallback": "analog"}, "fallback='analog' cannot be used with by="),
    ({"by": "g", "strategies": ["catalogue"]}, "groups are fitted as one batch"),
    ({"target": "x", "strategies": ["learned", "analog"]}, "strategies= with 'learned' cannot be used with target="),
    ({"by": "g", "budget_s": 1.0}, "not made with by="),
    ({"fallback": None, "strategies": ["catalogue", "analog"]}, "refuses what strategies= names, 'analog'"),
    ({"fallback": "analog", "strategies": ["learned"]}, "which strategies= leaves out"),
    ({"target": "x", "learn": True}, "not asked with target="),
    ({"by": "g", "learn": False}, "not asked with by="),
    ({"fallback": None, "learn": True}, "not asked with fallback=None"),
    ({"strategies": ["catalogue"], "learn": True}, "not asked with these strategies="),
    ({"errors": "blocks", "by": "g"}, "errors='blocks' cannot be used with by="),
    ({"errors": "rows", "by": "g"}, "errors='rows' cannot be used with by="),
    ({"errors": "rows", "missing": "em"}, "missing='em' cannot be used with errors="),
    ({"errors": "cluster"}, "go together"),
    ({"cluster": "school"}, "go together"),
    ({"errors": "cluster", "cluster": "g", "interactions": [("a", "b", "c")]}, "three columns or more"),
    ({"form": "long"}, "form= is of the frame that by= returns"),
    ({"form": "wide"}, "form= is of the frame that by= returns"),
    ({"target": "x", "center": 0.0}, "a regression estimates its intercept"),
    ({"intercept": False}, "intercept=False is of a regression: name the column to predict with target="),
    ({"intercept": True}, "intercept=True is of a regression"),
    ({"by": "g", "interactions": [("b", "x")]}, "fit the groups one at a time"),
    ({"target": "x", "interactions": [("x", "b")]}, "interactions= cannot be used with target="),
    ({"missing": "em", "target": "x"}, "missing='em' cannot be used with target=, .* leave one of them out"),
    ({"missing": "pairwise", "by": "g", "learn": None, "weights": "w"}, "with by= and weights=, .* leave it out"),
    ({"average": "bic", "by": "g"}, "average= cannot be used with by=: it is of the couplings of one table"),
    ({"strict": True, "by": "g"}, "read the column verdict of the frame"),
    ({"weights": "w", "errors": "cluster", "cluster": "g"}, "errors='cluster' cannot be used with weights="),
    ({"weights": "w", "fallback": "analog"}, "the device counts every row as one"),
    ({"order": "time", "by": "g"}, "order='time' cannot be used with by="),
    ({"order": "time", "strategies": ["learned"]}, "a search counts every row as one"),
    ({"order": None, "errors": "blocks"}, "order=None says that the order of the rows means nothing"),
    ({"weights": "w", "strategies": ["learned"]}, "with weights=: they count every row as one"),
)


@pytest.mark.parametrize(("options", "said"), TOGETHER, ids=lambda value: " ".join(value) if value is dict else None)
def test_options_that_do_not_go_together(options: dict[str, Any], said: str) -> None:
    with pytest.raises(symcat.InvalidData, match=said):
        Question.of(**options)


def test_every_row_of_the_table_is_met() -> None:
    said = []
    for options, _ in TOGETHER:
        with pytest.raises(symcat.InvalidData) as raised:
            Question.of(**options)
        said.append(str(raised.value))
    for row in EXCLUDED:
        words = row.sentence.rpartition("}")[2]
        assert any(one.endswith(words) for one in said), row


@pytest.mark.parametrize(
    "options",
    [
        {"target": "y", "by": ["g", "y"]},
        {"errors": "cluster", "cluster": "y", "target": "y"},
        {"errors": "cluster", "cluster": "y", "columns": ["x", "y"]},
        {"counts": "y", "target": "y"},
        {"weights": "y", "by": "y"},
        {"counts": "y", "errors": "cluster", "cluster": "y"},
    ],
    ids=str,
)
def test_a_column_has_one_purpose(options: dict[str, Any]) -> None:
    with pytest.raises(symcat.InvalidData, match="Column 'y' cannot be both"):
        Question.of(**options)
