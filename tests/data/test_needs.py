"""Needs join to their union, which covers both."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from symcat.data.needs import Needs

CHARTS = st.dictionaries(st.sampled_from(["log", "asinh"]), st.integers(2, 8)).map(lambda of: tuple(sorted(of.items())))
NEEDS = st.builds(Needs, power=st.integers(2, 8), radius=st.sampled_from([2, 4]), states=st.booleans(), charts=CHARTS)


@given(a=NEEDS, b=NEEDS)
def test_union(a: Needs, b: Needs) -> None:
    assert (a | b).covers(a)
    assert (a | b).covers(b)
    assert a | b == b | a
    assert a | Needs() == a
    charts = all(dict(a.charts).get(name, 0) >= power for name, power in b.charts)
    assert a.covers(b) == (a.power >= b.power and a.radius >= b.radius and a.states >= b.states and charts)


@given(a=NEEDS)
def test_record(a: Needs) -> None:
    assert Needs.of_record(a.record) == a
    assert a.without_charts().covers(Needs(a.power, a.radius, a.states))
    assert not a.without_charts().charts


def test_order_of_charts_does_not_matter() -> None:
    assert Needs(charts=(("log", 4), ("asinh", 2))).covers(Needs(charts=(("asinh", 2), ("log", 4))))
