"""What the families share in reading averages: groups at fault, and sizes judged first."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.errors import InvalidData
from symcat.models.averages import LARGEST_TABLE, Faults, check_size
from symcat.models.fit import Fault


def test_the_first_fault_of_a_group_stays() -> None:
    faults = Faults()
    faults.add(np.array([False, True, True]), lambda g: f"first {g}")
    faults.add(np.array([True, True]), lambda g: f"second {g}", 1)
    faults.add(np.array([True]), lambda g: f"third {g}", 5)
    assert faults == {1: "first 1", 2: "first 2", 5: "third 0"}


def test_groups_at_fault_are_cleared() -> None:
    faults = Faults()
    values = np.array([[1.0, 2.0], [3.0, np.nan], [np.inf, 5.0]])
    faults.add_missing(m=values)
    assert faults.cleared(values).tolist() == [[1.0, 2.0], [0.0, 0.0], [0.0, 0.0]]
    assert set(faults) == {1, 2}


def test_only_a_single_table_raises() -> None:
    faults = Faults()
    faults.add(np.array([True]), lambda g: Fault("It is wrong: mend it."))
    faults.check(batch=True)
    with pytest.raises(InvalidData, match="mend it"):
        faults.check(batch=False)


def test_rounding_is_no_asymmetry() -> None:
    matrices = np.array([[[1.0, 0.3], [0.3 + 1e-15, 1.0]], [[1.0, 0.3], [0.31, 1.0]]])
    faults = Faults()
    faults.add_asymmetric("q", matrices, ("a", "b"))
    assert list(faults) == [1]
    assert faults[1] == "q is not symmetric: it is 0.3 at (a, b) and 0.31 at (b, a); state the same number at both."


def test_the_size_is_judged_before_anything_is_made() -> None:
    check_size(1, int(LARGEST_TABLE**0.5))
    with pytest.raises(InvalidData, match="of 20000 columns would take 3 GB: ask for at most 11585 columns"):
        check_size(1, 20_000)
    with pytest.raises(InvalidData, match="in 1000000 groups would take"):
        check_size(10**6, 20)
