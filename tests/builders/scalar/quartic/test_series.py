"""The series of one column: the reference's coefficients, order twelve, and a check that notices a wrong one."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

pytest.importorskip("flint")

from builders.scalar.quartic.series import powers, rows

ROWS = rows("scalar.quartic")
NAMES = {"linear": "h", "r": "r", "g": "g", "u": "u"}


@pytest.mark.parametrize("name", NAMES)
def test_every_coefficient_of_the_reference(reference: Callable[[str], Any], name: str) -> None:
    found = {row["diagram"]: row for row in ROWS if row["target"] == NAMES[name]}
    for known in reference("cumulant_inversion.json")[name]:
        row = found[f"k3^{known['k3']} k4^{known['k4']}"]
        assert (row["order"], Fraction(str(row["weight"]))) == (known["order"], Fraction(known["coefficient"]))


def test_order_twelve_is_there() -> None:
    highest = {target: max(row["order"] for row in ROWS if row["target"] == target) for target in ("h", "r", "g", "u")}  # type: ignore[type-var]
    assert highest == {"h": 11, "r": 12, "g": 11, "u": 12}


def test_the_error_falls_as_it_should_and_a_wrong_weight_is_noticed() -> None:
    assert powers("scalar.quartic", ROWS, 3, "fast")["passed"]
    wrong = [{**row, "weight": "2"} if (row["target"], row["order"]) == ("u", 2) else row for row in ROWS]
    assert not powers("scalar.quartic", wrong, 1, "fast")["passed"]
