"""Laws that are sums over the rows of one column: many groups as one batch are what each is alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import symcat
from symcat.models import goodness

LABELS = ["exponential.scalar", "gamma.scalar", "beta.scalar", "vonmises.scalar"]
SIZES = (5, 30, 200)


def table(seed: int = 0) -> pd.DataFrame:
    x = np.random.default_rng(seed).beta(2.0, 3.0, size=sum(SIZES))
    times = np.random.default_rng(seed + 1).integers(0, 4, size=len(x))
    frame = pd.DataFrame({"g": np.repeat(["a", "b", "c"], SIZES), "x": x, "n": times, "w": x + 0.1})
    return frame.sample(frac=1.0, random_state=0)


def numbers(answer: symcat.Solution) -> dict[str, float]:
    """The numbers that the frame has too."""
    found = {name: value for name, value in answer.parameters.items() if name != "interval"}
    found |= {f"{name}_se": value for name, value in (answer.standard_errors or {}).items()}
    return {**found, "log_likelihood": answer.log_likelihood, "bic": answer.bic, "log_partition": answer.log_partition}


@pytest.mark.filterwarnings("ignore:Whether .* describes the data cannot be judged")
@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("asked", [{}, {"counts": "n"}, {"weights": "w"}])
def test_groups_together_are_each_alone(label: str, asked: dict[str, str]) -> None:
    rows = table()
    frame = symcat.solve(rows[["g", "x", *asked.values()]], by="g", classes=[label], **asked).set_index("g")
    for group in "abc":
        own = rows[rows.g == group][["x", *asked.values()]]
        alone = symcat.solve(own, classes=[label], **asked)
        for name, value in numbers(alone).items():
            assert frame.loc[group, name] == pytest.approx(value, rel=1e-9), name
        if "weights" not in asked:
            passed = [check.passed for check in alone.checks if check.name == "shape"]
            assert (frame.loc[group, "checks"] == "shape") == bool(passed)
            assert (frame.loc[group, "failed"] == "shape") == (passed == [False])


@pytest.mark.parametrize("label", LABELS)
def test_a_group_with_a_value_that_the_law_has_not_says_so_alone(label: str) -> None:
    rows = table()
    rows.loc[rows[rows.g == "b"].index[3], "x"] = -9.0
    frame = symcat.solve(rows[["g", "x"]], by="g", classes=[label]).set_index("g")
    if label == "vonmises.scalar":  # all groups have one turn
        assert "no angles in radians" in frame.loc["a", "reason"]
        return
    assert "holds -9" in frame.loc["b", "reason"]
    assert frame.loc[["a", "c"], "reason"].isna().all()


def test_the_first_wrong_value_of_a_group_is_named() -> None:
    rows = {"g": ["a"] * 4 + ["b"] * 4, "x": [1.0, 2.0, -3.0, -4.0, 1.0, 2.0, 3.0, 5.0]}
    frame = symcat.solve(rows, by="g", classes=["gamma.scalar"])
    assert "holds -3" in np.asarray(frame["reason"])[0]


def test_no_more_groups_are_tested_than_take_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(goodness, "MOST_TESTED", 1)
    frame = symcat.solve(table()[["g", "x"]], by="g", classes=["gamma.scalar"])
    assert frame["checks"].isna().all()
    assert frame["shape"].notna().all()
