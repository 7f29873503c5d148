"""Labels of charts around classes are read in one way, and what cannot be read says why."""

from __future__ import annotations

import pytest

import symcat
from symcat.data.charts import CHARTS, COORDINATES
from symcat.data.schema import Schema
from symcat.errors import NoEntry
from symcat.models import registry
from symcat.models.charts import FAMILY
from symcat.models.charts.family import CANDIDATES
from symcat.models.charts.labels import around, parsed


@pytest.mark.parametrize("text", ["log(z2.quartic)", " log ( z2.quartic ) ", "log(\tz2.quartic)", "log(o1.quartic)"])
def test_one_label(text: str) -> None:
    assert registry.canonical(text) == "log(z2.quartic)"
    assert registry.entry_of(text) == "z2.quartic"
    assert registry.kinds_of(text) == {"real"}


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_goes_around_every_class_of_one_real_column(name: str) -> None:
    one = Schema.real(("x",))
    for label in registry.candidates(one):
        if "(" in label or label.startswith("counts."):
            continue
        whole = around(name, label)
        assert registry.canonical(whole) == whole
        assert symcat.classify([0.5, 1.0, 1.5, 1.7, 2.4, 3.1, 4.0], classes=[whole]).evidence[0].label == whole


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sqrt(z2.quartic)", r"no chart 'sqrt'\. There are: log\(LABEL\), asinh\(LABEL\)"),
        ("Log(z2.quartic)", r"Did you mean log\(z2\.quartic\)\?"),
        ("(z2.quartic)", "no chart ''"),
        ("log(z2.quartik)", r"no class 'z2\.quartik'\. Did you mean z2\.quartic"),
        ("log()", "no class ''"),
        ("log(asinh(z2.quartic))", "a chart of a chart"),
        ("log(z2.quartic", "is no label"),
        ("log z2.quartic)", "is no label"),
        ("log(ising.pairwise)", "of a class of one real column, and ising.pairwise describes two-valued ones"),
        ("log(mixed.product)", "mixed.product describes categorical and real and two-valued ones"),
    ],
)
def test_what_cannot_be_read(text: str, said: str) -> None:
    with pytest.raises(NoEntry, match=said) as caught:
        symcat.solve([1.0, 2.0, 3.0], classes=[text])
    assert "\n" not in str(caught.value)


def test_several_columns_are_not_described() -> None:
    with pytest.raises(NoEntry, match="does not describe 2 columns"):
        symcat.solve({"a": [1.0, 2.0, 4.0], "b": [1.0, 3.0, 2.0]}, classes=["log(gaussian.full)"])
    with pytest.raises(NoEntry, match="does not describe 1 column"):
        symcat.solve([1.0, 2.0, 4.0], classes=["log(o2.quartic)"])


def test_other_labels_are_of_others() -> None:
    assert parsed("z2.quartic") is None
    assert FAMILY.canonical("z2.quartic") is None


def test_some_are_weighed_of_one_real_column() -> None:
    assert FAMILY.candidates(Schema.real(("x",))) == CANDIDATES
    assert FAMILY.candidates(Schema.real(("x", "y"))) == ()
    assert {"log(gaussian.full)", "asinh(z2.quartic)"} <= set(FAMILY.labels)
    for label in FAMILY.labels:
        assert registry.canonical(label) == label
    assert {label.partition("(")[0] for label in CANDIDATES} == set(COORDINATES)


def test_words() -> None:
    assert registry.words_of("z2.quartic") == {}
    said = registry.words_of("asinh(z2.quartic)")
    assert said["class of y"] == "z2.quartic"
    assert "median" in said["fixed"]
    assert [form["label"] for form in registry.forms()] == ["log(LABEL)", "asinh(LABEL)", "hurdle(LABEL)"]
