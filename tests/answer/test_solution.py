"""What a Solution offers, asked of a class that it has never heard of."""

from __future__ import annotations

import math
from typing import Any, get_type_hints

import numpy as np
import pytest
import sympy

import symcat
from symcat import catalogue
from symcat.answer.records import Numbers
from symcat.answer.solution import Solution
from symcat.errors import InvalidData, SymcatError
from tests.answer import made

pytestmark = pytest.mark.usefixtures("toy")


@pytest.fixture
def rows(rng: np.random.Generator) -> np.ndarray:
    return rng.exponential(2.0, size=400)


def test_the_class_is_asked_for_everything(rows: np.ndarray) -> None:
    s = made.exponential(rows)
    assert s.model.label == s.label
    rate = s.parameters["rate"]
    np.testing.assert_allclose(s.log_density([0.5, 2.0]), np.log(rate) - rate * np.array([0.5, 2.0]))
    assert s.log_density(rows).sum() == pytest.approx(s.log_likelihood)
    assert s.free_energy() == sympy.Float(rate) * sympy.Symbol("x", real=True)
    drawn = s.sample(20_000, seed=3)
    assert drawn.shape == (20_000,)
    assert drawn.mean() == pytest.approx(rows.mean(), rel=0.05)
    np.testing.assert_array_equal(drawn, s.sample(20_000, seed=3))


def test_a_number_of_one_column_is_a_float(rows: np.ndarray) -> None:
    assert isinstance(made.exponential(rows).parameters["rate"], float)


def test_free_numbers_as_rows_and_as_a_frame(rows: np.ndarray) -> None:
    s = made.exponential(rows, robust={"rate": np.array([0.25])})
    assert s.scalars() == [("rate", "", s.parameters["rate"], s.standard_errors["rate"], 0.25)]
    frame = s.to_frame()
    assert list(frame) == ["parameter", "at", "estimate", "standard_error", "robust_standard_error"]
    assert frame["estimate"].tolist() == [s.parameters["rate"]]
    assert math.isnan(made.exponential(rows).to_frame()["robust_standard_error"][0])


def test_intervals(rows: np.ndarray) -> None:
    s = made.exponential(rows)
    low, high = s.confidence_intervals(0.95)["rate"]
    assert high - low == pytest.approx(2.0 * 1.959964 * s.standard_errors["rate"], rel=1e-6)
    with pytest.raises(SymcatError, match="n="):
        s.confidence_intervals(robust=True)


@pytest.mark.parametrize("level", [0, 1, 2, -1, "a", math.nan, None])
def test_a_level_lies_between_0_and_1(rows: np.ndarray, level: Any) -> None:
    with pytest.raises(InvalidData, match="strictly between 0 and 1"):
        made.exponential(rows).confidence_intervals(level)


@pytest.mark.parametrize(("n", "seed"), [(-1, 0), (1.5, 0), (True, 0), ("a", 0), (2, -1), (2, 1.5), (2, None)])
def test_a_sample_of_whole_numbers_only(rows: np.ndarray, n: Any, seed: Any) -> None:
    with pytest.raises(InvalidData, match="whole number"):
        made.exponential(rows).sample(n, seed=seed)


def test_answers_compare_and_survive_json(rows: np.ndarray) -> None:
    s, again = made.exponential(rows), made.exponential(rows)
    assert s == again
    assert s != made.exponential(rows[:-1])
    kept = Solution.model_validate_json(s.model_dump_json())
    assert kept == s
    np.testing.assert_array_equal(kept.log_density(rows), s.log_density(rows))


def test_a_number_that_is_not_finite_survives_as_not_a_number(rows: np.ndarray) -> None:
    s = made.exponential(rows).model_copy(update={"log_partition": -math.inf})
    assert math.isnan(Solution.model_validate_json(s.model_dump_json()).log_partition)


def test_a_mistyped_field_is_an_error(rows: np.ndarray) -> None:
    s = made.exponential(rows)
    with pytest.raises(AttributeError):
        _ = s.parameterz  # type: ignore[attr-defined]
    assert get_type_hints(Solution, include_extras=True)["parameters"] == dict[str, Numbers]


def test_what_a_single_column_and_a_density_cannot(rows: np.ndarray) -> None:
    s = made.exponential(rows)
    with pytest.raises(SymcatError, match="target"):
        s.predict([1.0])
    with pytest.raises(SymcatError, match="one column"):
        s.model_copy(update={"columns": ("x", "y")}).plot(rows)


def test_a_picture(rows: np.ndarray) -> None:
    pytest.importorskip("matplotlib").use("agg")
    axes = made.exponential(rows).plot(rows)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["data", "toy.exponential"]


def test_a_picture_of_the_rows_that_were_kept() -> None:
    pytest.importorskip("matplotlib").use("agg")
    answer = symcat.solve(np.random.default_rng(0).uniform(size=500), fallback=None)
    axes, beside = answer.plot().figure.axes
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == ["data", *(evidence.label for evidence in answer.evidence[:2])]
    below, above = answer.histogram.edges[[0, -1]]
    assert axes.get_xlim()[0] < below < above < axes.get_xlim()[1]
    assert len(beside.lines[1].get_ydata()) == len(answer.histogram.quantiles)


class Bookshelf:
    """Stands for the catalogue."""

    def references(self, label: str) -> list[str]:
        return ["@book{everyone}", f"@article{{{label}}}"]


def test_an_answer_cites_its_class_and_those_of_its_parts(rows: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    part = made.exponential(rows)
    monkeypatch.setattr(catalogue, "default", Bookshelf)
    whole = part.model_copy(update={"label": "made.whole", "parts": (part, part)})
    assert whole.cite() == "@book{everyone}\n\n@article{made.whole}\n\n@article{toy.exponential}"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"bins": -1}, "bins=-1 is not known"),
        ({"bins": 0}, "bins=0"),
        ({"bins": 2.5}, "bins=2.5"),
        ({"bins": "zz"}, "bins='zz'.*auto"),
        ({"bins": True}, "bins=True"),
        ({"bins": 10**9}, "from 1 to 100000"),
        ({"ax": 5}, "ax=5"),
        ({"data": np.ones((9, 2))}, r"shape \(9, 2\).*column 'x' alone"),
    ],
)
def test_options_of_plot(options: dict[str, Any], words: str) -> None:
    pytest.importorskip("matplotlib").use("agg")
    rows = np.random.default_rng(0).exponential(size=50)
    with pytest.raises(InvalidData, match=words):
        made.exponential(rows).plot(**({"data": rows} | options))
