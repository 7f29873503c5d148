"""From fits to records: one function makes every Solution."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from symcat.answer.build import check_record, check_records, evidence_of, solution_of
from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.data.states import States
from symcat.errors import NotConverged
from symcat.models.base import Options
from symcat.models.candidates import Candidate
from symcat.models.fit import Fit, Observed
from tests.answer import made
from tests.answer.made import Plain

TWO = {"mean": [[1.0, 2.0], [3.0, 4.0]], "r": [5.0, 6.0]}


def solution(model: Plain, fit: Fit, **options: object):  # type: ignore[no-untyped-def]
    return solution_of(model, fit, **({"options": Options(), "version": "1"} | options))  # type: ignore[arg-type]


def test_a_group_of_a_batch() -> None:
    s = solution(Plain(Schema.real(["x", "y"])), made.fit("made.plain", TWO), group=1)
    np.testing.assert_array_equal(s.parameters["mean"], [3.0, 4.0])
    np.testing.assert_array_equal(s.standard_errors["mean"], [0.3, 0.4])
    assert s.parameters["r"] == 6.0
    assert isinstance(s.parameters["r"], float)
    assert (s.log_partition, s.log_likelihood, s.n_rows) == (1.0, -1.0, 10)
    assert s.bic == pytest.approx(2.0 * math.log(10.0) + 2.0)


def test_the_parameters_of_one_column_are_numbers() -> None:
    s = solution(Plain(Schema.real(["x"])), made.fit("made.plain", {"mean": [[1.0]], "precision": [[[2.0]]]}))
    assert s.parameters == {"mean": 1.0, "precision": 2.0}
    assert s.standard_errors == {"mean": 0.1, "precision": 0.2}


def test_what_is_not_known_without_a_number_of_rows() -> None:
    nothing = np.full(2, math.nan)
    fit = made.fit("made.plain", TWO, count=nothing, log_likelihood=nothing, standard_errors={})
    s = solution(Plain(Schema.real(["x", "y"])), fit)
    assert (s.n_rows, s.log_likelihood, s.bic, s.standard_errors) == (None, None, None, None)


@pytest.mark.parametrize("what", ["parameters", "standard_errors", "log_partition", "log_likelihood"])
def test_what_is_not_a_number_is_no_answer(what: str) -> None:
    fit = made.fit("made.plain", TWO)
    value = getattr(fit, what)
    spoilt = {**value, "r": np.array([math.nan, math.nan])} if isinstance(value, dict) else np.full(2, math.nan)
    with pytest.raises(NotConverged, match=r"^The fit of made\.plain has no .*: it is no answer\.") as raised:
        solution(Plain(Schema.real(["x", "y"])), replace(fit, **{what: spoilt}))
    assert raised.value.label == "made.plain"


def test_a_parameter_whose_errors_are_not_known_has_none() -> None:
    fit = made.fit("made.plain", TWO)
    s = solution(Plain(Schema.real(["x", "y"])), replace(fit, standard_errors={"r": fit.standard_errors["r"]}))
    assert set(s.standard_errors) == {"r"}
    assert set(s.confidence_intervals()) == {"r"}


def test_levels_and_basis_are_of_two_valued_columns() -> None:
    fit = made.fit("made.plain", TWO)
    two = solution(Plain(Schema(("a", "x"), (("no", "yes"), None))), fit, options=Options(basis="binary"))
    assert (two.levels, two.basis) == ({"a": ("no", "yes")}, "binary")
    real = solution(Plain(Schema.real(["x", "y"])), fit)
    assert (real.levels, real.basis) == (None, None)


def test_interactions_are_named_where_the_class_takes_them() -> None:
    model = Plain(Schema.two_valued(["a", "b"]))
    options = Options(interactions=((0, 1),))
    assert solution(model, made.fit("made.plain", TWO), options=options).interactions == ()
    model.takes = frozenset({"interactions"})
    assert solution(model, made.fit("made.plain", TWO), options=options).interactions == (("a", "b"),)


def test_a_composite_class_has_the_answers_of_its_blocks() -> None:
    columns = Schema(("x", "a"), (None, (0, 1)))
    first, second = Plain(columns.part([1]), "made.first"), Plain(columns.part([0]), "made.second")
    fits = made.fit("made.first", {"h": [[0.5]]}), made.fit("made.second", {"mean": [[2.0]]})
    whole = Plain(columns, "made.whole")
    whole.blocks = ((1,), (0,))
    both = made.fit("made.whole", {"h": [[0.5]], "mean": [[2.0]]}, parts=fits)
    blocks = [
        made.weighed(Candidate(first, fits[0], (made.check("c", [0.5]),))),
        made.weighed(Candidate(second, fits[1])),
    ]
    states = States.of(np.array([[1.0], [1.0], [-1.0]]))
    means = Moments(columns.columns, np.array([3.0]), np.zeros((1, 2)), 1.0, np.array([[0.0, 1 / 3]]), np.eye(2)[None])
    s = solution(
        whole, both, parts=blocks, observed=Observed(means, states=states), robust={"h": np.array([[0.25]])}, seed=4
    )
    assert s.parameters == {"h": 0.5, "mean": 2.0}
    assert [part.label for part in s.parts] == ["made.first", "made.second"]
    assert [part.columns for part in s.parts] == [("a",), ("x",)]
    assert s.parts[0].parameters == {"h": 0.5}
    assert s.parts[0].robust_standard_errors == {"h": 0.25}
    assert s.parts[1].robust_standard_errors is None
    assert [check.name for check in s.parts[0].checks] == ["c"]
    assert s.parts[0].evidence[0].reason == s.parts[0].trail[0].reason == "the only class asked for"
    assert s.parts[0].information is not None
    assert s.information is None
    assert s.parts[1].seed == 4


def test_evidence_is_of_one_group() -> None:
    columns = Schema.real(["x", "y"])
    good = Candidate(Plain(columns, "made.good"), made.fit("made.good", TWO, statistics={"k": np.array([1.0, 2.0])}))
    bad = Candidate(
        Plain(columns, "made.bad"), made.fit("made.bad", TWO, reason=[2, 0]), (made.check("c", [0.5, 0.0]),)
    )
    first, second = (evidence_of(made.weighed(good, bad), group) for group in (0, 1))
    assert [e.label for e in first] == ["made.good", "made.bad"]
    assert [e.verdict for e in first] == ["taken", "declined"]
    assert first[1].reason == "it is too long"
    assert (first[1].bic, first[1].parameters) == (None, {})
    assert second[0].statistics == {"k": 2.0}
    assert second[1].reason == "its BIC is 0.0 above that of made.good, and it does not fit: c (group 1; p = 0)"
    assert [check.passed for check in second[1].checks] == [False]


def test_a_check_says_what_it_says_of_the_group() -> None:
    record = check_record(made.check("c", [0.5, 1e-9]), 1)
    assert (record.name, record.p_value, record.passed, record.detail) == ("c", 1e-9, False, "group 1")
    assert check_record(made.check("c", [math.nan])).p_value is None


def test_checks_that_were_not_made_are_not_told() -> None:
    checks = [made.check("always", [0.5, 0.5]), made.check("second", [math.nan, 0.5], made=[False, True])]
    assert [c.name for c in check_records(checks, 0)] == ["always"]
    assert [c.name for c in check_records(checks, 1)] == ["always", "second"]
