"""Needs join to their union, which covers both."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from symcat.data.needs import Needs

NEEDS = st.builds(Needs, power=st.integers(2, 8), radius=st.sampled_from([2, 4]), states=st.booleans())


@given(a=NEEDS, b=NEEDS)
def test_union(a: Needs, b: Needs) -> None:
    assert (a | b).covers(a)
    assert (a | b).covers(b)
    assert a | b == b | a
    assert a | Needs() == a
    assert a.covers(b) == (a.power >= b.power and a.radius >= b.radius and a.states >= b.states)
