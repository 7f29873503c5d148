"""What a lookup reads in double precision, against the certified table, in every tabulated dimension."""

from __future__ import annotations

import numpy as np
import pytest

from symcat import catalogue
from symcat.models.quartic import radial
from symcat.models.quartic.labels import LARGEST_TABULATED_DIMENSION, label_of

BOUND = 1e-10


@pytest.mark.parametrize("dimension", range(1, LARGEST_TABULATED_DIMENSION + 1))
def test_lookups_lie_within_the_stated_error(dimension: int) -> None:
    label = label_of(dimension)
    rows = catalogue.default().rows("solutions", label)
    table = catalogue.default().table(label)
    kurtosis = np.array([row["kurtosis"] for row in rows])
    reading = radial.read(table, dimension, kurtosis)
    assert catalogue.default().coverage(label).max_error <= BOUND
    log_z = reading.log_z(dimension)
    for name, found in {"r": reading.r, "u": reading.u, "log_z": log_z, "entropy": reading.entropy}.items():
        certified = np.array([row[name] for row in rows])
        scale = np.abs(certified) if name == "u" else np.maximum(np.abs(certified), 1.0)
        assert (np.abs(found - certified) / scale).max() <= BOUND, name
        assert all(row[f"{name}_lower"] <= row[name] <= row[f"{name}_upper"] for row in rows), name
