"""The radial quartic classes as a family: labels, the averages they are looked up by, and their data checks."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.catalogue import default
from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models.base import Options
from symcat.models.quartic import FAMILY
from tests.models.observing import look_up, names


def test_labels_and_their_entries() -> None:
    assert FAMILY.canonical("o1.quartic") == "z2.quartic"
    assert FAMILY.canonical("o100.quartic") == "o100.quartic"
    for label in ("on.quartic", "o0.quartic", "o01.quartic", "polynomial.quartic", "gaussian.full"):
        assert FAMILY.canonical(label) is None
    assert [FAMILY.entry(label) for label in ("z2.quartic", "o64.quartic", "o65.quartic")] == [
        *("z2.quartic", "o64.quartic", "on.quartic")
    ]
    assert set(FAMILY.entries) <= set(default().labels())


@pytest.mark.parametrize("dimension", [1, 2, 70])
def test_one_class_for_a_number_of_real_columns(dimension: int) -> None:
    schema = Schema.real(names(dimension))
    found = FAMILY.candidates(schema)
    assert len(found) == (1 if dimension == 1 else 2)  # of several also that of whitened ones
    for label in found:
        model = FAMILY.model(label, schema, Options(), default())
        assert model is not None
        assert model.label == label
    assert FAMILY.model("o5.quartic", schema, Options(), default()) is None
    assert FAMILY.candidates(Schema.two_valued(names(dimension))) == ()


@pytest.mark.parametrize("entry", ["z2.quartic", "o2.quartic", "o64.quartic", "on.quartic"])
def test_the_data_checks_pass(entry: str) -> None:
    found = list(FAMILY.replay(entry, 4, np.random.default_rng(2), default()))
    assert len({replay.check for replay in found}) == len(found) == (6 if entry == "on.quartic" else 2)
    for replay in found:
        assert replay.residual <= replay.bound, replay.check


def test_a_batch_tells_by_group() -> None:
    m4 = np.array([1.5, 2.5, 3.5, np.nan, 0.5])
    fit = look_up(FAMILY, "z2.quartic", m2=1.0, m4=m4)
    assert fit.answered.tolist() == [True, True, False, False, False]
    assert "normalisable" in fit.why(2)
    alone = look_up(FAMILY, "z2.quartic", m2=1.0, m4=2.5)
    assert fit.parameters["u"][1] == alone.parameters["u"][0]
    assert fit.coverage is not None
    assert fit.coverage.lo < fit.statistics[fit.coverage.statistic][1] < fit.coverage.hi
    one = look_up(FAMILY, "z2.quartic", m2=np.ones(2), m4=np.full(2, 2.0), mean=np.array([1.0, 2.0]), n=50)
    np.testing.assert_array_equal(one.parameters["mean"], [[1.0], [2.0]])
    assert (one.standard_errors["mean"] > 0.0).all()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"m2": 1.0}, "missing: m4"),
        ({"m2": 1.0, "m4": 2.0, "m6": 9.0}, "not understood: m6"),
        ({"m2": 1.0, "m4": np.nan}, "m4 is missing or infinite"),
        ({"m2": -1.0, "m4": 2.0}, "m2=-1 is not"),
        ({"m2": 2.0, "m4": 3.0}, "m4=3 is smaller than"),
        ({"m2": np.ones(2), "m4": np.ones(3)}, "shapes"),
        ({"m2": np.ones((2, 2)), "m4": 2.0}, "one number per group"),
        ({"m2": 1.0, "m4": 2.0, "mean": [1.0, 2.0]}, "mean has shape"),
    ],
)
def test_averages_that_no_rows_have_are_refused(given: dict[str, object], words: str) -> None:
    with pytest.raises(InvalidData, match=words) as raised:
        FAMILY.averages("z2.quartic", given, None, None)
    assert "nan" not in str(raised.value).lower()


def test_another_number_of_names_is_refused() -> None:
    with pytest.raises(InvalidData, match="1 column names were given for 2"):
        FAMILY.averages("o2.quartic", {"m2": 1.0, "m4": 1.5}, None, ["a"])
