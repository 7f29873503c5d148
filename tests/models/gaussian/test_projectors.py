"""The projectors of the groups that permute or rotate the columns."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.models.gaussian import FAMILY
from symcat.models.gaussian.projectors import projectors


@pytest.mark.parametrize("label", FAMILY.labels[1:])
@pytest.mark.parametrize("dimension", [1, 2, 3, 4, 7])
def test_projectors_are_a_resolution_of_the_identity(label: str, dimension: int) -> None:
    found = projectors(label, dimension)
    assert found is not None
    np.testing.assert_allclose(sum(found), np.eye(dimension), atol=1e-14)
    for p in found:
        np.testing.assert_allclose(p @ p, p, atol=1e-14)
