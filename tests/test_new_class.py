"""A class of a program's own: registered, it is solved for, grouped by, looked up and printed as symcat's are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

import symcat
from symcat.models import registry
from tests.toy import LABEL, Toy, registered


@pytest.fixture(autouse=True)
def toy() -> Iterator[None]:
    with registered():
        yield


@pytest.fixture
def frame(rng: np.random.Generator) -> pd.DataFrame:
    return pd.DataFrame({"g": np.arange(600) // 200, "x": rng.exponential(2.0, size=600)})


OTHERS = [LABEL, "gaussian.full", "z2.quartic"]
"""Without the library's own class of the same law."""


def test_it_is_found(frame: pd.DataFrame) -> None:
    s = symcat.solve(frame, columns=["x"], classes=OTHERS)
    assert s.label == LABEL
    assert abs(s.parameters["rate"] - 0.5) < 4.0 * s.standard_errors["rate"]
    assert s.robust_standard_errors["rate"] == pytest.approx(s.standard_errors["rate"], rel=0.5)
    assert all(check.passed for check in s.checks)
    assert "rate x" in repr(s)


def test_it_is_weighed_beside_the_others(frame: pd.DataFrame) -> None:
    assert LABEL in {e.label for e in symcat.classify(frame, columns=["x"])}
    assert {e.label: e.verdict for e in symcat.classify(frame, columns=["x"], classes=OTHERS)} == {
        LABEL: "taken",
        "gaussian.full": "declined",
        "z2.quartic": "declined",
    }


def test_groups_take_it(frame: pd.DataFrame) -> None:
    found = symcat.solve(frame, by="g")
    assert found["label"].tolist() == [LABEL] * 3
    np.testing.assert_allclose(found["rate"], 1.0 / frame.groupby("g")["x"].mean())
    assert found["checks"].tolist() == ["variation"] * 3


def test_it_is_looked_up() -> None:
    s = symcat.lookup(LABEL, mean=4.0, n=100)
    assert (s.parameters["rate"], s.standard_errors["rate"]) == (0.25, 0.025)


def test_data_of_another_kind_are_not_offered_it(rng: np.random.Generator) -> None:
    assert LABEL not in {e.label for e in symcat.classify(rng.normal(size=(100, 2)))}
    with pytest.raises(symcat.NoEntry, match="does not describe"):
        symcat.solve(rng.normal(size=(100, 2)), classes=[LABEL])


def test_its_check_of_a_sample_shows_that_it_is_no_answer(rng: np.random.Generator) -> None:
    x = rng.exponential(size=400)
    x[7] = -0.5
    found = symcat.classify(x)[LABEL]
    assert found.verdict == "declined"
    assert "smallest value -0.5" in found.reason


def test_its_replay_holds(rng: np.random.Generator) -> None:
    for replayed in Toy().replay(LABEL, 5, rng, None):  # type: ignore[arg-type]
        assert replayed.residual <= replayed.bound


def test_a_label_is_given_once() -> None:
    with pytest.raises(ValueError, match="taken"):
        registry.register(Toy())
