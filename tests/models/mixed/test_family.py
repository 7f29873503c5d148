"""The family of mixed classes: its data checks, and what it cannot be asked."""

from __future__ import annotations

import numpy as np
import pytest

from symcat import catalogue
from symcat.errors import InvalidData
from symcat.models import registry

LABELS = ("mixed.product", "mixed.conditional_gaussian")


@pytest.mark.parametrize("label", LABELS)
def test_data_checks_are_repeated(label: str) -> None:
    family = registry.family_of(label)
    (found,) = family.replay(label, 5, np.random.default_rng(0), catalogue.default())
    assert found.points == 5
    assert found.residual < found.bound


@pytest.mark.parametrize("label", LABELS)
def test_averages_do_not_look_them_up(label: str) -> None:
    with pytest.raises(InvalidData, match="call solve with the data"):
        registry.family_of(label).averages(label, {"m": [0.0]}, None, None)
    assert registry.kinds_of(label) == {"real", "two-valued", "categorical"}
    assert registry.entry_of(label) == label
