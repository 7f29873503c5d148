"""Records compare by their values, and survive JSON."""

from __future__ import annotations

import math

import numpy as np
import pytest

from symcat.answer.classification import Classification
from symcat.answer.records import Check, Evidence, RegressionSummary, same


def evidence(**fields: object) -> Evidence:
    given = {
        "label": "a.b",
        "log_likelihood": -1.5,
        "n_parameters": 2,
        "bic": 7.0,
        "statistics": {"kurtosis": math.nan, "covariance": np.eye(2)},
        "parameters": {"mean": np.array([1.0, math.nan]), "r": 2.0},
        "checks": (Check(name="c", statistic=1.0, p_value=None, passed=True, detail=""),),
        "verdict": "taken",
        "reason": "the only one",
    }
    return Evidence(**(given | fields))


def test_records_of_the_same_values_are_equal() -> None:
    assert evidence() == evidence()


@pytest.mark.parametrize(
    "change",
    [
        {"label": "a.c"},
        {"bic": None},
        {"statistics": {"kurtosis": math.nan}},
        {"statistics": {"kurtosis": math.nan, "covariance": np.eye(3)}},
        {"parameters": {"mean": np.array([1.0, 2.0]), "r": 2.0}},
        {"parameters": {"mean": np.array([1.0, math.nan]), "r": np.array([2.0])}},
        {"checks": ()},
    ],
    ids=str,
)
def test_records_of_other_values_are_not(change: dict[str, object]) -> None:
    assert evidence() != evidence(**change)


def test_records_of_other_classes_are_not() -> None:
    assert evidence() != evidence().checks[0]
    assert evidence() != "evidence"


def test_true_is_not_one() -> None:
    assert not same(True, 1)
    assert not same((0, 1), (False, True))


def test_a_classification_compares_its_evidence() -> None:
    def found(label: str) -> Classification:
        return Classification(
            label=label, columns=("x",), n_rows=3, n_missing=0, evidence=(evidence(),), catalogue_version="1", seed=0
        )

    assert found("a.b") == found("a.b")
    assert found("a.b") != found("a.c")
    assert list(found("a.b")) == [found("a.b")["a.b"]]
    with pytest.raises(KeyError):
        found("a.b")["a.c"]


def test_records_have_no_hash_and_say_why() -> None:
    with pytest.raises(TypeError, match="Evidence has no hash, because it may hold arrays"):
        hash(evidence())


def test_a_record_survives_json() -> None:
    again = Evidence.model_validate_json(evidence().model_dump_json())
    assert again == evidence()
    assert isinstance(again.parameters["mean"], np.ndarray)
    assert isinstance(again.parameters["r"], float)


def test_what_is_not_finite_is_null_in_json() -> None:
    summary = RegressionSummary(
        target="y",
        predictors=("x",),
        family="gaussian",
        degrees_of_freedom=0,
        t_values={"intercept": math.inf},
        p_values={"intercept": math.nan},
        condition_number=math.inf,
    )
    again = RegressionSummary.model_validate_json(summary.model_dump_json())
    assert math.isnan(again.t_values["intercept"])
    assert again.condition_number is None


def test_numbers_are_described_to_other_programs() -> None:
    assert "array" in str(Evidence.model_json_schema()["properties"]["parameters"])
