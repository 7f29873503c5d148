"""What is printed is what the class says of itself, and one word for how the answer was found."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from symcat.answer.classification import Classification
from symcat.answer.parameter_table import estimate, some_of_each
from symcat.answer.printed import Printed
from symcat.answer.records import Evidence, RegressionSummary
from symcat.answer.solution import Solution
from symcat.data.schema import Schema
from symcat.models.base import Model
from tests.answer import made
from tests.answer.made import Plain

pytestmark = pytest.mark.usefixtures("toy")


@pytest.fixture
def answer(rng: np.random.Generator) -> Solution:
    return made.exponential(rng.exponential(2.0, size=400))


def test_the_headline_is_the_class_s_own_words(answer: Solution) -> None:
    lines = repr(answer).splitlines()
    assert lines[0] == "toy.exponential  Exponential distribution; symmetry: scale"
    assert lines[1] == "  P(x) = exp(-F(x)) / Z,   F = rate x,   x >= 0"
    assert "<pre" in answer._repr_html_()


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("exact", "exact;"),
        ("catalogue", "read from the catalogue, version 1;"),
        ("correction", "by correction series, checked;"),
        ("learned", "from what was learned before;"),
        ("analog", "relaxed to on the emulated analog device;"),
    ],
)
def test_how_it_was_found(answer: Solution, source: str, words: str) -> None:
    printed = repr(answer.model_copy(update={"source": source}))
    assert f"\n  {words} 400 rows" in printed
    assert "closed form" not in printed


def test_missing_rows_failed_checks_and_other_classes_are_told(answer: Solution) -> None:
    failed = answer.checks[0].model_copy(update={"passed": False})
    printed = repr(answer.model_copy(update={"n_missing": 3, "checks": (failed,), "evidence": answer.evidence * 2}))
    assert "(3 with missing values left out)" in printed
    assert "FAILED  variation" in printed
    assert "Classes considered" in printed


class Written(Solution):
    """An answer of a class that is not in the registry."""

    @property
    def model(self) -> Model:
        return Plain(Schema.real(self.columns))  # type: ignore[return-value]


def written(answer: Solution, **fields: object) -> Written:
    return Written(**({name: getattr(answer, name) for name in Solution.model_fields} | fields))


def test_brackets_in_names_are_no_markup(answer: Solution) -> None:
    printed = repr(written(answer, columns=("[bold]", "[red]y"), parameters={"mean": [1.0, 2.0]}, standard_errors=None))
    assert "[bold]" in printed
    assert "[red]y" in printed


def test_a_regression_is_told_with_its_tests(answer: Solution) -> None:
    summary = RegressionSummary(
        target="y",
        predictors=("x", "z"),
        family="gaussian",
        degrees_of_freedom=7,
        r_squared=0.25,
        t_values={"intercept": 2.0, "coefficients": np.array([3.0, 4.0, 5.0])},
        p_values={"intercept": 0.5, "coefficients": np.array([0.25, 0.125, 0.5])},
    )
    parameters = {"intercept": 1.0, "coefficients": np.array([2.0, 3.0, 4.0])}
    errors = {"intercept": 0.5, "coefficients": np.array([0.5, 0.75, 1.0])}
    regression = written(
        answer, columns=("x", "y", "z"), parameters=parameters, standard_errors=errors, regression=summary
    )
    printed = repr(regression)
    assert "y given x, z: Plain" in printed
    assert "R2 0.25" in printed
    assert "log Z" not in printed
    (second,) = (line.split() for line in printed.splitlines() if line.split()[:2] == ["coefficients", "y"])
    assert second == ["coefficients", "y", "3", "0.75", "4.00", "0.12"]


def test_a_long_table_is_cut_and_says_so(answer: Solution) -> None:
    columns = tuple(f"c{j}" for j in range(30))
    printed = repr(written(answer, columns=columns, parameters={"mean": np.arange(30.0)}, standard_errors=None))
    assert "... and 6 more in .parameters and .to_frame()" in printed


@pytest.mark.parametrize(
    ("levels", "basis", "words"),
    [
        ({"a": (0, 1), "b": (0, 1)}, "spin", "+1 is 1, not 0 in every column"),
        ({"a": ("no", "yes")}, "binary", "1 is 'yes', not 'no' in a"),
        ({"a": (0, 1), "b": (False, True)}, "spin", "+1 is a = 1, b = True"),
    ],
)
def test_which_value_is_plus_one(answer: Solution, levels: dict[str, object], basis: str, words: str) -> None:
    fields = {"columns": ("a", "b"), "parameters": {"h": [1.0, 2.0]}, "standard_errors": None}
    assert words in repr(written(answer, levels=levels, basis=basis, **fields))


def test_a_classification() -> None:
    def found(label: str | None, evidence: tuple[Evidence, ...] = ()) -> str:
        return repr(
            Classification(
                label=label, columns=("x",), n_rows=3000, n_missing=0, evidence=evidence, catalogue_version="1", seed=0
            )
        )

    assert found("a.b").startswith("a.b   3,000 rows of x")
    assert found(None).startswith("no class fits")


def test_a_record_without_looks_says_so() -> None:
    class Odd(Printed):
        """No looks are registered for it."""

    with pytest.raises(TypeError, match="Odd has no printed form"):
        repr(Odd())


def test_every_parameter_has_its_share_of_a_table_that_is_cut() -> None:
    names = ["h"] * 17 + ["J"] * 30 + ["mean"] * 2 + ["effect"] * 40
    alike = [(True, 0.0)] * len(names)
    shown, left = some_of_each(names, alike)
    seen = Counter(names[k] for k in shown)
    assert seen == {"h": 8, "J": 7, "mean": 2, "effect": 7}
    assert left == {"h": 9, "J": 23, "effect": 33}
    assert shown == sorted(shown)
    assert some_of_each(["a"] * 24, alike) == (list(range(24)), {})
    many = [f"p{k}" for k in range(30)]
    assert some_of_each(many, alike) == (list(range(24)), dict.fromkeys(many[24:], 1))


def test_what_is_shown_of_a_parameter_that_is_cut_is_what_is_surest() -> None:
    telling = [(True, float(k % 30)) for k in range(60)]
    telling[29] = (False, 99.0)  # of one column with itself
    shown, _ = some_of_each(["a"] * 30 + ["b"] * 30, telling)
    assert shown == [*range(17, 29), *range(48, 60)]


@pytest.mark.parametrize(
    ("value", "error", "printed"),
    [
        (-1.375644123, 1.05, "-1.376"),
        (0.001782598, 0.0627, "0.00178"),
        (4177.5121234, 22.1, "4177.51"),
        (-0.0002350678, 9.07e-05, "-0.00023507"),
        (3.0, 12345.0, "3"),
        (0.123456789, None, "0.1234568"),
        (0.123456789, 0.0, "0.1234568"),
    ],
)
def test_an_estimate_has_one_digit_more_than_its_error(value: float, error: float | None, printed: str) -> None:
    assert estimate(value, error) == printed
