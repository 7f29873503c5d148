"""What fields and couplings say of columns with several levels."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from symcat.models.law import Law
from symcat.models.potts.layout import Floats


class PottsLaw(Law):
    """Shares of rows with one level (Q,), and with two (Q, Q), and the entropy."""

    def __init__(self, label: str, shares: Floats, entropy: float) -> None:
        super().__init__(label)
        self._shares, self._entropy = shares, entropy

    @cached_property
    def entropy(self) -> float:
        return self._entropy

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        """``m`` (Q,) and ``q`` (Q, Q), in the order of columns and levels."""
        return {"m": np.diagonal(self._shares).copy(), "q": self._shares}
