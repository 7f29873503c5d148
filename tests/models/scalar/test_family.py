"""The polynomials of one column as a family: labels, lookups, couplings that are stated, and data checks."""

from __future__ import annotations

import numpy as np
import pytest

import symcat
from symcat.catalogue import default
from symcat.data.schema import Schema
from symcat.errors import InvalidData, NoEntry
from symcat.models import registry
from symcat.models.base import Options
from symcat.models.scalar import FAMILY
from symcat.models.scalar.labels import LABELS, is_even, special_cases
from tests.models.observing import look_up, names
from tests.models.scalar.shapes import SHAPES


def test_labels_and_their_entries() -> None:
    assert FAMILY.canonical("scalar.octic") == "scalar.octic"
    assert FAMILY.canonical("z2.quartic") is None
    assert set(FAMILY.entries) <= set(default().labels())
    assert registry.family_of("z2.octic") is FAMILY


def test_of_one_real_column_alone() -> None:
    assert FAMILY.candidates(Schema.real(["x"])) == FAMILY.labels
    assert FAMILY.candidates(Schema.real(names(2))) == ()
    assert FAMILY.model("scalar.sextic", Schema.real(names(2)), Options(), default()) is None
    assert FAMILY.model("scalar.sextic", Schema.two_valued(["x"]), Options(), default()) is None
    with pytest.raises(NoEntry, match="does not describe"):
        symcat.solve(np.random.default_rng(0).normal(size=(50, 2)), classes=["scalar.sextic"])


def test_special_cases() -> None:
    assert {"z2.quartic", "scalar.quartic", "scalar.sextic", "z2.sextic", "z2.octic", "gaussian.full"} <= special_cases(
        "scalar.octic"
    )
    assert "scalar.quartic" not in special_cases("z2.octic")
    assert "z2.octic" not in special_cases("scalar.sextic")


@pytest.mark.parametrize("label", FAMILY.labels)
def test_forwards_and_back(label: str) -> None:
    m = symcat.model(label, mean=1.5, **SHAPES[label])
    back = symcat.lookup(label, **m.moments())
    x = np.array([[0.5], [1.6]])
    np.testing.assert_allclose(back.log_density(x), m.log_density(x), atol=1e-9)
    assert back.entropy() == pytest.approx(m.entropy(), abs=1e-9)
    np.testing.assert_allclose(back.cdf(np.array([1.0, 1.5, 2.5])), m.cdf(np.array([1.0, 1.5, 2.5])), atol=1e-10)
    if is_even(label):
        assert back.parameters == pytest.approx({"mean": 1.5, **SHAPES[label]}, rel=1e-8)
    assert m.moment(2, central=True) == pytest.approx(m.sample(40_000, seed=1).var(), rel=0.05)


def test_the_shape_may_be_stated() -> None:
    one = look_up(FAMILY, "scalar.quartic", n=500, variance=4.0, skewness=0.5, kurtosis=3.5)
    other = look_up(FAMILY, "scalar.quartic", n=500, m2=4.0, m3=4.0, m4=56.0)
    for name, values in one.parameters.items():
        np.testing.assert_allclose(values, other.parameters[name], rtol=1e-12)
    assert one.parameters["u"][0] * 16.0 == pytest.approx(0.1797396691342947, rel=1e-10)
    with pytest.raises(InvalidData, match="twice"):
        symcat.lookup("scalar.sextic", m2=1.0, m3=0.0, m4=2.5, kurtosis=2.5, m5=0.0, m6=8.0)


def test_a_batch_of_averages() -> None:
    found = symcat.lookup_batch("z2.sextic", m2=1.0, m4=np.array([2.6, 2.0, 0.5]), m6=np.array([9.0, 8.0, 9.0]))
    assert found.answered.tolist() == [True, False, False]
    assert found.parameters["w"][0] == pytest.approx(36.40643002047374, rel=1e-10)
    assert "F turns down" in found.why(1)
    assert "No rows have these averages" in found.why(2)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"m2": -1.0, "m4": 1.0, "m6": 2.0}, "must be positive"),
        ({"m2": 1.0, "m4": 0.9, "m6": 2.0}, "No rows have these averages"),
        ({"m2": 1.0, "m4": 2.0, "m6": 3.0}, "No rows have these averages"),
        ({"m2": 1.0, "m4": 2.0, "m6": np.nan}, "m6 is missing or infinite"),
        ({"m2": 1.0, "m4": 2.0}, "missing: m6"),
        ({"m2": [[1.0]], "m4": 2.0, "m6": 5.0}, "shape"),
    ],
)
def test_impossible_averages(given: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidData, match=said):
        symcat.lookup("z2.sextic", **given)


def test_couplings_that_cannot_be() -> None:
    with pytest.raises(InvalidData, match="must be positive"):
        symcat.model("scalar.sextic", r=1.0, w=-1.0)
    with pytest.raises(InvalidData, match="one number"):
        symcat.model("scalar.sextic", r=[1.0, 2.0], w=1.0)


@pytest.mark.parametrize("entry", LABELS)
def test_the_data_checks_pass(entry: str) -> None:
    found = list(FAMILY.replay(entry, 6, np.random.default_rng(2), default()))
    assert len({replay.check for replay in found}) == len(found) == 2
    for replay in found:
        assert replay.residual <= replay.bound, replay.check


def test_by_groups() -> None:
    import pandas as pd

    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"g": np.repeat([0, 1, 2], 400), "x": rng.gamma(4.0, size=1200)})
    found = symcat.solve(frame, by="g", classes=["scalar.sextic"])
    assert found["reason"].isna().all()
    alone = symcat.solve(frame.loc[frame["g"] == 1, ["x"]], classes=["scalar.sextic"])
    assert found["w"][1] == pytest.approx(alone.parameters["w"], rel=1e-7)
