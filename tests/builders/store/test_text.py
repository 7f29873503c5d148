"""The text form: canonical, exact, and refusing what JSON does not have."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders.store.text import content_hash, from_text, to_text

rows = st.lists(
    st.dictionaries(
        st.sampled_from(["label", "kurtosis", "segment", "value"]),
        st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=5), st.none(), st.booleans()),
    ),
    max_size=6,
)


@pytest.mark.slow
@given(rows)
def test_text_survives_a_round_trip_and_is_canonical(found: list[dict[str, object]]) -> None:
    text = to_text(found)
    assert to_text(from_text(text)) == text
    assert to_text(list(reversed(found))) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_doubles_survive_exactly(value: float) -> None:
    (row,) = from_text(to_text([{"value": value}]))
    assert math.copysign(1.0, float(str(row["value"]))) == math.copysign(1.0, value)
    assert row["value"] == value


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_json_lacks_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        to_text([{"value": value}])


def test_numbers_sort_as_numbers() -> None:
    text = to_text([{"segment": n} for n in (10, 9, 2)])
    assert [row["segment"] for row in from_text(text)] == [2, 9, 10]


@pytest.mark.parametrize("text", ['{"a": 1', '{"a": 1}', "[1]\n", '{"a": 1}\n{"b"'])
def test_damaged_text_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        from_text(text)


def test_content_hash_sees_names_and_borders() -> None:
    assert content_hash({"a": "x", "b": "y"}) == content_hash({"b": "y", "a": "x"})
    assert content_hash({"a": "x", "b": "y"}) != content_hash({"a": "xy", "b": ""})
