"""What a rebuild would change, in words."""

from __future__ import annotations

from builders.base import Row, Tables
from builders.diff import compare


def test_differences_are_said_in_words() -> None:
    def solution(kurtosis: float, r: float) -> Row:
        return {"point": None, "fraction": 0.1, "kurtosis": kurtosis, "r": r, "rigor": "certified"}

    before: Tables = {"solutions": [solution(1.1, 0.5), solution(1.2, 0.6)], "checks": []}
    after: Tables = {"solutions": [solution(1.1, 0.75), solution(1.3, 0.6)], "checks": []}
    assert compare(before, after) == [
        "solutions: 1 rows added.",
        "solutions: 1 rows removed.",
        "solutions: r moved in 1 rows, by at most 0.25.",
    ]
    assert compare(before, before) == []
