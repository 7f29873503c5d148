"""Every method of an answer takes the data that it is of, however truths are written in them, and hands rows back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import symcat

DISCRETE, MIXED = ["smokes", "flag", "day"], ["smokes", "flag", "age"]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The same rows as text, and as each reader of files has them, of which some make booleans of words."""
    rng = np.random.default_rng(0)
    smokes = rng.random(120) < 0.4
    table = pd.DataFrame(
        {
            "smokes": np.where(smokes, "Yes", "No"),
            "flag": np.where(rng.random(120) < 0.5, "true", "false"),
            "day": rng.choice(["Fri", "Mon", "Tue"], 120),
            "age": rng.normal(40.0, 5.0, 120) + 6.0 * smokes,
        }
    )
    path = tmp_path_factory.mktemp("own") / "table.csv"
    table.to_csv(path, index=False)
    return {
        "text": table,
        "truths": table.assign(smokes=smokes, flag=table["flag"] == "true"),
        "polars": pl.from_pandas(table),
        "polars of a file": pl.read_csv(path),
        "pyarrow": pa.Table.from_pandas(table),
        "pandas of a file": pd.read_csv(path),
        "file": path,
        "its name": str(path),
    }


@pytest.mark.parametrize("columns", [DISCRETE, MIXED])
@pytest.mark.parametrize("of", ["text", "truths", "polars of a file", "file"])
def test_the_density_is_the_same_of_all_ways_to_write_the_rows(
    own: dict[str, Any], of: str, columns: list[str]
) -> None:
    s = symcat.solve(own[of], columns=columns, fallback=None)
    densities = [s.log_density(data) for data in own.values()]
    assert densities[0].sum() == pytest.approx(s.log_likelihood)
    for other in densities[1:]:
        assert np.array_equal(other, densities[0])
    assert np.isfinite(s.log_density(s.sample(20))).all()


@pytest.mark.parametrize("target", ["smokes", "age"])
@pytest.mark.parametrize("of", ["text", "truths", "polars", "file"])
def test_predictions_are_the_same(own: dict[str, Any], of: str, target: str) -> None:
    s = symcat.solve(own[of], columns=[*MIXED, "day"], target=target, fallback=None)
    predicted = [np.asarray(s.predict(data)) for data in own.values()]
    for other in predicted[1:]:
        assert np.array_equal(other, predicted[0])


def test_a_file_keeps_its_words(own: dict[str, Any]) -> None:
    """As data frames do: yes and no stay text, true and false are booleans."""
    s = symcat.solve(own["file"], columns=MIXED, fallback=None)
    assert s.levels == {"smokes": ("No", "Yes"), "flag": (False, True)}
    assert set(s.sample(50)["smokes"]) == {"No", "Yes"}


def test_what_is_no_word_for_a_truth_is_refused(own: dict[str, Any]) -> None:
    s = symcat.solve(own["truths"], columns=DISCRETE, fallback=None)
    with pytest.raises(symcat.errors.InvalidData, match="'perhaps'"):
        s.log_density(own["text"].assign(smokes="perhaps"))


GIVEN = [
    (DISCRETE, "potts.pairwise", {"smokes": "Yes"}),
    (DISCRETE, "potts.independent", {"day": "Tue", "flag": "true"}),
    (DISCRETE, "potts.tree", {"day": "Mon"}),
    (["smokes", "flag"], "ising.pairwise", {"flag": "true"}),
    (["smokes", "flag"], "ising.curie_weiss", {"smokes": True}),
    (MIXED, "mixed.conditional_gaussian", {"smokes": "No", "flag": "true"}),
    ([*MIXED, "day"], "mixed.conditional_gaussian", {"smokes": "No", "flag": "true", "day": "Fri"}),
    ([*MIXED, "day"], "scores(mixed.conditional_gaussian)", {"smokes": "No", "flag": "true", "day": "Fri"}),
    (MIXED, "mixed.product", {"age": 40.0}),
    (MIXED, "mixed.product", {"age": 40.0, "smokes": "Yes"}),
    (MIXED, "mixed.product", {"smokes": "Yes", "flag": "false"}),
]


@pytest.mark.parametrize(("columns", "label", "known"), GIVEN)
@pytest.mark.parametrize("basis", ["spin", "binary"])
def test_given_is_the_law_divided_by_what_is_known(
    own: dict[str, Any], columns: list[str], label: str, known: dict[str, Any], basis: str
) -> None:
    options = {"basis": basis} if label.startswith("ising") else {}
    s = symcat.solve(own["text"], columns=columns, classes=[label], **options)
    rest = s.given(**known)
    assert rest.columns == tuple(name for name in columns if name not in known)
    rows = own["text"][columns].head(30).assign(**known)
    apart = s.log_density(rows) - rest.log_density(rows[list(rest.columns)])
    assert np.ptp(apart) < 1e-9
    drawn = rest.sample(5)
    assert list(drawn.columns) == list(rest.columns)
    assert str(rest)


def test_given_refuses_what_a_column_does_not_have(own: dict[str, Any]) -> None:
    s = symcat.solve(own["text"], columns=DISCRETE, classes=["potts.pairwise"])
    with pytest.raises(symcat.errors.InvalidData, match="day='Sun' is no value of this column"):
        s.given(day="Sun")
